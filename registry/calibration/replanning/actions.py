"""What changes planned days: all of a proposal in one go, and taking them back."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NotRequired, TypedDict, cast

from sqlalchemy import Table, bindparam

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import tags
from registry.assets.models import Asset, Schedule
from registry.assets.queries import visible_to
from registry.assets.rules import Proof, ScheduleKind
from registry.calibration.replanning import queries
from registry.calibration.replanning.queries import Candidate
from registry.calibration.replanning.rules import fault_of
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.i18n import _

schedule = cast("Table", Schedule.__table__)


class Planned(TypedDict):
    """A planned day as it is given, with the due date that was looked at; None takes the day back."""

    asset: str
    kind: ScheduleKind
    due_on: date
    planned_on: NotRequired[date | None]


def plan(*, items: Sequence[Planned], by: Person) -> int:
    """Plan work for days no later than it is due: all or none. Gives how many changed.

    Raises Conflict when a due date is not the one that was looked at.
    """
    held = {(one.asset, one.kind): one for one in _locked({_tag(item["asset"]) for item in items}, by)}
    _require({one.owner_id for one in held.values()}, by)
    faults: dict[str, list[str]] = {}
    moved: list[tuple[Candidate, date | None]] = []
    stale = 0
    for place, item in enumerate(items):
        one, day = held.get((_tag(item["asset"]), item["kind"])), item.get("planned_on")
        if one is None:
            text = _("There is no such schedule with a due date, or you may not see it.")
            faults[f"items.{place}.asset"] = [text]
        elif fault := fault_of(day, item["due_on"], clock.today()):
            faults[f"items.{place}.planned_on"] = [fault]
        elif one.due_on != item["due_on"]:
            stale += 1
        else:
            moved.append((one, day))
    if faults:
        raise Invalid(faults)
    if stale:
        raise Conflict(_("Nothing was planned: the due dates of %(count)s have moved. Look again.", count=stale))
    return _write("asset.plan", moved, by)


def clear(
    *,
    due_from: date,
    due_to: date,
    owner: str | None = None,
    kind: ScheduleKind | None = None,
    lab: str | None = None,
    by: Person,
) -> int:
    """Take back the planned days of what falls due in a range; gives how many."""
    found = queries.candidates(by, due_from=due_from, due_to=due_to, owner=owner, kind=kind, lab=lab)
    planned = [one for one in found if one.planned_on is not None]
    _require({one.owner_id for one in planned}, by)
    return _write("asset.unplan", [(one, None) for one in planned], by)


def _tag(said: str) -> str:
    try:
        return tags.parse(said)
    except NotFound:
        return said  # which no asset has


def _locked(wanted: Iterable[str], by: Person) -> list[Candidate]:
    """The good schedules of assets a person may see, kept from others until the commit, in one order."""
    asked = visible_to(by, queries.lines()).where(
        Asset.tag.in_(wanted), Schedule.proof == Proof.GOOD, Schedule.due_on.is_not(None)
    )
    return [Candidate(*row) for row in db.session.execute(asked.order_by(Schedule.id).with_for_update(of=Schedule))]


def _require(owner_ids: Iterable[int], by: Person) -> None:
    for owner_id in sorted(owner_ids):
        require(by, Verb.ASSET_WRITE, owner_id)


def _write(action: str, moved: Sequence[tuple[Candidate, date | None]], by: Person) -> int:
    changed = {one.key: (one, day) for one, day in moved if one.planned_on != day}
    if changed:
        values = [{"key": key, "day": day} for key, (_one, day) in changed.items()]
        put = schedule.update().where(schedule.c.id == bindparam("key")).values(planned_on=bindparam("day"))
        db.session.execute(put, values)
        told = (
            (("asset", one.asset), cast("audit.Changes", {f"{one.kind}.planned_on": [one.planned_on, day]}))
            for one, day in changed.values()
        )
        audit.record_all(action, told, by=by)
    return len(changed)
