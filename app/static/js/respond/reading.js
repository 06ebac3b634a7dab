/* What the fields of a page say, read and checked against the form (surveys/reading.py).
 *
 *   readPage(form, draft, page, fields) → { answers, missing, violations, revealed, confirmed, nextPage, carried, state,
 *                                           parsed }
 *
 * `draft` is what `evaluate` takes, and optionally `state`, what it gave, and `confirmed`, the keys of earlier pages; `fields` are { name: [values] }, for example
 * those of new FormData(formElement). */
import { evaluate } from "./form.js";
import { isAnswered, isSilent, readAnswer } from "./kinds.js";
import { nextPage } from "./pages.js";
import { keyAt } from "./texts.js";

/* A radio button « I don't know » becomes the missing mark of its question. */
export function fieldsOf(entries) {
  const fields = {};
  for (const [name, text] of entries) {
    if (typeof text !== "string") continue;
    if (text.startsWith(":")) fields[`${name}:missing`] = [text.slice(1)];
    else (fields[name] = fields[name] || []).push(text);
  }
  return fields;
}

const same = (one, other) => JSON.stringify(one === undefined ? null : one) === JSON.stringify(other);
const isSent = (key, fields) => Object.keys(fields).some((name) => name === key || name.startsWith(`${key}:`));

export function readPage(form, draft, page, fields) {
  const before = draft.state || evaluate(form, draft);
  const { answers: kept = {}, missing: marks = {} } = draft;
  const [parsed, answers, missing] = [{}, {}, {}];
  let violations = [];
  const typeOf = (key) => form.item(key).type;
  for (const key of page.items) {
    const sent = isSent(key, fields);
    if (!isAnswered(typeOf(key)) || !(before.isRelevant(key) || sent) || before.isReadOnly(key)) continue;
    const reading = (parsed[key] = readAnswer({ ...form.item(key), key }, fields));
    const [mark] = (fields[`${key}:missing`] || []).filter((each) => each === "unknown" || each === "refused");
    const wasShown = key in kept ? kept[key] : before.value(key);
    const holds = reading.value === null || (marks[key] !== mark && same(wasShown, reading.value));
    if (mark && holds) [answers[key], missing[key]] = [null, mark];
    else if (reading.code) violations.push({ key, fault: "type", code: reading.code });
    else answers[key] = reading.value;
  }
  const counts = {};
  for (const key of listsAround(page)) counts[key] = before.count(key);
  const others = Object.entries(marks).filter(([key]) => !(key in answers));
  const state = evaluate(form, {
    ...draft,
    answers: { ...kept, ...counts, ...answers },
    missing: { ...Object.fromEntries(others), ...missing },
    changed: Object.keys(answers).filter((key) => !same(kept[key], answers[key])),
  });
  // Hidden by what was just answered, its field went unsent: the draft keeps what it held, should it be shown again.
  for (const key of Object.keys(answers)) {
    if (answers[key] === null && !missing[key] && !state.isRelevant(key) && !isSent(key, fields)) delete answers[key];
  }
  const shown = page.items.filter((key) => state.isRelevant(key));
  const revealed = shown.filter((key) => !parsed[key] && !isSent(key, fields) && isAnswered(typeOf(key)) && !before.isRelevant(key));
  violations = violations.filter(({ key }) => state.isRelevant(key));
  violations.push(...state.violations(shown.filter((key) => key in answers || typeOf(key) === "note")));
  // A doubt is asked about once: an answer left as it was when it was asked about is confirmed.
  const confirmed = violations.filter(({ key, fault }) => {
    const text = fault === "doubt" && state.occurrence(key).read;
    const again = (draft.confirmed || []).includes(key) && before.occurrence(key).read === text;
    return text && (again || (fields[`${key}:sure`] || []).includes(text));
  }).map(({ key }) => key);
  violations = violations.filter(({ key }) => !confirmed.includes(key));
  before.asks.forEach((key) => state.asks.add(key));
  Object.assign(answers, countsOf(form, kept, page, state));
  const stays = revealed.length || violations.length;
  const following = stays ? page : nextPage(state, page);
  const carried = carriedOf(draft, state);
  return { parsed, answers, missing, violations, revealed, confirmed, nextPage: following, carried, state };
}

/* The keys of the rows that count the occurrences a page stands in, and those it lists. */
function listsAround(page) {
  const keys = page.repeats.map((repeat, depth) => keyAt(repeat, page.numbers.slice(0, depth)));
  return page.roster ? [...keys, page.roster] : keys;
}

/* The rows that count occurrences and are no longer right, or never were written. */
function countsOf(form, kept, page, state) {
  const keys = listsAround(page);
  for (const place of form.nodes.filter((each) => each.count)) {
    const parents = place.above === form.top ? [state.data] : state.at.get(place.above);
    for (const parent of parents) if (parent.relevant) keys.push(keyAt(place.key, state.numbers(parent)));
  }
  const counts = keys.map((key) => [key, state.count(key)]);
  return Object.fromEntries(counts.filter(([key, count]) => kept[key] !== count));
}

/* What the response carries silently after a page: hidden values stay even while they are not relevant. */
function carriedOf(draft, state) {
  const carried = { ...draft.carried };
  for (const occurrence of state.walk(state.data)) {
    const { calculation, trigger, type } = occurrence.place;
    const key = state.key(occurrence);
    if (!calculation || trigger) {
      if (isSilent(type) && occurrence.stored && (trigger || !(key in carried))) carried[key] = occurrence.stored;
    } else if (state.typed(occurrence) !== null) carried[key] = state.typed(occurrence);
    else delete carried[key];
  }
  return carried;
}
