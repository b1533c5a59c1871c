// The error of each point and what the decision rule makes of it, while somebody types. The server decides; this only
// says early what it will say.

import { Exact, read } from "./exact.js";

const ONE = new Exact(1n, 0);
const NOUGHT = new Exact(0n, 0);
const STROKES = { đ: "d", ð: "d", ø: "o", ł: "l" };
const NUMBERS = new Set([
  "nominal",
  "reference",
  "indication",
  "expanded_uncertainty",
  "coverage_factor",
  "degrees_of_freedom",
  "lower_limit",
  "upper_limit",
]);
const TONES = { pass: "ok", conditional_pass: "warn", conditional_fail: "bad", fail: "bad" };

function fold(text) {
  const plain = text.toLowerCase().replace(/[đðøł]/g, (letter) => STROKES[letter]);
  return plain.normalize("NFD").replace(/\p{M}/gu, "").split(/\s+/).filter(Boolean).join(" ");
}

/** The values of a row: a number, null where nothing was typed, undefined where it is no number. */
function numbers(row, locale) {
  const found = {};
  for (const input of row.querySelectorAll("input[name]")) {
    const name = input.name.split("-").at(-1);
    if (!NUMBERS.has(name)) continue;
    const typed = input.value.trim();
    found[name] = typed ? (read(typed, locale) ?? undefined) : null;
  }
  return found;
}

function text(row, name) {
  return row.querySelector(`[name$="-${name}"]`)?.value.trim() ?? "";
}

export function errorOf({ nominal, reference, indication }) {
  if (reference == null && indication == null) return null;
  const shown = indication ?? nominal;
  const right = reference ?? nominal;
  return shown && right ? shown.minus(right) : null;
}

/** The limits of the error that follow from the asset's permissible error, as the server derives them. */
export function derived(held, { nominal, reference, indication }) {
  const at = nominal ?? reference ?? indication;
  const plain = (name) => (held[name] === null ? null : read(held[name], "en"));
  const [low, high] = [plain("range_low"), plain("range_high")];
  if (!at || (low && at.against(low) < 0) || (high && at.against(high) > 0)) return null;
  const parts = [plain("mpe")];
  const [ofReading, ofRange] = [plain("mpe_percent_of_reading"), plain("mpe_percent_of_range")];
  if (ofReading) parts.push(at.size().percent(ofReading));
  if (ofRange && low && high) parts.push(high.minus(low).percent(ofRange));
  const given = parts.filter(Boolean);
  if (!given.length) return null;
  const permitted = given.reduce((sum, part) => sum.plus(part), NOUGHT);
  return { lower: permitted.negated(), upper: permitted };
}

export function holds({ lower, upper }, value) {
  return (!lower || value.against(lower) >= 0) && (!upper || value.against(upper) <= 0);
}

function moved({ lower, upper }, width) {
  return { lower: lower && lower.plus(width), upper: upper && upper.minus(width) };
}

/** What a rule makes of an error: an outcome, or why there is none. */
export function decided(error, limits, { rule, factor, risk }, uncertainty) {
  if (rule !== "guard_band" && rule !== "non_binary") return holds(limits, error) ? "pass" : "fail";
  if (risk) return "later";
  if (!uncertainty) return "no_uncertainty";
  const width = factor.times(uncertainty);
  if (holds(moved(limits, width), error)) return "pass";
  if (rule === "guard_band") return "fail";
  if (holds(limits, error)) return "conditional_pass";
  return holds(moved(limits, width.negated()), error) ? "conditional_fail" : "fail";
}

function watch(place) {
  const form = place.closest("form");
  const { locale } = place.dataset;
  const words = JSON.parse(place.dataset.words);
  const characteristics = JSON.parse(place.dataset.limits);

  function ruled() {
    const value = (name) => form.elements[name]?.value.trim() ?? "";
    const risk = value("target_risk");
    return { rule: value("decision_rule"), factor: read(value("guard_factor"), locale) ?? ONE, risk };
  }

  function limitsOf(row, given) {
    if (given.lower_limit || given.upper_limit) {
      return { lower: given.lower_limit, upper: given.upper_limit, isDerived: false };
    }
    const quantity = fold(text(row, "quantity"));
    const same = characteristics.filter((held) => fold(held.quantity) === quantity && held.unit === text(row, "unit"));
    for (const held of same) {
      const limits = derived(held, given);
      if (limits) return { ...limits, isDerived: true };
    }
    return null;
  }

  function say(row) {
    const output = row.querySelector("[data-verdict]");
    const given = numbers(row, locale);
    const isUnread = Object.values(given).includes(undefined);
    const error = isUnread ? null : errorOf(given);
    output.dataset.tone = "";
    output.textContent = isUnread ? words.unread : "";
    if (!error) return;
    const parts = [`${words.error} ${error.written(locale)} ${text(row, "unit")}`.trim()];
    const limits = limitsOf(row, given);
    if (limits) {
      const end = (value, open) => (value ? value.written(locale) : open);
      const derivation = limits.isDerived ? ` (${words.derived})` : "";
      parts.push(`${words.limits} ${end(limits.lower, "−∞")} … ${end(limits.upper, "∞")}${derivation}`);
      const outcome = decided(error, limits, ruled(), given.expanded_uncertainty);
      parts.push(words[outcome]);
      output.dataset.tone = TONES[outcome] ?? "";
    }
    output.textContent = parts.join(" · ");
  }

  const all = () => place.querySelectorAll("[data-row]").forEach(say);
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && place.contains(row)) say(row);
    else all();
  });
  form.addEventListener("filled", all);
  all();
}

for (const place of document.querySelectorAll("[data-verdicts]")) watch(place);
