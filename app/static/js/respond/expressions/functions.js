/* The functions of ODK XForms and XPath 1.0 (surveys/expressions/functions). Those that are not here, and arguments whose
 * answer depends on who computes, are left to the server (docs/method/phone-engine.md lists them).
 *
 * A signature says what each argument is turned into before the operation gets it, after the scope: t text, n number,
 * b truth, v value as it is, s nodes, `.` the tree itself (computed only if needed); the last one serves for all that
 * follow. The server has counted the arguments. */
import { ASK, FAILURE } from "./faults.js";
import { nodes, number, text, truth, value } from "./interpreter.js";
import {
  DAY, invalidMoment, iso, Moment, momentAt, momentOfDays, readInstant, readMoment,
} from "./moments.js";
import { above, below } from "./nodes.js";
import { matches } from "./patterns.js";
import { asNumber, asText, characters, isMoment, isNodes, isNumber, numbers, texts, words } from "./values.js";

const MAX_TEXT = 10000;
const TURN = { t: text, n: number, b: truth, v: value, s: nodes, ".": (tree) => tree };

export function call(name, trees, scope) {
  const known = FUNCTIONS[name];
  if (!known) throw ASK;
  const [kinds, operation] = known;
  return operation(scope, ...trees.map((tree, index) => TURN[kinds[index] || kinds.slice(-1)](tree, scope)));
}

function joined(given, glue) {
  const made = given.flatMap(texts).join(glue);
  if (made.length > MAX_TEXT) throw ASK;
  return made;
}

const own = (operation) => ["t", (scope, given = scope.node.value) => operation(given)];
const whole = (operation) => ["n", (_, given) => (Number.isFinite(+given) ? operation(given) + 0 : given)];
// A date stays one.
const pick = (isBetter) => ["v", (scope, ...values) => {
  const found = values.flatMap((each) => numbers(each, scope.zone));
  if (!found.length || found.some((each) => isNaN(each))) return NaN;
  return found.reduce((best, each) => (isBetter(each, best) ? each : best));
}];

// Numbers.

/* Halves away from zero. */
function round(_, given, decimals = 0) {
  if (isNaN(given) || isNaN(decimals)) return NaN;
  if (!Number.isFinite(+given) || decimals > 308) return given;
  if (decimals < -308) return 0;
  if (decimals % 1) throw ASK;
  const scale = +`1e${+decimals}`;
  const scaled = Math.abs(given) * scale;
  if (scaled === Infinity) return given;
  const rounded = Math.floor(scaled + 0.5) / scale;
  return 1 / given < 0 ? -rounded : rounded;
}

/* A text that writes a date gives its days, shown as whole days. */
function toNumber(scope, given = [scope.node]) {
  const moment = isNumber(given) || typeof given === "boolean" ? null : readMoment(asText(given), scope.zone);
  return moment ? new Moment(+moment, `${Math.floor(Math.round(moment * DAY) / DAY)}`) : asNumber(given, scope.zone);
}

// Texts.

/* XPath 1.0 §4.2: from the 1-based `start`, both rounded. */
function substring(_, given, start, length) {
  const first = Math.floor(+start + 0.5);
  const last = length === undefined ? Infinity : first + Math.floor(+length + 0.5);
  return characters(given).filter((_sign, index) => index + 1 >= first && index + 1 < last).join("");
}

/* From the 0-based `start` to before `end`; below zero they count from the end. */
function substr(_, given, start, end = Infinity) {
  const signs = characters(given);
  return signs.slice(Math.trunc(start) || 0, Math.trunc(end) || 0).join("");
}

function part(given, place, length, after) {
  if (place < 0) return "";
  return after ? given.slice(place + length) : given.slice(0, place);
}

// Dates and times.

function toMoment(scope, given) {
  if (typeof given === "boolean") return "";
  if (isNumber(given)) return isNaN(given) ? invalidMoment() : momentOfDays(given, scope.zone);
  const written = asText(given);
  if (/-\d(\D|$)/.test(written)) throw ASK; // 2018-1-9
  return written && (readMoment(written, scope.zone) || invalidMoment());
}

const format = (fields) => ["v.", (scope, given, pattern) => {
  const moment = toMoment(scope, given);
  const when = readInstant(isMoment(moment) ? moment.text : moment, scope.zone);
  if (!when) return "";
  const [Y, m, d, H, M, S, thousandths] = iso(when.local).match(/\d+/g);
  const written = { Y, m, d, H, M, S, y: Y.slice(2), n: +m, e: +d, h: +H, 3: thousandths };
  return text(pattern, scope).replace(fields, (_, field) => {
    if (!(field in written)) throw ASK; // names of months and days
    return written[field];
  });
}];

// Nodes.

