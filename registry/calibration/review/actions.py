"""What is done about intervals: a proposal is made and kept, and a manager accepts, changes or rejects it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple, cast

from sqlalchemy import select

from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import actions as assets
from registry.assets.models import Asset, Schedule
from registry.assets.rules import ScheduleKind
from registry.assets.schedules import ScheduleValues, interval_of, spelt, told
from registry.calibration.review import proposal as proposals
from registry.calibration.review import queries, superseding
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.proposal import Method, Reason
from registry.calibration.review.proposing import Terms, proposed
from registry.calibration.review.rules import (
    LEAST_CHANGE,
    LONGEST,
    SHORTEST,
    Decision,
    Scope,
    check_believable,
    check_lawful,
    legal_steps,
    steps_of,
    time_per_step,
)
from registry.kernel import audit, clock
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden
from registry.kernel.i18n import _
from registry.kernel.text import digits


class Verdict(NamedTuple):
    """What a manager decides: the interval that shall hold, if another one, and why."""

    decision: Decision
    interval: Interval | None = None
    reason: str | None = None


DEEDS = {
    Decision.ACCEPTED: "asset.accept_interval",
    Decision.CHANGED: "asset.change_interval",
    Decision.REJECTED: "asset.reject_interval",
}
SAID = ("kind", "interval_months", "interval", "interval_unit")


def propose(
    asset: Asset,
    schedule: Schedule,
    *,
    method: Method,
    scope: Scope = Scope.SCHEDULE,
    target: Decimal = Decimal("0.95"),
    order: int = 1,
    shortest: int | None = None,
    longest: int | None = None,
    by: Person | None,
) -> IntervalReview:
    """Let a method propose an interval and keep what it says; nothing changes until a manager decides.

    What a person said before of the same records is not kept twice: it is given again; it takes the place of what
    another said, so that they may decide about it. What is as it is needs no decision.
    `shortest` and `longest` are in the steps of the review, months or days. Raises Conflict in words where the records
    do not suffice.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    found = queries.evidence(asset, schedule, scope)
    now = interval_of(schedule)
    steps = steps_of(now)
    if longest is not None:
        check_believable(Interval(longest, steps.unit), now, "longest")
    interval = proposals.Interval(
        current=steps.number,
        shortest=SHORTEST[steps.unit] if shortest is None else shortest,
        longest=LONGEST[steps.unit] if longest is None else longest,
        legal_cycle=legal_steps(found.law, steps.unit),
        time_per_step=time_per_step(steps.unit),
    )
    made = proposed(method, found.works, interval, Terms(target, order, LEAST_CHANGE[steps.unit]))
    review = IntervalReview(
        schedule_id=schedule.id,
        scope=scope,
        method=method,
        interval=now.number,
        interval_unit=now.unit,
        terms={"target": digits(target), "order": order, "shortest": interval.shortest, "longest": interval.longest},
        data={
            "schedules": [one.id for one in found.members],
            "records": [work.record for work in found.works],
            "used": sorted(made.used),
            "left_out": made.left_out,
            "is_cut": found.is_cut,
        },
        data_hash=found.digest,
        numbers={"wanted": made.proposal.wanted} | made.numbers,
        reasons=[_told(reason) for reason in made.proposal.reasons],
        proposed=made.proposal.proposed,
        proposed_unit=steps.unit,
        made_at=clock.now(),
        made_by_id=by.id if by else None,
        made_by=by.name if by else "registry",
    )
    before = superseding.same_as(review)
    if before is not None and (before.decision is not None or before.made_by_id == review.made_by_id):
        return before
    if review.proposal == steps:
        review.decision, review.decided_at = Decision.KEPT, review.made_at
        review.decided_by, review.decided_by_id = review.made_by, review.made_by_id
    db.session.add(review)
    db.session.flush()
    superseding.end_stale(schedule, review, before, by=by)
    said: audit.Changes = {"schedule": [None, schedule.kind], "method": [None, method]}
    audit.record("asset.propose_interval", ("asset", asset.tag), said | _changed(review, review.proposal), by=by)
    return review


def accept(
    asset: Asset,
    schedule: Schedule,
    review: IntervalReview,
    *,
    reason: str,
    password: str | None = None,
    by: Person | None,
) -> IntervalReview:
    """Let what is proposed be the interval, of every schedule the proposal is for; due dates stand until new proofs.

    A manager other than who had it proposed does, with a reason and their password.
    """
    members = _fresh(asset, schedule, review, by)
    check_lawful(queries.law(members), review.proposal)
    confirm(by, password)
    return _decide(asset, members, review, Verdict(Decision.ACCEPTED, review.proposal, reason), by)


