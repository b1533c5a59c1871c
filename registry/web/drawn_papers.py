"""A document as a page draws it: its chapters, and in each its pieces one after the other, each with what it is."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple

from registry.kernel.i18n import speaking
from registry.kernel.papers.paper import Block, Facts, Items, Paper, Paragraph, Picture, Section, Table, Text
from registry.kernel.papers.words import WORDS, is_number, number_of, roman, value_text

WORDY: Final = 2.0  # the share of a column from which on it holds sentences


class Cell(NamedTuple):
    """A cell of a table; numbers stand at the right, and one with an address leads there."""

    text: str
    number: bool
    href: str = ""


class Piece(NamedTuple):
    """A heading of a `level`, a text, a list, terms with what is said of them, or a table with its number and caption.

    `wordy` are the places of columns that hold sentences.
    """

    kind: str
    text: str = ""
    level: int = 0
    items: Sequence[str] = ()
    pairs: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    strong: frozenset[int] = frozenset()
    wordy: frozenset[int] = frozenset()


class Chapter(NamedTuple):
    """What stands under one heading of the first level, or an annex; what comes before the first has no title."""

    anchor: str
    title: str
    pieces: Sequence[Piece]
    is_annex: bool = False

    @property
    def lines(self) -> int:
        """How many rows its tables have."""
        return sum(len(piece.rows) for piece in self.pieces)


class Drawn(NamedTuple):
    """A document with its chapters and annexes."""

    paper: Paper
    chapters: Sequence[Chapter]


def drawn(paper: Paper) -> Drawn:
    """A document for a page, in the document's own language."""
    with speaking(paper.language):
        words = WORDS[paper.language]
        captions = _Captions(words.table)
        found = list(_chapters(paper.blocks, captions))
        for place, annex in enumerate(paper.annexes, 1):
            title = f"{words.annex} {roman(place)}. {annex.title}"
            found.append(Chapter(f"annex-{place}", title, tuple(_pieces(annex.blocks, 0, captions)), is_annex=True))
    return Drawn(paper, found)


class _Captions:
    """Tables are numbered through the whole document, as its files number them."""

    def __init__(self, word: str) -> None:
        self._word, self._numbers = word, count(1)

    def of(self, caption: str) -> str:
        return f"{self._word} {next(self._numbers)}. {caption}" if caption else ""


def _chapters(blocks: Sequence[Block], captions: _Captions) -> Iterator[Chapter]:
    opening = [block for block in blocks if not isinstance(block, Section)]
    yield Chapter("opening", "", tuple(_pieces(opening, 0, captions)))
    sections = [block for block in blocks if isinstance(block, Section)]
    for place, section in enumerate(sections, 1):
        title = f"{number_of(place, 0)} {section.title}"
        yield Chapter(f"part-{place}", title, tuple(_pieces(section.blocks, 1, captions)))


def _pieces(blocks: Sequence[Block], depth: int, captions: _Captions) -> Iterator[Piece]:
    numbered = 0
    for block in blocks:
        match block:
            case Section():
                numbered += block.numbered
                yield Piece("heading", f"{number_of(numbered, depth)} {block.title}", depth + 1)
                yield from _pieces(block.blocks, depth + 1, captions)
            case Paragraph():
                yield Piece("text", _text(block.text))
            case Items():
                yield Piece("items", items=[_text(item) for item in block.items])
            case Facts():
                yield Piece("facts", pairs=[(term, value_text(value)) for term, value in block.pairs])
            case Table():
                yield _table(block, captions)
            case Picture():
                yield Piece("text", block.alternative)


def _table(table: Table, captions: _Captions) -> Piece:
    columns = [f"{column.group}: {column.heading}" if column.group else column.heading for column in table.columns]
    rows = [[Cell(value_text(value), is_number(value)) for value in row] for row in table.rows]
    wordy = frozenset(place for place, column in enumerate(table.columns) if column.share >= WORDY)
    text = captions.of(table.caption)
    return Piece("table", text, columns=columns, rows=rows, strong=table.strong, wordy=wordy)


def _text(text: Text) -> str:
    return text if isinstance(text, str) else "".join(span.text for span in text)
