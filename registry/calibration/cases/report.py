"""The report of a case as PDF: what was wrong, what relied on it, what was decided and by whom, the signature."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, Final
from xml.sax.saxutils import escape

from registry.assets.tags import grouped
from registry.calibration.cases import queries
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import Disposition, Significance
from registry.calibration.cases.words import (
    disposition_text,
    range_text,
    significance_text,
    state_text,
    trigger_text,
)
from registry.kernel import clock, fonts
from registry.kernel.fonts import FILES, Face
from registry.kernel.i18n import _, said_day, said_number
from registry.kernel.paging import MAX_LIMIT

MOST_ITEMS: Final = 2000
MARGIN: Final = 42  # points, 15 mm
WIDTHS: Final = (0.24, 0.13, 0.19, 0.20, 0.24)


def document(case: Case) -> bytes:
    """The report; of more than MOST_ITEMS items the worst are listed, the others are counted."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 — 60 ms that no start of the server should pay
    from reportlab.platypus import SimpleDocTemplate, Spacer  # noqa: PLC0415 — see above

    for files in FILES.values():
        for file in files:
            fonts.font(file)
    title = _("Case %(number)s: %(name)s", number=case.id, name=case.asset.name)
    stream = BytesIO()
    made = SimpleDocTemplate(
        stream, pagesize=A4, title=title, author="registry", invariant=1, **dict.fromkeys(_margins(), MARGIN)
    )
    text = _Texts()
    items = list(_listed(case))
    story: list[Any] = [text.heading(title, big=True), *_facts(case, text), Spacer(0, 8), *_summary(case, text)]
    story += [text.heading(_("What relied on it")), _items(items, made.width, text)]
    left_out = queries.progress(case).in_scope - len(items)
    if left_out > 0:
        story.append(text.plain(_("%(num)s further items are in the registry and not listed here.", num=left_out)))
    story += _signature(case, text)
    with fonts.saving:
        made.build(story, onFirstPage=_footed(case), onLaterPages=_footed(case))
    return stream.getvalue()


class _Texts:
    """Paragraphs in the fonts of the house."""

    def __init__(self) -> None:
        from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415 — see document

        regular, bold = FILES[Face.REGULAR][0], FILES[Face.BOLD][0]
        self._styles = {
            "big": ParagraphStyle("big", fontName=bold, fontSize=16, leading=21, spaceAfter=8),
            "heading": ParagraphStyle("heading", fontName=bold, fontSize=11, leading=15, spaceBefore=10, spaceAfter=4),
            "plain": ParagraphStyle("plain", fontName=regular, fontSize=9, leading=12.5),
            "small": ParagraphStyle("small", fontName=regular, fontSize=7.5, leading=10),
            "head": ParagraphStyle("head", fontName=bold, fontSize=7.5, leading=10),
        }

    def heading(self, text: str, *, big: bool = False) -> Any:  # noqa: ANN401 — reportlab has no types
        return self._paragraph(text, "big" if big else "heading", Face.BOLD)

    def plain(self, text: str) -> Any:  # noqa: ANN401 — see heading
        return self._paragraph(text, "plain", Face.REGULAR)

    def small(self, text: str) -> Any:  # noqa: ANN401 — see heading
        return self._paragraph(text, "small", Face.REGULAR)

    def head(self, text: str) -> Any:  # noqa: ANN401 — see heading
        return self._paragraph(text, "head", Face.BOLD)

    def _paragraph(self, text: str, style: str, face: Face) -> Any:  # noqa: ANN401 — see heading
        from reportlab.platypus import Paragraph  # noqa: PLC0415 — see document

        lines = (fonts.runs(fonts.clean(line), face) for line in text.split("\n"))
        marked = ("".join(f'<font name="{run.file}">{escape(run.text)}</font>' for run in line) for line in lines)
        return Paragraph("<br/>".join(marked), self._styles[style])


def _facts(case: Case, text: _Texts) -> list[Any]:
    since = said_day(case.from_on) if case.from_on else _("since ever")
    until = said_day(case.until_on) if case.until_on else _("until now")
    said = [
        (_("Measurement standard"), f"{case.asset.name}, {grouped(case.asset.tag)}"),
        (_("Opened"), f"{_moment(case.opened_at)}, {case.actor}: {trigger_text(case.trigger)}"),
        (_("Days in doubt"), f"{since} – {until}"),
        (
            _("Affected range"),
            "\n".join(range_text(one.affected) for one in case.ranges) or _("everything it measures"),
        ),
        (_("State"), state_text(case.state)),
    ]
    if case.calibration is not None:
        said.insert(2, (_("Failing record"), case.calibration.certificate_no or str(case.calibration.id)))
    if case.reason:
        said.insert(2, (_("Reason"), case.reason))
    return [text.plain(f"{term}: {value}") for term, value in said]


