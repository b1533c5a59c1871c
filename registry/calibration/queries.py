"""What was calibrated, what it proves, and what is overdue: asked of facts and today, never of a stored flag."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, String, and_, bindparam, exists, func, or_, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import joinedload, lazyload, selectinload, with_expression
from sqlalchemy.orm.interfaces import LoaderOption

from registry.accounts.models import Person
from registry.accounts.queries import reach
from registry.assets import current, tags
from registry.assets.models import Asset, Schedule
from registry.calibration.cases.doubts import gravest
from registry.calibration.models import ISSUED, VOID, Calibration, CalibrationStandard, OverdueTurn
from registry.calibration.procedures.models import ProcedureVersion
from registry.calibration.rules import (
    OPEN_RECORDS,
    TRACEABLE,
    CalibrationKind,
    CalibrationOrder,
    Outcome,
    RecordStatus,
    certificate_key,
)
from registry.calibration.standing import Earlier, Standing, standing
from registry.kernel import paging
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import like_pattern, shown, words_of
from registry.labs.models import Lab

_table = Calibration.__table__.c
ORDERS: Mapping[CalibrationOrder, paging.Order] = {
    CalibrationOrder.PERFORMED_ON: paging.Order((_table.performed_on, _table.id)),
    CalibrationOrder.PERFORMED_ON_DOWN: paging.Order((_table.performed_on, _table.id), descending=True),
}
HISTORY = 100
NEWEST_ISSUED = (
    select(_table.id)
    .where(
        _table.asset_id == bindparam("asset_id"),
        _table.kind == bindparam("kind"),
        _table.status == ISSUED,
    )
    .order_by(_table.performed_on.desc(), _table.id.desc())
    .limit(1)
)
WRITING = ("calibration.record", "calibration.revise", "calibration.submit")
MOST_ITEMS = 200  # of one certificate, as far as they are compared


def visible_to(person: Person) -> ColumnElement[bool]:
    """The calibrations a person may read: of assets, or by laboratories, of organisations within their reach."""
    within = reach(person)
    if within is None:
        return is_there()
    held = Calibration.asset_id.in_(select(Asset.id).where(Asset.owner_id.in_(within)))
    done = Calibration.lab_id.in_(select(Lab.id).where(Lab.organisation_id.in_(within)))
    return and_(is_there(), or_(held, done))


def is_there() -> ColumnElement[bool]:
    """That a record does not belong to an import that is not whole yet, whose drafts nobody sees."""
    return or_(Calibration.import_id.is_(None), Calibration.status != RecordStatus.DRAFT)


def by_id(person: Person, key: int, *, lock: bool = False) -> Calibration:
    """A calibration with its standards and points, read afresh; raises NotFound, also for strangers.

    `lock` keeps others from changing it until the commit: who changes a record locks its asset first.
    """
    if lock:
        of_record = select(Calibration.asset_id).where(Calibration.id == key).scalar_subquery()
        db.session.execute(select(Asset.id).where(Asset.id == of_record).with_for_update())
    wanted = select(Calibration).where(Calibration.id == key, visible_to(person))
    parts = Calibration.points, Calibration.signatures, Calibration.amendments
    relied_on = selectinload(Calibration.standards).joinedload(CalibrationStandard.relied_on)
    shows = (
        *_line(),
        *(selectinload(part) for part in parts),
        joinedload(Calibration.amends),
        relied_on,
        _procedure(),
        *_signers(),
        with_expression(Calibration.doubt, gravest()),
    )
    found = db.session.scalar(wanted.options(*shows).execution_options(populate_existing=True))
    if found is None:
        raise missing(key)
    hide_foreign(person, found.standards)
    return found


def readable(person: Person, assets: Collection[int], records: Collection[int]) -> tuple[set[int], set[int]]:
    """Which of some assets, and which of some records, a person may read."""
    within = reach(person)
    if within is None:
        return set(assets), set(records)
    owned = select(Asset.id).where(Asset.id.in_(assets), Asset.owner_id.in_(within))
    theirs = select(Calibration.id).where(Calibration.id.in_(records), visible_to(person))
    return set(db.session.scalars(owned)), set(db.session.scalars(theirs))


def hide_foreign(person: Person, used: Sequence[CalibrationStandard]) -> None:
    """Who names the tag of a standard is told no more of it than whoever scans its label, unless they may read it."""
    if used:
        records = [use.relied_on_id for use in used if use.relied_on_id is not None]
        seen, read = readable(person, [use.asset_id for use in used], records)
        for use in used:
            use.is_hidden = use.asset_id not in seen and use.relied_on_id not in read


def known(key: int, person: Person | None) -> Calibration | None:
    """A calibration that a person may read, without its parts; None is the system itself, which reads everything."""
    wanted = select(Calibration).where(Calibration.id == key, is_there())
    found: Calibration | None = db.session.scalar(wanted if person is None else wanted.where(visible_to(person)))
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
    wanted = wanted.options(with_expression(Calibration.doubt, gravest())).execution_options(populate_existing=True)
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


def own_drafts(person: Person, *, limit: int) -> Sequence[Calibration]:
    """What a person wrote and is not issued yet, the newest first: drafts, returned ones, and what was handed in."""
    wanted = select(Calibration).where(
        Calibration.recorded_by_id == person.id, Calibration.status.in_(OPEN_RECORDS), visible_to(person)
    )
    return db.session.scalars(wanted.options(*_line()).order_by(Calibration.id.desc()).limit(limit)).all()


def wrote(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 — a key or a column
    """That a person recorded, revised or handed in a version of a record: the log knows all who did."""
    return exists().where(
        AuditEntry.subject_type == "calibration",
        AuditEntry.subject_key == as_type(Calibration.id, String),
        AuditEntry.action.in_(WRITING),
        AuditEntry.person_id == person_id,
    )


def writers(record: Calibration) -> frozenset[int]:
    """Who recorded, revised or handed in any version of a record."""
    about = AuditEntry.subject_type == "calibration", AuditEntry.subject_key == str(record.id)
    wanted = select(AuditEntry.person_id).where(*about, AuditEntry.action.in_(WRITING)).distinct()
    known = {record.recorded_by_id, record.submitted_by_id, *db.session.scalars(wanted)}
    return frozenset(key for key in known if key is not None)


def history(asset: Asset, *, limit: int = HISTORY) -> Sequence[Calibration]:
    """The records of an asset that the caller may see, newest work first; void ones stay readable."""
    wanted = select(Calibration).where(Calibration.asset_id == asset.id, is_there()).options(*_line())
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
    found = current.by_tag(parsed, lock=lock)
    if found is None:
        message = _("No asset has the tag “%(tag)s”; compare it with the label.", tag=shown(parsed))
        raise Invalid({field: [message]})
    return found


def schedule_of(asset: Asset, kind: CalibrationKind) -> Schedule | None:
    """The schedule of that kind an asset is held to, if any."""
    return next((schedule for schedule in asset.required_schedules if schedule.kind is kind), None)


def deciding(asset_id: int, kind: CalibrationKind) -> Calibration | None:
    """The issued record that says how an asset stands: the newest work; of the same day, what was recorded last."""
    key = db.session.scalar(NEWEST_ISSUED, {"asset_id": asset_id, "kind": kind})
    return None if key is None else db.session.get(Calibration, key)  # mostly the one that is being issued


def before(record: Calibration) -> Calibration | None:
    """The issued record of the same kind that decided until this one: what its work came up against."""
    asked = select(Calibration).filter_by(asset_id=record.asset_id, kind=record.kind, status=RecordStatus.ISSUED)
    earlier = or_(
        Calibration.performed_on < record.performed_on,
        and_(Calibration.performed_on == record.performed_on, Calibration.id < record.id),
    )
    newest_first = (Calibration.performed_on.desc(), Calibration.id.desc())
    return db.session.scalar(asked.where(earlier).order_by(*newest_first).limit(1))


def certificates(lab: Lab | None, asset: Asset, certificate_no: str) -> Sequence[Calibration]:
    """The records, not void, of a certificate: those of a laboratory, of any asset, or the owner's own of one asset.

    Numbers that differ in capitals or spaces only are the same.
    """
    said = {"key": certificate_key(certificate_no), "of": asset.id if lab is None else lab.id}
    keys = db.session.scalars(_certificates(by_a_lab=lab is not None), said).all()
    if not keys:  # as of nearly every certificate that is recorded
        return []
    return db.session.scalars(select(Calibration).where(Calibration.id.in_(keys)).order_by(Calibration.id)).all()


@cache  # asked at every issue, and slow to build
def _certificates(*, by_a_lab: bool) -> Select[int]:
    of: BindParameter[int] = bindparam("of")
    own = (_table.lab_id == of,) if by_a_lab else (_table.lab_id.is_(None), _table.asset_id == of)
    wanted = select(_table.id).where(_table.status != VOID, _table.certificate_key == bindparam("key"), *own)
    return wanted.order_by(_table.id).limit(MOST_ITEMS)


def siblings(person: Person, record: Calibration) -> Sequence[Calibration]:
    """The other items of a record's certificate, as far as a person may read them and the records stand."""
    if record.lab_id is None or record.certificate_key is None:
        return []
    wanted = select(Calibration).where(
        Calibration.lab_id == record.lab_id,
        Calibration.certificate_key == record.certificate_key,
        Calibration.asset_id != record.asset_id,
        Calibration.status.not_in((RecordStatus.VOID, RecordStatus.AMENDED)),
        visible_to(person),
    )
    return db.session.scalars(wanted.options(*_line()).order_by(Calibration.id).limit(MOST_ITEMS)).all()


