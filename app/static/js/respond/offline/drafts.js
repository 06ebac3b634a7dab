// A response on the phone. Its row says in clear what finds it: `code` of the collection, `copy` of the form, `waits`
// (something is not sent), `state`: "open" (shown), "parked" (hidden: somebody else has the phone), "over" (sent). All
// else is in `data`, sealed.
import { all, get, put, putIf, remove } from "./store.js";
import { hashOf, keyOf, newName, newToken, receiptOf, seal, unseal } from "./vault.js";

export const openRow = async (code) => (await all("drafts")).find((row) => row.code === code && row.state !== "parked");
export const read = async (row) => ({ ...(await unseal(row)), id: row.id, code: row.code });
export const forgetDraft = (id) => remove("drafts", id);

export const pending = (draft) => Object.entries(draft.pages).filter(([, page]) => page.sent !== page.revision);
const waits = (draft) => !!(draft.start || draft.end || pending(draft).length || draft.files.length);

// Change a response as it stands now; when another tab was faster, it is read and changed again. Null when it is gone.
export async function change(id, edit) {
  for (;;) {
    const row = await get("drafts", id);
    if (!row) return null;
    const draft = await read(row);
    edit(draft, row);
    const { count } = row;
    Object.assign(row, await seal(row.key, draft), { waits: waits(draft), count: count + 1 });
    if (await putIf("drafts", row, (now) => now?.count === count)) return draft;
  }
}

export const park = (id) =>
  change(id, (_, row) => {
    row.state = "parked";
  });

async function keep(draft, code, copy) {
  const id = await hashOf(draft.holder);
  const key = await keyOf(draft.holder);
  const more = { phone: newName(), typed: {}, clocks: {}, pages: {}, files: [], receipt: await receiptOf(draft.holder) };
  const whole = { ...more, ...draft };
  await put("drafts", { id, code, copy, key, state: "open", count: 1, waits: waits(whole), ...(await seal(key, whole)) });
}

// Begin without network: the phone chooses the token, and with it the response and its receipt.
export async function begin(code, copy, start) {
  const moment = new Date(start.started).toISOString();
  const blank = { answers: {}, missing: {}, carried: {}, revision: 0, seen: {} };
  await keep({ ...blank, ...start, holder: newToken(), moment, start }, code, copy);
}

// Take over what the server keeps of a response; what was answered here and waits stays as it is.
export async function adopt(code, { copy, holder, version, locale, seed, moment, token, receipt, ...given }) {
  const { answers, missing, carried, confirmed, revisions: seen, help } = given;
  const state = { carried, confirmed, at: carried[":at"], typed: carried[":typed"] || {} };
  const last = Math.max(0, ...Object.values(seen));
  const known = await change(await hashOf(holder), (draft, row) => {
    Object.assign(row, { state: "open", copy });
    const waiting = pending(draft).flatMap(([, page]) => Object.keys(page.clocks));
    for (const key of Object.keys({ ...draft.answers, ...answers })) {
      if (waiting.includes(key)) continue;
      set(draft.answers, key, answers[key]);
      set(draft.missing, key, missing[key]);
    }
    Object.assign(draft, waiting.length ? {} : state, { token, seen, help, revision: Math.max(last, draft.revision) });
    if (receipt) draft.receipt = receipt;
  });
  const fresh = { holder, version, locale, seed, moment, token, answers, missing, seen, revision: last, help, ...state };
  if (!known) await keep(receipt ? { ...fresh, receipt } : fresh, code, copy);
}

export function set(object, key, value) {
  if (value === undefined) delete object[key];
  else object[key] = value;
}

// Who helps: what was said on this phone, or else what the server knew.
export const helpOf = ({ said, help }) => said || help || {};

// Keep a page as it was left: `fields` are those the server will read, `reading` is what the engine read of them; `read`
// is whether it was read aloud by who helps.
export function savePage(draft, key, fields, read, { answers, missing, parsed, carried }, at) {
  const now = Date.now();
  for (const [name, value] of Object.entries(answers)) {
    const before = JSON.stringify([draft.answers[name], draft.missing[name]]);
    if (before !== JSON.stringify([value, missing[name]])) draft.clocks[name] = now;
    draft.answers[name] = value;
    set(draft.missing, name, missing[name]);
  }
  for (const [name, { code, raw }] of Object.entries(parsed)) {
    if (code) draft.clocks[name] = now;
    set(draft.typed, name, code ? raw : undefined);
  }
  const names = Object.keys(fields).map((name) => name.split(":")[0]);
  const clocks = Object.fromEntries(names.map((name) => [name, draft.clocks[name] || now]));
  const { sent } = draft.pages[key] || {};
  const seen = Math.max(sent || 0, draft.seen[key] || 0);
  draft.pages[key] = { revision: ++draft.revision, sent, seen, fields, clocks, at, help: draft.said, read };
  Object.assign(draft, { carried, at, savedAt: now });
}

export async function keepFile(row, id, content) {
  await put("files", { id, key: row.key, ...(await seal(row.key, content)) });
}
