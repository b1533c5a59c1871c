"""A document as a run of a few kinds of pieces, each with its look: what DOCX and PDF are both made of.

Sizes and distances are points. The look is that of Decree 30/2020/NĐ-CP, annex I.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import (
    Align,
    Annex,
    Block,
    Column,
    Facts,
    Items,
    Language,
    Paper,
    Paragraph,
    Picture,
    Section,
    Signature,
    Span,
    Table,
    Text,
    Value,
)
from registry.kernel.papers.words import (
    MOTTO,
    MOTTO_IN_ENGLISH,
    STATE,
    STATE_IN_ENGLISH,
    WORDS,
    Words,
    is_number,
    number_of,
    place_and_day,
    roman,
    value_text,
)

MM: Final = 72 / 25.4
PAGE: Final = (210 * MM, 297 * MM)
TOP, BOTTOM, LEFT, RIGHT = 20 * MM, 20 * MM, 30 * MM, 15 * MM
PAGE_NUMBER: Final = 10 * MM  # below the upper edge
BODY, TITLE, SMALL, TINY = 13.0, 14.0, 12.0, 11.0
INDENT: Final = 10 * MM
MOTTO_WIDTH: Final = 159.2  # of the motto in bold Times New Roman at 13 points
HEAD_SHARES: Final = (0.445, 0.555)
SIGNING_ROOM: Final = 62.0
A_ROW: Final = 3  # signatures side by side
BESIDE: Final = 4.0  # what a cell of a table keeps free at its left and right
USUAL, WIDE, BOLDER = 0.53, 0.74, 1.06  # widths of letters in ems
A_DATE: Final = 10  # letters
LONGEST_WORD: Final = 8.0  # ems
LINES_OF_TEXT: Final = 4  # that a cell may have before its column needs to be wider
SOME_WORDS: Final = 10.0  # ems, which is as wide as a column needs to be for its text
CELL_SIZES: Final = ((6, SMALL), (9, TINY), (99, 10.0))  # up to so many columns
SIZES: Final = (*(size for _most, size in CELL_SIZES), 9.0, 8.0)  # the last two where a table would not fit


class Style(NamedTuple):
    """How a paragraph looks; `outline` is its level as a heading, `keep` keeps it on the page of what follows."""

    size: float = BODY
    align: Align = Align.JUSTIFIED
    first: float = 0
    left: float = 0
    before: float = 0
    after: float = 6
    keep: bool = False
    outline: int = 0


class Par(NamedTuple):
    spans: tuple[Span, ...]
    style: Style


class Rule(NamedTuple):
    """A thin line in the middle."""

    width: float


class Side(NamedTuple):
    """Columns without lines, side by side; rows are not split."""

    rows: tuple[tuple[tuple["Par | Rule", ...], ...], ...]
    shares: tuple[float, ...]


class Grid(NamedTuple):
    """A table, with the size of its letters."""

    table: Table
    size: float


class Image(NamedTuple):
    picture: Picture


class NewPage(NamedTuple):
    landscape: bool


Piece: TypeAlias = Par | Rule | Side | Grid | Image | NewPage


def pieces(paper: Paper) -> Iterator[Piece]:
    """All of a document in its order."""
    words = WORDS[paper.language]
    yield _head(paper, words)
    yield from _title(paper, words)
    for line in _ended(paper.basis, last="."):
        yield Par((Span(line, italic=True),), Style(first=INDENT))
    counted = _Counted(words)
    yield from _kept_at_the_end(_blocks(paper.blocks, 0, counted), _signatures(paper, words))
    for place, annex in enumerate(paper.annexes, 1):
        number = roman(place) if len(paper.annexes) > 1 else ""
        yield from _annex(annex, f"{words.annex} {number}".strip(), counted)


def fitted(grid: Grid, width: float) -> Grid:
    """A table in the largest letters, of its own or less, in which every column has what it needs of a width."""
    needs = _needs(grid.table)
    free = width - 2 * BESIDE * len(needs)
    sizes = [size for size in SIZES if size <= grid.size]
    return grid._replace(size=next((size for size in sizes if sum(needs) * size <= free), sizes[-1]))


def columns_of(grid: Grid, width: float) -> list[float]:
    """The widths of a table's columns: by their shares, but none so narrow that a word of it must be broken."""
    columns, size = grid.table.columns, grid.size
    needed = [ems * size + 2 * BESIDE for ems in _needs(grid.table)]
    if sum(needed) >= width:
        return [width * one / sum(needed) for one in needed]
    return _shared([column.share for column in columns], needed, width)