def leads_back(records: Sequence[int], asset: Asset) -> bool:
    """Whether records rely, at any depth, on an asset: through the record that was in force of each standard.

    Each record is visited once, so the walk ends.
    """
    if not records:
        return False
    used = CalibrationStandard.__table__.alias("used")
    chain = select(Calibration.id.label("id")).where(Calibration.id.in_(records)).cte("chain", recursive=True)
    chain = chain.union(select(used.c.relied_on_id).join_from(chain, used, used.c.calibration_id == chain.c.id))
    back = select(used.c.id).join_from(chain, used, used.c.calibration_id == chain.c.id)
    return db.session.scalar(select(exists(back.where(used.c.asset_id == asset.id)))) is True


def leading_back(records: Collection[int]) -> dict[int | None, set[int]]:
    """The assets, by their keys, that each of many records relies on at any depth; see `leads_back`."""
    found: dict[int | None, set[int]] = {}
    if records:
        used = CalibrationStandard.__table__.alias("used")
        start = select(Calibration.id.label("start"), Calibration.id.label("id")).where(Calibration.id.in_(records))
        chain = start.cte("chain", recursive=True)
        step = select(chain.c.start, used.c.relied_on_id).join_from(chain, used, used.c.calibration_id == chain.c.id)
        chain = chain.union(step)
        back = select(chain.c.start, used.c.asset_id).join_from(chain, used, used.c.calibration_id == chain.c.id)
        for start_id, asset_id in db.session.execute(back.distinct()):
            found.setdefault(start_id, set()).add(asset_id)
    return found


