// Opens the page that counts a stock-take or records an inspection without a connection. It keeps that page and the static files it uses, asks the
// network first for pages, and never touches what is sent or any answer with data. forget.js empties it at sign-out.

const INSPECTS = new URL(self.registration.scope).pathname.startsWith("/inspections");
const CACHE = INSPECTS ? "inspection" : "stocktake";
const PAGE = INSPECTS ? /^\/inspections\/\d+\/record$/ : /^\/stocktakes\/\d+\/count$/;
const STATIC = "/static/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(request, answer) {
  if (answer.ok && !answer.redirected && answer.type === "basic") {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
}

/** A page as the network has it; as it was kept when there is none. */
async function page(request) {
  const address = new URL(request.url).pathname;
  try {
    return await keep(address, await fetch(request));
  } catch (error) {
    const kept = await caches.match(address, { cacheName: CACHE });
    if (kept) return kept;
    throw error;
  }
}

/** A file whose address names its content never changes; the few others are asked for first. */
async function file(request) {
  const kept = await caches.match(request, { cacheName: CACHE });
  if (kept && new URL(request.url).searchParams.has("v")) return kept;
  try {
    return await keep(request, await fetch(request));
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

/** Files of an earlier version go when their successors are named. */
async function forgetOlder(cache, files) {
  const current = new Map(files.map((name) => [new URL(name).pathname, name]));
  for (const { url } of await cache.keys()) {
    const successor = current.get(new URL(url).pathname);
    if (successor && successor !== url) await cache.delete(url);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(request));
  else if (pathname.startsWith(STATIC)) event.respondWith(file(request));
});

self.addEventListener("message", (event) => {
  const { page: address, files } = event.data;
  event.waitUntil(
    (async () => {
      const cache = await caches.open(CACHE);
      const path = new URL(address).pathname;
      const wanted = PAGE.test(path) ? [path, ...files] : files;
      await forgetOlder(cache, files);
      for (const name of wanted) {
        if (!(await cache.match(name))) await cache.add(name).catch(() => null);
      }
    })(),
  );
});
