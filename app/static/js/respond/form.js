/* The form engine on the phone: what a form says about given answers, as surveys/engine.py says it on the server.
 *
 * The server evaluates everything again at each save and stays the authority (docs/method/phone-engine.md). What this
 * engine does not compute (areas, chance without a seed, …) it never guesses: the fact is then unknown, and `state.asks`
 * says of what.
 *
 *   import { prepare, evaluate } from "./form.js";
 *   import { nextPage } from "./pages.js";
 *   import { readPage } from "./reading.js";
 *
 *   const form = prepare(json);   // json: GET /r/CODE/form-VERSION.json, immutable (surveys/phone_form.py). Once a version
 *   const state = evaluate(form, {
 *     answers: { age: 34, tools: ["saw", "axe"], children: 2, "toy[2.1]": "ball" },
 *                                 // by key as in ADR 10: absent = never asked (takes its default), null = left empty
 *     missing: { income: "refused" },          // "refused" or "unknown", by key
 *     carried: { pseudonym: "P-12" },          // what the response carries silently, as the server gave it
 *     moment: "2026-11-25T14:03:00.123+00:00", // when the response was started: today() and now() are frozen there
 *     seed: 12345, locale: "fr",
 *     changed: ["age"],                        // keys just changed, for calculations with a trigger
 *   });
 *
 *   form.item(key)                 the item or group as in surveys/phone_form.py: name, key, type, list, appearance…
 *   state.isRelevant(key)          items and groups; keys of repeated ones carry their numbers: "age[2]"
 *   state.isRequired(key)  state.isReadOnly(key)
 *   state.violations(keys)         [{ key, fault: "required" | "constraint" | "doubt" | "type" | "choice", code }]; all items without
 *                                  keys. A doubt is asked about once, then let through
 *   state.value(key)               typed value: number, text, list, or null when empty or not relevant
 *   state.text(key, kind)          [html, tag]; kind: "labels" | "hints" | "constraint_messages" | "required_messages";
 *                                  the author's text made safe by the server, what it quotes filled in and escaped here
 *   state.choices(key)             [{ name, label, tag }] left by the filter, in the order of the response's seed
 *   state.calculated()             { key: value } of calculations and silent items
 *   state.count(key)               how many occurrences a repeat has; state.isOffered(key): whether it may have some
 *   state.asks                     Set of keys of which only the server knows something: they are shown, nothing of them is
 *                                  refused here, what depends on them is unknown too, and the server decides
 */
import { shuffled } from "./expressions/chance.js";
import { ASK, FAILURE } from "./expressions/faults.js";
import { number, scopeOf, truth, value } from "./expressions/interpreter.js";
import { readInstant, Zone } from "./expressions/moments.js";
import { TreeNode } from "./expressions/nodes.js";
import { asText } from "./expressions/values.js";
import { check, isSilent, valueOf } from "./kinds.js";
import { escape, keyAt, splitKey, textOf, tokens } from "./texts.js";

const MAX_OCCURRENCES = 1000;
const MAX_IN_ALL = 5000;
const isGroup = (type) => /^(group|repeat)$/.test(type);

export function prepare(json, zone = "Europe/Paris") {
  const top = { name: json.root, repeats: [], children: [] };
  const form = { ...json, top, zone: new Zone(zone), byKey: new Map(), byName: new Map(), trees: {}, rows: {} };
  form.nodes = json.nodes.map((node, index) => ({ key: node.name, ...node, index, children: [] }));
  for (const place of form.nodes) {
    place.above = form.nodes[place.up] || top;
    place.above.children.push(place);
    place.repeats = place.type === "repeat" ? [...place.above.repeats, place] : place.above.repeats;
    form.byKey.set(place.key, place);
    if (!form.byName.has(place.name)) form.byName.set(place.name, place);
  }
  form.pages = json.pages.map((page, number) => ({ headings: [], repeats: [], numbers: [], roster: "", ...page, number }));
  form.item = (key) => form.byKey.get(key) || form.byKey.get(splitKey(key)[0]);
  return form;
}

