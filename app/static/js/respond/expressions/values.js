/* The four types of XPath 1.0 and their conversions (surveys/expressions/values.py): text, number (a Moment is a number
 * that shows as a date), truth, nodes (a list). An empty number is NaN. */
import { Moment, readMoment } from "./moments.js";

const NUMBER = /^[ \t\r\n]*([+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity))[ \t\r\n]*$/;

const isText = (value) => typeof value === "string";
const isTruth = (value) => typeof value === "boolean";
export const isNodes = Array.isArray;
export const isMoment = (value) => value instanceof Moment;
/* Whether `value` counts as a number: a date does. */
export const isNumber = (value) => typeof value === "number" || isMoment(value);

export function asTruth(value) {
  if (isTruth(value)) return value;
  return isNumber(value) ? !!+value : value.length > 0;
}

/* A date stays one: functions that pick a number among others give it back whole. */
export function asNumber(value, zone) {
  if (isNumber(value)) return value;
  if (isTruth(value)) return +value;
  if (isText(value)) return textToNumber(value, zone);
  return value.length ? textToNumber(value[0].value, zone) : NaN;
}

export function textToNumber(text, zone) {
  const found = NUMBER.exec(text);
  if (found) return +found[1];
  const moment = readMoment(text, zone);
  return moment ? +moment : NaN;
}

export function asText(value) {
  if (isText(value)) return value;
  if (isTruth(value)) return `${value}`;
  if (isMoment(value)) return value.text;
  if (isNumber(value)) return value === value ? `${value}` : "";
  return value.length ? value[0].value : "";
}

/* Any pair of nodes will do; a truth, then a number, makes the other one alike (XPath 1.0 §3.4). With `wanted` false:
 * whether some pair differs, which equality does not exclude when there are several nodes. */
export function compare(left, right, zone, wanted) {
  if (isTruth(left) || isTruth(right)) return (asTruth(left) === asTruth(right)) === wanted;
  const each = (value) => (isNodes(value) ? texts(value) : [value]);
  const same = (one, other) =>
    isText(one) && isText(other) ? one === other : +asNumber(one, zone) === +asNumber(other, zone);
  return each(left).some((one) => each(right).some((other) => same(one, other) === wanted));
}

/* One number a node, or the number of a value that is no node. */
export const numbers = (value, zone) =>
  isNodes(value) ? value.map((node) => textToNumber(node.value, zone)) : [asNumber(value, zone)];

/* One text a node, or the text of a value that is no node. */
export const texts = (value) => (isNodes(value) ? value.map((node) => node.value) : [asText(value)]);

/* The words of a text between XML white space; others, such as the no-break space, are characters like any. */
export const words = (text) => text.split(/[ \t\r\n]+/).filter(Boolean);

/* Characters as people count them: code points, not UTF-16 units. */
export const characters = (text) => Array.from(text);
