// The editor without reloading: what is typed is saved at once, cards are swapped in place, questions are dragged.
// Everything is a form that the server answers with the whole page; without this script the same forms do the same.
import { Sender } from "./editor/sender.js";
import { letDrag } from "./editor/drag.js";
import { watchFormulas } from "./editor/formula.js";
import { letInsert } from "./editor/insert.js";
import { refreshPhone } from "./editor/phone.js";

const PAUSE = 1200; // Of typing, before what was typed is saved.
const CLICK = 250; // From leaving a field to the button that was pressed for it: one save for both.
const BY_HAND = "[name='act'], [name='add_words'], [name='add_kind'], [name='new_name'], [name='paste'], [name^='k.'], [name='comment_body'], [name^='answer-'], [name^='bank_'], [name='mirror_in']";

const root = () => document.getElementById("editor");
const status = () => root().querySelector(".editor-status");
// Whether somebody else wrote the same field: then nothing goes by itself until the author has chosen.
const isHeld = (form) => form.querySelector("[role='alert']") !== null;
let waiting = null;
let isSwapping = false;

function say(word) {
  const line = status();
  const text = line.dataset[word];
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  line.textContent = word === "saved" ? `${text} (${time.format(new Date())})` : text;
  line.classList.toggle("is-late", word === "unsaved" || word === "refused");
}

const sender = new Sender({ onState: say });

function stopWaiting() {
  clearTimeout(waiting);
  waiting = null;
}

function sendAfter(pause, form, options) {
  stopWaiting();
  waiting = setTimeout(() => send(form, null, options), pause);
}

const TEXTS = "textarea, input[type='text']";
const textsOf = (form) => new Map([...form.querySelectorAll(TEXTS)].filter((each) => each.id).map((each) => [each.id, each.value]));

