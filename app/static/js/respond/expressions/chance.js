/* Orders drawn from a seed, the same as on the server. */
import { sha256 } from "./sha256.js";

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
