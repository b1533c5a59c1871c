"""The typefaces of everything printed, and DejaVu Sans for the letters and signs they lack.

Labels and reports are set in Be Vietnam Pro; administrative documents in Tinos, whose letters are as wide as those of
Times New Roman, which Decree 30/2020/NĐ-CP asks for.
"""

import threading
import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

FOLDER: Final = Path(__file__).parent.parent / "web/static/vendor/fonts"
UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"
ELLIPSIS: Final = "…"
PER_EM: Final = 1000


class Face(StrEnum):
    REGULAR = "regular"
    BOLD = "bold"
    SERIF = "serif"
    SERIF_BOLD = "serif_bold"
    SERIF_ITALIC = "serif_italic"
    SERIF_BOLD_ITALIC = "serif_bold_italic"


class Run(NamedTuple):
    """Letters that one font file has; `file` is also the name of the font in PDF."""

    file: str
    text: str


FILES: Final = {
    Face.REGULAR: ("BeVietnamPro-Regular", "DejaVuSans"),
    Face.BOLD: ("BeVietnamPro-Bold", "DejaVuSans-Bold"),
    Face.SERIF: ("Tinos-Regular", "DejaVuSans"),
    Face.SERIF_BOLD: ("Tinos-Bold", "DejaVuSans-Bold"),
    Face.SERIF_ITALIC: ("Tinos-Italic", "DejaVuSans"),
    Face.SERIF_BOLD_ITALIC: ("Tinos-BoldItalic", "DejaVuSans-Bold"),
}
saving: Final = threading.Lock()  # held while a PDF is closed: reportlab cuts its fonts out of files that all share


def path(file: str) -> Path:
    """Where a font file lies."""
    return FOLDER / f"{file}.ttf"


@lru_cache
def font(file: str) -> "TTFont":
    """A font for reportlab, read once (0.1 s for the fallback) and registered under the file's name."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 — 60 ms that no start of the server should pay
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415 — see above

    read = TTFont(file, str(path(file)))
    pdfmetrics.registerFont(read)
    return read


def ready(*faces: Face) -> None:
    """Let reportlab know the fonts of faces, which markup calls by name."""
    for face in faces:
        for file in FILES[face]:
            font(file)


def clean(text: str) -> str:
    """A text as it is set on one line: composed letters, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def runs(text: str, face: Face) -> list[Run]:
    """A text cut where its font changes; letters no font has are replaced by the sign for that."""
    main, fallback = FILES[face]
    known = font(main).face.charToGlyph
    if all(ord(letter) in known for letter in text):
        return [Run(main, text)] if text else []
    spare = font(fallback).face.charToGlyph
    plain = "".join(letter if ord(letter) in known or ord(letter) in spare else UNKNOWN for letter in text)
    cut = groupby(plain, lambda letter: main if ord(letter) in known else fallback)
    return [Run(file, "".join(letters)) for file, letters in cut]


@lru_cache(maxsize=8192)
def em_width(text: str, face: Face) -> float:
    """How wide a text is set, in ems."""
    return sum(_widths(run.file, run.text) for run in runs(text, face)) / PER_EM


def _widths(file: str, text: str) -> float:
    widths = font(file).face.charWidths
    return float(sum(widths[ord(letter)] for letter in text))


def broken(line: str, ems: float, face: Face) -> list[str]:
    """A line broken at its spaces, and words that are too wide within, into lines of a width."""
    found, used, space = [""], 0.0, em_width(" ", face)
    for word in line.split(" "):
        width = em_width(word, face)
        if found[-1] and used + space + width <= ems:
            found[-1], used = f"{found[-1]} {word}", used + space + width
        elif width <= ems:
            found.append(word)
            used = width
        else:
            *whole, rest = _cut(word, ems, face)
            found += [*whole, rest]
            used = em_width(rest, face)
    return [line for line in found if line] or [""]


def _cut(word: str, ems: float, face: Face) -> list[str]:
    """A word that is wider than a line, cut into lines."""
    parts, used = [""], 0.0
    for letter in word:
        width = em_width(letter, face)
        if used + width > ems and parts[-1]:
            parts.append("")
            used = 0.0
        parts[-1], used = parts[-1] + letter, used + width
    return parts
