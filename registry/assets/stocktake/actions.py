"""What changes stock-takes: opening, scanning, closing."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, NotRequired, TypedDict

from sqlalchemy import insert, select

from registry.accounts.models import Organisation, Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets import actions as assets
from registry.assets import tags
from registry.assets.models import Asset
from registry.assets.queries import registered
from registry.assets.rules import Kind, Status, fit_for_use, validity
from registry.assets.stocktake import pieces, queries
from registry.assets.stocktake.models import StockTake, StockTakeItem, StockTakeScan
from registry.assets.stocktake.pieces import Pieces
from registry.assets.stocktake.rules import (
    MOST_EXPECTED,
    Sighting,
    Verdict,
    check_scope,
    first_of_each,
    scanned_at,
    sighting_of,
    verdict_of,
)
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown

TALLIED = {
    Sighting.EXPECTED: "found",
    Sighting.ELSEWHERE: "elsewhere",
    Sighting.UNEXPECTED: "unexpected",
    Sighting.UNKNOWN: "unknown",
}


class ScanValues(TypedDict):
    """One scan as a device tells it; `key` is the device's own and the same however often the scan is sent."""

    key: str
    tag: str
    at: NotRequired[datetime | None]


class HereValues(TypedDict):
    """A thing registered elsewhere that stays where it was found."""

    tag: str


class MissingValues(TypedDict):
    """What is known of a thing nobody found."""

    tag: str
    note: NotRequired[str | None]


class Told(NamedTuple):
    """What a scan meant; name, place and owner as far as they are known and may be.

    `label` is what the label on it now says, `revoked` that the one which was read is not that; `component` names what
    was scanned where it counts with its set, and `unseen` the components that this still waits for.
    """

    key: str
    verdict: Verdict
    tag: str | None = None
    name: str | None = None
    location: str | None = None
    owner: Organisation | None = None
    fit_for_use: bool | None = None
    label: str | None = None
    revoked: bool = False
    component: str | None = None
    unseen: Sequence[str] = ()


def begin(
    *,
    organisation: str,
    location: str | None = None,
    only_kind: Kind | None = None,
    only_status: Status | None = None,
    name: str | None = None,
    by: Person | None,
) -> StockTake:
    """Open a stock-take and write down what it expects: what is registered at the place now, within the scope."""
    keeper = organisation_field(organisation, "organisation")
    require(by, Verb.ASSET_WRITE, keeper.id)
    check_scope(only_status)
    take = StockTake(
        organisation_id=keeper.id,
        opened_at=clock.now(),
        name=name or None,
        location=location or None,
        only_kind=only_kind,
        only_status=only_status,
        opened_by_id=by.id if by else None,
    )
    db.session.add(take)
    db.session.flush()
    take.location = queries.spelling(take)
    wanted = queries.in_scope(take)
    take.expected = queries.how_many(wanted)
    if take.expected > MOST_EXPECTED:
        message = _(
            "%(found)s assets are in this scope; count at most %(most)s at once. Choose a smaller place or one kind.",
            found=take.expected,
            most=MOST_EXPECTED,
        )
        raise Invalid({"location": [message]})
    columns = ["stock_take_id", "asset_id", "owner_id", "tag", "name", "location"]
    db.session.execute(insert(StockTakeItem).from_select(columns, queries.snapshot(take, wanted)))
    pieces.write_down(take)
    changes = {"organisation": keeper.code, "location": take.location, "name": take.name, "expected": take.expected}
    changes |= {"only_kind": only_kind, "only_status": only_status}
    audit.record(
        "stock_take.open", ("stock_take", take.id), {field: [None, to] for field, to in changes.items()}, by=by
    )
    return take


