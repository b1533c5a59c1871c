"""A document as DOCX (ECMA-376, transitional), written as a stream: no program, no address elsewhere, no chance in it.

Written here, as libraries cost more than it does: python-docx takes the square of a table's rows in time (1,500 rows
2.0 s, here 0.15 s), docxtpl holds a document several times (5,000 rows 90 MB, here less than one). The tests read every
part back with python-docx; `make bench BENCH=papers` measures it.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Final
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from registry.kernel.i18n import speaking
from registry.kernel.papers import docx_parts
from registry.kernel.papers.flow import (
    BODY,
    Grid,
    Image,
    NewPage,
    Par,
    Piece,
    Rule,
    Side,
    Style,
    align_of,
    columns_of,
    fitted,
    groups_of,
    pieces,
    text_width,
)
from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import Align, Column, Paper, Span
from registry.kernel.papers.pictures import Drawn, drawn
from registry.kernel.papers.words import value_text

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EMU: Final = 12_700  # in a point
RULE_HEIGHT: Final = 2
TALLEST: Final = 400  # points; a row that may be taller is not held together, as it would be cut off
AREA: Final = 0.6  # of the square of its size, which a letter takes, about
LONG_BEFORE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time an archive can name


def document(paper: Paper) -> bytes:
    """The file; the same document is the same bytes."""
    stream = BytesIO()
    with speaking(paper.language), ZipFile(stream, "w") as archive:
        for name, text in docx_parts.fixed(paper).items():
            _put(archive, name, text.encode())
        writer = Body()
        with archive.open(_entry("word/document.xml"), "w") as body:
            _stream(body, writer.parts(pieces(paper)))
        for name, content in writer.pictures.items():
            _put(archive, f"word/{name}", content)
        relations = docx_parts.relations(writer.pictures)
        _put(archive, "word/_rels/document.xml.rels", relations.encode())
    return stream.getvalue()


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, LONG_BEFORE)
    entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 0, 0
    return entry


def _put(archive: ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_entry(name), content)


def _stream(file: IO[bytes], parts: Iterable[str]) -> None:
    for part in parts:
        file.write(part.encode())


class Body:
    """The body, piece by piece; the pictures it shows are collected under their names."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self._landscape = False
        self._sections = 0

    def parts(self, found: Iterable[Piece]) -> Iterator[str]:
        yield docx_parts.DOCUMENT_BEGINS
        for piece in found:
            match piece:
                case Par():
                    yield par(piece)
                case Rule():
                    yield rule(piece.width, text_width(landscape=self._landscape))
                case Side():
                    yield side(piece)
                case Grid():
                    yield from grid(piece, text_width(landscape=self._landscape))
                case Image():
                    yield self._image(piece)
                case NewPage():
                    yield f"<w:p><w:pPr>{SMALLEST}{self._section()}</w:pPr></w:p>"
                    self._landscape = piece.landscape
        yield f"{self._section()}</w:body></w:document>"

    def _section(self) -> str:
        self._sections += 1
        return docx_parts.section(landscape=self._landscape, first=self._sections == 1)

    def _image(self, image: Image) -> str:
        shown = drawn(image.picture)
        name = f"media/picture{len(self.pictures) + 1}.{shown.suffix}"
        self.pictures[name] = shown.content
        return _drawing(shown, letters(image.picture.alternative), len(self.pictures))


SMALLEST: Final = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
APART: Final = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>'


def par(piece: Par) -> str:
    """A paragraph. The order of properties is that of the standard's schema."""
    style = piece.style
    heading = f'<w:pStyle w:val="Heading{style.outline}"/>' if style.outline else ""
    keep = "<w:keepNext/>" if style.keep else ""
    first = f' w:firstLine="{_twips(style.first)}"' if style.first else ""
    indent = f'<w:ind w:left="{_twips(style.left)}"{first}/>' if first or style.left else ""
    space = f'<w:spacing w:before="{_twips(style.before)}" w:after="{_twips(style.after)}"/>'
    look = f'{heading}{keep}{space}{indent}<w:jc w:val="{style.align}"/>'
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(_run(span, style.size) for span in piece.spans)}</w:p>"


def _run(span: Span, size: float) -> str:
    look = "<w:b/><w:bCs/>" * span.bold + "<w:i/><w:iCs/>" * span.italic
    if size != BODY:
        look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{_letters(span.text)}</w:r>"


def _letters(text: str) -> str:
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return "<w:br/>".join(lines)


def rule(width: float, room: float) -> str:
    """A line in the middle: the lower border of an empty paragraph that is indented on both sides."""
    beside = _twips(max(room - width, 0) / 2)
    border = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="auto"/></w:pBdr>'
    space = f'<w:spacing w:before="0" w:after="120" w:line="{_twips(RULE_HEIGHT)}" w:lineRule="exact"/>'
    return f'<w:p><w:pPr>{border}{space}<w:ind w:left="{beside}" w:right="{beside}"/></w:pPr></w:p>'


def side(piece: Side) -> str:
    """Columns without lines: a table that has none."""
    room = text_width(landscape=False)
    widths = [room * share / sum(piece.shares) for share in piece.shares]
    rows = []
    for row in piece.rows:
        cells = [_column(cell, width) for cell, width in zip(row, widths, strict=True)]
        tall = max(_height(cell, width) for cell, width in zip(row, widths, strict=True))
        rows.append(_row(cells, tall))
    return f"{_table_begins(widths, 'Beside')}{''.join(rows)}</w:tbl>{APART}"


