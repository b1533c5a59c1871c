"""What a scanned label is told from: the thing itself, the sets it belongs to, and what the law asks of its type."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import Table, and_, bindparam, or_, select

from registry.assets.fitness import ScanFacts, SetFacts, stop_of
from registry.assets.lacking import read_lack, said_lack
from registry.assets.law import is_bare, verified
from registry.assets.models import Asset, Schedule
from registry.assets.queries import unknown
from registry.assets.rules import Kind, Proof, ScheduleFacts, ScheduleKind
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import ControlGroup
from registry.kernel import clock
from registry.kernel.reads import Read

asset = cast("Table", Asset.__table__)
schedule = cast("Table", Schedule.__table__)
instrument_type = cast("Table", InstrumentType.__table__)
version = cast("Table", InstrumentTypeVersion.__table__)
upper = asset.alias("upper")

SCAN: Final = Read(
    select(
        asset.c.tag,
        asset.c.kind,
        asset.c.name,
        asset.c.status,
        asset.c.proof,
        asset.c.due_on,
        asset.c.owner_id,
        asset.c.expires_on,
        asset.c.restriction,
        asset.c.label_tag,
        asset.c.doubt,
        asset.c.contradicted,
        asset.c.instrument_type,
        asset.c.repaired_on,
        asset.c.altered_on,
        asset.c.shown_kind,
        asset.c.shown_until,
        asset.c.parent_id,
        asset.c.instrument_type_id,
        asset.c.stopped_on,
        asset.c.error_found_on,
        said_lack(asset).label("lacks"),
        schedule.c.kind.label("schedule_kind"),
        schedule.c.proof.label("schedule_proof"),
        schedule.c.due_on.label("schedule_due_on"),
    )
    .join_from(
        asset, schedule, and_(schedule.c.asset_id == asset.c.id, schedule.c.proof != Proof.NOT_REQUIRED), isouter=True
    )
    .where(asset.c.tag == bindparam("tag"))
    .order_by(schedule.c.kind)  # which the index on schedules gives for nothing
)
SETS: Final = Read(
    select(
        *(
            column.label(f"{level}_{place}")
            for level, table in enumerate((asset, upper))
            for place, column in enumerate(
                (*(table.c[name] for name in SetFacts._fields[:-2]), verified(table), is_bare(table))
            )
        )
    )
    .join_from(asset, upper, asset.c.parent_id == upper.c.id, isouter=True)
    .where(asset.c.id == bindparam("id"))
)
LAW: Final = Read(
    select(version.c.periodic, version.c.initial)
    .join_from(
        instrument_type,
        version,
        and_(
            version.c.type_id == instrument_type.c.id,
            version.c.replaced_at.is_(None),
            version.c.valid_from <= bindparam("today", type_=version.c.valid_from.type),
            or_(
                version.c.valid_to.is_(None),
                version.c.valid_to >= bindparam("today", type_=version.c.valid_to.type),
            ),
        ),
        isouter=True,
    )
    .where(
        instrument_type.c.id == bindparam("id"),
        instrument_type.c.control_group == ControlGroup.TWO,
    )
)


def scan_facts(tag: str) -> ScanFacts:
    """What anybody who scans a label is told from: one statement, however long the asset's history. Raises NotFound.

    `tag` is a parsed one. A component costs a second statement, and so does a thing of a known type that no
    verification is kept for. No entity is loaded and no transaction opened.
    """
    found = SCAN.rows(tag=tag, today=clock.today())
    if not found:
        raise unknown(tag)
    said, more = found[0][:-12], found[0][-12:-3]
    repaired_on, altered_on, shown_kind, shown_until, parent_id, type_id, *stops, lacks = more
    schedules = [ScheduleFacts(*row[-3:]) for row in found if row[-3] is not None]
    if shown_kind is not None:
        schedules.append(ScheduleFacts(shown_kind, Proof.GOOD, shown_until))
    sets = _sets(parent_id) if parent_id is not None else ()
    unproven = all(one.kind is not ScheduleKind.VERIFICATION for one in schedules)
    law_asks = _law_asks(said[1], type_id, clock.today()) if unproven else False
    lack, stop = read_lack(lacks), stop_of(*stops)
    return ScanFacts(*(*said, schedules, sets, law_asks, repaired_on, lack, altered_on, stop))


def _sets(key: int) -> Sequence[SetFacts]:
    """A set and the one above it; more do not stand above each other."""
    width = len(SetFacts._fields)
    said = SETS.rows(id=key)[0]
    levels = said[:width], said[width:]
    return [SetFacts(*level) for level in levels if level[0] is not None]


def _law_asks(kind: Kind, type_id: int | None, today: date) -> bool | None:
    """Whether a type is of group 2 and not one that is never verified; see ScanFacts."""
    if type_id is None:
        return None if kind is Kind.INSTRUMENT else False
    found: list[tuple[Any, ...]] = LAW.rows(id=type_id, today=today)
    return bool(found) and found[0] != (False, False)
