// Scans on their way to the server: kept until it has answered, sent again until it does. Each has a key of its own, so
// that sending one twice records it once; whatever the server refuses stays here and is shown.

import { troubleOf } from "./ask.js";

const BATCH = 50;
const PATIENCE_MS = 20_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

function newKey() {
  return crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join("-");
}

/** What the server said of the scans of a batch, as place → messages. */
function named({ errors = {} }) {
  const found = new Map();
  for (const [field, messages] of Object.entries(errors)) {
    const place = Number(field.split(".")[1] ?? NaN);
    if (!Number.isNaN(place)) found.set(place, [...(found.get(place) ?? []), ...messages]);
  }
  return found;
}

export class Queue {
  /**
   * `about` names what the scans are of, as {take: 7}; `said(batch)` is what is sent of them beside the person.
   * `told(answer, batch)` hears answers and gives [scan, why, because] of those that were refused; `changed()` hears every
   * change; `renew()` gets a fresh form token.
   */
  constructor({ about, person, address, store, said, told, changed, renew }) {
    Object.assign(this, { about, person, address, store, said, told, changed, renew });
    this.state = "idle"; // idle, sending, offline, signed_out, forbidden, closed
    this.stopped = false;
    this.token = "";
    this.unsaved = new Map(); // key → scan that only this page holds
    this.waiting = [];
    this.strangers = 0; // scans for this stock-take that somebody else made on this device
    this.failures = 0;
    this.most = BATCH;
    this.timer = 0;
    window.addEventListener("online", () => this.send());
    window.addEventListener("focus", () => this.send());
    document.addEventListener("visibilitychange", () => document.hidden || this.send());
  }

  async load() {
    const all = await this.store.all("scans");
    const here = all.filter((scan) => Object.entries(this.about).every(([name, key]) => scan[name] === key));
    this.waiting = here.filter((scan) => scan.person === this.person).sort((one, other) => one.order - other.order);
    this.strangers = here.length - this.waiting.length;
    this.changed();
  }

  get durable() {
    return this.store.durable && !this.unsaved.size;
  }

  get unsent() {
    return this.waiting.filter((scan) => !scan.refused);
  }

  /** What can be sent: one that is `open` is still being filled in. */
  get ready() {
    return this.unsent.filter((scan) => !scan.open);
  }

  get refused() {
    return this.waiting.filter((scan) => scan.refused);
  }

  /** Keep a scan; it is on the disk when this resolves. */
  async add(said) {
    const at = new Date();
    const scan = { key: newKey(), ...said, at: at.toISOString(), order: at.getTime(), ...this.about, person: this.person };
    this.waiting.push(scan);
    await this.change(scan);
    return scan;
  }

  /** Keep what was changed of a scan that was not sent. */
  async change(scan, said = {}) {
    Object.assign(scan, said);
    this.changed();
    await this.write({ scans: { put: [scan] } });
    this.send();
  }

  /** Change the store; what it has no room for lasts as long as the page and is tried again when room was made. */
  async write(changes) {
    if (this.stopped) return;
    const { put = [], remove = [] } = changes.scans;
    const keys = [...remove, ...put.map(({ key }) => key)];
    const failed = await this.store.write(changes).catch(() => true);
    for (const key of keys) this.unsaved.delete(key);
    if (failed) for (const scan of put) this.unsaved.set(scan.key, scan);
  }

  /**
   * Open a scan again, to be filled in. One that was on its way may have arrived, and nothing is changed under its key any
   * more: its next revision takes its place. `along(from, to)` gives what else changes with its key.
   */
  async reopen(scan, along = () => ({})) {
    const { refused, because: _because, tried, ...said } = scan;
    const next = { ...said, open: true, fault: refused };
    if (tried) Object.assign(next, { key: newKey(), origin: scan.origin ?? scan.key, revision: (scan.revision ?? 0) + 1 });
    this.waiting = this.waiting.map((one) => (one === scan ? next : one));
    const gone = tried ? [scan.key] : [];
    await this.write({ scans: { put: [next], remove: gone }, ...(tried ? along(scan.key, next.key) : {}) });
    this.changed();
    return next;
  }

