"""Stock-takes as they are listed and read, and what is known of the things that are scanned."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, literal, or_, select, true

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.assets import queries as assets
from registry.assets.custody.models import Holding
from registry.assets.custody.rules import HoldingKind
from registry.assets.labels.models import Label
from registry.assets.models import Asset
from registry.assets.rules import Doubt, Proof, Status, resting
from registry.assets.stocktake.models import StockTake, StockTakeItem, StockTakeScan
from registry.assets.stocktake.rules import (
    MOST_EXPECTED,
    SIGHTING_OF,
    Part,
    Seen,
    Sighting,
    State,
    at_place,
    counted,
    stands_for_its_set,
)
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.text import fold

stock_take = cast("Table", StockTake.__table__)
item = cast("Table", StockTakeItem.__table__)
scan = cast("Table", StockTakeScan.__table__)
own = item.alias("own")
asset = cast("Table", Asset.__table__)
over, top = asset.alias("over"), asset.alias("top")  # the set of a component, and the set of that
MOST_NEWS: Final = 5000
MOST_PLACES: Final = 300


class Fact(NamedTuple):
    """What a label leads to, as it stands when it is scanned; `id`, `tag` and `name` are those of what counts.

    That is the set for a `component` that is counted with it, whose own name, key, status, validity and doubt are told.
    `label` is what the label on it now says; of a set out of use the status is told for what belongs to it.
    """

    id: int
    tag: str
    name: str
    label: str
    status: Status
    proof: Proof
    due_on: date | None
    doubt: Doubt | None
    owner: Organisation
    seen: Seen
    component: str | None = None
    component_id: int | None = None


def visible_to(person: Person, statement: Select[StockTake]) -> Select[StockTake]:
    """Only the stock-takes of organisations whose records the person may read."""
    reach = accounts.reach(person)
    return statement if reach is None else statement.where(StockTake.organisation_id.in_(reach))


def by_id(person: Person, key: int) -> StockTake:
    """A stock-take; raises NotFound also when the person may not know of it."""
    wanted = select(StockTake).where(StockTake.id == key).execution_options(populate_existing=True)
    found = db.session.scalar(visible_to(person, wanted))
    if found is None:
        raise NotFound(_("There is no stock-take with the number %(key)s, or you may not see it.", key=key))
    return found


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    organisation: str | None = None,
    state: State | None = None,
) -> paging.Page[StockTake]:
    """Visible stock-takes, the newest first."""
    wanted = visible_to(person, select(StockTake))
    if organisation is not None:
        wanted = wanted.where(StockTake.organisation_id.in_(_ids_of(organisation)))
    if state is not None:
        is_open = StockTake.closed_at.is_(None)
        wanted = wanted.where(is_open if state is State.OPEN else ~is_open)
    return paging.page(
        wanted, paging.Order((stock_take.c.id,), descending=True), limit=limit, cursor=cursor, count=count
    )


def part_of(
    take: StockTake,
    *,
    state: Part = Part.MISSING,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[StockTakeItem | StockTakeScan]:
    """One part of the result: what is missing by name, what was scanned with the newest first."""
    wanted: Select[StockTakeItem] | Select[StockTakeScan]
    if state is Part.MISSING:
        wanted, order = missing(take), paging.Order((item.c.id,))
    else:
        wanted, order = sightings(take, SIGHTING_OF[state]), paging.Order((scan.c.id,), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def missing(take: StockTake) -> Select[StockTakeItem]:
    """What was expected and nobody has found; items were written in the order of their names."""
    found = scan.c.again.is_(False)
    seen = exists().where(scan.c.stock_take_id == take.id, scan.c.asset_id == item.c.asset_id, found)
    return select(StockTakeItem).where(StockTakeItem.stock_take_id == take.id, ~seen)


def sightings(take: StockTake, *kinds: Sighting) -> Select[StockTakeScan]:
    """The first scans of things of these kinds."""
    return select(StockTakeScan).where(
        StockTakeScan.stock_take_id == take.id, StockTakeScan.sighting.in_(kinds), StockTakeScan.again.is_(False)
    )


def expected_names(take: StockTake) -> list[list[str]]:
    """Tag and name of everything expected, by name, and the tag of its label where that is another.

    It is what a phone needs to judge a scan without a connection.
    """
    wanted = select(item.c.tag, item.c.name, Asset.label_tag).join(Asset, Asset.id == item.c.asset_id)
    found = db.session.execute(wanted.where(item.c.stock_take_id == take.id).order_by(item.c.id))
    return [[tag, name] if label is None else [tag, name, label] for tag, name, label in found]


def away(take: StockTake, keys: Collection[int] | None = None) -> dict[str, Holding]:
    """Who has what is expected (of it only the assets of some keys) and cannot stand in its place, by tag."""
    wanted = select(item.c.tag, Holding).join(Holding, Holding.asset_id == item.c.asset_id)
    wanted = wanted.where(item.c.stock_take_id == take.id, Holding.kind != HoldingKind.OFFER)
    if keys is not None:
        wanted = wanted.where(item.c.asset_id.in_(keys))
    return {row.tag: row.Holding for row in db.session.execute(wanted)}


def spelling(take: StockTake) -> str | None:
    """The place as most of what is registered there spells it."""
    ours = Asset.owner_id.in_(accounts.below(take.organisation_id))
    used = select(Asset.location, func.count()).where(ours, Asset.location.is_not(None)).group_by(Asset.location)
    alike = [row for row in db.session.execute(used) if take.location and fold(row[0] or "") == fold(take.location)]
    return max(alike, key=lambda row: int(row[1]))[0] if alike else take.location


def news(take: StockTake, after: int) -> Sequence[StockTakeScan]:
    """First sightings later than a scan's key, oldest first: what others who count found meanwhile."""
    wanted = select(StockTakeScan).where(
        StockTakeScan.stock_take_id == take.id, StockTakeScan.again.is_(False), StockTakeScan.id > after
    )
    return db.session.scalars(wanted.order_by(StockTakeScan.id).limit(MOST_NEWS)).all()