export const evaluate = (form, draft) => new State(form, draft);

/* What filters and instance() read of a choice: an element a column. */
function cells(item, { name, labels = {}, attributes, cells: written }, itextId) {
  const label = Object.values(labels)[0] || "";
  const columns = written || { name, ...(itextId && { itextId }), label, ...attributes };
  for (const [column, text] of Object.entries(columns)) item.add(column, text);
  return item;
}

/* One node of a response: `stored` is what was given, `read` what others read (empty while not relevant). What only the
 * server knows of it stops who reads it. */
class Occurrence {
  constructor(place, parent, number) {
    const start = { kind: "element", name: place.name, inner: [], relevant: true, stored: "", read: "" };
    Object.assign(this, start, { place, parent, number });
  }

  get value() {
    if (this.unsure) throw ASK;
    return this.read;
  }

  get children() {
    if (this.uncounted) throw ASK;
    return this.inner;
  }
}

class State {
  constructor(form, { answers, missing = {}, carried, moment, seed = 0, locale, changed = [], beginsWith = 0 }) {
    Object.assign(this, { form, missing, seed, changed, beginsWith, zone: form.zone, asks: new Set(), uncounted: new Set() });
    this.answers = { ...carried, ...answers };
    this.moment = readInstant(moment, form.zone);
    this.locale = locale || form.locale;
    this.room = MAX_IN_ALL;
    this.root = new TreeNode("", "", "root");
    this.data = this.root.append(new Occurrence(form.top, null, 0));
    for (const place of form.top.children) this.grow(place, this.data, []);
    this.index();
    for (const place of form.nodes) for (const each of this.at.get(place)) this.applyDefault(each);
    for (const index of form.order) this.compute(form.nodes[index]);
    this.byKey = new Map(this.walk(this.data).map((each) => [this.key(each), each]));
  }

  // The tree of answers (surveys/instance.py).

  grow(place, parent, numbers) {
    if (place.type !== "repeat") return this.add(place, parent, 0, numbers);
    const given = this.answers[keyAt(place.key, numbers)];
    const many = Number.isInteger(given) ? given : place.count ? 0 : this.beginsWith;
    for (let number = 1; number <= Math.min(many, MAX_OCCURRENCES); number++) this.add(place, parent, number, numbers);
  }

  add(place, parent, number, around) {
    if (number && !this.room) return [];
    this.room -= number && 1;
    const numbers = number ? [...around, number] : around;
    const occurrence = new Occurrence(place, parent, number);
    parent.inner.push(occurrence);
    if (!isGroup(place.type)) occurrence.stored = textOf(this.answers[keyAt(place.key, numbers)]);
    for (const child of place.children) this.grow(child, occurrence, numbers);
    return [occurrence];
  }

  walk(above) {
    return above.inner.flatMap((each) => [each, ...this.walk(each)]);
  }

  index() {
    this.at = new Map(this.form.nodes.map((place) => [place, []]));
    for (const each of this.walk(this.data)) this.at.get(each.place).push(each);
  }

  numbers({ number, parent }) {
    return [...(parent && parent.place ? this.numbers(parent) : []), ...(number ? [number] : [])];
  }

  key(occurrence) {
    return keyAt(occurrence.place.key, this.numbers(occurrence));
  }

  // What expressions ask of the world around them (surveys/computing.py).

  resolve(name, everywhere) {
    return this.find(this.current, name, everywhere);
  }

  /* The nodes of ${name} seen from `start`: those inside the nearest repeat that holds both. */
  find(start, name, everywhere) {
    const target = this.form.byName.get(name);
    if (!target) return [];
    if (target.repeats.some((repeat) => this.uncounted.has(repeat))) throw ASK;
    const around = target.repeats.filter((repeat) => repeat !== target);
    const shared = start.place && start.place.repeats.filter((repeat) => around.includes(repeat)).pop();
    if (everywhere || !shared) return this.at.get(target);
    while (start.place !== shared) start = start.parent;
    return this.walk(start).filter((each) => each.place === target);
  }