def change(
    asset: Asset,
    schedule: Schedule,
    review: IntervalReview,
    *,
    interval: int,
    interval_unit: IntervalUnit = IntervalUnit.MONTHS,
    reason: str,
    password: str | None = None,
    by: Person | None,
) -> IntervalReview:
    """Let another interval than the proposed one hold, as `accept` does; also where the proposal was to keep it."""
    members = _fresh(asset, schedule, review, by, kept_is_open=True)
    given = Interval(interval, interval_unit)
    check_lawful(queries.law(members), given)
    check_believable(given, interval_of(schedule))
    confirm(by, password)
    return _decide(asset, members, review, Verdict(Decision.CHANGED, given, reason), by)


def reject(
    asset: Asset, schedule: Schedule, review: IntervalReview, *, reason: str, by: Person | None
) -> IntervalReview:
    """Leave the interval as it is, with a reason; also a stale proposal can be rejected."""
    require(by, Verb.CALIBRATION_APPROVE, asset.owner_id)
    _refuse_decided(review)
    return _decide(asset, [schedule], review, Verdict(Decision.REJECTED, reason=reason), by)


def _fresh(
    asset: Asset, schedule: Schedule, review: IntervalReview, by: Person | None, *, kept_is_open: bool = False
) -> Sequence[Schedule]:
    """The schedules a proposal is for, if somebody else made it and nothing it depends on has changed since."""
    require(by, Verb.CALIBRATION_APPROVE, asset.owner_id)
    if by is not None and by.id == review.made_by_id:
        raise Forbidden(
            _("Who had an interval proposed does not decide that it holds; ask a second person, or reject it.")
        )
    if not (kept_is_open and review.decision is Decision.KEPT):
        _refuse_decided(review)
    keys = select(Schedule.asset_id).where(Schedule.id.in_(review.data["schedules"]))
    db.session.execute(select(Asset.id).where(Asset.id.in_(keys)).order_by(Asset.id).with_for_update())
    found = queries.evidence(asset, schedule, review.scope)
    if found.digest != review.data_hash:
        raise Conflict(_("The schedule, the records or the law have changed since this was proposed; propose anew."))
    return found.members


def _refuse_decided(review: IntervalReview) -> None:
    if review.decision in {Decision.KEPT, Decision.SUPERSEDED}:
        raise Conflict(_("This proposal needs no decision any more; propose anew."))
    if review.decision is not None:
        raise Conflict(_("This proposal was decided already, by %(name)s.", name=review.decided_by or ""))


def _decide(
    asset: Asset, members: Sequence[Schedule], review: IntervalReview, verdict: Verdict, by: Person | None
) -> IntervalReview:
    decision, interval, reason = verdict
    review.decision, review.reason = decision, reason
    review.decided_at, review.decided_by = clock.now(), by.name if by else "registry"
    review.decided_by_id = by.id if by else None
    if interval is not None:
        review.decided_interval, review.decided_unit = interval
    kind = members[0].kind
    said: audit.Changes = {"schedule": [None, kind], "reason": [None, reason], **_changed(review, interval)}
    audit.record(DEEDS[decision], ("asset", asset.tag), said, by=by)
    if interval is not None:
        for member in members:
            member.review_id = review.id
            _agree(db.session.get_one(Asset, member.asset_id), kind, interval, by)
        superseding.end_all(members, review, by=by)
    db.session.flush()
    return review


def _agree(asset: Asset, kind: ScheduleKind, interval: Interval, by: Person | None) -> None:
    """Give the schedule of a kind another interval; everything else of the asset's schedules stays."""
    given: list[ScheduleValues] = []
    for schedule in asset.required_schedules:
        said = dict(told(schedule))
        if schedule.kind is kind:
            said = {name: value for name, value in said.items() if name not in SAID} | {"kind": kind} | spelt(interval)
        given.append(cast("ScheduleValues", said))
    assets.edit(asset, schedules=given, by=by)


def _changed(review: IntervalReview, interval: Interval | None) -> audit.Changes:
    """What the log says of a review, by its key, and of the interval."""
    said: audit.Changes = {"review": [None, review.id]}
    if interval is not None:
        said |= {
            "interval": [review.interval, interval.number],
            "interval_unit": [review.interval_unit, interval.unit],
        }
    return said


def _told(reason: Reason) -> dict[str, Any]:
    """A reason as JSON can say it."""
    values = {name: str(value) if isinstance(value, Decimal | str) else value for name, value in reason.values.items()}
    return {"code": reason.code, "values": values}
