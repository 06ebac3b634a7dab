/* Little things about texts that Python and browsers do not see alike. */

/* What Python's str.split and str.strip take for white space. */
export const SPACE = /[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const EDGES = new RegExp(`^${SPACE.source}|${SPACE.source}$`, "g");

export const strip = (text) => text.replace(EDGES, "");
export const tokens = (text) => text.split(SPACE).filter(Boolean);

export const escape = (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/* The key of a node in the occurrence of these numbers: "age[2]", "toy[2.1]" (surveys/occurrences.py). */
export const keyAt = (key, numbers) => (numbers.length ? `${key}[${numbers.join(".")}]` : key);

export function splitKey(key) {
  const found = /^(.+)\[([\d.]+)\]$/.exec(key);
  return found ? [found[1], found[2].split(".").map(Number)] : [key, []];
}

/* An answer as expressions read it: lists by spaces, numbers with a point and no exponent. */
export function textOf(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join(" ");
  if (typeof value !== "number") return `${value}`;
  const text = `${+value.toPrecision(15)}`;
  return text.includes("e-") ? (+text).toFixed(20).replace(/0+$/, "") : text;
}
