"""What a review looks at: schedules that are alike, the records that count, and the law; and proposals made earlier."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, false, func, or_, select

from registry.accounts.models import Person
from registry.assets import queries as assets
from registry.assets.models import Asset, Schedule
from registry.assets.queries import in_use
from registry.assets.rules import Proof, ScheduleKind
from registry.assets.schedules import interval_of
from registry.assets.types.models import InstrumentType
from registry.assets.types.rules import ControlGroup, in_force
from registry.calibration.due import queries as due
from registry.calibration.models import Calibration, CalibrationPoint
from registry.calibration.review.history import Work
from registry.calibration.review.models import IntervalReview
from registry.calibration.review.rules import Law, Scope
from registry.calibration.rules import RecordStatus
from registry.calibration.stability.rules import Taken
from registry.kernel import clock, paging
from registry.kernel.calendar import Interval
from registry.kernel.db import db
from registry.kernel.errors import Conflict, NotFound
from registry.kernel.i18n import _

MOST_MEMBERS: Final = 500
MOST_RECORDS: Final = 2000
MOST_POINTS: Final = 50_000


@dataclass(frozen=True)
class Evidence:
    """What a review of a schedule rests on: the schedules that are alike, the law, and their records, oldest first.

    `is_cut`: only the newest records were read.
    """

    schedule: Schedule
    members: Sequence[Schedule]
    law: Law
    works: Sequence[Work]
    is_cut: bool

    @cached_property
    def digest(self) -> str:
        """The digest of all that a proposal depends on; issued records never change, so that their keys say them."""
        said: list[Any] = [[one.id, one.asset_id, *interval_of(one)] for one in self.members]
        said += [[work.record for work in self.works], self.law.binds, self.law.cycle]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def asset_schedule(person: Person, tag: str, kind: str, *, lock: bool = False) -> tuple[Asset, Schedule]:
    """An asset with its schedule, for those who read all records of its owner: a review may look at several items."""
    asset, schedule = due.asset_schedule(person, tag, kind, lock=lock)
    if not assets.sees(person, asset.owner_id):
        raise assets.unknown(tag)
    return asset, schedule


def evidence(asset: Asset, schedule: Schedule, scope: Scope) -> Evidence:
    """What there is to go by. Raises Conflict where nothing says which items are alike, or there are too many."""
    members = [schedule] if scope is Scope.SCHEDULE else _alike(asset, schedule, scope)
    works, is_cut = _works([one.asset_id for one in members], schedule.kind)
    return Evidence(schedule, members, law(members), works, is_cut)


def law(members: Sequence[Schedule]) -> Law:
    """What the law allows for all of some schedules, which have one kind and one interval."""
    if members[0].kind is not ScheduleKind.VERIFICATION:
        return Law()
    agreed = interval_of(members[0])
    kinds = select(Asset.instrument_type_id).where(Asset.id.in_([one.asset_id for one in members])).distinct()
    cycles = [_cycle(key, agreed) for key in db.session.scalars(kinds).all()]
    return Law(binds=True, cycle=min(cycles, key=lambda cycle: cycle.average_days))


def review_of(schedule: Schedule, key: int) -> IntervalReview:
    """A review of a schedule, kept from others until the commit where the asset is; raises NotFound."""
    found = db.session.scalar(
        select(IntervalReview).filter_by(schedule_id=schedule.id, id=key).execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(_("There is no review %(key)s of this schedule.", key=key))
    return found


def changed_by_hand(schedule: Schedule) -> int | None:
    """The key of the review that decided the interval, if another one holds now."""
    review = db.session.get(IntervalReview, schedule.review_id) if schedule.review_id else None
    if review is None or review.decided is None or review.decided.average_days == interval_of(schedule).average_days:
        return None
    return review.id


def page_of(
    schedule: Schedule, *, limit: int = 50, cursor: str | None = None, count: str | None = None
) -> paging.Page[IntervalReview]:
    """The reviews of a schedule, newest first."""
    table = IntervalReview.__table__.c
    wanted = select(IntervalReview).filter_by(schedule_id=schedule.id)
    return paging.page(wanted, paging.Order((table.id,), descending=True), limit=limit, cursor=cursor, count=count)


def _cycle(type_id: int | None, agreed: Interval) -> Interval:
    """The cycle of the circular in force; what was agreed where none is known."""
    kind = None if type_id is None else db.session.get_one(InstrumentType, type_id)
    version = in_force(kind.versions, clock.today()) if kind and kind.group is ControlGroup.TWO else None
    months = version.period_months if version and version.periodic else None
    return agreed if months is None else Interval(months)


def _alike(asset: Asset, schedule: Schedule, scope: Scope) -> list[Schedule]:
    """The schedules of one owner's items of the same make or type in use, with the same kind and interval."""
    same: ColumnElement[bool]
    if scope is Scope.MODEL:
        if not asset.model:
            raise Conflict(_("This item has no model, so that nothing says what is like it."))
        same = (Asset.model == asset.model) & (Asset.manufacturer.is_not_distinct_from(asset.manufacturer))
    else:
        if asset.instrument_type_id is None:
            raise Conflict(_("This item has no type of the catalogue, so that nothing says what is like it."))
        same = Asset.instrument_type_id == asset.instrument_type_id
    wanted = (
        select(Schedule)
        .join(Asset, Asset.id == Schedule.asset_id)
        .where(
            Asset.owner_id == asset.owner_id,
            or_(same & in_use(), Asset.id == asset.id),
            Schedule.kind == schedule.kind,
            Schedule.proof != Proof.NOT_REQUIRED,
            Schedule.interval == schedule.interval,
            Schedule.interval_unit == schedule.interval_unit,
        )
        .order_by(Schedule.id)
    )
    found = list(db.session.scalars(wanted.limit(MOST_MEMBERS + 1)))
    if len(found) > MOST_MEMBERS:
        raise Conflict(_("More than %(most)s items are like this one; review it alone.", most=MOST_MEMBERS))
    return found


