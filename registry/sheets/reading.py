"""Cells as the API's words: what Excel and people make of dates, numbers and choices is understood, not guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.i18n import _, said_value
from registry.kernel.schema import DECIMAL
from registry.kernel.text import digits, fold, shown
from registry.sheets.cells import LATE, Fault, Padded, Uncalculated
from registry.sheets.columns import ASIDE, Column, Reading
from registry.sheets.numbers import Style, plainly
from registry.sheets.tables import Cell
from registry.sheets.workbooks import LateSerial

SERIAL_ZERO: Final = date(
    1899, 12, 30
)  # Excel's 1900 was a leap year; from March on its day 60 is 31 December 1899 + 59
SERIALS: Final = range(61, 109_574)  # up to 31 December 2199
YEARS: Final = range(1900, 2200)
DASHES: Final = frozenset("-–—")
FORMULA: Final = (
    "=+\\-@\uff1d\uff0b\uff0d\uff20"  # what spreadsheets take for the beginning of a formula, also in full width
)
QUOTED: Final = re.compile(rf"'(?: *[{FORMULA}]|[#\t\r\n'–—])")
RISKY: Final = re.compile(rf" *[{FORMULA}]|[\t\r\n]")
SPLIT: Final = re.compile(rf"([;\t\r\n] *)('*[{FORMULA}])")
SPLIT_QUOTED: Final = re.compile(rf"([;\t\r\n] *)'('*[{FORMULA}])")
ERRORS: Final = re.compile(
    r"#(?:N/A(?: N/A)?|DIV/0!|REF!|NAME\?|NULL!|NUM!|VALUE!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)"
)
DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})(?:[ T][0-9:.]+)?")
YEAR_FIRST: Final = re.compile(r"([0-9]{4})[/.\-]([0-9]{1,2})[/.\-]([0-9]{1,2})(?:[ T][0-9:.]+)?")
ASIDES: Final = re.compile(r"\(([^)]*)\)")
OFTEN: Final = re.compile(r"([0-9]{1,5})(?:[.,]0+)?(?: ?([a-z]+))?(?: ?/ ?(?:1 )?lan| (?:1|mot) lan)?\.?")
TIMES: Final = re.compile(r"([1-9][0-9]?) lan(?: ?/ ?| (?:moi |mot )?)(?:1 )?(nam|thang)")
MONTHS_IN: Final = {"nam": 12, "thang": 1}
UNITS: Final = {
    IntervalUnit.DAYS: ("ngay", "day", "days", "d"),
    IntervalUnit.WEEKS: ("tuan", "week", "weeks", "w"),
    IntervalUnit.MONTHS: ("thang", "month", "months", "m"),
    IntervalUnit.YEARS: ("nam", "year", "years", "y"),
}
EACH: Final = {
    **dict.fromkeys(("hang nam", "moi nam", "nam mot lan", "yearly", "annual", "annually", "every year"), 12),
    **dict.fromkeys(("hang quy", "moi quy", "quarterly", "every quarter"), 3),
    **dict.fromkeys(("hang thang", "moi thang", "monthly", "every month"), 1),
}
EXCEL_DIGITS: Final = 15
EXAMPLE: Final = Decimal("12.50")
FEW: Final = 10
BEFORE_NAME: Final = " – "


class Cleared(Enum):
    """A cell that says that its field shall be empty; an empty cell leaves what is there."""

    CLEARED = "cleared"


CLEARED: Final = Cleared.CLEARED


class Misread(Exception):
    """A cell that cannot be what its column wants; the message names its value and the remedy."""


@dataclass(frozen=True)
class Known:
    """Codes by folded codes and names, as of organisations; those one may choose; names that several have."""

    codes: Mapping[str, str]
    offered: Sequence[str] = ()
    shared: frozenset[str] = field(default=frozenset())

    def code(self, text: str) -> str:
        """The code that is meant by a code, a name, or both as the template offers them. Raises Misread."""
        for said in (text, text.partition(BEFORE_NAME)[0]):
            code = self.codes.get(fold(said))
            if code is not None:
                return code
        raise Misread(self.ambiguous(text) if fold(text) in self.shared else self.strange(text))

    def ambiguous(self, text: str) -> str:
        """What is said to a name that several have."""
        return _("More than one organisation is called “%(value)s”; write its code.", value=shown(text))

    def strange(self, text: str) -> str:
        """What is said to a name that nobody has."""
        if 0 < len(self.offered) <= FEW:
            codes = ", ".join(self.offered)
            return _("There is no organisation “%(value)s”; write one of: %(codes)s.", value=shown(text), codes=codes)
        return _("There is no organisation “%(value)s”; choose one from the template's list.", value=shown(text))


class Reader:
    """Reads the cells of one file.

    `style` is how it writes numbers, `known` the codes that columns may name by the keys of these, `tag_length` how
    long tags are.
    """

    def __init__(self, style: Style, known: Mapping[str, Known], tag_length: int) -> None:
        self._style, self._known, self._tag_length = style, known, tag_length

    def value(self, column: Column, cell: Cell) -> Any:  # noqa: ANN401 — text, a whole number, CLEARED or None
        """What a cell says, None for nothing. Raises Misread."""
        if cell == "":
            return None
        if isinstance(cell, Uncalculated):
            raise Misread(_uncalculated())
        if isinstance(cell, Fault) or (isinstance(cell, str) and ERRORS.fullmatch(cell.strip())):
            raise Misread(_faulty(cell))
        if isinstance(cell, bool):
            cell = str(cell).upper()
        return self._read(column, cell)

    def _read(self, column: Column, cell: Cell) -> object:  # noqa: PLR0911 — one for each way of reading
        if isinstance(cell, str):
            cell = cell.strip()
            if not cell:
                return None
            if cell in DASHES:
                return CLEARED
            cell = unquoted(cell)
        match column.reading:
            case Reading.NUMBER:
                return _number(cell, self._style)
            case Reading.DAY:
                return _day(cell)
            case Reading.MONTHS:
                return _months(cell)
            case Reading.CHOICE:
                return _choice(column, cell)
            case Reading.CODE:
                return self._known[column.key].code(_text(cell))
            case Reading.TAG:
                text = _text(cell)
                return text.zfill(self._tag_length) if isinstance(cell, float) else text
            case _:
                return _text(cell)


def unquoted(text: str) -> str:
    """A text without the apostrophes that keep spreadsheets from calculating it."""
    text = text[1:] if QUOTED.match(text) else text
    return SPLIT_QUOTED.sub(r"\1\2", text) if "'" in text else text


def quoted(text: str, *, calculates: bool) -> str:
    """A text that reads back as it is: `unquoted` undoes this. `calculates`: where it goes, `=1+1` would be run.

    Also behind a separator: a spreadsheet may divide the file there, whatever stands around it.
    """
    text = (SPLIT if calculates else SPLIT_QUOTED).sub(r"\1'\2" if calculates else r"\1''\2", text)
    risky = calculates and (RISKY.match(text) or ERRORS.fullmatch(text.strip()))
    return f"'{text}" if risky or text in DASHES or QUOTED.match(text) else text


def _number(cell: Cell, style: Style) -> str:
    """A decimal with a dot and its digits. Raises Misread."""
    if isinstance(cell, float):
        return digits(exact(cell))
    if not isinstance(cell, str):
        raise Misread(_became_date(cell))
    text = plainly(cell)
    said = style.plain(text)
    if said is None:
        raise Misread(_two_ways(text, style))
    if not DECIMAL.fullmatch(said):
        example = said_value(EXAMPLE)
        raise Misread(
            _(
                "“%(value)s” is not a decimal number; write one such as %(example)s.",
                value=shown(cell),
                example=example,
            )
        )
    return said


def _two_ways(text: str, style: Style) -> str:
    """What is said of a number that nothing settles: both readings, and how each is written so that it is read."""
    sign = style.point or said_value(EXAMPLE).strip("0123456789")
    whole, point = text.replace(",", "").replace(".", ""), text.replace(",", ".").replace(".", sign)
    if style.point:
        return _(
            "“%(value)s” can be read two ways; write %(whole)s or %(point)s.", value=text, whole=whole, point=point
        )
    said = {"value": text, "whole": whole, "point": point, "longer": f"{point}0"}
    if style.points:
        return _(
            "“%(value)s” can be read as %(whole)s or as %(point)s, as this file writes decimals both with a comma and "
            "with a dot; write %(whole)s or %(longer)s.",
            **said,
        )
    return _(
        "“%(value)s” can be read as %(whole)s or as %(point)s, and no other number of this file says which; write "
        "%(whole)s or %(longer)s.",
        **said,
    )


def said_cell(cell: Cell) -> str:
    """What stands in a cell as a message repeats it: a number as the language writes it, without the .0 it got."""
    return said_value(exact(cell)) if isinstance(cell, float) and not isinstance(cell, Padded) else shown(cell)


def exact(cell: float) -> Decimal:
    """A number of Excel, which has 15 digits that mean something."""
    return Decimal(f"{cell:.{EXCEL_DIGITS}g}") + 0


def _text(cell: Cell) -> str:
    """Text as it is; a number as people typed or see it, without the .0 it got; a date cannot be told back."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        if abs(cell) >= 10**EXCEL_DIGITS:
            _refuse_lost(cell)
        return str(cell) if isinstance(cell, Padded) else digits(exact(cell))
    raise Misread(_became_date(cell))