  lastSaved(name) {
    return textOf((this.answers[":saved"] || {})[name]);
  }

  /* A list of the form as a tree: root/item/(name, itextId, label, attributes). A file is read on the server. */
  instance(name) {
    const { lists, files = [], trees } = this.form;
    if (!lists[name] && files.includes(name.toLowerCase())) throw ASK;
    if (!lists[name]) return null;
    if (!trees[name]) {
      trees[name] = new TreeNode("", "", "root");
      const root = trees[name].add("root");
      lists[name].forEach((choice, position) => {
        const written = Object.values(choice.labels || {}).some(Boolean);
        cells(root.add("item"), choice, written && `${name}-${position}`);
      });
    }
    return trees[name];
  }

  choiceLabel(question, name) {
    if (!question.place) return "";
    if (question.place.unlisted) throw ASK;
    const found = this.every(question).find(([choice]) => choice.name === name);
    return found ? this.wording(found[0], "labels")[0] : "";
  }

  // The pass itself.

  /* What `work` gives at an occurrence: ASK where only the server can, `otherwise` where an expression fails. */
  attempt(occurrence, work, otherwise) {
    this.node = this.current = occurrence;
    try {
      return work(scopeOf(this));
    } catch (error) {
      if (error === FAILURE) return otherwise;
      if (error !== ASK) throw error;
      this.asks.add(this.key(occurrence));
      return ASK;
    }
  }

  holds(rule, occurrence) {
    return Array.isArray(rule) ? this.attempt(occurrence, (scope) => truth(rule, scope), true) : !!rule;
  }

  applyDefault(occurrence) {
    const { place } = occurrence;
    const key = this.key(occurrence);
    if (place.default === undefined || occurrence.stored || key in this.answers || key in this.missing) return;
    this.store(occurrence, place.default);
    Object.assign(occurrence, { read: occurrence.stored, unsure: occurrence.vague });
  }

  /* Keep what a calculation or a default gives. */
  store(occurrence, source) {
    const kept = this.attempt(occurrence, (scope) => {
      const result = Array.isArray(source) ? value(source, scope) : source;
      occurrence.stored = asText(result);
      if (source === occurrence.place.calculation && Number.isFinite(result)) occurrence.result = result;
    }, "");
    occurrence.vague = kept === ASK;
    if (kept === "") occurrence.stored = "";
  }

  /* Relevance, then value, of each occurrence of a place; what it needs comes before it. */
  compute(place) {
    if (place.count) this.fit(place);
    for (const occurrence of this.at.get(place)) {
      const { relevant, unsure } = occurrence.parent;
      const shown = relevant && place.relevant ? this.holds(place.relevant, occurrence) : relevant;
      Object.assign(occurrence, { relevant: !!shown, unsure: unsure || shown === ASK || this.uncounted.has(place) });
      if (!isGroup(place.type)) occurrence.read = shown ? this.read(occurrence) : "";
      occurrence.unsure = occurrence.unsure || occurrence.vague;
    }
  }

  read(occurrence) {
    const { calculation, trigger, choice_filter: filter, quoted, type } = occurrence.place;
    const isChanged = (name) => this.find(occurrence, name).some((each) => this.changed.includes(this.key(each)));
    const due = calculation && (!trigger || this.attempt(occurrence, () => trigger.some(isChanged)));
    if (due === ASK) occurrence.vague = true;
    else if (due) {
      occurrence.read = occurrence.stored; // what `.` and once() read
      this.store(occurrence, calculation);
    }
    const { stored } = occurrence;
    if (!stored || !(filter || quoted)) return stored;
    const left = this.left(occurrence).map((choice) => choice.name);
    return (type === "select_one" ? [stored] : tokens(stored)).filter((part) => left.includes(part)).join(" ");
  }

