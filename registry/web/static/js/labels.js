// Every way in which a page that works through many labels reads one: the camera, a photo, a hand scanner.

import { Camera } from "./camera.js";
import { textsOf } from "./detector.js";
import { soundButton } from "./feedback.js";
import { fromKeys, onLabel } from "./tags.js";
import { listenToScanner } from "./wedge.js";

const SAME_LABEL_MS = 2500;

/** `found(tag)` hears each label; `wrong(verdict)` that a code was foreign or a photo unreadable. Gives the camera and the hosts. */
export function readLabels(root, { found, wrong }) {
  const box = root.querySelector("[data-camera]");
  const hosts = [location.host, box.dataset.host];
  const lastSeen = new Map(); // text of a code → when the camera saw it last

  /** A label stays in the picture for a while: it counts again only after it was away. */
  function seen(texts) {
    const now = Date.now();
    for (const text of texts) {
      const before = lastSeen.get(text) ?? 0;
      lastSeen.set(text, now);
      if (now - before < SAME_LABEL_MS) continue;
      const tag = onLabel(text, hosts);
      if (tag) found(tag);
      else wrong("foreign");
    }
  }

  listenToScanner((texts) => {
    const tag = texts.map((text) => fromKeys(text, hosts)).find(Boolean);
    if (tag) found(tag);
    return Boolean(tag);
  });
  root.querySelector("[data-photo]").addEventListener("change", async (event) => {
    const [photo] = event.target.files;
    const texts = photo ? await textsOf(photo).catch(() => []) : [];
    event.target.value = "";
    const tag = texts.map((text) => onLabel(text, hosts)).find(Boolean);
    if (tag) found(tag);
    else wrong(texts.length ? "foreign" : "unreadable");
  });
  const camera = new Camera(box, seen);
  soundButton(box.querySelector("[data-sound]"));
  return { camera, hosts };
}
