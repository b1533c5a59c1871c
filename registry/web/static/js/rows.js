// Groups of repeated rows: add one, remove one, keep the numbers in the names without a gap.

import { isUnsaid } from "./folds.js";

function renumber(group) {
  const name = group.dataset.rows;
  const pattern = new RegExp(`(^|\\s)(f-)?${name}([-.])(\\d+|__)`, "g");
  group.querySelectorAll(":scope > [data-row]").forEach((row, index) => {
    for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const attribute of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(pattern, `$1$2${name}$3${index}`));
      }
    }
    row.querySelector("[data-row-number]").textContent = index + 1;
  });
}

// What is usually the same in every row is typed once: the new row starts with it.
function carry(from, to) {
  const sources = from.querySelectorAll("[data-carry]");
  to.querySelectorAll("[data-carry]").forEach((field, index) => {
    field.value = sources[index].value;
  });
  for (const fold of to.querySelectorAll("details")) fold.open = isUnsaid(fold);
}

function add(group) {
  const row = group.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
  const before = group.querySelector(":scope > template");
  const last = [...group.querySelectorAll(":scope > [data-row]")].at(-1);
  if (last) carry(last, row);
  before.parentNode.insertBefore(row, before);
  renumber(group);
  (row.querySelector("input:not([data-carry])") ?? row.querySelector("input, select")).focus();
}

function remove(group, row) {
  const next = row.nextElementSibling?.matches("[data-row]") ? row.nextElementSibling : row.previousElementSibling;
  row.remove();
  renumber(group);
  (next?.querySelector("[data-remove-row]") ?? group.querySelector("[data-add-row]")).focus();
}

for (const group of document.querySelectorAll("[data-rows]")) {
  group.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-row]")) add(group);
    const removal = event.target.closest("[data-remove-row]");
    if (removal) remove(group, removal.closest("[data-row]"));
  });
}
