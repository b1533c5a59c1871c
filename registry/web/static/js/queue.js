// Scans on their way to the server: kept until it has answered, sent again until it does. Each has a key of its own, so
// that sending one twice records it once; whatever the server refuses stays here and is shown.

const BATCH = 50;
const PATIENCE_MS = 20_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export class Queue {
  /**
   * `about` names what the scans are of, as {take: 7}; `said(batch)` is what is sent of them beside the person.
   * `told(answer, batch)` hears answers and gives [scan, why] of those that were refused; `changed()` hears every change;
   * `renew()` gets a fresh form token.
   */
  constructor({ about, person, address, store, said, told, changed, renew }) {
    Object.assign(this, { about, person, address, store, said, told, changed, renew });
    this.state = "idle"; // idle, sending, offline, signed_out, forbidden, closed
    this.token = "";
    this.durable = store.durable;
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
    const key = crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    const scan = { key, ...said, at: at.toISOString(), order: at.getTime(), ...this.about, person: this.person };
    this.waiting.push(scan);
    await this.change(scan);
    return scan;
  }

  /** Keep what was changed of a scan that was not sent. */
  async change(scan, said = {}) {
    Object.assign(scan, said);
    this.changed();
    await this.store.put("scans", scan).catch(() => (this.durable = false));
    this.send();
  }

  async send() {
    if (this.state === "sending" || !this.ready.length) return;
    clearTimeout(this.timer);
    this.become("sending");
    const batch = this.ready.slice(0, this.most);
    try {
      await this.heard(batch, await this.posted(batch));
    } catch {
      this.later("offline");
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
      const refused = new Map(this.told(told, batch));
      await this.forget(batch.filter((scan) => !refused.has(scan)));
      return this.refuse(refused);
    }
    if (answer.status === 400) {
      this.token = "";
      return this.later("offline");
    }
    if (answer.status === 409) return this.closed(batch, await answer.json());
    if (answer.status === 403 || answer.status === 404) return this.become("forbidden");
    if (answer.status === 413 || answer.status === 422) return this.split(batch);
    return this.later("offline");
  }

  /** The stock-take was closed: what had arrived before is recorded, the scans named are not and never will be. */
  async closed(batch, problem) {
    const named = new Set(Object.keys(problem.errors ?? {}).map((field) => Number(field.split(".")[1])));
    if (!named.size) return this.later("offline");
    await this.forget(batch.filter((_scan, place) => !named.has(place)));
    await this.refuse(batch.filter((_scan, place) => named.has(place)).map((scan) => [scan, "closed"]));
    this.become("closed");
  }

  /** What was refused stays until somebody has a copy of it. */
  async refuse(scans) {
    const lost = [...scans];
    for (const [scan, why] of lost) scan.refused = why;
    if (!lost.length) return;
    await this.store.put("scans", ...lost.map(([scan]) => scan));
    this.changed();
  }

  /** One scan the server cannot read must not hold up the others. */
  async split(batch) {
    if (batch.length > 1) {
      this.most = 1;
      return;
    }
    await this.refuse([[batch[0], "unreadable"]]);
    this.most = BATCH;
  }

  async forget(scans) {
    const keys = new Set(scans.map((scan) => scan.key));
    await this.store.remove("scans", ...keys);
    this.waiting = this.waiting.filter((scan) => !keys.has(scan.key));
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
