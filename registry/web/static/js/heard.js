// What the page that records an inspection shows: the registry's answer as large as it goes, how far it is, the checks that
// wait, and how sending goes.

import { grouped } from "./tags.js";

const SHOWN = 60;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function reader(blob) {
  return new Promise((resolve) => {
    const reading = new FileReader();
    reading.onload = () => resolve(reading.result);
    reading.onerror = () => resolve("");
    reading.readAsDataURL(blob);
  });
}

export class Heard {
  constructor(root, known) {
    this.root = root;
    this.known = known;
    this.drawing = 0;
    for (const button of root.querySelectorAll("[data-save]")) button.addEventListener("click", () => this.save());
  }

  find(selector) {
    return this.root.querySelector(selector);
  }

  words(name, values) {
    return this.root.dataset[name].replace(/\{(\w+)\}/g, (_all, key) => values[key]);
  }

  template(selector) {
    return this.find(`template${selector}`).content.firstElementChild.cloneNode(true);
  }

  line(classes, text) {
    const line = document.createElement("p");
    line.className = classes;
    line.textContent = text;
    return line;
  }

  say(verdict) {
    const panel = this.find("[data-heard]");
    const word = this.template(`[data-verdict="${verdict}"]`);
    panel.replaceChildren(word);
    panel.dataset.tone = word.dataset.tone;
    panel.dataset.verdictShown = verdict;
    delete panel.dataset.read;
    this.find("[data-again]").hidden = true;
    panel.scrollIntoView({ block: "nearest" });
    return panel;
  }

  /** What the registry said of a tag, when the visit was prepared or just now; `nowhere`: that it has no such label. */
  heard(read, answer, nowhere = false) {
    if (!read) return this.say("unregistered");
    const panel = this.say(answer ? (answer.fit_for_use ? "fit" : "unfit") : nowhere ? "unregistered" : "stray");
    panel.dataset.read = read;
    if (answer) this.details(panel, answer);
    panel.append(this.line("heard-tag tag", grouped(read)));
    if (!answer && !nowhere) panel.append(this.line("heard-place", this.root.dataset.lookedUp));
    if (answer && !this.known.expects(read)) panel.append(this.line("heard-place", this.root.dataset.unexpected));
    return panel;
  }

  /** Whether a tag is the one that was heard last. */
  shows(read) {
    return this.find("[data-heard]").dataset.read === read;
  }

  details(panel, answer) {
    panel.append(this.line("heard-name", answer.name));
    if (answer.serial_no) panel.append(this.line("heard-place", this.words("serial", { serial: answer.serial_no })));
    for (const reason of answer.reasons) panel.append(this.line("heard-reason", reason.text));
    const stamp = answer.verification?.stamp_no;
    if (stamp) panel.append(this.line("heard-place", this.words("stamp", { stamp })));
    panel.append(this.line("soft small", this.words("asOf", { at: this.moment(answer.known_at) })));
  }

  /** It was checked in this inspection before. */
  already(read, answer, { by, mine, at }) {
    const panel = this.say("already");
    if (answer) panel.append(this.line("heard-name", answer.name));
    panel.append(this.line("heard-tag tag", grouped(read)));
    const name = mine ? this.root.dataset.you : by;
    panel.append(this.line("heard-place", this.words("before", { name, at: this.moment(at) })));
    const again = this.find("[data-again]");
    again.hidden = false;
    again.dataset.again = read;
  }

  wrong(verdict, text) {
    const panel = this.say(verdict);
    if (text) panel.append(this.line("heard-tag", text));
    if (verdict === "mistyped") panel.append(this.line("heard-place", this.root.dataset.compare));
  }

  /** What the server made of a check: another stamp or a record that counts instead is told also afterwards. */
  answered({ verdict, first_by: firstBy, check, late }) {
    if (late && check) this.remark(this.words("late", { thing: check.name }));
    if (verdict === "already") this.remark(this.words(firstBy ? "first" : "newer", { name: firstBy, thing: check.name }));
    else if (check?.stamp_differs) this.remark(this.words("other", { thing: check.name }));
  }

