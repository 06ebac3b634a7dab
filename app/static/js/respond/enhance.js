/* Keeps a page up to date while it is answered: questions come and go, choices are filtered, what is calculated or quoted
 * is refreshed. Nothing typed is lost, and nothing is judged here: errors stay the server's words.
 *
 *   enhance(formElement, form, draft, pageKey)     form: of prepare(); draft: what evaluate() takes
 *
 * It gives what brings the page up to date at once. A question stands in the element of its place, "b12" ("q12" where it has no field), or waits in a <template data-key>. */
import { evaluate } from "./form.js";
import { everyPage } from "./pages.js";
import { fieldsOf, readPage } from "./reading.js";
import { splitKey } from "./texts.js";

const PAUSE = 80;

export function enhance(element, form, draft, pageKey) {
  const before = evaluate(form, draft);
  const page = everyPage(before).find((each) => each.key === pageKey && !each.roster);
  if (!page) return;
  const opened = element.querySelector("[data-opened]");
  const waiting = new Map([...element.querySelectorAll("template[data-key]")].map((each) => [each.dataset.key, each]));
  const lists = new Map();
  let timer = 0;

  const blockOf = (key) => {
    const id = [form.item(key).index, ...splitKey(key)[1]].join("-");
    return document.getElementById(`b${id}`) || document.getElementById(`q${id}`);
  };

  function update() {
    timer = 0;
    const { state } = readPage(form, { ...draft, state: before }, page, fieldsOf(new FormData(element)));
    for (const key of page.items) {
      const occurrence = state.occurrence(key);
      if (!occurrence || occurrence.unsure) continue; // the server knows
      show(key, occurrence.relevant);
      const block = blockOf(key);
      if (block && occurrence.relevant) refresh(state, key, block, occurrence);
    }
  }

  function show(key, isShown) {
    const template = waiting.get(key);
    const block = blockOf(key);
    if (block && block.hidden === isShown) block.hidden = !isShown;
    else if (!block && template && isShown) {
      template.replaceWith(template.content);
      waiting.delete(key);
      // tells the server, as this page would after coming again, that the question was seen even if left empty
      const mark = document.createElement("input");
      Object.assign(mark, { type: "hidden", name: `${key}:shown` });
      (blockOf(key) || element).append(mark);
    } else return;
    if (opened) opened.textContent = isShown ? opened.dataset.opened : "";
  }

  function refresh(state, key, block, { vague, place }) {
    for (const said of block.querySelectorAll("[data-said]")) {
      const [html] = state.text(key, said.dataset.said);
      if (!html.includes("…") && said.innerHTML !== html) said.innerHTML = html;
    }
    const output = block.querySelector("output");
    if (output) output.textContent = written(place.type, state.value(key));
    if (!vague && !state.asks.has(key) && (place.choice_filter || place.quoted || (place.parameters || {}).randomize)) refill(state, key, block);
  }

  /* Put the choices that are left, in their order; those that go keep their mark until they are back. */
  function refill(state, key, block) {
    const select = block.querySelector("select:not(.ranked select)");
    const holder = select || block.querySelector(".choices");
    if (!holder || block.querySelector("[data-search]")) return; // of a long list, the page shows what was searched
    if (!lists.has(key)) lists.set(key, new Map([...holder.querySelectorAll("option, input")].map((each) => [each.value, itemOf(each)])));
    const known = lists.get(key);
    const wanted = state.choices(key).map((choice) => {
      if (!known.has(choice.name)) known.set(choice.name, select ? option(choice) : button(choice, key, state));
      return known.get(choice.name);
    });
    if (select && known.has("")) wanted.unshift(known.get(""));
    const present = [...holder.children];
    if (present.length === wanted.length && present.every((each, place) => each === wanted[place])) return;
    const chosen = holder.querySelector("input[type=radio]:checked");
    for (const each of wanted) {
      const input = each.querySelector("input[type=radio]:checked");
      if (chosen && input && input !== chosen) input.checked = false;
    }
    const value = select && select.value;
    holder.replaceChildren ? holder.replaceChildren(...wanted) : (holder.textContent = "", holder.append(...wanted));
    if (select && [...select.options].some((each) => each.value === value)) select.value = value;
  }

  const itemOf = (input) => (input.tagName === "OPTION" ? input : input.closest(".with-media, .choice"));

  function option({ name, label }) {
    const words = document.createElement("span");
    words.innerHTML = label;
    return new Option(words.textContent, name);
  }

  function button({ name, label, tag }, key, state) {
    const choice = document.createElement("label");
    const [input, words] = [document.createElement("input"), document.createElement("span")];
    choice.className = "choice";
    Object.assign(input, { type: form.item(key).type === "select_one" ? "radio" : "checkbox", name: key, value: name });
    words.innerHTML = label;
    if (tag !== state.locale) words.lang = tag;
    choice.append(input, words);
    return choice;
  }

  function written(type, value) {
    const text = Array.isArray(value) ? value.join(" ") : value === null ? "" : `${value}`;
    const isFrench = /^fr/.test(document.documentElement.lang);
    return type === "decimal" && isFrench ? text.replace(".", ",") : text;
  }

  const later = () => {
    timer = timer || setTimeout(update, PAUSE);
  };
  element.addEventListener("input", later);
  element.addEventListener("change", later);
  later();
  return update;
}