// What was typed into a card while its answer was on the way goes on in the card that answers.
function carry(form, sent, swapIn) {
  const typed = [...textsOf(form)].filter(([id, value]) => sent.has(id) && sent.get(id) !== value);
  swapIn();
  const fresh = root().querySelector("form[data-card]");
  if (!fresh || fresh.dataset.card !== form.dataset.card) return;
  for (const [id, value] of typed) {
    const field = fresh.querySelector(`#${CSS.escape(id)}`);
    if (!field) continue;
    // The field of a new answer still showed the one before.
    const isAfter = field.name === "new-choice" && value.startsWith(sent.get(id));
    field.value = isAfter ? value.slice(sent.get(id).length) : value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Swaps the parts of the editor and puts the focus back where it was; the phone stays, or it would load again.
function swap(answer) {
  const fresh = answer.document.getElementById("editor");
  const before = document.activeElement;
  const { id = "", name = "" } = before ?? {};
  const act = name === "act" ? before.value : "";
  isSwapping = true; // A field that leaves the page while one types in it says that it changed.
  for (const part of root().querySelectorAll("[data-part]")) {
    const other = fresh.querySelector(`[data-part='${part.dataset.part}']`);
    if (other) part.replaceWith(other);
  }
  isSwapping = false;
  if (answer.url) history.replaceState(null, "", answer.url);
  arm();
  const target =
    (id && document.getElementById(id)) ||
    (act && root().querySelector(`[name='act'][value='${CSS.escape(act)}']`)) ||
    (name && name !== "act" && root().querySelector(`[name='${CSS.escape(name)}']`));
  if (target) target.focus({ preventScroll: true });
  announce(answer.document);
}

function announce(page) {
  document.querySelectorAll("#content > .notice").forEach((notice) => notice.remove());
  const head = document.querySelector("#content > .page-head");
  [...page.querySelectorAll("#content > .notice")].reverse().forEach((notice) => head.after(notice));
}

// Somebody else wrote the same field: both texts are shown, and what was typed is not saved.
function hold(answer) {
  swap(answer);
  say("refused");
  root().querySelector("form[data-card] [role='alert']").scrollIntoView({ block: "nearest" });
}

// After a save while typing: only what says something of it is renewed, never a field somebody may be in.
function renew(answer) {
  const fresh = answer.document.getElementById("editor");
  const form = root().querySelector("form[data-card]");
  for (const part of root().querySelectorAll("[data-live]")) {
    const other = fresh.querySelector(`[data-live='${CSS.escape(part.dataset.live)}']`);
    if (other && !part.contains(document.activeElement)) part.replaceWith(other);
  }
  const freshForm = fresh.querySelector("form[data-card]");
  if (form && freshForm) form.elements.revision.value = freshForm.elements.revision.value;
}

async function send(form, submitter, { quietly = false } = {}) {
  stopWaiting();
  const sent = textsOf(form);
  const answer = await sender.send(form, submitter);
  if (!answer) return;
  if (!answer.document.getElementById("editor")) {
    location.assign(answer.url || location.href);
    return;
  }
  const fresh = answer.document.querySelector("form[data-card]");
  if (fresh && isHeld(fresh)) carry(form, sent, () => hold(answer));
  else if (quietly) renew(answer);
  else carry(form, sent, () => swap(answer));
  refreshPhone(root().querySelector("iframe"), root().querySelector("form[data-card]")?.dataset.card);
}

function onSubmit(event) {
  const form = event.target;
  if (!form.closest("#editor") || form.method !== "post") return;
  event.preventDefault();
  const open = root().querySelector("form[data-card]");
  const opens = form !== open && open && sender.isDirty(open);
  // What is still being typed in the open card is saved before another form acts.
  const first = opens ? send(open, null, { quietly: true }) : Promise.resolve();
  first.then(() => send(form, event.submitter)).then(() => goTo(event.submitter));
}

// A question just added is the next thing one writes.
function goTo(button) {
  const made = button?.closest(".q-add, .q-after, .q-group details") || button?.value === "add";
  if (!made) return;
  const label = root().querySelector("form[data-card] #f-label, form[data-card] #kind");
  label?.closest(".q")?.scrollIntoView({ block: "nearest" });
  label?.focus();
}

function onInput(event) {
  const form = event.target.closest("form[data-card]");
  if (!form || isHeld(form) || event.target.matches(BY_HAND) || event.target.matches("[name='new-choice'], [data-rule]")) return;
  sendAfter(PAUSE, form, { quietly: true });
}

function onChange(event) {
  const field = event.target;
  const form = field.closest("form[data-card]");
  if (isSwapping || !form || isHeld(form) || field.matches(BY_HAND)) return;
  const reload = field.matches("[data-reload], [data-rule]");
  if (reload) sendAfter(CLICK, form, {});
  else send(form, null, { quietly: true });
}

// Opening another card by its link: what is typed here goes first, then the page is fetched and swapped.
function onClick(event) {
  const link = event.target.closest("#editor .q-title");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const open = root().querySelector("form[data-card]");
  const first = open && sender.isDirty(open) ? send(open, null, { quietly: true }) : Promise.resolve();
  first.then(() => sender.fetch(link.href)).then((answer) => {
    if (!answer) return;
    swap(answer);
    const card = root().querySelector(".q-open");
    card?.scrollIntoView({ block: "nearest" });
    card?.querySelector("#f-label, #kind, [name='new_name']")?.focus({ preventScroll: true });
    refreshPhone(root().querySelector("iframe"), root().querySelector("form[data-card]")?.dataset.card);
  });
}

function onKey(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const inField = event.target.matches("input:not([type=checkbox]), textarea, select");
  const key = event.key.toLowerCase();
  const wanted = key === "z" && !event.shiftKey ? "undo" : key === "y" || (key === "z" && event.shiftKey) ? "redo" : "";
  // Inside a field the browser takes back its own typing.
  if (!wanted || inField) return;
  const button = root().querySelector(`[data-keys='${wanted}']`);
  if (!button.disabled) {
    event.preventDefault();
    button.click();
  }
}

function arm() {
  const editor = root();
  editor.classList.add("has-drag");
  letDrag(editor, {
    onQuestion: (values) => {
      const form = document.getElementById("move");
      return sender.post(form, values).then((answer) => answer && swap(answer));
    },
    onChoice: (form, act) => {
      const button = Object.assign(document.createElement("button"), { type: "submit", name: "act", value: act, hidden: true });
      form.append(button);
      form.requestSubmit(button);
    },
  });
  watchFormulas(editor);
  letInsert(editor);
}

document.addEventListener("submit", onSubmit, true);
document.addEventListener("input", onInput);
document.addEventListener("change", onChange);
document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
addEventListener("beforeunload", (event) => {
  if (sender.isLate || waiting) event.preventDefault();
});
// The link of a question in the phone opens its card here, without leaving the page.
addEventListener("message", (event) => {
  if (event.origin !== location.origin || typeof event.data?.edit !== "string") return;
  const title = [...root().querySelectorAll(".q")].find((card) => card.dataset.key === event.data.edit)?.querySelector(".q-title");
  title?.click();
});
arm();
