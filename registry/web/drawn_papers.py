"""A document as a page draws it: its pieces one after the other, each with what it is."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from registry.kernel.i18n import speaking
from registry.kernel.papers.paper import Block, Facts, Items, Paper, Paragraph, Picture, Section, Table, Text
from registry.kernel.papers.words import is_number, number_of, roman, value_text


class Cell(NamedTuple):
    """A cell of a table; numbers stand at the right, and one with an address leads there."""

    text: str
    number: bool
    href: str = ""


class Piece(NamedTuple):
    """A heading of a `level`, a text, a list, terms with what is said of them, or a table."""

    kind: str
    text: str = ""
    level: int = 0
    items: Sequence[str] = ()
    pairs: Sequence[tuple[str, str]] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    strong: frozenset[int] = frozenset()


class Drawn(NamedTuple):
    """A document with all its pieces and those of its annexes."""

    paper: Paper
    pieces: Sequence[Piece]


def drawn(paper: Paper) -> Drawn:
    """A document for a page, in the document's own language."""
    with speaking(paper.language):
        found = list(_pieces(paper.blocks, 0))
        for place, annex in enumerate(paper.annexes, 1):
            found.append(Piece("heading", f"Phụ lục {roman(place)}. {annex.title}", 1))
            found += _pieces(annex.blocks, 0)
    return Drawn(paper, found)


def _pieces(blocks: Sequence[Block], depth: int) -> Iterator[Piece]:
    numbered = 0
    for block in blocks:
        match block:
            case Section():
                numbered += block.numbered
                yield Piece("heading", f"{number_of(numbered, depth)} {block.title}", depth + 1)
                yield from _pieces(block.blocks, depth + 1)
            case Paragraph():
                yield Piece("text", _text(block.text))
            case Items():
                yield Piece("items", items=[_text(item) for item in block.items])
            case Facts():
                yield Piece("facts", pairs=[(term, value_text(value)) for term, value in block.pairs])
            case Table():
                yield _table(block)
            case Picture():
                yield Piece("text", block.alternative)


def _table(table: Table) -> Piece:
    columns = [f"{column.group}: {column.heading}" if column.group else column.heading for column in table.columns]
    rows = [[Cell(value_text(value), is_number(value)) for value in row] for row in table.rows]
    return Piece("table", table.caption, columns=columns, rows=rows, strong=table.strong)


def _text(text: Text) -> str:
    return text if isinstance(text, str) else "".join(span.text for span in text)
