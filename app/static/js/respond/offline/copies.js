// The copies of forms in the cache of the phone: one cache a copy, named by its address. A copy stays while a response
// needs it (app/respond/copies.py).
import { all } from "./store.js";

const FORMAT = 1;

export async function copyAt(address) {
  const answer = (await caches.match(address)) || (await fetch(address));
  const copy = await answer.json();
  if (copy.format !== FORMAT) throw new Error("format");
  return copy;
}

// Keep all that pages need without network. One by one: what is missing must not take the others away. The page itself
// comes last, so that the worker never shows one whose copy is not there.
export async function keepCopy(code, address) {
  const cache = await caches.open(address);
  const shell = `/r/${code}/coquille`;
  if (await cache.match(shell)) return;
  await cache.add(address);
  const copy = await copyAt(address);
  await Promise.all(copy.assets.map((each) => cache.add(each)));
  await cache.put(shell, new Response(copy.shell, { headers: copy.headers }));
  for (const each of copy.media) await cache.add(each).catch(() => {});
  const needed = (await all("drafts")).map((row) => row.copy);
  for (const name of await caches.keys()) {
    if (name.startsWith(`/r/${code}/`) && name !== address && !needed.includes(name)) await caches.delete(name);
  }
}

// Whether the worker leaves the pages of a collection to the network: somebody helps, or what was sent is corrected.
export async function serveFromNetwork(code, isWanted) {
  const cache = await caches.open("tresse");
  const mark = `/r/${code}/reseau`;
  await (isWanted ? cache.put(mark, new Response()) : cache.delete(mark));
}

// The newest copy of a collection, or of any; none where nothing is kept.
export const newestOf = async (code) => (await caches.keys()).filter((name) => name.startsWith(`/r/${code}`)).pop();

export async function enlist() {
  for (const scope of ["/r/", "/i/", "/g/", "/reprendre/"]) {
    await navigator.serviceWorker?.register("/ouvrier.js", { scope, updateViaCache: "none" });
  }
  // A page that was on its way while the worker began is nobody's until it asks.
  const worker = await navigator.serviceWorker?.ready;
  if (worker && !navigator.serviceWorker.controller) worker.active.postMessage("");
}
