"""How assets stand: what lacks the law's verification, and what a part has of its set, by one statement for any number.

Whoever changes a type, what is linked to one, or schedules has it written; the night does so too, as a version of a
type begins or ends by itself. A test holds it together with what a scan says.
"""

from collections.abc import Collection
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Date, Table, and_, case, exists, false, func, literal, null, or_, select, update
from sqlalchemy.sql.selectable import FromClause

from registry.assets.models import NO_END, Asset, Schedule
from registry.assets.rules import AT_WORK, Kind, Proof, ScheduleKind
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion
from registry.assets.types.rules import ControlGroup
from registry.kernel import clock
from registry.kernel.db import db

asset = cast("Table", Asset.__table__)
schedule = cast("Table", Schedule.__table__)
instrument_type = cast("Table", InstrumentType.__table__)
version = cast("Table", InstrumentTypeVersion.__table__)
WRITTEN: Final = ("unverified", "proof", "due_on", "due_order", "set_status")
whole, upper = asset.alias("whole"), asset.alias("upper")


def verified(of: FromClause) -> ColumnElement[bool]:
    """Whether a verification is kept for an asset of a table or an alias of it, or was passed once and counts."""
    once = func.coalesce(of.c.shown_kind == ScheduleKind.VERIFICATION, false())
    return or_(once, _has(of, schedule.c.kind == ScheduleKind.VERIFICATION))


def mark(among: Any) -> int:  # noqa: ANN401 — keys, or a select of them
    """Write down anew what some assets lack that the law asks for, and how they stand; gives how many changed.

    A component without anything of its own has the proof and the due date of its set, which is written before it, and
    the status of the nearest set that is not in use. An entity that was loaded before knows nothing of it until it is
    read again.
    """
    keys = sorted(set(among)) if isinstance(among, list | set | tuple) else among
    if keys == []:
        return 0
    written = _standing()
    differs = or_(*(asset.c[name].is_distinct_from(value) for name, value in written.items()))
    changed = update(asset).where(asset.c.id.in_(keys), differs).values(written)
    result: Any = db.session.execute(changed, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def mark_with_components(one: Asset) -> None:
    """The same for an asset that was written and what belongs to it at any level, which stands on it."""
    if mark([one.id]):
        db.session.refresh(one, list(WRITTEN))
    mark_components([one.id])


def mark_components(of: Collection[int]) -> None:
    """The same for what belongs to some sets at any level; of most assets one look tells that nothing does."""
    below = select(asset.c.id).where(asset.c.parent_id.in_(of))
    if db.session.scalar(below.limit(1)) is None:
        return
    mark(below)
    mark(select(asset.c.id).where(asset.c.parent_id.in_(below)))


def mark_all() -> int:
    """The same for everything that is, or was, of a type which the law controls, what nothing is stated of, and parts.

    Gives how many changed.
    """
    of_law = select(instrument_type.c.id).where(instrument_type.c.control_group == ControlGroup.TWO)
    linked = select(asset.c.id).where(asset.c.instrument_type_id.in_(of_law))
    unstated = select(asset.c.id).where(asset.c.proof == Proof.NOT_REQUIRED, asset.c.kind != Kind.INSTRUMENT)
    parts = select(asset.c.id).where(asset.c.parent_id.is_not(None))
    lower = select(asset.c.id).where(asset.c.parent_id.in_(parts))
    first = mark(linked.union_all(select(asset.c.id).where(asset.c.unverified), unstated))
    return first + mark(parts) + mark(lower)


def mark_type(key: int) -> None:
    """The same for everything of a type."""
    of_type = select(asset.c.id).where(asset.c.instrument_type_id == key)
    mark(of_type)
    mark(select(asset.c.id).where(asset.c.parent_id.in_(of_type)))


def is_bare(of: FromClause) -> ColumnElement[bool]:
    """Whether an asset of a table, or an alias of it, is a component that stands on its set for want of its own."""
    nothing = of.c.expires_on.is_(None), of.c.shown_kind.is_(None), of.c.parent_id.is_not(None)
    return and_(*nothing, ~_has(of, schedule.c.proof != Proof.NOT_REQUIRED))


def _standing() -> dict[str, Any]:
    """What `mark` writes, by column."""
    lacks, due = _lacks(), _due()
    is_idle = whole.c.status.not_in(sorted(AT_WORK))
    return {
        "unverified": lacks,
        "proof": _proof(lacks),
        "due_on": case((due == NO_END, null()), else_=due),
        "due_order": due,
        "set_status": _of_set(case((is_idle, whole.c.status), else_=whole.c.set_status)),
    }


def _of_set(said: ColumnElement[Any]) -> Any:  # noqa: ANN401 — a scalar subquery
    """What the set says that an asset belongs to; NULL where it belongs to none."""
    return select(said).where(whole.c.id == asset.c.parent_id).correlate(asset).scalar_subquery()


def _due() -> ColumnElement[date]:
    """The twin of `rules.earliest` over the schedules, other work and the shelf life, or that of the set."""
    held = schedule.c.asset_id == asset.c.id, schedule.c.proof != Proof.NOT_REQUIRED
    planned = select(func.min(schedule.c.due_on)).where(*held).correlate(asset).scalar_subquery()
    first, *others = (_or_never(one) for one in (planned, asset.c.shown_until, asset.c.expires_on))
    for other in others:
        first = case((first <= other, first), else_=other)
    return case((is_bare(asset), _or_never(_of_set(whole.c.due_on))), else_=first)


def _or_never(day: Any) -> ColumnElement[date]:  # noqa: ANN401 — an expression
    return func.coalesce(day, literal(NO_END, Date), type_=Date)


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
    nearest = case((is_bare(whole), verified(upper)), else_=verified(whole))
    sets = whole.outerjoin(upper, upper.c.id == whole.c.parent_id)
    found = select(whole.c.id).select_from(sets).where(whole.c.id == asset.c.parent_id, nearest)
    return and_(is_bare(asset), found.correlate(asset).exists())


def _has(of: FromClause, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    held = schedule.c.asset_id == of.c.id, schedule.c.proof != Proof.NOT_REQUIRED
    return select(schedule.c.id).where(*held, condition).correlate(of).exists()


def _unstated() -> ColumnElement[bool]:
    """The SQL twin of `rules.is_unstated`."""
    nothing = (asset.c[name].is_(None) for name in ("shown_kind", "expires_on", "parent_id"))
    return and_(asset.c.kind != Kind.INSTRUMENT, *nothing, ~_has(asset, schedule.c.proof != Proof.NOT_REQUIRED))


def _proof(lacks: ColumnElement[bool]) -> Any:  # noqa: ANN401 — a case
    """The SQL twin of `rules.summed_up`, for the proof, or that of the set."""

    def has(proof: Proof) -> ColumnElement[bool]:
        return _has(asset, schedule.c.proof == proof)

    own = case(
        (has(Proof.FAILED), Proof.FAILED.value),
        (or_(has(Proof.MISSING), lacks, _unstated()), Proof.MISSING.value),
        (or_(has(Proof.GOOD), asset.c.expires_on.is_not(None), asset.c.shown_kind.is_not(None)), Proof.GOOD.value),
        else_=Proof.NOT_REQUIRED.value,
    )
    of_set = _of_set(whole.c.proof)
    nothing = and_(of_set == Proof.NOT_REQUIRED, asset.c.kind != Kind.INSTRUMENT)
    stood_on = case(
        (of_set == Proof.FAILED, Proof.FAILED.value),
        (or_(lacks, nothing), Proof.MISSING.value),
        else_=of_set,
    )
    return case((is_bare(asset), stood_on), else_=own)
