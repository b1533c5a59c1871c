"""A document as PDF, of the same pieces as its DOCX: A4, page numbers from the second page on, letters embedded."""

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from registry.kernel import fonts
from registry.kernel.fonts import FILES, Face
from registry.kernel.i18n import speaking
from registry.kernel.papers.flow import (
    BODY,
    BOTTOM,
    LEFT,
    PAGE,
    PAGE_NUMBER,
    RIGHT,
    TOP,
    Grid,
    Image,
    NewPage,
    Par,
    Piece,
    Rule,
    Side,
    Style,
    pieces,
    text_width,
)
from registry.kernel.papers.letters import letters
from registry.kernel.papers.paper import Align, Paper, Span
from registry.kernel.papers.pdf_grid import flowable
from registry.kernel.papers.pictures import drawn
from registry.kernel.papers.words import LANGUAGES, title_of

MEDIA_TYPE: Final = "application/pdf"
FACES: Final = {
    (False, False): Face.SERIF,
    (True, False): Face.SERIF_BOLD,
    (False, True): Face.SERIF_ITALIC,
    (True, True): Face.SERIF_BOLD_ITALIC,
}
LEADING: Final = 1.16  # of the size, as Word sets Times New Roman in single lines
BEFORE_A_TEXT: Final = 34
AFTER_A_GRID: Final = 6
BESIDE_A_COLUMN: Final = 2


def document(paper: Paper) -> bytes:
    """The file; the same document is the same bytes."""
    from reportlab.lib.pagesizes import A4, landscape  # noqa: PLC0415 — 60 ms that no start of the server should pay
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate  # noqa: PLC0415 — see above

    fonts.ready(*FACES.values())
    stream = BytesIO()
    made = BaseDocTemplate(
        stream,
        pagesize=A4,
        title=title_of(paper),
        author=letters(paper.head.issuer),
        lang=LANGUAGES[paper.language],
        displayDocTitle=True,
        invariant=1,
        pageCompression=1,
    )
    made.afterFlowable = _listed(made)
    made.beforeDocument = lambda: _dated(made.canv, paper.head.day)
    templates = []
    for lying in (False, True):
        wide, high = landscape(A4) if lying else A4
        room = (LEFT, BOTTOM, wide - LEFT - RIGHT, high - TOP - BOTTOM)
        frame = Frame(*room, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        templates.append(PageTemplate(_template(lying=lying), [frame], onPage=_numbered, pagesize=(wide, high)))
    made.addPageTemplates(templates)
    with speaking(paper.language):
        story = _story(pieces(paper))
    with fonts.saving:
        made.build(story)
    return stream.getvalue()


def _dated(canvas: Any, day: date | None) -> None:  # noqa: ANN401 — see _least
    """The file calls itself made on the day of issue, whenever it is set; without one it keeps a day that is none's."""
    if day is not None:
        canvas.setDateFormatter(lambda *_now: f"D:{day:%Y%m%d}000000+00'00'")


def _template(*, lying: bool) -> str:
    return "landscape" if lying else "portrait"


def _story(found: Iterable[Piece]) -> list[Any]:
    """The flowables; headings wait for what they belong to, which must have room beneath them."""
    from reportlab.platypus import CondPageBreak, NextPageTemplate, PageBreak  # noqa: PLC0415 — see document

    story: list[Any] = []
    waiting: list[Any] = []
    after = 0.0  # what the last text keeps free beneath it: of two distances the greater counts, as in Word
    width = text_width(landscape=False)
    for piece in found:
        if isinstance(piece, NewPage):
            width = text_width(landscape=piece.landscape)
            story += [*waiting, NextPageTemplate(_template(lying=piece.landscape)), PageBreak()]
            waiting, after = [], 0.0
            continue
        made = _made(piece, width)
        keeps = isinstance(piece, Rule | Image) or (isinstance(piece, Par) and piece.style.keep)
        if keeps and (waiting or not isinstance(piece, Rule)):
            waiting.append(made)
            continue
        if waiting:
            needed = sum(_height(one, width) for one in waiting) + _least(piece, made, width)
            story.append(CondPageBreak(min(needed, PAGE[0])))
            waiting[0].spaceBefore = max(waiting[0].getSpaceBefore() - after, 0)
        story += [*waiting, made]
        waiting, after = [], 0.0 if isinstance(piece, Grid | Side) else made.getSpaceAfter()
    return story + waiting


def _least(piece: Piece, made: Any, width: float) -> float:  # noqa: ANN401 — reportlab has no types
    """How much room a piece needs to begin on a page."""
    match piece:
        case Grid():
            return float(made.least())
        case Par():
            return min(BEFORE_A_TEXT, _height(made, width))
        case _:
            return min(_height(made, width), PAGE[0] / 2)


def _height(made: Any, width: float) -> float:  # noqa: ANN401 — see _least
    return float(made.wrap(width, PAGE[1])[1] + made.getSpaceBefore() + made.getSpaceAfter())


def _made(piece: Piece, width: float) -> Any:  # noqa: ANN401 — see _least
    match piece:
        case Par():
            return paragraph(piece)
        case Rule():
            return _rule(piece)
        case Side():
            return _side(piece, width)
        case Grid():
            return flowable(piece, width)
        case Image():
            return _picture(piece)
        case NewPage():
            raise AssertionError(piece)  # turned by _story


def paragraph(piece: Par) -> Any:  # noqa: ANN401 — see _least
    from reportlab.platypus import Paragraph  # noqa: PLC0415 — see document

    made = Paragraph(_markup(piece.spans), _style(piece.style))
    made.outline = (piece.style.outline, "".join(span.text for span in piece.spans).replace("\n", " "))
    return made


def _markup(spans: Sequence[Span]) -> str:
    return "".join("<br/>".join(_line(line, span) for line in span.text.split("\n")) for span in spans)


def _line(text: str, span: Span) -> str:
    runs = fonts.runs(text, FACES[span.bold, span.italic])
    return "".join(f'<font name="{run.file}">{escape(run.text)}</font>' for run in runs)


def _style(style: Style) -> Any:  # noqa: ANN401 — see _least
    from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT  # noqa: PLC0415 — see document
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 — see document

    aligned = {Align.LEFT: TA_LEFT, Align.CENTRE: TA_CENTER, Align.RIGHT: TA_RIGHT, Align.JUSTIFIED: TA_JUSTIFY}
    return ParagraphStyle(
        "",
        fontName=FILES[Face.SERIF][0],
        fontSize=style.size,
        leading=style.size * LEADING,
        alignment=aligned[style.align],
        firstLineIndent=style.first,
        leftIndent=style.left,
        spaceBefore=style.before,
        spaceAfter=style.after,
        allowWidows=0,
        allowOrphans=0,
    )


def _rule(piece: Rule) -> Any:  # noqa: ANN401 — see _least
    from reportlab.lib.colors import black  # noqa: PLC0415 — see document
    from reportlab.platypus import HRFlowable  # noqa: PLC0415 — see document

    return HRFlowable(piece.width, 0.75, color=black, spaceBefore=3, spaceAfter=6, hAlign="CENTER")


def _side(piece: Side, width: float) -> Any:  # noqa: ANN401 — see _least
    from reportlab.platypus import Table  # noqa: PLC0415 — see document

    widths = [width * share / sum(piece.shares) for share in piece.shares]
    rows = [[[made for one in cell for made in _spaced(one, width)] for cell in row] for row in piece.rows]
    look: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (0, 0), (-1, -1), "CENTER")]
    edges = {"LEFT": BESIDE_A_COLUMN, "RIGHT": BESIDE_A_COLUMN, "TOP": 0, "BOTTOM": 0}
    look += [(f"{edge}PADDING", (0, 0), (-1, -1), room) for edge, room in edges.items()]
    return Table(rows, colWidths=widths, style=look, splitInRow=1, spaceAfter=AFTER_A_GRID)


