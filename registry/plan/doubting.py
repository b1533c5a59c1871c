"""Which counted records are in doubt, see `records.Fact`: as the registry says now, or as it said at an instant.

Back in time: a case doubts its items from the instant it was opened until it was decided that they suffered no effect,
or until the case was withdrawn; decisions about items that were decided anew since are taken back by the log. A record
that is declared good while its points fail was in doubt from the instant it was issued until it was replaced. An asset
was in doubt where the newest record of a kind that it had then was. Not kept, and therefore as it is now: which items
a case held before its ranges were judged anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, String, and_, cast, literal, or_, select, type_coerce, union, union_all

from registry.assets.models import Asset
from registry.calibration.cases.doubts import contradicts
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import IN_SCOPE, CaseState, Disposition
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.plan import records
from registry.plan.counts.queries import Present
from registry.plan.counts.wanted import feeds
from registry.plan.models import Evidence, PlanRow, RecordType
from registry.plan.records import Record
from registry.plan.rollups import retracing
from registry.plan.rollups.knowledge import NOW, Knowledge, rows_of
from registry.plan.rollups.retracing import Change

DOUBTABLE = (RecordType.ASSET, RecordType.CALIBRATION)
_Lines = Select[int, RecordType, str, date]


class _Issued(NamedTuple):
    """A record of an asset: what tells the newest one of its kind."""

    id: int
    asset_id: int
    kind: Any
    performed_on: date


def instant_of(on: date, known_at: datetime | None) -> datetime | None:
    """The instant whose doubts a day is shown with: its end, or that up to which things are known; None is now."""
    if on >= clock.today() and known_at is None:
        return None
    end = clock.start_of(on + timedelta(days=1)) - timedelta(microseconds=1)
    return min(end, known_at or end)


def in_doubt(
    rows: Sequence[PlanRow], on: date, known: Knowledge = NOW, kept: Present | None = None
) -> dict[str, list[date]]:
    """When each record counts that a row counts up to and on a day and that was in doubt, by the row's code.

    What is in doubt now is taken from the counts that are `kept`, if they are given.
    """
    instant = instant_of(on, known.at)
    if instant is None and kept is not None:
        return _days(rows, [(one.indicator_id, one.record, one.counted_on) for one in kept.doubts])
    wanted = select(Evidence.indicator_id, Evidence.record_type, Evidence.record_id, Evidence.counted_on)
    wanted = wanted.where(records.in_doubt()) if instant is None else _among_those_ever_doubted(wanted)
    asked = db.session.execute(known.asked(wanted.where(*known.counted(on, DOUBTABLE))))
    lines = [(source, Record(kind, key), day) for source, kind, key, day in asked]
    if instant is not None:
        among = _doubted({record for _source, record, _day in lines}, instant)
        lines = [line for line in lines if line[1] in among]
    return _days(rows, lines)


def _days(rows: Sequence[PlanRow], lines: Iterable[tuple[int, Record, date]]) -> dict[str, list[date]]:
    found: dict[int, dict[Record, date]] = {}
    for source, record, day in lines:
        found.setdefault(source, {})[record] = day
    days: dict[str, list[date]] = {}
    for code, sources in feeds(rows).items() if found else ():
        first: dict[Record, date] = {}
        for source in sources:
            for record, day in found.get(source, {}).items():
                first[record] = min(day, first.get(record, day))
        days[code] = sorted(first.values())
    return days


def doubted(about: Collection[Record], on: date, known_at: datetime | None = None) -> set[Record]:
    """Those of some records that were in doubt on a day: a fixed number of statements for ten thousand of them."""
    instant = instant_of(on, known_at)
    if instant is None:
        return {record for record, fact in records.facts(about, None).items() if fact.in_doubt}
    return _doubted(about, instant)


def _doubted(about: Collection[Record], instant: datetime) -> set[Record]:
    tags = sorted(record.id for record in about if record.type is RecordType.ASSET)
    keys = records.numbers(record.id for record in about if record.type is RecordType.CALIBRATION)
    assets = dict(rows_of(select(Asset.id, Asset.tag), Asset.tag, tags))
    issued = _issued([*rows_of(_RECORDS, Calibration.asset_id, list(assets)), *rows_of(_RECORDS, Calibration.id, keys)])
    stood = _stood(issued, instant)
    bad = _cast_on(list(issued), instant) | _contradicting(list(issued))
    newest: dict[tuple[int, Any], _Issued] = {}
    for one in sorted(stood, key=lambda one: (one.performed_on, one.id)):
        newest[one.asset_id, one.kind] = one
    found = {
        Record(RecordType.ASSET, assets[one.asset_id])
        for one in newest.values()
        if one.id in bad and one.asset_id in assets
    }
    wanted = set(keys)
    return found | {Record(RecordType.CALIBRATION, str(one.id)) for one in stood if one.id in wanted & bad}


_RECORDS = select(Calibration.id, Calibration.asset_id, Calibration.kind, Calibration.performed_on, Calibration.status)


def _among_those_ever_doubted(wanted: _Lines) -> _Lines:
    """Evidence about what a case ever bore on, or whose records contradict themselves: from the few of these on."""
    itself = Evidence.__table__.c
    cases, selves = CaseItem.bearing.in_(IN_SCOPE), contradicts(Calibration)
    assets = union(select(CaseItem.asset_id).where(cases), select(Calibration.asset_id).where(selves))
    own = union(select(CaseItem.calibration_id).where(cases), select(Calibration.id).where(selves)).subquery("own")
    tags = select(literal(RecordType.ASSET.value, String).label("kind"), Asset.tag.label("key"))
    keys = select(literal(RecordType.CALIBRATION.value, String), cast(own.c[0], String))
    ever = union_all(tags.where(Asset.id.in_(assets)), keys).subquery("ever")
    same = and_(type_coerce(itself.record_type, String) == ever.c.kind, itself.record_id == ever.c.key)
    return wanted.join(ever, same)


def _issued(rows: Iterable[Any]) -> dict[int, tuple[_Issued, RecordStatus]]:
    return {key: (_Issued(key, asset, kind, day), status) for key, asset, kind, day, status in rows}


def _stood(issued: Mapping[int, tuple[_Issued, RecordStatus]], instant: datetime) -> list[_Issued]:
    """Those records that were issued at an instant and neither void nor replaced, as the log tells."""
    log = _since(instant, "calibration", [str(key) for key in issued])
    before = retracing.before(log, ["status"])
    return [
        one
        for key, (one, status) in issued.items()
        if retracing.calibration_holds({"status": status} | before.get(str(key), {}))
    ]


def _cast_on(keys: Sequence[int], instant: datetime) -> set[int]:
    """Those records that a case doubted at an instant."""
    wanted = (
        select(CaseItem.id, CaseItem.calibration_id, CaseItem.case_id, CaseItem.disposition, CaseItem.disposed_at)
        .join(Case, Case.id == CaseItem.case_id)
        .where(
            Case.opened_at <= instant,
            CaseItem.bearing.in_(IN_SCOPE),
            or_(Case.state != CaseState.WITHDRAWN, Case.closed_at > instant),
        )
    )
    items = rows_of(wanted, CaseItem.calibration_id, keys)
    later = [item for item in items if item.disposed_at is not None and item.disposed_at > instant]
    before = _decided_before(later, instant)
    return {
        item.calibration_id
        for item in items
        if before.get(item.id, None if item in later else item.disposition) != Disposition.NO_EFFECT
    }


def _decided_before(items: Sequence[Any], instant: datetime) -> dict[int, Disposition]:
    """What had been decided about items that were decided anew since an instant."""
    mine = {item.id for item in items}
    found: dict[int, Disposition] = {}
    for _case, said in _since(instant, "case", sorted({str(item.case_id) for item in items})):
        named = said.get("items", [None, None])[1]
        if "disposition" in said and isinstance(named, list):
            before = said["disposition"][0]
            for key in mine & set(named):
                mine.discard(key)
                if before is not None:
                    found[key] = Disposition(before)
    return found


def _contradicting(keys: Sequence[int]) -> set[int]:
    return {key for (key,) in rows_of(select(Calibration.id).where(contradicts(Calibration)), Calibration.id, keys)}


def _since(instant: datetime, subject: str, keys: Sequence[str]) -> list[Change]:
    """What the log says since an instant of the status or disposition of some subjects, in order."""
    told = cast(AuditEntry.changes, String)
    wanted = select(AuditEntry.subject_key, AuditEntry.changes).where(
        AuditEntry.at > instant,
        AuditEntry.subject_type == subject,
        or_(told.contains('"status"'), told.contains('"disposition"')),
    )
    rows = rows_of(wanted.add_columns(AuditEntry.id), AuditEntry.subject_key, keys)
    return [Change(key, changes) for key, changes, _id in sorted(rows, key=lambda row: row.id)]
