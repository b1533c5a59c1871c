// The form of one check. Everything typed is kept at once; numbers are read as the language writes them.

import { read } from "./exact.js";

const NUMBERS = ["error_value", "error_limit"];
const CHOICES = ["in_use", "violation"]; // yes, no, or not said
const TEXTS = ["seal", "stamp_no", "stamp_valid_until", "error_unit", "remark"];
const SEEN_ON_IT = ["seal", "in_use", "stamp_no", "stamp_valid_until", ...NUMBERS, "error_unit"]; // nobody sees these on what is not there
export const IDENTITY = ["name", "kind", "manufacturer", "model", "serial_no"];

function plain(number) {
  return number.written("en").replace("\u2212", "-");
}

/** A number as it was told the server, as somebody types it in the language of the page: 1.250 is 1,250 in Vietnamese. */
function typed(number) {
  return (number && read(number, "en")?.written(document.documentElement.lang)) ?? "";
}

export class CheckForm {
  /** `changed(said)` hears what the form says, as the server is told it. */
  constructor(form, { changed }) {
    this.form = form;
    this.fields = form.elements;
    this.changed = changed;
    form.addEventListener("input", () => this.hear());
    form.addEventListener("change", () => this.hear());
    form.addEventListener("invalid", ({ target }) => target.closest("details")?.setAttribute("open", ""), true);
  }

  number(name) {
    const field = this.fields[name];
    const found = field.value.trim() ? read(field.value, document.documentElement.lang) : null;
    field.setCustomValidity(field.value.trim() && !found ? this.form.dataset.noNumber : "");
    return found;
  }

  /** What was filled in; what is empty is not said. */
  said() {
    const { fields } = this;
    const said = { present: fields.present.checked };
    for (const name of CHOICES) if (fields[name].value) said[name] = fields[name].value === "yes";
    for (const name of TEXTS) if (fields[name].value.trim()) said[name] = fields[name].value.trim();
    for (const name of NUMBERS) {
      const number = this.number(name);
      if (number) said[name] = plain(number);
    }
    const findings = [...this.form.querySelectorAll("[name=findings]:checked")].map((box) => box.value);
    if (findings.length) said.findings = findings;
    for (const name of IDENTITY) if (fields[name].value.trim()) said[name] = fields[name].value.trim();
    if (!said.present) for (const name of SEEN_ON_IT) delete said[name];
    return said;
  }

  hear() {
    const said = this.said();
    this.hint(said);
    this.changed(said);
  }

  /** What is told at once: another stamp than the known one, an error over its limit; of a thing that is not there neither is asked. */
  hint(said) {
    for (const part of this.form.querySelectorAll("[data-there]")) {
      part.hidden = !said.present;
      for (const field of part.querySelectorAll("input, select")) field.disabled = part.hidden; // what is hidden keeps nothing from being saved
    }
    const value = this.number("error_value");
    const limit = this.number("error_limit");
    this.fields.error_unit.required = Boolean(value || limit);
    this.show("over", Boolean(said.present && value && limit && value.size().against(limit) > 0));
    this.show("stamp", this.differs?.(said.stamp_no) ?? false);
  }

  /** What keeps a check from being accepted by whomever it is sent to; empty where nothing does. */
  lack(said) {
    const measured = said.error_value !== undefined || said.error_limit !== undefined;
    return measured && !said.error_unit ? this.form.dataset.noUnit : "";
  }

  show(name, on) {
    this.form.querySelector(`[data-hint=${name}]`).hidden = !on;
  }

  /** Show a check; `unregistered` asks what it is, `fault` is why the server refused it. */
  fill(said, { unregistered, differs, fault }) {
    this.differs = differs;
    this.form.reset();
    this.fields.present.checked = said.present ?? true;
    for (const name of CHOICES) this.fields[name].value = { true: "yes", false: "no" }[said[name]] ?? "";
    for (const name of [...TEXTS, ...IDENTITY]) this.fields[name].value = said[name] ?? "";
    for (const name of NUMBERS) this.fields[name].value = typed(said[name]);
    for (const box of this.form.querySelectorAll("[name=findings]")) box.checked = said.findings?.includes(box.value) ?? false;
    for (const fold of this.form.querySelectorAll("details")) {
      fold.open = [...fold.querySelectorAll("input, select")].some((field) => (field.type === "checkbox" ? field.checked : field.value));
    }
    this.form.querySelector("[data-identity]").hidden = !unregistered;
    this.fields.name.required = unregistered;
    this.form.hidden = false;
    this.hint(said);
    const told = this.form.querySelector("[data-fault]");
    told.querySelector("p").textContent = fault ?? "";
    told.hidden = !fault;
  }

  hide() {
    this.form.hidden = true;
  }
}