def receive(take: StockTake, *, scans: Sequence[ScanValues], by: Person | None) -> list[Told]:
    """Record scans and say what each meant. A scan that was sent before is not recorded again, and is told the same.

    Whoever sends to one stock-take waits for whoever did before, so that each thing is found once. Raises Conflict
    when it is closed; scans that had arrived before are answered even then, and `errors` names only the others.
    """
    require(by, Verb.ASSET_WRITE, take.organisation_id)
    _lock(take)
    typed = [_parsed(said["tag"]) for said in scans]
    held = _held(take, scans)
    fresh = [place for place in first_of_each(said["key"] for said in scans) if scans[place]["key"] not in held]
    if fresh and take.closed_at is not None:
        raise Conflict(_closed(), errors={f"scans.{place}.tag": [_closed()] for place in fresh})
    facts = queries.facts(take, by, {tag for tag in typed if tag is not None})
    parts = pieces.pieces_of(take, {fact.id for fact in facts.values() if fact.component_id is not None})
    if new := [(scans[place], tag) for place in fresh if (tag := typed[place]) is not None]:
        _record(take, new, facts, parts, by)
        held = _held(take, scans)
    return [_told(said, tag, held.get(said["key"]), facts, parts) for said, tag in zip(scans, typed, strict=True)]


def close(
    take: StockTake,
    *,
    here_now: Sequence[HereValues] = (),
    missing: Sequence[MissingValues] = (),
    note: str | None = None,
    by: Person | None,
) -> StockTake:
    """Close a stock-take for good.

    `here_now` are things registered elsewhere whose place becomes the counted one; `missing` gives notes to what was
    not found.
    """
    require(by, Verb.ASSET_WRITE, take.organisation_id)
    _lock(take)
    if take.closed_at is not None:
        raise Conflict(_closed())
    _move(take, _plain([said["tag"] for said in here_now]), by)
    _explain(take, missing)
    take.closed_at, take.closed_by_id, take.note = clock.now(), by.id if by else None, note or None
    counts = {field: getattr(take, field) for field in ("expected", "missing", *TALLIED.values())}
    changes: audit.Changes = {field: [None, count] for field, count in counts.items()}
    audit.record("stock_take.close", ("stock_take", take.id), changes | {"note": [None, take.note]}, by=by)
    db.session.flush()
    db.session.expire(take, ["closed_by"])
    return take


def _lock(take: StockTake) -> None:
    """Nobody else counts, sends or closes until this transaction ends; the row is as the last one left it."""
    held = select(StockTake).where(StockTake.id == take.id).with_for_update(of=StockTake)
    db.session.scalars(held.execution_options(populate_existing=True)).one()


def _held(take: StockTake, scans: Sequence[ScanValues]) -> dict[str, StockTakeScan]:
    keys = {said["key"] for said in scans}
    wanted = select(StockTakeScan).where(StockTakeScan.stock_take_id == take.id, StockTakeScan.client_key.in_(keys))
    return {row.client_key: row for row in db.session.scalars(wanted)}


def _record(
    take: StockTake,
    scans: Sequence[tuple[ScanValues, str]],
    facts: dict[str, queries.Fact],
    parts: Pieces,
    by: Person | None,
) -> None:
    """Write scans down that are new, counted where they find a thing: itself, or the last component it waits for."""
    received_at = clock.now()
    things = {facts[tag].tag if tag in facts else tag for _said, tag in scans}
    before = select(StockTakeScan.tag).where(StockTakeScan.stock_take_id == take.id, StockTakeScan.tag.in_(things))
    seen = set(db.session.scalars(before.where(StockTakeScan.again.is_(False))))
    rows: list[dict[str, object]] = []
    for said, tag in scans:
        fact = facts.get(tag)
        sighting = sighting_of(fact.seen if fact else None, take.location)
        thing = fact.tag if fact else tag
        known = fact if fact and (fact.seen.visible or fact.seen.expected) else None
        finds, partial = _finds(fact, parts) if thing not in seen else (False, False)
        rows.append(
            {
                "stock_take_id": take.id,
                "client_key": said["key"],
                "read": tag,
                "tag": thing,
                "sighting": sighting,
                "again": not finds,
                "partial": partial,
                "scanned_at": scanned_at(said.get("at"), take.opened_at, received_at),
                "received_at": received_at,
                "asset_id": fact.id if fact else None,
                "name": fact.name if fact else None,
                "location": known.seen.location if known else None,
                "owner_id": known.owner.id if known else None,
                "person_id": by.id if by else None,
                "moved": False,
            }
        )
        if finds:
            seen.add(thing)
            setattr(take, TALLIED[sighting], getattr(take, TALLIED[sighting]) + 1)
    db.session.execute(insert(StockTakeScan), rows)
    db.session.flush()


