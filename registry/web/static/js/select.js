// A list whose rows can be picked: pick all of a page, keep what is picked on its other pages, and say how many are picked
// on the button that changes them.

import { Picked } from "./picked.js";

const form = document.querySelector("[data-selection]");
const button = form?.querySelector("[data-picked]");
const field = form?.dataset.selection || "tag";
const most = Number(form?.dataset.most || Infinity);
const picked = new Picked(form?.dataset.keeps);
const boxes = () => [...form.querySelectorAll(`input[type=checkbox][name="${field}"]`)];

function show() {
  const all = boxes();
  const here = all.filter((box) => box.checked).length;
  const whole = form.querySelector("[data-all]");
  if (whole) {
    whole.checked = here > 0 && here === all.length;
    whole.indeterminate = here > 0 && here < all.length;
  }
  const others = picked.elsewhere(all);
  const count = here + others.length;
  button.querySelector("span").textContent = count ? `${button.dataset.words} (${count})` : button.dataset.words;
  const beside = form.querySelector("[data-elsewhere]");
  if (!beside) return;
  beside.hidden = others.length === 0;
  beside.querySelector("[data-words]").textContent = beside.dataset.said.replace("{others}", others.length);
  beside.querySelector("[data-fields]").replaceChildren(
    ...others.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: field, value })),
  );
}

/** More than can be changed at once is not picked. */
function limit(target) {
  const over = boxes().filter((box) => box.checked).length + picked.elsewhere(boxes()).length - most;
  const added = target.matches("[data-all]") ? boxes().reverse() : [target];
  for (const box of added.slice(0, Math.max(over, 0))) box.checked = false;
}

function redraw() {
  for (const box of boxes()) if (picked.has(box.value)) box.checked = true;
  picked.note(boxes());
  show();
}

if (button) {
  button.dataset.words = button.querySelector("span").textContent;
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      for (const box of boxes()) box.checked = event.target.checked;
    }
    limit(event.target);
    picked.note(boxes());
    show();
  });
  form.querySelector("[data-none]")?.addEventListener("click", () => {
    picked.clear();
    for (const box of boxes()) box.checked = false;
    show();
  });
  window.addEventListener("pageshow", redraw);
}
