/* What paths walk over (surveys/expressions/nodes.py, axes.py). A node has kind, name, value, parent, children and
 * attributes; the same node is always the same object. */
import { ASK } from "./faults.js";

export class TreeNode {
  constructor(name = "", text = "", kind = "element") {
    this.kind = kind;
    this.name = name;
    this.text = text;
    this.parent = null;
    this.children = [];
    this.attributes = [];
  }

  /* The text of a leaf; of others the texts below, joined. */
  get value() {
    if (!this.children.length) return this.text;
    return this.children.map((each) => (/^[et]/.test(each.kind) ? each.value : "")).join("");
  }

  append(child) {
    child.parent = this;
    this.children.push(child);
    return child;
  }

  add(name, text) {
    return this.append(new TreeNode(name, text));
  }
}

const siblings = (node) => (node.parent && node.kind !== "attribute" ? node.parent.children : [node]);
const upwards = (node) => (node ? [node, ...upwards(node.parent)] : []);
const downwards = (node) => [node, ...below(node)];
const after = (node) => siblings(node).slice(siblings(node).indexOf(node) + 1);
const before = (node) => siblings(node).slice(0, siblings(node).indexOf(node)).reverse();
const owner = (node) => (node.kind === "attribute" && node.parent) || node;

export function below(node) {
  const found = [];
  const stack = [...node.children].reverse();
  while (stack.length) {
    const next = stack.pop();
    found.push(next);
    for (let index = next.children.length; index--; ) stack.push(next.children[index]);
  }
  return found;
}

/* Backward axes give the nearest first. */
export const AXES = {
  child: (node) => node.children,
  attribute: (node) => node.attributes,
  self: (node) => [node],
  parent: (node) => (node.parent ? [node.parent] : []),
  descendant: below,
  "descendant-or-self": downwards,
  ancestor: (node) => upwards(node.parent),
  "ancestor-or-self": upwards,
  "following-sibling": after,
  "preceding-sibling": before,
  following: (node) => [
    ...(owner(node) === node ? [] : below(owner(node))),
    ...upwards(owner(node)).flatMap((above) => after(above).flatMap(downwards)),
  ],
  preceding: (node) => upwards(owner(node)).flatMap((above) => before(above).flatMap((each) => downwards(each).reverse())),
  namespace: () => [],
};

export const isBackward = (axis) => /^(anc|prec)/.test(axis);
/* From nodes of which none is below another, these keep document order and never meet a node twice. */
export const isOrdered = (axis) => /^(attribute|child|self)$/.test(axis);

export function nodeTest(axis, test) {
  if (test === "node()") return () => true;
  const special = /^([^(]*)\(["']*(.*?)["']*\)$/.exec(test);
  if (special) return (node) => node.kind === special[1] && (!special[2] || node.name === special[2]);
  const principal = axis === "attribute" ? axis : "element";
  const named = test === "*" ? () => true
    : test.endsWith(":*") ? (name) => name.startsWith(test.slice(0, -1))
    : (name) => name === test;
  return (node) => node.kind === principal && named(node.name);
}

/* Without doubles, in document order. Between documents there is none: that is left to the server. */
export function inDocumentOrder(nodes) {
  const places = new Map();
  for (const node of nodes) if (!places.has(node)) places.set(node, place(node));
  if (new Set([...places.values()].map((each) => each[0])).size > 1) throw ASK;
  return [...places.keys()].sort((one, other) => inOrder(places.get(one), places.get(other)));
}

function place(node) {
  const path = [];
  for (; node.parent; node = node.parent) {
    path.push(node.kind === "attribute" ? node.parent.attributes.indexOf(node) - 1e9 : node.parent.children.indexOf(node));
  }
  return [node, ...path.reverse()];
}

function inOrder(one, other) {
  for (let index = 1; index < one.length && index < other.length; index++) {
    if (one[index] !== other[index]) return one[index] - other[index];
  }
  return one.length - other.length;
}
