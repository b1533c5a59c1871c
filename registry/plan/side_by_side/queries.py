"""Some plans beside each other as of a day: matched rows, what stands alone, and sums that count nothing twice."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from registry.accounts.models import Person
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.plan.breakdown.cells import Asked
from registry.plan.counts.wanted import feeds
from registry.plan.links import carrying
from registry.plan.links import queries as links
from registry.plan.models import Plan
from registry.plan.progress import IndicatorProgress, Rollup
from registry.plan.queries import visible_to
from registry.plan.rollups import knowledge
from registry.plan.rollups.queries import rollup
from registry.plan.rules import Span
from registry.plan.side_by_side.rules import Member, Unsummed, together, unsummed
from registry.plan.side_by_side.shared import Both, Reader, both


class Beside(NamedTuple):
    """A plan as of the day; `is_open`: whether the person may go on to the plan itself."""

    rollup: Rollup
    is_open: bool

    @property
    def plan(self) -> Plan:
        """The plan itself."""
        return self.rollup.plan


class Cell(NamedTuple):
    """An indicator of one of the plans; `so_far` is all that it counted up to the day."""

    beside: Beside
    line: IndicatorProgress
    so_far: int


class Row(NamedTuple):
    """Indicators that answer each other; `total` is what they count together up to the day, each thing once.

    Without a total `unsummed` says why.
    """

    cells: Sequence[Cell]
    total: int | None
    both: Both | None
    unsummed: Unsummed | None


class SideBySide(NamedTuple):
    """Plans in the order asked for, the rows that two or more of them have, and the rest of each."""

    on: date
    known_at: datetime | None
    plans: Sequence[Beside]
    rows: Sequence[Row]
    alone: Sequence[Cell]


def choices(person: Person | None) -> Sequence[Plan]:
    """The plans that a person may choose, by code."""
    return db.session.scalars(links.readable(person).order_by(Plan.code).limit(200)).all()


def side_by_side(codes: Sequence[str], person: Person | None, on: date, known_at: datetime | None = None) -> SideBySide:
    """Some plans beside each other; raises NotFound for one that the person may not know of.

    As many statements for much evidence as for none: those of each plan, and those that look for what is counted
    twice.
    """
    open_to = set(db.session.scalars(select(Plan.id).where(Plan.id.in_(_ids(person)))))
    plans = [_by_code(code, person) for code in dict.fromkeys(codes)]
    besides = [Beside(rollup(plan, on, known_at), plan.id in open_to) for plan in plans]
    cells = {
        line.row.indicator_id: Cell(one, line, _so_far(line, on))
        for one in besides
        for line in one.rollup.indicators
        if line.row.indicator_id is not None
    }
    said = links.links_of([one.rollup.version.id for one in besides], person)
    groups = together(cells, [(link.indicator_id, link.other_id) for link in said])
    matched = [[cells[key] for key in group] for group in groups]
    rows = [group for group in matched if len({cell.beside.plan.id for cell in group}) > 1]
    return SideBySide(
        on=on,
        known_at=known_at,
        plans=besides,
        rows=_summed(rows, besides, person, on, known_at),
        alone=[cell for group in matched if group not in rows for cell in group],
    )


def _by_code(code: str, person: Person | None) -> Plan:
    found = links.readable_by_code(code, person)
    if found is None:
        raise NotFound(_("There is no plan with the code “%(code)s”.", code=shown(code)))
    return found


def _ids(person: Person | None) -> Sequence[int]:
    return [plan.id for plan in db.session.scalars(visible_to(person))]


def _so_far(line: IndicatorProgress, on: date) -> int:
    begun = [one for one in line.periods if one.span.start <= on]
    return begun[-1].tally.running if begun else 0


def _summed(
    rows: Sequence[Sequence[Cell]],
    besides: Sequence[Beside],
    person: Person | None,
    on: date,
    known_at: datetime | None,
) -> list[Row]:
    why = [unsummed([_member(cell) for cell in row]) for row in rows]
    feeding: dict[int, Mapping[str, frozenset[int]]] = {}
    first = on
    for one in besides:
        counts = carrying.counting(one.rollup.version, on, known_at)
        feeding[one.plan.id] = feeds(counts.rows)
        first = min(first, counts.spans[0].start)
    readers = [
        Reader(
            at, cell.line.row.count_unit or "", cell.line.row.standing, feeding[cell.beside.plan.id][cell.line.row.code]
        )
        for at, row in enumerate(rows)
        if why[at] is None
        for cell in row
    ]
    ids = sorted({key for reader in readers for key in reader.sources})
    asked = Asked([Span("", first, on)], on, knowledge.at(known_at, ids))
    twice = both(readers, asked, person) if readers else {}
    return [
        Row(
            cells=row,
            total=None if why[at] else sum(cell.so_far for cell in row) - (twice[at].surplus if at in twice else 0),
            both=twice.get(at),
            unsummed=why[at],
        )
        for at, row in enumerate(rows)
    ]


def _member(cell: Cell) -> Member:
    return Member(cell.beside.plan.id, cell.line.row.count_unit, cell.line.row.standing)
