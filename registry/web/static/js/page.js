// What every page has: menus that close, buttons that print, forms that are sent once; what is new is read out first.

import { leadBack } from "./before.js";

leadBack();

function closeMenusOutside(target) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

// Only a secure page may write to the clipboard; elsewhere the text is selected, to be copied by hand.
async function copy(button) {
  const held = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(held.textContent.trim());
    button.querySelector("span").textContent = button.dataset.copied;
  } catch {
    window.getSelection().selectAllChildren(held);
  }
}

document.addEventListener("click", (event) => {
  closeMenusOutside(event.target);
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier) copy(copier);
});

// What is folded on the screen is on the paper.
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("details[data-printed]")) fold.open = true;
});

if (document.querySelector("[data-whole]")) import("./whole.js");

document.addEventListener("focusin", (event) => closeMenusOutside(event.target));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A second tap on a slow connection would record a thing twice; the server refuses it too, by its key.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (!button) return;
  // aria-busy and not `disabled`: a disabled button would not send its own name and value.
  button.setAttribute("aria-busy", "true");
  const words = button.dataset.busy && button.querySelector("span");
  if (words) {
    button.dataset.words = words.textContent;
    words.textContent = button.dataset.busy;
  }
});

// What was kept for a time without a connection does not outlive the session.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.action.endsWith("/sign-out")) return;
  event.preventDefault();
  await import("./forget.js").then((module) => module.forget()).catch(() => null);
  form.submit();
});

// A page that comes back from the browser's memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll("[aria-busy]")) {
    button.removeAttribute("aria-busy");
    if (button.dataset.words) button.querySelector("span").textContent = button.dataset.words;
  }
});

for (const input of document.querySelectorAll("input[type=file][data-send]")) {
  input.addEventListener("change", () => input.files.length && input.form.requestSubmit());
}

// Where one is stands in sight in a strip of chips that is longer than the screen.
for (const chip of document.querySelectorAll(".chips > [aria-current]")) {
  const strip = chip.parentElement;
  const { left } = strip.getBoundingClientRect();
  strip.scrollLeft += chip.getBoundingClientRect().left - left - (strip.clientWidth - chip.offsetWidth) / 2;
}

// What is wrong is seen: every fold above it opens, also over what the browser itself refuses to send.
function unfold(element) {
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}

document.querySelectorAll("[aria-invalid=true]").forEach(unfold);
document.addEventListener("invalid", (event) => unfold(event.target), { capture: true });

// What was just done is told where the page opens: above it nobody would see it.
const flashes = document.querySelector(".flashes");
const opened = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (opened && flashes.childElementCount) (opened.closest(".card-head") ?? opened).after(flashes);

// What is wrong, or was drawn anew, is read first and from its beginning: also where a link of the summary before has
// left its field in the address, to which the browser would go.
const told = document.querySelector("[data-faults], [data-redrawn]");
if (told) {
  if (location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  told.focus({ preventScroll: true });
  told.scrollIntoView();
}
