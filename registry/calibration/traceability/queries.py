"""What a result rests on, gathered in a fixed number of statements, however long and wide the chain is."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from sqlalchemy import CTE, Table, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from registry.accounts.models import Person
from registry.assets.materials.models import CertifiedValue, Material
from registry.assets.models import Asset
from registry.calibration.competence.queries import holder_of, holders, thing_of
from registry.calibration.competence.remarking import remarks
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.queries import readable
from registry.calibration.rules import TRACEABLE, CalibrationKind, RecordStatus
from registry.calibration.traceability import rules
from registry.calibration.traceability.comparing import LabFacts
from registry.calibration.traceability.doubted import doubted
from registry.calibration.traceability.measured import Point, point_of
from registry.calibration.traceability.models import Reliance
from registry.calibration.traceability.reliance import COUNTED, relied_on
from registry.calibration.traceability.rules import MOST_RECORDS, AssetFacts, Chain, RecordFacts, UseFacts
from registry.kernel.db import db
from registry.labs.models import Lab
from registry.labs.scope.rules import Bearing, Finding

edge = cast("Table", Reliance.__table__)


class Traced(NamedTuple):
    """A judged chain of an item, from a record of it if there is one, and which of its assets the person may open."""

    asset: Asset
    record: Calibration | None
    chain: Chain
    readable: frozenset[int]


def of_asset(person: Person, asset: Asset, today: date) -> Traced:
    """The chain of an asset from the record that decides: its newest issued calibration, or else verification."""
    record = deciding(asset)
    if record is None:
        facts = _assets([asset.id])[asset.id]
        return Traced(asset, None, rules.unrecorded(facts, today), frozenset([asset.id]))
    return of_record(person, record)


def of_record(person: Person, record: Calibration) -> Traced:
    """The chain of one record; a draft's is what it would be if it were issued now."""
    drafted = relied_on(record) if record.status not in COUNTED else []
    starts = [record.id, *(parent for _standard, parent in drafted if parent is not None)]
    keys, is_cut = _above(starts)
    found = _records(keys, {record.id: drafted} if drafted else {})
    assets = {held.asset.id for held in found.values()}
    assets |= {use.standard.id for held in found.values() for use in held.uses}
    relied = {use.relied_on for held in found.values() for use in held.uses if use.relied_on is not None}
    seen, read = readable(person, assets, relied)
    records = {key: _as_read(held, seen, read) for key, held in found.items()}
    return Traced(record.asset, record, rules.chain(record.id, records, is_cut=is_cut), frozenset(seen))


def _as_read(record: RecordFacts, assets: Container[int], records: Container[int | None]) -> RecordFacts:
    """A record whose standards are hidden where neither they nor the records of them may be read."""
    uses = [
        use._replace(is_hidden=use.standard.id not in assets and use.relied_on not in records) for use in record.uses
    ]
    return record._replace(uses=uses)


def deciding(asset: Asset) -> Calibration | None:
    """The newest issued calibration of an asset, else the newest verification: what its values are traced by."""
    wanted = select(Calibration).where(
        Calibration.asset_id == asset.id,
        Calibration.status == RecordStatus.ISSUED,
        Calibration.kind.in_(TRACEABLE),
    )
    newest_first = (Calibration.kind, Calibration.performed_on.desc(), Calibration.id.desc())
    return db.session.scalar(wanted.order_by(*newest_first).limit(1))


def _above(starts: Sequence[int]) -> tuple[Sequence[int], bool]:
    """Ids of records and of all they rest on, the nearest first, and whether there are more: one statement.

    The walk meets each record once, so that rings end; MOST_RECORDS alone ends it before the chain does.
    """
    walk: CTE = select(Calibration.id).where(Calibration.id.in_(starts)).cte("walk", recursive=True)
    onward = select(edge.c.parent_id).where(edge.c.child_id == walk.c.id, edge.c.parent_id.is_not(None))
    walk = walk.union(onward)
    keys = db.session.scalars(select(walk.c.id).limit(MOST_RECORDS + 1)).all()
    return keys[:MOST_RECORDS], len(keys) > MOST_RECORDS