def latest(take: StockTake) -> StockTakeScan | None:
    """The scan that arrived last."""
    wanted = select(StockTakeScan).where(StockTakeScan.stock_take_id == take.id)
    return db.session.scalar(wanted.order_by(StockTakeScan.id.desc()).limit(1))


def facts(take: StockTake, person: Person | None, read: Collection[str]) -> dict[str, Fact]:
    """What is known of the assets that labels lead to, also replaced ones, in at most three statements."""
    ids = assets.ids_by_tag(read)
    if left := set(read) - ids.keys():
        replaced = select(Label.tag, Label.asset_id).where(Label.tag.in_(left))
        ids |= {tag: id_ for tag, id_ in db.session.execute(replaced) if id_ is not None}
    found = _described(take, person, ids.values())
    return {tag: found[id_] for tag, id_ in ids.items()}


def _described(take: StockTake, person: Person | None, ids: Collection[int]) -> dict[int, Fact]:
    """Assets by their keys, with the sets they belong to, of which only the whole is ever expected."""
    reach = accounts.reach(person) if person else None
    visible: ColumnElement[bool] = true() if reach is None else Asset.owner_id.in_(reach)
    whole_item = item.alias("whole_item")
    of_set = and_(whole_item.c.asset_id == func.coalesce(top.c.id, over.c.id), whole_item.c.stock_take_id == take.id)
    wanted = (
        select(
            Asset.id,
            Asset.tag,
            Asset.name,
            func.coalesce(Asset.label_tag, Asset.tag).label("label"),
            Asset.status,
            Asset.set_status,
            Asset.proof,
            Asset.due_on,
            Asset.doubt,
            Asset.location,
            func.coalesce(Asset.location, over.c.location, top.c.location).label("place"),
            Organisation,
            item.c.id.is_not(None).label("expected"),
            visible.label("visible"),
            Asset.owner_id.in_(accounts.below(take.organisation_id)).label("ours"),
            whole_item.c.asset_id.label("set_id"),
            whole_item.c.tag.label("set_tag"),
            whole_item.c.name.label("set_name"),
        )
        .join(Organisation, Organisation.id == Asset.owner_id)
        .outerjoin(item, and_(item.c.asset_id == Asset.id, item.c.stock_take_id == take.id))
        .outerjoin(over, over.c.id == Asset.parent_id)
        .outerjoin(top, top.c.id == over.c.parent_id)
        .outerjoin(whole_item, of_set)
        .where(Asset.id.in_(ids))
    )
    return {row.id: _fact(row, take) for row in db.session.execute(wanted)}


