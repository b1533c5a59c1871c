"""The report of a case as PDF: what was wrong, what relied on it, what was decided and by whom, the signature."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from registry.assets.tags import grouped
from registry.calibration.cases import queries
from registry.calibration.cases.explaining import Explained, explained
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.owners import by_hand_of, untold
from registry.calibration.cases.rules import Disposition, Significance
from registry.calibration.cases.sealing import seal_of
from registry.calibration.cases.signed import earlier_sign_offs
from registry.calibration.cases.texts import Texts
from registry.calibration.cases.words import (
    disposition_text,
    meaning_text,
    outcome_text,
    range_text,
    significance_text,
    state_text,
    trigger_text,
    way_text,
)
from registry.calibration.models import Calibration
from registry.calibration.notices import told
from registry.calibration.notices.words import counts_text, delivery_of, delivery_text
from registry.calibration.rules import RecordStatus, Stage
from registry.calibration.verdicts import Judged, judged
from registry.kernel import clock, fonts
from registry.kernel.fonts import FILES, Face
from registry.kernel.i18n import _, ngettext, said_day, said_value
from registry.kernel.paging import MAX_LIMIT
from registry.kernel.quantities import said_quantity

MOST_ITEMS: Final = 2000
MARGIN: Final = 42  # points, 15 mm
MOST_POINTS: Final = 200
CHUNK: Final = 200
POINT_WIDTHS: Final = (0.24, 0.13, 0.13, 0.11, 0.17, 0.11, 0.11)
WIDTHS: Final = (0.21, 0.12, 0.16, 0.28, 0.23)
MOST_NOTICES: Final = 500
NOTICE_WIDTHS: Final = (0.2, 0.26, 0.22, 0.14, 0.18)


def document(case: Case) -> bytes:
    """The report; of more than MOST_ITEMS items the worst are listed, the others are counted."""
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415 — 60 ms that no start of the server should pay
    from reportlab.platypus import SimpleDocTemplate, Spacer  # noqa: PLC0415 — see above

    fonts.ready(Face.REGULAR, Face.BOLD)
    title = _("Case %(number)s: %(name)s", number=case.id, name=case.asset.name)
    stream = BytesIO()
    made = SimpleDocTemplate(
        stream, pagesize=A4, title=title, author="registry", invariant=1, **dict.fromkeys(_margins(), MARGIN)
    )
    text = Texts()
    items = list(_listed(case))
    story: list[Any] = [text.heading(title, big=True), *_facts(case, text), Spacer(0, 8), *_summary(case, text)]
    story += [*_failing(case, made.width, text), text.heading(_("What relied on it"))]
    story += _items(case, items, made.width, text)
    left_out = queries.progress(case).in_scope - len(items)
    if left_out > 0:
        story.append(text.plain(_("%(num)s further items are in the registry and not listed here.", num=left_out)))
    story += [*_owners(case, text), *_notices(case, made.width, text), *_signature(case, text)]
    with fonts.saving:
        made.build(story, onFirstPage=_footed(case), onLaterPages=_footed(case))
    return stream.getvalue()


def _facts(case: Case, text: Texts) -> list[Any]:
    since = said_day(case.from_on) if case.from_on else _("since ever")
    until = said_day(case.until_on) if case.until_on else _("until now")
    said = [
        (_("Measurement standard"), _standard(case)),
        (_("Opened because of"), trigger_text(case.trigger)),
        (_("Opened"), f"{_moment(case.opened_at)}, {case.actor}"),
        (_("Days in doubt"), f"{since} – {until}. {_window(case)}"),
        (
            _("Affected range"),
            "\n".join(range_text(one.affected) for one in case.ranges) or _("everything it measures"),
        ),
        (_("State"), state_text(case.state)),
    ]
    if case.calibration is not None:
        said.insert(3, (_("Failing record"), case.calibration.certificate_no or str(case.calibration.id)))
    if case.reason:
        said.insert(3, (_("Reason"), case.reason))
    return [text.plain(f"{term}: {value}") for term, value in said]


def _standard(case: Case) -> str:
    asset = case.asset
    made = ", ".join(part for part in (asset.manufacturer, asset.model) if part)
    number = _("serial number %(number)s", number=asset.serial_no) if asset.serial_no else ""
    return ", ".join(part for part in (asset.name, grouped(asset.tag), made, number, asset.owner.name) if part)


def _summary(case: Case, text: Texts) -> list[Any]:
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


def _items(case: Case, items: Sequence[CaseItem], width: float, text: Texts) -> list[Any]:
    """Tables of a few hundred items each: laying out one of thousands costs the square of their number."""
    headings = (_("Item"), _("Owner"), _("Result"), _("Significance"), _("Disposition"))
    widths = [part * width for part in WIDTHS]
    chunks = [items[start : start + CHUNK] for start in range(0, len(items), CHUNK)] or [()]
    tables = []
    for chunk in chunks:
        reasons = explained(case, chunk)
        tables.append(text.table(headings, [_cells(item, reasons.get(item.id)) for item in chunk], widths))
    return tables


def _failing(case: Case, width: float, text: Texts) -> list[Any]:
    """The result that opened the case: its points with errors, uncertainties, limits and verdicts, as its rule says."""
    record = case.calibration
    if record is None:
        return []
    found = judged(record)
    lab = record.lab.name if record.lab else _("its owner")
    said = [f"{record.certificate_no or record.id}, {said_day(record.performed_on)}, {lab}"]
    said[0] += _void(record)
    said.append(_("Declared: %(declared)s.", declared=outcome_text(record.outcome)))
    if record.recomputed is not None:
        said.append(_("Recomputed from the points: %(recomputed)s.", recomputed=outcome_text(record.recomputed)))
    story = [text.heading(_("The result that opened it")), text.plain("\n".join(said))]
    if found.points:
        headings = (_("Quantity"), _("Value"), _("Error of indication"), "U", _("Limits"), _("Stage"), _("Result"))
        rows = [_point(held) for held in found.points[:MOST_POINTS]]
        story += [text.table(headings, rows, [part * width for part in POINT_WIDTHS])]
    if len(found.points) > MOST_POINTS:
        left = len(found.points) - MOST_POINTS
        story.append(text.plain(_("%(num)s further points are in the registry and not listed here.", num=left)))
    return story


def _point(held: Judged) -> tuple[str, ...]:
    point = held.point
    value = next((one for one in (point.nominal, point.reference, point.indication) if one is not None), None)
    limits = f"{_number(point.lower_limit)} … {_number(point.upper_limit)}"
    stage = _("as left") if point.stage is Stage.AS_LEFT else _("as found")
    verdict = outcome_text(held.verdict.outcome) if held.verdict else "–"
    numbers = (_number(value), _number(held.error), _number(point.expanded_uncertainty), limits)
    return f"{said_quantity(point.quantity)}, {point.unit}", *numbers, stage, verdict


def _number(value: Decimal | None) -> str:
    return "–" if value is None else said_value(value)


def _window(case: Case) -> str:
    """Why the days in doubt begin and end where they do."""
    good = case.last_good
    if good is not None:
        number, day = good.certificate_no or str(good.id), said_day(good.performed_on)
        begin = _("They begin with its last good result, %(number)s of %(day)s.", number=number, day=day)
    elif case.from_on is None:
        begin = _("No earlier result shows that it was good, so they have no beginning.")
    else:
        begin = _("They begin on the day that was given when the case was opened.")
    end = _("They end where it was shown or said to be good again.") if case.until_on else _("They have not ended yet.")
    return f"{begin} {end}"


def _owners(case: Case, text: Texts) -> list[Any]:
    found = queries.owners(case)
    said = "\n".join(f"{owner.name}: {number}" for owner, number in found)
    return [text.heading(_("Owners concerned, with how many results")), text.plain(said)] if found else []


def _notices(case: Case, width: float, text: Texts) -> list[Any]:
    """Who was told of the case, of what, when, and what became of the message."""
    found = told.of_case(case.id, most=MOST_NOTICES + 1)
    by_hand = [
        text.plain(
            _(
                "%(owner)s, %(way)s, %(day)s, %(whom)s: %(said)s (%(who)s, %(at)s)",
                owner=one.organisation.name,
                way=way_text(one.way),
                day=said_day(one.on),
                whom=one.whom,
                said=one.said,
                who=one.actor,
                at=_moment(one.at),
            )
        )
        for one in by_hand_of(case)
    ]
    nobody = "; ".join(owner.name for owner in untold(case))
    left_out = [*by_hand, *([text.plain(_("Nobody could be told for: %(owners)s", owners=nobody))] if nobody else [])]
    if not found:
        return [text.heading(_("Notices of this case")), text.plain(_("Nobody was told of it yet.")), *left_out]
    headings = (_("To whom"), _("Organisation"), _("What"), _("When"), _("Delivery"))
    rows = [
        (
            one.person.name if one.person else one.webhook.name if one.webhook else "–",
            one.organisation.name,
            counts_text(one.counts),
            _moment(one.made_at),
            delivery_text(delivery_of(one.message.state if one.message else None)),
        )
        for one in found[:MOST_NOTICES]
    ]
    story = [text.heading(_("Notices of this case"))]
    story.append(text.table(headings, rows, [part * width for part in NOTICE_WIDTHS]))
    if len(found) > MOST_NOTICES:
        story.append(text.plain(_("Further notices are in the log of notices and not listed here.")))
    return [*story, *left_out]


def _cells(item: CaseItem, reason: Explained | None) -> tuple[str, ...]:
    record = item.calibration
    grave = significance_text(item.significance) if item.significance is not None else "–"
    if reason is not None:
        grave = "\n".join(filter(None, [grave, "; ".join(reason.figures), reason.why]))
    decided = _("not decided")
    if item.disposition is not None and item.disposed_at is not None:
        decided = f"{disposition_text(item.disposition, record.kind)}\n{item.disposition_reason}"
        decided += f"\n{item.disposed_actor}, {_moment(item.disposed_at)}"
    steps = ngettext("%(num)s step away", "%(num)s steps away", item.depth)
    return (
        f"{item.asset.name}\n{grouped(item.asset.tag)}",
        item.owner.name,
        f"{record.certificate_no or record.id}\n{said_day(item.performed_on)}\n{steps}{_void(record)}",
        grave,
        decided,
    )


def _void(record: Calibration) -> str:
    """That a record is void, and why, on a line of its own."""
    if record.status is not RecordStatus.VOID:
        return ""
    return f"\n{_('Void')}: {record.void_reason}" if record.void_reason else f"\n{_('Void')}"


def _signature(case: Case, text: Texts) -> list[Any]:
    earlier = _earlier(case, text)
    if case.closed_at is None:
        return [*earlier, text.heading(_("Not signed off yet"))]
    story = [*earlier, text.heading(_("Conclusion")), text.plain(case.conclusion or "")]
    seal = seal_of(case)
    if seal is None:
        return [*story, text.plain(f"{case.closed_actor}, {_moment(case.closed_at)}")]
    said = [(_("Signed off by"), f"{seal.actor}, {_moment(seal.at)}"), (_("Meaning"), meaning_text())]
    if seal.untold:
        said.append((_("Could not be told then"), seal.untold))
    if seal.digest:
        said.append((_("Signature"), f"SHA-256 {seal.digest}"))
    if seal.holds is False:
        said.append((_("Signature"), _("Changed after it was signed")))
    return [*story, *(text.plain(f"{term}: {value}") for term, value in said)]


def _earlier(case: Case, text: Texts) -> list[Any]:
    """What was signed off before it was opened again."""
    found = earlier_sign_offs(case)
    story = [text.heading(_("Earlier sign-offs"))] if found else []
    for one in found:
        ended = f"{_('Withdrawn') if one.is_withdrawn else _('Opened again')}, {_moment(one.ended_at)}"
        said = [one.conclusion, f"{one.actor}, {_moment(one.at)}", f"{ended}: {one.why}" if one.why else ended]
        story.append(text.plain("\n".join(said)))
    return story


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
