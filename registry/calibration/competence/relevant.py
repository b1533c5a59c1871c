"""Which laboratories measure what an item needs, and with which lines: found by the database, not by reading scopes."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload, selectinload

from registry.assets.models import Characteristic
from registry.kernel.amounts import comparable, reading_in
from registry.kernel.db import db
from registry.kernel.quantities import is_same
from registry.labs.models import Lab, ScopeLine
from registry.labs.queries import is_accredited_on
from registry.labs.scope.counting import counts
from registry.labs.scope.judging import Holder

MOST_LABS: Final = 300
MOST_LINES: Final = 20_000
MOST_UNITS: Final = 2_000
Reach = tuple[ScopeLine, Decimal | None, Decimal | None]


class Scope(NamedTuple):
    """A laboratory with those of its lines whose unit is of a kind with one of those that are needed.

    It may have others, and none of these: `has_lines`.
    """

    lab: Lab
    holder: Holder
    lines: Sequence[ScopeLine]
    has_lines: bool = True


def scopes(characteristics: Sequence[Characteristic], on: date) -> list[Scope]:
    """The laboratories that have lines for each of some quantities, those accredited on a day first."""
    written = _written()
    kinds = [_units(held, written) for held in characteristics]
    if not all(kinds):
        return []
    wanted = select(Lab).where(*(exists().where(ScopeLine.lab_id == Lab.id, _of(units)) for units in kinds))
    wanted = wanted.options(selectinload(Lab.accreditations), joinedload(Lab.organisation))
    wanted = wanted.order_by(is_accredited_on(on).desc(), Lab.code)
    labs = db.session.scalars(wanted.limit(MOST_LABS)).all()
    lines = _lines(labs, set().union(*kinds))
    return [
        Scope(lab, Holder(lab.id, lab.name, lab.accreditations, lines.get(lab.id, ())), lines.get(lab.id, ()))
        for lab in labs
    ]


def of_labs(labs: Sequence[Lab], characteristics: Sequence[Characteristic]) -> dict[int, Scope]:
    """The scopes of some laboratories by key, as far as they bear on some quantities: a few statements."""
    units = {unit for unit in _written() if any(comparable(unit, held.unit) for held in characteristics)}
    lines = _lines(labs, units) if units else {}
    standing = ScopeLine.lab_id.in_([lab.id for lab in labs]) & counts()
    known = set(db.session.scalars(select(ScopeLine.lab_id).where(standing).distinct()))
    return {
        lab.id: Scope(
            lab,
            Holder(lab.id, lab.name, lab.accreditations, lines.get(lab.id, ())),
            lines.get(lab.id, ()),
            lab.id in known,
        )
        for lab in labs
    }


def of(held: Characteristic, lines: Sequence[ScopeLine]) -> list[Reach]:
    """The lines for a quantity, those of its name alone where there are any, with their ranges in its unit."""
    found = [line for line in lines if comparable(line.unit, held.unit)]
    named = [line for line in found if is_same(line.quantity, held.quantity)]
    return [(line, _in(line.range_low, line, held), _in(line.range_high, line, held)) for line in named or found]


def _in(end: Decimal | None, line: ScopeLine, held: Characteristic) -> Decimal | None:
    return None if end is None else reading_in(end, line.unit, held.unit)


def _written() -> Sequence[str]:
    """The units as scopes write them."""
    return db.session.scalars(select(ScopeLine.unit).distinct().limit(MOST_UNITS)).all()


def _units(held: Characteristic, written: Sequence[str]) -> set[str]:
    """Those that can be turned into that of a quantity."""
    return {unit for unit in written if comparable(unit, held.unit)}


def _of(units: set[str]) -> ColumnElement[bool]:
    return counts() & ScopeLine.unit.in_(sorted(units))


def _lines(labs: Sequence[Lab], units: set[str]) -> Mapping[int, list[ScopeLine]]:
    wanted = select(ScopeLine).where(ScopeLine.lab_id.in_([lab.id for lab in labs]), _of(units))
    found: dict[int, list[ScopeLine]] = {}
    for line in db.session.scalars(
        wanted.order_by(ScopeLine.lab_id, ScopeLine.position, ScopeLine.id).limit(MOST_LINES)
    ):
        found.setdefault(line.lab_id, []).append(line)
    return found
