"""Units of measurement: what people type, as UCUM and D-SI spell it, and exact conversion where that is sound.

The vocabulary is `data/units.csv`. Its dimensions have the base units of the SI, the radian, and words of their own
that keep apart what has one dimension and is not the same: an energy and a torque, a becquerel and a hertz, a gray and
a sievert. What has no factor, such as pH or a level in decibels, is never converted.
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

VOCABULARY: Final = Path(__file__).parent / "data" / "units.csv"
PI: Final = Fraction("3.14159265358979323846264338327950288419716939937511")
DIGITS: Final = 28
EXACT_DIGITS: Final = 45  # fewer than a product with π has
LONGEST: Final = 40
EXPONENT: Final = re.compile(r"(.*[^0-9+-])([+-]?[1-9])")
BASE: Final = re.compile(r"([a-zA-Z]+)(-?[0-9]+)?")
SAME: Final = str.maketrans({"μ": "u", "⋅": ".", "·": ".", "×": ".", "*": ".", "∕": "/", "÷": "/", "−": "-", "^": ""})  # noqa: RUF001 — the letters people type
SUPERSCRIPT: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SUGGESTED: Final = (
    *(
        "g",
        "mg",
        "kg",
        "t",
        "m",
        "mm",
        "cm",
        "km",
        "um",
        "m2",
        "m3",
        "L",
        "mL",
        "uL",
        "s",
        "min",
        "h",
        "Hz",
        "kHz",
        "MHz",
    ),
    *("A", "mA", "V", "mV", "kV", "Ohm", "mOhm", "kOhm", "W", "kW", "kW.h", "kvar.h", "Cel", "K", "%[RH]", "Pa", "kPa"),
    *(
        "MPa",
        "bar",
        "mbar",
        "mm[Hg]",
        "kgf/cm2",
        "N",
        "kN",
        "N.m",
        "J",
        "kJ",
        "m3/h",
        "L/min",
        "m/s",
        "km/h",
        "{rev}/min",
    ),
    *("deg", "'", "''", "g/L", "mg/L", "ug/L", "mol/L", "mmol/L", "g/cm3", "kg/m3", "mPa.s", "mm2/s", "uS/cm", "mS/cm"),
    *("lx", "cd", "lm", "Bq", "Gy", "mGy", "Sv", "uSv/h", "%", "[ppm]", "%[vol]", "[pH]", "dB", "dB[A]", "[NTU]"),
)


class Prefix(NamedTuple):
    """A decimal prefix: as UCUM, D-SI and both languages write it."""

    code: str
    dsi: str
    vi: str
    power: int


PREFIXES: Final = {
    code: Prefix(code, dsi, vi, power)
    for code, dsi, vi, power in (
        ("Y", "yotta", "yotta", 24),
        ("Z", "zetta", "zetta", 21),
        ("E", "exa", "exa", 18),
        ("P", "peta", "peta", 15),
        ("T", "tera", "tera", 12),
        ("G", "giga", "giga", 9),
        ("M", "mega", "mêga", 6),
        ("k", "kilo", "kilô", 3),
        ("h", "hecto", "héctô", 2),
        ("da", "deca", "đềca", 1),
        ("d", "deci", "đềxi", -1),
        ("c", "centi", "centi", -2),
        ("m", "milli", "mili", -3),
        ("u", "micro", "micrô", -6),
        ("n", "nano", "nanô", -9),
        ("p", "pico", "picô", -12),
        ("f", "femto", "femtô", -15),
        ("a", "atto", "attô", -18),
        ("z", "zepto", "zeptô", -21),
        ("y", "yocto", "yoctô", -24),
    )
}
TAKEN: Final[Mapping[str, frozenset[str]]] = {
    "all": frozenset(PREFIXES),
    "large": frozenset({"k", "M", "G", "T", "P"}),
    "none": frozenset(),
}
Dimension = Mapping[str, int]


class NotConvertible(ValueError):
    """The units measure different things, or one of them is on a scale that is not converted."""


@dataclass(frozen=True, eq=False)
class Atom:
    """A unit of the vocabulary. `factor` leads to its base units, None where nothing does; `offset` is in kelvin."""

    code: str
    dsi: str
    symbol: str
    vi: str
    en: str
    dimension: Dimension
    factor: Fraction | None
    offset: Fraction
    prefixes: frozenset[str]


@dataclass(frozen=True)
class Part:
    """A unit of the vocabulary with its prefix and its exponent, which is not zero."""

    atom: Atom
    prefix: Prefix | None = None
    exponent: int = 1


@dataclass(frozen=True)
class Unit:
    """A product of powers of units."""

    parts: tuple[Part, ...]

    @cached_property
    def ucum(self) -> str:
        """Its UCUM code, case-sensitive, in one form: `m3/h`, `W/m2/K`, `1/min`."""
        above, below = _sides(self.parts)
        return "/".join([".".join(_code(part) for part in above) or "1", *(_code(part) for part in below)])

    @property
    def symbol(self) -> str:
        """As it is printed: `m³/h`, `µS/cm`, `°C`."""
        above, below = _sides(self.parts)
        top = "·".join(_printed(part) for part in above) or "1"
        bottom = "·".join(_printed(part) for part in below)
        return f"{top}/{f'({bottom})' if len(below) > 1 else bottom}" if below else top

    @property
    def dsi(self) -> str | None:
        r"""As the D-SI spells it: `\metre\tothe{3}\per\hour`; None where it has no word for a part."""
        words = [_dsi(part) for part in self.parts]
        return "".join(word for word in words if word) if all(words) else None

    def name(self, locale: str) -> str:
        """Its name in Vietnamese (`vi`) or English: `mét khối trên giờ`, `cubic metre per hour`."""
        above, below = _sides(self.parts)
        sides = [" ".join(_named(part, locale) for part in side) for side in (above, below)]
        return f" {'trên' if locale == 'vi' else 'per'} ".join(sides).strip() if below else sides[0]

    @cached_property
    def dimension(self) -> Dimension:
        """The exponents of the base units, none of them zero."""
        total: Counter[str] = Counter()
        for part in self.parts:
            for base, exponent in part.atom.dimension.items():
                total[base] += exponent * part.exponent
        return {base: exponent for base, exponent in sorted(total.items()) if exponent}

    @cached_property
    def factor(self) -> Fraction | None:
        """What one of it is in base units, exactly (π to 50 digits); None where it is not converted."""
        product = Fraction(1)
        for part in self.parts:
            if part.atom.factor is None:
                return None
            power = part.prefix.power if part.prefix else 0
            product *= (part.atom.factor * Fraction(10) ** power) ** part.exponent
        return product

    @property
    def offset(self) -> Fraction:
        """Its zero in kelvin; only of a temperature that stands alone."""
        alone = len(self.parts) == 1 and self.parts[0].exponent == 1
        return self.parts[0].atom.offset if alone else Fraction(0)

    def converts_to(self, other: "Unit") -> bool:
        """Whether conversion is sound: the same unit, or the same dimension and kind with a factor on both sides."""
        if self.ucum == other.ucum:
            return True
        return self.dimension == other.dimension and self.factor is not None and other.factor is not None


def parse(text: str) -> Unit | None:
    """The unit that people mean by a text, None when it is not known: `µS/cm`, `m³/h`, `°C`, `kg/cm2`, `Ω`.

    `a/b.c` is None too: some mean (a/b)·c and others a/(b·c).
    """
    return _parsed(text) if len(text) <= LONGEST else None


def convert(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """A reading in another unit: 20 °C is 293.15 K. Raises NotConvertible.

    Exact where a decimal can be; otherwise, as with thirds or π, rounded to 28 significant digits.
    """
    if source.ucum == target.ucum:
        return value
    over, under = _factors(source, target)
    return _decimal((Fraction(value) * over + source.offset - target.offset) / under)


def convert_difference(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """An error, an uncertainty, a resolution or an amount in another unit: 0.5 °C is 0.5 K. Raises NotConvertible."""
    if source.ucum == target.ucum:
        return value
    over, under = _factors(source, target)
    return _decimal(Fraction(value) * over / under)


@lru_cache(maxsize=1)
def suggestions() -> Sequence[Unit]:
    """The units that are met most, for a form to suggest."""
    return [unit for code in SUGGESTED if (unit := parse(code)) is not None]


@lru_cache(maxsize=1)
def atoms() -> Mapping[str, Atom]:
    """Every spelling of every unit of the vocabulary, without prefixes; a code beats another unit's spelling."""
    with VOCABULARY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    made = [(_atom(row), row["spellings"].split()) for row in rows]
    known = {atom.code: atom for atom, _spellings in made}
    for atom, spellings in made:
        for spelling in (*spellings, atom.symbol):
            known.setdefault(_plain(spelling), atom)
    return known


