// A table copied from a spreadsheet becomes points: into the box that is there for it, or straight into a row's fields,
// from the field that has the focus to the right and downwards.

import { isUnsaid } from "./folds.js";

const MOST = 500;
const ORDER = ["nominal", "reference", "indication", "expanded_uncertainty", "coverage_factor", "lower_limit", "upper_limit"];
const RESULT = ["reference", "indication", "expanded_uncertainty"];
const WORDED = ["quantity", "unit", "standard"];
const MOST_NAMED = 5;
const NUMBER = /^[+\-−]?[\d.,  ]*\d$/;

function cells(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n").filter((line) => line.trim());
  return lines.map((line) => line.split("\t").map((cell) => cell.trim()));
}

/** A number as the form takes it: no grouping, no signs of typography. */
function plain(cell) {
  if (!NUMBER.test(cell)) return cell;
  let text = cell.replace(/[  ]/g, "").replace("−", "-");
  const [comma, dot] = [text.lastIndexOf(","), text.lastIndexOf(".")];
  if (comma >= 0 && dot >= 0) text = text.replaceAll(comma < dot ? "," : ".", "");
  return text;
}

/** The fields that a line of headings names, or null when it is no such line. */
function headed(line, headings) {
  const known = Object.entries(headings).map(([field, names]) => [field, names.map((name) => name.toLowerCase())]);
  const fields = line.map((cell) => {
    const word = cell.toLowerCase().replace(/[([].*$/, "").trim();
    const isMeant = (name) => name === word || (name.length > 2 && word.startsWith(name));
    return known.find(([, names]) => names.some(isMeant))?.[0] ?? null;
  });
  return fields.some(Boolean) && !line.some((cell) => NUMBER.test(cell)) ? fields : null;
}

function fieldOf(row, name) {
  return row.querySelector(`[name$="-${name}"]`);
}

function isFree(row) {
  const inputs = [...row.querySelectorAll("input[name]:not([type=hidden])")];
  return inputs.every((input) => "carry" in input.dataset || !input.value.trim());
}

/** What a table of results seldom repeats: as another row says it, or as the asset has it that has only one quantity. */
function usual(group, name) {
  const other = [...group.querySelectorAll(`[name$="-${name}"]`)].find((field) => field.value);
  const held = JSON.parse(group.closest("[data-limits]").dataset.limits);
  return other?.value ?? (held.length === 1 ? held[0][name] : "");
}

const rowsOf = (group) => [...group.querySelectorAll(":scope > [data-row]")];

function write(group, row, fields, line) {
  fields.forEach((name, place) => {
    const field = name && fieldOf(row, name);
    if (field && line[place]) field.value = plain(line[place]);
  });
  for (const name of ["quantity", "unit"]) {
    const field = fieldOf(row, name);
    if (field && !field.value) field.value = usual(group, name);
  }
  for (const fold of row.querySelectorAll("details")) fold.open = isUnsaid(fold);
}

/** The row at a place of a group, which gets as many as that takes. */
function rowAt(group, place) {
  while (rowsOf(group).length <= place) group.querySelector("[data-add-row]").click();
  return rowsOf(group)[place];
}

/** Lines into rows one below the other, from a place on. */
function fill(group, first, fields, lines) {
  const taken = lines.slice(0, Math.max(0, MOST - first));
  taken.forEach((line, offset) => write(group, rowAt(group, first + offset), fields, line));
  group.dispatchEvent(new Event("filled", { bubbles: true }));
}

const sameNumber = (one, other) => Number(plain(one).replace(",", ".")) === Number(plain(other).replace(",", "."));

/** Whether a row is a setpoint that nobody has come to yet, with this nominal value. */
function awaits(row, nominal) {
  const isOpen = fieldOf(row, "proposed") && RESULT.every((name) => !fieldOf(row, name).value.trim());
  return Boolean(isOpen && nominal && fieldOf(row, "nominal").value && sameNumber(fieldOf(row, "nominal").value, nominal));
}

/** Each line into the setpoint of its nominal value, else into a row that is free. */
function place(group, fields, lines) {
  const at = fields.indexOf("nominal");
  const used = new Set();
  for (const line of lines) {
    const rows = rowsOf(group).filter((row) => !used.has(row));
    const free = rows.find((row) => awaits(row, line[at])) ?? rows.find(isFree);
    if (!free && rowsOf(group).length >= MOST) break;
    const row = free ?? rowAt(group, rowsOf(group).length);
    write(group, row, fields, line);
    used.add(row);
  }
  group.dispatchEvent(new Event("filled", { bubbles: true }));
  return used.size;
}

/** Cells that stand for a number and are none: they are taken as they are, and refused when the form is sent. */
function unread(fields, lines) {
  const numeric = (name) => name && !WORDED.includes(name);
  return lines.flatMap((line) => line.filter((cell, at) => cell && numeric(fields[at]) && !NUMBER.test(cell)));
}

function take(panel, text) {
  const form = panel.closest("form");
  const group = form.querySelector(`[data-rows="${panel.dataset.paste}"]`);
  const lines = cells(text);
  if (!lines.length) return null;
  const headings = JSON.parse(panel.dataset.headings);
  const fields = headed(lines[0], headings);
  const unknown = fields ? lines.shift().filter((heading, place) => heading && !fields[place]) : [];
  const filled = place(group, fields ?? ORDER, lines);
  return { filled, left: lines.length - filled, unknown, unread: unread(fields ?? ORDER, lines.slice(0, filled)) };
}

for (const panel of document.querySelectorAll("[data-paste]")) {
  const box = panel.querySelector("textarea");
  const said = panel.querySelector("[data-taken]");
  const group = panel.closest("form").querySelector(`[data-rows="${panel.dataset.paste}"]`);
  box.addEventListener("input", () => {
    const taken = take(panel, box.value);
    if (!taken) return;
    const words = said.dataset.words.replace("{rows}", taken.filled);
    const most = taken.left > 0 ? said.dataset.mostWords.replace("{most}", MOST) : "";
    const unknown = taken.unknown.length ? said.dataset.unknownWords.replace("{columns}", taken.unknown.join(", ")) : "";
    const cells = taken.unread.slice(0, MOST_NAMED).map((cell) => `“${cell}”`).join(", ");
    const unreadable = cells && said.dataset.unreadWords.replace("{cells}", cells);
    said.textContent = [words, most, unknown, unreadable].filter(Boolean).join(" ");
    said.classList.toggle("strong", Boolean(most || unknown || unreadable));
    box.value = "";
    box.focus();
  });
  group.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    const row = event.target.closest("[data-row]");
    const from = ORDER.indexOf(event.target.name?.split("-").at(-1));
    if (!row || from < 0 || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    fill(group, rowsOf(group).indexOf(row), ORDER.slice(from), cells(text));
    event.target.focus();
  });
}
