/* SHA-256 (FIPS 180-4), at once: what browsers offer answers later, and not to pages without TLS. */

/* The first 32 bits after the point of a root of the first primes. */
const roots = (count, root) => {
  const found = [];
  for (let number = 2; found.length < count; number++) {
    let divisor = 2;
    while (number % divisor) divisor++;
    if (divisor === number) found.push((number ** (1 / root) * 2 ** 32) >>> 0);
  }
  return found;
};
const START = roots(8, 2);
const ROUNDS = roots(64, 3);
const turn = (word, count) => (word >>> count) | (word << (32 - count));

/* The first two of the eight 32-bit words of the digest of a text in UTF-8: 64 bits are what seeds take. */
export function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const words = new Uint32Array(((bytes.length + 8) >> 6) * 16 + 16);
  bytes.forEach((byte, index) => (words[index >> 2] |= byte << (24 - (index % 4) * 8)));
  words[bytes.length >> 2] |= 128 << (24 - (bytes.length % 4) * 8);
  words[words.length - 1] = bytes.length * 8;
  const state = Uint32Array.from(START);
  const w = new Uint32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e, f, g, h] = state;
    for (let round = 0; round < 64; round++) {
      const late = w[round - 2];
      const early = w[round - 15];
      w[round] = round < 16 ? words[block + round]
        : w[round - 16] + w[round - 7] +
          (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10));
      const one = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUNDS[round] + w[round];
      const two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] += word));
  }
  return [state[0], state[1]];
}