def _finds(fact: queries.Fact | None, parts: Pieces) -> tuple[bool, bool]:
    """Whether a scan finds what nobody found yet, and whether it is only of a component of that, now seen."""
    if fact is None or fact.component_id is None:
        return True, False
    one = parts.piece(fact.component_id)
    if one is None:
        return False, True
    was_seen, one.seen = one.seen, True
    finds = not parts.unseen(fact.id)
    return finds, not finds and not was_seen


def _told(
    said: ScanValues, tag: str | None, row: StockTakeScan | None, facts: dict[str, queries.Fact], parts: Pieces
) -> Told:
    if tag is None or row is None:
        return Told(said["key"], Verdict.MISTYPED)
    fact, today = facts.get(row.read), clock.today()
    fit = fit_for_use(fact.status, validity(fact.proof, fact.due_on, today), fact.doubt) if fact else None
    verdict = verdict_of(row.sighting, again=row.again, partial=row.partial)
    owner = fact.owner if fact and row.owner_id == fact.owner.id else None
    known = fact if fact and (fact.seen.visible or fact.seen.expected) else None
    label = known.label if known else None
    return Told(
        row.client_key,
        verdict,
        row.tag,
        row.name,
        row.location,
        owner,
        fit,
        label,
        revoked=fact is not None and fact.label != row.read,
        component=known.component if known else None,
        unseen=[one.name for one in parts.unseen(row.asset_id)] if row.partial and row.asset_id else (),
    )


def _move(take: StockTake, moved: Sequence[str], by: Person | None) -> None:
    """Things found here and registered elsewhere are registered here from now on."""
    if not moved:
        return
    if take.location is None:
        raise Invalid({"here_now": [_("This stock-take has no place, so nothing can be moved to it.")]})
    wanted = queries.sightings(take, Sighting.ELSEWHERE, Sighting.UNEXPECTED).where(StockTakeScan.tag.in_(moved))
    rows = {row.tag: row for row in db.session.scalars(wanted)}
    strays = {
        f"here_now.{place}.tag": [_("The tag %(tag)s was not found here as a thing from elsewhere.", tag=tag)]
        for place, tag in enumerate(moved)
        if tag not in rows
    }
    if strays:
        raise Invalid(strays)
    held = select(Asset).where(Asset.id.in_({row.asset_id for row in rows.values()})).order_by(Asset.id)
    for asset in db.session.scalars(held.with_for_update(of=Asset).execution_options(populate_existing=True)):
        assets.edit(asset, location=take.location, by=by)
    for row in rows.values():
        row.moved = True


def _explain(take: StockTake, missing: Sequence[MissingValues]) -> None:
    if not missing:
        return
    told = _plain([said["tag"] for said in missing])
    notes = {tag: said.get("note") or None for tag, said in zip(told, missing, strict=True)}
    rows = {row.tag: row for row in db.session.scalars(queries.missing(take).where(StockTakeItem.tag.in_(notes)))}
    items = select(StockTakeItem.tag).where(StockTakeItem.stock_take_id == take.id, StockTakeItem.tag.in_(notes))
    expected = set(db.session.scalars(items))
    strays = {
        f"missing.{place}.tag": [
            _("The tag %(tag)s is not among what is missing; somebody may have found it.", tag=shown(tag))
            if tag in expected
            else _("This stock-take did not expect the tag %(tag)s; compare it with the label.", tag=shown(tag))
        ]
        for place, tag in enumerate(told)
        if tag not in rows and (notes[tag] or tag not in expected)
    }
    if strays:
        raise Invalid(strays)
    for tag, row in rows.items():
        row.note = notes[tag]


def _plain(typed: Sequence[str]) -> list[str]:
    """The tags that things were registered with, for those on their labels; what is no tag is not found."""
    parsed = [_parsed(one) or one for one in typed]
    told = registered(parsed)
    return [told.get(tag, tag) for tag in parsed]


def _parsed(text: str) -> str | None:
    try:
        return tags.parse(text)
    except tags.MistypedTag:
        return None


def _closed() -> str:
    return _(
        "This stock-take is closed; its result does not change any more, and these scans were not recorded. "
        "Open a new stock-take of the place, or keep a copy of the scans."
    )