def _factors(source: Unit, target: Unit) -> tuple[Fraction, Fraction]:
    if not source.converts_to(target) or source.factor is None or target.factor is None:
        raise NotConvertible(f"{source.ucum} cannot be turned into {target.ucum}")
    return source.factor, target.factor


def _decimal(number: Fraction) -> Decimal:
    with localcontext(prec=EXACT_DIGITS) as context:
        found = Decimal(number.numerator) / Decimal(number.denominator)
        if Fraction(found) != number:
            context.prec = DIGITS
            found = +found
        whole = found == found.to_integral_value()
        return found.quantize(Decimal(1)) if whole and found.adjusted() < DIGITS else found.normalize()


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Unit | None:
    plain = _plain(text)
    alone = _part(plain)
    if alone is not None:
        return Unit((alone,))
    spaced = re.sub(r"\.+", ".", _same(re.sub(r"\s+", ".", text.strip())).replace("./", "/").replace("/.", "/"))
    return _product(spaced)


def _product(text: str) -> Unit | None:
    above, slash, rest = text.partition("/")
    if rest.startswith("(") and rest.endswith(")"):
        below = rest[1:-1].split(".")
    elif "." in rest:
        return None
    else:
        below = rest.split("/") if slash else []
    over = [_part(word) for word in above.split(".")] if above not in {"", "1"} or not slash else []
    under = [_part(word) for word in below]
    parts = [*over, *(part and Part(part.atom, part.prefix, -part.exponent) for part in under)]
    known = [part for part in parts if part is not None]
    return Unit(tuple(known)) if known and len(known) == len(parts) else None


