// Pages beside the counting one say when this browser still holds scans: nobody closes a stock-take over them unawares.

import { openStore } from "./store.js";

const notice = document.querySelector("[data-kept]");
const template = notice.querySelector("template").content.firstElementChild;
const store = await openStore();
const takes = new Map();
for (const scan of await store.all("scans")) {
  if (scan.person === Number(notice.dataset.person)) takes.set(scan.take, (takes.get(scan.take) ?? 0) + 1);
}
for (const [take, scans] of takes) {
  const row = template.cloneNode(true);
  const link = row.querySelector("a");
  link.href = notice.dataset.count.replace(/\d{10}/, take);
  link.textContent = link.dataset.words.replace("{scans}", scans).replace("{take}", take);
  notice.querySelector("[data-lines]").append(row);
}
notice.hidden = takes.size === 0;
