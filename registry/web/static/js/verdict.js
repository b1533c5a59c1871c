// The error of each point and what the decision rule makes of it, while somebody types. The server decides; this only
// says early what it will say.

import { Exact, read, twoWays } from "./exact.js";

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
const MOST_NAMED = 10;
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

/** The limits of acceptance, a guard band within those of the error; null where the rule has none or needs a U. */
export function accepted(limits, { rule, factor, risk }, uncertainty) {
  const isGuarded = rule === "guard_band" || rule === "non_binary";
  return isGuarded && !risk && uncertainty ? moved(limits, factor.times(uncertainty)) : null;
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

/** Which points count for the statement, as the server has it: those after an adjustment, or all where there was none. */
export function final(said) {
  const left = said.filter(({ stage }) => stage === "as_left");
  return left.length ? left : said;
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

  /** Why a row cannot be read, with how to write what could be meant two ways. */
  function unread(row) {
    for (const input of row.querySelectorAll("input[name]")) {
      const ways = NUMBERS.has(input.name.split("-").at(-1)) && twoWays(input.value, locale);
      if (ways) return words.two_ways.replace(/\{(\w+)\}/g, (_all, name) => ({ typed: input.value.trim(), ...ways })[name]);
    }
    return words.unread;
  }

  /** Says what a row shows; gives its outcome, null when it has no error, undefined when that is not decided. */
  function say(row) {
    const output = row.querySelector("[data-verdict]");
    const given = numbers(row, locale);
    const isUnread = Object.values(given).includes(undefined);
    const error = isUnread ? null : errorOf(given);
    output.dataset.tone = "";
    output.textContent = isUnread ? unread(row) : "";
    if (!error) return null;
    let outcome;
    const parts = [`${words.error} ${error.written(locale)} ${text(row, "unit")}`.trim()];
    const limits = limitsOf(row, given);
    if (limits) {
      const end = (value, open) => (value ? value.written(locale) : open);
      const span = ({ lower, upper }) => `${end(lower, "−∞")} … ${end(upper, "∞")}`;
      parts.push(`${words.limits} ${span(limits)}${limits.isDerived ? ` (${words.derived})` : ""}`);
      const inner = accepted(limits, ruled(), given.expanded_uncertainty);
      if (inner) parts.push(`${words.accepted} ${span(inner)}`);
      outcome = decided(error, limits, ruled(), given.expanded_uncertainty);
      parts.push(words[outcome]);
      output.dataset.tone = TONES[outcome] ?? "";
    }
    output.textContent = parts.join(" · ");
    return outcome;
  }

  /** Warns beside a result that is declared good while points fail. */
  function compare(said) {
    const claim = form.querySelector("[data-claim]");
    const isClaimed = claim.dataset.claim.split(" ").includes(form.elements.outcome.value);
    const bad = claim.dataset.against.split(" ");
    const failed = final(said).filter(({ outcome }) => bad.includes(outcome)).map(({ number }) => number);
    const line = claim.querySelector("[data-words]");
    const shown = failed.length > MOST_NAMED ? [...failed.slice(0, MOST_NAMED), "…"] : failed;
    const isContradicted = isClaimed && failed.length > 0;
    claim.firstElementChild.hidden = !isContradicted;
    const why = claim.querySelector("[data-why]");
    if (why) {
      why.hidden = !isContradicted && !("asked" in why.dataset);
      why.querySelector("textarea").disabled = why.hidden;
    }
    line.textContent = line.dataset.words.replace("{points}", shown.join(", "));
  }

  const outcomes = new WeakMap();
  const rows = () => [...place.querySelectorAll("[data-row]")];
  const judge = (row) => outcomes.set(row, say(row));
  const together = () => {
    const said = rows().map((row, at) => ({ number: at + 1, stage: text(row, "stage"), outcome: outcomes.get(row) }));
    compare(said.filter(({ outcome }) => outcome !== null));
  };
  const all = () => {
    rows().forEach(judge);
    together();
  };
  form.addEventListener("input", (event) => {
    const row = event.target.closest("[data-row]");
    if (row && place.contains(row)) judge(row);
    else rows().forEach(judge);
    together();
  });
  form.addEventListener("filled", all);
  form.addEventListener("click", (event) => event.target.closest("[data-remove-row]") && together());
  all();
}

for (const place of document.querySelectorAll("[data-verdicts]")) watch(place);
