// What the counting page shows: the last scan as large as it goes, how far it is, the lists, and how sending goes.

import { grouped } from "./tags.js";

const SHOWN = 100;
const NAMED = 10; // components that a set waits for

export class View {
  constructor(root, count) {
    this.root = root;
    this.count = count;
    this.part = "missing";
    this.drawing = 0;
    for (const button of root.querySelectorAll("[data-part]")) {
      button.addEventListener("click", () => this.choose(button.dataset.part));
    }
    this.find("[data-save]").addEventListener("click", () => this.save());
    this.find("[data-discard]").addEventListener("click", () => this.queue.discard());
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  words(name, values) {
    return this.root.dataset[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);
  }

  /** What a scan meant. */
  heard(verdict, told) {
    const { tag, name, location, owner, owner_name: ownerName = owner, fit_for_use: fit, component, unseen = [], revoked, said } = told;
    const panel = this.find("[data-heard]");
    const word = this.template(`[data-verdict="${verdict}"]`);
    panel.replaceChildren(word);
    panel.dataset.tone = word.dataset.tone;
    panel.dataset.verdictShown = verdict;
    if (name) panel.append(this.line("heard-name", name));
    if (tag || said) panel.append(this.line("heard-tag tag", tag ? grouped(this.count.label(tag)) : said));
    if (component) this.withItsSet(component, unseen);
    if (verdict === "elsewhere") {
      const place = [location ?? this.root.dataset.noPlace, ownerName].filter(Boolean).join(" · ");
      panel.append(this.line("heard-place", this.words("registeredAt", { place })));
    }
    if (verdict === "stray") panel.append(this.line("heard-place", this.root.dataset.lookedUp));
    const remedy = this.find(`template[data-remedy="${verdict}"]`);
    if (remedy) panel.append(this.line("heard-remedy", remedy.content.textContent));
    if (revoked) this.revoked(tag);
    if (fit === false) this.unfit();
  }

  /** What was scanned counts with its set, whose name stands above; what this still waits for is named. */
  withItsSet(component, unseen) {
    const panel = this.find("[data-heard]");
    if (panel.querySelector(".heard-component")) return;
    panel.append(this.line("heard-place heard-component", this.words("withItsSet", { component })));
    const names = unseen.slice(0, NAMED).join(", ") + (unseen.length > NAMED ? ", …" : "");
    if (names) panel.append(this.line("heard-place", this.words("unseen", { names })));
  }

  /** The label that was scanned holds no longer: the thing counts, and the label is to be replaced. */
  revoked(tag) {
    const panel = this.find("[data-heard]");
    if (panel.querySelector(".heard-revoked")) return;
    const label = this.count.label(tag);
    const { revoked, revokedNow } = this.root.dataset;
    panel.append(this.line("heard-revoked", label === tag ? revoked : revokedNow.replace("{label}", grouped(label))));
  }

  /** The thing that was scanned last must not be used. */
  unfit() {
    const panel = this.find("[data-heard]");
    if (!panel.querySelector(".heard-unfit")) panel.append(this.line("heard-unfit", this.root.dataset.unfit));
  }

  /** Before anything is scanned on a page that was opened again. */
  goOn() {
    this.find("[data-heard]").replaceChildren(this.line("soft", this.root.dataset.next));
  }

  /** What an earlier scan turned out to be, once it could be looked up. */
  remark({ tag, verdict, name, location, owner_name: owner, fit_for_use: fit }) {
    const word = this.template(`[data-badge-of="${verdict}"]`).textContent.trim();
    const place = verdict === "elsewhere" ? [location, owner] : [];
    const said = [name, grouped(this.count.label(tag)), word, ...place, fit === false ? this.root.dataset.unfit : ""];
    const list = this.find("[data-remarks]");
    const line = document.createElement("li");
    line.textContent = said.filter(Boolean).join(" · ");
    list.prepend(line);
    list.hidden = false;
  }

  line(classes, text) {
    const line = document.createElement("p");
    line.className = classes;
    line.textContent = text;
    return line;
  }

  template(selector) {
    return this.find(`template${selector}`).content.firstElementChild.cloneNode(true);
  }

  choose(part) {
    this.part = part;
    this.far();
  }

  /** How far it is, drawn at most once a frame. */
  far() {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.draw());
  }

  draw() {
    const { count } = this;
    if (!count.ready) return;
    const expected = count.expected.size;
    const { found } = count;
    const far = this.find("[data-far]");
    far.querySelector("p").textContent = this.words("progress", { found, expected });
    far.querySelector("[data-bar]").setAttribute("width", String(expected ? (found / expected) * 200 : 0));
    far.querySelector("svg").classList.toggle("bar-met", expected > 0 && found === expected);
    const numbers = { missing: expected - found, found, strays: count.seen.size - found };
    for (const button of this.root.querySelectorAll("[data-part]")) {
      button.querySelector("[data-number]").textContent = numbers[button.dataset.part];
      button.setAttribute("aria-pressed", String(button.dataset.part === this.part));
    }
    this.list(count.lines(this.part));
  }

  list(lines) {
    this.find("[data-lines]").replaceChildren(...lines.slice(0, SHOWN).map(([tag, line]) => this.entry(tag, line)));
    const more = this.find("[data-more]");
    more.hidden = lines.length <= SHOWN;
    more.textContent = this.words("more", { more: lines.length - SHOWN });
    this.find("[data-nothing]").hidden = lines.length > 0;
  }

  entry(tag, { name, location, owner, away, state = "missing" }) {
    const row = this.template("[data-line]");
    const link = row.querySelector("[data-name]");
    link.textContent = name ?? grouped(tag);
    const visible = this.count.expected.has(tag) || state === "elsewhere" || (state === "unexpected" && owner);
    if (visible) link.href = this.root.dataset.asset.replace("TAG", tag);
    row.querySelector("[data-tag]").textContent = grouped(this.count.label(tag));
    const where = (state === "elsewhere" ? [location, owner] : [away]).filter(Boolean);
    row.querySelector("[data-where]").textContent = where.length ? ` · ${where.join(" · ")}` : "";
    row.querySelector("[data-badge]").replaceWith(this.template(`[data-badge-of="${state}"]`));
    return row;
  }

  /** How sending goes. */
  sending(queue) {
    this.queue = queue;
    const unsent = queue.unsent.length;
    const sending = this.find("[data-sending]");
    sending.textContent = unsent ? this.words("unsent", { scans: unsent }) : this.root.dataset.allSent;
    sending.dataset.unsent = String(unsent);
    this.find("[data-retry]").hidden = !unsent || queue.state === "sending" || queue.state === "idle";
    const refused = queue.refused.length;
    for (const notice of this.root.querySelectorAll("[data-trouble]")) {
      const kind = notice.dataset.trouble;
      if (queue.state === "sending" && !["refused", "passing", "stranger"].includes(kind)) continue; // as it was before
      const counts = { refused, stranger: queue.strangers, passing: queue.durable ? 0 : 1 };
      notice.hidden = kind in counts ? !counts[kind] : queue.state !== kind;
      const words = notice.querySelector("[data-words]");
      if (words) words.textContent = words.dataset.words.replace("{scans}", counts[kind]);
    }
    window.onbeforeunload = queue.durable || !unsent ? null : (event) => event.preventDefault();
  }

  /** What was refused, as a text file: tag and time, one scan a line. */
  save() {
    const lines = this.queue.refused.map(({ tag, at, refused }) => [tag, at, refused].join("\t"));
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
    link.download = this.root.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.find("[data-discard]").hidden = false;
  }
}
