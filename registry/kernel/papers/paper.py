"""What an administrative document says, without how it looks: plain values, equal when they say the same.

The parts and their order are those of Decree 30/2020/NĐ-CP, annex I. Texts are plain: a line break is a line break, and
letters that cannot be printed are taken out where the document is set.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | int | Decimal | date | None


class Language(StrEnum):
    VIETNAMESE = "vi"
    ENGLISH = "en"


class Align(StrEnum):
    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"
    JUSTIFIED = "both"


class Span(NamedTuple):
    """A part of a text that is set apart."""

    text: str
    bold: bool = False
    italic: bool = False


Text: TypeAlias = str | tuple[Span, ...]


class Paragraph(NamedTuple):
    text: Text
    align: Align = Align.JUSTIFIED


class Items(NamedTuple):
    """A list: each item behind a dash, or behind its number."""

    items: tuple[Text, ...]
    numbered: bool = False


class Facts(NamedTuple):
    """Terms and what is said of each, a line each; numbers and dates are written as the language writes them."""

    pairs: tuple[tuple[str, Value], ...]


class Column(NamedTuple):
    """`share` is the width, as a part of all shares; neighbours of one `group` have that as a heading above theirs."""

    heading: str
    share: float = 1
    align: Align | None = None  # None: numbers to the right, everything else to the left
    group: str = ""


class Table(NamedTuple):
    """Rows under headings that are repeated on each page. `strong` are the places of rows of sums, set in bold."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    caption: str = ""
    strong: frozenset[int] = frozenset()


class Picture(NamedTuple):
    """JPEG, PNG or WebP, at most `width` mm wide; `alternative` says what it shows to who cannot see it."""

    content: bytes
    alternative: str
    caption: str = ""
    width: float = 120


class Section(NamedTuple):
    """A titled part: I. II. III., within these 1. 2. 3., within these a) b) c)."""

    title: str
    blocks: tuple["Block", ...] = ()
    numbered: bool = True


Block: TypeAlias = Paragraph | Items | Facts | Table | Picture | Section


class Head(NamedTuple):
    """Who issues the document, under which number, where and when; without a day there is room to write it by hand."""

    issuer: str
    superior: str = ""
    number: str = ""
    place: str = ""
    day: date | None = None


class Signature(NamedTuple):
    """`authority` in capitals, a line each (`KT. GIÁM ĐỐC`); `note` what is to be done there (`Ký, ghi rõ họ tên`)."""

    authority: str
    name: str = ""
    note: str = ""


class Annex(NamedTuple):
    """An annex on pages of its own; `reference` says beneath its title which document it belongs to."""

    title: str
    blocks: tuple[Block, ...]
    reference: str = ""
    landscape: bool = False


class Paper(NamedTuple):
    """A document. `kind` is what it is (`BIÊN BẢN`), `subject` what it is about; `basis` what it rests on in law.

    With `recipients` the last of the `signatures` stands beside them, at the right; otherwise they share the page.
    """

    head: Head
    kind: str
    subject: str
    blocks: tuple[Block, ...]
    basis: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    language: Language = Language.VIETNAMESE


def tables(paper: Paper) -> list[Table]:
    """All tables of a document and its annexes, in their order."""
    found: list[Table] = []
    waiting: list[Block] = [*paper.blocks, *(block for annex in paper.annexes for block in annex.blocks)][::-1]
    while waiting:
        block = waiting.pop()
        if isinstance(block, Section):
            waiting += block.blocks[::-1]
        elif isinstance(block, Table):
            found.append(block)
    return found
