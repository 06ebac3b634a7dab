// Pages drawn blank by the server (app/respond/copies.py), filled here: texts that quote answers, what is shown, what was
// answered, what is wrong, answers in words.
import { keyAt, splitKey } from "../texts.js";
import { isAnswered } from "../kinds.js";
import { shownPages } from "../pages.js";
import { helpOf } from "./drafts.js";

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
export const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
// The sign between units and tenths, in the language of the page (app/components/answer_words.py).
const sign = () => ({ fr: ",", ar: "٫" })[document.documentElement.lang.slice(0, 2)] || ".";
const written = (value) => (typeof value === "number" ? `${value}`.replace(".", sign()) : `${value ?? ""}`);

export const format = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
export const textOf = (html) => new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/[ \t\r\n]+/g, " ").trim();
const escape = (text) => make("p", { textContent: text }).innerHTML;

// Put texts in the places marked (surveys/blank.py); inside a tag, without their markup. `more` is what is not of the form.
export function fill(html, view = {}, page, more) {
  const { state } = view;
  const { items = [], numbers = [] } = page || {};
  const give = (name) => {
    if (name === "#") return keyAt("", numbers);
    if (name === "-") return numbers.map((number) => `-${number}`).join("");
    if (name[0] === ":") return escape(more[name.slice(1)] ?? "");
    const [base, kind] = name.split("|");
    if (kind === "!") return escape(say(view, base));
    if (kind[0] !== "=") return state.text(keyAt(base, numbers.slice(0, state.form.item(base).repeats.length)), kind)[0];
    const asked = items.find((key) => state.form.item(key).list === base);
    return state.choices(asked).find((choice) => choice.name === kind.slice(1))?.label || "";
  };
  return html.replace(/\ue000(.*?)\ue001/g, (_, name, at) => {
    const isInTag = html.lastIndexOf("<", at) > html.lastIndexOf(">", at);
    return isInTag ? escape(textOf(give(name))) : give(name);
  });
}

export const idOf = (form, key) => [form.item(key).index, ...splitKey(key)[1]].join("-");

export function blockOf({ form }, key) {
  const id = idOf(form, key);
  return $(`#b${id}`) || $(`#q${id}`);
}

// What enhance.js does not say of a page: which answers are needed, which are fixed; links of errors lead to first choices.
export function mark({ state }, page) {
  for (const key of page.items) {
    const block = blockOf(state, key);
    if (!block) continue;
    const isFixed = state.isReadOnly(key);
    for (const control of $$("[name]", block)) control.disabled = isFixed;
    for (const needed of $$(".needed", block)) needed.hidden = !state.isRequired(key);
    const [led, first] = [$(".choices [id]", block), $(".choices input", block)];
    if (led) [led.id, first.id] = ["", led.id];
  }
}

function partOf(value, part) {
  if (!value) return "";
  if (Array.isArray(value)) return value.indexOf(part) + 1 || "";
  if (value[part] !== undefined) return value[part];
  const [year, month, day, time = ""] = `${value}`.split(/[-T]/);
  return { year, month: +month, day: +day, time }[part] || "";
}

export function setValues({ state, draft }, page) {
  for (const key of page.items) {
    const block = isAnswered(state.form.item(key).type) && blockOf(state, key);
    if (!block) continue;
    const mark = draft.missing[key];
    const value = draft.typed[key] ?? (key in draft.answers ? draft.answers[key] : state.value(key));
    for (const control of $$("[name]", block)) {
      const { type, name } = control;
      const part = name.slice(key.length + 1);
      const chosen = part ? mark : mark ? `:${mark}` : value;
      if (/radio|checkbox/.test(type)) control.checked = [].concat(chosen ?? []).map(String).includes(control.value);
      else if (!/file|hidden|submit/.test(type)) control.value = part ? partOf(value, part) : written(value);
    }
  }
}

// The fields of the questions shown; one left empty has its field, with nothing; one that cannot be changed was seen.
export function collect(element, { state }, page) {
  const fields = {};
  for (const key of page.items) {
    const block = isAnswered(state.form.item(key).type) && blockOf(state, key);
    if (block && !block.hidden) fields[$("output", block) ? `${key}:shown` : key] = [];
  }
  for (const [name, value] of new FormData(element)) {
    if (fields[name.split(":")[0]] && !value.name) (fields[name] ||= []).push(value);
  }
  return fields;
}

