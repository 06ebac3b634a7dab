// The pages of a questionnaire without network: which one is shown, what its buttons do. The server's pages are taken over
// where they stand; the worker's empty page (.shell) is filled. What cannot be done here is posted as without scripts.
import { evaluate, prepare } from "../form.js";
import { enhance } from "../enhance.js";
import { closingPages, everyPage, isShown, nextPage, previousPage, shownPages } from "../pages.js";
import { fieldsOf, readPage } from "../reading.js";
import { keyAt, splitKey } from "../texts.js";
import { copyAt, enlist, keepCopy, newestOf, serveFromNetwork } from "./copies.js";
import * as drafts from "./drafts.js";
import * as screen from "./screen.js";
import { sendAll } from "./sender.js";
import { isSameVisit, showStatus } from "./status.js";
import { isFull } from "./store.js";

const { $, $$ } = screen;
const FIRST_WAIT = 5000;
const LONGEST_WAIT = 5 * 60 * 1000;
const root = self.document?.documentElement;
const isShell = self.document && $(".shell");

// The collection; the copy of its form; the response of this phone; its page and what the form says of it.
let code, copy, form, row, draft, page, view;
let trouble, timer, isTouched, isFragile;
let wait = FIRST_WAIT;

const inPath = (key) => key.split("/").map(encodeURIComponent).join("/");
const pathOf = (found) => (found ? `/p/${inPath(found.key)}` : "/verifier");
const here = () => location.pathname.replace(/^\/r\/[^/]+\/?/, "/");
const searched = (name) => new URLSearchParams(location.search).get(name) || "";
const words = () => copy.words[root.lang];

export async function begin() {
  [, code] = /^\/r\/([^/]+)/.exec(location.pathname) || [];
  addEventListener("online", send);
  addEventListener("popstate", () => row && show());
  document.addEventListener("visibilitychange", () => document.hidden || send());
  // A voice that is being recorded, too, must not be drawn anew.
  for (const kind of ["input", "click"]) document.addEventListener(kind, () => (isTouched = true));
  document.addEventListener("input", ({ target }) => keepOne(target));
  document.addEventListener("submit", onSubmit);
  document.addEventListener("click", onClick);
  if (isShell) await fillShell();
  else if (/^\/($|p\/|verifier|pause)/.test(here())) {
    await refresh();
    if (copy) await enlist();
  }
  await send();
}

// « I don't know » and an answer never stand together: the one given last stays.
function keepOne(target) {
  const block = target.closest(".question");
  const isMark = target.matches(".unsaid [type=checkbox]");
  for (const mark of block ? $$(".unsaid [type=checkbox]", block) : []) mark.checked = mark === target && mark.checked;
  if (!isMark || !target.checked) return;
  for (const field of $$("[name]:not(.unsaid *)", block)) {
    if (/radio|checkbox/.test(field.type)) field.checked = false;
    else if (!/hidden|file/.test(field.type)) field.value = "";
  }
}

async function fillShell() {
  if (!code) {
    // A personal link or a link to resume, without network: what this phone has of it.
    [, sessionStorage.invitation = ""] = /^\/[ig]\/(.+)/.exec(location.pathname) || [];
    return location.replace((await newestOf("")).split("/copie/")[0] + location.search);
  }
  if (await load()) {
    if (sessionStorage.fresh) await refresh();
    delete sessionStorage.fresh;
  }
  if (row) {
    show();
    const before = JSON.stringify(draft.answers);
    if (row.state === "over") return undefined;
    await refresh();
    if (row && (isTouched || JSON.stringify(draft.answers) === before)) return undefined;
    if (row) return show();
  } else if (searched("reseau")) {
    await useCopy(await newestOf(code));
    return show();
  }
  const asked = new URLSearchParams(location.search);
  asked.set("reseau", 1);
  return location.replace(`?${asked}`);
}

// Ask the server how the response stands, keep its form; nothing changes where there is no answer.
async function refresh() {
  const headers = draft ? { Authorization: `Bearer ${draft.holder}` } : {};
  const answer = await fetch(`/r/${code}/envoi`, { headers }).catch(() => {});
  const given = (await answer?.json().catch(() => {})) || {};
  const { status, copy: address, invitation } = given;
  if (status === "started") {
    await keepCopy(code, address);
    const before = await drafts.openRow(code);
    if (before && (await drafts.read(before)).holder !== given.holder) await drafts.park(before.id);
    await drafts.adopt(code, given);
    await load();
  } else if (status && row?.state === "open" && !row.waits) {
    await drafts.forgetDraft(row.id);
    row = draft = null;
  } else if (address && !isShell && !(await drafts.openRow(code))) {
    // Not started yet: from here on it may be without network.
    await keepCopy(code, address);
    await useCopy(address);
    sessionStorage.invitation = invitation;
  }
  if (status) await serveFromNetwork(code, status === "elsewhere");
  return status;
}

