// Photos of what was seen, kept until the server has them: each is sent after its check, and one that is refused stays.

import { smaller } from "./smaller.js";

const PATIENCE_MS = 60_000;

export class Pictures {
  /** `address(key)` is where the photos of a check go. */
  constructor({ visit, person, store, address, token, changed }) {
    Object.assign(this, { visit, person, store, address, token, changed });
    this.waiting = [];
    this.isSending = false;
  }

  async load() {
    const all = await this.store.all("photos");
    this.waiting = all.filter((photo) => photo.visit === this.visit && photo.person === this.person);
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

  async add(check, file) {
    const blob = await smaller(file);
    const key = [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    const photo = { key, check, visit: this.visit, person: this.person, name: blob.name ?? "photo.jpg", blob };
    this.waiting.push(photo);
    await this.store.put("photos", photo).catch(() => null);
    this.changed();
    return photo;
  }

  /** Send those whose check the server has; gives whether the connection held. */
  async send(isThere) {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (const photo of this.unsent.filter(({ check }) => isThere(check))) {
        if (!(await this.posted(photo))) break;
      }
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
    if (answer?.ok) {
      await this.forget([photo]);
      return true;
    }
    if (!answer || ![403, 404, 409, 413, 415, 422].includes(answer.status)) return false;
    photo.refused = String(answer.status);
    await this.store.put("photos", photo);
    this.changed();
    return true;
  }

  async forget(photos) {
    const gone = new Set(photos);
    await this.store.remove("photos", ...photos.map(({ key }) => key));
    this.waiting = this.waiting.filter((photo) => !gone.has(photo));
    this.changed();
  }
}
