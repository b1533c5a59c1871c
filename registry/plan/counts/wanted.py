"""Which counts a version of a plan is read from."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from registry.plan.activities.rules import BY_BODY, BY_PERSON
from registry.plan.counts.rules import ALWAYS, Count, Unit, count_of
from registry.plan.going_on import goes_on_from
from registry.plan.models import PlanRow
from registry.plan.rules import Span


class Wanted(NamedTuple):
    """The counts of some rows: by code what they add, by indicator what is gone, and the two that are lists."""

    rows: dict[str, Count]
    gone: dict[int, Count]
    states: Count
    doubts: Count

    def all(self) -> Iterator[Count]:
        """Every one of them."""
        yield from self.rows.values()
        yield from self.gone.values()
        yield from (self.states, self.doubts)


def feeds(rows: Sequence[PlanRow]) -> dict[str, frozenset[int]]:
    """Whose evidence is evidence of each row: its own, that of its annex rows, and that of the goal it goes on from."""
    by_code = {row.code: row for row in rows}
    own = {row.code: row.indicator_id for row in rows if row.indicator_id is not None}
    found: dict[str, frozenset[int]] = {}
    for row in rows:
        if row.indicator_id is not None:
            annex = {own[code] for code in row.details.get("annex_rows", ())}
            earlier = goes_on_from(row, by_code)
            found[row.code] = frozenset({row.indicator_id} | annex | (found[earlier.code] if earlier else set()))
    return found


def kin(row: PlanRow, rows: Sequence[PlanRow], feeding: Mapping[str, frozenset[int]]) -> set[str]:
    """Codes of the rows at which a record of this row is the same one: fed by it, feeding it, before or after it."""
    own, earlier = row.indicator_id, row.details.get("continues")
    return {
        other.code
        for other in rows
        if other.indicator_id in feeding[row.code]
        or own in feeding[other.code]
        or other.code == earlier
        or other.details.get("continues") == row.code
    }


def unit_of(row: PlanRow) -> Unit:
    """What a row counts."""
    if row.standing:
        return Unit.STATE
    if row.count_unit == BY_PERSON:
        return Unit.PERSON
    return Unit.BODY if row.count_unit in BY_BODY else Unit.RECORD


def wanted(rows: Sequence[PlanRow], spans: Sequence[Span]) -> Wanted:
    """The counts of some rows in some periods."""
    feeding = feeds(rows)
    flowing = [row for row in rows if row.code in feeding and not row.standing]
    standing = frozenset[int]().union(*(feeding[row.code] for row in rows if row.code in feeding and row.standing))
    own = sorted({row.indicator_id for row in rows if row.indicator_id is not None})
    return Wanted(
        rows={row.code: count_of(unit_of(row), feeding[row.code], spans) for row in flowing},
        gone={key: count_of(Unit.GONE, [key], [ALWAYS]) for key in own},
        states=count_of(Unit.STATE, standing),
        doubts=count_of(Unit.DOUBT, own),
    )