  /** What must not be used and was not known here when it stood before somebody. */
  unfit({ name, reasons }) {
    const why = reasons.map((reason) => reason.text).join(" ");
    this.remark(this.words("unfit", { thing: name, why }));
  }

  remark(text) {
    const list = this.find("[data-remarks]");
    const line = document.createElement("li");
    line.textContent = text;
    list.append(line);
    list.hidden = false;
  }

  /** An instant as every page of ours writes it: 08:30 31/01/2026 in Vietnamese, 08:30 31 Jan 2026 in English. */
  moment(text) {
    if (!text) return "–";
    const { zone } = this.root.dataset;
    const said = { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23", day: "2-digit", month: "2-digit", year: "numeric" };
    const parts = new Intl.DateTimeFormat("en-GB", said).formatToParts(new Date(text));
    const { hour, minute, day, month, year } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
    const on = document.documentElement.lang === "vi" ? `${day}/${month}/${year}` : `${Number(day)} ${MONTHS[month - 1]} ${year}`;
    return `${hour}:${minute} ${on}`;
  }

  prepared() {
    const at = this.find("[data-prepared]");
    at.dataset.items = String(this.known.items.size);
    at.textContent = this.known.preparedAt
      ? this.words("preparedAt", { items: this.known.items.size, at: this.moment(this.known.preparedAt) })
      : this.root.dataset.unprepared;
    if (this.known.leftOff) at.append(` ${this.words("leftOff", { more: this.known.leftOff })}`);
  }

  pictures(photos) {
    this.find("[data-photos-kept]").textContent = photos.length ? this.words("photosWait", { photos: photos.length }) : "";
  }

  /** How far it is and what waits, drawn at most once a frame. */
  far(waiting) {
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.draw(waiting));
  }

  draw(waiting) {
    const { found, expected, others } = this.known.far();
    const far = this.find("[data-far]");
    far.querySelector("p").textContent = this.words(others ? "progressToo" : "progress", { found, expected, others });
    far.querySelector("[data-bar]").setAttribute("width", String(expected ? (found / expected) * 200 : 0));
    const newest = [...waiting].reverse();
    const photos = [...(this.held?.refused ?? [])].reverse();
    const lines = [...newest.filter((check) => check.refused), ...photos, ...newest.filter((check) => !check.refused)];
    const more = Math.max(0, lines.length - SHOWN);
    this.find("[data-more-lines]").textContent = more ? this.words("more", { more }) : "";
    const drawn = lines.slice(0, SHOWN).map((one) => (one.blob ? this.photoEntry(one) : this.entry(one)));
    this.find("[data-lines]").replaceChildren(...drawn);
    this.find("[data-nothing]").hidden = lines.length > 0;
  }

  /** What a check is of, as people call it. */
  title(check) {
    const answer = check.tag ? this.known.answer(check.tag) : null;
    return answer?.name ?? check.name ?? check.serial_no ?? grouped(check.tag ?? "");
  }

  entry(check) {
    const row = this.template("[data-line]");
    row.querySelector("[data-name]").textContent = this.title(check);
    row.querySelector("[data-where]").textContent = [check.tag ? grouped(check.tag) : "", this.moment(check.at), check.refused ?? ""]
      .filter(Boolean)
      .join(" · ");
    const mends = !check.refused || check.because === "invalid";
    this.offer(row, { open: mends, resend: !mends }, check.key);
    return row;
  }

