"""What the list of assets shows: a page of it, its filters with counts, the views that are kept of it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets import queries, tags
from registry.assets.custody.rules import HoldingKind
from registry.assets.labels import queries as labels
from registry.assets.lists import bulk, views
from registry.assets.lists import queries as lists
from registry.assets.lists.beside import DAYS, beside
from registry.assets.lists.counts import Counted, counts
from registry.assets.lists.respelling import respelt
from registry.assets.lists.rules import Column
from registry.assets.lists.schemas import PAGING, SeenQuery, columns_of
from registry.assets.lists.words import heading
from registry.assets.models import Asset
from registry.assets.rules import Doubted, Kind, StandardClass, Status, Use, Validity
from registry.assets.schemas import AssetQuery
from registry.kernel import clock
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.web.forms import listed, words_of
from registry.web.shell import form_key, in_address

MOST_PICKED: Final = 200  # one by one, over several pages: their tags stand in an address
FACETS: Final = {"validity": Validity, "kind": Kind, "status": Status, "standard_class": StandardClass, "use": Use}
OTHERS: Final = {
    "custody": [kind.value for kind in HoldingKind],
    "doubt": [doubt.value for doubt in Doubted],
    "due_within": [str(days) for days in DAYS],
}


class ListQuery(SeenQuery):
    """The list's address: filters, order, page and columns."""

    class Meta(AssetQuery.Meta):
        """Pages have cursors."""

        exclude = ()


def page() -> str | Response:
    """The list; what is typed as a tag leads straight to its asset."""
    me, today = signin.person(), clock.today()
    query = listed(ListQuery)
    typed = _tag(query.get("q") or "")
    known = typed and _asset_of(me, typed)
    if known:
        return redirect(url_for("asset.show", tag=known.current_tag))
    columns = columns_of(query.pop("columns", None))
    found = lists.asset_page(me, today=today, **query)
    mistyped = None if found.items else _mistyped(query.get("q") or "")
    if not found.items and not typed and not mistyped and (other := _found_otherwise(me, today, query)):
        flash(_("Nothing is found by “%(typed)s”; this is found by “%(other)s”.", typed=query["q"], other=other))
        return redirect(f"{request.path}?{in_address({**dict(request.args.lists()), 'q': other})}")
    narrowing = {name: value for name, value in query.items() if name not in (*PAGING, "sort")}
    counted, more = counts(me, today=today, **narrowing), beside(me, today=today, **narrowing)
    asked = _asked()
    return render_template(
        "asset/list.html",
        assets=found.items,
        next=found.next,
        total=_total(counted, query) if found.total is None else found.total,
        components=more.components,
        now=clock.now(),
        columns=columns,
        every_column=[(column.value, heading(column)) for column in dict.fromkeys((*columns, *Column))],
        order=[(column, _moved(columns, at, -1), _moved(columns, at, 1)) for at, column in enumerate(columns)],
        sorts=_sorts(query["sort"], is_search=bool(query.get("q"))),
        most=bulk.MOST,
        most_picked=MOST_PICKED,
        headings={column: heading(column) for column in columns},
        facets={name: _values(name, counted[name], query.get(name, ())) for name in FACETS},
        places={name: counted.get(name, []) for name in ("owner", "location", "instrument_type")},
        others={
            name: [(value, _known(more.facets.get(name, ()), value)) for value in values]
            for name, values in OTHERS.items()
        },
        views=[(view, view.query == asked) for view in views.views(me)],
        asked=asked,
        foreign=typed,
        mistyped=mistyped,
        nearest=queries.among(me, tags.corrections(query["q"])) if mistyped else (),
        may_register=accounts.may(me, Verb.ASSET_WRITE, None),
        form_key=form_key,
    )


def _tag(typed: str) -> str | None:
    """The tag that was typed, if it is one."""
    try:
        return tags.parse(typed)
    except tags.MistypedTag:
        return None


def _mistyped(typed: str) -> str | None:
    """What is wrong with what is spelt as a tag and is none."""
    try:
        tags.parse(typed)
    except tags.MistypedTag as mistyped:
        return mistyped.detail if tags.is_like_one(typed) else None
    return None


def _found_otherwise(person: Person, today: date, query: Mapping[str, Any]) -> str | None:
    """Another spelling of what was searched for that finds something under the same filters."""
    if query.get("cursor"):
        return None
    one = {name: value for name, value in query.items() if name not in {"limit", "count", "q"}}
    others = respelt(query.get("q") or "")
    return next((text for text in others if lists.asset_page(person, today=today, limit=1, q=text, **one).items), None)


def _asset_of(person: Person, tag: str) -> Asset | None:
    """The asset under a tag or a label, also one that was replaced, if the person may see it."""
    try:
        return queries.by_tag(person, tag)
    except NotFound:
        return labels.replaced(person, tag)


def _moved(columns: Sequence[Column], at: int, step: int) -> str | None:
    """Columns as an address says them, with one of them a place earlier or later."""
    to = at + step
    if not 0 <= to < len(columns):
        return None
    others = [*columns[:at], *columns[at + 1 :]]
    return ",".join((*others[:to], columns[at], *others[to:]))


def _sorts(sort: str | None, *, is_search: bool) -> dict[str, tuple[str | None, str | None]]:
    """Of each heading that sorts: which way the list is sorted by it, and what a tap asks for (None: nothing).

    Who asks for nothing has it by name, of a search what has its words first.
    """
    usual = "" if is_search else "name"
    ways = {}
    for name in ("name", "due_on"):
        way = {name: "ascending", f"-{name}": "descending"}.get(sort or usual)
        following = f"-{name}" if way == "ascending" else name
        ways[name] = (way, None if following == usual else following)
    return ways


def _asked() -> dict[str, Any]:
    """What the address asks for, in the words in which a view keeps it."""
    said = words_of(SeenQuery, request.args, without=frozenset({*PAGING, "lang"}))
    words: dict[str, Any] = SeenQuery().dump(SeenQuery().load(said))
    return words


def _values(facet: str, counted: list[Counted], chosen: Collection[str]) -> list[tuple[str, Counted | None]]:
    """The values a filter offers: those that leave something, those of which nothing is known, and the chosen ones."""
    known = {found.value: found for found in counted}
    short = bool(known) and not any(found.more for found in counted)
    offered = [value.value for value in FACETS[facet] if value in known or value in chosen or not short]
    return [(value, known.get(value)) for value in offered]


def _known(counted: Iterable[Counted], value: str) -> Counted | None:
    return next((found for found in counted if found.value == value), None)


def _total(counted: dict[str, list[Counted]], query: dict[str, Any]) -> int | None:
    """How many there are, where all of them were counted: owners are only counted then."""
    if "owner" not in counted:
        return None
    for facet in ("kind", "status", "validity"):
        if facet not in query:
            return sum(found.count for found in counted[facet])
    known = {found.value: found.count for found in counted["kind"] if not found.more}
    return sum(known[kind] for kind in query["kind"]) if known.keys() >= set(query["kind"]) else None