  /* Give a repeat as many occurrences as its count says. */
  fit(place) {
    const fresh = [];
    for (const parent of place.above === this.form.top ? [this.data] : this.at.get(place.above)) {
      if (!parent.relevant) continue; // its count reads as empty: no reason to throw answers away
      const result = this.attempt(new Occurrence(place, parent, 0), (scope) => number(place.count, scope), NaN);
      if (result === ASK) {
        parent.uncounted = true;
        this.uncounted.add(place);
        continue;
      }
      const wanted = Math.min(result, MAX_OCCURRENCES);
      const isGone = (each) => each.place === place && !(each.number <= wanted);
      const gone = parent.inner.filter(isGone);
      this.room += gone.length + gone.flatMap((each) => this.walk(each)).filter((each) => each.number).length;
      parent.inner = parent.inner.filter((each) => !isGone(each));
      const have = parent.inner.filter((each) => each.place === place).length;
      for (let next = have + 1; next <= wanted; next++) fresh.push(...this.add(place, parent, next, this.numbers(parent)));
      parent.inner.sort((one, other) => one.place.index - other.place.index || one.number - other.number);
    }
    this.index();
    for (const each of fresh.flatMap((one) => this.walk(one))) this.applyDefault(each);
  }

  /* Every choice, each with what a filter reads of it: a line of its list, or an occurrence whose answer it is. */
  every(occurrence) {
    const { list, quoted } = occurrence.place;
    if (quoted) return this.quoted(occurrence, this.form.byName.get(quoted));
    const { lists, rows } = this.form;
    if (!rows[list]) {
      const root = new TreeNode("root");
      root.parent = new TreeNode("", "", "root");
      rows[list] = (lists[list] || []).map((choice) => [choice, Object.assign(cells(new TreeNode("item"), choice), { parent: root })]);
    }
    return rows[list];
  }

  /* The answers given in a repeat as choices; the same one only once. */
  quoted(occurrence, target) {
    const names = new Map();
    const repeat = target.repeats[target.repeats.length - 1];
    for (const row of repeat ? this.find(occurrence, repeat.name) : []) {
      for (const answer of row.relevant ? this.walk(row).filter((each) => each.place === target) : []) {
        const name = occurrence.place.type === "select_one" ? answer.value : tokens(answer.value).join("_");
        if (name && !names.has(name)) names.set(name, [{ name, labels: { [this.form.locale]: answer.value } }, row]);
      }
    }
    return [...names.values()];
  }

  /* The choices that the filter keeps, in their order. */
  left(occurrence) {
    const { choice_filter: filter, parameters = {}, seed, key, unlisted } = occurrence.place;
    if (occurrence.left) return occurrence.left;
    const pairs = this.attempt(occurrence, () => this.every(occurrence), []);
    const kept = !filter || pairs === ASK ? pairs : this.attempt(occurrence, (scope) => {
      scope.size = pairs.length;
      return pairs.filter(([, node], index) => {
        Object.assign(scope, { node, position: index + 1 });
        return truth(filter, scope);
      });
    }, pairs);
    const isDrawn = parameters.randomize === "true";
    if (kept === ASK || (unlisted && filter)) occurrence.vague = true;
    // the order that an author's seed gives, only the server knows
    if (kept === ASK || unlisted || (isDrawn && seed)) this.asks.add(this.key(occurrence));
    const left = [kept, pairs, []].find((each) => each !== ASK).map(([choice]) => choice);
    return (occurrence.left = isDrawn && !seed ? shuffled(left, `${this.seed}/${key}`) : left);
  }

  // What is said of it (surveys/engine.py).

  occurrence(key) {
    return this.byKey.get(key);
  }

  isRelevant(key) {
    return this.occurrence(key).relevant;
  }

  isRequired(key) {
    const occurrence = this.occurrence(key);
    return this.holds(occurrence.place.required, occurrence) === true;
  }

