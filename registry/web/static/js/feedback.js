// What a scan sounds and feels like: somebody who counts looks at shelves and not at the screen.

import { keep, kept } from "./memory.js";

const MUTED = "muted";
// [frequency in Hz, start in s, length in s]: high is good, falling is strange, low is wrong.
const TUNES = {
  found: [[1320, 0, 0.09]],
  already: [
    [880, 0, 0.05],
    [880, 0.09, 0.05],
  ],
  stray: [
    [660, 0, 0.14],
    [440, 0.16, 0.2],
  ],
  wrong: [[180, 0, 0.4]],
};
const BUZZES = { found: [60], already: [30, 60, 30], stray: [120, 80, 120], wrong: [400] };
const LIKE = { part: "found", elsewhere: "stray", unexpected: "stray", unknown: "wrong", mistyped: "wrong", foreign: "wrong" };
const LOUDNESS = 0.25;

let context = null;
let muted = kept(MUTED) === "yes";

/** Sound is allowed from a touch or a key on; the camera, which is neither, may play afterwards. */
function wake() {
  try {
    context ??= new AudioContext();
    if (context.state !== "running") context.resume();
  } catch {
    context = null; // no sound on this device
  }
}

for (const gesture of ["click", "touchend", "keydown"]) window.addEventListener(gesture, wake, { passive: true });

function play(tune) {
  if (!context) return;
  try {
    for (const [frequency, from, length] of tune) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const start = context.currentTime + from;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(LOUDNESS, start);
      volume.gain.setTargetAtTime(0, start + length, 0.015);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + length + 0.1);
    }
  } catch {
    // The screen and the buzz say it too.
  }
}

/** Tell by ear and by hand what a scan meant. Browsers allow either only after a first touch. */
export function signal(verdict) {
  const kind = LIKE[verdict] ?? verdict;
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
  if (!muted) play(TUNES[kind]);
  navigator.vibrate?.(BUZZES[kind]);
}

/** A button that is pressed while there is sound. */
export function soundButton(button) {
  const show = () => button.setAttribute("aria-pressed", String(!muted));
  button.addEventListener("click", () => {
    muted = !muted;
    keep(MUTED, muted ? "yes" : "no");
    show();
    wake();
    if (!muted) play(TUNES.found);
  });
  show();
}