def _part(word: str) -> Part | None:
    found = _prefixed(word)
    if found is not None:
        return found
    match = EXPONENT.fullmatch(word)
    raised = _prefixed(match[1]) if match else None
    return Part(raised.atom, raised.prefix, int(match[2])) if match and raised else None


def _prefixed(word: str) -> Part | None:
    known = atoms()
    if word in known:
        return Part(known[word])
    for length in (1, 2):
        atom = known.get(word[length:])
        if atom is not None and word[:length] in atom.prefixes:
            return Part(atom, PREFIXES[word[:length]])
    return None


def _plain(text: str) -> str:
    """A spelling without spaces, with one letter for what looks and means the same."""
    return _same("".join(text.split()))


def _same(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(SAME)


def _atom(row: Mapping[str, str]) -> Atom:
    bases = (BASE.fullmatch(base) for base in row["dimension"].split(".") if base)
    dimension = {match[1]: int(match[2] or 1) for match in bases if match}
    factor, offset = (_number(row[name]) if row[name] else None for name in ("factor", "offset"))
    return Atom(
        code=row["ucum"],
        dsi=row["dsi"],
        symbol=row["symbol"],
        vi=row["vi"],
        en=row["en"],
        dimension=dimension,
        factor=factor,
        offset=offset or Fraction(0),
        prefixes=TAKEN[row["prefixes"]],
    )


def _number(text: str) -> Fraction:
    """A product or quotient of decimals and π, from left to right: `459.67*5/9`."""
    result, operator = Fraction(1), "*"
    for word in re.split(r"([*/])", text):
        if word in {"*", "/"}:
            operator = word
        else:
            number = PI if word == "pi" else Fraction(word)
            result = result * number if operator == "*" else result / number
    return result


def _sides(parts: Iterable[Part]) -> tuple[list[Part], list[Part]]:
    """What stands above and below the stroke, both with positive exponents."""
    listed = list(parts)
    below = [Part(part.atom, part.prefix, -part.exponent) for part in listed if part.exponent < 0]
    return [part for part in listed if part.exponent > 0], below


def _code(part: Part) -> str:
    prefix = part.prefix.code if part.prefix else ""
    return f"{prefix}{part.atom.code}{part.exponent if part.exponent != 1 else ''}"


def _printed(part: Part) -> str:
    prefix = part.prefix.code.replace("u", "µ") if part.prefix else ""
    return f"{prefix}{part.atom.symbol}{str(part.exponent).translate(SUPERSCRIPT) if part.exponent != 1 else ''}"


def _dsi(part: Part) -> str:
    if not part.atom.dsi:
        return ""
    words = [part.prefix.dsi] if part.prefix else []
    words = ["kilogram"] if words == ["kilo"] and part.atom.code == "g" else [*words, *part.atom.dsi.split(".")]
    exponent = abs(part.exponent)
    spelt = "".join(f"\\{word}" for word in words) + (f"\\tothe{{{exponent}}}" if exponent > 1 else "")
    return f"\\per{spelt}" if part.exponent < 0 else spelt


def _named(part: Part, locale: str) -> str:
    vietnamese = locale == "vi"
    name = part.atom.vi if vietnamese else part.atom.en
    if part.prefix:
        name = (part.prefix.vi if vietnamese else part.prefix.dsi) + name
    if part.exponent == 1:
        return name
    is_length = dict(part.atom.dimension) == {"m": 1}
    if vietnamese:
        words = {2: "vuông", 3: "khối"} if is_length else {2: "bình phương", 3: "lập phương"}
        return f"{name} {words.get(part.exponent, f'mũ {part.exponent}')}"
    before = {2: "square", 3: "cubic"} if is_length else {}
    if part.exponent in before:
        return f"{before[part.exponent]} {name}"
    words = {2: "squared", 3: "cubed"}
    return f"{name} {words.get(part.exponent, f'to the power {part.exponent}')}"