def _refuse_lost(cell: float) -> None:
    raise Misread(
        _(
            "Excel made the number %(value)s of this and lost digits; format the column as text and type it again.",
            value=shown(f"{cell:.6g}"),
        )
    )


def _faulty(cell: Cell) -> str:
    return _(
        "The cell holds “%(value)s”, which is an error of the spreadsheet and no value; type the value, or empty it.",
        value=shown(cell),
    )


def _became_date(cell: Cell) -> str:
    return _(
        "Excel made the date %(value)s of this; format the column as text and type it again.",
        value=shown(str(cell)[:10]),
    )


def _uncalculated() -> str:
    return _(
        "This cell holds a formula without a stored value; open the file in Excel and save it, or paste the values."
    )


def _day(cell: Cell) -> str:
    """A day as the API writes it. Raises Misread for what is no day, in the words of sheets."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    text = digits(exact(cell)) if isinstance(cell, float) else str(cell)
    if text.isdecimal() and int(text) in YEARS:
        raise Misread(_("“%(value)s” is only a year; write the whole date, such as 31/01/%(value)s.", value=text))
    whole = text.partition(".")[0]
    serial = int(whole) + LATE * isinstance(cell, LateSerial) if whole.isdecimal() else 0
    if serial in SERIALS:
        return (SERIAL_ZERO + timedelta(days=serial)).isoformat()
    if match := DAY_FIRST.fullmatch(text):
        return _existing(text, match[3], match[2], match[1])
    if match := YEAR_FIRST.fullmatch(text):
        return _existing(text, match[1], match[2], match[3])
    why = _("“%(value)s” is not a date; write day/month/year, such as 31/01/2026, or 2026-01-31.", value=shown(text))
    raise Misread(why)


def _existing(text: str, year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        message = _(
            "There is no day “%(value)s” in the calendar; write day/month/year, such as 31/01/2026, or 2026-01-31.",
            value=shown(text),
        )
        raise Misread(message) from None


def _months(cell: Cell) -> object:
    """A number of months, an interval in another unit, or what is neither, as it stands there."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    said = fold(str(cell))
    if said in EACH:
        return EACH[said]
    times = TIMES.fullmatch(said)
    if times is not None and MONTHS_IN[times[2]] % int(times[1]) == 0:
        return MONTHS_IN[times[2]] // int(times[1])
    match = OFTEN.fullmatch(said)
    if match is None:
        return _no_interval(cell)
    unit = next((unit for unit, words in UNITS.items() if match[2] in words), None if match[2] else IntervalUnit.MONTHS)
    if unit is None:
        return _no_interval(cell)
    return int(match[1]) if unit is IntervalUnit.MONTHS else Interval(int(match[1]), unit)


