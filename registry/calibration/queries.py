"""What was calibrated, what it proves, and what is overdue: asked of facts and today, never of a stored flag."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import joinedload, lazyload, selectinload
from sqlalchemy.orm.interfaces import LoaderOption

from registry.accounts.models import Person
from registry.accounts.queries import reach
from registry.assets import tags
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof
from registry.calibration import intervals
from registry.calibration.models import Calibration, CalibrationStandard, OverdueTurn
from registry.calibration.rules import (
    CalibrationKind,
    CalibrationOrder,
    Outcome,
    RecordStatus,
    Standing,
    proof_of,
    standing,
)
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.schema import shown
from registry.kernel.text import like_pattern, words_of
from registry.labs.models import Lab

_table = Calibration.__table__.c
ORDERS: Mapping[CalibrationOrder, paging.Order] = {
    CalibrationOrder.PERFORMED_ON: paging.Order((_table.performed_on, _table.id)),
    CalibrationOrder.PERFORMED_ON_DOWN: paging.Order((_table.performed_on, _table.id), descending=True),
}
HISTORY = 100


class DueReason(StrEnum):
    """Why a schedule is due when it is."""

    CERTIFICATE = "certificate"
    INTERVAL = "interval"
    MONTH_END = "month_end"
    EARLIER_INTERVAL = "earlier_interval"
    FAILED = "failed"
    NO_RECORD = "no_record"


@dataclass(frozen=True)
class Explanation:
    """Why a schedule is due on its day: `record` decides it.

    The day is the one printed on the certificate; the interval after the work; the last day of a month that was too
    short for that; or what an interval said that was changed since. Or there is no day: the record failed, or none is.
    """

    reason: DueReason
    schedule: Schedule
    record: Calibration | None = None


def visible_to(person: Person) -> ColumnElement[bool]:
    """The calibrations a person may read: of assets, or by laboratories, of organisations within their reach."""
    within = reach(person)
    if within is None:
        return true()
    return or_(
        Calibration.asset_id.in_(select(Asset.id).where(Asset.owner_id.in_(within))),
        Calibration.lab_id.in_(select(Lab.id).where(Lab.organisation_id.in_(within))),
    )


def by_id(person: Person, key: int) -> Calibration:
    """A calibration with its standards and points, read afresh; raises NotFound, also for strangers."""
    wanted = select(Calibration).where(Calibration.id == key, visible_to(person))
    shows = *_line(), selectinload(Calibration.points), *_signers()
    found = db.session.scalar(wanted.options(*shows).execution_options(populate_existing=True))
    if found is None:
        raise NotFound(_("There is no calibration record %(key)s, or you may not see it.", key=key))
    return found


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
    sort: CalibrationOrder = CalibrationOrder.PERFORMED_ON_DOWN,
    asset: str | None = None,
    lab: str | None = None,
    kind: CalibrationKind | None = None,
    outcome: Outcome | None = None,
    status: RecordStatus | None = None,
    performed_from: date | None = None,
    performed_to: date | None = None,
) -> paging.Page[Calibration]:
    """Calibrations a person may read that answer to every filter; both ends of the days are inclusive."""
    wanted = select(Calibration).where(visible_to(person)).options(*_line())
    equal = {Calibration.kind: kind, Calibration.outcome: outcome, Calibration.status: status}
    wanted = wanted.where(*(column == value for column, value in equal.items() if value is not None))
    if q:
        wanted = wanted.where(_found_by(q))
    if asset is not None:
        wanted = wanted.where(Calibration.asset_id == asset_field(asset, "asset").id)
    if lab is not None:
        wanted = wanted.where(Calibration.lab_id.in_(select(Lab.id).where(Lab.code == lab)))
    if performed_from is not None:
        wanted = wanted.where(Calibration.performed_on >= performed_from)
    if performed_to is not None:
        wanted = wanted.where(Calibration.performed_on <= performed_to)
    return paging.page(wanted, ORDERS[sort], limit=limit, cursor=cursor, count=count)


def history(asset: Asset, *, limit: int = HISTORY) -> Sequence[Calibration]:
    """The records of an asset that the caller may see, newest work first; void ones stay readable."""
    wanted = select(Calibration).where(Calibration.asset_id == asset.id).options(*_line())
    newest_first = wanted.order_by(Calibration.performed_on.desc(), Calibration.id.desc())
    return db.session.scalars(newest_first.limit(limit)).all()


def asset_field(tag: str, field: str, *, lock: bool = False) -> Asset:
    """The asset a field names by its tag or its label, whoever asks: who holds that knows it. Raises Invalid beside it.

    `lock` keeps others from recording about the same asset until the commit.
    """
    try:
        parsed = tags.parse(tag)
    except NotFound as error:
        raise Invalid({field: [error.detail]}) from error
    called = or_(Asset.tag == parsed, Asset.label_tag == parsed)
    wanted = select(Asset).where(called).execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=Asset) if lock else wanted)
    if found is None:
        message = _("No asset has the tag “%(tag)s”; compare it with the label.", tag=shown(parsed))
        raise Invalid({field: [message]})
    return found


def schedule_of(asset: Asset, kind: CalibrationKind) -> Schedule | None:
    """The schedule of that kind an asset is held to, if any."""
    return next((schedule for schedule in asset.required_schedules if schedule.kind is kind), None)


def deciding(asset_id: int, kind: CalibrationKind) -> Calibration | None:
    """The issued record that says how an asset stands: the newest work; of the same day, what was recorded last."""
    wanted = select(Calibration).filter_by(asset_id=asset_id, kind=kind, status=RecordStatus.ISSUED)
    return db.session.scalar(wanted.order_by(Calibration.performed_on.desc(), Calibration.id.desc()).limit(1))


def due_explained(schedule: Schedule) -> Explanation:
    """Why a schedule is due on its day: the record that decides, and the printed end or the interval that led there."""
    record = deciding(schedule.asset_id, schedule.kind)
    if record is None:
        return Explanation(DueReason.NO_RECORD, schedule)
    if proof_of(record.outcome) is Proof.FAILED:
        return Explanation(DueReason.FAILED, schedule, record)
    until = intervals.due(record.performed_on, schedule.interval_months, record.valid_until)
    if until is None or until.on != schedule.due_on:
        return Explanation(DueReason.EARLIER_INTERVAL, schedule, record)
    if until.source is intervals.DueSource.CERTIFICATE:
        return Explanation(DueReason.CERTIFICATE, schedule, record)
    return Explanation(DueReason.MONTH_END if until.clamped else DueReason.INTERVAL, schedule, record)


def undecided(*, limit: int = 1000) -> Sequence[tuple[Asset, CalibrationKind]]:
    """Assets, locked, with a kind of schedule that has no proof although issued records of that kind exist."""
    issued = exists().where(
        Calibration.asset_id == Schedule.asset_id,
        Calibration.kind == Schedule.kind,
        Calibration.status == RecordStatus.ISSUED,
    )
    wanted = (
        select(Asset, Schedule.kind)
        .join(Schedule, Schedule.asset_id == Asset.id)
        .where(Schedule.proof == Proof.MISSING, issued)
        .order_by(Asset.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted.with_for_update(of=Asset))]


def same_certificate(asset: Asset, lab: Lab | None, kind: CalibrationKind, certificate_no: str) -> Calibration | None:
    """The record, not void, of that certificate of a laboratory for the same asset and kind of work.

    Numbers that differ in capitals or spaces only are the same; Python compares them, as SQLite knows no capital Đ.
    """
    numbers = select(Calibration.id, Calibration.certificate_no).where(Calibration.status != RecordStatus.VOID)
    numbered = numbers.filter_by(asset_id=asset.id, lab_id=lab.id if lab else None, kind=kind)
    wanted = _plain_number(certificate_no)
    same = (key for key, number in db.session.execute(numbered) if _plain_number(number) == wanted)
    key = next(same, None)
    return db.session.get(Calibration, key) if key is not None else None


def standings(assets: Iterable[Asset], day: date) -> dict[int, Standing]:
    """How each asset stood on a day, by its key: one query however many."""
    listed = list(assets)
    if not listed:
        return {}
    newest_first = (Calibration.performed_on.desc(), Calibration.id.desc())
    rank = func.row_number().over(partition_by=(Calibration.asset_id, Calibration.kind), order_by=newest_first)
    up_to_then = (
        select(Calibration.id, rank.label("rank"))
        .where(
            Calibration.asset_id.in_([asset.id for asset in listed]),
            Calibration.status == RecordStatus.ISSUED,
            Calibration.performed_on <= day,
        )
        .subquery()
    )
    wanted = select(Calibration).join(up_to_then, up_to_then.c.id == Calibration.id).where(up_to_then.c.rank == 1)
    newest: dict[int, dict[CalibrationKind, Calibration]] = {}
    for record in db.session.scalars(wanted):
        newest.setdefault(record.asset_id, {})[record.kind] = record
    return {
        asset.id: standing(
            newest.get(asset.id, {}),
            {line.kind for line in asset.required_schedules},
            day,
            expires_on=asset.expires_on,
        )
        for asset in listed
    }


def open_turns(asset: Asset) -> dict[int, date]:
    """Since when each flagged schedule of an asset is overdue, by the schedule's key."""
    wanted = select(OverdueTurn.schedule_id, OverdueTurn.since_on).filter_by(asset_id=asset.id, cleared_at=None)
    return {row.schedule_id: row.since_on for row in db.session.execute(wanted)}


def _plain_number(number: str | None) -> str:
    return " ".join((number or "").casefold().split())


def _found_by(typed: str) -> ColumnElement[bool]:
    in_asset = like_pattern(" ".join(words_of(typed)) or typed)
    return or_(
        Calibration.search.like(like_pattern(typed), escape="\\"),
        Calibration.asset_id.in_(select(Asset.id).where(Asset.search.like(in_asset, escape="\\"))),
    )


def _line() -> tuple[LoaderOption, ...]:
    """What a line of a list shows beside the record itself, in a fixed number of queries."""
    lean = lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules)
    return (
        joinedload(Calibration.asset, innerjoin=True).options(*lean),
        joinedload(Calibration.lab),
        selectinload(Calibration.standards).joinedload(CalibrationStandard.asset, innerjoin=True).options(*lean),
    )


def _signers() -> tuple[LoaderOption, ...]:
    lean = lazyload(Person.memberships)
    return joinedload(Calibration.recorded_by).options(lean), joinedload(Calibration.approved_by).options(lean)