async function load() {
  row = await drafts.openRow(code);
  draft = row && (await drafts.read(row));
  if (row) await useCopy(row.copy);
  return row;
}

async function useCopy(address) {
  if (copy?.address === address) return;
  copy = Object.assign(await copyAt(address), { address });
  form = prepare(copy.form);
}

// Answers with which the card of a page exists, be it the one that is being added.
function withCards(of, at) {
  const answers = { ...of.answers };
  for (const [depth, number] of (at?.numbers || []).entries()) {
    const list = keyAt(at.repeats[depth], at.numbers.slice(0, depth));
    if (!form.item(list).count && !(answers[list] >= number)) answers[list] = number;
  }
  return answers;
}

const stateOf = (of, at) => evaluate(form, { ...of, answers: withCards(of, at) });

const see = (state = stateOf(draft, page)) => {
  view = { state, draft, words: words() };
};

function pageOf(key) {
  const [, numbers] = splitKey(key);
  const cut = form.pages.find((each) => keyAt(each.key, numbers) === key && each.repeats.length === numbers.length);
  return cut && everyPage(stateOf(draft, { ...cut, numbers })).find((each) => each.key === key && each.number === cut.number);
}

// Show what the address says.
function show(violations) {
  const tag = searched("lang") || draft?.locale || form.locale;
  [root.lang, , root.dir] = form.locales.find(([each]) => each === tag) || form.locales[0];
  page = isTouched = null;
  const screens = copy.screens[root.lang];
  const path = here();
  if (!row) return welcome(screens);
  if (row.state === "over") return showOver(screens);
  if (path.startsWith("/p/")) return showPage(decodeURIComponent(path.slice(3)), violations);
  see();
  if (path === "/verifier") return showReview(screens);
  if (draft.end) return draw(screens.waiting);
  if (path === "/aide") return showHelp(screens);
  if (path === "/pause") return draw(screens.pause, { "p/AT": pathOf(pageOf(draft.at || "")).slice(1) });
  return draw(screens.resume, { "p/AT": pathOf(draft.at ? pageOf(draft.at) : draft.at !== "" && nextPage(view.state)).slice(1) });
}

function showOver(screens) {
  if (isSameVisit(draft)) return draw(draft.status === "kept" ? screens.arrived : screens.done);
  // Somebody else may hold the phone by now: it is told once, without the code.
  drafts.forgetDraft(draft.id);
  return welcome(screens);
}

// The way in; who handed the phone over and stays to help is in the address.
function welcome(screens) {
  const helper = searched("aide");
  draw(screens.welcome, {}, { helper });
  if (!helper) $("[data-helped]").remove();
}

const isHelped = () => drafts.helpOf(draft).helper;
// What the helper must not see of a page.
const secrets = () =>
  isHelped() && !searched("alone") ? page.items.filter((key) => form.item(key).private && view.state.isRelevant(key)) : [];

function showHelp(screens) {
  draw(screens.help, { "page=AT": `page=${encodeURIComponent(searched("page"))}` });
  const { way, helper } = drafts.helpOf(draft);
  for (const each of $$("input[type=radio]")) each.checked = [way || "alone", helper].includes(each.value);
}

async function keepHelp(element) {
  const { way, helper = "" } = Object.fromEntries(new FormData(element));
  const isAlone = way === "alone";
  if (!isAlone && !helper) return ask($("[name=helper]").closest("fieldset"), words().who);
  await drafts.change(draft.id, (now) => {
    now.said = { way, helper: isAlone ? "" : helper };
  });
  await load();
  return go(searched("page") ? `/p/${inPath(searched("page"))}` : "");
}

function ask(fieldset, sentence) {
  if (!$(".error-text", fieldset)) $("legend", fieldset).after(screen.make("p", { className: "error-text", textContent: sentence }));
  $("input", fieldset).focus();
}

