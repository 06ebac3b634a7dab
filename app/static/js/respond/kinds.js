/* What each type of item reads, checks and gives (surveys/items). `item` is that of the form; `fields` are those of a
 * page: { name: [values] }, parts of an answer being named "key:part". */
import { readInstant, Zone } from "./expressions/moments.js";
import { strip, tokens } from "./texts.js";

const UTC = new Zone("UTC");
const NUMBER = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/;
const WHOLE = /^[+-]?\d+$/;
const isNumeric = (type) => /^(integer|decimal|range)$/.test(type);
export const isSilent = (type) => /^(calculate|hidden|start|end|today)$/.test(type);
export const isAnswered = (type) => !isSilent(type) && type !== "note";

/* The typed value of a text of the tree of answers. */
export function valueOf(type, text) {
  if (isNumeric(type)) return NUMBER.test(text) ? +text.replace(",", ".") : text;
  return type === "rank" || type === "select_multiple" ? tokens(text) : text;
}

/* The code of what is wrong with a text of the tree of answers, "" when nothing is. */
export function check({ type, parameters }, text) {
  const wrong = {
    integer: () => !WHOLE.test(text) && "not_a_whole_number",
    decimal: () => !NUMBER.test(text) && "not_a_number",
    range: () => offTheScale(parameters, text),
    date: () => !readInstant(text.slice(0, 10), UTC) && "not_a_date",
    datetime: () => !readInstant(text, UTC) && "not_a_date",
    time: () => !(text[2] === ":" && readInstant(`1970-01-01T${text}`, UTC)) && "not_a_time",
  }[type];
  const code = wrong && wrong();
  return code ? `surveys.${code}` : "";
}

const DECIMAL = /^[+-]?(\d{1,9}\.?\d{0,6}|\.\d{1,6})$/;

/* A decimal is a whole number of its smallest part. */
function offTheScale({ start, end, step } = {}, text) {
  if (!DECIMAL.test(text)) return "not_a_number";
  const written = [[start, "1"], [end, "10"], [step, "1"]].map(([given, usual]) => (DECIMAL.test(given) ? given : usual));
  const places = Math.max(...[text, ...written].map((each) => (each.split(".")[1] || "").length));
  const [number, first, last, size] = [text, ...written].map((each) => Math.round(each * 10 ** places));
  const isOff = (first < last ? number < first || number > last : number > first || number < last);
  return (isOff || (number - first) % (size || 10 ** places)) && "off_the_scale";
}

const DIGITS = "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹";
const plainDigits = (text) =>
  text.replace(/[٠-٩۰-۹]/g, (sign) => DIGITS.indexOf(sign) % 10).replace(/٫/g, ",").replace(/٬/g, "'");

const wrong = (code, raw) => ({ value: null, code: `surveys.${code}`, raw });
const found = (value, raw) => ({ value, code: "", raw });

/* { value, code, raw }: a value or null, or what was not understood; `raw` is what was typed. */
export function readAnswer(item, fields) {
  const first = (name) => strip((fields[name] || [])[0] || "");
  const { type, key } = item;
  const typed = first(key);
  if (isNumeric(type)) return readNumber(item, typed);
  if (type === "select_multiple" || type === "rank") return readSeveral(item, fields);
  if (type === "date") return readDate(item, first, typed);
  if (type === "time") return readTime(typed);
  if (type === "datetime") return readDateTime(item, first, typed);
  if (type === "acknowledge") return found(typed ? "OK" : null, typed);
  return type === "select_one" ? found(typed || null, typed) : readText((fields[key] || [])[0] || "");
}

function readText(typed) {
  const text = typed.replace(/\r\n?/g, "\n").normalize("NFC")
    .replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]|[\ud800-\udfff](?<![\ud800-\udbff][\udc00-\udfff])(?![\udc00-\udfff])/g, "");
  return Array.from(text).length > 10000 ? wrong("text_too_long", typed) : found(strip(text) || null, typed);
}

