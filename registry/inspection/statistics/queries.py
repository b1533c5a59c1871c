"""What was inspected and what was found, counted by the database: by instrument type, area or year."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, extract, func, select, true
from sqlalchemy import cast as as_type

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import TERRITORIAL, Role
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.models import Inspection
from registry.inspection.rules import State
from registry.inspection.statistics.rules import By
from registry.kernel.db import db
from registry.kernel.errors import Forbidden
from registry.kernel.i18n import _, current_locale

MOST_LINES: Final = 500
TOOK_PLACE: Final = (State.IN_PROGRESS, State.SIGNED, State.CLOSED)
COUNTED: Final = ("unverified", "seal_broken", "over_limit", "violation")


class Line(NamedTuple):
    """One line: how many visits, instruments checked, and of these how many had which finding."""

    key: str
    label: str
    visits: int
    checked: int
    unverified: int
    seal_broken: int
    over_limit: int
    violations: int

    @property
    def percent(self) -> Decimal:
        """How many in a hundred of the instruments checked were in violation, to a tenth."""
        if not self.checked:
            return Decimal(0)
        return (Decimal(100 * self.violations) / self.checked).quantize(Decimal("0.1"), ROUND_HALF_UP)


class Counted(NamedTuple):
    """The first MOST_LINES lines, and whether there are more."""

    items: list[Line]
    has_more: bool


def may_read(person: Person) -> bool:
    """Whether a person reads what is counted: inspectors, planners, administrators."""
    return any(one.role in TERRITORIAL or one.role is Role.ADMIN for one in person.memberships)


def counted(person: Person, *, by: By = By.TYPE, year: int | None = None) -> Counted:
    """Lines with the most violations first, by year the newest; of inspections that took place. Raises Forbidden."""
    if not may_read(person):
        raise Forbidden(_("Inspectors and planners of the territory read these numbers."))
    key, label = _grouping(by)
    joined = and_(InspectionCheck.inspection_id == Inspection.id, InspectionCheck.standing)
    numbers = [func.count(InspectionCheck.id).filter(getattr(InspectionCheck, name)) for name in COUNTED]
    wanted = (
        select(key, label, func.count(Inspection.id.distinct()), func.count(InspectionCheck.id), *numbers)
        .select_from(Inspection)
        .join(InspectionCheck, joined, isouter=by is not By.TYPE)
        .join(Organisation, Organisation.id == Inspection.area_id, isouter=True)
        .where(_theirs(person), Inspection.state.in_(TOOK_PLACE))
        .group_by(key, label)
        .order_by(key.desc() if by is By.YEAR else numbers[-1].desc(), key)
        .limit(MOST_LINES + 1)
    )
    if year is not None:
        wanted = wanted.where(Inspection.planned_from.between(date(year, 1, 1), date(year, 12, 31)))
    lines = [Line(str(row[0] or ""), str(row[1] or ""), *row[2:]) for row in db.session.execute(wanted)]
    return Counted(lines[:MOST_LINES], len(lines) > MOST_LINES)


def years(person: Person) -> Sequence[int]:
    """The years in which anything was inspected, the newest first."""
    wanted = select(_year()).where(_theirs(person), Inspection.state.in_(TOOK_PLACE)).distinct()
    return sorted(db.session.scalars(wanted.limit(200)), reverse=True)


def _theirs(person: Person) -> ColumnElement[bool]:
    reach = accounts.reach(person)
    return true() if reach is None else Inspection.authority_id.in_(reach)


def _year() -> ColumnElement[int]:
    return as_type(extract("year", Inspection.planned_from), Integer)


def _grouping(by: By) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    if by is By.AREA:
        name = Organisation.name_en if current_locale() == "en" else Organisation.name_vi
        return Organisation.code.expression, name.expression
    if by is By.YEAR:
        return _year(), _year()
    kind = func.coalesce(InspectionCheck.instrument_type, "")
    return kind, kind
