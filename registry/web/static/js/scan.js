// The camera page: look for one of our labels, open its status. Without a camera the photo, a hand scanner and the
// typed tag remain.

import { Camera } from "./camera.js";
import { signal, soundButton } from "./feedback.js";
import { fromKeys, onLabel } from "./tags.js";
import { listenToScanner } from "./wedge.js";

const box = document.querySelector("[data-camera]");
const hosts = [location.host, box.dataset.host];

function open(tag) {
  camera.stop();
  camera.say("found");
  signal("found");
  location.assign(box.dataset.status.replace("TAG", encodeURIComponent(tag)));
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

soundButton(box.querySelector("[data-sound]"));
camera.start();
