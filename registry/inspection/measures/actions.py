"""What changes measures: deciding them, and writing down that they were followed."""

from datetime import date

from registry.accounts.models import Person
from registry.inspection import acting, settling
from registry.inspection.acting import Act
from registry.inspection.checks import queries as checks
from registry.inspection.measures import queries
from registry.inspection.measures.models import InspectionMeasure
from registry.inspection.measures.rules import (
    MOST_MEASURES,
    OF_WHAT_WAS_SEEN,
    MeasureKind,
    check_done,
    check_due,
)
from registry.inspection.models import Inspection
from registry.inspection.rules import TOLD, State, next_text, state_text
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.i18n import _


def decide(
    visit: Inspection,
    *,
    kind: MeasureKind,
    text: str,
    check: str | None = None,
    due_on: date | None = None,
    responsible: str | None = None,
    by: Person | None,
) -> InspectionMeasure:
    """Decide a measure while the inspection is being done or followed up; `check` is the key of an instrument's."""
    acting.check(visit, Act.TAKE_PART, by)
    if visit.state not in {State.IN_PROGRESS, State.SIGNED}:
        state = state_text(visit.state)
        raise Conflict(
            _("This inspection is “%(state)s”; measures are decided while it is done or followed up.", state=state)
            + f" {next_text(visit.state)}"
        )
    if kind in OF_WHAT_WAS_SEEN and not checks.has_any(visit):
        message = _(
            "This measure follows from what was seen: record a check first. A fine can be proposed without one."
        )
        raise Conflict(message, errors={"kind": [message]})
    check_due(kind, due_on, clock.today())
    if len(queries.of_visit(visit)) >= MOST_MEASURES:
        raise Conflict(_("An inspection has at most %(most)s measures; say several in one.", most=MOST_MEASURES))
    made = InspectionMeasure(
        inspection_id=visit.id,
        kind=kind,
        text=text,
        check_id=_check(visit, check),
        due_on=due_on,
        responsible=responsible or None,
        decided_on=clock.today(),
        made_at=clock.now(),
        made_by_id=by.id if by else None,
    )
    db.session.add(made)
    db.session.flush()
    changes: audit.Changes = {"kind": [None, kind], "text": [None, text], "due_on": [None, due_on]}
    audit.record("inspection.decide", ("inspection", visit.id), changes, by=by)
    return made


def settle(
    visit: Inspection, measure: InspectionMeasure, *, done_on: date, evidence: str, by: Person | None
) -> InspectionMeasure:
    """Write down that a measure was followed, and what shows it."""
    acting.check(visit, Act.FOLLOW_UP, by)
    if visit.state is State.CANCELLED:
        raise Conflict(_("This inspection was cancelled, and its measures with it."))
    if visit.state not in TOLD:
        raise Conflict(
            _(
                "A measure is followed up once it stands in signed minutes; sign them first. What was put right on the "
                "spot belongs in the remark of its check."
            )
        )
    if measure.done_on is not None:
        raise Conflict(_("This measure is done already."))
    check_done(done_on, measure.decided_on, clock.today())
    measure.done_on, measure.evidence, measure.done_by_id = done_on, evidence, by.id if by else None
    changes: audit.Changes = {"text": [None, measure.text], "done_on": [None, done_on], "evidence": [None, evidence]}
    audit.record("inspection.settle", ("inspection", visit.id), changes, by=by)
    db.session.flush()
    db.session.expire(measure, ["done_by"])
    stopped = settling.stops(InspectionMeasure.id == measure.id, open_only=False)
    settling.settle({key for one in stopped for key in one.keys if key is not None}, by)
    return measure


def _check(visit: Inspection, key: str | None) -> int | None:
    if not key:
        return None
    try:
        return checks.by_key(visit, key).id
    except NotFound as refusal:
        raise Invalid({"check": [refusal.detail]}) from refusal
