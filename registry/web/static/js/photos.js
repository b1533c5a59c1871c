// Photos are made smaller before they are sent: a phone's 50 MB become some hundred kB, and its line is spared.

import { smaller } from "./smaller.js";

const preparing = new Map(); // by form: what was pressed meanwhile, to be sent once the photos are small

function say(input, text) {
  const fault = input.form.querySelector("[data-photo-fault]");
  fault.textContent = text;
  fault.hidden = !text;
  input.setCustomValidity(text);
}

async function prepare(input) {
  const { form } = input;
  const button = input.closest("label") ?? form.querySelector("button:not([type])");
  const words = button?.querySelector("span");
  const before = words?.textContent;
  say(input, "");
  preparing.set(form, null);
  button?.setAttribute("aria-busy", "true");
  if (words) words.textContent = input.dataset.preparing;
  const kept = new DataTransfer();
  for (const file of input.files) kept.items.add(await smaller(file));
  input.files = kept.files;
  button?.removeAttribute("aria-busy");
  if (words) words.textContent = before;
  const total = [...kept.files].reduce((sum, file) => sum + file.size, 0);
  say(input, total > Number(input.dataset.mostBytes) ? input.dataset.tooLarge : "");
  const pressed = preparing.get(form);
  preparing.delete(form);
  if (pressed) form.requestSubmit(pressed);
  else if ("sendPhotos" in input.dataset && input.validity.valid) form.requestSubmit();
}

// Heard before the form is taken for sent, which happens at the document.
function hold(event) {
  const form = event.currentTarget;
  if (!preparing.has(form)) return;
  event.preventDefault();
  event.stopPropagation();
  preparing.set(form, event.submitter);
}

for (const input of document.querySelectorAll("input[type=file][data-photos]")) {
  input.form.addEventListener("submit", hold);
  input.addEventListener("change", () => input.files.length && prepare(input));
}
