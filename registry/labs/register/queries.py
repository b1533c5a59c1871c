"""What the public register says of laboratories: today's standing and scope, and nothing that is private."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from registry.kernel import clock, paging
from registry.kernel.db import db
from registry.kernel.text import like_pattern
from registry.labs import queries as labs
from registry.labs.bodies import queries as bodies
from registry.labs.bodies.rules import Known, named, reserve
from registry.labs.models import Accreditation, Lab, LabKindRow, ScopeLine
from registry.labs.rules import Holding, LabKind
from registry.labs.scope.counting import counts
from registry.labs.standing import accredited_on

NAME = paging.Order((Lab.__table__.c.name, Lab.__table__.c.id))
PLACE = paging.Order((ScopeLine.__table__.c.position, ScopeLine.__table__.c.id))


class Shown(NamedTuple):
    """An accreditation with a remark about its body, if there is one."""

    held: Accreditation
    remark: str | None


class Listed(NamedTuple):
    """A laboratory, and how many lines its scope of today has: none while no accreditation is in force."""

    lab: Lab
    scope_lines: int
    bodies: Sequence[Known]

    @property
    def accreditations(self) -> list[Shown]:
        """Its accreditations, with what is to be known of their bodies today."""
        today = clock.today()
        return [
            Shown(held, reserve(named(self.bodies, held.body), held.body, today)) for held in self.lab.accreditations
        ]


def page_of(
    *,
    today: date,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    q: str | None = None,
    kind: LabKind | None = None,
    body: str | None = None,
    holding: Holding | None = None,
) -> paging.Page[Listed]:
    """Laboratories by name that answer to every filter as of today; of their scopes only how long they are."""
    shows = selectinload(Lab.accreditations), selectinload(Lab.kind_rows), selectinload(Lab.recognitions)
    wanted = select(Lab).options(*shows, selectinload(Lab.steps), joinedload(Lab.organisation, innerjoin=True))
    if q:
        wanted = wanted.where(Lab.search.like(like_pattern(q), escape="\\"))
    if kind is not None:
        wanted = wanted.where(
            exists(select(LabKindRow.lab_id).where(LabKindRow.lab_id == Lab.id, LabKindRow.kind == kind))
        )
    if body is not None:
        wanted = wanted.where(labs.held_of(body, today))
    if holding is not None:
        wanted = wanted.where(labs.holds(holding, today))
    found = paging.page(wanted, NAME, limit=limit, cursor=cursor, count=count)
    counted = _counted([lab.id for lab in found.items if accredited_on(lab.accreditations, today)], today)
    known = bodies.bodies()
    return paging.Page([Listed(lab, counted.get(lab.id, 0), known) for lab in found.items], found.next, found.total)


def listed(code: str, today: date) -> Listed:
    """One laboratory as everybody may know it; raises NotFound."""
    lab = labs.by_code(code)
    counted = _counted([lab.id], today) if accredited_on(lab.accreditations, today) else {}
    return Listed(lab, counted.get(lab.id, 0), bodies.bodies())


def scope_page(
    lab: Lab, today: date, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None
) -> paging.Page[ScopeLine]:
    """What a laboratory is accredited for today, by the places of its lines; nothing while no accreditation is."""
    if not accredited_on(lab.accreditations, today):
        return paging.Page([], None)
    wanted = select(ScopeLine).where(ScopeLine.lab_id == lab.id, _holds(today))
    return paging.page(wanted, PLACE, limit=limit, cursor=cursor)


def _counted(keys: Collection[int], today: date) -> Mapping[int, int]:
    wanted = select(ScopeLine.lab_id, func.count()).where(ScopeLine.lab_id.in_(sorted(keys)), _holds(today))
    return {key: number for key, number in db.session.execute(wanted.group_by(ScopeLine.lab_id))} if keys else {}  # noqa: C416 — rows are no pairs to the type checker


def _holds(today: date) -> ColumnElement[bool]:
    """The twin of `scope.rules.holds_on` for a line that counts."""
    begun = or_(ScopeLine.valid_from.is_(None), ScopeLine.valid_from <= today)
    return counts() & begun & or_(ScopeLine.valid_to.is_(None), ScopeLine.valid_to >= today)
