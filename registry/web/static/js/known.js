// What is known on this device of the instruments that an inspection expects: the registry's answers as of the moment the
// visit was prepared here, and what was checked meanwhile.

import { parse } from "./tags.js";

function bare(text) {
  return (text ?? "").normalize("NFKC").toUpperCase().replace(/[^\p{L}\p{N}]/gu, "");
}

export class Known {
  constructor() {
    this.items = new Map(); // tag → the registry's answer
    this.labels = new Map(); // what a label says → tag, where they differ
    this.serials = new Map(); // serial number → tags
    this.checked = new Map(); // tag → {by, mine, at, seen}: seen is what was filled in
    this.untagged = new Set(); // origins of checks of what has no label
    this.asked = new Map(); // tag → the registry's answer about what is not expected here
    this.preparedAt = null;
    this.leftOff = 0; // how many more are expected than lie here
    this.last = 0;
  }

  load({ items = [], prepared_at: preparedAt = null, checked = [], untagged = [], left_off: leftOff = 0, last = 0, asked }) {
    if (asked) this.asked = new Map(asked);
    this.preparedAt = preparedAt;
    this.leftOff = leftOff;
    this.items = new Map(items.map((item) => [item.tag, item]));
    this.labels = new Map(items.filter((item) => item.label !== item.tag).map((item) => [item.label, item.tag]));
    this.serials = new Map();
    for (const { tag, serial_no: serial } of items) {
      const key = bare(serial);
      if (key) this.serials.set(key, [...(this.serials.get(key) ?? []), tag]);
    }
    this.checked = new Map(checked);
    this.untagged = new Set(untagged);
    this.last = last;
  }

  /** What survives a reload. */
  dump() {
    const { preparedAt, leftOff, last } = this;
    const lists = { items: [...this.items.values()], checked: [...this.checked], asked: [...this.asked] };
    return { ...lists, untagged: [...this.untagged], prepared_at: preparedAt, left_off: leftOff, last };
  }

  tag(read) {
    return this.labels.get(read) ?? read;
  }

  /** The registry's answer about a tag as of the preparation, or as of when it was asked; null where there is none. */
  answer(read) {
    return this.items.get(this.tag(read)) ?? this.asked.get(read) ?? null;
  }

  expects(read) {
    return this.items.has(this.tag(read));
  }

  /** The tag of what was typed: a tag, or the serial number that one instrument here has; null for anything else. */
  typed(text) {
    const found = this.serials.get(bare(text)) ?? [];
    return parse(text) ?? (found.length === 1 ? found[0] : null);
  }

  /** Whether a stamp that was seen is another than the one that is known. */
  differs(answer, stamp) {
    const known = bare(answer?.verification?.stamp_no);
    return Boolean(known && bare(stamp) && known !== bare(stamp));
  }

  /** What anybody checked, by the server's word. */
  learn(lines) {
    for (const { tag, origin, by, mine, at, seen } of lines) {
      if (tag) this.checked.set(tag, { by, mine, at, seen });
      else if (origin) this.untagged.add(origin);
    }
  }

  /** What was checked here, sent or not. */
  note({ tag: read, origin, key }, seen) {
    if (read) this.checked.set(this.tag(read), { by: "", mine: true, at: new Date().toISOString(), seen });
    else this.untagged.add(origin ?? key);
  }

  /** How many of those that are expected were checked, and how many others. */
  far() {
    const found = [...this.items.keys()].filter((tag) => this.checked.has(tag)).length;
    const others = this.checked.size - found + this.untagged.size;
    return { found, expected: this.items.size, others };
  }
}