  /** One that was refused for what may have changed since is sent as it is. */
  resend(scan) {
    return this.change(scan, { refused: undefined, because: undefined });
  }

  /** Nothing is sent or kept by this page any more: another one does it. */
  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  async send() {
    if (this.stopped || this.state === "sending" || !this.ready.length) return;
    clearTimeout(this.timer);
    this.become("sending");
    const batch = this.ready.slice(0, this.most);
    const fresh = batch.filter((scan) => !scan.tried);
    for (const scan of fresh) scan.tried = true; // it may arrive although no answer comes
    try {
      if (fresh.length) await this.write({ scans: { put: fresh } });
      await this.heard(batch, await this.posted(batch));
    } catch (error) {
      this.later(troubleOf(error));
    }
    if (this.state === "sending") this.become("idle");
    if ((this.state === "idle" || this.state === "closed") && this.ready.length) this.send();
  }

  async posted(batch) {
    if (!this.token) this.token = await this.renew();
    return fetch(this.address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" },
      body: JSON.stringify({ person: this.person, ...this.said(batch) }),
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
  }

  async heard(batch, answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) return this.later("signed_out");
    if (answer.ok) {
      const told = await answer.json();
      this.failures = 0;
      this.most = BATCH;
      const refused = this.told(told, batch);
      const lost = new Set(refused.map(([scan]) => scan));
      await this.forget(batch.filter((scan) => !lost.has(scan)));
      return this.refuse(refused);
    }
    if (answer.status === 400) {
      this.token = "";
      return this.later("offline");
    }
    if (answer.status === 409) return this.closed(batch, await answer.json());
    if (answer.status === 403 || answer.status === 404) return this.become("forbidden");
    if (answer.status === 413 || answer.status === 422) return this.split(batch, await answer.json().catch(() => ({})));
    return this.later("offline");
  }

  /** The stock-take was closed: what had arrived before is recorded, the scans named are not and never will be. */
  async closed(batch, problem) {
    const lost = named(problem);
    if (!lost.size) return this.later("offline");
    await this.forget(batch.filter((_scan, place) => !lost.has(place)));
    await this.refuse(batch.filter((_scan, place) => lost.has(place)).map((scan) => [scan, "closed"]));
    this.become("closed");
  }

  /** What was refused, as [scan, why, because], stays until it is mended or somebody has a copy of it. */
  async refuse(scans) {
    const lost = [...scans].filter(([scan]) => this.waiting.includes(scan));
    for (const [scan, refused, because] of lost) Object.assign(scan, { refused, because, tried: false });
    if (!lost.length) return;
    await this.write({ scans: { put: lost.map(([scan]) => scan) } });
    this.changed();
  }

  /** One scan the server cannot read must not hold up the others. */
  async split(batch, problem) {
    const faults = named(problem);
    const lost = batch.flatMap((scan, place) => (faults.has(place) ? [[scan, faults.get(place).join(" "), "invalid"]] : []));
    if (lost.length) return this.refuse(lost);
    if (batch.length > 1) {
      this.most = Math.ceil(batch.length / 2);
      return;
    }
    await this.refuse([[batch[0], "unreadable", "invalid"]]);
    this.most = BATCH;
  }

  async forget(scans) {
    const keys = new Set(scans.map((scan) => scan.key));
    this.waiting = this.waiting.filter((scan) => !keys.has(scan.key));
    await this.write({ scans: { remove: [...keys] } });
    if (this.unsaved.size) await this.write({ scans: { put: [...this.unsaved.values()] } });
    this.changed();
  }

  /** Let go of what was refused, once somebody has a copy of it. */
  discard() {
    return this.forget(this.refused);
  }

  later(state) {
    this.failures += 1;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => this.send(), wait * (0.5 + Math.random() / 2));
    this.become(state);
  }

  become(state) {
    this.state = state;
    this.changed();
  }
}
