// What waits goes to the server: start, pages, files, end; each again until the server says that it has it. One sender a
// browser. The worker has it too, and sends when no page is open.
import { all, get, put, putIf, remove } from "./store.js";
import { change, forgetDraft, pending, read, set } from "./drafts.js";
import { hashOf, unsealBytes } from "./vault.js";

const LANES = 3;
const TIMEOUT = 30000;
const LEASE = 60000;

// The server's reply, or an error: an answer that does not name what was sent is not the server's (captive portals).
async function deliver({ code, holder }, path, content) {
  const hash = await hashOf(content);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT);
  try {
    const answer = await fetch(`/r/${code}/envoi/${path}`, {
      method: "PUT",
      body: content,
      headers: { Authorization: `Bearer ${holder}`, "Tresse-Hash": hash, "Tresse-Clock": `${Date.now()}` },
      // The start gives the cookie that opens the pages without scripts; nothing else needs one.
      credentials: path === "debut" ? "same-origin" : "omit",
      signal: stop.signal,
    });
    const reply = await answer.json().catch(() => ({}));
    if (reply.hash !== hash) throw new Error(answer.ok ? "portal" : answer.status);
    return reply;
  } finally {
    clearTimeout(timer);
  }
}

// Send one thing; `then` notes in the response that the server has it.
async function send(draft, path, body, then) {
  const reply = await deliver(draft, path, body instanceof ArrayBuffer ? body : JSON.stringify(body));
  if (reply.status === "withdrawn") return forgetDraft(draft.id);
  return change(draft.id, (now, row) => {
    if (reply.status !== "unknown") return then(now, reply, row);
    // The database was restored, or the start got lost: what is here begins it anew.
    const { version, locale, seed, moment, form, invitation } = now;
    now.start ||= { version, locale, seed, started: Date.parse(moment), form, invitation };
    for (const page of Object.values(now.pages)) page.sent = 0;
  });
}

const sendStart = (draft) =>
  send(draft, "debut", draft.start, (now, { status }) => {
    delete now.start;
    set(now, "apart", status === "kept" || undefined);
  });

function sendPage(draft, [key, { revision, seen, fields, clocks, at, help, read }]) {
  const { phone, apart, told, carried } = draft;
  const path = `pages/${key.split("/").map(encodeURIComponent).join("/")}`;
  const body = { revision, seen, phone, fields, clocks, at, words: carried[":words"], code: told, apart, help, read };
  return send(draft, path, body, (now, reply) => {
    const page = now.pages[key];
    page.sent = revision;
    now.sentAt = Date.now();
    now.seen[key] = reply.revision;
    now.revision = Math.max(now.revision, reply.revision || 0);
    if (reply.receipt) now.receipt = reply.receipt;
    now.enough ||= reply.enough;
    if (!reply.copy || page.revision !== revision) return;
    // Another phone changed the page: this is how it stands.
    Object.assign(now.answers, reply.copy.answers);
    for (const name of Object.keys(reply.copy.answers)) set(now.missing, name, reply.copy.missing[name]);
  });
}

async function sendFile(draft, { id, question, name }) {
  const file = await get("files", id);
  const path = `fichiers/${id}?question=${encodeURIComponent(question)}&name=${encodeURIComponent(name)}`;
  await send(draft, path, await unsealBytes(file), (now) => {
    now.files = now.files.filter((each) => each.id !== id);
  });
  await remove("files", id);
}

function sendEnd(draft) {
  const revisions = Object.fromEntries(Object.entries(draft.pages).map(([key, page]) => [key, page.revision]));
  return send(draft, "fin", { revisions, apart: draft.apart }, (now, { status, receipt, wanted }, row) => {
    for (const key of wanted || []) now.pages[key].sent = 0;
    if (wanted) return;
    // The server has all of it: the answers leave the phone. What stays for this visit is when, and the receipt.
    const { holder, locale, end } = now;
    for (const name of Object.keys(now)) delete now[name];
    Object.assign(now, { holder, locale, status, ended: end, sentAt: Date.now(), pages: {}, files: [] });
    now.receipt = receipt || draft.receipt;
    if (row.state === "open") row.state = "over";
  });
}

async function sendDraft({ id }) {
  for (;;) {
    const row = await get("drafts", id);
    if (!row) return;
    // Hidden for somebody else, and nothing of it waits any more: it goes.
    if (!row.waits) return row.state === "parked" && forgetDraft(id);
    const draft = await read(row);
    const queue = pending(draft);
    if (draft.start) await sendStart(draft);
    else if (queue.length) await Promise.all(queue.slice(0, LANES).map((page) => sendPage(draft, page)));
    else if (draft.files.length) await sendFile(draft, draft.files[0]);
    else await sendEnd(draft);
  }
}

// Gives the error that stopped it, null when nothing waits any more, undefined when another page is sending.
export const sendAll = () =>
  alone(async () => {
    let stopped = null;
    for (const row of await all("drafts")) {
      await sendDraft(row).catch((error) => {
        stopped = error;
      });
    }
    return stopped;
  });

async function alone(work) {
  const { locks } = navigator;
  if (locks) return locks.request("tresse", { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  // Where browsers have no locks, a row says until when one sends.
  const lease = () => ({ id: "send", until: Date.now() + LEASE });
  if (!(await putIf("lease", lease(), (taken) => !(taken?.until > Date.now())))) return undefined;
  const renew = setInterval(() => put("lease", lease()), LEASE / 3);
  try {
    return await work();
  } finally {
    clearInterval(renew);
    await remove("lease", "send");
  }
}
