// Photos are made smaller before they are sent: a phone's 50 MB become some hundred kB, and its line is spared.

import { smaller } from "./smaller.js";

function say(input, text) {
  const fault = input.form.querySelector("[data-photo-fault]");
  fault.textContent = text;
  fault.hidden = !text;
  input.setCustomValidity(text);
}

async function prepare(input) {
  const button = input.closest("label") ?? input.form.querySelector("button:not([type])");
  const words = button?.querySelector("span");
  const before = words?.textContent;
  say(input, input.dataset.preparing);
  button?.setAttribute("aria-busy", "true");
  if (words) words.textContent = input.dataset.preparing;
  input.form.querySelector("[data-photo-fault]").hidden = true;
  const kept = new DataTransfer();
  for (const file of input.files) kept.items.add(await smaller(file));
  input.files = kept.files;
  button?.removeAttribute("aria-busy");
  if (words) words.textContent = before;
  const total = [...kept.files].reduce((sum, file) => sum + file.size, 0);
  say(input, total > Number(input.dataset.mostBytes) ? input.dataset.tooLarge : "");
}

for (const input of document.querySelectorAll("input[type=file][data-photos]")) {
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    await prepare(input);
    if ("sendPhotos" in input.dataset && input.validity.valid) input.form.requestSubmit();
  });
}
