"""Facts taken back to an instant, change by change, as the log tells of them; see `knowledge`.

What holds is said by `records.holding` in SQL; here it is said of values, by the same rules.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import String, cast, select
from sqlalchemy.orm import selectinload

from registry.assets.rules import GONE, NOT_YET
from registry.calibration.rules import RecordStatus
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.labs.models import Accreditation, AccreditationDecision, Lab
from registry.labs.rules import AccreditationStatus
from registry.labs.standing import accredited_on, interrupted
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import ActivityKind, Stage

MOST_NAMED: Final = 10_000  # SQLite takes 32,766 parameters
STEPS: Final = selectinload(Activity.steps)
Values = Mapping[str, Any]


class Change(NamedTuple):
    """A line of the log: which record, and {field: [old, new]}."""

    key: str
    changes: Mapping[str, Sequence[Any]]


class Grant(NamedTuple):
    """An accreditation as it was known: what the rules of `labs.standing` read; whether it is `confirmed`, as now."""

    body: str
    number: str
    standard: str
    granted_on: date
    granted_until: date | None
    valid_until: date
    status: AccreditationStatus
    confirmed: bool
    decisions: Sequence["Known"]


class Known(NamedTuple):
    """A decision about an accreditation as it was known; whether it is `confirmed`, as now."""

    number: str
    kind: Any
    effective_on: date
    decided_on: date
    until_on: date | None
    valid_until: date | None
    annulled: bool
    confirmed: bool


def before(changes: Iterable[Change], fields: Collection[str]) -> dict[str, dict[str, Any]]:
    """For each record the values of some fields before its first change of them; `changes` in their order."""
    found: dict[str, dict[str, Any]] = {}
    for key, said in changes:
        known = found.setdefault(key, {})
        for name in fields:
            if name in said and name not in known:
                known[name] = said[name][0]
    return found


def asset_holds(said: Values) -> bool:
    """Whether an asset counts: in service once, and not a part of a set."""
    if said["parent"] is not None or said["status"] in NOT_YET:
        return False
    return said["status"] is not None and (said["status"] not in GONE or said["commissioned_on"] is not None)


def calibration_holds(said: Values) -> bool:
    """Whether a calibration counts: it is issued."""
    return bool(said["status"] == RecordStatus.ISSUED)


def of_activity(activity: Activity) -> dict[str, Any]:
    """What decides whether an activity counts."""
    steps = [{"stage": step.stage} for step in activity.steps]
    return {"kind": activity.kind, "void": activity.voided_at is not None, "steps": steps}


def activity_holds(said: Values) -> bool:
    """Whether an activity counts: not void, and an adoption once the programme is adopted."""
    adopted = any(step["stage"] == Stage.ADOPTED for step in said["steps"] or ())
    return not said["void"] and (said["kind"] is not ActivityKind.ADOPTION or adopted)


def standing(keys: Iterable[str], days: Iterable[date], instant: datetime) -> dict[date, set[str]]:
    """For each day, the codes of those laboratories that held an accreditation on it, as was known at an instant."""
    codes = sorted(set(keys))
    log = _log(codes, instant)
    held: dict[str, list[Grant]] = {code: [] for code in codes}
    wanted = select(Lab.code, Accreditation).join(Accreditation, Accreditation.lab_id == Lab.id)
    now: dict[str, list[Accreditation]] = {}
    for code, accreditation in db.session.execute(wanted.where(Lab.code.in_(codes))):
        now.setdefault(code, []).append(accreditation)
    for code in codes:
        listed = next((said["accreditations"][0] for said in log.get(code, ()) if "accreditations" in said), None)
        statuses = _statuses(log.get(code, ()))
        if listed is None:
            held[code] = [_grant(one, instant, statuses) for one in now.get(code, ())]
        else:
            mine = {_name(one.body, one.number, one.granted_on): one for one in now.get(code, ())}
            held[code] = [_said(one, mine, instant) for one in listed]
    return {day: {code for code, grants in held.items() if accredited_on(grants, day)} for day in days}


def _log(codes: Sequence[str], instant: datetime) -> dict[str, list[Values]]:
    """What the log says since of accreditations and of what was said of them without a day."""
    told = cast(AuditEntry.changes, String)
    wanted = select(AuditEntry.subject_key, AuditEntry.changes).where(
        AuditEntry.at > instant,
        AuditEntry.subject_type == "lab",
        AuditEntry.subject_key.in_(codes),
        told.contains('"accreditation'),
    )
    found: dict[str, list[Values]] = {}
    for code, changes in db.session.execute(wanted.order_by(AuditEntry.id)) if codes else ():
        found.setdefault(code, []).append(changes)
    return found


def _statuses(log: Iterable[Values]) -> dict[str, str]:
    """What was said without a day of the accreditations that a decision says it of since, by number."""
    found: dict[str, str] = {}
    for said in log:
        if "status" in said and "accreditation" in said:
            found.setdefault(str(said["accreditation"][1]), str(said["status"][0]))
    return found


def _grant(held: Accreditation, instant: datetime, statuses: Mapping[str, str]) -> Grant:
    return Grant(
        body=held.body,
        number=held.number,
        standard=held.standard,
        granted_on=held.granted_on,
        granted_until=held.granted_until,
        valid_until=held.valid_until,
        status=AccreditationStatus(statuses.get(held.number, held.status)),
        confirmed=held.confirmed,
        decisions=_known(held.decisions, instant),
    )


def _said(said: Values, now: Mapping[tuple[str, str, date], Accreditation], instant: datetime) -> Grant:
    """An accreditation of a list that another took the place of; with what was decided about it by then."""
    granted_on = date.fromisoformat(said["granted_on"])
    held = now.get(_name(said["body"], said["number"], granted_on))
    decided = held is not None and interrupted(held)
    return Grant(
        body=said["body"],
        number=said["number"],
        standard=said["standard"],
        granted_on=granted_on,
        granted_until=held.granted_until if held is not None else None,
        valid_until=date.fromisoformat(said["valid_until"]),
        status=held.status if held is not None and decided else AccreditationStatus(said["status"]),
        confirmed=held is not None and held.confirmed,
        decisions=_known(held.decisions, instant) if held is not None else (),
    )


def _known(decisions: Iterable[AccreditationDecision], instant: datetime) -> list[Known]:
    return [
        Known(
            one.number,
            one.kind,
            one.effective_on,
            one.decided_on,
            one.until_on,
            one.valid_until,
            annulled=one.annulled_at is not None and one.annulled_at <= instant,
            confirmed=one.confirmed_at is not None and one.confirmed_at <= instant,
        )
        for one in decisions
        if one.recorded_at <= instant
    ]


def _name(body: str, number: str, granted_on: date) -> tuple[str, str, date]:
    return body.casefold(), number.casefold(), granted_on