function readNumber(item, typed) {
  if (!typed) return found(null, typed);
  let text = plainDigits(typed).replace(/[ \xa0\u202f\u2009\u2007']+/g, "").replace(/\u2212/g, "-")
    .replace(/(?<=[\d.,])(€|eur|euros?|%|h|heures?|hours?)$/i, "");
  const signs = text.match(/[.,]/g) || [];
  if (signs.length > 1) {
    const last = signs.includes(",") && signs.includes(".") ? Math.max(text.lastIndexOf(","), text.lastIndexOf(".")) : text.length;
    text = text.slice(0, last).replace(/[.,]/g, "") + text.slice(last).replace(",", ".");
  }
  if (!NUMBER.test(text)) return wrong("not_a_number", typed);
  if (text.replace(/\D/g, "").length > 15) return wrong("number_too_long", typed);
  const number = +text.replace(",", ".");
  if (item.type === "integer" && number % 1) return wrong("not_a_whole_number", typed);
  if (item.type === "range" && check(item, `${number}`)) return wrong("off_the_scale", typed);
  return found(number, typed);
}

function readSeveral({ type, key }, fields) {
  const names = [...new Set((fields[key] || []).flatMap(tokens))];
  if (names.length || type !== "rank") return found(names.length ? names : null, names);
  const places = {};
  for (const [name, [given = ""]] of Object.entries(fields)) {
    if (name.startsWith(`${key}:`) && name !== `${key}:missing` && strip(given)) places[name.slice(key.length + 1)] = strip(given);
  }
  const order = Object.keys(places);
  if (!order.length) return found(null, "");
  if (order.some((name) => !/^\d+$/.test(places[name]))) return wrong("rank_not_a_place", places);
  if (new Set(order.map((name) => +places[name])).size < order.length) return wrong("rank_repeated", places);
  return found(order.sort((one, other) => places[one] - places[other]), places);
}

function readDate({ key, appearance = "" }, first, typed) {
  const parts = { day: first(`${key}:day`), month: first(`${key}:month`), year: first(`${key}:year`) };
  if (!(parts.day || parts.month || parts.year)) return typed ? { ...readDay(typed), raw: typed } : found(null, typed);
  const shown = tokens(appearance);
  if (shown.includes("year")) parts.month = parts.month || "1";
  if (shown.includes("year") || shown.includes("month-year")) parts.day = parts.day || "1";
  if (!(parts.day && parts.month && parts.year)) return wrong("date_unfinished", parts);
  return { ...buildDate(parts.year, parts.month, parts.day), raw: parts };
}

function readDay(typed) {
  const text = plainDigits(typed);
  const french = /^(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})$/.exec(text);
  if (french) return buildDate(french[3], french[2], french[1]);
  const [year, month = "", ...rest] = text.split("-");
  return buildDate(year, month, rest.join("-"));
}

function buildDate(...parts) {
  const [year, month, day] = parts.map((part) => (/^\d+$/.test(strip(plainDigits(part))) ? +plainDigits(part) : 0));
  const text = `${year}-${`${month}`.padStart(2, "0")}-${`${day}`.padStart(2, "0")}`;
  return year < 1850 || year > 2200 || !readInstant(text, UTC) ? wrong("not_a_date") : found(text);
}

function readTime(typed) {
  if (!typed) return found(null, typed);
  const parts = /^(\d{1,2})\s*(?:[:hH]\s*(\d{2})?)?(?::(\d{2})(?:\.\d+)?)?$/.exec(plainDigits(typed));
  const [, hour, minute = "0", second = "0"] = parts || [];
  if (!parts || hour > 23 || minute > 59 || second > 59) return wrong("not_a_time", typed);
  return found(`${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`, typed);
}

function readDateTime(item, first, typed) {
  const sign = typed.includes("T") ? "T" : " ";
  const day = typed.split(sign)[0];
  const on = readDate(item, (name) => (name === item.key ? day : first(name)), day);
  const at = readTime(typed.slice(day.length + 1) || first(`${item.key}:time`));
  const code = on.code || at.code;
  const part = (name) => first(`${item.key}:${name}`);
  const raw = typed || { day: part("day"), month: part("month"), year: part("year"), time: part("time") };
  if (code) return { value: null, code, raw };
  if (!on.value && !at.value) return found(null, typed);
  return on.value && at.value ? found(`${on.value}T${at.value}`, raw) : wrong("date_unfinished", raw);
}
