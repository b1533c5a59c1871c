// What is known of a stock-take on this device: what is expected, what was seen and by whom, and what a scan means now.

export class Count {
  constructor() {
    this.expected = new Map(); // tag → name
    this.labels = new Map(); // what a label says → the tag of what it counts for, where they differ
    this.pieces = new Map(); // what the label of a component says → the tag of its set
    this.worn = new Map(); // tag → what the label on it says now, where that is another
    this.away = new Map(); // tag → who has it instead
    this.seen = new Map(); // tag → {state, name, location, owner_name}
    this.numbers = null;
    this.last = 0;
  }

  get ready() {
    return this.expected.size > 0 || this.numbers !== null;
  }

  load({ expected = [], labels = [], pieces = [], worn = [], away = [], seen = [], numbers = null, last = 0 }) {
    this.expected = new Map(expected);
    this.labels = new Map(labels);
    this.pieces = new Map(pieces);
    this.worn = new Map(worn);
    this.away = new Map(away);
    this.seen = new Map(seen);
    this.numbers = numbers;
    this.last = last;
  }

  /** What survives a reload. */
  dump() {
    const { numbers, last } = this;
    const maps = [this.expected, this.labels, this.pieces, this.worn, this.away, this.seen];
    const [expected, labels, pieces, worn, away, seen] = maps.map((map) => [...map]);
    return { expected, labels, pieces, worn, away, seen, numbers, last };
  }

  /** What the server expects: [tag, name], and the label where it says another tag; of components [label, tag of set]; who
   * has what is away, by tag. */
  expect(lines, components = [], away = {}) {
    this.away = new Map(Object.entries(away));
    this.expected = new Map(lines.map(([tag, name]) => [tag, name]));
    for (const [tag, , label] of lines) if (label) this.wears(tag, label);
    this.pieces = new Map(components);
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

  /** What a scan means as far as this device knows; a stray is looked up once it is sent, and so is whether a component
   * was the last one its set waited for. */
  judge(tag) {
    const set = this.pieces.get(tag);
    if (this.seen.has(tag) || this.seen.has(set)) return "already";
    if (set) return "part";
    return this.expected.has(tag) ? "found" : "stray";
  }

  /** What is expected under a tag: the set, where it is that of a component. */
  name(tag) {
    return this.expected.get(this.pieces.get(tag) ?? tag);
  }

  /** Note a scan of this device. */
  note(tag) {
    if (this.seen.has(tag)) return;
    const name = this.name(tag) ?? null;
    this.seen.set(tag, { state: this.pieces.has(tag) ? "part" : this.expected.has(tag) ? "found" : "stray", name });
  }

  /** What the server says of this device's scans: a label may have led to a thing by another tag. */
  answered(verdicts, scans) {
    const read = new Map(scans.map((scan) => [scan.key, scan.tag]));
    for (const { key, tag, name, label, component } of verdicts) {
      if (!component) this.wears(tag, label);
      if (!tag || tag === read.get(key)) continue;
      if (component) {
        this.pieces.set(read.get(key), tag);
        this.seen.set(read.get(key), { state: "part", name });
        continue;
      }
      this.labels.set(read.get(key), tag);
      this.seen.delete(read.get(key));
    }
    this.learn(verdicts);
  }

  /** What was seen: `verdict` here, `state` for those of others. */
  learn(lines) {
    for (const { tag, verdict, state = verdict, name, location, owner_name: owner, label, component } of lines) {
      if (!component) this.wears(tag, label);
      if (!tag || state === "already" || state === "part" || state === "mistyped") continue;
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
    return seen.filter(([tag]) => !this.pieces.has(tag) && this.expected.has(tag) === (part === "found"));
  }
}