function draw([title, html], places = {}, more = {}) {
  const filled = { ...more, code: draft?.receipt };
  let text = screen.fill(html, view, page, filled);
  for (const [name, path] of Object.entries(places)) text = text.split(name).join(path);
  $(".phone").innerHTML = text;
  document.title = screen.textOf(screen.fill(title, view, page, filled));
  for (const each of $$("[name=csrf]")) each.value = draft?.token || "";
  const main = $("main");
  main.tabIndex = -1;
  main.focus();
  ($(location.hash || "#none") || root).scrollIntoView();
  showState();
}

function showPage(key, violations) {
  page = pageOf(key);
  see();
  if (!page || !isShown(view.state, page)) return go(pathOf(nextPage(view.state)), true);
  const partOf = ({ key: own, headings: [outermost], repeats: [repeat], roster }) =>
    outermost && !form.item(outermost).repeats.length ? outermost : repeat || roster || own;
  const asking = shownPages(view.state).slice(0, -closingPages(view.state).length || undefined).map(partOf);
  const parts = [...new Set(asking)];
  const more = { part: parts.indexOf(partOf(page)) + 1, parts: parts.length, around: screen.around(view, page) };
  const [title, html, otherwise] = copy.pages[root.lang][page.number];
  const way = `/r/${code}`;
  if (secrets().length) {
    const before = previousPage(view.state, page);
    const places = { "p/AT": pathOf(page).slice(1), '"BACK"': `"${way}${before ? pathOf(before) : ""}"` };
    return draw(copy.screens[root.lang][drafts.helpOf(draft).way === "filled_for" ? "away" : "private"], places);
  }
  more.help = words()[isHelped() ? "helped" : "helps"];
  const isOther = page.roster ? !view.state.count(page.roster) : draft.carried[":words"];
  draw([title, (isOther && otherwise) || html], {}, more);
  const element = $("form");
  element.action = location.href;
  if (page.roster) return showCards();
  screen.setValues(view, page);
  if (searched("then").startsWith("review") && !page.repeats.length) $("[value=next]", element).textContent = words().review;
  $("[data-helped]").hidden = !isHelped();
  $("[name=':read']").checked = draft.carried[":read"]?.includes(page.key);
  enhance(element, form, { ...draft, answers: withCards(draft, page) }, page.key)();
  screen.mark(view, page);
  const again = `#${Date.now()}`;
  import(copy.aloud + again);
  if ($("[data-file],[data-signature],[data-here]")) import(copy.capture + again);
  const wrong = violations || (searched("check") && certain(view.state.violations(page.items)));
  if (wrong?.length) screen.showErrors(view, words(), wrong.map((each) => [each.key, sentenceOf(each), each.fault === "doubt"]));
}

// What stops somebody; a doubt was asked about once already.
const certain = (violations) => violations.filter(({ fault }) => fault !== "doubt");

function sentenceOf({ key, fault, code: why, part }) {
  const { faults, off } = words();
  const { type, parameters: { start = 1, end = 10 } = {} } = form.item(key);
  const kind = { required: fault, constraint: fault, doubt: "constraint" }[fault];
  const own = kind && screen.textOf(view.state.text(key, `${kind}_messages`)[0]);
  const name = why || fault;
  if (/off_the_scale/.test(why)) return screen.format(off, { low: Math.min(start, end), high: Math.max(start, end) });
  return own || faults[`${name}:${part}`] || faults[`${name}:${type}`] || faults[name] || faults.constraint;
}

// The cards of a list, each with the way to change it, and the way to add one.
function showCards() {
  const { state } = view;
  const list = page.roster;
  const sample = $(".card");
  for (const card of screen.cardsOf(view, list)) {
    const item = sample.cloneNode(true);
    const [first] = screen.pagesOf(view, card);
    const name = screen.nameOf(view, card);
    $("h2", item).textContent = name;
    for (const each of $$(".card-when, .card-said, .error-text", item)) each.remove();
    item.classList.remove("field-invalid");
    const [change, remove] = $$("a", item);
    change.href = `/r/${code}${pathOf(first)}${location.search}`;
    remove.href = `/r/${code}/enlever/${inPath(card)}`;
    for (const each of $$(".hidden-visually", item)) each.textContent = ` ${name}`;
    sample.before(item);
  }
  sample?.remove();
  const [base, outer] = splitKey(list);
  const grown = stateOf(draft, { repeats: [...page.repeats, base], numbers: [...outer, state.count(list) + 1] });
  const [first] = screen.pagesOf({ state: grown }, keyAt(base, [...outer, state.count(list) + 1]));
  const add = $("[href*=NEW]");
  if (first) add.href = `/r/${code}${pathOf(first)}${location.search}`;
  else add.remove();
}

