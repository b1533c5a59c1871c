"""New components that no rule can refuse: they are registered together with everything else that is new.

What `assets.components` and `assets.duplicates` would ask of each is asked of all in a few statements. Where the answer
is not plain, such as in a set within a set, a row goes by itself and the action decides.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from sqlalchemy import func, or_, select

from registry.assets.components import MOST_COMPONENTS, one_set_at_a_time
from registry.assets.exchange.holdings import Make, asset, make_of
from registry.assets.exchange.judged import Judged
from registry.assets.rules import GONE
from registry.kernel.db import db
from registry.sheets.models import Outcome

PARENT: Final = "parent"


class Set(NamedTuple):
    """A set that takes components; `id` is 0 where it is a row of the sheet that a trial does not register."""

    id: int
    tag: str
    owner_id: int
    room: int


def join(part: Sequence[Judged]) -> None:
    """Give the components of a part that are new their sets, where that is plain."""
    new = [row for row in part if row.outcome is Outcome.NEW]
    components = [row for row in new if (row.values.get(PARENT) or row.whole) and not row.belongings]
    if not components:
        return
    one_set_at_a_time()
    sets = _sets({row.values[PARENT] for row in components if row.whole is None})
    makes = Counter(make for row in new if (make := _make(row)) is not None)
    makes.update(_recorded(makes))
    taken: Counter[object] = Counter()
    for row in components:
        found = sets.get(row.values[PARENT]) if row.whole is None else _unborn(row.whole)
        mark = found.id if row.whole is None and found else id(row.whole)
        make = _make(row)
        if found is None or row.owner is None or found.owner_id != row.owner.id:
            continue
        if taken[mark] < found.room and (make is None or makes[make] == 1):
            taken[mark] += 1
            row.joins = found.id, found.tag


def _sets(called: Collection[str]) -> dict[str, Set]:
    """Sets by the tags that rows say, which may be those of their labels; without what is gone or within another."""
    wanted = select(asset.c.id, asset.c.tag, asset.c.label_tag, asset.c.owner_id).where(
        or_(asset.c.tag.in_(called), asset.c.label_tag.in_(called)),
        asset.c.status.not_in(GONE),
        asset.c.parent_id.is_(None),
    )
    rows = db.session.execute(wanted).all() if called else []
    counting = select(asset.c.parent_id, func.count()).where(asset.c.parent_id.in_([row.id for row in rows]))
    held = {key: count for key, count in db.session.execute(counting.group_by(asset.c.parent_id))} if rows else {}  # noqa: C416 — rows are no pairs to dict()
    found: dict[str, Set] = {}
    for row in rows:
        one = Set(row.id, row.tag, row.owner_id, MOST_COMPONENTS - held.get(row.id, 0))
        found |= {tag: one for tag in (row.tag, row.label_tag) if tag in called}
    return found


def _unborn(whole: Judged) -> Set | None:
    """A set of the sheet, as a trial knows it."""
    is_within = whole.values.get(PARENT) or whole.whole
    if whole.outcome is not Outcome.NEW or whole.owner is None or is_within or whole.values.get("status") in GONE:
        return None
    return Set(0, "", whole.owner.id, MOST_COMPONENTS)


def _make(row: Judged) -> Make | None:
    serial_no = row.values.get("serial_no")
    return make_of(row.owner.id, row.values, serial_no) if serial_no and row.owner else None


def _recorded(makes: Collection[Make]) -> list[Make]:
    """Which of some makes the registry holds already."""
    if not makes:
        return []
    columns = (asset.c.owner_id, asset.c.serial_no, asset.c.manufacturer, asset.c.model, asset.c.name)
    owners, numbers = {make[0] for make in makes}, {make[1] for make in makes}
    wanted = select(*columns).where(asset.c.owner_id.in_(owners), asset.c.serial_no.in_(numbers))
    found = (make_of(row["owner_id"], dict(row), row["serial_no"]) for row in db.session.execute(wanted).mappings())
    return [make for make in found if make in makes]