  /** A photo that was refused: of what it is, why, and what can be done. */
  photoEntry({ key, name, thing, refused, because }) {
    const row = this.template("[data-photo-line]");
    row.querySelector("[data-name]").textContent = this.words("photoOf", { name, thing: thing ?? "" });
    row.querySelector("[data-where]").textContent = refused;
    const another = row.querySelector("[data-replace]"); // heard also when the list was drawn anew meanwhile
    another.addEventListener("change", () => another.files.length && this.replace(key, another.files[0]));
    this.offer(row, { replace: because === "invalid", drop: because === "invalid", resend: because !== "invalid" }, key);
    return row;
  }

  /** Of the ways on that a row has, those that are offered, each with the key of what it is done to. */
  offer(row, ways, key) {
    for (const [way, offered] of Object.entries(ways)) {
      const control = row.querySelector(`[data-${way}]`);
      if (!offered) (control.closest("label") ?? control).remove();
      else control.dataset[way] = key;
    }
  }

  noPhoto(name, why) {
    return this.words(why === "large" ? "largePhoto" : "noPhoto", { name });
  }

  /** Files that are no photos are said at once, where they were chosen; `faults` are [name, why]. */
  noPhotos(faults) {
    const fault = this.find("[data-photo-fault]");
    fault.textContent = faults.map(([name, why]) => this.noPhoto(name, why)).join(" ");
    fault.hidden = !faults.length;
    if (faults.length) fault.scrollIntoView({ block: "nearest" });
  }

  /** How sending goes. */
  sending(queue, pictures) {
    this.queue = queue;
    this.held = pictures;
    const unsent = queue.unsent.length;
    const photos = pictures?.unsent.length ?? 0;
    const sending = this.find("[data-sending]");
    sending.textContent = unsent || photos ? this.words("unsent", { checks: unsent, photos }) : this.root.dataset.allSent;
    sending.dataset.unsent = String(unsent);
    sending.dataset.photosUnsent = String(photos);
    this.find("[data-retry]").hidden = !(unsent || photos) || queue.state === "sending" || queue.state === "idle";
    const refused = queue.refused.length + (pictures?.refused.length ?? 0);
    for (const notice of this.root.querySelectorAll("[data-trouble]")) {
      const kind = notice.dataset.trouble;
      if (queue.state === "sending" && !["refused", "passing", "full", "stranger"].includes(kind)) continue; // as it was before
      const full = queue.store.durable ? queue.unsaved.size + (pictures?.unsaved.size ?? 0) : 0;
      const passing = queue.store.durable ? 0 : 1;
      const counts = { refused, stranger: queue.strangers + (pictures?.strangers ?? 0), passing, full };
      notice.hidden = kind in counts ? !counts[kind] : queue.state !== kind;
      const words = notice.querySelector("[data-words]");
      if (words) words.textContent = words.dataset.words.replace("{checks}", counts[kind]);
    }
    const lasts = queue.durable && !pictures?.unsaved.size;
    window.onbeforeunload = lasts || !(unsent || photos) ? null : (event) => event.preventDefault();
  }

  /**
   * What is done in the list of what waits: `open(key)` fills a check in again, `resend(key)` sends a check or photo once
   * more, `drop(key)` lets go of a photo, `replace(key, file)` takes another in its place.
   */
  onLines({ open, resend, drop, replace }) {
    this.replace = replace;
    this.find("[data-lines]").addEventListener("click", (event) => {
      for (const [way, act] of Object.entries({ open, resend, drop })) {
        const button = event.target.closest(`button[data-${way}]`);
        if (button) act(button.dataset[way]);
      }
    });
  }

  onDiscard(discard) {
    this.find("[data-discard]").addEventListener("click", discard);
  }

  /** Everything that waits or was refused, with its photos, as one file. */
  async save() {
    const photos = await Promise.all(
      this.held.waiting.map(async ({ blob, ...photo }) => ({ ...photo, content: await reader(blob) })),
    );
    const held = JSON.stringify({ checks: this.queue.waiting, photos }, null, 1);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([held], { type: "application/json" }));
    link.download = this.root.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    this.find("[data-discard]").hidden = false;
  }
}