def _fact(row: Any, take: StockTake) -> Fact:  # noqa: ANN401 — a row of the statement above
    stands = (row.label, resting(row.status, row.set_status), row.proof, row.due_on, row.doubt, row.Organisation)
    seen = Seen(bool(row.expected), bool(row.visible), bool(row.ours), row.place)
    if row.set_id is not None and not row.expected and stands_for_its_set(row.location, take.location):
        return Fact(row.set_id, row.set_tag, row.set_name, *stands, seen._replace(expected=True), row.name, row.id)
    return Fact(row.id, row.tag, row.name, *stands, seen)


def component_labels(take: StockTake) -> list[list[str]]:
    """What the labels of components say that are counted with their sets, each with the tag of its set."""
    set_id = func.coalesce(top.c.id, over.c.id)
    by_itself = select(own.c.asset_id).where(own.c.stock_take_id == take.id)
    wanted = (
        select(func.coalesce(Asset.label_tag, Asset.tag), Asset.location, item.c.tag)
        .join(over, over.c.id == Asset.parent_id)
        .outerjoin(top, top.c.id == over.c.parent_id)
        .join(item, item.c.asset_id == set_id)
        .where(item.c.stock_take_id == take.id, Asset.id.not_in(by_itself))
        .order_by(Asset.id)
        .limit(MOST_EXPECTED)
    )
    found = db.session.execute(wanted)
    return [[label, tag] for label, location, tag in found if stands_for_its_set(location, take.location)]


def in_scope(take: StockTake) -> Select[Asset]:
    """What a stock-take that is being opened expects: shelved assets of its organisation and those below, in scope.

    A set counts as one thing, its components with it; by itself counts a component that has its own place here while
    its set has another. Locations are compared folded, which no database does alike: the different ones are read and
    compared here.
    """
    ours = Asset.owner_id.in_(accounts.below(take.organisation_id))
    wanted = select(Asset).where(ours, Asset.status.in_(counted(take.only_status)))
    if take.only_kind is not None:
        wanted = wanted.where(Asset.kind == take.only_kind)
    if take.location is not None:
        used = db.session.scalars(wanted.with_only_columns(Asset.location).distinct())
        here = [where for where in used if where is not None and at_place(take.location, where)]
        here = here[: MOST_EXPECTED + 1]
        wanted = wanted.outerjoin(over, over.c.id == Asset.parent_id).outerjoin(top, top.c.id == over.c.parent_id)
        place = func.coalesce(top.c.location, over.c.location)
        apart = or_(Asset.parent_id.is_(None), place.is_(None), place.not_in(here))
        return wanted.where(Asset.location.in_(here), apart)
    return wanted.where(Asset.parent_id.is_(None))


def how_many(wanted: Select[Asset]) -> int:
    """How many assets a select finds."""
    return db.session.scalar(wanted.with_only_columns(func.count())) or 0


def snapshot(take: StockTake, wanted: Select[Asset]) -> Select[*tuple[Any, ...]]:
    """What is written down of the assets expected, in the order of their names."""
    columns = (literal(take.id), Asset.id, Asset.owner_id, Asset.tag, Asset.name, Asset.location)
    return wanted.with_only_columns(*columns).order_by(Asset.name_order, Asset.id)


def places(organisation_ids: Collection[int]) -> list[str]:
    """Places that are in use in some organisations, as suggestions."""
    used = select(Asset.location).where(Asset.owner_id.in_(organisation_ids), Asset.location.is_not(None))
    found = db.session.scalars(used.distinct().order_by(Asset.location).limit(MOST_PLACES))
    return [place for place in found if place]


def _ids_of(code: str) -> Select[int]:
    return select(Organisation.id).where(Organisation.code == code)
