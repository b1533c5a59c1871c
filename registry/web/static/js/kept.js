// Pages beside those that count and inspect say when this browser still holds what was not sent: nobody closes a stock-take
// or signs minutes over it unawares.

import { INSPECTION, openStore, STOCKTAKE } from "./store.js";

const OF = { take: STOCKTAKE, visit: INSPECTION };

const notice = document.querySelector("[data-kept]");
const { about, person, address } = notice.dataset;
const template = notice.querySelector("template").content.firstElementChild;
const store = await openStore(OF[about]);
const lines = new Map(); // key of a stock-take or visit → how much waits
for (const table of Object.keys(OF[about].tables)) {
  if (table === "lists") continue;
  for (const one of await store.all(table)) {
    if (one.person !== Number(person)) continue;
    const line = lines.get(one[about]) ?? { scans: 0, photos: 0 };
    line[table] += 1;
    lines.set(one[about], line);
  }
}
for (const [key, { scans, photos }] of lines) {
  const row = template.cloneNode(true);
  const link = row.querySelector("a");
  link.href = address.replace(/\d{10}/, key);
  link.textContent = link.dataset.words.replace("{scans}", scans).replace("{photos}", photos).replace("{key}", key);
  notice.querySelector("[data-lines]").append(row);
}
notice.hidden = lines.size === 0;
