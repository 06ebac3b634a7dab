/* Orders drawn from a seed, the same as on the server. */
import { sha256 } from "./sha256.js";

const MODULUS = 2147483647;

/* The order that JavaRosa and ODK Web Forms give for `seed`, a BigInt (surveys/expressions/functions/chance.py). */
export function shuffle(elements, seed) {
  let state = Number(seed % BigInt(MODULUS));
  if (state <= 0) state += MODULUS - 1;
  const shuffled = [];
  elements.forEach((element, index) => {
    state = (state * 16807) % MODULUS;
    const place = Math.floor(((state - 1) / (MODULUS - 1)) * (index + 1));
    if (place < index) shuffled.push(shuffled[place]);
    shuffled[place] = element;
  });
  return shuffled;
}

/* The seed that a text means: the start of its digest, signed. */
export function seedOf(text) {
  const [first, second] = sha256(text);
  return BigInt.asIntN(64, (BigInt(first) << 32n) | BigInt(second));
}

/* Fisher and Yates' shuffle on SHA-256 of the seed and a counter (surveys/shuffle.py). */
export function shuffled(elements, seed) {
  const order = [...elements];
  for (let last = order.length - 1; last > 0; last--) {
    const [first, second] = sha256(`${seed}/${last}`);
    const other = ((first % (last + 1)) * 2 ** 32 + second) % (last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
