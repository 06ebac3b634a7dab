/* The functions of ODK XForms and XPath 1.0 (surveys/expressions/functions).
 *
 * A signature says what each argument is turned into before the operation gets it, after the scope: t text, n number,
 * b truth, v value as it is, s nodes, `.` the tree itself (computed only if needed). What follows `?` may be absent; a
 * last `*` lets the last one come any number of times. Functions that only the server computes are `ask`. */
import { seedOf, shuffle } from "./chance.js";
import { ASK, Failure } from "./faults.js";
import { nodes, number, text, truth, value, visit } from "./interpreter.js";
import {
  DAY, Moment, invalidMoment, midnight, momentAt, momentOfDays, readInstant, readMoment, readUnpaddedMoment, timeOfDay,
} from "./moments.js";
import { below } from "./nodes.js";
import { matches } from "./patterns.js";
import { asNumber, asText, asTruth, characters, isMoment, isNodes, isNumber, numbers, texts, words } from "./values.js";

const MAX_TEXT = 10000;
const TURN = { t: text, n: number, b: truth, v: value, s: nodes, ".": (tree) => tree };

export function call(name, trees, scope) {
  const known = FUNCTIONS.get(name);
  if (!known) throw new Failure("unknown_function");
  const [signature, operation] = known;
  const kinds = signature.replace(/[?*]/g, "");
  const least = signature.includes("?") ? signature.indexOf("?") : kinds.length;
  if (trees.length < least || (trees.length > kinds.length && !signature.endsWith("*"))) throw new Failure("arity");
  return operation(scope, ...trees.map((tree, index) => TURN[kinds[Math.min(index, kinds.length - 1)]](tree, scope)));
}

const ask = ["?.*", () => { throw ASK; }];

function bounded(made) {
  if (made.length > MAX_TEXT && characters(made).length > MAX_TEXT) throw new Failure("text_too_long");
  return made;
}

const normalized = (given) => words(given).join(" ");
const own = (operation) => ["?t", (scope, given = scope.node.value) => operation(given)];
const about = (describe) => ["?s", (scope, given = [scope.node]) => (given.length ? describe(given[0]) : "")];
const whole = (operation) => ["n", (_, given) => (Number.isFinite(+given) ? operation(given) + 0 : given)];
const overAll = (operation, signature = "v?v*") => [signature, (scope, ...values) => {
  const found = values.flatMap((each) => numbers(each, scope.zone));
  return found.length ? operation(found) : NaN;
}];
const pick = (isBetter) => overAll((found) =>
  found.some((each) => isNaN(each)) ? NaN : found.reduce((best, each) => (isBetter(each, best) ? each : best)));

// Numbers.

/* Halves away from zero. */
function round(_, given, decimals = 0) {
  decimals = +decimals;
  if (isNaN(given) || isNaN(decimals)) return NaN;
  if (!Number.isFinite(+given) || decimals > 308) return given;
  if (decimals < -308) return 0;
  if (decimals % 1) throw ASK;
  const scale = +`1e${decimals}`;
  const scaled = Math.abs(given) * scale;
  if (scaled === Infinity) return given;
  const rounded = Math.floor(scaled + 0.5) / scale;
  return 1 / given < 0 ? -rounded : rounded;
}

/* Whole powers of whole numbers are exact; the last digit of others depends on who computes them. */
function power(base, exponent) {
  if (isNaN(base) || isNaN(exponent)) return NaN;
  if (base % 1 || exponent % 1 || exponent < 0 || exponent > 64 || Math.abs(base) > 2 ** 53 || 1 / base < -1e99) throw ASK;
  const made = BigInt(+base) ** BigInt(+exponent);
  if (made > 2n ** 53n || made < -(2n ** 53n)) throw ASK;
  return Number(made);
}

// Texts.

/* XPath 1.0 §4.2: from the 1-based `start`, both rounded. */
function substring(_, given, start, length) {
  const halfUp = (each) => Math.floor(+each + 0.5);
  const first = halfUp(start);
  const last = length === undefined ? Infinity : first + halfUp(length);
  return characters(given).filter((_sign, index) => index + 1 >= first && index + 1 < last).join("");
}

/* From the 0-based `start` to before `end`; below zero they count from the end. */
function substr(_, given, start, end = Infinity) {
  const signs = characters(given);
  const place = (each) => {
    const index = Math.trunc(each) || 0;
    return Math.min(Math.max(index < 0 && index > -Infinity ? index + signs.length : index, 0), signs.length);
  };
  return signs.slice(place(start), Math.max(place(start), place(end))).join("");
}

function translate(_, given, wanted, replacements) {
  const from = characters(wanted);
  const to = characters(replacements);
  return characters(given).map((sign) => (from.includes(sign) ? to[from.indexOf(sign)] || "" : sign)).join("");
}