def _summary(case: Case, text: _Texts) -> list[Any]:
    found = queries.progress(case)
    significances = [f"{significance_text(one)}: {found.by_significance[one]}" for one in Significance]
    dispositions = [f"{disposition_text(one)}: {found.by_disposition[one]}" for one in Disposition]
    undecided = _("not decided: %(num)s", num=found.open)
    return [
        text.plain(
            _(
                "Found: %(found)s, of these outside the affected range: %(outside)s",
                found=found.found,
                outside=found.outside,
            )
        ),
        text.plain(" · ".join(significances)),
        text.plain(" · ".join([*dispositions, undecided])),
    ]


def _items(items: Sequence[CaseItem], width: float, text: _Texts) -> Any:  # noqa: ANN401 — reportlab has no types
    from reportlab.lib import colors  # noqa: PLC0415 — see document
    from reportlab.platypus import LongTable, TableStyle  # noqa: PLC0415 — see document

    headings = (_("Item"), _("Owner"), _("Result"), _("Significance"), _("Disposition"))
    rows = [[text.head(word) for word in headings], *([text.small(cell) for cell in _cells(item)] for item in items)]
    style = TableStyle(
        [
            ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
            ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ]
    )
    return LongTable(rows, colWidths=[part * width for part in WIDTHS], repeatRows=1, style=style)


def _cells(item: CaseItem) -> tuple[str, ...]:
    record = item.calibration
    grave = significance_text(item.significance) if item.significance is not None else "–"
    if item.shift is not None:
        grave += "\n" + _("shift %(shift)s %(unit)s", shift=said_number(item.shift), unit=item.unit or "")
    if item.of_uncertainty is not None:
        grave += "\n" + _("%(part)s × U", part=said_number(item.of_uncertainty))
    if item.of_limit is not None:
        grave += "\n" + _("%(part)s × half the tolerance", part=said_number(item.of_limit))
    decided = _("not decided")
    if item.disposition is not None and item.disposed_at is not None:
        decided = f"{disposition_text(item.disposition)}\n{item.disposition_reason}"
        decided += f"\n{item.disposed_actor}, {_moment(item.disposed_at)}"
    steps = _("%(num)s steps away", num=item.depth)
    return (
        f"{item.asset.name}\n{grouped(item.asset.tag)}",
        item.owner.name,
        f"{record.certificate_no or record.id}\n{said_day(item.performed_on)}\n{steps}",
        grave,
        decided,
    )


def _signature(case: Case, text: _Texts) -> list[Any]:
    if case.closed_at is None:
        return [text.heading(_("Not signed off yet"))]
    signed = f"{case.closed_actor}, {_moment(case.closed_at)}"
    return [text.heading(_("Conclusion")), text.plain(case.conclusion or ""), text.plain(signed)]


def _listed(case: Case) -> Iterable[CaseItem]:
    cursor: str | None = None
    for _page in range(MOST_ITEMS // MAX_LIMIT):
        page = queries.items_of(case, limit=MAX_LIMIT, cursor=cursor)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def _footed(case: Case) -> Any:  # noqa: ANN401 — what reportlab calls on each page
    """The foot of each page: which case, the page, and when it was drawn."""
    drawn = _moment(clock.now())

    def foot(canvas: Any, made: Any) -> None:  # noqa: ANN401 — reportlab has no types
        canvas.setFont(FILES[Face.REGULAR][0], 7.5)
        canvas.drawString(MARGIN, MARGIN / 2, _("Case %(number)s, page %(page)s", number=case.id, page=made.page))
        canvas.drawRightString(made.pagesize[0] - MARGIN, MARGIN / 2, drawn)

    return foot


def _margins() -> tuple[str, ...]:
    return ("leftMargin", "rightMargin", "topMargin", "bottomMargin")


def _moment(at: Any) -> str:  # noqa: ANN401 — an instant
    local = clock.local(at)
    return f"{local:%H:%M} {said_day(local.date())}"
