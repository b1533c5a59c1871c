"""What lacks the verification that the law asks for: the mark on assets, written anew by one statement for any number.

Whoever changes a type, what is linked to one, or schedules has it written; the night does so too, as a version of a
type begins or ends by itself. A test holds it together with what a scan says.
"""

from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, case, exists, false, func, or_, select, update
from sqlalchemy.sql.selectable import FromClause

from registry.assets.models import Asset, Schedule
from registry.assets.rules import Kind, Proof, ScheduleKind
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import ControlGroup
from registry.kernel import clock
from registry.kernel.db import db

asset = cast("Table", Asset.__table__)
schedule = cast("Table", Schedule.__table__)
instrument_type = cast("Table", InstrumentType.__table__)
version = cast("Table", InstrumentTypeVersion.__table__)
whole, upper = asset.alias("whole"), asset.alias("upper")


def verified(of: FromClause) -> ColumnElement[bool]:
    """Whether a verification is kept for an asset of a table or an alias of it, or was passed once and counts."""
    once = func.coalesce(of.c.shown_kind == ScheduleKind.VERIFICATION, false())
    return or_(once, _has(of, schedule.c.kind == ScheduleKind.VERIFICATION))


def mark(among: Any) -> int:  # noqa: ANN401 — keys, or a select of them
    """Write down anew which of some assets lack what the law asks for, and what proof they have then; gives how many.

    An entity that was loaded before knows nothing of it until it is read again.
    """
    keys = sorted(set(among)) if isinstance(among, list | set | tuple) else among
    if keys == []:
        return 0
    lacks = _lacks()
    proof = _proof(lacks)
    changed = (
        update(asset)
        .where(asset.c.id.in_(keys), or_(asset.c.unverified != lacks, asset.c.proof != proof))
        .values(unverified=lacks, proof=proof)
    )
    result: Any = db.session.execute(changed, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def mark_with_components(one: Asset) -> None:
    """The same for an asset that was written and what belongs to it at any level, which stands on it."""
    below = select(asset.c.id).where(asset.c.parent_id == one.id)
    lower = select(asset.c.id).where(asset.c.parent_id.in_(below))
    if mark(select(asset.c.id).where(asset.c.id == one.id).union_all(below, lower)):
        db.session.refresh(one, ["unverified", "proof"])


def mark_all() -> int:
    """The same for everything that is, or was, of a type which the law controls, and what nothing is stated of.

    Gives how many changed.
    """
    of_law = select(instrument_type.c.id).where(instrument_type.c.control_group == ControlGroup.TWO)
    linked = select(asset.c.id).where(asset.c.instrument_type_id.in_(of_law))
    unstated = select(asset.c.id).where(asset.c.proof == Proof.NOT_REQUIRED, asset.c.kind != Kind.INSTRUMENT)
    return mark(linked.union_all(select(asset.c.id).where(asset.c.unverified), unstated))


def mark_type(key: int) -> None:
    """The same for everything of a type."""
    mark(select(asset.c.id).where(asset.c.instrument_type_id == key))


def _lacks() -> ColumnElement[bool]:
    """That the law asks for an asset's verification, and neither it nor the set it stands on keeps one."""
    return and_(_is_asked(), ~verified(asset), ~_stands_on_verified())


def _is_asked() -> ColumnElement[bool]:
    """That a type is of group 2 and, as far as is known of today, not one that is never verified."""
    today = clock.today()
    never = exists().where(
        version.c.type_id == instrument_type.c.id,
        version.c.replaced_at.is_(None),
        version.c.valid_from <= today,
        or_(version.c.valid_to.is_(None), version.c.valid_to >= today),
        version.c.periodic == false(),
        version.c.initial == false(),
    )
    return exists().where(
        instrument_type.c.id == asset.c.instrument_type_id,
        instrument_type.c.control_group == ControlGroup.TWO,
        ~never,
    )


def _stands_on_verified() -> ColumnElement[bool]:
    """That a component without schedules stands on a set, the nearest that has any, which is verified."""
    nearest = case((whole.c.proof != Proof.NOT_REQUIRED, verified(whole)), else_=verified(upper))
    sets = whole.outerjoin(upper, upper.c.id == whole.c.parent_id)
    found = select(whole.c.id).select_from(sets).where(whole.c.id == asset.c.parent_id, nearest)
    bare = (
        asset.c.expires_on.is_(None),
        asset.c.shown_kind.is_(None),
        ~_has(asset, schedule.c.proof != Proof.NOT_REQUIRED),
    )
    return and_(asset.c.parent_id.is_not(None), *bare, found.correlate(asset).exists())


def _has(of: FromClause, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    held = schedule.c.asset_id == of.c.id, schedule.c.proof != Proof.NOT_REQUIRED
    return select(schedule.c.id).where(*held, condition).correlate(of).exists()


def _unstated() -> ColumnElement[bool]:
    """The SQL twin of `rules.is_unstated`."""
    nothing = (asset.c[name].is_(None) for name in ("shown_kind", "expires_on", "parent_id"))
    return and_(asset.c.kind != Kind.INSTRUMENT, *nothing, ~_has(asset, schedule.c.proof != Proof.NOT_REQUIRED))


def _proof(lacks: ColumnElement[bool]) -> Any:  # noqa: ANN401 — a case
    """The SQL twin of `rules.summed_up`, for the proof."""

    def has(proof: Proof) -> ColumnElement[bool]:
        return _has(asset, schedule.c.proof == proof)

    return case(
        (has(Proof.FAILED), Proof.FAILED.value),
        (or_(has(Proof.MISSING), lacks, _unstated()), Proof.MISSING.value),
        (or_(has(Proof.GOOD), asset.c.expires_on.is_not(None), asset.c.shown_kind.is_not(None)), Proof.GOOD.value),
        else_=Proof.NOT_REQUIRED.value,
    )
