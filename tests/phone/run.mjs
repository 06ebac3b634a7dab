// Computes on the phone's side what a test asks: one JSON on standard input, one on standard output (see engine.py).
import { readFileSync } from "node:fs";

import { ASK, Failure } from "../../app/static/js/respond/expressions/faults.js";
import { scopeOf, value } from "../../app/static/js/respond/expressions/interpreter.js";
import { readInstant, Zone } from "../../app/static/js/respond/expressions/moments.js";
import { TreeNode } from "../../app/static/js/respond/expressions/nodes.js";
import { asNumber, asText, asTruth, isMoment, isNodes } from "../../app/static/js/respond/expressions/values.js";

// [kind, name, text, [attributes], [children]]
function treeOf([kind, name, text, attributes, children]) {
  const node = new TreeNode(name, text, kind);
  for (const each of attributes) {
    const attribute = treeOf(each);
    attribute.parent = node;
    node.attributes.push(attribute);
  }
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
    const siblings = node.kind === "attribute" ? node.parent.attributes : node.parent.children;
    parts.push(`${node.name}[${siblings.indexOf(node)}]`);
  }
  return `/${parts.reverse().join("/")}`;
}

const number = (given) => (Object.is(+given, -0) ? "-0" : `${+given}`);

function shown(given) {
  if (isNodes(given)) return { nodes: given.map((node) => [pathOf(node), node.value]) };
  if (isMoment(given)) return { moment: [number(given), given.text, given.truth] };
  return typeof given === "number" ? { number: number(given) } : { value: given };
}

const guarded = (compute) => {
  try {
    return compute();
  } catch (error) {
    if (error === ASK) return { ask: true };
    if (error instanceof Failure) return { failure: error.code };
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
      lastSaved: () => "", instance: (name) => instances.get(name), choiceLabel: () => "", translation: () => "", setting: () => "",
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

const asked = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify({ expressions: expressions(asked.expressions) }));
