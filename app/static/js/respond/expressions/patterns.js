/* Patterns of authors as RE2 reads them (surveys/expressions/patterns.py), written anew as this language wants them.
 *
 * What is not read here is left to the server: flags, names, octal codes, scripts, POSIX classes, \B (which RE2 also finds
 * inside characters of several bytes), and what could take for ever here and never does in RE2: many repetitions on a long
 * text, and the repetition of what repeats or has alternatives on one that is not short. */
import { ASK } from "./faults.js";

const ESCAPED = "\\\\(?:u([\\da-fA-F]{4})|p\\{(\\w+)\\}|([^]))";
const ESCAPE = new RegExp(ESCAPED, "gu");
const REPEATS = "(?:([*+])|\\?|\\{(\\d+)(?:(,)(\\d*))?\\})\\??";
const TOKEN = new RegExp(`(\\((?:\\?:)?(?!\\?))|(\\))|(\\|)|(${REPEATS})|\\[\\^?\\]?(?:\\\\[^]|[^\\\\\\]])*\\]|${ESCAPED}|[^]`, "gu");
const PLACES = { "\\b": "\\b", "^": "^", $: "$", ".": "[^\\n]" };
const SPACES = "\\t\\n\\f\\r ";
const MAX_STEPS = 1e7;
const SHORT = 18;
const kept = new Map();

const literal = (sign) => sign.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");

export function matches(text, pattern) {
  if (pattern.length > 1000) throw ASK;
  if (!kept.has(pattern)) kept.set(pattern, compile(pattern));
  const { test, loops, nested } = kept.get(pattern);
  if (text.length ** loops > MAX_STEPS || (nested && text.length > SHORT)) throw ASK;
  return test.test(text);
}

function compile(pattern) {
  // For each open group: 0 only one way to read a text, 1 several, 2 as many as the text is long, 3 twice as many for
  // each character.
  const ways = [0];
  const raise = (found) => ways.push(Math.max(ways.pop(), found));
  let [made, loops, before, nested] = ["", 0, 0, false];
  for (const [token, opens, closes, or, repeats, sign, low, comma, high] of pattern.matchAll(TOKEN)) {
    if (repeats) {
      const least = +(low || sign === "+");
      const most = sign || (comma && !high) ? Infinity : +(high || low || 1);
      if (least > 1000 || (high && most > 1000) || (before > 2 && most > 1)) throw ASK;
      const doubles = (before > 1 && most > 1) || (before && most > 9);
      nested = nested || doubles;
      raise(doubles ? 3 : most - least > 9 ? 2 : +(most > least));
      loops += most - least > 9;
    }
    before = closes ? ways.pop() : 0;
    if (opens) ways.push(0);
    if (closes) raise(before);
    if (or) raise(1);
    made += opens ? "(?:" : closes || or || repeats ? token : character(token);
  }
  try {
    return { test: new RegExp(made, "u"), loops, nested };
  } catch (error) {
    throw ASK;
  }
}

/* A sign, an escape or a class between brackets. */
function character(token) {
  if (PLACES[token]) return PLACES[token];
  const isClass = token[0] === "[";
  if (/^[[\\(]$|^\[\^?\]|\[[:=.]/.test(token)) throw ASK;
  if (!isClass && token[0] !== "\\") return literal(token);
  return token.replace(/(\\[dsw])-(?!\])/gi, "$1\\-").replace(ESCAPE, (all, code, category, sign) => {
    if (sign === "S" && !isClass) return `[^${SPACES}]`;
    if (category ? category[2] : /[\daAbBCEGPpQSuxzZ]/.test(sign)) throw ASK; // names of scripts are longer than categories
    if (code || category) return all;
    if (sign === "s") return isClass ? SPACES : `[${SPACES}]`;
    return /[dDwWnrtfv]/.test(sign) ? all : literal(sign);
  });
}
