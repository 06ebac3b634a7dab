/* Walks the tree of an expression (docs/method/expressions.md) and gives its value: text, number, truth or nodes.
 *
 *     value(tree, scopeOf(world))    throws ASK or FAILURE
 *
 * The world says: node (the context node), current (of current(), where ${name} is looked up), root, zone, moment (what
 * readInstant gives), locale, resolve(name, everywhere), lastSaved(name), instance(name), choiceLabel(node, value). */
import { ASK, FAILURE } from "./faults.js";
import { call } from "./functions.js";
import { AXES, inDocumentOrder, isBackward, isOrdered, nodeTest } from "./nodes.js";
import { asNumber, asText, asTruth, compare, isNodes, isNumber, numbers } from "./values.js";

/* The server stops at a million nodes; a phone asks it much earlier. */
const MAX_VISITS = 100000;

export const scopeOf = (world) => ({ world, node: world.node, position: 1, size: 1, zone: world.zone, visits: 0 });

// Declared with `function`: functions.js and this module need each other.
export function truth(tree, scope) {
  return asTruth(value(tree, scope));
}

export function number(tree, scope) {
  return asNumber(value(tree, scope), scope.zone);
}

export function text(tree, scope) {
  return asText(value(tree, scope));
}

export function nodes(tree, scope, everywhere) {
  if (everywhere && tree[0] === "ref") return scope.world.resolve(tree[1], true);
  const found = value(tree, scope);
  if (!isNodes(found)) throw FAILURE;
  return found;
}

const OPERATIONS = {
  "+": (left, right) => +left + +right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  div: (left, right) => left / right,
  mod: (left, right) => left % right,
  "<": (left, right) => left < right,
  "<=": (left, right) => left <= right,
  ">": (left, right) => left > right,
  ">=": (left, right) => left >= right,
};

export function value(tree, scope) {
  const [kind, first, second, ...others] = tree;
  switch (kind) {
    case "number":
    case "string":
      return first;
    case "ref":
      return scope.world.resolve(first);
    case "last_saved":
      return scope.world.lastSaved(first);
    case "call":
      return call(first, second, scope);
    case "path":
      return path(first, second, scope);
    case "filter":
      return second.reduce((found, predicate) => keep(found, predicate, scope), nodes(first, scope));
    case "neg":
      return -number(first, scope);
    case "|":
      return inDocumentOrder(tree.slice(1).flatMap((operand) => nodes(operand, scope)));
    case "and":
      return tree.slice(1).every((operand) => truth(operand, scope));
    case "or":
      return tree.slice(1).some((operand) => truth(operand, scope));
  }
  return [second, ...others].reduce((left, operand) => operate(kind, left, value(operand, scope), scope.zone), value(first, scope));
}

function operate(kind, left, right, zone) {
  const operation = OPERATIONS[kind];
  if (!operation) return compare(left, right, zone, kind === "=");
  if (kind[0] !== "<" && kind[0] !== ">") return operation(asNumber(left, zone), asNumber(right, zone));
  const others = numbers(right, zone);
  return numbers(left, zone).some((one) => others.some((other) => operation(one, other)));
}

/* The nodes for which a predicate holds, each seen at its place among them; a predicate that is a number is a place. */
export function keep(found, predicate, scope) {
  const { node, position, size } = scope;
  const kept = found.filter((each, index) => {
    scope.node = each;
    scope.position = index + 1;
    scope.size = found.length;
    const result = value(predicate, scope);
    return isNumber(result) ? +result === scope.position : asTruth(result);
  });
  Object.assign(scope, { node, position, size });
  return kept;
}

function path(start, steps, scope) {
  let found = !start ? [scope.node] : start === "/" ? [scope.world.root] : nodes(start, scope);
  let flat = true; // no node of the current set is below another
  for (const [, axis, test, predicates] of steps) {
    if (!AXES[axis]) throw ASK;
    const fits = nodeTest(test);
    const reached = found.flatMap((node) => {
      const met = AXES[axis](node);
      scope.visits += met.length;
      if (scope.visits > MAX_VISITS) throw ASK;
      return predicates.reduce((kept, predicate) => keep(kept, predicate, scope), met.filter(fits));
    });
    const single = found.length === 1;
    found = (flat && isOrdered(axis)) || (single && !isBackward(axis)) ? reached
      : single ? reached.reverse()
      : inDocumentOrder(reached);
    flat = flat && isOrdered(axis);
  }
  return found;
}