def _works(asset_ids: Sequence[int], kind: ScheduleKind) -> tuple[Sequence[Work], bool]:
    """The newest issued records of a kind with their points, oldest first, in two statements."""
    head: list[Any] = [Calibration.id, Calibration.asset_id, Calibration.performed_on, Calibration.outcome]
    issued = (
        Calibration.asset_id.in_(asset_ids),
        Calibration.kind == kind,
        Calibration.status == RecordStatus.ISSUED,
    )
    newest_first = Calibration.performed_on.desc(), Calibration.id.desc()
    wanted = select(*head, Calibration.adjusted).where(*issued).order_by(*newest_first).limit(MOST_RECORDS + 1)
    records = db.session.execute(wanted).all()
    newest = wanted.with_only_columns(Calibration.id).limit(MOST_RECORDS).subquery()
    columns: list[Any] = [Calibration.id, Calibration.kind, Calibration.performed_on, Calibration.certificate_no]
    columns += [func.coalesce(Calibration.adjusted, false())]
    columns += [getattr(CalibrationPoint, name) for name in Taken._fields[len(columns) :]]
    asked = (
        select(*columns)
        .join(newest, newest.c.id == Calibration.id)
        .join(CalibrationPoint, CalibrationPoint.calibration_id == Calibration.id)
        .order_by(*newest_first, CalibrationPoint.position)
    )
    points: dict[int, list[Taken]] = {}
    read = [Taken(*row) for row in db.session.execute(asked.limit(MOST_POINTS + 1))]
    partial = read[-1].record if len(read) > MOST_POINTS else None
    for point in read:
        if point.record != partial:
            points.setdefault(point.record, []).append(point)
    kept = records[:MOST_RECORDS]
    if partial is not None:
        kept = kept[: next(place for place, row in enumerate(kept) if row[0] == partial)]
    works = [
        Work(key, asset_id, performed_on, outcome, adjusted, points.get(key, ()))
        for key, asset_id, performed_on, outcome, adjusted in reversed(kept)
    ]
    return works, len(kept) < len(records)
