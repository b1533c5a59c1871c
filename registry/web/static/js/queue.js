// Scans on their way to the server: kept until it has answered, sent again until it does. Each has a key of its own, so
// that sending one twice records it once; whatever the server refuses stays here and is shown.

const BATCH = 50;
const PATIENCE_MS = 20_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export class Queue {
  /** `told(verdicts, numbers, scans)` hears answers, `changed()` every change; `renew()` gets a fresh form token. */
  constructor({ take, person, address, store, told, changed, renew }) {
    Object.assign(this, { take, person, address, store, told, changed, renew });
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
    const mine = all.filter((scan) => scan.take === this.take && scan.person === this.person);
    this.waiting = mine.sort((one, other) => one.order - other.order);
    this.strangers = all.filter((scan) => scan.take === this.take && scan.person !== this.person).length;
    this.changed();
  }

  get unsent() {
    return this.waiting.filter((scan) => !scan.refused);
  }

  get refused() {
    return this.waiting.filter((scan) => scan.refused);
  }

  /** Keep a scan; it is on the disk when this resolves. */
  async add(tag) {
    const at = new Date();
    const key = crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint32Array(4))].join("-");
    const scan = { key, tag, at: at.toISOString(), order: at.getTime(), take: this.take, person: this.person };
    this.waiting.push(scan);
    this.changed();
    await this.store.put("scans", scan).catch(() => (this.durable = false));
    this.send();
    return key;
  }

  async send() {
    if (this.state === "sending" || !this.unsent.length) return;
    clearTimeout(this.timer);
    this.become("sending");
    const batch = this.unsent.slice(0, this.most);
    try {
      await this.heard(batch, await this.posted(batch));
    } catch {
      this.later("offline");
    }
    if (this.state === "sending") this.become("idle");
    if ((this.state === "idle" || this.state === "closed") && this.unsent.length) this.send();
  }

  async posted(batch) {
    if (!this.token) this.token = await this.renew();
    return fetch(this.address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" },
      body: JSON.stringify({ person: this.person, scans: batch.map(({ key, tag, at }) => ({ key, tag, at })) }),
      credentials: "same-origin",
      redirect: "manual",
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
  }

  async heard(batch, answer) {
    if (answer.type === "opaqueredirect" || answer.status === 401) return this.later("signed_out");
    if (answer.ok) {
      const { verdicts, stock_take: numbers } = await answer.json();
      await this.forget(batch);
      this.failures = 0;
      this.most = BATCH;
      return this.told(verdicts, numbers, batch);
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
    const lost = batch.filter((_scan, place) => named.has(place));
    for (const scan of lost) scan.refused = "closed";
    await this.store.put("scans", ...lost);
    this.become("closed");
  }

  /** One scan the server cannot read must not hold up the others. */
  async split(batch) {
    if (batch.length > 1) {
      this.most = 1;
      return;
    }
    batch[0].refused = "unreadable";
    await this.store.put("scans", batch[0]);
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