def _needs(table: Table) -> list[float]:
    """What each column needs, in ems, about: its longest word or number, and some words of a longer text in a line."""
    least = [_longest((column.heading,)) * BOLDER for column in table.columns]
    for row in table.rows:
        for place, value in enumerate(row):
            if isinstance(value, str) and len(value) * WIDE <= least[place]:
                continue
            least[place] = max(least[place], _unbroken(value))
    return least


def _shared(shares: Sequence[float], needed: Sequence[float], width: float) -> list[float]:
    """A width shared out; who would get less than needed gets that, and the others share the rest."""
    narrow: set[int] = set()
    while True:
        rest = width - sum(needed[place] for place in narrow)
        whole = sum(share for place, share in enumerate(shares) if place not in narrow)
        found = [needed[place] if place in narrow else rest * share / whole for place, share in enumerate(shares)]
        fewer = {place for place, one in enumerate(found) if one < needed[place] and place not in narrow}
        if not fewer:
            return found
        narrow |= fewer


def _unbroken(value: Value) -> float:
    """The width of what of a value should stay on one line, in ems, about; numbers are in groups of three."""
    match value:
        case None:
            return 0
        case str():
            return max(_longest((value,)), min(len(value) * USUAL / LINES_OF_TEXT, SOME_WORDS))
        case date():
            return A_DATE * USUAL
        case _:
            plain = str(value)
            return (len(plain) + (len(plain.partition(".")[0]) - 1) // 3) * USUAL


def _longest(texts: Iterable[str]) -> float:
    """The longest word, in ems, about; what is longer than a number or a name can be is broken anyway."""
    words = (word for text in texts for word in text.split())
    return max((min(sum(_about(letter) for letter in word), LONGEST_WORD) for word in words), default=0.0)


def _about(letter: str) -> float:
    return WIDE if letter.isupper() else USUAL


def align_of(value: Value, column: Column) -> Align:
    """Numbers stand at the right, one under the other."""
    return column.align or (Align.RIGHT if is_number(value) else Align.LEFT)


def groups_of(table: Table) -> list[tuple[str, int]]:
    """The upper row of headings: each text and over how many columns; empty where no column has one."""
    found: list[tuple[str, int]] = []
    if not any(column.group for column in table.columns):
        return found
    for column in table.columns:
        if column.group and found and found[-1][0] == column.group:
            found[-1] = (column.group, found[-1][1] + 1)
        else:
            found.append((column.group, 1))
    return found


def text_width(*, landscape: bool) -> float:
    return PAGE[1 if landscape else 0] - LEFT - RIGHT


class _Counted:
    """Captions are numbered through the whole document."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._found = {words.table: 0, words.picture: 0}

    def table(self, caption: str) -> str:
        return self._next(self._words.table, caption)

    def picture(self, caption: str) -> str:
        return self._next(self._words.picture, caption)

    def _next(self, kind: str, caption: str) -> str:
        self._found[kind] += 1
        return f"{kind} {self._found[kind]}. {caption}"


def _head(paper: Paper, words: Words) -> Side:
    head = paper.head
    middle = Style(align=Align.CENTRE, after=0)
    small = middle._replace(size=SMALL)
    left: list[Par | Rule] = [_par(head.superior.upper(), small)] if head.superior else []
    left += [_par(head.issuer.upper(), small, bold=True), Rule(text_width(landscape=False) * HEAD_SHARES[0] / 3)]
    right: list[Par | Rule] = [
        _par(STATE, small, bold=True),
        _par(MOTTO, middle, bold=True),
        Rule(MOTTO_WIDTH),
    ]
    if paper.language is Language.ENGLISH:
        right[-1:] = [
            _par(STATE_IN_ENGLISH, middle._replace(size=TINY)),
            _par(MOTTO_IN_ENGLISH, middle._replace(size=TINY)),
            Rule(MOTTO_WIDTH),
        ]
    below = middle._replace(before=4)
    number = [_par(f"{words.number} {head.number}", below)] if head.number else []
    day = _par(place_and_day(head, paper.language), below, italic=True)
    return Side(((tuple(left), tuple(right)), (tuple(number), (day,))), HEAD_SHARES)


def _title(paper: Paper, words: Words) -> Iterator[Piece]:
    middle = Style(TITLE, Align.CENTRE, after=0, keep=True)
    yield _par(paper.kind.upper(), middle._replace(before=16), bold=True)
    yield _par(paper.subject, middle, bold=True)
    yield Rule(text_width(landscape=False) / 4)
    if words.rendering:
        yield _par(words.rendering, middle._replace(size=TINY, keep=False, after=6), italic=True)


def _blocks(blocks: Sequence[Block], depth: int, counted: _Counted) -> Iterator[Piece]:
    numbered = 0
    for block in blocks:
        if not isinstance(block, Section):
            yield from _block(block, counted)
            continue
        numbered += block.numbered
        title = f"{number_of(numbered, depth)} {block.title}" if block.numbered else block.title
        style = Style(first=INDENT, before=6, keep=True, outline=depth + 1, align=Align.LEFT)
        yield _par(title, style, bold=True, italic=depth > 1)
        yield from _blocks(block.blocks, depth + 1, counted)


def _block(block: Paragraph | Items | Facts | Table | Picture, counted: _Counted) -> Iterator[Piece]:
    match block:
        case Paragraph():
            first = INDENT if block.align is Align.JUSTIFIED else 0
            yield Par(_spans(block.text), Style(align=block.align, first=first))
        case Items():
            for place, item in enumerate(block.items, 1):
                sign = f"{place}. " if block.numbered else "- "
                yield Par((Span(sign), *_spans(item)), Style(first=INDENT))
        case Facts():
            for term, value in block.pairs:
                yield _par(f"{term}: {value_text(value)}", Style(first=INDENT, after=4, align=Align.LEFT))
        case Table():
            if block.caption:
                caption = Style(SMALL, Align.CENTRE, before=4, after=4, keep=True)
                yield _par(counted.table(block.caption), caption, italic=True)
            yield Grid(block, next(size for most, size in CELL_SIZES if len(block.columns) <= most))
        case Picture():
            yield Image(block)
            if block.caption:
                yield _par(counted.picture(block.caption), Style(SMALL, Align.CENTRE), italic=True)


def _signatures(paper: Paper, words: Words) -> Iterator[Piece]:
    alone = paper.signatures[:-1] if paper.recipients else paper.signatures
    for start in range(0, len(alone), A_ROW):
        row = alone[start : start + A_ROW]
        yield Side((tuple(map(_authority, row)), tuple(map(_name, row))), (1,) * len(row))
    if paper.recipients:
        told = Style(TINY, Align.LEFT, after=0)
        left = [_par(words.recipients, told._replace(size=SMALL, before=8), bold=True, italic=True)]
        left += [_par(f"- {line}", told) for line in _ended(paper.recipients, last=".")]
        right = [*_authority(paper.signatures[-1]), *_name(paper.signatures[-1])] if paper.signatures else []
        yield Side(((tuple(left), tuple(right)),), (0.45, 0.55))


def _authority(signed: Signature) -> tuple[Par, ...]:
    middle = Style(align=Align.CENTRE, after=0, keep=True)
    said = [_par(signed.authority, middle._replace(before=8), bold=True)]
    if signed.note:
        said.append(_par(f"({signed.note})", middle._replace(size=SMALL), italic=True))
    return tuple(said)


def _name(signed: Signature) -> tuple[Par, ...]:
    """The name beneath the room for a signature."""
    return (_par(signed.name, Style(align=Align.CENTRE, before=SIGNING_ROOM, after=0), bold=True),)


def _kept_at_the_end(text: Iterable[Piece], signed: Iterable[Piece]) -> Iterator[Piece]:
    """No page has signatures alone: the last paragraph goes with them."""
    last: Piece | None = None
    for piece in text:
        if last is not None:
            yield last
        last = piece
    if isinstance(last, Par):
        last = last._replace(style=last.style._replace(keep=True))
    if last is not None:
        yield last
    yield from signed


def _annex(annex: Annex, number: str, counted: _Counted) -> Iterator[Piece]:
    middle = Style(TITLE, Align.CENTRE, after=0, keep=True)
    yield NewPage(annex.landscape)
    yield _par(number, middle._replace(outline=1), bold=True)
    yield _par(annex.title.upper(), middle, bold=True)
    if annex.reference:
        yield _par(f"({annex.reference})", middle._replace(size=BODY), italic=True)
    yield Rule(text_width(landscape=annex.landscape) / 4)
    yield from _blocks(annex.blocks, 0, counted)


def _par(text: str, style: Style, *, bold: bool = False, italic: bool = False) -> Par:
    return Par((Span(letters(text), bold, italic),), style)


def _spans(text: Text) -> tuple[Span, ...]:
    """A text in its parts; a space between two of them belongs to the text, and is kept."""
    if isinstance(text, str):
        return (Span(letters(text)),)
    return tuple(span._replace(text=_within(span.text)) for span in text)


def _within(text: str) -> str:
    inner = letters(text)
    return f"{' ' * text.startswith(' ')}{inner}{' ' * (text.endswith(' ') and bool(inner))}"


def _ended(lines: Sequence[str], *, last: str) -> list[str]:
    """Lines of a list: a semicolon behind each, and behind the last what ends them all."""
    plain = [letters(line).rstrip(";., ") for line in lines]
    return [f"{line}{last if place == len(plain) else ';'}" for place, line in enumerate(plain, 1)]
