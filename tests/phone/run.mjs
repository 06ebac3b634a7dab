// Computes on the phone's side what a test asks: one JSON on standard input, one on standard output (see engine.py).
import { readFileSync } from "node:fs";

import { ASK, FAILURE } from "../../app/static/js/respond/expressions/faults.js";
import { scopeOf, value } from "../../app/static/js/respond/expressions/interpreter.js";
import { readInstant, Zone } from "../../app/static/js/respond/expressions/moments.js";
import { TreeNode } from "../../app/static/js/respond/expressions/nodes.js";
import { asNumber, asText, asTruth, isMoment, isNodes } from "../../app/static/js/respond/expressions/values.js";
import { evaluate, prepare } from "../../app/static/js/respond/form.js";
import { check, readAnswer, valueOf } from "../../app/static/js/respond/kinds.js";
import { closingPages, everyPage, nextPage, previousPage, shownPages } from "../../app/static/js/respond/pages.js";
import { readPage } from "../../app/static/js/respond/reading.js";

// [kind, name, text, [children]]
function treeOf([kind, name, text, children]) {
  const node = new TreeNode(name, text, kind);
  for (const each of children) node.append(treeOf(each));
  return node;
}

const elements = (root, name) => {
  const found = [];
  const visit = (node) => {
    if (node.kind === "element" && node.name === name) found.push(node);
    node.children.forEach(visit);
  };
  root.children.forEach(visit);
  return found;
};

// ${name}: from the question upwards, the first ancestor that has some (surveys/expressions/context.py)
function resolve(node, root, name, everywhere) {
  if (everywhere) return elements(root, name);
  for (let above = node.parent || node; above; above = above.parent) {
    const found = elements(above, name);
    if (found.length) return found;
  }
  return [];
}

function pathOf(node) {
  const parts = [];
  for (; node.parent; node = node.parent) {
    parts.push(`${node.name}[${node.parent.children.indexOf(node)}]`);
  }
  return `/${parts.reverse().join("/")}`;
}

const number = (given) => (Object.is(+given, -0) ? "-0" : `${+given}`);

function shown(given) {
  if (isNodes(given)) return { nodes: given.map((node) => [pathOf(node), node.value]) };
  if (isMoment(given)) return { moment: [number(given), given.text, asTruth(given)] };
  return typeof given === "number" ? { number: number(given) } : { value: given };
}

const guarded = (compute) => {
  try {
    return compute();
  } catch (error) {
    if (error === ASK) return { ask: true };
    if (error === FAILURE) return { failure: true };
    throw error;
  }
};

function expressions({ zone: zoneName, locale, moment, documents, lists = [], cases }) {
  const zone = new Zone(zoneName);
  const roots = documents.map(treeOf);
  const instances = new Map(lists.map(([name, tree]) => [name, treeOf(tree)]));
  return cases.map(({ document, context, tree, type }) => guarded(() => {
    const root = roots[document];
    let node = root;
    const world = {
      get node() { return node; },
      get current() { return node; },
      root, zone, locale, moment: readInstant(moment, zone),
      resolve: (name, everywhere) => resolve(node, root, name, everywhere),
      lastSaved: () => "", instance: (name) => instances.get(name), choiceLabel: () => "",
    };
    if (context) [node] = value(context, scopeOf(world));
    const scope = scopeOf(world);
    const given = value(tree, scope);
    if (type === "boolean") return shown(asTruth(given));
    if (type === "number") return shown(+asNumber(given, zone));
    if (type === "string") return shown(asText(given));
    return shown(given);
  }));
}

// One form, several drafts of its answers; what only the server knows is written "?".
function forms(list) {
  return list.map(({ form: json, drafts, brief }) => {
    const form = prepare(json);
    return drafts.map((draft) => (brief ? briefOf : wholeOf)(evaluate(form, draft)));
  });
}