// Everything said, each with the way to change it; what is not asked of this person is left out.
function showReview(screens) {
  const { state } = view;
  const asking = shownPages(state).slice(0, -closingPages(state).length || undefined);
  draw(screens.review, { "p/LAST": pathOf(asking.pop()).slice(1) });
  for (const line of $$(".given > div")) {
    const { key } = form.nodes[line.id.slice(1)];
    const node = state.occurrence(key);
    line.hidden = form.item(key).type === "repeat" ? !state.isOffered(key) : !node || !state.isRelevant(key);
    const said = $(".said", line);
    if (!said.textContent) Object.assign(said, { className: "unanswered", textContent: words().none });
  }
  for (const list of $$(".given")) {
    const isEmpty = $$("div", list).every((line) => line.hidden);
    list.hidden = isEmpty;
    if (isEmpty && list.previousElementSibling.matches("h2")) list.previousElementSibling.hidden = true;
  }
}

// Moving about.

function go(path, isInstead, violations) {
  history[isInstead ? "replaceState" : "pushState"](null, "", `/r/${code}${path}`);
  show(violations);
}

function onClick(event) {
  const act = { send, share, leave }[event.target.closest("[data-act]")?.dataset.act];
  if (act) return act();
  const link = event.target.closest("a[href]");
  if (!link || !row || !copy) return undefined;
  const { pathname, search, hash } = new URL(link.href);
  const [, path] = /^\/r\/[^/]+(\/(?:p\/.+|verifier|pause|aide)?|)$/.exec(pathname) || [];
  if (path === undefined || link.getAttribute("href")[0] === "#") return undefined;
  event.preventDefault();
  return go(path + search + hash);
}

async function onSubmit(event) {
  const { target, submitter } = event;
  const path = new URL(target.action).pathname.replace(/^\/r\/[^/]+/, "");
  const act = row
    ? path.startsWith("/p/") ? leavePage : { "/verifier": finish, "/leave": leave, "/aide": keepHelp }[path]
    : copy && !path && start;
  if (!act || !copy || target.dataset.network || event.defaultPrevented) return;
  event.preventDefault();
  try {
    await act(target, submitter?.value || "next");
  } catch (error) {
    if (isFull(error)) {
      trouble = "full";
      showState();
      // Without room, the page is posted at once; without network either, the person stays on it.
      if (!(await fetch(`/r/${code}/envoi`).then((answer) => answer.ok, () => false))) return;
    }
    target.dataset.network = sessionStorage.fresh = 1;
    target.requestSubmit(submitter);
  }
}

async function start(element) {
  const said = Object.fromEntries(new FormData(element));
  const unsaid = $$("fieldset", element).find((each) => !$(":checked", each));
  if (unsaid) return ask(unsaid, words().choose);
  if (said["consent:answer"] === "no") return draw(copy.screens[root.lang].declined);
  const { invitation } = sessionStorage;
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] >>> 1;
  const { way, helper } = said;
  const help = { way, helper: way && way !== "alone" ? helper : "" };
  const begun = { version: copy.version, locale: root.lang, started: Date.now(), seed, invitation, form: said, help };
  await drafts.begin(code, copy.address, begun);
  delete sessionStorage.invitation;
  await load();
  navigator.storage?.persist?.().then((isSafe) => {
    isFragile = !isSafe;
  });
  see();
  send();
  return go(pathOf(nextPage(view.state)));
}

function readingOf(of, fields) {
  const entries = Object.entries(fields).flatMap(([name, values]) => values.map((value) => [name, value]));
  const empty = Object.fromEntries(Object.keys(fields).map((name) => [name, []]));
  return readPage(form, { ...of, state: stateOf(of, page) }, page, { ...empty, ...fieldsOf(entries) });
}