def _no_interval(cell: Cell) -> object:
    """What is no interval: a number as it stands, which its field refuses. Raises Misread for words."""
    if isinstance(cell, str) and any(letter.isalpha() for letter in cell):
        why = _(
            "“%(value)s” is not understood; write how many months, such as 12, or with the unit, such as 90 days.",
            value=shown(cell),
        )
        raise Misread(why)
    return str(cell)


def often(interval: Interval, locale: str) -> int | str:
    """An interval as a cell says it and is read again: the number of months, or days and weeks in words."""
    if interval.months is not None:
        return interval.months
    words = ("ngày", "tuần") if locale == "vi" else ("days", "weeks")
    return f"{interval.number} {words[interval.unit is IntervalUnit.WEEKS]}"


def _choice(column: Column, cell: Cell) -> str:
    said = fold(str(cell))
    for value, vi, en in column.choices:
        if said in {value, fold(vi), fold(en)} or said in {
            fold(one) for one in (ASIDE.sub(" ", vi), *ASIDES.findall(vi))
        }:
            return value
    for word, value in column.synonyms:
        if said == fold(word):
            return value
    words = "; ".join(f"{vi} / {en}" for _value, vi, en in column.choices)
    raise Misread(_("“%(value)s” is not one of: %(choices)s.", value=said_cell(cell), choices=words))
