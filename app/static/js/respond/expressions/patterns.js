/* Patterns of authors as RE2 reads them (surveys/expressions/patterns.py), matched in time that grows with the pattern
 * times the text, whatever the pattern: each step of the program meets each place of the text once.
 *
 * What is not read here (flags, names, octal codes, scripts, POSIX classes…) is left to the server; so is \B, which RE2
 * also finds inside characters of several bytes. */
import { ASK, FAILURE } from "./faults.js";
import { characters } from "./values.js";

const MAX_PROGRAM = 5000;
const MAX_MEETINGS = 4e6;
const QUANTIFIER = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/;
const ESCAPES = "\\\\(?:u([\\da-fA-F]{4})|x([\\da-fA-F]{2})|[ux]\\{([\\da-fA-F]{1,6})\\}|p\\{(?:Is)?(\\w+)\\}|P\\{(\\w+)\\}|[pP]([A-Z])|([^]))";
const ESCAPE = new RegExp(ESCAPES, "gu");
const ATOM = new RegExp(`^(?:\\[\\^?\\]?(?:\\\\[^]|[^\\\\\\]])*\\]|${ESCAPES}|[^])`, "u");
const CATEGORY = /^(L[ulmot]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?)$/;
const SPACES = "\\t\\n\\f\\r ";
const programs = new Map();

const literal = (sign) => sign.replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");

// half characters, which RE2 cannot read
const whole = (text) => characters(text.replace(/[\ud800-\udfff]/gu, "?"));
const isWord = (sign) => /^\w$/.test(sign);
const START = (place) => !place;
const END = (place, signs) => place === signs.length;
const EDGE = (place, signs) => isWord(signs[place - 1]) !== isWord(signs[place]);
const ASSERTIONS = { "^": START, "\\A": START, $: END, "\\z": END, "\\Z": END, "\\b": EDGE };

export function matches(text, pattern) {
  if (!programs.has(pattern)) programs.set(pattern, compile(whole(pattern)));
  const program = programs.get(pattern);
  const signs = whole(text);
  const width = signs.length + 1;
  if (program.length * width > MAX_MEETINGS) throw ASK;
  const met = new Uint8Array(program.length * width);
  const pending = Array.from({ length: width }, (_, place) => [0, place]);
  while (pending.length) {
    const [step, place] = pending.pop();
    if (met[step * width + place]++) continue;
    const { fork, holds, takes } = program[step];
    if (fork) pending.push(...fork.map((other) => [other, place]));
    else if (takes) { if (place < signs.length && takes.test(signs[place])) pending.push([step + 1, place + 1]); }
    else if (!holds) return true;
    else if (holds(place, signs)) pending.push([step + 1, place]);
  }
  return false;
}

/* The steps: { takes } a character, { holds } at a place, { fork } to other steps, {} at the end. */
function compile(signs) {
  if (signs.length > 1000) throw FAILURE;
  let rest = signs.join("");
  const program = [];
  const emit = (step) => {
    if (program.push(step) > MAX_PROGRAM) throw ASK;
    return step;
  };
  const fork = () => emit({ fork: [program.length + 1] }).fork;
  const eat = (expression) => {
    const found = expression.exec(rest);
    rest = found ? rest.slice(found[0].length) : rest;
    return found;
  };

  // Each reader returns what writes its part of the program: a repeated part is written several times.
  function alternatives() {
    const first = sequence();
    if (!eat(/^\|/)) return first;
    const others = alternatives();
    return () => {
      const start = fork();
      first();
      const end = fork();
      start.push(program.length);
      others();
      end[0] = program.length;
    };
  }

  function sequence() {
    const parts = [];
    while (rest && !/^[|)]/.test(rest)) parts.push(repeated(atom()));
    return () => parts.forEach((part) => part());
  }

  function repeated(part) {
    const found = eat(QUANTIFIER);
    if (!found) return part;
    const [, sign, low, comma, high] = found;
    const least = sign ? +(sign === "+") : +low;
    const most = sign === "?" ? 1 : sign || (comma && !high) ? Infinity : +(high || low);
    if (QUANTIFIER.test(rest) || least > 1000 || most < least || (high && most > 1000)) throw ASK;
    return () => {
      for (let count = 0; count < least; count++) part();
      const start = program.length;
      const forks = [];
      for (let count = least; count < Math.min(most, least + 1000); count++) {
        forks.push(fork());
        part();
        if (most === Infinity) {
          fork()[0] = start;
          break;
        }
      }
      for (const each of forks) each.push(program.length);
    };
  }

  function atom() {
    if (eat(/^\((\?:)?(?!\?)/)) {
      const inside = alternatives();
      if (!eat(/^\)/)) throw ASK;
      return inside;
    }
    if (QUANTIFIER.test(rest) || /^\(/.test(rest)) throw ASK;
    const [written] = eat(ATOM);
    const holds = ASSERTIONS[written];
    const step = holds ? { holds } : { takes: characterTest(written) };
    return () => emit(step);
  }

  const write = alternatives();
  if (rest) throw ASK;
  write();
  emit({});
  return program;
}

/* The test of one character: a sign, an escape or a class between brackets, written as this language wants it. */
function characterTest(written) {
  if (written === ".") return /[^\n]/u;
  const isClass = /^\[[^]/u.test(written);
  if (/^[[\\]$|^\[\^?\]|\[[:=.]/.test(written)) throw ASK;
  const plain = isClass ? written.replace(/(\\[dsw])-(?!\])/gi, "$1\\-") : written;
  const source = plain.replace(ESCAPE, (all, short, two, long, name, other, letter, sign) => {
    const code = short || two || long;
    const category = name || other || letter;
    if (code) return `\\u{${code}}`;
    if (category && CATEGORY.test(category)) return `\\${all[1]}{${category}}`;
    if (sign === "S" && !isClass) return `[^${SPACES}]`;
    if (category || /[\dAbBCEGPpQSxzZ]/.test(sign)) throw ASK;
    if (sign === "a") return "\\x07";
    if (sign === "s") return isClass ? SPACES : `[${SPACES}]`;
    return /[dDwWnrtfv]/.test(sign) ? all : literal(sign);
  });
  try {
    return new RegExp(`^${isClass || written[0] === "\\" ? source : literal(written)}$`, "u");
  } catch (error) {
    throw ASK;
  }
}
