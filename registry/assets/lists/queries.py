"""Pages of assets, as fast at the end of a million as at the beginning, whatever filters them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from registry.accounts import places
from registry.accounts.models import Person
from registry.assets.lists import statements
from registry.assets.lists.conditions import Values, named
from registry.assets.lists.lines import COLUMNS, Line, completed
from registry.assets.lists.rules import Filters
from registry.assets.lists.search import found_by
from registry.assets.lists.statements import ORDERS, Ask
from registry.kernel import paging
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.reads import dialect

FEW: Final = 10_000  # rows that are gathered and sorted without regret
NEAR: Final = 2_000  # rows that a walk checks before it gives up
FAR: Final = 20_000  # the same where nothing is few
OTHERS: Final = "~"  # begins the cursors among what only its owner is found by
SOUGHT: Final = ("text", "named", "beginning", "tag", "custody", "contradicted", "doubt")  # rare: counted first
USUALLY_NARROW: Final = (
    *SOUGHT,
    *(
        "imported",
        "parent",
        "location",
        "instrument_type",
        "standard_class",
        "owner",
        "due_within",
        "due_before",
        "use",
        "validity",
    ),
    *("status", "kind", "reach"),
)
PLACES: Final = {column.name: place for place, column in enumerate(COLUMNS)}


def asset_page(
    person: Person,
    *,
    today: date,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    sort: str | None = None,
    **filters: Any,  # noqa: ANN401 — the fields of Filters
) -> paging.Page[Line]:
    """Visible assets under filters, as they are committed; `sort` is a key of ORDERS, `-` before it turns it round.

    Without it they are sorted by name; in a search what has the words itself comes before what only its owner has.
    An unknown owner has no assets. The number of statements does not depend on what is stored. With a limit of 0
    nothing is read, only counted where that is asked.
    """
    narrowed = Filters.of(filters)
    names, values = named(narrowed, today, places.reached(person, narrowed.commune))
    found = found_by(narrowed.q) if narrowed.q else None
    parts = [(*names, *part) for part in found.parts] if found else [tuple(names)]
    values |= found.values if found else {}
    said = sort or "name"
    key, descending = said.removeprefix("-"), said.startswith("-")
    order = paging.Order(ORDERS[key], descending=descending)
    tiers = {"": parts}
    if found and not sort:
        tiers = {mark: [(*names, *part) for part in tier] for mark, tier in zip(("", OTHERS), found.tiers, strict=True)}
    if cursor:
        values |= {f"at_{place}": value for place, value in enumerate(paging.place_of(cursor.lstrip(OTHERS), order))}
        if cursor.startswith(OTHERS) and OTHERS in tiers:
            tiers.pop("")
    spoken = dialect()
    rows: list[tuple[str, tuple[Any, ...]]] = []  # each with what its cursor begins with
    for place, (mark, tier) in enumerate(tiers.items()):
        if limit and tier and len(rows) <= limit:
            asks = [Ask(spoken, part, key, descending, bool(cursor) and not place) for part in tier]
            rows += [(mark, row) for row in _page(asks, values | {"limit": limit + 1 - len(rows)})]
    total = statements.total(spoken, tuple(parts)).rows(**values)[0][0] if count == "exact" else None
    following = None
    if len(rows) > limit > 0:
        mark, last = rows[limit - 1]
        following = mark + paging.cursor_after([last[PLACES[column.name]] for column in order.columns], order)
    return paging.Page(completed([row for _mark, row in rows[:limit]], spoken, today), following, total)


def tags_of(person: Person, today: date, filters: Mapping[str, Any], *, most: int) -> list[str]:
    """The tags of everything under filters, by name. Raises Invalid when that is more than `most`."""
    page = asset_page(person, today=today, limit=most, **filters)
    if page.next is not None:
        text = _("More than %(most)s assets answer to this; narrow it with another filter.", most=most)
        raise Invalid({"where": [text]})
    return [line.tag for line in page.items]


def _page(asks: Sequence[Ask], values: Values) -> list[tuple[Any, ...]]:
    if len(asks) == 1:
        return _rows(asks[0], values, whole=True)
    keys = {row[0] for ask in asks for row in _rows(ask, values, whole=False)}
    return statements.by_key(asks[0]).rows(keys=sorted(keys), limit=values["limit"]) if keys else []


def _rows(ask: Ask, values: Values, *, whole: bool) -> list[tuple[Any, ...]]:
    """A page by whichever way is right for what is asked; see `statements`.

    Most of the time a short walk fills the page. Where it does not, what holds may be few, or further on.
    """
    answered, index = statements.best_index(ask)
    if answered == frozenset(ask.names):
        return statements.walk(ask, index, bounded=False, whole=whole).rows(**values)
    sought = tuple(name for name in ask.names if name.startswith(SOUGHT))
    found = None if sought else _walked(ask, values, NEAR, whole=whole)
    if found is not None:
        return found
    least, by = fewest(ask.dialect, ask.names, values, FEW)
    if least > FEW:
        found = _walked(ask, values, FAR, whole=whole)
    return statements.gathering(ask, by or "", whole=whole).rows(**values) if found is None else found


def fewest(dialect: str, names: tuple[str, ...], values: Values, few: int) -> tuple[int, str | None]:
    """How many rows the condition finds that finds the fewest by itself, as far as `few` is counted, and which it is.

    What is looked for by words or numbers is asked first, as it is rare; what is only left out is not asked at all.
    """
    names = tuple(name for name in names if not name.startswith("unlike"))
    if not names:
        return statements.everything().rows(few=few + 1)[0][0], None
    sought = tuple(name for name in names if name.startswith(SOUGHT))
    found: list[tuple[int, str]] = []
    for some in (sought, tuple(name for name in names if name not in sought)):
        if some and not any(count <= few for count, _name in found):
            found += zip(statements.narrowness(dialect, some).rows(few=few + 1, **values)[0], some, strict=True)
    return min(found, key=_narrowness)


def _narrowness(counted: tuple[int, str]) -> tuple[int, int]:
    """Of conditions that all find many, the one that is likelier to find fewer."""
    count, name = counted
    return count, USUALLY_NARROW.index(name.partition(".")[0])


def _walked(ask: Ask, values: Values, far: int, *, whole: bool) -> list[tuple[Any, ...]] | None:
    """A page from a walk over so many rows; None when they did not fill it and more follow."""
    answered, index = statements.best_index(ask)
    along = ask._replace(names=tuple(name for name in ask.names if name in answered))
    edge = statements.edge(along, index).rows(**values, far=far)
    if not edge:
        return statements.walk(ask, index, bounded=False, whole=whole).rows(**values)
    upto = {f"upto_{place}": value for place, value in enumerate(edge[0])}
    found = statements.walk(ask, index, bounded=True, whole=whole).rows(**values, **upto)
    return found if len(found) == values["limit"] else None
