// The camera page: look for one of our labels, open its status. Without a camera the photo, a hand scanner and the
// typed tag remain.

import { Camera } from "./camera.js";
import { signal, soundButton } from "./feedback.js";
import { isReachable } from "./reachable.js";
import { fromKeys, onLabel } from "./tags.js";
import { listenToScanner } from "./wedge.js";

const box = document.querySelector("[data-camera]");
const hosts = [location.host, box.dataset.host];
const offline = document.querySelector("[data-offline]");
const typed = document.querySelector("[name=tag]");

/** Go on, unless there is nobody to go to: then what was read stays in the field. */
async function leave(go) {
  offline.hidden = await isReachable(box.dataset.here);
  if (offline.hidden) go();
  else offline.scrollIntoView({ block: "center" });
}

async function open(tag) {
  camera.stop();
  camera.say("found");
  signal("found");
  typed.value = tag;
  await leave(() => location.assign(box.dataset.status.replace("TAG", encodeURIComponent(tag))));
  if (!offline.hidden) camera.say("unreached");
}

const camera = new Camera(box, (texts) => {
  const tag = texts.map((text) => onLabel(text, hosts)).find(Boolean);
  if (tag) open(tag);
  else camera.say("foreign");
});

listenToScanner((texts) => {
  const tag = texts.map((text) => fromKeys(text, hosts)).find(Boolean);
  if (tag) open(tag);
  return Boolean(tag);
});

typed.form.addEventListener("submit", (event) => {
  event.preventDefault();
  leave(() => typed.form.submit());
});

soundButton(box.querySelector("[data-sound]"));
camera.start();
