"""What was found of records and is known now, and what laboratories are held against."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Protocol

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration.competence.models import CompetenceCheck, bearing_of
from registry.calibration.models import Calibration, CalibrationPoint
from registry.calibration.queries import visible_to
from registry.calibration.rules import TRACEABLE, CalibrationKind, RecordStatus
from registry.calibration.traceability.measured import in_force, point_of
from registry.kernel import paging
from registry.kernel.db import db
from registry.labs import queries as labs
from registry.labs.models import Lab, ScopeLine
from registry.labs.scope.counting import counts
from registry.labs.scope.judging import UNDECIDED, Holder, Verdict, standing_of, verdict
from registry.labs.scope.rules import Bearing, Thing, Work
from registry.labs.standing import Standing


def holder_of(lab: Lab, bearing: Bearing = Bearing.ACCREDITATION, lines: Sequence[ScopeLine] | None = None) -> Holder:
    """What is known of a laboratory; `lines` are those of its scope, where they were asked for already."""
    if bearing is Bearing.DESIGNATION:
        return Holder(lab.id, lab.name, designations=lab.designations, bearing=bearing)
    return Holder(lab.id, lab.name, lab.accreditations, lab.counting_scope if lines is None else lines)


def holders(works: Sequence[tuple[Holder, Lab, date]], *, settled: bool = False) -> list[list[Holder]]:
    """For work of laboratories on days: each and, where it had no paper yet, those it took over from later.

    A few statements where any had none, and none otherwise. Where they shall be `settled` nobody changes one of them
    until the commit.
    """
    open_ones = {lab.id: lab for own, lab, day in works if _is_open(own, day)}
    before = labs.before(open_ones.values()) if open_ones else {}
    if before and settled:
        labs.held_still({lab.id for over in before.values() for lab, _on in over})
        before = labs.before(open_ones.values(), fresh=True)
    bearings = {own.bearing for own, _lab, _day in works}
    taken = {
        (key, bearing): [(holder_of(lab, bearing), on) for lab, on in over]
        for key, over in before.items()
        for bearing in bearings
    }
    return [
        [own, *(one for one, on in taken.get((lab.id, own.bearing), ()) if day < on and _is_open(own, day))]
        for own, lab, day in works
    ]


def _is_open(own: Holder, day: date) -> bool:
    return standing_of(own, day) in UNDECIDED


def lines_of(lab: Lab) -> Sequence[ScopeLine]:
    """The lines of a scope that were not corrected, without those that await confirmation."""
    return db.session.scalars(_lines(), {"lab_id": lab.id}).all()


@cache  # asked at every issue, and slow to build
def _lines() -> Select[ScopeLine]:
    wanted = select(ScopeLine).where(ScopeLine.lab_id == bindparam("lab_id"), counts())
    return wanted.order_by(ScopeLine.position, ScopeLine.id)


def judged(record: Calibration, points: Iterable[CalibrationPoint], thing: Thing, held: Sequence[Holder]) -> Verdict:
    """The verdict on a record by all that is known now; `held` are its laboratory and those it took over from."""
    left = in_force(point_of(point) for point in points)
    return verdict(held, Work(left, record.performed_on, record.on_site, thing))


class Called(Protocol):
    """What is read of an item to say what it is."""

    @property
    def name(self) -> str: ...
    @property
    def instrument_type(self) -> str | None: ...
    @property
    def instrument_type_id(self) -> int | None: ...


def thing_of(item: Called) -> Thing:
    """An item as it is held against what lines of scopes are for."""
    return Thing(item.instrument_type_id, tuple(filter(None, (item.name, item.instrument_type))))


def things(keys: Collection[int]) -> Mapping[int, Thing]:
    """Items by their keys, as they are held against scopes: one statement."""
    columns = Asset.id, Asset.name, Asset.instrument_type, Asset.instrument_type_id
    rows = db.session.execute(select(*columns).where(Asset.id.in_(sorted(keys))))
    return {row.id: thing_of(row) for row in rows}


def is_judged(record: Calibration) -> bool:
    """Whether a record is one that an accreditation or a designation bears on."""
    return record.lab_id is not None and record.kind in TRACEABLE


def of_record(record: Calibration) -> CompetenceCheck | Verdict | None:
    """What was found of a record beside what is known now; of one that nobody looked at yet what would be found."""
    if not is_judged(record) or record.lab is None:
        return None
    found = db.session.get(CompetenceCheck, record.id)
    if found is not None:
        return found
    held = holders([(holder_of(record.lab, bearing_of(record.kind)), record.lab, record.performed_on)])[0]
    return judged(record, record.points, thing_of(record.asset), held)


def of_records(keys: Iterable[int]) -> Mapping[int, CompetenceCheck]:
    """What was found of some records, by their keys: one statement."""
    wanted = select(CompetenceCheck).where(CompetenceCheck.calibration_id.in_(sorted(set(keys))))
    return {one.calibration_id: one for one in db.session.scalars(wanted)}


def is_changed() -> ColumnElement[bool]:
    """The twin of `Told.is_changed`: another verdict is known than was found; of a verification also a designation."""
    check = CompetenceCheck
    then, now = (column.is_not_distinct_from(Standing.IN_FORCE) for column in (check.standing_found, check.standing))
    designated = and_(check.kind == CalibrationKind.VERIFICATION, then != now)
    return and_(check.changed_at.is_not(None), or_(check.competence != check.competence_found, designated))


def changed(
    person: Person, *, lab: Lab | None = None, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None
) -> paging.Page[CompetenceCheck]:
    """Records a person may read of which something else is known now than was found, the newest records first."""
    wanted = select(CompetenceCheck).where(is_changed())
    if lab is not None:
        wanted = wanted.where(CompetenceCheck.lab_id == lab.id)
    wanted = wanted.join(Calibration, Calibration.id == CompetenceCheck.calibration_id)
    wanted = wanted.where(Calibration.status == RecordStatus.ISSUED)
    shows = joinedload(CompetenceCheck.calibration).joinedload(Calibration.asset), joinedload(CompetenceCheck.holder)
    order = paging.Order((CompetenceCheck.__table__.c.calibration_id,), descending=True)
    return paging.page(wanted.where(visible_to(person)).options(*shows), order, limit=limit, cursor=cursor)
