/* What paths walk over (surveys/expressions/nodes.py, axes.py). A node has kind, name, value, parent and children; the same
 * node is always the same object. */
import { ASK } from "./faults.js";

export class TreeNode {
  constructor(name, text = "", kind = "element") {
    Object.assign(this, { kind, name, text, children: [] });
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

export const above = (node) => (node.parent ? [node.parent, ...above(node.parent)] : []);
export const below = (node) => node.children.flatMap((each) => [each, ...below(each)]);

/* Backward axes give the nearest first. Siblings, what follows and precedes, and attributes are left to the server. */
export const AXES = {
  child: (node) => node.children,
  self: (node) => [node],
  parent: (node) => above(node).slice(0, 1),
  descendant: below,
  "descendant-or-self": (node) => [node, ...below(node)],
  ancestor: above,
  "ancestor-or-self": (node) => [node, ...above(node)],
};

export const isBackward = (axis) => axis.startsWith("anc");
/* From nodes of which none is below another, these keep document order and never meet a node twice. */
export const isOrdered = (axis) => /^(child|self)$/.test(axis);

export function nodeTest(test) {
  if (test === "node()") return () => true;
  if (test.endsWith(")")) throw ASK;
  const prefix = test.endsWith("*") ? test.slice(0, -1) : null;
  return ({ kind, name }) => kind === "element" && (name === test || (prefix !== null && name.startsWith(prefix)));
}

/* Without doubles, in document order. Between documents there is none: that is left to the server. */
export function inDocumentOrder(nodes) {
  const wanted = new Set(nodes);
  const root = nodes.length ? [nodes[0], ...above(nodes[0])].pop() : new TreeNode();
  const found = [root, ...below(root)].filter((node) => wanted.has(node));
  if (found.length < wanted.size) throw ASK;
  return found;
}