  isReadOnly(key) {
    const occurrence = this.occurrence(key);
    const { read_only: rule, calculation, trigger } = occurrence.place;
    return this.holds(rule, occurrence) === true || !!(calculation && !trigger);
  }

  /* The place of a repeat and what its occurrences stand in, none where it cannot stand. */
  repeat(key) {
    const [base, numbers] = splitKey(key);
    const place = this.form.byKey.get(base);
    return [place, place.above === this.form.top ? this.data : this.occurrence(keyAt(place.above.key, numbers))];
  }

  count(key) {
    const [place, parent] = this.repeat(key);
    return parent ? parent.inner.filter((each) => each.place === place).length : 0;
  }

  isOffered(key) {
    const [place, parent] = this.repeat(key);
    if (!parent || !parent.relevant) return false;
    const shown = parent.inner.some((each) => each.place === place && each.relevant);
    return shown || !place.relevant || !!this.holds(place.relevant, new Occurrence(place, parent, 0));
  }

  violations(keys) {
    const found = [];
    for (const occurrence of keys ? keys.map((key) => this.occurrence(key)) : this.walk(this.data)) {
      const [fault, code = ""] = !occurrence.relevant || occurrence.unsure ? [] : this.fault(occurrence);
      if (fault) found.push({ key: this.key(occurrence), fault, code });
    }
    return found;
  }

  fault(occurrence) {
    const { place, read } = occurrence;
    const { type, required, constraint, gentle } = place;
    if (isGroup(type)) return [];
    if (!read) {
      const asked = !isSilent(type) && !(this.key(occurrence) in this.missing);
      return asked && this.holds(required, occurrence) === true ? ["required"] : [];
    }
    const code = check(place, read);
    if (code) return ["type", code];
    if (place.list) {
      const names = this.every(occurrence).map(([choice]) => choice.name);
      const given = type === "select_one" ? [read] : tokens(read);
      if (names.length && !given.every((name) => names.includes(name))) return ["choice", "surveys.unknown_choice"];
    }
    return constraint && !this.holds(constraint, occurrence) ? [gentle ? "doubt" : "constraint"] : [];
  }

  value(key) {
    return this.typed(this.occurrence(key));
  }

  typed({ place, read, result }) {
    if (!read) return null;
    return place.type === "calculate" && result !== undefined ? result : valueOf(place.type, read);
  }

  calculated() {
    const silent = this.walk(this.data).filter(({ place }) => place.calculation || isSilent(place.type));
    return Object.fromEntries(silent.map((each) => [this.key(each), this.typed(each)]));
  }

  choices(key) {
    const occurrence = this.occurrence(key);
    return this.left(occurrence).map((choice) => {
      const [label, found] = this.html(choice, "labels", occurrence);
      return { name: choice.name, label, tag: found };
    });
  }

  text(key, kind) {
    const occurrence = this.occurrence(key);
    return this.html(occurrence.place, kind, occurrence);
  }

  /* The template in this language and the tag it is really in; the form's own language stands in. */
  wording(holder, kind) {
    const texts = holder[kind] || {};
    const tag = [this.locale, this.form.locale, ...Object.keys(texts)].find((each) => texts[each]);
    return tag ? [texts[tag], tag] : ["", this.locale];
  }

  html(holder, kind, occurrence) {
    const [template, tag] = this.wording(holder, kind);
    const dressed = ((holder.html || {})[kind] || {})[tag] || escape(template);
    return [dressed.replace(/\$\{\s*(last-saved#)?([^}\s]+)\s*\}/g, (...found) => this.filledIn(occurrence, ...found)), tag];
  }

  filledIn(occurrence, _, saved, name) {
    const found = this.attempt(occurrence, () => {
      if (saved) return this.lastSaved(name);
      const [first] = this.find(occurrence, name);
      return first ? first.value : "";
    });
    return found === ASK ? "…" : escape(found);
  }
}
