"""The fixed words of documents, and how their numbers and dates are written.

A document that was issued is set again years later with the same words: these are no messages, and change in no
catalogue. In English the head of the State stays in Vietnamese, as the law gives no other, with English beneath it; and
the document says that it is a rendering.
"""

from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from registry.kernel.i18n import said_day, said_number
from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import Head, Language, Paper, Value

STATE: Final = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO: Final = "Độc lập - Tự do - Hạnh phúc"
STATE_IN_ENGLISH: Final = "SOCIALIST REPUBLIC OF VIET NAM"
MOTTO_IN_ENGLISH: Final = "Independence - Freedom - Happiness"
LANGUAGES: Final = {Language.VIETNAMESE: "vi-VN", Language.ENGLISH: "en-GB"}
TWO_DIGITS: Final = 10
JANUARY_AND_FEBRUARY: Final = (1, 2)


class Words(NamedTuple):
    number: str
    recipients: str
    annex: str
    table: str
    picture: str
    rendering: str


WORDS: Final = {
    Language.VIETNAMESE: Words("Số:", "Nơi nhận:", "Phụ lục", "Bảng", "Hình", ""),
    Language.ENGLISH: Words(
        "No.",
        "Recipients:",
        "Annex",
        "Table",
        "Figure",
        "A rendering in English; the document in Vietnamese is the one that counts.",
    ),
}


def title_of(paper: Paper) -> str:
    """What the file calls itself."""
    return letters(f"{paper.kind} {paper.subject}").replace("\n", " ")


def value_text(value: Value) -> str:
    """A value as it is printed, in the language that is being spoken."""
    match value:
        case None:
            return ""
        case str():
            return value
        case date():
            return str(said_day(value))
        case _:
            return str(said_number(value))


def is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal)


def place_and_day(head: Head, language: Language) -> str:
    """The place and date. In Vietnamese days below 10 and the months 1 and 2 begin with 0 (Decree 30/2020/NĐ-CP)."""
    place = f"{head.place}, " if head.place else ""
    day = head.day
    if language is Language.ENGLISH:
        return f"{place}{day.day} {day:%B %Y}" if day else f"{place}……………… 20……"
    if day is None:
        return f"{place}ngày …… tháng …… năm 20……"
    in_month = f"{day.day:02}" if day.day < TWO_DIGITS else str(day.day)
    month = f"{day.month:02}" if day.month in JANUARY_AND_FEBRUARY else str(day.month)
    return f"{place}ngày {in_month} tháng {month} năm {day.year}"


def number_of(place: int, depth: int) -> str:
    """The number of a section: I. II., within these 1. 2., within these a) b)."""
    match depth:
        case 0:
            return f"{roman(place)}."
        case 1:
            return f"{place}."
        case _:
            return f"{_letter(place)})"


def roman(number: int) -> str:
    """A number in Roman capitals."""
    said = ""
    for value, sign in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        said += sign * (number // value)
        number %= value
    return said


def _letter(place: int) -> str:
    """A letter of the Vietnamese order a, b, c, d, đ, e …; behind the last, numbers."""
    letters = "abcdđeghiklmnopqrstuvxy"
    return letters[place - 1] if place <= len(letters) else str(place)
