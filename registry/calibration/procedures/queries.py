"""Procedures as they are looked for: in lists, by key, and those that fit an asset."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.calibration.procedures.models import (
    CalibrationProcedure,
    ProcedureVersion,
    procedure_type,
)
from registry.calibration.procedures.rules import ProcedureState
from registry.calibration.rules import CalibrationKind
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import fold, like_pattern, same_code

_table = CalibrationProcedure.__table__.c
BY_CODE: Final = paging.Order((_table.code, _table.id))
MOST_OFFERED: Final = 12


def visible_to(person: Person) -> ColumnElement[bool]:
    """Those for everybody, of organisations whose records a person may read, and of those over their own."""
    within = accounts.reach(person)
    if within is None:
        return CalibrationProcedure.id.is_not(None)
    own = sorted({membership.organisation_id for membership in person.memberships})
    over = [CalibrationProcedure.owner_id.in_(accounts.over(key)) for key in own]
    return or_(CalibrationProcedure.owner_id.is_(None), CalibrationProcedure.owner_id.in_(within), *over)


def by_id(person: Person, key: int, *, lock: bool = False) -> CalibrationProcedure:
    """A procedure with its versions, read afresh; raises NotFound, also for strangers. `lock` keeps others out."""
    wanted = select(CalibrationProcedure).where(CalibrationProcedure.id == key, visible_to(person))
    wanted = wanted.options(joinedload(CalibrationProcedure.owner), *_current(), *_versions())
    wanted = wanted.execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=CalibrationProcedure) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no procedure %(key)s, or you may not see it.", key=key))
    return found


def version_of(procedure: CalibrationProcedure, number: int) -> ProcedureVersion:
    """One version with everything it says; raises NotFound."""
    wanted = select(ProcedureVersion).where(
        ProcedureVersion.procedure_id == procedure.id, ProcedureVersion.number == number
    )
    found = db.session.scalar(wanted.options(*_parts(), joinedload(ProcedureVersion.procedure)))
    if found is None:
        raise NotFound(_("Procedure %(code)s has no version %(number)s.", code=procedure.code, number=number))
    return found


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    q: str | None = None,
    kind: CalibrationKind | None = None,
    owner: str | None = None,
    state: ProcedureState = ProcedureState.IN_USE,
) -> paging.Page[CalibrationProcedure]:
    """Visible procedures under filters, by code: those in use, or those that were retired."""
    gone = CalibrationProcedure.retired_at.is_not(None)
    wanted = select(CalibrationProcedure).where(visible_to(person), gone if state is ProcedureState.RETIRED else ~gone)
    if q:
        wanted = wanted.where(CalibrationProcedure.search.like(like_pattern(q), escape="\\"))
    if kind is not None:
        wanted = wanted.where(CalibrationProcedure.kind == kind)
    if owner is not None:
        of_owner = select(Organisation.id).where(Organisation.code == owner)
        wanted = wanted.where(CalibrationProcedure.owner_id.in_(of_owner))
    wanted = wanted.options(joinedload(CalibrationProcedure.owner), *_current())
    return paging.page(wanted, BY_CODE, limit=limit, cursor=cursor, count=count)


def fitting(person: Person, asset: Asset, kind: CalibrationKind | None) -> Sequence[ProcedureVersion]:
    """The newest versions of what a person may use on an asset, the nearest first.

    One that names types fits assets of these types, one that names only a quantity those that are described by it, one
    that names neither fits all. The owner's own come before those for everybody.
    """
    version = ProcedureVersion
    names_types = exists().where(procedure_type.c.version_id == version.id)
    of_type = exists().where(
        procedure_type.c.version_id == version.id, procedure_type.c.type_id == asset.instrument_type_id
    )
    quantities = {fold(held.quantity) for held in asset.characteristics}
    of_quantity = version.quantity_key.in_(quantities)
    fits = case((names_types, of_type), else_=or_(version.quantity_key.is_(None), of_quantity))
    near = case((of_type, 0), (of_quantity, 1), else_=2)
    shared = case((CalibrationProcedure.owner_id.is_(None), 1), else_=0)
    wanted = (
        _newest()
        .where(visible_to(person), CalibrationProcedure.retired_at.is_(None), fits)
        .order_by(near, shared, CalibrationProcedure.code, CalibrationProcedure.id)
        .limit(MOST_OFFERED)
    )
    if kind is not None:
        wanted = wanted.where(CalibrationProcedure.kind == kind)
    return db.session.scalars(wanted.options(joinedload(version.procedure), *_parts())).all()


def version_field(
    key: int | None, kind: CalibrationKind, person: Person | None, *, kept: int | None = None
) -> ProcedureVersion | None:
    """The version that a field names by its key, for work of a kind; raises Invalid beside `procedure_version`.

    What a record has already it may keep, also when its procedure was retired since.
    """
    if key is None:
        return None
    wanted = select(ProcedureVersion).join(CalibrationProcedure).where(ProcedureVersion.id == key)
    if person is not None and key != kept:
        wanted = wanted.where(visible_to(person))
    found = db.session.scalar(wanted.options(joinedload(ProcedureVersion.procedure)))
    if found is None:
        text = _("There is no version %(key)s of a procedure; choose one from the list.", key=key)
    elif found.procedure.kind is not kind:
        text = _("Procedure %(code)s is for another kind of work; choose another one.", code=found.code)
    elif key != kept and found.procedure.retired_at is not None:
        text = _("Procedure %(code)s was retired: %(why)s", code=found.code, why=found.procedure.retired_because or "")
    else:
        return found
    raise Invalid({"procedure_version": [text]})


def known(person: Person, key: int) -> ProcedureVersion | None:
    """A version that a person may use, by its key, with its parts."""
    wanted = select(ProcedureVersion).join(CalibrationProcedure).where(ProcedureVersion.id == key, visible_to(person))
    found: ProcedureVersion | None = db.session.scalar(
        wanted.options(joinedload(ProcedureVersion.procedure), *_parts())
    )
    return found


def taken(code: str, owner_id: int | None) -> str | None:
    """The code of a procedure that an owner, or everybody, has and that differs from a code in its letters' case only.

    An owner has some dozens of them.
    """
    mine = func.coalesce(CalibrationProcedure.owner_id, 0) == (owner_id or 0)
    return same_code(code, db.session.scalars(select(CalibrationProcedure.code).where(mine)))


def may_write(person: Person, procedure: CalibrationProcedure) -> bool:
    """Whether a person may change a procedure: an administrator those for everybody, a manager their own."""
    verb = Verb.CATALOGUE_WRITE if procedure.owner_id is None else Verb.PROCEDURE_WRITE
    return accounts.may(person, verb, procedure.owner_id)


def _newest() -> Select[Any]:
    return (
        select(ProcedureVersion)
        .join(CalibrationProcedure)
        .where(ProcedureVersion.number == CalibrationProcedure.number)
    )


def _parts() -> tuple[Any, ...]:
    lean = lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules)
    return (
        selectinload(ProcedureVersion.types),
        selectinload(ProcedureVersion.standards).options(*lean),
        joinedload(ProcedureVersion.made_by).options(lazyload(Person.memberships)),
    )


def _current() -> tuple[Any, ...]:
    return tuple(joinedload(CalibrationProcedure.current).options(part) for part in _parts())


def _versions() -> tuple[Any, ...]:
    of_all = selectinload(CalibrationProcedure.versions)
    return (of_all.joinedload(ProcedureVersion.made_by).options(lazyload(Person.memberships)),)
