// Photos of what was seen, kept until the server has them: each is sent after its check, and one that is refused stays.

import { troubleIn } from "./ask.js";
import { faultOf } from "./photo.js";
import { smaller } from "./smaller.js";

const PATIENCE_MS = 60_000;
const REFUSALS = [404, 409, 413, 415, 422];
const UNFIT = [413, 415, 422]; // another photo may be taken where this one is not

export class Pictures {
  /** `address(key)` is where the photos of a check go; the server takes none of more than `mostBytes`. */
  constructor({ visit, person, store, address, mostBytes, token, changed }) {
    Object.assign(this, { visit, person, store, address, mostBytes, token, changed });
    this.waiting = [];
    this.strangers = 0; // photos of this visit that somebody else took on this device
    this.unsaved = new Set(); // those the browser has no room for: they last as long as the page
    this.isSending = false;
    this.stopped = false;
  }

  async load() {
    const here = (await this.store.all("photos")).filter((photo) => photo.visit === this.visit);
    this.waiting = here.filter((photo) => photo.person === this.person);
    this.strangers = here.length - this.waiting.length;
    this.changed();
  }

  get unsent() {
    return this.waiting.filter((photo) => !photo.refused);
  }

  get refused() {
    return this.waiting.filter((photo) => photo.refused);
  }

  of(check) {
    return this.waiting.filter((photo) => photo.check === check);
  }

  /** Keep a photo of a check, of which `thing` is the name; gives why it is none where it is not kept. */
  async add(check, file, thing) {
    const blob = await smaller(file);
    const fault = await faultOf(blob, this.mostBytes);
    if (fault) return fault;
    const key = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    const photo = { key, check, thing, visit: this.visit, person: this.person, name: blob.name ?? "photo.jpg", blob };
    this.waiting.push(photo);
    await this.keep([photo]);
    this.changed();
    return "";
  }

  /** Another photo in the place of one that was refused; gives why it is none. */
  async replace(photo, file) {
    const fault = await this.add(photo.check, file, photo.thing);
    if (!fault) await this.forget([photo]);
    return fault;
  }

  /** One that was refused for what may have changed since is sent as it is. */
  async resend(photo) {
    Object.assign(photo, { refused: undefined, because: undefined });
    await this.keep([photo]);
    this.changed();
  }

  async keep(photos) {
    for (const photo of photos) {
      const failed = this.stopped ? false : await this.store.put("photos", photo).catch(() => true);
      if (failed) this.unsaved.add(photo);
      else this.unsaved.delete(photo);
    }
  }

  /** The photos of a check follow it under another key; gives what changes in the store with that. */
  rekeyed(from, to) {
    const moved = this.of(from);
    for (const photo of moved) photo.check = to;
    const kept = moved.filter((photo) => !this.unsaved.has(photo));
    return kept.length ? { photos: { put: kept } } : {};
  }

  /** Send those whose check the server has; gives what stopped it, if anything did. */
  async send(isThere) {
    if (this.isSending || this.stopped) return null;
    this.isSending = true;
    try {
      for (const photo of this.unsent.filter(({ check }) => isThere(check))) {
        const trouble = this.stopped ? null : await this.posted(photo);
        if (trouble) return trouble;
      }
      return null;
    } finally {
      this.isSending = false;
    }
  }

  async posted(photo) {
    const body = new FormData();
    body.append("file", photo.blob, photo.name);
    const headers = { "X-CSRFToken": await this.token(), Accept: "application/json" };
    const signal = AbortSignal.timeout?.(PATIENCE_MS);
    const said = { method: "POST", headers, body, credentials: "same-origin", redirect: "manual", signal };
    const answer = await fetch(this.address(photo.check), said).catch(() => null);
    if (answer?.ok) await this.forget([photo]);
    else if (answer && REFUSALS.includes(answer.status)) await this.refuse(photo, answer);
    else return troubleIn(answer);
    return null;
  }

  /** It stays until somebody has a copy of it. */
  async refuse(photo, answer) {
    const problem = await answer.json().catch(() => ({}));
    photo.because = UNFIT.includes(answer.status) ? "invalid" : "closed";
    await this.say(photo, Object.values(problem.errors ?? {}).flat().join(" ") || problem.detail || String(answer.status));
  }

  /** Why a photo is not taken. */
  async say(photo, refused) {
    photo.refused = refused;
    await this.keep([photo]);
    this.changed();
  }

  async forget(photos) {
    const gone = new Set(photos);
    this.waiting = this.waiting.filter((photo) => !gone.has(photo));
    for (const photo of photos) this.unsaved.delete(photo);
    if (!this.stopped) await this.store.remove("photos", ...photos.map(({ key }) => key)).catch(() => null);
    await this.keep([...this.unsaved]); // there may be room again
    this.changed();
  }
}
