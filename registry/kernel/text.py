"""Text as people type it: folded for search, refused when it hides control characters."""

import json
import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

_STROKES = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "ø": "o", "ł": "l"})
LONGEST_FRACTION = 20
SHOWN = 60
NONE_SAID = frozenset(
    {
        *("n a", "na", "none", "no", "nil", "null", "unknown", "without", "not available", "not applicable"),
        *("khong", "khong co", "khong co so", "ko", "ko co", "k co", "chua co", "chua ro", "khong ro"),
        *("kxd", "kxd duoc", "khong xac dinh", "khong xac dinh duoc", "khong doc duoc"),
    }
)
INVISIBLE = r"\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # widths and directions
_UNSEEN = re.compile(f"[{INVISIBLE}]")
_WORD = re.compile(r"[^\W_]+")
_ALLOWED_CONTROLS = frozenset("\n\r\t")


def fold(text: str) -> str:
    """Lower-case letters and digits without accents, single-spaced: `Đồng hồ nước` → `dong ho nuoc`."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFD", visible(text).casefold().translate(_STROKES))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def visible(text: str) -> str:
    """A text without the letters that nobody sees, such as a zero-width space that was pasted along."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def search_text(*parts: str | None) -> str:
    """The folded text of a thing that a search box looks in."""
    return fold(" ".join(part for part in parts if part))


@lru_cache(maxsize=20_000)
def words_of(text: str) -> tuple[str, ...]:
    """The folded words of a text, runs of letters and digits: `DWT-2041 (7,00)` is `dwt`, `2041`, `7` and `00`."""
    return tuple(_WORD.findall(fold(text)))


def word_text(parts: Iterable[str | None], numbers: Iterable[str | None], *, most: int) -> str:
    """Words with a space before and behind each, so that the beginning of a short one can be looked for.

    A number is found without what parts it, too: `DWT-2041` also as `dwt2041`.
    """
    said = [word for part in parts if part for word in words_of(part)]
    closed = ("".join(words_of(number)) for number in numbers if number)
    return f" {' '.join(dict.fromkeys((*said, *closed)))}"[: most - 1] + " "


def same_code(code: str, taken: Iterable[str]) -> str | None:
    """The first of some codes that differs from a code at most in the case of its letters."""
    folded = code.casefold()
    return next((held for held in taken if held.casefold() == folded), None)


def like_pattern(typed: str) -> str:
    """A LIKE pattern (its escape character is the backslash) that finds what was typed anywhere in a folded text."""
    return f"%{escaped(fold(typed))}%"


def escaped(text: str) -> str:
    """A text whose every character LIKE takes as it stands; the escape character is the backslash."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def says_none(text: str) -> bool:
    """Whether what was written where a number belongs says that there is none: `N/A`, `không có`, `-`."""
    said = " ".join(words_of(text))
    return not said or said in NONE_SAID


def digits(number: Decimal) -> str:
    """A decimal with the digits it arrived with, without an exponent as long as that stays readable."""
    text = str(number)
    if "E" not in text:
        return text
    exponent = number.as_tuple().exponent
    plain = isinstance(exponent, int) and exponent <= 0 and number.adjusted() >= -LONGEST_FRACTION
    return f"{number:f}" if plain else text


def is_whole(text: str) -> bool:
    """Whether a text can be sent and stored at all: JSON can say half of a pair of surrogates, which no UTF-8 can."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def is_printable(text: str) -> bool:
    """Whether a text holds only characters that can be stored and shown: no NUL, control or half surrogate."""
    return text.isprintable() or all(
        letter in _ALLOWED_CONTROLS or unicodedata.category(letter) not in {"Cc", "Cs"} for letter in text
    )


def shown(value: object) -> str:
    """A value as it is repeated in a message: short and printable, and as JSON spells what is no text."""
    said = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, bool | list | dict) else str(value)
    text = "".join(letter if is_printable(letter) and letter >= " " else "�" for letter in said)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