def _spaced(piece: Par | Rule, width: float) -> list[Any]:
    """A piece of a column with the room above it, which reportlab leaves out at the top of a cell."""
    from reportlab.platypus import Spacer  # noqa: PLC0415 — see document

    if isinstance(piece, Par) and piece.style.before:
        return [Spacer(0, piece.style.before), _made(piece._replace(style=piece.style._replace(before=0)), width)]
    return [_made(piece, width)]


def _picture(piece: Image) -> Any:  # noqa: ANN401 — see _least
    from reportlab.platypus import Image as Shown  # noqa: PLC0415 — see document

    found = drawn(piece.picture)
    made = Shown(BytesIO(found.content), found.width, found.height)
    made.spaceBefore, made.spaceAfter = 6, 3
    return made


def _numbered(canvas: Any, made: Any) -> None:  # noqa: ANN401 — see _least
    """The number of a page stands in the middle of its upper edge, from the second on."""
    if made.page > 1:
        wide, high = made.pageTemplate.pagesize
        canvas.setFont(FILES[Face.SERIF][0], BODY)
        canvas.drawCentredString(LEFT + (wide - LEFT - RIGHT) / 2, high - PAGE_NUMBER - BODY, str(made.page))


def _listed(made: Any) -> Any:  # noqa: ANN401 — see _least
    """Headings are listed beside the pages by readers of PDF."""
    reached, count = -1, 0

    def after(flowable: Any) -> None:  # noqa: ANN401 — see _least
        nonlocal reached, count
        level, text = getattr(flowable, "outline", (0, ""))
        if level:
            reached = min(level - 1, reached + 1)
            count += 1
            key = f"heading{count}"
            made.canv.bookmarkPage(key)
            made.canv.addOutlineEntry(text, key, reached)

    return after
