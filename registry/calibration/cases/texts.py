"""Paragraphs and tables of the report of a case, in the fonts of the house."""

from collections.abc import Sequence
from typing import Any, Final
from xml.sax.saxutils import escape

from registry.kernel import fonts
from registry.kernel.fonts import FILES, Face

SMALL: Final = 7.5
LEADING: Final = 10
PADDING: Final = 12.5  # what a cell keeps free beside its text


class Texts:
    """Paragraphs in the fonts of the house."""

    def __init__(self) -> None:
        from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 — see Texts

        regular, bold = FILES[Face.REGULAR][0], FILES[Face.BOLD][0]
        self._styles = {
            "big": ParagraphStyle("big", fontName=bold, fontSize=16, leading=21, spaceAfter=8),
            "heading": ParagraphStyle("heading", fontName=bold, fontSize=11, leading=15, spaceBefore=10, spaceAfter=4),
            "plain": ParagraphStyle("plain", fontName=regular, fontSize=9, leading=12.5),
            "small": ParagraphStyle("small", fontName=regular, fontSize=SMALL, leading=LEADING),
            "head": ParagraphStyle("head", fontName=bold, fontSize=SMALL, leading=LEADING),
        }

    def heading(self, text: str, *, big: bool = False) -> Any:  # noqa: ANN401 — reportlab has no types
        return self.paragraph(text, "big" if big else "heading", Face.BOLD)

    def plain(self, text: str) -> Any:  # noqa: ANN401 — see heading
        return self.paragraph(text, "plain", Face.REGULAR)

    def small(self, text: str) -> Any:  # noqa: ANN401 — see heading
        return self.paragraph(text, "small", Face.REGULAR)

    def head(self, text: str) -> Any:  # noqa: ANN401 — see heading
        return self.paragraph(text, "head", Face.BOLD)

    def paragraph(self, text: str, style: str, face: Face) -> Any:  # noqa: ANN401 — see heading
        from reportlab.platypus import Paragraph  # noqa: PLC0415 — see Texts

        lines = (fonts.runs(fonts.clean(line), face) for line in text.split("\n"))
        marked = ("".join(f'<font name="{run.file}">{escape(run.text)}</font>' for run in line) for line in lines)
        return Paragraph("<br/>".join(marked), self._styles[style])

    def table(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Any:  # noqa: ANN401 — see heading
        """Rows under headings, which are repeated on each page; `widths` in points."""
        from reportlab.lib import colors  # noqa: PLC0415 — see Texts
        from reportlab.platypus import LongTable, TableStyle  # noqa: PLC0415 — see Texts

        body = [[self._cell(cell, width) for cell, width in zip(row, widths, strict=True)] for row in rows]
        cells = [[self.head(word) for word in headings], *body]
        style = TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("FONT", (0, 1), (-1, -1), FILES[Face.REGULAR][0], SMALL, LEADING),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
            ]
        )
        return LongTable(cells, colWidths=list(widths), repeatRows=1, style=style)

    def _cell(self, text: str, width: float) -> Any:  # noqa: ANN401 — see heading
        """A small text broken into lines here, a fifth of the time of a paragraph, which rare letters need."""
        lines = [fonts.clean(line) for line in text.split("\n")]
        if any(run.file != FILES[Face.REGULAR][0] for line in lines for run in fonts.runs(line, Face.REGULAR)):
            return self.small(text)
        ems = (width - PADDING) / SMALL
        return "\n".join(part for line in lines for part in fonts.broken(line, ems, Face.REGULAR))
