// Before somebody signs out: what pages keep for a time without a connection goes. Scans that were not sent stay; they
// are sent only for whoever made them.

import { INSPECTION, openStore, STOCKTAKE } from "./store.js";

const CACHES = ["stocktake", "inspection"];
const LONGEST_MS = 2000;

async function lists(kept) {
  const store = await openStore(kept);
  const held = await store.all("lists");
  if (held.length) await store.remove("lists", ...held.map((list) => list[kept.tables.lists]));
}

/** Resolves when it is done, or after a while. */
export function forget() {
  window.dispatchEvent(new Event("forget"));
  const tooLong = new Promise((resolve) => setTimeout(resolve, LONGEST_MS));
  return Promise.race([Promise.allSettled([...CACHES.map((name) => globalThis.caches?.delete(name)), lists(STOCKTAKE), lists(INSPECTION)]), tooLong]);
}
