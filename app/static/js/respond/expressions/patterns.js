/* Patterns of authors as RE2 reads them (surveys/expressions/patterns.py), matched in time that grows with the pattern
 * times the text, whatever the pattern: each place of the program meets each place of the text once.
 *
 * What is written otherwise than here (flags, names, octal codes, scripts, classes in brackets) is left to the server;
 * so is \B, which RE2 also finds inside characters of several bytes. */
import { ASK, Failure } from "./faults.js";
import { characters } from "./values.js";

const MAX_PROGRAM = 5000;
const MAX_STATES = 4e6;
const SPACES = [[9, 10], [12, 13], [32, 32]];
const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]];
const CLASSES = { d: [[48, 57]], s: SPACES, w: WORD };
const CONTROLS = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const CATEGORY = /^(L[ulmot]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?)$/;
const QUANTIFIER = /^(?:([*+?])|\{(\d+)(,(\d*))?\})\??/;
const programs = new Map();

const within = (ranges) => (code) => ranges.some(([low, high]) => low <= code && code <= high);
const isWord = within(WORD);
const code = (character) => character.codePointAt(0);
const known = (text) => text.replace(/[\ud800-\udfff]/gu, "?"); // half characters, which RE2 cannot read

export function matches(text, pattern) {
  if (!programs.has(pattern)) programs.set(pattern, compile(known(pattern)));
  const program = programs.get(pattern);
  const codes = characters(known(text)).map(code);
  if (program.length * (codes.length + 1) > MAX_STATES) throw ASK;
  const seen = new Uint8Array(program.length * (codes.length + 1));
  const pending = codes.map((_, place) => [0, place]);
  pending.push([0, codes.length]);
  while (pending.length) {
    const [step, place] = pending.pop();
    if (seen[step * (codes.length + 1) + place]++) continue;
    const { fork, holds, takes } = program[step];
    if (fork) pending.push(...fork.map((other) => [other, place]));
    else if (holds) { if (holds(place, codes)) pending.push([step + 1, place]); }
    else if (!takes) return true;
    else if (place < codes.length && takes(codes[place])) pending.push([step + 1, place + 1]);
  }
  return false;
}

const isEdge = (place, codes) => isWord(codes[place - 1]) !== isWord(codes[place]);
const START = (place) => !place;
const END = (place, codes) => place === codes.length;
const ASSERTIONS = { A: START, z: END, Z: END, b: isEdge };

function compile(pattern) {
  const signs = characters(pattern);
  if (signs.length > 1000) throw new Failure("regex");
  let at = 0;
  const program = [];
  const rest = () => signs.slice(at).join("");
  const emit = (step) => {
    if (program.push(step) > MAX_PROGRAM) throw ASK;
  };
  const eat = (expression) => {
    const found = expression.exec(rest());
    if (found) at += characters(found[0]).length;
    return found;
  };

  // Each reader returns what writes its part of the program: a repeated part is written several times.
  function alternatives() {
    const branches = [sequence()];
    while (eat(/^\|/)) branches.push(sequence());
    return () => {
      const ends = [];
      branches.forEach((branch, index) => {
        const fork = [program.length + 1];
        if (index < branches.length - 1) emit({ fork });
        branch();
        if (index < branches.length - 1) {
          ends.push([]);
          emit({ fork: ends[index] });
          fork.push(program.length);
        }
      });
      for (const end of ends) end.push(program.length);
    };
  }

  function sequence() {
    const parts = [];
    while (at < signs.length && !/[|)]/.test(signs[at])) parts.push(repeated(atom()));
    return () => parts.forEach((part) => part());
  }

  function repeated(part) {
    const found = eat(QUANTIFIER);
    if (!found) return part;
    if (QUANTIFIER.test(rest())) throw ASK;
    const [, sign, low, comma, high] = found;
    const least = sign ? +(sign === "+") : +low;
    const most = sign === "?" ? 1 : sign || (comma && !high) ? Infinity : +(comma ? high : low);
    if (least > 1000 || most < least || (most > 1000 && most < Infinity)) throw ASK;
    return () => {
      for (let count = 0; count < least; count++) part();
      if (most === Infinity) {
        const start = program.length;
        const fork = [start + 1];
        emit({ fork });
        part();
        emit({ fork: [start] });
        fork.push(program.length);
      } else {
        const forks = [];
        for (let count = least; count < most; count++) {
          forks.push([program.length + 1]);
          emit({ fork: forks[forks.length - 1] });
          part();
        }
        for (const fork of forks) fork.push(program.length);
      }
    };
  }

  function atom() {
    if (eat(/^\((\?:)?/)) {
      if (signs[at] === "?") throw ASK;
      const inside = alternatives();
      if (!eat(/^\)/)) throw ASK;
      return inside;
    }
    if (QUANTIFIER.test(rest())) throw ASK;
    const sign = signs[at++];
    if (sign === "^" || sign === "$") return () => emit({ holds: sign === "$" ? END : START });
    if (sign === ".") return () => emit({ takes: (other) => other !== 10 });
    let takes = sign === "[" ? bracket() : sign === "\\" ? escape() : code(sign);
    if (typeof takes === "string") {
      const holds = ASSERTIONS[takes];
      return () => emit({ holds });
    }
    if (typeof takes === "number") takes = within([[takes, takes]]);
    return () => emit({ takes });
  }

  // The number of a character, the test of a class, or the letter of an assertion.
  function escape() {
    const hex = eat(/^(?:u([\da-fA-F]{4})|[ux]\{([\da-fA-F]{1,6})\}|x([\da-fA-F]{2}))/);
    if (hex) return parseInt(hex[1] || hex[2] || hex[3], 16);
    const named = eat(/^(p)(?:\{(?:Is)?(\w+)\}|([A-Z]))|^(P)(?:\{(\w+)\}|([A-Z]))/);
    if (named) {
      const name = named[2] || named[3] || named[5] || named[6];
      if (!CATEGORY.test(name)) throw ASK;
      const category = new RegExp(`\\${named[1] || named[4]}{${name}}`, "u");
      return (other) => category.test(String.fromCodePoint(other));
    }
    const sign = signs[at++];
    if (!sign || /[\dQECGpPxB]/.test(sign)) throw ASK;
    if (CONTROLS[sign]) return CONTROLS[sign];
    if (CLASSES[sign]) return within(CLASSES[sign]);
    const opposite = CLASSES[sign.toLowerCase()];
    if (/[DSW]/.test(sign)) return (other) => !within(opposite)(other);
    return ASSERTIONS[sign] ? sign : code(sign);
  }

  function bracket() {
    const inverted = !!eat(/^\^/);
    const tests = [];
    const member = () => {
      const sign = signs[at++];
      const found = sign === "\\" ? escape() : sign && code(sign);
      if (!found || typeof found === "string" || (sign === "[" && signs[at] === ":")) throw ASK;
      return found;
    };
    do {
      const low = member();
      if (typeof low === "function") tests.push(low);
      else if (signs[at] === "-" && signs[at + 1] !== "]") {
        at++;
        const high = member();
        if (!(high >= low)) throw ASK;
        tests.push(within([[low, high]]));
      } else tests.push(within([[low, low]]));
    } while (signs[at] !== "]");
    at++;
    return (other) => tests.some((test) => test(other)) !== inverted;
  }

  const write = alternatives();
  if (at < signs.length) throw ASK;
  write();
  emit({});
  return program;
}
