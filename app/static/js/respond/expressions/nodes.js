/* What paths walk over (surveys/expressions/nodes.py, axes.py). A node has kind, name, value, parent, children and
 * attributes; the same node is always the same object. */
import { ASK } from "./faults.js";

export class TreeNode {
  constructor(name, text = "", kind = "element") {
    Object.assign(this, { kind, name, text, children: [], attributes: [] });
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

/* After all of them where a node stands for one that is not there yet. */
const placeAmong = (nodes, node) => (nodes.includes(node) ? nodes.indexOf(node) : nodes.length);
const siblings = (node) => (node.parent && node.kind !== "attribute" ? node.parent.children : [node]);
export const above = (node) => (node.parent ? [node.parent, ...above(node.parent)] : []);
export const below = (node) => node.children.flatMap((each) => [each, ...below(each)]);

/* Backward axes give the nearest first. The three that nobody writes are left to the server. */
export const AXES = {
  child: (node) => node.children,
  attribute: (node) => node.attributes,
  self: (node) => [node],
  parent: (node) => above(node).slice(0, 1),
  descendant: below,
  "descendant-or-self": (node) => [node, ...below(node)],
  ancestor: above,
  "ancestor-or-self": (node) => [node, ...above(node)],
  "following-sibling": (node) => siblings(node).slice(placeAmong(siblings(node), node) + 1),
  "preceding-sibling": (node) => siblings(node).slice(0, placeAmong(siblings(node), node)).reverse(),
};

export const isBackward = (axis) => /^(anc|prec)/.test(axis);
/* From nodes of which none is below another, these keep document order and never meet a node twice. */
export const isOrdered = (axis) => /^(attribute|child|self)$/.test(axis);

export function nodeTest(axis, test) {
  if (test === "node()") return () => true;
  if (test.endsWith("()")) return (node) => node.kind === test.slice(0, -2);
  if (test.endsWith(")")) throw ASK;
  const principal = axis === "attribute" ? axis : "element";
  const fits = test.endsWith("*") ? (name) => name.startsWith(test.slice(0, -1)) : (name) => name === test;
  return (node) => node.kind === principal && fits(node.name);
}

/* Without doubles, in document order. Between documents there is none: that is left to the server. */
export function inDocumentOrder(nodes) {
  const places = new Map(nodes.map((node) => [node, place(node)]));
  return [...places.keys()].sort((one, other) => inOrder(places.get(one), places.get(other)));
}

function place(node) {
  if (!node.parent) return [node];
  const { attributes, children } = node.parent;
  return [...place(node.parent), node.kind === "attribute" ? attributes.indexOf(node) - 1e9 : placeAmong(children, node)];
}

function inOrder([root, ...one], [other, ...another]) {
  if (root !== other) throw ASK;
  const index = one.findIndex((each, level) => each !== another[level]);
  return index < 0 ? -1 : index in another ? one[index] - another[index] : 1;
}
