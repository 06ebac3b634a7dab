// Gives the pages of a questionnaire back without network, and sends what waits when no page is open. It keeps nothing by
// itself and never touches what is posted: the pages fill the caches, one a copy (copies.js).
import { sendAll } from "./sender.js";

const PAGE = /^\/r\/([^/]+)(?:\/(?:p\/.+|verifier|pause|aide|merci))?$/;
const DOOR = /^\/(?:[ig]|reprendre)\//;
const KEPT = /^\/(?:static\/|r\/[^/]+\/(?:copie|f)\/)/;
const inCache = (path) => caches.match(path, { ignoreVary: true });

export function serve() {
  self.addEventListener("install", () => self.skipWaiting());
  for (const name of ["activate", "message"]) {
    self.addEventListener(name, (event) => event.waitUntil(self.clients.claim()));
  }
  self.addEventListener("sync", (event) => {
    // Rejected, the browser comes back later.
    event.waitUntil(sendAll().then((stopped) => stopped && Promise.reject(stopped)));
  });
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { pathname, search } = new URL(request.url);
    if (request.method !== "GET" || !request.url.startsWith(self.location.origin)) return;
    const [, code] = PAGE.exec(pathname) || [];
    if (request.mode !== "navigate") KEPT.test(pathname) && event.respondWith(fromPhone(request));
    else if (DOOR.test(pathname)) event.respondWith(fetch(request).catch(anyShell));
    else if (code) event.respondWith(page(request, `/r/${code}/`, search.includes("reseau")));
  });
}

async function page(request, path, isAsked) {
  const kept = await inCache(`${path}coquille`);
  const isFromNetwork = !kept || isAsked || (await inCache(`${path}reseau`));
  return isFromNetwork ? fetch(request).catch(() => kept || Response.error()) : kept;
}

async function anyShell() {
  const codes = (await caches.keys()).map((name) => name.split("/")[2]).reverse();
  for (const code of codes) {
    const kept = await inCache(`/r/${code}/coquille`);
    if (kept) return kept;
  }
  return Response.error();
}

async function fromPhone(request) {
  const kept = await inCache(request);
  const [, from] = /^bytes=(\d+)-/.exec(request.headers.get("range")) || [];
  if (!kept || !from) return kept || fetch(request);
  // Players of sounds ask for parts.
  const whole = await kept.blob();
  const range = `bytes ${from}-${whole.size - 1}/${whole.size}`;
  return new Response(whole.slice(from), { status: 206, headers: { "Content-Type": whole.type, "Content-Range": range } });
}
