"""The parts of a number with their names: the old ones said where another body took over, the biggest first."""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final, NamedTuple

from registry.plan.breakdown.bodies import Bodies, Body
from registry.plan.breakdown.rules import Broken, By, Cell

UNKNOWN: Final = "-"
HIDDEN: Final = "*"


class Part(NamedTuple):
    """One part: `key` names it in an address, `code` is that of its body, `formerly` whose records it took over.

    `name` is empty where nobody is known and for what is not for the person's eyes; `until` is the last day of a body
    that ended and that nobody took over.
    """

    key: str
    name: str
    code: str | None
    within: str | None
    formerly: tuple[str, ...]
    until: date | None
    value: int
    shared: int


class Cut(NamedTuple):
    """By what numbers are broken down, the bodies behind them, and whose records the person may read; None: all."""

    by: By
    bodies: Bodies
    reach: Collection[int] | None

    def part_of(self, cell: Cell) -> str:
        """The key of the part to which a cell belongs."""
        if self.by is By.YEAR:
            return str(cell.piece.year)
        if cell.body is None:
            return UNKNOWN
        if self.reach is not None and cell.body not in self.reach:
            return HIDDEN
        return _KEYS[self.by](self.bodies, cell.body)


def parts(broken: Broken, cut: Cut, own: Mapping[str, Collection[int]]) -> list[Part]:
    """The parts of a number, the biggest first, years in order; `own` gives the bodies whose records are in each."""
    found = [
        _named(key, cut, sorted(own.get(key, ())), (share.value, share.shared)) for key, share in broken.parts.items()
    ]
    if cut.by is By.YEAR:
        return sorted(found, key=lambda part: part.key)
    return sorted(found, key=lambda part: (part.key in {UNKNOWN, HIDDEN}, -part.value, part.name, part.key))


def _named(key: str, cut: Cut, own: list[int], numbers: tuple[int, int]) -> Part:
    value, shared = numbers
    bodies = cut.bodies
    if cut.by is By.YEAR or key in {UNKNOWN, HIDDEN} or not own:
        name = key if cut.by is By.YEAR else ""
        return Part(key, name, None, None, (), None, value, shared)
    places = [bodies.place(one) for one in own]
    place = next((one for one in places if one.area), places[0])
    province = place.province
    match cut.by:
        case By.ORGANISATION:
            body: Body | None = bodies.heir(own[0])
            name = body.name if body else ""
        case By.PROVINCE:
            body, name = province, province.name if province else ""
        case _:
            body = place.area or (None if place.commune else province)
            name = place.name or (province.name if province else "")
    before = {one.id: one.name for key_ in own for one in bodies.former(key_) if body and bodies.heir(one.id) == body}
    return Part(
        key=key,
        name=name,
        code=body.code if body else None,
        within=province.name if province and cut.by is By.PLACE and province != body else None,
        formerly=tuple(sorted(before.values())),
        until=body.valid_to if body and body.valid_to and body.valid_to < bodies.on else None,
        value=value,
        shared=shared,
    )


def _of_place(bodies: Bodies, key: int) -> str:
    found = bodies.place(key).key
    return UNKNOWN if found == "/" else found


def _of_province(bodies: Bodies, key: int) -> str:
    province = bodies.province(key)
    return province.code if province else UNKNOWN


_KEYS: Final[Mapping[By, Callable[[Bodies, int], str]]] = {
    By.PLACE: _of_place,
    By.PROVINCE: _of_province,
    By.ORGANISATION: lambda bodies, key: bodies.heir(key).code,
}