def _height(cell: tuple[Par | Rule, ...], width: float) -> float:
    pars = [one for one in cell if isinstance(one, Par)]
    texts = (_tall(sum(len(span.text) for span in one.spans), width, one.style.size) for one in pars)
    return sum(texts) + sum(one.style.before + one.style.size for one in pars)


def _tall(count: int, width: float, size: float) -> float:
    """How tall a text is set in a width, about."""
    return count * AREA * size * size / width


def _column(cell: tuple[Par | Rule, ...], width: float) -> str:
    inner = (par(one) if isinstance(one, Par) else rule(one.width, width) for one in cell)
    return f"<w:tc>{_cell_width(width)}{''.join(inner) or '<w:p/>'}</w:tc>"


def grid(piece: Grid, room: float) -> Iterator[str]:
    """A table with lines, row by row."""
    piece = fitted(piece, room)
    table, widths = piece.table, columns_of(piece, room)
    caption = f'<w:tblCaption w:val="{_attribute(table.caption)}"/>' if table.caption else ""
    yield _table_begins(widths, "Lines", caption)
    yield from _headings(piece, widths)
    look = f"Cell{piece.size:.0f}"
    for place, row in enumerate(table.rows):
        strong = place in table.strong
        texts = [letters(value_text(value)) for value in row]
        aligned = map(align_of, row, table.columns)
        cells = [
            _cell(text, align, width, look, strong=strong)
            for text, align, width in zip(texts, aligned, widths, strict=True)
        ]
        yield _row(cells, _tallest(texts, widths, piece.size))
    yield f"</w:tbl>{APART}"


def _tallest(texts: Iterable[str], widths: list[float], size: float) -> float:
    return max(_tall(len(text), width, size) for text, width in zip(texts, widths, strict=True))


def _row(cells: list[str], tall: float, *, heads: bool = False) -> str:
    """A row that stays on one page; headings are on each."""
    look = "<w:cantSplit/>" + "<w:tblHeader/>" * heads if tall <= TALLEST else ""
    return f"<w:tr><w:trPr>{look}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, align: Align, width: float, look: str, *, strong: bool) -> str:
    jc = "" if align is Align.LEFT else f'<w:jc w:val="{align}"/>'
    bold = "<w:rPr><w:b/></w:rPr>" if strong else ""
    run = f"<w:r>{bold}{_letters(text)}</w:r>" if text else ""
    return f'<w:tc>{_cell_width(width)}<w:p><w:pPr><w:pStyle w:val="{look}"/>{jc}</w:pPr>{run}</w:p></w:tc>'


def _headings(piece: Grid, widths: list[float]) -> Iterator[str]:
    """The rows of headings, repeated on each page; a heading without a group reaches over both."""
    table, size = piece.table, piece.size
    groups = groups_of(table)
    tall = _tallest((column.heading for column in table.columns), widths, size)
    if groups:
        tall = max(
            tall, *(_tall(len(column.group), width, size) for column, width in zip(table.columns, widths, strict=True))
        )
        cells, place = [], 0
        for group, span in groups:
            width = sum(widths[place : place + span])
            text = group or table.columns[place].heading
            cells.append(_heading(text, width, size, f'<w:gridSpan w:val="{span}"/>' if group else DOWN))
            place += span
        yield _row(cells, tall, heads=True)
    lower = [
        _heading("" if groups and not column.group else column.heading, width, size, _again(groups, column))
        for column, width in zip(table.columns, widths, strict=True)
    ]
    yield _row(lower, tall, heads=True)


DOWN: Final = '<w:vMerge w:val="restart"/>'


def _again(groups: list[tuple[str, int]], column: Column) -> str:
    return "<w:vMerge/>" if groups and not column.group else ""


def _heading(text: str, width: float, size: float, span: str) -> str:
    inner = Par((Span(letters(text), bold=True),), Style(size, Align.CENTRE, after=0, keep=True))
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="F2F2F2"/><w:vAlign w:val="center"/>'
    return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{span}{shade}</w:tcPr>{par(inner)}</w:tc>'


def _table_begins(widths: list[float], look: str, caption: str = "") -> str:
    columns = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    whole = f'<w:tblW w:w="{sum(map(_twips, widths))}" w:type="dxa"/><w:tblLayout w:type="fixed"/>'
    said = f'<w:tblPr><w:tblStyle w:val="{look}"/>{whole}{docx_parts.LOOK}{caption}</w:tblPr>'
    return f"<w:tbl>{said}<w:tblGrid>{columns}</w:tblGrid>"


def _cell_width(width: float) -> str:
    return f'<w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/></w:tcPr>'


def _drawing(shown: Drawn, alternative: str, number: int) -> str:
    size = f'cx="{round(shown.width * EMU)}" cy="{round(shown.height * EMU)}"'
    return docx_parts.DRAWING.format(size=size, number=number, alternative=_attribute(alternative))


def _attribute(text: str) -> str:
    return escape(letters(text).replace("\n", " "), {'"': "&quot;"})


def _twips(points: float) -> int:
    return round(points * 20)