/* The place in the unbroken run of elements of its name: the number of a repeat. */
function position(scope, given) {
  if (!given) return scope.position;
  if (given.length > 1) throw FAILURE;
  const [node] = given;
  if (!node) return NaN;
  if (!node.parent) return 1;
  let place = 0;
  for (const sibling of node.parent.children) {
    if (sibling.kind === "element") place = sibling.name === node.name ? place + 1 : 0;
    if (sibling === node) break;
  }
  return place;
}

/* indexed-repeat(target, repeat, index[, …]): the pairs may come in any order, outer repeats are entered first. */
function indexedRepeat(scope, target, ...pairs) {
  const given = [];
  while (pairs.length) given.push([nodes(pairs.shift(), scope, true), number(pairs.shift(), scope)]);
  if (given.some(([repeats]) => !repeats.length)) return [];
  given.sort(([[one]], [[other]]) => above(one).length - above(other).length);
  let within = null;
  for (const [repeats, index] of given) {
    within = repeats.filter((repeat) => !within || above(repeat).includes(within))[index - 1];
    if (!within) return [];
  }
  return nodes(target, scope, true).filter((node) => above(node).includes(within));
}

function instance(scope, name) {
  const root = scope.world.instance(name);
  return root ? [root] : [];
}

function choiceName(scope, chosen, asked) {
  if (!isNodes(asked)) {
    const name = asText(asked).split("/").pop();
    asked = below(scope.world.root).filter((node) => node.name === name && node.kind === "element");
  }
  return asked.length ? scope.world.choiceLabel(asked[0], text(chosen, scope)) : "";
}

const FUNCTIONS = {
  __proto__: null,
  abs: ["n", (_, given) => Math.abs(given)],
  boolean: ["b", (_, given) => given],
  "boolean-from-string": ["t", (_, given) => given === "1" || given === "true"],
  ceiling: whole(Math.ceil),
  coalesce: [".", (scope, ...trees) => {
    let given = "";
    trees.some((tree) => (given = text(tree, scope)));
    return given;
  }],
  concat: ["v", (_, ...given) => joined(given, "")],
  contains: ["t", (_, given, piece) => given.includes(piece)],
  count: ["s", (_, given) => given.length],
  "count-non-empty": ["s", (_, given) => given.filter((node) => node.value).length],
  "count-selected": ["t", (_, given) => words(given).length],
  current: ["", (scope) => [scope.world.current]],
  date: ["v", toMoment],
  "date-time": ["v", toMoment],
  "decimal-date-time": ["v", (scope, given) => {
    const moment = toMoment(scope, given);
    return isMoment(moment) ? +moment : NaN;
  }],
  "ends-with": ["t", (_, given, piece) => given.endsWith(piece)],
  false: ["", () => false],
  floor: whole(Math.floor),
  "format-date": format(/%([Yymnbdea])/g),
  "format-date-time": format(/%([YymnbdeaHhMS3])/g),
  if: ["b.", (scope, condition, yes, no) => value(condition ? yes : no, scope)],
  "indexed-repeat": [".", indexedRepeat],
  instance: ["t", instance],
  int: whole(Math.trunc),
  join: ["tv", (_, glue, ...given) => joined(given, glue)],
  "jr:choice-name": [".v", choiceName],
  last: ["", (scope) => scope.size],
  max: pick((one, other) => one > other),
  min: pick((one, other) => one < other),
  "normalize-space": own((given) => words(given).join(" ")),
  not: ["b", (_, given) => !given],
  now: ["", (scope) => momentAt(scope.world.moment)],
  number: ["v", toNumber],
  position: ["s", position],
  regex: ["t", (_, given, pattern) => matches(given, pattern)],
  round: ["n", round],
  selected: ["t", (_, given, choice) => {
    const found = words(given);
    return (found.length ? found : [""]).includes(choice.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
  }],
  "selected-at": ["tn", (_, given, index) => (index >= 0 && words(given)[Math.trunc(index)]) || ""],
  "starts-with": ["t", (_, given, piece) => given.startsWith(piece)],
  string: own((given) => given),
  "string-length": own((given) => characters(given).length),
  substr: ["tn", substr],
  substring: ["tn", substring],
  "substring-after": ["t", (_, given, piece) => part(given, given.indexOf(piece), piece.length, true)],
  "substring-before": ["t", (_, given, piece) => part(given, given.indexOf(piece))],
  sum: ["v", (scope, given) => {
    const found = numbers(given, scope.zone);
    return found.length ? found.reduce((total, each) => total + +each, 0) : NaN;
  }],
  today: ["", (scope) => readMoment(iso(scope.world.moment.local).slice(0, 10), scope.zone)],
  true: ["", () => true],
};
