"""The cells of a sheet: only those that hold something count, and none takes more room than it needs.

Rows come one by one, however far away a cell says it is. A cell without a value of its kind is told as it stands there.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Self

from registry.sheets.parts import Enough, Parts, Refused, local, parser

MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 300
MOST_CELLS: Final = 12_000_000
MOST_STRINGS: Final = 4_000_000
MOST_LETTERS: Final = 100_000_000
LONGEST: Final = 32_767  # what a cell of a spreadsheet can hold
MOST_WRITTEN: Final = 7 * LONGEST  # the same where every letter is written as one that XML cannot hold
REFERENCE: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
NO_DATE: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
DAYS: Final = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # ECMA-376-1 18.8.30
ZEROS: Final = re.compile(r"0{2,255}")
AS_DAY: Final = -1
TRUTH: Final = {"1": True, "0": False, "true": True, "false": False}
DAY: Final = 86_400
LAST_DAY: Final = 2_958_466
LATE: Final = 1462  # days from the beginning of the one calendar to that of the other
NO_DAY: Final = 60  # 29 February 1900, which Excel's calendar has and no other
Row = tuple[int, list[Any]]


class Fault(str):
    """A cell without a value: it shows what stands there, an error of Excel or what is none of its kinds of value."""

    __slots__ = ()


class Uncalculated(Fault):
    """A formula whose value nobody stored: a program wrote the file and calculated nothing."""

    __slots__ = ()


class Padded(float):
    """A whole number whose format of zeros alone shows it in so many digits at least: how Excel keeps leading zeros."""

    __slots__ = ("width",)
    width: int

    def __new__(cls, number: float, width: int) -> Self:
        """The number with the digits it is shown in."""
        made = super().__new__(cls, number)
        made.width = width
        return made

    def __str__(self) -> str:
        """The number as it is shown."""
        return f"{int(self):0{self.width}}"

    def __reduce__(self) -> tuple[type["Padded"], tuple[float, int]]:
        """How pickle makes it again."""
        return Padded, (float(self), self.width)


def column(letters: str) -> int:
    """A column counted from 0 by its letters."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters(place: int) -> str:
    """A column's name in Excel, `place` counted from 0: A, B … Z, AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


PLACES: Final = {letters(place): place for place in range(MOST_COLUMNS)}


class Strings:
    """The texts that cells share."""

    def __init__(self, parts: Parts, name: str | None) -> None:
        self.texts: list[str] = []
        self._letters, self._length, self._text, self._heard, self._silent = 0, 0, [""], False, 0
        if name is not None and name in parts:
            reading = parser(self._begun)
            reading.EndElementHandler, reading.CharacterDataHandler = self._ended, self._said
            parts.parse(name, reading)

    def _begun(self, tag: str, _said: dict[str, str]) -> None:
        match local(tag):
            case "si":
                self._length, self._text = 0, []
            case "rPh":
                self._silent += 1
            case "t":
                self._heard = not self._silent

    def _said(self, text: str) -> None:
        if self._heard and self._length <= MOST_WRITTEN:  # one letter too many is told where a cell has the text
            self._text.append(text[: MOST_WRITTEN + 1 - self._length])
            self._length += len(text)

    def _ended(self, tag: str) -> None:
        match local(tag):
            case "t":
                self._heard = False
            case "rPh":
                self._silent -= 1
            case "si":
                text = unescaped("".join(self._text))
                self._letters += len(text)
                if len(self.texts) >= MOST_STRINGS or self._letters > MOST_LETTERS:
                    raise Refused("large")
                self.texts.append(text)


def unescaped(text: str) -> str:
    """A text with the letters XML cannot hold, which Excel writes as _x000D_."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def looks(parts: Parts, name: str | None) -> list[int]:
    """How numbers of each style are shown: AS_DAY is a day or time, above 0 in so many digits at least, 0 plainly."""
    formats: dict[str, int] = {}
    styles: list[int] = []
    inside = [False]

    def begun(tag: str, said: dict[str, str]) -> None:
        kind = local(tag)
        if kind == "numFmt":
            formats[said["numFmtId"]] = look(said["formatCode"])
        elif kind == "cellXfs":
            inside[0] = True
        elif kind == "xf" and inside[0]:
            number = said.get("numFmtId", "0")
            styles.append(formats.get(number, AS_DAY if number.isdecimal() and int(number) in DAYS else 0))
            if len(styles) > MOST_ROWS:
                raise Refused("large")

    def ended(tag: str) -> None:
        if local(tag) == "cellXfs":
            raise Enough

    if name is not None and name in parts:
        reading = parser(begun)
        reading.EndElementHandler = ended
        parts.parse(name, reading)
    return styles or [0]


def look(code: str) -> int:
    """How a number format shows numbers: see `looks`."""
    first = code.partition(";")[0]
    if ZEROS.fullmatch(first):
        return len(first)
    first = NO_DATE.sub("", first).lower()
    return AS_DAY if "general" not in first and any(letter in first for letter in "dmyhs") else 0


