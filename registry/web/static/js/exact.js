// Decimals as people type them, added, multiplied and compared exactly: whole numbers with a scale, never binary floats,
// so that a value right at its limit is inside here too.

const PLAIN = /^([+-]?)(\d{1,20})(?:\.(\d{1,20}))?$/;
const COMMA = /^([+-]?\d+),(\d+)$/;
const GROUPED = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;

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

/** What was typed as the server reads it: null for what is no number, or could be read two ways. */
export function read(typed, locale) {
  const text = typed.trim();
  if (locale === "vi" && GROUPED.test(text)) return null;
  const comma = COMMA.exec(text);
  const parts = PLAIN.exec(comma ? `${comma[1]}.${comma[2]}` : text);
  if (!parts) return null;
  const fraction = parts[3] ?? "";
  return new Exact(BigInt(`${parts[1] === "-" ? "-" : ""}${parts[2]}${fraction}`), fraction.length);
}
