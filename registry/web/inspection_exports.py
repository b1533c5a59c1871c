"""Inspections as tables: the plans of the years, and what was seen at one visit, as a person may know it."""

from typing import Any

from flask import Blueprint, Response

from registry.accounts import signin
from registry.inspection import queries
from registry.inspection.checks import queries as checks
from registry.inspection.checks import reading
from registry.inspection.checks.schemas import InspectionCheckQuery
from registry.inspection.schemas import InspectionPlanQuery
from registry.kernel.i18n import _
from registry.sheets import downloads
from registry.web.forms import listed
from registry.web.tabling import FORMS, Rows, every, file, moment, words, yes_or_no

blp = Blueprint("inspection_exports", __name__)
WORDS = "inspection/_words.html"


@blp.get(f"/inspection-plans/export.<{FORMS}>")
def plans(form: str) -> Response:
    """The plans that the list shows with its filters."""
    me = signin.person()
    found = every(lambda asked: queries.plan_page(me, **asked), listed(InspectionPlanQuery))
    rows: Rows = [
        [one.year, one.title, one.authority.name, one.decision_no, one.decision_on, one.note] for one in found
    ]
    headings = [_("Year"), _("Title"), _("Inspecting body"), _("Decision number"), _("Decided on"), _("Note")]
    return file(form, "inspection-plans", _("Plans of inspections"), headings, rows)


@blp.get(f"/inspections/<key:id>/checks/export.<{FORMS}>")
def seen(id: int, form: str) -> Response:
    """What was seen at one inspection, as its page shows it with its filters."""
    me = signin.person()
    visit = queries.by_id(me, id)
    found = every(lambda asked: checks.page_of(visit, **asked), listed(InspectionCheckQuery))
    rows: Rows = [_row(line) for line in reading.as_read(me, visit, found)]
    headings = [_("Name"), _("Instrument type"), _("Manufacturer"), _("Model"), _("Serial number"), _("Tag")]
    headings += [_("Seen at"), _("Seen by"), _("It is there"), _("In use"), _("Seals"), _("Stamp number")]
    headings += [
        _("Stamp valid until"),
        _("Another stamp than the registry knows"),
        _("Error found"),
        _("Permissible error (±)"),
    ]
    headings += [
        _("Unit"),
        _("Findings"),
        _("Violation"),
        _("Remark"),
        _("The registry knew"),
        _("Fit for use"),
        _("Counts"),
    ]
    return file(form, f"inspection-{visit.id}-checks", _("Instruments checked"), headings, rows)


def _row(line: Any) -> list[downloads.Value]:  # noqa: ANN401 — a check, or the like of it
    about = [line.name, line.instrument_type, line.manufacturer, line.model, line.serial_no, line.tag]
    by, answer = line.person.name if line.person is not None else None, line.answer
    stamp = [line.stamp_no, line.stamp_valid_until, yes_or_no(line.stamp_differs)]
    known = [words("validity")(answer["validity"]), yes_or_no(answer["fit_for_use"])] if answer else [None, None]
    return [
        *about,
        moment(line.seen_at),
        by,
        yes_or_no(line.present),
        yes_or_no(line.in_use),
        words("seal", WORDS)(line.seal) if line.seal else None,
        *stamp,
        line.error_value,
        line.error_limit,
        line.error_unit,
        "; ".join(map(str, line.found)),
        yes_or_no(line.violation),
        line.remark,
        *known,
        yes_or_no(line.standing),
    ]
