"""Assets as they are looked for: by tag, in lists, and by whoever scans a label."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, func, or_, select

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.assets import tags
from registry.assets.models import Asset, Schedule
from registry.assets.rules import ON_THE_CLOCK, SOON_DAYS, Kind, Proof, ScanFacts, ScheduleFacts, Status, Validity
from registry.kernel import paging
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.reads import Read
from registry.kernel.text import like_pattern

asset = cast("Table", Asset.__table__)
schedule = cast("Table", Schedule.__table__)
organisation = cast("Table", Organisation.__table__)
audit_entry = cast("Table", AuditEntry.__table__)

ORDERS: Final[Mapping[str, tuple[ColumnElement[Any], ...]]] = {
    "name": (asset.c.name_order, asset.c.id),
    "due_on": (asset.c.due_order, asset.c.id),
    "tag": (asset.c.tag,),
}
HOLDS: Final = schedule.c.proof != Proof.NOT_REQUIRED
SCAN: Final = Read(
    select(
        asset.c.tag,
        asset.c.kind,
        asset.c.name,
        asset.c.status,
        asset.c.proof,
        asset.c.due_on,
        asset.c.owner_id,
        schedule.c.kind.label("schedule_kind"),
        schedule.c.proof.label("schedule_proof"),
        schedule.c.due_on.label("schedule_due_on"),
    )
    .join_from(
        asset, schedule, and_(schedule.c.asset_id == asset.c.id, schedule.c.proof != Proof.NOT_REQUIRED), isouter=True
    )
    .where(asset.c.tag == bindparam("tag"))
    .order_by(schedule.c.id)
)


def visible_to(person: Person, statement: Select[Any]) -> Select[Any]:
    """Only the assets of organisations whose records the person may read."""
    reach = accounts.reach(person)
    return statement if reach is None else statement.where(Asset.owner_id.in_(reach))


def sees(person: Person, owner_id: int) -> bool:
    """Whether a person may read the records of an owner."""
    reach = accounts.reach(person)
    if reach is None:
        return True
    within = select(organisation.c.id).where(organisation.c.id == owner_id, organisation.c.id.in_(reach))
    return db.session.scalar(within) is not None


def by_tag(person: Person, tag: str, *, lock: bool = False) -> Asset:
    """The asset a tag belongs to, `tag` as a person types it; `lock` keeps others from changing it until the commit.

    Raises MistypedTag, and NotFound also when the person may not know of it.
    """
    wanted = visible_to(person, select(Asset).where(Asset.tag == tags.parse(tag)))
    if lock:
        wanted = wanted.with_for_update(of=Asset).execution_options(populate_existing=True)
    found: Asset | None = db.session.scalar(wanted)
    if found is None:
        raise unknown(tag)
    return found


def unknown(tag: str) -> NotFound:
    """The refusal for a tag that nothing visible has."""
    text = _("There is no asset with the tag %(tag)s, or you may not see it.", tag=tags.grouped(tags.parse(tag)))
    return NotFound(text)


def history(
    asset: Asset, *, limit: int = 50, cursor: str | None = None, count: str | None = None
) -> paging.Page[AuditEntry]:
    """What was changed of an asset and by whom, newest first."""
    wanted = select(AuditEntry).filter_by(subject_type="asset", subject_key=asset.tag)
    return paging.page(
        wanted, paging.Order((audit_entry.c.id,), descending=True), limit=limit, cursor=cursor, count=count
    )


def scan_facts(tag: str) -> ScanFacts:
    """What anybody who scans a label is told from: one statement, however long the asset's history. Raises NotFound.

    `tag` is a parsed one. No entity is loaded and no transaction opened.
    """
    found = SCAN.rows(tag=tag)
    if not found:
        raise unknown(tag)
    schedules = [ScheduleFacts(*row[-3:]) for row in found if row[-3] is not None]
    return ScanFacts(*(*found[0][:-3], schedules))


def validity_is(state: Validity, today: date) -> ColumnElement[bool]:
    """The SQL twin of `rules.validity`, for assets."""
    proof, due_on = Asset.proof, Asset.due_on
    soon = today + timedelta(days=SOON_DAYS)
    late = due_on < today
    clauses: dict[Validity, ColumnElement[bool]] = {
        Validity.NOT_REQUIRED: proof == Proof.NOT_REQUIRED,
        Validity.FAILED: proof == Proof.FAILED,
        Validity.OVERDUE: and_(proof.in_((Proof.MISSING, Proof.GOOD)), late),
        Validity.NEVER: and_(proof == Proof.MISSING, or_(due_on.is_(None), due_on >= today)),
        Validity.DUE_SOON: and_(proof == Proof.GOOD, due_on >= today, due_on <= soon),
        Validity.VALID: and_(proof == Proof.GOOD, or_(due_on.is_(None), due_on > soon)),
    }
    return clauses[state]


def asset_page(
    person: Person,
    *,
    today: date,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    q: str | None = None,
    kind: Kind | None = None,
    owner: str | None = None,
    status: Status | None = None,
    validity: Validity | None = None,
    due_before: date | None = None,
    sort: str = "name",
) -> paging.Page[Asset]:
    """Visible assets under filters; `sort` is a key of ORDERS, `-` before it turns the order round.

    `q` is found, folded, in names, makers, models, numbers, places and tags. An unknown owner has no assets.
    """
    wanted = visible_to(person, select(Asset))
    if q:
        wanted = wanted.where(_found_by(q))
    if kind:
        wanted = wanted.where(Asset.kind == kind)
    if owner:
        owner_id = select(organisation.c.id).where(organisation.c.code == owner).scalar_subquery()
        wanted = wanted.where(Asset.owner_id == owner_id)
    if status:
        wanted = wanted.where(Asset.status == status)
    if validity:
        wanted = wanted.where(validity_is(validity, today))
    if due_before:
        wanted = wanted.where(Asset.due_on < due_before)
    order = paging.Order(ORDERS[sort.removeprefix("-")], descending=sort.startswith("-"))
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def _found_by(typed: str) -> ColumnElement[bool]:
    """What a search box means: a tag, in any way a tag may be typed, or a part of the searched text."""
    try:
        return Asset.tag == tags.parse(typed)
    except tags.MistypedTag:
        return Asset.search.like(like_pattern(typed), escape="\\")


def pressing(person: Person, states: Iterable[Validity], today: date, *, limit: int) -> Sequence[Asset]:
    """Visible assets in use that are in one of these states, the earliest due first, those without a due date last."""
    wanted = visible_to(person, select(Asset)).where(or_(*(validity_is(state, today) for state in states)), in_use())
    found: Sequence[Asset] = db.session.scalars(wanted.order_by(Asset.due_order, Asset.id).limit(limit)).all()
    return found


def tally(person: Person, today: date) -> dict[str, int]:
    """How many visible assets in use are overdue, failed, without a proof, and due soon."""
    states = (Validity.OVERDUE, Validity.FAILED, Validity.NEVER, Validity.DUE_SOON)
    counts = [
        visible_to(person, select(func.count()).select_from(Asset))
        .where(validity_is(state, today), in_use())
        .scalar_subquery()
        for state in states
    ]
    return dict(zip([state.value for state in states], db.session.execute(select(*counts)).one(), strict=True))


def in_use() -> ColumnElement[bool]:
    """What is on the clock: the schedules of everything else are paused."""
    return Asset.status.in_(ON_THE_CLOCK)
