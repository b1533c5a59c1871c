// Before somebody signs out: what the counting page keeps for a time without a connection goes. Scans that were not sent
// stay; they are sent only for whoever made them.

import { openStore } from "./store.js";

const CACHE = "stocktake";
const LONGEST_MS = 2000;

async function lists() {
  const store = await openStore();
  const held = await store.all("lists");
  if (held.length) await store.remove("lists", ...held.map((list) => list.take));
}

/** Resolves when it is done, or after a while. */
export function forget() {
  window.dispatchEvent(new Event("forget"));
  const tooLong = new Promise((resolve) => setTimeout(resolve, LONGEST_MS));
  return Promise.race([Promise.allSettled([globalThis.caches?.delete(CACHE), lists()]), tooLong]);
}
