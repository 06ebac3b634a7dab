/* Orders drawn from a seed, the same as on the server. */
import { sha256 } from "./sha256.js";

const MODULUS = 2147483647;

/* The order that JavaRosa and ODK Web Forms give for a seed (surveys/expressions/functions/chance.py): `number` if it is
 * one, else the start of the digest of `text`. */
export function shuffle(elements, number, text) {
  let seed = BigInt.asIntN(64, text && isNaN(number) ? digest(text) : 0n);
  if (!isNaN(number)) seed = Number.isFinite(number) ? BigInt(Math.trunc(number)) : number > 0 ? 2n ** 63n - 1n : -(2n ** 63n);
  let state = Number(seed % BigInt(MODULUS));
  if (state <= 0) state += MODULUS - 1;
  const order = [];
  elements.forEach((element, index) => {
    state = (state * 16807) % MODULUS;
    const place = Math.floor(((state - 1) / (MODULUS - 1)) * (index + 1));
    if (place < index) order.push(order[place]);
    order[place] = element;
  });
  return order;
}

/* Fisher and Yates' shuffle on SHA-256 of the seed and a counter (surveys/shuffle.py). */
export function shuffled(elements, seed) {
  const order = [...elements];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Number(digest(`${seed}/${last}`) % BigInt(last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

function digest(text) {
  const [first, second] = sha256(text);
  return (BigInt(first) << 32n) | BigInt(second);
}
