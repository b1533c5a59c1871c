"""Units by their names in full, in Vietnamese and English, however they are accented, spaced and prefixed.

`ki lô gam`, `mét khối trên giờ`, `square metres`, `độ C`: the names are those of the vocabulary; see `units`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from registry.kernel.text import fold
from registry.kernel.units import LONGEST, PREFIXES, Atom, Part, Unit, atoms, parse, suggestions

LEAST_LETTERS: Final = 3
LIKE: Final = 0.8
APART: Final = re.compile(r"[\s.·*-]+")
OVER: Final = re.compile(r"\s*/\s*|\s+(?:tren|per)\s+")
POWERS: Final = (
    *(("binhphuong", 2), ("vuong", 2), ("squared", 2), ("²", 2), ("2", 2)),
    *(("lapphuong", 3), ("khoi", 3), ("cubed", 3), ("³", 3), ("3", 3)),
)
POWERS_BEFORE: Final = (("square", 2), ("cubic", 3))
ALSO_PREFIXES: Final[Mapping[str, Sequence[str]]] = {"c": ("xenti", "xangti"), "da": ("deka",)}
MOST_REMEMBERED: Final = 2048


def spelt(text: str) -> str:
    """The symbol of a unit that was written out as a name; any other text as it is.

    Its code stands for a symbol that is another unit's: a byte is no bel.
    """
    found = named(text)
    if found is None or not _agrees(found, parse(text)):
        return text
    again = parse(found.symbol)
    return found.symbol if again is not None and again.ucum == found.ucum else found.ucum


def meant(text: str) -> Unit | None:
    """The unit that people mean by a symbol or a name; None where the vocabulary has none."""
    return parse(text) or named(text)


@lru_cache(maxsize=MOST_REMEMBERED)
def named(text: str) -> Unit | None:
    """The unit with a name, None when no unit of the vocabulary is called that."""
    if len(text) > LONGEST:
        return None
    folded = fold(text)
    whole = _factor(APART.split(folded))
    if whole is not None:
        return Unit((whole,))
    above, *below = OVER.split(folded)
    if len(below) > 1:
        return None
    over, under = _side(APART.split(above)), _side(APART.split(below[0])) if below else []
    if not over or under is None:
        return None
    return Unit((*over, *(Part(part.atom, part.prefix, -part.exponent) for part in under)))


@lru_cache(maxsize=MOST_REMEMBERED)
def nearest(text: str) -> Unit | None:
    """The unit that somebody may have meant by a text that is none; None when nothing is like it."""
    typed = "".join(text.split())
    for unit in suggestions():
        if unit.symbol.casefold() == typed.casefold():
            return unit
    close = get_close_matches("".join(APART.split(fold(text))), _names(), n=1, cutoff=LIKE)
    return Unit((_names()[close[0]],)) if close else None


def _agrees(found: Unit, other: Unit | None) -> bool:
    """What is both a name and a symbol is left alone where the two differ: `Gal` is no gallon."""
    return other is None or other.ucum == found.ucum


def _side(words: list[str]) -> list[Part] | None:
    """The units that stand on one side of the stroke, the longest names first; None when a word is left over."""
    if not words:
        return []
    for length in range(len(words), 0, -1):
        part = _factor(words[:length])
        rest = _side(words[length:]) if part is not None else None
        if part is not None and rest is not None:
            return [part, *rest]
    return None


def _factor(words: list[str]) -> Part | None:
    """A name with its prefix and its power."""
    text = "".join(words)
    if text in _names():
        return _names()[text]
    for ending, power in POWERS:
        if text.endswith(ending):
            return _raised(text.removesuffix(ending), power)
    for beginning, power in POWERS_BEFORE:
        if text.startswith(beginning):
            return _raised(text.removeprefix(beginning), power)
    return _singular(text)


def _raised(text: str, power: int) -> Part | None:
    part = _singular(text)
    return Part(part.atom, part.prefix, part.exponent * power) if part else None


def _singular(text: str) -> Part | None:
    names = _names()
    return names.get(text) or names.get(text.removesuffix("s")) or names.get(text.replace("degrees", "degree"))


@lru_cache(maxsize=1)
def _names() -> Mapping[str, Part]:
    """Every name, folded and without spaces; the first of two units with one name has it."""
    found: dict[str, Part] = {}
    called: dict[Atom, set[str]] = {}
    for spelling, atom in atoms().items():
        called.setdefault(atom, set()).update(_called(atom, spelling))
    for atom, names in called.items():
        for name in sorted(names):
            found.setdefault(name, Part(atom))
    for atom, names in called.items():
        for prefix, word in _prefixes(atom):
            for name in sorted(names):
                found.setdefault(word + name, Part(atom, PREFIXES[prefix]))
    return found


def _called(atom: Atom, spelling: str) -> Iterator[str]:
    if atom.code == "1":
        return
    for name in (atom.vi, atom.en, atom.en.replace("metre", "meter").replace("litre", "liter")):
        yield "".join(APART.split(fold(name)))
    if len(spelling) >= LEAST_LETTERS and spelling.isalpha():
        yield fold(spelling)


def _prefixes(atom: Atom) -> Iterator[tuple[str, str]]:
    for code in sorted(atom.prefixes):
        for word in {fold(PREFIXES[code].vi), PREFIXES[code].dsi, *ALSO_PREFIXES.get(code, ())}:
            yield code, word
