"""Custody as it is looked for: who has an asset, its history, what is out or late, and what is offered."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Table, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, lazyload, load_only, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets.custody.models import CustodyEvent, Holding
from registry.assets.custody.rules import OUT, Direction, EventKind, HoldingKind
from registry.assets.models import Asset
from registry.assets.queries import visible_to
from registry.kernel import paging
from registry.kernel.db import db

holding = cast("Table", Holding.__table__)
custody_event = cast("Table", CustodyEvent.__table__)
LATEST: Final = 10
SETTLED: Final = (EventKind.ACCEPTED, EventKind.DECLINED, EventKind.WITHDRAWN)


class Custody(NamedTuple):
    """What an asset's page shows of its custody; `may_answer` an offer, `late` is one whose last day has passed.

    `with_set` is who has the set it belongs to.
    """

    held: Holding | None
    with_set: Holding | None
    late: bool
    may_answer: bool
    events: Sequence[CustodyEvent]


def custody(asset: Asset, person: Person, today: date) -> Custody:
    """Who has an asset now, and the newest of its history."""
    now = held(asset)
    to = now.to_organisation_id if now else None
    return Custody(
        held=now,
        with_set=set_away(asset),
        late=now is not None and now.expected_back_on is not None and now.expected_back_on < today,
        may_answer=to is not None and accounts.may(person, Verb.ASSET_WRITE, to),
        events=history(asset, limit=LATEST).items,
    )


def held(asset: Asset) -> Holding | None:
    """Who has an asset that is not in its place, or to whom it is offered, read afresh."""
    wanted = select(Holding).filter_by(asset_id=asset.id).execution_options(populate_existing=True)
    found: Holding | None = db.session.scalar(wanted)
    return found


def away(tags: Collection[str]) -> dict[str, Holding]:
    """Who has what of some tags is not in its place: handed out or at a laboratory."""
    wanted = select(Asset.tag, Holding).join(Holding, Holding.asset_id == Asset.id)
    found = db.session.execute(wanted.where(Asset.tag.in_(tags), Holding.kind.in_(OUT)))
    return {row.tag: row.Holding for row in found}


def set_away(asset: Asset) -> Holding | None:
    """Who has a set that an asset belongs to: its components are where it is."""
    upper = aliased(Asset)
    above = select(upper.parent_id).where(upper.id == asset.parent_id)
    within = or_(Holding.asset_id == asset.parent_id, Holding.asset_id.in_(above))
    wanted = select(Holding).where(within).options(selectinload(Holding.asset)).order_by(Holding.id)
    found: Holding | None = db.session.scalar(wanted.limit(1)) if asset.parent_id is not None else None
    return found


def part_away(asset: Asset) -> Holding | None:
    """Who has a component of a set, at any level, that was handed out by itself."""
    upper, part = aliased(Asset), aliased(Asset)
    below = select(part.id).join(upper, upper.id == part.parent_id)
    within = below.where(or_(upper.id == asset.id, upper.parent_id == asset.id))
    wanted = select(Holding).where(Holding.asset_id.in_(within)).options(selectinload(Holding.asset))
    found: Holding | None = db.session.scalar(wanted.order_by(Holding.id).limit(1))
    return found


def history(
    asset: Asset, *, limit: int = 50, cursor: str | None = None, count: str | None = None
) -> paging.Page[CustodyEvent]:
    """What happened to an asset's custody, newest first."""
    wanted = select(CustodyEvent).where(CustodyEvent.asset_id == asset.id)
    order = paging.Order((custody_event.c.id,), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def out_page(
    person: Person,
    *,
    today: date,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    kind: HoldingKind | None = None,
    late: bool | None = None,
) -> paging.Page[Holding]:
    """What of the assets a person may read is checked out or at a laboratory, the earliest expected back first."""
    wanted = visible_to(person, select(Holding).join(Holding.asset)).where(
        Holding.kind.in_(OUT if kind is None else OUT & {kind})
    )
    if late is not None:
        wanted = wanted.where(Holding.expected_back_on < today if late else Holding.expected_back_on >= today)
    order = paging.Order((holding.c.expected_back_on, holding.c.id))
    return paging.page(wanted.options(_named(Holding.asset)), order, limit=limit, cursor=cursor, count=count)


def offer_page(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    direction: Direction | None = None,
) -> paging.Page[Holding]:
    """Offers to the organisations a person may read and offers of their assets, the newest first."""
    incoming, outgoing = _within(person, Holding.to_organisation_id), _within(person, Asset.owner_id)
    sides = {Direction.INCOMING: incoming, Direction.OUTGOING: outgoing, None: or_(incoming, outgoing)}
    wanted = select(Holding).join(Holding.asset).where(Holding.kind == HoldingKind.OFFER, sides[direction])
    order = paging.Order((holding.c.id,), descending=True)
    return paging.page(wanted.options(_named(Holding.asset)), order, limit=limit, cursor=cursor, count=count)


def offers_to(person: Person) -> int:
    """How many offers wait for an answer of organisations a person may read."""
    wanted = select(func.count()).select_from(Holding)
    wanted = wanted.where(Holding.kind == HoldingKind.OFFER, _within(person, Holding.to_organisation_id))
    return db.session.scalar(wanted) or 0


def settled_offers(person: Person, *, limit: int = LATEST) -> Sequence[CustodyEvent]:
    """The newest answers to offers from or to the organisations a person may read."""
    either = or_(_within(person, CustodyEvent.from_organisation_id), _within(person, CustodyEvent.to_organisation_id))
    wanted = select(CustodyEvent).join(CustodyEvent.asset).where(CustodyEvent.kind.in_(SETTLED), either)
    wanted = wanted.options(_named(CustodyEvent.asset)).order_by(CustodyEvent.id.desc()).limit(limit)
    return db.session.scalars(wanted).all()


def _within(person: Person, organisation_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 — a column of either table
    """Whether an organisation is one whose records a person may read."""
    reach = accounts.reach(person)
    return true() if reach is None else organisation_id.in_(reach)


def _named(asset: Any) -> ORMOption:  # noqa: ANN401 — the joined relationship to an asset
    """An asset's name, tag and owner, and nothing else of it."""
    shown = load_only(Asset.tag, Asset.label_tag, Asset.name, Asset.owner_id)
    return contains_eager(asset).options(shown, lazyload("*"), selectinload(Asset.owner))