class Cells:
    """Reads the cells of one sheet and gives each row that has any to `keep`."""

    def __init__(self, texts: list[str], looks: list[int], keep: Callable[[Row], None], *, late: bool) -> None:
        self._texts, self._looks, self._late, self._keep = texts, looks, late, keep
        self._number = self._place = self._cells = self._length = 0
        self._suffix = ""
        self._row: list[Any] = []
        self._inside = self._in_cell = self._heard = self._in_formula = False
        self._formula: list[str] | None = None
        self._silent = 0
        self._kind, self._style, self._text = "", 0, [""]

    def read(self, parts: Parts, name: str) -> None:
        """Read the sheet in a part."""
        reading = parser(self._begun)
        reading.EndElementHandler, reading.CharacterDataHandler = self._ended, self._said
        parts.parse(name, reading)

    def _begun(self, tag: str, said: dict[str, str]) -> None:  # noqa: C901 — one branch a word, for speed
        if ":" in tag:
            tag = local(tag)
        if tag == "v" or tag == "t":  # noqa: PLR1714 — a million times, and this is faster
            self._heard = self._in_cell and not self._silent
        elif tag == "c":
            if self._inside:
                self._begin_cell(said)
        elif tag == "row":
            if self._inside:
                self._begin_row(said.get("r"))
        elif tag == "f":
            if self._in_cell:
                self._in_formula, self._formula = True, ["="]
        elif tag == "rPh":
            self._silent += 1
        elif tag == "sheetData":
            self._inside = True

    def _begin_row(self, said: str | None) -> None:
        number = self._number + 1 if said is None else int(said)
        if number <= self._number:
            raise Refused("row", number)
        self._number, self._suffix, self._place, self._row = number, str(number), -1, []

    def _begin_cell(self, said: dict[str, str]) -> None:
        where = said.get("r")
        if where is None:
            self._place += 1
        else:
            place = PLACES.get(where[: -len(self._suffix)]) if where.endswith(self._suffix) else None
            self._place = place if place is not None else self._far(where)
        self._in_cell, self._kind, self._text, self._length = True, said.get("t", "n"), [], 0
        self._style = int(said.get("s", 0))

    def _far(self, where: str) -> int:
        found = REFERENCE.fullmatch(where)
        if found is None or int(found[2]) != self._number:
            raise Refused("cell", where[:20])
        return column(found[1])

    def _said(self, text: str) -> None:
        if self._heard:
            self._length += len(text)
            if self._length > MOST_WRITTEN:
                raise Refused("text", self._number)
            self._text.append(text)
        elif self._in_formula and self._formula is not None and len(self._formula) <= LONGEST:
            self._formula.append(text)

    def _ended(self, tag: str) -> None:
        if ":" in tag:
            tag = local(tag)
        if tag == "v" or tag == "t":  # noqa: PLR1714 — see above
            self._heard = False
        elif tag == "f":
            self._in_formula = False
        elif tag == "c":
            if self._in_cell and (self._text or self._formula):
                self._end_cell("".join(self._text))
            self._in_cell, self._formula = False, None
        elif tag == "row":
            if self._row:
                self._keep((self._number, self._row))
                self._row = []
        elif tag == "rPh":
            self._silent -= 1
        elif tag == "sheetData":
            raise Enough

    def _end_cell(self, text: str) -> None:
        place, row = self._place, self._row
        value = self._value(text) if text or self._formula is None else Uncalculated("".join(self._formula)[:LONGEST])
        if value == "":
            return
        self._cells += 1
        if place >= MOST_COLUMNS:
            raise Refused("columns", place)
        if self._number > MOST_ROWS:
            raise Refused("rows")
        if self._cells > MOST_CELLS:
            raise Refused("large")
        if place == len(row):
            row.append(value)
        elif place > len(row):
            row.extend([""] * (place - len(row)))
            row.append(value)
        else:
            row[place] = value

    def _value(self, text: str) -> Any:  # noqa: ANN401 — one for each kind of cell
        kind = self._kind
        if kind == "s":
            place = int(text) if text.isdecimal() else -1
            return self._short(self._texts[place]) if 0 <= place < len(self._texts) else Fault(text[:40])
        if kind == "n":
            return self._number_of(text)
        if kind in {"inlineStr", "str"}:
            return self._short(unescaped(text))
        if kind == "b":
            return TRUTH.get(text.strip().lower(), Fault(text[:40]))
        if kind == "d":
            return iso_day(text)
        return Fault(text[:40])

    def _short(self, text: str) -> str:
        if len(text) > LONGEST:
            raise Refused("text", self._number)
        return text

    def _number_of(self, text: str) -> Any:  # noqa: ANN401 — a number, a day or a fault
        try:
            number = float(text)
        except ValueError:
            return Fault(text[:40]) if text.strip() else ""
        if "_" in text or number - number != 0:  # not finite
            return Fault(text[:40])
        shows = self._looks[self._style] if self._style < len(self._looks) else 0
        if shows == AS_DAY:
            return day_of(number, late=self._late)
        return Padded(number, shows) if shows and number >= 0 and number.is_integer() else number


def day_of(number: float, *, late: bool) -> Any:  # noqa: ANN401 — a day, a time, or the number where there is no such day
    """A serial number as a day: counted from 1900 or 1904; what is no day stays a number."""
    if 0 <= number < 1:
        return (datetime(1, 1, 1) + timedelta(seconds=round(number * DAY) % DAY)).time()  # noqa: DTZ001 — see below
    whole = int(number)
    if whole == NO_DAY and not late:
        return "29/02/1900"
    if number < 0 or number >= LAST_DAY - late * LATE:
        return number
    start = datetime(1904, 1, 1) if late else datetime(1899, 12, 31 if whole < NO_DAY else 30)  # noqa: DTZ001 — a spreadsheet knows no zone
    return start + timedelta(days=whole, seconds=round((number - whole) * DAY))


def iso_day(text: str) -> Any:  # noqa: ANN401 — a day or a fault
    """A day as ISO 8601 writes it, which some programs do."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        return Fault(text[:40])
