// The standards of a result: ticked, scanned or typed. How each stood is asked anew when the day or the tags change.

import { Camera } from "./camera.js";
import { signal, soundButton } from "./feedback.js";
import { fromKeys, grouped, onLabel, parse } from "./tags.js";
import { listenToScanner } from "./wedge.js";

const TICKED = "used_"; // and the tag

function watch(place) {
  const form = place.closest("form");
  const fold = form.querySelector("[data-scan]");
  const box = fold.querySelector("[data-camera]");
  const says = form.querySelector("[data-scanned]");
  const typed = form.elements.standards;
  const day = form.elements.performed_on;
  const hosts = [location.host, box.dataset.host];
  let turn = 0;

  const boxes = () => [...place.querySelectorAll("input")];
  const boxOf = (tag) => boxes().find((one) => one.dataset.tags.split(" ").includes(tag));
  const words = () => typed.value.split(/[\s,;]+/).filter(Boolean);

  /** Tags in the field that have a box are ticked there instead. */
  function settle() {
    const rest = words().filter((word) => {
      const found = boxOf(parse(word) ?? word);
      if (found) found.checked = true;
      return !found;
    });
    typed.value = rest.join(" ");
  }

  async function refresh() {
    const mine = ++turn;
    const ticked = boxes().filter((one) => one.checked).map((one) => one.dataset.tags.split(" ")[0]);
    const asked = new URLSearchParams({ on: day.value, named: [...ticked, ...words()].join(" ") });
    asked.set("procedure", form.elements.procedure_version?.value ?? "");
    try {
      const answer = await fetch(`${place.dataset.standards}?${asked}`);
      if (!answer.ok || mine !== turn) return;
      const unticked = new Set(boxes().filter((one) => !one.checked).map((one) => one.name));
      place.innerHTML = await answer.text();
      for (const one of boxes()) if (unticked.has(one.name)) one.checked = false;
    } catch {
      return; // without a connection the tags stay as they are; saving judges them
    }
    settle();
    form.dispatchEvent(new Event("filled"));
  }

  async function take(tag) {
    const known = boxOf(tag);
    if (known) known.checked = true;
    else if (!words().some((word) => parse(word) === tag)) typed.value = [...words(), grouped(tag)].join(" ");
    signal("found");
    if (!known) await refresh();
    const found = boxOf(tag);
    if (found) found.checked = true;
    const text = found ? box.dataset.added : box.dataset.taken;
    says.textContent = text.replace("{name}", found?.dataset.name ?? grouped(tag));
    form.dispatchEvent(new Event("filled"));
  }

  let last = null;
  const camera = new Camera(box, (texts) => {
    const tag = texts.map((text) => onLabel(text, hosts)).find(Boolean);
    if (!tag) camera.say("foreign");
    else if (tag !== last) take((last = tag));
  });
  soundButton(box.querySelector("[data-sound]"));
  fold.addEventListener("toggle", () => {
    last = null;
    if (fold.open) camera.start();
    else {
      camera.wanted = false;
      camera.stop();
    }
  });
  listenToScanner((texts) => {
    const tag = texts.map((text) => fromKeys(text, hosts)).find(Boolean);
    if (tag) take(tag);
    return Boolean(tag);
  });
  form.addEventListener("filled", ({ detail }) => {
    const lost = (detail ?? []).filter(([name]) => name.startsWith(TICKED)).map(([name]) => name.slice(TICKED.length));
    if (!lost.length) return;
    typed.value = [...words(), ...lost].join(" ");
    refresh();
  });
  for (const field of [day, typed, form.elements.procedure_version]) field?.addEventListener("change", refresh);
}

for (const place of document.querySelectorAll("[data-standards]")) watch(place);
