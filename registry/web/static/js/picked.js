// What was picked on other pages of the same list, for as long as the window is open.

const PREFIX = "registry.picked.";

function read(name) {
  try {
    const held = JSON.parse(sessionStorage.getItem(PREFIX + name) ?? "[]");
    return Array.isArray(held) ? held : [];
  } catch {
    return [];
  }
}

function write(name, values) {
  try {
    sessionStorage.setItem(PREFIX + name, JSON.stringify(values));
  } catch {
    // A private window: what is picked lasts as long as the page.
  }
}

export class Picked {
  /** `name` is that of the list, the same on each of its pages; nothing is kept of a list without one. */
  constructor(name) {
    this.name = name;
    this.values = new Set(name === undefined ? [] : read(name));
  }

  has(value) {
    return this.values.has(value);
  }

  /** Note what is picked of a page, whose boxes may not be all there is. */
  note(boxes) {
    for (const box of boxes) {
      this.values.delete(box.value);
      if (box.checked) this.values.add(box.value);
    }
    if (this.name !== undefined) write(this.name, [...this.values]);
  }

  clear() {
    this.values.clear();
    if (this.name !== undefined) write(this.name, []);
  }

  /** What is picked and has no box here. */
  elsewhere(boxes) {
    const here = new Set(boxes.map((box) => box.value));
    return [...this.values].filter((value) => !here.has(value));
  }
}