function briefOf(state) {
  const items = {};
  for (const { place, relevant, read, ...each } of state.walk(state.data)) {
    items[state.key({ place, ...each })] = { relevant, text: read };
  }
  const violations = state.violations().map(({ key, fault, code }) => [key, fault, code]);
  return { items, violations, asks: [...state.asks] };
}

function wholeOf(state) {
  const items = {};
  for (const occurrence of state.walk(state.data)) {
    const { place, unsure, relevant } = occurrence;
    const key = state.key(occurrence);
    const known = (fact) => (fact === ASK ? "?" : fact);
    const isItem = place.type !== "group" && place.type !== "repeat";
    items[key] = { relevant: unsure ? "?" : relevant, label: state.text(key, "labels") };
    if (!isItem) continue;
    const choices = state.choices(key).map((choice) => [choice.name, choice.label, choice.tag]);
    Object.assign(items[key], {
      required: known(state.holds(place.required, occurrence)),
      readOnly: state.holds(place.read_only, occurrence) === ASK ? "?" : state.isReadOnly(key),
      value: unsure ? "?" : state.value(key),
      text: unsure ? "?" : occurrence.read,
      choices: occurrence.vague || (place.seed && state.asks.has(key)) ? "?" : choices,
      hint: state.text(key, "hints"),
      fault: state.violations([key]).map(({ fault, code }) => [fault, code]),
      wording: state.text(key, "constraint_messages"),
    });
    if (state.asks.has(key) || unsure) items[key].fault = "?";
  }
  const pages = shownPages(state);
  const name = (page) => (page ? [page.key, page.roster, page.items, page.headings] : null);
  const violations = state.violations().map(({ key, fault, code }) => [key, fault, code]);
  return {
    items,
    asks: [...state.asks],
    violations,
    calculated: state.calculated(),
    pages: pages.map(name),
    first: name(nextPage(state)),
    next: everyPage(state).slice(0, 40).map((page) => [page.key, page.roster, name(nextPage(state, page)), name(previousPage(state, page))]),
    closing: closingPages(state).map(name),
  };
}

// Pages sent, one after the other: each reading is the next one's draft.
function readings(list) {
  return list.map(({ form: json, draft, pages }) => {
    const form = prepare(json);
    let { answers, missing, carried } = draft;
    let confirmed = [];
    return pages.map(({ key, roster, fields }) => {
      const before = evaluate(form, { ...draft, answers, missing, carried });
      const page = everyPage(before).find((each) => each.key === key && each.roster === roster);
      if (!page) return null;
      const reading = readPage(form, { ...draft, answers, missing, carried, confirmed }, page, fields);
      confirmed = [...confirmed.filter((each) => !(each in reading.answers)), ...reading.confirmed];
      const gone = Object.keys(missing).filter((each) => each in reading.answers);
      answers = { ...answers, ...reading.answers };
      missing = { ...missing, ...Object.fromEntries(gone.map((each) => [each, undefined])), ...reading.missing };
      missing = JSON.parse(JSON.stringify(missing));
      carried = reading.carried;
      return {
        answers: reading.answers,
        missing: reading.missing,
        carried,
        revealed: reading.revealed,
        violations: reading.violations.map((each) => [each.key, each.fault, each.code]),
        confirmed: reading.confirmed,
        next: reading.nextPage ? [reading.nextPage.key, reading.nextPage.roster] : null,
        asks: [...reading.state.asks],
      };
    });
  });
}

// What each type of item reads of fields.
const parsed = (list) => list.map(({ item, fields }) => readAnswer(item, fields));
const checked = (list) => list.map(({ item, text }) => [check(item, text), valueOf(item.type, text)]);

const ANSWERS = { expressions, forms, readings, parsed, checked };
const asked = JSON.parse(readFileSync(0, "utf8"));
const answers = Object.entries(asked).map(([kind, questions]) => [kind, ANSWERS[kind](questions)]);
process.stdout.write(JSON.stringify(Object.fromEntries(answers)));