// Say what is wrong, or asked about once, above and beside each question, as the server's pages do.
// `wrong`: [[key, sentence, isDoubt]].
export function showErrors(view, words, wrong) {
  const { state } = view;
  const isDoubtful = wrong.every(([, , isDoubt]) => isDoubt);
  const lines = wrong.map(([key, sentence, isDoubt]) => {
    const id = `q${idOf(state.form, key)}`;
    const block = blockOf(state, key);
    const [className, before, after] = isDoubt ? ["notice notice-warning", words.right, words.ifRight] : ["error-text", words.error, ""];
    const text = make("p", { className, id: `${id}-${isDoubt ? "d" : "e"}` });
    text.innerHTML = `<strong>${before}</strong> ${escape(sentence)} ${after}`;
    ($(".hint, legend, .label, h1", block) || block.firstChild).after(text);
    if (isDoubt) text.append(make("input", { type: "hidden", name: `${key}:sure`, value: state.occurrence(key).read }));
    else block.classList.add("field-invalid");
    const described = block.matches("fieldset") ? block : $("[name]", block);
    described.setAttribute("aria-describedby", `${described.getAttribute("aria-describedby") || ""} ${text.id}`);
    if (!isDoubt && described !== block) described.setAttribute("aria-invalid", true);
    return `<li><a href="#${id}">${escape(titleOf(view, key))}</a> ${escape(sentence)}</li>`;
  });
  const box = make("div", { className: `errors ${isDoubtful ? "doubts" : ""}`, tabIndex: -1 });
  box.innerHTML = `<h2>${isDoubtful ? words.right : words.wrong}</h2><ul>${lines.join("")}</ul>`;
  box.setAttribute("role", "alert");
  $("form").before(box);
  document.title = `${isDoubtful ? words.check : words.error} ${document.title}`;
  box.focus();
}

// Answers and cards in words, for the person who gave them (app/components/answer_words.py, app/respond/rosters.py).

export const titleOf = ({ state }, key) => textOf(state.text(key, "labels")[0]);

export function say(view, key) {
  const { state, draft, words } = view;
  const value = draft.answers[key];
  const mark = draft.missing[key];
  if (state.form.item(key).private && helpOf(draft).helper) return words.hidden;
  if (state.form.item(key).type === "repeat") return sayList(view, key);
  if (mark) return words[mark];
  if (value === null || value === undefined) return "";
  const { type } = state.form.item(key);
  if (type === "date") return value.split("-").reverse().join("/");
  if (/image|audio|video|file/.test(type)) return words.file;
  if (type === "acknowledge") return words.OK;
  if (!/^(select_|rank)/.test(type)) return written(value);
  const labels = [].concat(value).map((name) => textOf(state.choices(key).find((choice) => choice.name === name)?.label || name));
  return labels.map((label, place) => (type === "rank" ? `${place + 1}. ${label}` : label)).join(", ");
}

export const cardsOf = ({ state }, list) => {
  const [base, outer] = splitKey(list);
  return Array.from({ length: state.count(list) }, (_, place) => keyAt(base, [...outer, place + 1]));
};

export function pagesOf({ state }, card) {
  const [base, numbers] = splitKey(card);
  const isInside = ({ repeats, numbers: those }) =>
    repeats[numbers.length - 1] === base && numbers.every((number, depth) => those[depth] === number);
  return shownPages(state).filter(isInside);
}

// What a card is called: its label where that quotes something given, else the first text on it, else its number.
export function nameOf(view, card) {
  const { state, draft, words } = view;
  const node = state.occurrence(card);
  const label = node ? state.wording(node.place, "labels")[0] : "";
  const quoted = [...label.matchAll(/\$\{\s*([^}\s]+)/g)].flatMap(([, name]) => state.find(node, name));
  if (quoted.some((each) => each.read)) return titleOf(view, card);
  const items = pagesOf(view, card).flatMap((page) => page.items);
  const text = items.find((key) => state.form.item(key).type === "text" && draft.answers[key]);
  return text ? draft.answers[text].split("\n")[0] : numberOf(view, card);
}

// By its list, what that quotes of each card left out: « Your children, 1 ».
function numberOf({ state, words }, card) {
  const [base, numbers] = splitKey(card);
  const list = textOf((state.wording(state.form.item(base), "labels")[0] || "").replace(/\$\{[^}]*\}/g, ""));
  return format(words.card, { list: list.replace(/[\s:;,–—-]+$/, ""), number: numbers.pop() });
}

// The names of the cards that a page stands in, outermost first.
export const around = (view, { repeats, numbers }) =>
  repeats.map((repeat, depth) => {
    const card = keyAt(repeat, numbers.slice(0, depth + 1));
    const count = view.state.count(keyAt(repeat, numbers.slice(0, depth)));
    const name = nameOf(view, card);
    return name === numberOf(view, card) ? name : format(view.words.around, { name, number: numbers[depth], count });
  }).join(" › ");

function sayList(view, list) {
  const names = cardsOf(view, list).map((card) => nameOf(view, card));
  if (names.length) return format(view.words.cards, { count: names.length, names: names.join(", ") });
  return view.draft.answers[list] === 0 ? view.words.nobody : "";
}
