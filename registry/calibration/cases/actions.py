"""What changes cases: a standard is found out of tolerance, items are disposed of, a manager signs the case off."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import exists, select, update

from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.models import Fault
from registry.assets.models import Asset
from registry.calibration.cases import (
    calling,
    deciding,
    doubts,
    gathering,
    news,
    owners,
    queries,
    sealing,
    windows,
)
from registry.calibration.cases.gathering import Step
from registry.calibration.cases.models import Case, CaseItem, CaseRange
from registry.calibration.cases.ranges import check_measured, check_ranges
from registry.calibration.cases.rules import (
    ACTIVE,
    CaseState,
    Disposition,
    RangeValues,
    Significance,
    Trigger,
    check_reason,
    check_window,
    doubt_of,
    is_out_of_tolerance,
)
from registry.calibration.cases.windows import GATHER
from registry.calibration.models import Calibration
from registry.calibration.traceability import impact, reliance
from registry.kernel import audit, clock, tasks
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day

MOST_LETTERS: Final = 2000


def issued(record: Calibration, *, is_linked: bool = False, by: Person | None) -> Case | None:
    """Keep the graph of traceability and the cases up with a record that is issued; gives the case that it opens.

    `is_linked`: the graph knows what it relied on, and what relied on it.

    A case is opened when the record shows that the asset, on which others relied, was out of tolerance as found.
    """
    _joined(record, by, is_linked=is_linked)
    if not doubts.mark_again(record.asset):
        return None
    if not is_linked:
        reliance.relink(record)
    if record.amends is not None:
        windows.begin_anew(record.amends, _("It was amended: %(why)s", why=record.amendment_reason), by)
    for case in windows.made_good(record):
        _withdraw(case, _("Record %(key)s shows that it was good on these days.", key=record.id), by)
    windows.end(record, by)
    return _follow(record, by) or _found_bad(record, by)


def _joined(record: Calibration, by: Person | None, *, is_linked: bool) -> None:
    """Add a record to the cases about what it relied on, and open those that nothing was in before."""
    inherited = queries.amended_by(record)
    for item in inherited:
        gathering.inherit(item, record)
    if not record.standards:
        return
    if not is_linked:
        reliance.link(record)
    known = {item.case_id for item in inherited}
    for case, depth in queries.touched_by(record):
        if case.id not in known:
            gathering.add(case, record, depth)
            _reopen(case, record, by)
    for bad in queries.failures_without_a_case([used.asset_id for used in record.standards]):
        _found_bad(bad, by)


def voided(record: Calibration, *, by: Person | None) -> None:
    """Keep the graph and the cases up with a record that is voided: the case it opened has no ground any more.

    Cases whose days in doubt began at it begin earlier; and if nothing else shows that the standard was good when it
    was relied on, a case is opened about that.
    """
    reliance.unlink(record)
    doubts.mark_again(record.asset)
    case = queries.opened_by(None, record.id)
    if case is not None:
        _withdraw(case, _("The record that opened it was voided: %(why)s", why=record.void_reason), by)
    windows.begin_anew(record, _("Its last good result was voided: %(why)s", why=record.void_reason), by)
    window = windows.lost(record)
    if window is not None and impact.how_many(impact.family_of(record.asset_id), window, most=1):
        _open(_about_lost(record, window, by), by)


def fault_reported(fault: Fault) -> Case | None:
    """Open a case for a fault of something that others relied on, once; what nobody relied on needs none."""
    asset = db.session.get_one(Asset, fault.asset_id)
    window = impact.Window(fault.last_good_on, None)
    is_known = db.session.scalar(select(exists().where(Case.fault_id == fault.id)))
    if is_known or not impact.how_many(impact.family_of(asset.id), window, most=1):
        return None
    good = impact.last_good(asset)
    made = Case(
        asset_id=asset.id,
        trigger=Trigger.FAULT,
        reason=fault.description[:MOST_LETTERS],
        from_on=fault.last_good_on,
        until_on=None,
        opened_by_id=fault.by_id,
        actor=fault.actor,
        fault_id=fault.id,
        last_good_id=good.id if good is not None and good.performed_on == fault.last_good_on else None,
    )
    return _open(made, None)


def open_case(
    asset: Asset,
    *,
    reason: str,
    since: date | None = None,
    until: date | None = None,
    ranges: Sequence[RangeValues] = (),
    by: Person | None,
) -> Case:
    """Open a case by hand: about the days a standard was relied on, and where it was bad if that is known.

    Without `since` it begins at the last good result.
    """
    require(by, Verb.IMPACT_CONCLUDE, asset.owner_id)
    _refuse({**check_reason(reason), **check_window(since, until, clock.today()), **check_ranges(ranges)})
    if ranges:
        _refuse(check_measured(ranges, gathering.measured_by(asset.id)))
    good = impact.last_good(asset)
    start = since if since is not None else (good.performed_on if good else None)
    if start is not None and until is not None and until < start:
        text = _("%(end)s is before its last good result, of %(start)s.", end=said_day(until), start=said_day(start))
        raise Invalid({"until": [text]})
    made = Case(
        asset_id=asset.id,
        trigger=Trigger.MANUAL,
        reason=reason,
        from_on=start,
        until_on=until,
        opened_by_id=by.id if by else None,
        actor=by.name if by else "registry",
        last_good_id=good.id if good is not None and since is None else None,
        ranges=[CaseRange(position=place, **given) for place, given in enumerate(ranges)],
    )
    return _open(made, by)


def gather(case: Case, *, step: Step) -> None:
    """Find and judge everything else that relied on the standard of a case; its work is kept step by step."""
    case.problem = None
    gathering.finish(case, step=step)


def gave_up(case: Case, why: str) -> None:
    """Say why not everything could be found."""
    case.problem = why[:MOST_LETTERS]
    news.ask(case)


def gather_again(case: Case, *, by: Person | None) -> Case:
    """Ask once more for what could not be found."""
    require(by, Verb.IMPACT_CONCLUDE, case.asset.owner_id)
    if case.state is not CaseState.GATHERING:
        raise Conflict(_("Everything that relied on the standard was found already."))
    case.problem = None
    tasks.enqueue(GATHER, case.id)
    db.session.flush()
    return case


def dispose(
    case: Case,
    *,
    disposition: Disposition,
    reason: str,
    items: Sequence[int] | None = None,
    significance: Significance | None = None,
    seen: datetime | None = None,
    work_due_on: date | None = None,
    by: Person | None,
) -> int:
    """Decide about items of a case, given by their keys, or about all undecided ones of a significance; gives how many.

    What was decided may be decided anew until the case is signed off, by who saw it: `seen` is the time of the newest
    decision they know of, and what is newer is not overwritten. Raises Conflict then, and Invalid beside an item that
    is not in the case. What is decided to be done anew is due at once, or up to `work_due_on`.
    """
    require(by, Verb.IMPACT_CONCLUDE, case.asset.owner_id)
    _refuse(check_reason(reason))
    if case.state not in ACTIVE:
        raise Conflict(_("This case is closed; nothing in it is decided any more."))
    decided: dict[str, Any] = {
        "disposition": disposition,
        "disposition_reason": reason,
        "disposed_at": clock.now(),
        "disposed_by_id": by.id if by else None,
        "disposed_actor": by.name if by else "registry",
        "doubt": doubt_of(disposition),
        "work_due_on": deciding.work_due_on(disposition, work_due_on, clock.today()),
    }
    said: audit.Changes = {"significance": [None, significance]}
    if items is not None:
        found = deciding.chosen(case, items, seen)
        told = deciding.told(found, decided)
        deciding.decide(found, decided)
        number = len(found)
    else:
        number = deciding.decide_all(case, significance, decided)
        told = [{"disposition": [None, disposition], "items": [None, number], "reason": [None, reason]}]
    if work_due_on is not None:
        told = [one | {"work_due_on": [None, work_due_on]} for one in told]
    audit.record_all("case.dispose", [(("case", case.id), said | one) for one in told], by=by)
    db.session.flush()
    news.ask(case)
    return number


def sign_off(case: Case, *, conclusion: str, password: str | None = None, by: Person | None) -> Case:
    """Close a case once everything in it is decided; the look that a fault asked for is concluded with it.

    Who signs it off types their password again.
    """
    require(by, Verb.IMPACT_CONCLUDE, case.asset.owner_id)
    if case.state not in ACTIVE:
        raise Conflict(_("This case is closed already."))
    if case.state is CaseState.GATHERING:
        raise Conflict(_("Not everything that relied on the standard is found yet; sign it off when it is."))
    waiting = queries.progress(case).open
    if waiting:
        raise Conflict(_("%(num)s items are not decided yet; decide about each of them first.", num=waiting))
    confirm(by, password)
    _end(case, CaseState.CLOSED, conclusion, by)
    db.session.flush()
    nobody = [owner.name_vi for owner in owners.untold(case)]
    audit.record(sealing.SIGN_OFF, ("case", case.id), sealing.sealed(case, nobody, by), by=by)
    fault = db.session.get(Fault, case.fault_id) if case.fault_id is not None else None
    if fault is not None and fault.impact_at is None:
        lifecycle.conclude_impact(case.asset, fault, conclusion=conclusion, by=by)
    db.session.flush()
    return case


def _found_bad(record: Calibration, by: Person | None) -> Case | None:
    """Open a case if a record says that its asset was out of tolerance and others relied on it meanwhile."""
    points = impact.points_of(record)
    if not is_out_of_tolerance(record.outcome, points):
        return None
    good = impact.last_good(record.asset, before=record)
    start = good.performed_on if good else None
    until = windows.good_again_on(record, points)
    if not impact.how_many(impact.family_of(record.asset_id), impact.Window(start, until), most=1):
        return None
    made = Case(
        asset_id=record.asset_id,
        trigger=Trigger.RESULT,
        reason=record.note,
        from_on=start,
        until_on=until,
        opened_by_id=by.id if by else None,
        actor=by.name if by else "registry",
        calibration_id=record.id,
        last_good_id=good.id if good else None,
        ranges=windows.ranges_of(points, good),
    )
    return _open(made, by)


def _about_lost(record: Calibration, window: impact.Window, by: Person | None) -> Case:
    """A case about a standard of which nothing shows any more that it was good in a window."""
    why = _(
        "Record %(key)s of %(day)s, on which results rest, was voided: %(why)s",
        key=record.id,
        day=said_day(record.performed_on),
        why=record.void_reason,
    )
    is_free = not db.session.scalar(select(exists().where(Case.calibration_id == record.id)))
    return Case(
        asset_id=record.asset_id,
        trigger=Trigger.VOIDED,
        reason=why,
        from_on=window.since,
        until_on=window.until,
        opened_by_id=by.id if by else None,
        actor=by.name if by else "registry",
        calibration_id=record.id if is_free else None,
    )


def _follow(record: Calibration, by: Person | None) -> Case | None:
    """Let a case be about the amendment of the record that opened it, and end it if that does not fail any more.

    What was decided stays; it is signed off anew, for it was signed off on other numbers.
    """
    case = queries.opened_by(None, record.amends_id) if record.amends_id is not None else None
    if case is None:
        return None
    points = impact.points_of(record)
    if not is_out_of_tolerance(record.outcome, points):
        text = _("The record that opened it was amended and fails no more: %(why)s", why=record.amendment_reason)
        _withdraw(case, text, by)
        return None
    good = impact.last_good(record.asset, before=record)
    case.calibration_id, case.last_good_id = record.id, good.id if good else None
    case.from_on = good.performed_on if good else None
    case.until_on = windows.good_again_on(record, points)
    windows.open_again(case)
    why = _("The record that opened it was amended: %(why)s", why=record.amendment_reason)
    audit.record("case.follow", ("case", case.id), audit.changes_of(case) | {"reason": [None, why]}, by=by)
    windows.look_again(case, windows.ranges_of(points, good))
    return case


def _withdraw(case: Case, why: str, by: Person | None) -> None:
    """End a case that has no ground any more, also one that was signed off, with its marks."""
    _end(case, CaseState.WITHDRAWN, why, by)
    audit.record("case.withdraw", ("case", case.id), audit.changes_of(case), by=by)
    db.session.flush()
    _forget_doubts(case)


def _open(made: Case, by: Person | None) -> Case:
    db.session.add(made)
    db.session.flush()
    if not gathering.begin(made):
        tasks.enqueue(GATHER, made.id)
    changes: audit.Changes = {
        "trigger": [None, made.trigger],
        "from_on": [None, made.from_on],
        "until_on": [None, made.until_on],
        "reason": [None, made.reason],
        "asset": [None, made.asset.tag],
    }
    audit.record("case.open", ("case", made.id), changes, by=by)
    db.session.flush()
    return made


def _reopen(case: Case, record: Calibration, by: Person | None) -> None:
    """Open a case that was signed off again if a record came late that waits for a decision; the log keeps both."""
    if case.state is not CaseState.CLOSED or not queries.progress(case).open:
        return
    case.state = CaseState.OPEN
    case.conclusion = case.closed_at = case.closed_by_id = case.closed_actor = None
    late: audit.Changes = {"record": [None, record.id], "performed_on": [None, record.performed_on]}
    audit.record("case.reopen", ("case", case.id), audit.changes_of(case) | late, by=by)
    db.session.flush()


def _end(case: Case, state: CaseState, conclusion: str, by: Person | None) -> None:
    case.state, case.conclusion, case.closed_at = state, conclusion, clock.now()
    case.closed_by_id, case.closed_actor = (by.id, by.name) if by else (None, "registry")


def _forget_doubts(case: Case) -> None:
    """Take the marks of a case off everything."""
    of_case = CaseItem.case_id == case.id
    cleared = update(CaseItem).where(of_case, CaseItem.doubt.is_not(None)).values(doubt=None)
    db.session.execute(cleared.execution_options(synchronize_session=False))
    doubts.mark(select(CaseItem.asset_id).where(of_case))
    calling.move_days(select(CaseItem.asset_id).where(of_case))
    news.ask(case)


def _refuse(messages: Any) -> None:  # noqa: ANN401 — messages by field
    if messages:
        raise Invalid(messages)
