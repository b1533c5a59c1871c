// The camera in its box: looks for codes until told to stop, with light and a choice of cameras where there are any.

import { labelDetector } from "./detector.js";
import { keep, kept } from "./memory.js";

const LOOK_EVERY_MS = 120;
const CHOSEN = "camera";
const BACK = { facingMode: { ideal: "environment" } };
const SIZE = { width: { ideal: 1280 }, height: { ideal: 720 } };

function reason(error) {
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return "refused";
  if (error.name === "NotFoundError" || error.name === "OverconstrainedError") return "none";
  return "failed";
}

export class Camera {
  /** `heard(texts)` is called with the texts of every picture that shows a code. */
  constructor(box, heard) {
    this.box = box;
    this.heard = heard;
    this.video = box.querySelector("video");
    this.says = box.querySelector("[data-says]");
    this.startButton = box.querySelector("[data-start]");
    this.torchButton = box.querySelector("[data-torch]");
    this.turnButton = box.querySelector("[data-turn]");
    this.stream = null;
    this.timer = 0;
    this.wanted = false;
    this.startButton.addEventListener("click", () => this.start());
    this.torchButton.addEventListener("click", () => this.toggleTorch());
    this.turnButton.addEventListener("click", () => this.turn());
    // The camera is a light on somebody's phone: it is off whenever the page is not seen.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.stop() : this.resume()));
    window.addEventListener("pagehide", () => this.stop());
    window.addEventListener("pageshow", (event) => event.persisted && this.resume());
    this.stop();
  }

  say(key) {
    const text = this.box.dataset[key];
    if (this.says.textContent !== text) this.says.textContent = text;
  }

  resume() {
    if (this.wanted) this.start();
  }

  async start() {
    this.wanted = true;
    if (this.stream || this.starting) return;
    if (!navigator.mediaDevices?.getUserMedia) {
      this.say("none");
      return;
    }
    this.starting = true;
    this.startButton.hidden = true;
    this.say("starting");
    try {
      [this.stream, this.detector] = await Promise.all([this.open(), labelDetector()]);
      this.video.srcObject = this.stream;
      await this.video.play();
    } catch (error) {
      this.stop();
      this.say(reason(error));
      return;
    } finally {
      this.starting = false;
    }
    if (document.hidden) {
      this.stop();
      return;
    }
    this.say("aim");
    this.offerTorch();
    this.offerTurn();
    this.look();
  }

  /** The camera chosen last, else the one at the back, else any. */
  async open() {
    const chosen = kept(CHOSEN);
    const ask = (which) => navigator.mediaDevices.getUserMedia({ video: { ...which, ...SIZE }, audio: false });
    if (!chosen) return ask(BACK);
    return ask({ deviceId: { exact: chosen } }).catch((error) => {
      if (reason(error) === "refused") throw error;
      return ask(BACK);
    });
  }

  stop() {
    clearTimeout(this.timer);
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    this.torchButton.hidden = true;
    this.turnButton.hidden = true;
    this.startButton.hidden = false;
  }

  async look() {
    const stream = this.stream;
    if (!stream) return;
    try {
      const ready = this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
      const codes = ready ? await this.detector.detect(this.video) : [];
      if (codes.length && this.stream === stream) this.heard(codes.map((code) => code.rawValue));
    } catch {
      // A frame that cannot be read yet; the next one can.
    }
    if (this.stream === stream) this.timer = setTimeout(() => this.look(), LOOK_EVERY_MS);
  }

  offerTorch() {
    const [track] = this.stream.getVideoTracks();
    this.torchButton.hidden = !track.getCapabilities?.().torch;
    this.torchButton.setAttribute("aria-pressed", "false");
  }

  async toggleTorch() {
    const [track] = this.stream?.getVideoTracks() ?? [];
    const on = this.torchButton.getAttribute("aria-pressed") !== "true";
    try {
      await track.applyConstraints({ advanced: [{ torch: on }] });
      this.torchButton.setAttribute("aria-pressed", String(on));
    } catch {
      this.torchButton.hidden = true;
    }
  }

  async cameras() {
    const devices = (await navigator.mediaDevices.enumerateDevices?.().catch(() => [])) ?? [];
    return devices.filter((device) => device.kind === "videoinput" && device.deviceId);
  }

  async offerTurn() {
    const cameras = await this.cameras();
    this.turnButton.hidden = !this.stream || cameras.length < 2;
  }

  async turn() {
    const cameras = await this.cameras();
    const now = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    const next = cameras[(cameras.findIndex((camera) => camera.deviceId === now) + 1) % cameras.length];
    if (!next) return;
    keep(CHOSEN, next.deviceId);
    this.stop();
    await this.start();
  }
}