function decode(_, given) {
  const bare = words(given).join("").replace(/=+$/, "");
  if (/[^\w+/]|_/.test(bare) || bare.length % 4 === 1) return "";
  const bytes = Uint8Array.from(atob(bare), (sign) => sign.charCodeAt(0));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

// Truth.

const truths = (given) => (isNodes(given) ? given.map((node) => /[^ \t\r\n]/.test(node.value)) : [asTruth(given)]);
const isBetween = (least, total, most) => least <= total && total <= (+most === -1 ? Infinity : most);

function weightedChecklist(scope, ...trees) {
  if (trees.length % 2) throw new Failure("pairs");
  const [least, most] = trees.splice(0, 2).map((tree) => number(tree, scope));
  const given = trees.map((tree) => value(tree, scope));
  let total = 0;
  for (let index = 0; index < given.length; index += 2) {
    const said = truths(given[index]);
    const weights = numbers(given[index + 1], scope.zone);
    if (said.length < weights.length) return false;
    weights.forEach((weight, place) => { if (said[place]) total += +weight; });
  }
  return isBetween(least, total, most);
}

// Dates and times.

function toMoment(scope, given) {
  if (typeof given === "boolean") return "";
  if (isNumber(given)) return isNaN(given) ? invalidMoment() : momentOfDays(given, scope.zone);
  const written = asText(given);
  return written && (readUnpaddedMoment(written, scope.zone) || invalidMoment());
}

const MONTHS = {
  en: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
  fr: "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
};
const DAYS = { en: "Sun Mon Tue Wed Thu Fri Sat", fr: "dim. lun. mar. mer. jeu. ven. sam." };

const format = (fields) => ["v.", (scope, given, pattern) => {
  const moment = toMoment(scope, given);
  const when = readInstant(isMoment(moment) ? moment.text : moment, scope.zone);
  if (!when) return "";
  const language = /^fr(-|$)/i.test(scope.world.locale) ? "fr" : "en";
  const date = new Date(when.local);
  const [, year, month, day, hour, minute, second, thousandths] =
    /(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+).(\d+)/.exec(date.toISOString());
  const written = {
    Y: year, y: year.slice(2), m: month, n: +month, b: MONTHS[language].split(" ")[month - 1], d: day, e: +day,
    a: DAYS[language].split(" ")[date.getUTCDay()], H: hour, h: +hour, M: minute, S: second, 3: thousandths,
  };
  return text(pattern, scope).replace(fields, (_, field) => written[field]);
}];

/* A text that writes a date gives its days, shown as whole days. */
function toNumber(scope, given = [scope.node]) {
  const moment = isNodes(given) || typeof given === "string" ? readMoment(asText(given), scope.zone) : null;
  return moment ? new Moment(+moment, `${Math.floor(Math.round(moment * DAY) / DAY)}`, true) : asNumber(given, scope.zone);
}

// Nodes.

const above = (node) => (node.parent ? [node.parent, ...above(node.parent)] : []);

/* The place in the unbroken run of elements of its name: the number of a repeat. */
function position(scope, given) {
  if (!given) return scope.position;
  if (given.length > 1) throw new Failure("one_node");
  if (!given.length) return NaN;
  const [node] = given;
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
  if (pairs.length % 2) throw new Failure("pairs");
  const given = [];
  for (let index = 0; index < pairs.length; index += 2) {
    given.push([nodes(pairs[index], scope, true), number(pairs[index + 1], scope)]);
  }
  if (given.some(([repeats]) => !repeats.length)) return [];
  given.sort(([[one]], [[other]]) => above(one).length - above(other).length);
  let within = null;
  for (const [repeats, index] of given) {
    const inside = repeats.filter((repeat) => !within || above(repeat).includes(within));
    within = inside[index - 1];
    if (!within) return [];
  }
  return nodes(target, scope, true).filter((node) => above(node).includes(within));
}

function pulldata(scope, name, ...trees) {
  const root = scope.world.instance(name);
  if (!root) return "";
  const items = root.children.flatMap((top) => top.children);
  visit(scope, items.length);
  const [wanted, keyName, key] = trees.map((tree) => text(tree, scope));
  const cell = (item, column) => item.children.find((each) => each.name === column);
  const found = items.find((item) => item.children.some((each) => each.name === keyName && each.value === key));
  const seen = found && cell(found, wanted);
  return seen ? seen.value : "";
}

function choiceName(scope, chosen, asked) {
  if (!isNodes(asked)) {
    const name = asText(asked).split("/").pop();
    asked = below(scope.world.root).filter((node) => node.name === name && node.kind === "element");
  }
  return asked.length ? scope.world.choiceLabel(asked[0], text(chosen, scope)) : "";
}

function randomize(scope, given, seed) {
  if (seed === undefined) throw ASK;
  const found = +asNumber(seed, scope.zone);
  if (isNaN(found)) return shuffle(given, asText(seed) ? seedOf(asText(seed)) : 0n);
  if (Number.isFinite(found)) return shuffle(given, BigInt(Math.trunc(found)));
  return shuffle(given, found > 0 ? 2n ** 63n - 1n : -(2n ** 63n));
}

const FUNCTIONS = new Map(Object.entries({
  abs: ["n", (_, given) => Math.abs(given)],
  "base64-decode": ["t", decode],
  boolean: ["b", (_, given) => given],
  "boolean-from-string": ["t", (_, given) => given === "1" || given === "true"],
  ceiling: whole(Math.ceil),
  checklist: ["nn?v*", (_, least, most, ...given) =>
    isBetween(least, given.flatMap(truths).filter(Boolean).length, most)],
  coalesce: [".?.*", (scope, ...trees) => {
    for (const tree of trees) {
      const given = text(tree, scope);
      if (given) return given;
    }
    return "";
  }],
  concat: ["?v*", (_, ...given) => bounded(given.flatMap(texts).join(""))],
  contains: ["tt", (_, given, part) => given.includes(part)],
  count: ["s", (_, given) => given.length],
  "count-non-empty": ["s", (_, given) => given.filter((node) => node.value !== "").length],
  "count-selected": ["t", (_, given) => words(given).length],
  current: ["", (scope) => [scope.world.current]],
  date: ["v", toMoment],
  "date-time": ["v", toMoment],
  "decimal-date-time": ["v", (scope, given) => {
    const moment = toMoment(scope, given);
    return isMoment(moment) ? +moment : NaN;
  }],
  "decimal-time": ["t", (scope, given) => timeOfDay(given, scope.zone)],
  "ends-with": ["tt", (_, given, part) => given.endsWith(part)],
  exp10: ["n", (_, given) => power(10, given)],
  false: ["", () => false],
  floor: whole(Math.floor),
  "format-date": format(/%([Yymnbdea])/g),
  "format-date-time": format(/%([YymnbdeaHhMS3])/g),
  if: ["b..", (scope, condition, yes, no) => value(condition ? yes : no, scope)],
  "indexed-repeat": ["...?....", indexedRepeat],
  instance: ["t", (scope, name) => {
    const root = scope.world.instance(name);
    return root ? [root] : [];
  }],
  int: whole(Math.trunc),
  join: ["t?v*", (_, glue, ...given) => bounded(given.flatMap(texts).join(glue))],
  "jr:choice-name": [".v", choiceName],
  "jr:itext": ["t", (scope, identifier) => scope.world.translation(identifier)],
  last: ["", (scope) => scope.size],
  "local-name": about((node) => node.name.split(":").pop()),
  max: pick((one, other) => one > other),
  min: pick((one, other) => one < other),
  name: about((node) => node.name),
  "normalize-space": own(normalized),
  not: ["b", (_, given) => !given],
  now: ["", (scope) => momentAt(scope.world.moment, scope.zone)],
  number: ["?v", toNumber],
  once: [".", (scope, tree) => scope.node.value || text(tree, scope)],
  pi: ["", () => Math.PI],
  position: ["?s", position],
  pow: ["nn", (_, base, exponent) => power(base, exponent)],
  property: ["t", (scope, name) => scope.world.setting(name)],
  pulldata: ["t...", pulldata],
  randomize: ["s?v", randomize],
  regex: ["tt", (_, given, pattern) => matches(given, pattern)],
  round: ["n?n", round],
  selected: ["tt", (_, given, choice) => {
    const found = words(given);
    return (found.length ? found : [""]).includes(choice.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
  }],
  "selected-at": ["tn", (_, given, index) => (index >= 0 && words(given)[Math.trunc(index)]) || ""],
  sqrt: ["n", (_, given) => Math.sqrt(given)],
  "starts-with": ["tt", (_, given, part) => given.startsWith(part)],
  string: own((given) => given),
  "string-length": own((given) => characters(given).length),
  substr: ["tn?n", substr],
  substring: ["tn?n", substring],
  "substring-after": ["tt", (_, given, part) => (given.includes(part) ? given.slice(given.indexOf(part) + part.length) : "")],
  "substring-before": ["tt", (_, given, part) => (given.includes(part) ? given.slice(0, given.indexOf(part)) : "")],
  sum: overAll((found) => found.reduce((total, each) => total + +each, 0), "v"),
  today: ["", (scope) => midnight(scope.world.moment, scope.zone)],
  translate: ["ttt", translate],
  true: ["", () => true],
  version: ["", (scope) => scope.world.setting("version")],
  "weighted-checklist": ["..?.*", weightedChecklist],
}));
for (const name of (
  "acos area asin atan atan2 cos digest distance exp geofence id lang log log10 namespace-uri random sin tan uuid"
).split(" ")) FUNCTIONS.set(name, ask);
