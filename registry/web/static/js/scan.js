// The camera page: look for one of our labels, open its status. Without a camera the photo and the typed tag remain.

import { qrDetector } from "./detector.js";

const LOOK_EVERY_MS = 120;
const box = document.querySelector("[data-camera]");
const video = box.querySelector("video");
const says = box.querySelector("[data-says]");
const startButton = box.querySelector("[data-start]");
const torchButton = box.querySelector("[data-torch]");

let detector = null;
let stream = null;
let timer = 0;

function say(key) {
  const text = box.dataset[key];
  if (says.textContent !== text) says.textContent = text;
}

/** The tag in what a label says: BASE/S/TAG of this registry, or a bare tag; null for anything else. */
function tagIn(text) {
  const bare = text.trim();
  if (/^[0-9A-Z-]{11,14}$/i.test(bare)) return bare;
  let address;
  try {
    address = new URL(bare);
  } catch {
    return null;
  }
  const ours = [location.host, box.dataset.host].some((host) => host.toLowerCase() === address.host.toLowerCase());
  return ours ? (address.pathname.match(/\/s\/([0-9a-z-]+)\/?$/i)?.[1] ?? null) : null;
}

function open(tag) {
  stop();
  say("found");
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(80);
  location.assign(box.dataset.status.replace("TAG", encodeURIComponent(tag.toUpperCase())));
}

async function look() {
  if (!stream) return;
  try {
    const codes = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(video) : [];
    const tags = codes.map((code) => tagIn(code.rawValue));
    const tag = tags.find(Boolean);
    if (tag && stream) {
      open(tag);
      return;
    }
    if (codes.length) say("foreign");
  } catch {
    // A frame that cannot be read yet; the next one can.
  }
  if (stream) timer = setTimeout(look, LOOK_EVERY_MS);
}

function stop() {
  clearTimeout(timer);
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  video.srcObject = null;
  torchButton.hidden = true;
  startButton.hidden = false;
}

function offerTorch() {
  const [track] = stream.getVideoTracks();
  torchButton.hidden = !track.getCapabilities?.().torch;
  torchButton.setAttribute("aria-pressed", "false");
}

async function toggleTorch() {
  const [track] = stream?.getVideoTracks() ?? [];
  const on = torchButton.getAttribute("aria-pressed") !== "true";
  try {
    await track.applyConstraints({ advanced: [{ torch: on }] });
    torchButton.setAttribute("aria-pressed", String(on));
  } catch {
    torchButton.hidden = true;
  }
}

function reason(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "refused";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "none";
  return "failed";
}

async function start() {
  if (stream) return;
  if (!navigator.mediaDevices?.getUserMedia) {
    say("none");
    return;
  }
  startButton.hidden = true;
  say("starting");
  try {
    const wanted = { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } };
    [stream, detector] = await Promise.all([
      navigator.mediaDevices.getUserMedia({ video: wanted, audio: false }),
      detector ?? qrDetector(),
    ]);
    video.srcObject = stream;
    await video.play();
  } catch (error) {
    stop();
    say(reason(error));
    return;
  }
  say("aim");
  offerTorch();
  look();
}

startButton.addEventListener("click", start);
torchButton.addEventListener("click", toggleTorch);
// The camera is a light on somebody's phone: it is off whenever the page is not seen.
document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
window.addEventListener("pagehide", stop);
window.addEventListener("pageshow", (event) => event.persisted && start());
start();
