// What is known of a stock-take on this device: what is expected, what was seen and by whom, and what a scan means now.

export class Count {
  constructor() {
    this.expected = new Map(); // tag → name
    this.labels = new Map(); // what a label says → the tag of what it counts for, where they differ
    this.worn = new Map(); // tag → what the label on it says now, where that is another
    this.away = new Map(); // tag → who has it instead
    this.seen = new Map(); // tag → {state, name, location, owner_name}
    this.numbers = null;
    this.last = 0;
  }

  get ready() {
    return this.expected.size > 0 || this.numbers !== null;
  }

  load({ expected = [], labels = [], worn = [], away = [], seen = [], numbers = null, last = 0 }) {
    this.expected = new Map(expected);
    this.labels = new Map(labels);
    this.worn = new Map(worn);
    this.away = new Map(away);
    this.seen = new Map(seen);
    this.numbers = numbers;
    this.last = last;
  }

  /** What survives a reload. */
  dump() {
    const { numbers, last } = this;
    const maps = [this.expected, this.labels, this.worn, this.away, this.seen];
    const [expected, labels, worn, away, seen] = maps.map((map) => [...map]);
    return { expected, labels, worn, away, seen, numbers, last };
  }

  /** What the server expects: [tag, name], and the label where it says another tag; of components [label, tag of set]; who
   * has what is away, by tag. */
  expect(lines, components = [], away = {}) {
    this.away = new Map(Object.entries(away));
    this.expected = new Map(lines.map(([tag, name]) => [tag, name]));
    for (const [tag, , label] of lines) if (label) this.wears(tag, label);
    for (const [label, set] of components) this.labels.set(label, set);
  }

  /** A label took the place of the one that says the tag. */
  wears(tag, label) {
    if (!label || label === tag) return;
    this.labels.set(label, tag);
    this.worn.set(tag, label);
  }

  /** What stands on the label of a thing, as far as it is known here. */
  label(tag) {
    return this.worn.get(tag) ?? tag;
  }

  /** Whether a label holds no longer, as far as it is known here. */
  revoked(read) {
    return this.worn.has(read);
  }

  /** The tag of the thing a label is on, as far as it is known here. */
  thing(read) {
    return this.labels.get(read) ?? read;
  }

  /** What a scan means as far as this device knows; a stray is looked up once it is sent. */
  judge(tag) {
    if (this.seen.has(tag)) return "already";
    return this.expected.has(tag) ? "found" : "stray";
  }

  /** Note a scan of this device. */
  note(tag) {
    if (this.seen.has(tag)) return;
    const name = this.expected.get(tag) ?? null;
    this.seen.set(tag, { state: this.expected.has(tag) ? "found" : "stray", name });
  }

  /** What the server says of this device's scans: a label may have led to a thing by another tag. */
  answered(verdicts, scans) {
    const read = new Map(scans.map((scan) => [scan.key, scan.tag]));
    for (const { key, tag, label, component } of verdicts) {
      if (!component) this.wears(tag, label);
      if (!tag || tag === read.get(key)) continue;
      this.labels.set(read.get(key), tag);
      this.seen.delete(read.get(key));
    }
    this.learn(verdicts);
  }

  /** What was seen: `verdict` here, `state` for those of others. */
  learn(lines) {
    for (const { tag, verdict, state = verdict, name, location, owner_name: owner, label, component } of lines) {
      if (!component) this.wears(tag, label);
      if (!tag || state === "already" || state === "mistyped") continue;
      this.seen.delete(tag); // the newest first sighting comes last
      this.seen.set(tag, { state, name, location, owner });
    }
  }

  get found() {
    let found = 0;
    for (const tag of this.expected.keys()) if (this.seen.has(tag)) found += 1;
    return found;
  }

  /** The lines of a part, as [tag, {name, location, …}]: what is missing by name, what was seen with the newest first. */
  lines(part) {
    if (part === "missing") {
      return [...this.expected].filter(([tag]) => !this.seen.has(tag)).map(([tag, name]) => [tag, { name, away: this.away.get(tag) }]);
    }
    const seen = [...this.seen].reverse();
    return seen.filter(([tag]) => this.expected.has(tag) === (part === "found"));
  }
}