def newest(asset: Asset) -> Mapping[CalibrationKind, Calibration]:
    """The newest issued record of each kind of an asset."""
    return newest_up_to([asset.id], date.max).get(asset.id, {})


def newest_up_to(assets: Sequence[int], day: date) -> dict[int, dict[CalibrationKind, Calibration]]:
    """The newest issued record of each kind of some assets, by their keys, of work up to a day: one query."""
    if not assets:
        return {}
    newest_first = (Calibration.performed_on.desc(), Calibration.id.desc())
    rank = func.row_number().over(partition_by=(Calibration.asset_id, Calibration.kind), order_by=newest_first)
    up_to_then = (
        select(Calibration.id, rank.label("rank"))
        .where(
            Calibration.asset_id.in_(assets),
            Calibration.status == RecordStatus.ISSUED,
            Calibration.performed_on <= day,
        )
        .subquery()
    )
    wanted = select(Calibration).join(up_to_then, up_to_then.c.id == Calibration.id).where(up_to_then.c.rank == 1)
    found: dict[int, dict[CalibrationKind, Calibration]] = {}
    for record in db.session.scalars(wanted):
        found.setdefault(record.asset_id, {})[record.kind] = record
    return found


def stood(
    asset: Asset,
    newest: Mapping[CalibrationKind, Earlier],
    day: date,
    *,
    ended_on: date | None = None,
    altered_on: date | None = None,
) -> Standing:
    """How an asset stood on a day, by the newest record of each kind up to it; see `standing` for what ended them."""
    required = {line.kind for line in asset.required_schedules}
    found = standing(newest, required, day, expires_on=asset.expires_on, ended_on=ended_on, altered_on=altered_on)
    return found._replace(relied_on_id=_in_force(newest))


def _in_force(newest: Mapping[CalibrationKind, Earlier]) -> int | None:
    """The calibration or verification that a standard's values come from: the newer of the two."""
    traceable = [record for kind, record in newest.items() if kind in TRACEABLE]
    newest_of_all = max(traceable, key=lambda record: (record.performed_on, record.id), default=None)
    return newest_of_all.id if newest_of_all else None


def open_turns(asset: Asset) -> dict[int, date]:
    """Since when each flagged schedule of an asset is overdue, by the schedule's key."""
    wanted = select(OverdueTurn.schedule_id, OverdueTurn.since_on).filter_by(asset_id=asset.id, cleared_at=None)
    return {row.schedule_id: row.since_on for row in db.session.execute(wanted)}


def missing(key: int) -> NotFound:
    """What is answered to whoever asks for a record that is not there, or not for them."""
    return NotFound(_("There is no calibration record %(key)s, or you may not see it.", key=key))


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


def _procedure() -> LoaderOption:
    return joinedload(Calibration.procedure).joinedload(ProcedureVersion.procedure, innerjoin=True)


def _signers() -> tuple[LoaderOption, ...]:
    lean = lazyload(Person.memberships)
    persons = Calibration.recorded_by, Calibration.submitted_by, Calibration.approved_by, Calibration.seen_by
    return tuple(joinedload(person).options(lean) for person in persons)
