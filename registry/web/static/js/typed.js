// What is typed into a long form stays in this browser until the server has it: a dropped connection, a flat battery or a
// closed tab loses nothing. It is kept for one person and one address, and sent again under the key it was sent under.

import { isUnsaid } from "./folds.js";
import { forget, keep, kept } from "./memory.js";
import { isReachable } from "./reachable.js";
import { isSaved } from "./saved.js";

const PAUSE_MS = 300;
const NOT_KEPT = new Set(["csrf_token", "password"]);
const PREFIX = "form.";

function entries(form) {
  return [...new FormData(form)].filter(([name, value]) => !NOT_KEPT.has(name) && typeof value === "string");
}

function rowsFor(form, values) {
  for (const group of form.querySelectorAll("[data-rows]")) {
    const pattern = new RegExp(`^${group.dataset.rows}-(\\d+)-`);
    const last = Math.max(-1, ...values.map(([name]) => Number(pattern.exec(name)?.[1] ?? -1)));
    while (group.querySelectorAll(":scope > [data-row]").length <= last) group.querySelector("[data-add-row]").click();
  }
}

function restore(form, values) {
  rowsFor(form, values);
  const held = new Map(values);
  for (const field of form.elements) {
    if (!field.name || NOT_KEPT.has(field.name)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = held.get(field.name) === field.value;
    else if (held.has(field.name)) field.value = held.get(field.name);
    const fold = field.closest("details");
    if (fold && !fold.closest("[data-row]") && field.value && held.has(field.name)) fold.open = true;
  }
  for (const fold of form.querySelectorAll("[data-row] details")) fold.open = isUnsaid(fold);
  document.activeElement?.blur();
  const lost = values.filter(([name]) => !form.elements[name]); // what stood in a part that was drawn while typing
  form.dispatchEvent(new CustomEvent("filled", { detail: lost }));
}

/** The address of the form without the language: one path may have a form for each status, or for each set. */
function here() {
  const said = new URLSearchParams(location.search);
  said.delete("lang");
  return location.pathname + (said.size ? `?${said}` : "");
}

async function watch(form) {
  const name = `${PREFIX}${form.dataset.person}.${here()}`;
  const restored = document.querySelector("[data-restored]");
  const offline = document.querySelector("[data-offline]");
  const isDrawnAgain = document.querySelector("[data-faults], [data-redrawn]") !== null;
  let soon = 0;
  let state = "idle"; // idle, asking, sending
  let sent = false; // under its key, which may have arrived although no answer came
  const save = () => {
    clearTimeout(soon);
    soon = 0;
    const [title] = document.title.split(" – ");
    keep(name, JSON.stringify({ values: entries(form), sent, key: form.elements.idempotency_key.value, title }));
  };

  const found = JSON.parse(kept(name) ?? "null");
  if (isDrawnAgain) save();
  else if (found) {
    const saved = found.sent && (await isSaved(form.dataset.known, found.key));
    if (saved) forget(name);
    else {
      ({ sent } = found);
      restore(form, found.values);
      restored.hidden = false;
    }
  }
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(save, PAUSE_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("filled", later);
  form.addEventListener("click", (event) => event.target.closest("[data-remove-row]") && later());
  window.addEventListener("pagehide", () => soon && state === "idle" && save());

  restored.querySelector("[data-discard]").addEventListener("click", () => {
    clearTimeout(soon);
    soon = 0;
    forget(name);
    location.reload();
  });

  // Ask first whether anybody is there: a form that is sent into nothing leaves the page.
  form.addEventListener(
    "submit",
    async (event) => {
      if (state === "sending") return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (state === "asking") return;
      state = "asking";
      const { submitter } = event;
      sent = true;
      save();
      offline.hidden = await isReachable(form.dataset.here);
      state = offline.hidden ? "sending" : "idle";
      if (offline.hidden) form.requestSubmit(submitter);
      else offline.scrollIntoView({ block: "center" });
    },
    { capture: true },
  );
  window.addEventListener("pageshow", () => (state = "idle"));
  window.addEventListener("online", () => (offline.hidden = true));
  form.dataset.watched = "yes";
}

for (const form of document.querySelectorAll("form[data-typed]")) watch(form);