def _records(keys: Sequence[int], drafted: Mapping[int, Sequence[tuple[int, int | None]]]) -> dict[int, RecordFacts]:
    """Everything that is judged of records, by key."""
    lean = joinedload(Calibration.lab).options(
        selectinload(Lab.accreditations), selectinload(Lab.scope), selectinload(Lab.recognitions)
    )
    wanted = select(Calibration).where(Calibration.id.in_(keys)).options(lean)
    rows = db.session.scalars(wanted).all()
    uses = _grouped(select(CalibrationStandard).where(CalibrationStandard.calibration_id.in_(keys)))
    standards: dict[int | None, int] = {use.id: use.asset_id for used in uses.values() for use in used}
    points: dict[int, list[Point]] = {}
    for point in db.session.scalars(select(CalibrationPoint).where(CalibrationPoint.calibration_id.in_(keys))):
        points.setdefault(point.calibration_id, []).append(point_of(point, standards.get(point.standard_id)))
    edges: dict[int, list[tuple[int, int | None]]] = {}
    stored = select(edge.c.child_id, edge.c.standard_id, edge.c.parent_id).where(edge.c.child_id.in_(keys))
    for row in db.session.execute(stored):
        edges.setdefault(row.child_id, []).append((row.standard_id, row.parent_id))
    edges |= {key: list(pairs) for key, pairs in drafted.items()}
    by_key = {row.id: row for row in rows}
    doubts, labs = doubted(keys), _labs(rows)
    assets = _assets({row.asset_id for row in rows} | {use.asset_id for used in uses.values() for use in used})
    return {
        row.id: RecordFacts(
            id=row.id,
            asset=assets[row.asset_id],
            kind=row.kind,
            performed_on=row.performed_on,
            certificate_no=row.certificate_no,
            outcome=row.outcome,
            status=row.status,
            due_on=row.due_on,
            lab=labs.get(row.id),
            on_site=row.on_site,
            reason=row.contradiction_reason,
            points=points.get(row.id, ()),
            uses=[
                _use(use, row, assets, edges.get(row.id, ()), by_key)._replace(
                    doubts=doubts.uses.get((row.id, use.asset_id), ())
                )
                for use in uses.get(row.id, ())
            ],
            doubts=doubts.records.get(row.id, ()),
        )
        for row in rows
    }


def _use(
    use: CalibrationStandard,
    record: Calibration,
    assets: Mapping[int, AssetFacts],
    edges: Sequence[tuple[int, int | None]],
    records: Mapping[int, Calibration],
) -> UseFacts:
    """A use with the record that was relied on: of a calibration and a verification the one that gives values."""
    parents = [parent for standard, parent in edges if standard == use.asset_id and parent is not None]
    known = [records[parent] for parent in parents if parent in records]
    in_force = [one for one in known if one.due_on is None or one.due_on >= record.performed_on]
    calibrated = [one for one in in_force if one.kind is CalibrationKind.CALIBRATION]
    chosen = max(calibrated or in_force or known, key=lambda one: (one.performed_on, one.id), default=None)
    return UseFacts(
        standard=assets[use.asset_id],
        was_valid=use.was_valid,
        due_on_then=use.due_on_then,
        relied_on=chosen.id if chosen is not None else next(iter(parents), None),
    )


def _grouped(wanted: object) -> dict[int, list[CalibrationStandard]]:
    found: dict[int, list[CalibrationStandard]] = {}
    for use in db.session.scalars(wanted):  # type: ignore[call-overload]  # a select of uses
        found.setdefault(use.calibration_id, []).append(use)
    return found


def _assets(keys: Iterable[int]) -> dict[int, AssetFacts]:
    wanted = sorted(set(keys))
    bare = lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules)
    rows = db.session.scalars(select(Asset).where(Asset.id.in_(wanted)).options(*bare)).all()
    sheets = {one.asset_id: one for one in db.session.scalars(select(Material).where(Material.asset_id.in_(wanted)))}
    return {row.id: _asset(row, sheets.get(row.id)) for row in rows}


def _asset(row: Asset, sheet: Material | None) -> AssetFacts:
    return AssetFacts(
        id=row.id,
        tag=row.tag,
        name=row.name,
        kind=row.kind,
        standard_class=row.standard_class,
        certified=sheet is not None and bool(sheet.certificate_no),
        expires_on=row.expires_on,
        values=[_certified(value) for value in sheet.certified_values] if sheet is not None else (),
        thing=thing_of(row),
    )


def _certified(value: CertifiedValue) -> Point:
    return Point(
        quantity=value.property,
        unit=value.unit,
        value=value.value,
        uncertainty=value.expanded_uncertainty,
        factor=value.coverage_factor,
    )


def _labs(rows: Sequence[Calibration]) -> Mapping[int, LabFacts]:
    """The laboratories of records as they bear on their days, by the keys of the records."""
    named = [(row, row.lab) for row in rows if row.lab is not None]
    own = {lab.id: holder_of(lab) for _row, lab in named}
    held = holders([(own[lab.id], lab, row.performed_on) for row, lab in named])
    works = [(holder, row.performed_on) for (row, _lab), one in zip(named, held, strict=True) for holder in one]
    beside: dict[tuple[int, date], Sequence[Finding]] = {
        (holder.lab_id, day): said for (holder, day), said in zip(works, remarks(works) if works else [], strict=True)
    }
    found = {
        row.id: LabFacts(
            lab.code, lab.name, one, remarks={each.lab_id: beside[each.lab_id, row.performed_on] for each in one}
        )
        for (row, lab), one in zip(named, held, strict=True)
    }
    verified = [(row, lab) for row, lab in named if row.kind is CalibrationKind.VERIFICATION]
    designated = {lab.id: holder_of(lab, Bearing.DESIGNATION) for _row, lab in verified}
    designating = holders([(designated[lab.id], lab, row.performed_on) for row, lab in verified])
    for (row, _lab), one in zip(verified, designating, strict=True):
        found[row.id] = found[row.id]._replace(designating=one)
    return found