async function leavePage(element, move) {
  page ||= pageOf(decodeURIComponent(here().slice(3)));
  see();
  const list = page.roster;
  const hidden = secrets();
  const fields = hidden.length ? Object.fromEntries(hidden.map((key) => [key, [":refused"]])) : list ? { [list]: [`${view.state.count(list)}`] } : screen.collect(element, view, page);
  const files = await keepFiles(element, fields);
  const then = element.elements.then?.value || searched("then");
  let reading, following;
  await drafts.change(draft.id, (now) => {
    if (move.startsWith("locale:")) now.locale = move.slice(7);
    if (/^(words|pictures)$/.test(move)) now.carried[":words"] = move === "words";
    reading = readingOf(now, fields);
    following = move === "back" ? previousPage(reading.state, page) : move === "next" ? reading.nextPage : page;
    const { key } = following || {};
    if (closingPages(reading.state).some((each) => each.key === key)) following = null;
    delete now.end;
    now.told ||= move === "pause";
    now.confirmed = [...(now.confirmed || []).filter((key) => !page.items.includes(key)), ...reading.confirmed];
    now.files.push(...files);
    const read = isHelped() ? !!element.elements[":read"]?.checked : undefined;
    if (isHelped()) {
      const others = (reading.carried[":read"] || []).filter((key) => key !== page.key);
      reading.carried[":read"] = read ? [...others, page.key] : others;
    }
    drafts.savePage(now, page.key, fields, read, reading, following ? following.key : "");
  });
  await load();
  send();
  const onward = then && (following?.repeats.length || following?.roster) ? `?then=${then}` : "";
  if (move === "back") return go(following ? pathOf(following) + onward : "");
  if (move === "pause") return go("/pause");
  const { violations, revealed, parsed } = reading;
  if (move !== "next" || violations.length || revealed.length) {
    const part = (raw) => raw && ["day", "month", "year"].filter((name) => raw[name] === "").join("-");
    const wrong = violations.map((each) => ({ ...each, part: part(parsed[each.key]?.raw) }));
    return go(here() + location.search, true, move === "next" && wrong);
  }
  if (then && !page.repeats.length) return go(`/verifier#${then.replace("review-", "")}`);
  return go(pathOf(following) + onward);
}

async function finish() {
  see();
  const { state } = view;
  const typed = Object.keys(draft.typed);
  const wrong = shownPages(state).find(({ items }) => certain(state.violations(items)).length || items.some((key) => typed.includes(key)));
  if (wrong) return go(`${pathOf(wrong)}?check=1&then=review`);
  await drafts.change(draft.id, (now) => {
    now.end = now.savedAt = Date.now();
  });
  sessionStorage.visit = draft.id;
  await load();
  go("/merci");
  return send();
}

// Files wait sealed beside the answers, which go first.
async function keepFiles(element, fields) {
  const kept = [];
  for (const input of $$("input[type=file]", element)) {
    const [file] = input.files;
    const question = input.name.replace(/:file$/, "");
    if (!file || !fields[question]) continue;
    const { value: id } = element.elements[`${question}:id`];
    await drafts.keepFile(row, id, await file.arrayBuffer());
    fields[question] = [id];
    kept.push({ id, question, name: file.name });
  }
  return kept;
}

// Hide the answers from whoever has the phone next; what waits is still sent.
async function leave() {
  const { id, token = "" } = draft;
  await drafts.park(id);
  row = draft = null;
  send();
  const body = new URLSearchParams({ csrf: token });
  const told = await fetch(`/r/${code}/leave`, { method: "POST", body, redirect: "manual" }).catch(() => {});
  if (told) location.assign(`/r/${code}?reseau=1`);
  else go("");
}

// The last way out: what waits, in a file for the person who gave the questionnaire (app/research/phone_files.py).
async function share() {
  const content = JSON.stringify({ tresse: 1, now: Date.now(), ...draft });
  const file = new File([content], `${draft.receipt}.json`, { type: "application/json" });
  if (navigator.canShare?.({ files: [file] })) await navigator.share({ files: [file] });
  else screen.make("a", { href: URL.createObjectURL(file), download: file.name }).click();
}

// Sending: at once, then again after five seconds, twice as long each time, to five minutes.

async function send() {
  clearTimeout(timer);
  const stopped = await sendAll();
  clearTimeout(timer);
  if (stopped === null) wait = FIRST_WAIT;
  else {
    timer = setTimeout(send, wait);
    wait = Math.min(2 * wait, LONGEST_WAIT);
    navigator.serviceWorker?.getRegistration("/r/").then((worker) => worker?.sync?.register("send")).catch(() => {});
  }
  // Where another page is sending, nothing is known.
  if (stopped !== undefined && trouble !== "full") trouble = stopped?.message === "portal" ? "portal" : "";
  if (!row) return;
  const { state } = row;
  await load();
  if (draft?.enough === true) {
    // Enough people like this one have answered: the server says it, once, and asks whether to go on.
    await drafts.change(draft.id, (now) => {
      now.enough = "told";
    });
    location.assign(`/r/${code}/complet`);
  } else if (row && state !== row.state) show();
  else showState();
}

function showState() {
  if (row && copy?.words[root.lang]) showStatus(row, draft, words(), trouble || (isFragile && "fragile"), send);
}
