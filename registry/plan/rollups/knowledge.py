"""What the registry knows of the records that count: as it knows it now, or exactly as it knew it at an instant.

How each fact is known back in time:

- what was decided about a record and an indicator: every decision is kept with its instant (`EvidenceDecision`);
- an asset's status, its day of commissioning and its set, a calibration's status, an activity's stages and subject: the
  audit log has the old and the new value of every change, written in the transaction of the change, so that what is
  known now is taken back change by change;
- an activity made void, money, plan versions, decisions about accreditations: they carry the instant themselves;
- accreditations as granted: the log again, which has the list before and after every change of it;
- who stood on the list of a course: it counts as it stood when the course was decided about, then as now, see
  `distinct`; a list that was replaced before lists were kept is not known, and none stands for it;
- doubt (`records.Fact.in_doubt`): cases carry the instant they were opened, see `doubting`;
- assets whose import was undone are gone from the registry: they add nothing, then as now.

A change counts from the instant it was written at; a transaction that was still open then is counted as done.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Integer,
    String,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.selectable import HasCTE

from registry.assets.models import Asset
from registry.calibration.models import Calibration
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.plan import belonging, records
from registry.plan.activities.models import Activity
from registry.plan.models import Evidence, EvidenceDecision, EvidenceState, RecordType
from registry.plan.rollups import retracing
from registry.plan.rollups.retracing import Change

Asked = TypeVar("Asked", bound=HasCTE)
COLUMNS = ("indicator_id", "record_type", "record_id", "counted_on", "quantity", "state", "decided_at")
EVERY = tuple(RecordType)
TOLD: Mapping[RecordType, Sequence[str]] = {
    RecordType.ASSET: ("status", "parent", "commissioned_on"),
    RecordType.CALIBRATION: ("status",),
    RecordType.ACTIVITY: ("steps", "subject_id"),
}


@dataclass(frozen=True)
class Knowledge:
    """What is known now. A statement about evidence is put as `asked`, its rows are those that are `counted`."""

    at: datetime | None = None

    def asked(self, wanted: Asked) -> Asked:
        """A statement about evidence, about what was decided by then."""
        return wanted

    def counted(self, on: date, kinds: Collection[RecordType] = EVERY) -> tuple[ColumnElement[bool], ...]:
        """That a row of evidence counts on a day: decided so, by then, and about a record that holds.

        Whoever asks for records of some `kinds` alone says so: what makes the others hold need not be planned for then.
        """
        return Evidence.state == EvidenceState.COUNTED, Evidence.counted_on <= on, self._holding(kinds)

    def subject(self, activity: Any) -> ColumnElement[Any]:  # noqa: ANN401 — Activity or an alias of it
        """The key of the organisation that an activity is about."""
        found: ColumnElement[Any] = activity.subject_id
        return found

    def standing(self, keys: Iterable[str], days: Iterable[date]) -> dict[date, set[str]]:
        """For each day, the codes of the laboratories among `keys` that hold an accreditation on it."""
        return records.standing(keys, days)

    def lapsed(self, about: Iterable[records.Record], day: date) -> set[records.Record]:
        """Those accreditations and lines of scope that are not in force on a day; the log of them is not retraced."""
        return belonging.lapsed(about, day)

    def _holding(self, kinds: Collection[RecordType]) -> ColumnElement[bool]:
        return records.holding(kinds)


@dataclass(frozen=True, kw_only=True)
class Past(Knowledge):
    """What was known at an instant: `fell` are the records that held then and do not now, `rose` those the other way.

    `subjects` gives who the activities were about whose subject was changed since.
    """

    at: datetime
    decided: CTE = field(repr=False)
    fell: Collection[tuple[RecordType, str]] = ()
    rose: Collection[tuple[RecordType, str]] = ()
    subjects: Mapping[int, int | None] = field(default_factory=dict)

    def asked(self, wanted: Asked) -> Asked:
        """A common table that is called as the table of decisions is stands in its place."""
        return wanted.add_cte(self.decided)

    def subject(self, activity: Any) -> ColumnElement[Any]:  # noqa: ANN401 — as above
        """Whom an activity was about then."""
        then = {key: literal(subject, Integer) for key, subject in self.subjects.items()}
        return case(then, value=activity.id, else_=activity.subject_id) if then else super().subject(activity)

    def standing(self, keys: Iterable[str], days: Iterable[date]) -> dict[date, set[str]]:
        """By the grants and decisions that were recorded then."""
        return retracing.standing(keys, days, self.at)

    def _holding(self, kinds: Collection[RecordType]) -> ColumnElement[bool]:
        return or_(and_(records.holding(kinds), ~_among(self.rose)), _among(self.fell))


NOW = Knowledge()


def at(instant: datetime | None, indicator_ids: Sequence[int]) -> Knowledge:
    """What was known at an instant of the records at some indicators, or what is known now without one.

    A fixed number of statements; they read as much of the log as was written since about those records.
    """
    if instant is None:
        return NOW
    since = _changes(instant, indicator_ids)
    then = {kind: retracing.before(since.get(kind, ()), TOLD[kind]) for kind in TOLD}
    fell: set[tuple[RecordType, str]] = set()
    rose: set[tuple[RecordType, str]] = set()
    for kind, found in _turned(then, instant).items():
        for key, (held, holds) in found.items():
            if held is not holds:
                (fell if held else rose).add((kind, key))
    subjects = {int(key): said["subject_id"] for key, said in then[RecordType.ACTIVITY].items() if "subject_id" in said}
    return Past(at=instant, decided=_decided(instant), fell=fell, rose=rose, subjects=subjects)


def _decided(instant: datetime) -> CTE:
    """The newest decision about each pair by then."""
    said, newer = aliased(EvidenceDecision), aliased(EvidenceDecision)
    replaced = exists().where(
        newer.indicator_id == said.indicator_id,
        newer.record_type == said.record_type,
        newer.record_id == said.record_id,
        newer.id > said.id,
        newer.decided_at <= instant,
    )
    wanted = select(*(getattr(said, name) for name in COLUMNS)).where(said.decided_at <= instant, ~replaced)
    return wanted.cte(Evidence.__tablename__)


def _changes(instant: datetime, indicator_ids: Sequence[int]) -> dict[RecordType, list[Change]]:
    """What the log says since an instant of the records that somebody decided about, in order: one statement."""
    told = cast(AuditEntry.changes, String)
    fields = sorted({name for names in TOLD.values() for name in names})
    decided = exists().where(
        EvidenceDecision.indicator_id.in_(indicator_ids),
        cast(EvidenceDecision.record_type, String) == AuditEntry.subject_type,
        EvidenceDecision.record_id == AuditEntry.subject_key,
    )
    wanted = select(AuditEntry.subject_type, AuditEntry.subject_key, AuditEntry.changes).where(
        AuditEntry.at > instant,
        AuditEntry.subject_type.in_([kind.value for kind in TOLD]),
        or_(AuditEntry.action == "activity.void", *(told.contains(f'"{name}"') for name in fields)),
        decided,
    )
    found: dict[RecordType, list[Change]] = {}
    for kind, key, changes in db.session.execute(wanted.order_by(AuditEntry.id)):
        found.setdefault(RecordType(kind), []).append(Change(key, changes))
    return found


def _turned(
    then: Mapping[RecordType, Mapping[str, dict[str, Any]]], instant: datetime
) -> dict[RecordType, dict[str, tuple[bool, bool]]]:
    """Of every record that changed since: whether it held then, and whether it holds now."""
    assets, calibrations, activities = (then[kind] for kind in TOLD)
    found: dict[RecordType, dict[str, tuple[bool, bool]]] = {kind: {} for kind in TOLD}
    stands = select(Asset.tag, Asset.status, Asset.parent_id, Asset.commissioned_on)
    for tag, status, parent, day in rows_of(stands, Asset.tag, list(assets)):
        now = {"status": status, "parent": parent, "commissioned_on": day}
        found[RecordType.ASSET][tag] = (retracing.asset_holds(now | assets[tag]), retracing.asset_holds(now))
    issued = select(Calibration.id, Calibration.status)
    for key, status in rows_of(issued, Calibration.id, records.numbers(calibrations)):
        now = {"status": status}
        was = now | calibrations[str(key)]
        found[RecordType.CALIBRATION][str(key)] = (
            retracing.calibration_holds(was),
            retracing.calibration_holds(now),
        )
    done = select(Activity).options(retracing.STEPS)
    for (activity,) in rows_of(done, Activity.id, records.numbers(activities)):
        now = retracing.of_activity(activity)
        was = now | activities[str(activity.id)] | {"void": now["void"] and activity.voided_at <= instant}
        found[RecordType.ACTIVITY][str(activity.id)] = (retracing.activity_holds(was), retracing.activity_holds(now))
    return found


def rows_of(wanted: Any, key: Any, keys: Sequence[Any]) -> list[Any]:  # noqa: ANN401 — a statement and its column
    """The rows of some keys, as many at once as a statement can name."""
    found: list[Any] = []
    for first in range(0, len(keys), retracing.MOST_NAMED):
        found += db.session.execute(wanted.where(key.in_(keys[first : first + retracing.MOST_NAMED]))).all()
    return found


def _among(some: Collection[tuple[RecordType, str]]) -> ColumnElement[bool]:
    """That a row of evidence is about one of some records."""
    by_kind: dict[RecordType, list[str]] = {}
    for kind, key in sorted(some):
        by_kind.setdefault(kind, []).append(key)
    named = (
        and_(Evidence.record_type == kind, _listed(Evidence.__table__.c.record_id, keys))
        for kind, keys in by_kind.items()
    )
    return or_(literal(value=False), *named)


def _listed(column: ColumnElement[str], keys: Sequence[str]) -> ColumnElement[bool]:
    """That a column has one of some texts, as one parameter: there may be more than a statement can name."""
    if db.engine.dialect.name == "postgresql":
        return column == any_(literal(keys, ARRAY(String)))
    return column.in_(select(func.json_each(json.dumps(keys)).table_valued("value").c.value))
