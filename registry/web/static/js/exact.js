// Decimals as people type them, added, multiplied and compared exactly: whole numbers with a scale, never binary floats,
// so that a value right at its limit is inside here too.

const PLAIN = /^([+-]?)(\d{1,20})(?:\.(\d{1,20}))?$/;
const ONE_SIGN = /^([+-]?\d+)[.,](\d+)$/;
const SIGNS = { vi: [".", ","], en: [",", "."] }; // between groups, before the decimal part
const FIRST = /^[+-]?[1-9]\d{0,2}$/;
const GROUP = /^\d{3}$/;

export class Exact {
  constructor(units, scale) {
    this.units = units; // value = units / 10 ** scale
    this.scale = scale;
  }

  at(scale) {
    return this.units * 10n ** BigInt(scale - this.scale);
  }

  plus(other) {
    const scale = Math.max(this.scale, other.scale);
    return new Exact(this.at(scale) + other.at(scale), scale);
  }

  minus(other) {
    return this.plus(other.negated());
  }

  times(other) {
    return new Exact(this.units * other.units, this.scale + other.scale);
  }

  percent(other) {
    return new Exact(this.units * other.units, this.scale + other.scale + 2);
  }

  negated() {
    return new Exact(-this.units, this.scale);
  }

  size() {
    return this.units < 0n ? this.negated() : this;
  }

  /** Below zero when this is smaller, zero when both are the same, above zero when this is larger. */
  against(other) {
    const scale = Math.max(this.scale, other.scale);
    const [here, there] = [this.at(scale), other.at(scale)];
    return here < there ? -1 : here > there ? 1 : 0;
  }

  /** All its digits, with the comma or dot of a language. */
  written(locale) {
    const digits = this.size().units.toString().padStart(this.scale + 1, "0");
    const whole = digits.slice(0, digits.length - this.scale);
    const rest = this.scale ? (locale === "vi" ? "," : ".") + digits.slice(-this.scale) : "";
    return (this.units < 0n ? "−" : "") + whole + rest;
  }
}

/** A number of groups of three digits, as a language writes it: its digits, and its decimal part if it has one. */
function grouped(text, [group, point]) {
  const [whole, ...fraction] = text.split(point);
  const [first, ...groups] = whole.split(group);
  const isGrouped = groups.length && FIRST.test(first) && groups.every((digits) => GROUP.test(digits));
  return isGrouped ? { digits: first + groups.join(""), groups: groups.length, fraction } : null;
}

/** How a number has to be written that can be read two ways, such as 2.000 in Vietnamese; null for any other. */
export function twoWays(typed, locale) {
  const [group, point] = SIGNS[locale];
  const found = grouped(typed.trim(), SIGNS[locale]);
  if (!found || found.groups > 1 || found.fraction.length) return null;
  return { plain: found.digits, comma: typed.trim().replace(group, point) };
}

/** What was typed as the server reads it: null for what is no number, or could be read two ways. */
export function read(typed, locale) {
  const text = typed.trim().replace("\u2212", "-"); // as pages write it
  if (twoWays(text, locale)) return null;
  const found = grouped(text, SIGNS[locale]);
  const sign = ONE_SIGN.exec(text);
  const plain = found ? [found.digits, ...found.fraction].join(".") : sign ? `${sign[1]}.${sign[2]}` : text;
  const parts = PLAIN.exec(plain);
  if (!parts) return null;
  const fraction = parts[3] ?? "";
  return new Exact(BigInt(`${parts[1] === "-" ? "-" : ""}${parts[2]}${fraction}`), fraction.length);
}
