"""Labels as they are looked for: by whoever scans one, by the asset they are on, and by the batch they were made in."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Select, Table, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.assets import queries as assets
from registry.assets import scanning, tags
from registry.assets.labels.models import Label, LabelRun
from registry.assets.labels.rules import Revocation, Scanned
from registry.assets.models import Asset
from registry.kernel import clock, paging
from registry.kernel.db import db
from registry.kernel.errors import Conflict, NotFound
from registry.kernel.i18n import _
from registry.kernel.reads import Read

A_MOMENT: Final = timedelta(seconds=10)
label = cast("Table", Label.__table__)
asset = cast("Table", Asset.__table__)
SCAN: Final = Read(
    select(label.c.revoked_at, label.c.revoked_because, asset.c.tag, label.c.batch)
    .join_from(label, asset, label.c.asset_id == asset.c.id, isouter=True)
    .where(label.c.tag == bindparam("tag"))
)


class BlankLabel(NotFound):
    """The label is one of ours and is on nothing yet."""

    slug = "blank-label"


class DiscardedLabel(NotFound):
    """The label is one of ours, stands for nothing, and was revoked: blank, or `own` of what is not registered now."""

    slug = "discarded-label"

    def __init__(self, tag: str, revoked_at: datetime, because: Revocation | None, *, own: bool) -> None:
        said = _("The blank label %(tag)s was revoked; throw it away.", tag=tags.grouped(tag))
        super().__init__(said if not own else _("The label %(tag)s was revoked; destroy it.", tag=tags.grouped(tag)))
        self.revoked_at, self.because, self.own = revoked_at, because, own


class Batch(NamedTuple):
    """Blank labels that were made at once."""

    batch: str
    organisation: Organisation
    made_at: datetime
    labels: int
    blank: int


def scanned(tag: str) -> Scanned:
    """What a scan of a parsed tag finds: one statement for an asset's own label, one or two more for any other.

    Raises NotFound, as BlankLabel when the label waits for its thing, as DiscardedLabel when it never will be on one.
    """
    try:
        facts = scanning.scan_facts(tag)
    except NotFound:
        return _on_another_tag(tag)
    if facts.label_tag is None:
        return Scanned(tag, facts)
    return Scanned(tag, facts, True, *(SCAN.rows(tag=tag) or [(None, None, tag, None)])[0][:2])


def _on_another_tag(tag: str) -> Scanned:
    found = SCAN.rows(tag=tag)
    if not found:
        raise assets.unknown(tag)
    revoked_at, because, asset_tag, batch = found[0]
    if asset_tag is None and revoked_at is None:
        raise BlankLabel(_("The label %(tag)s is blank: it is not on anything yet.", tag=tags.grouped(tag)))
    if asset_tag is None:
        raise DiscardedLabel(tag, revoked_at, because, own=batch is None)
    return Scanned(tag, scanning.scan_facts(asset_tag), revoked_at is not None, revoked_at, because)


def by_tag(person: Person, tag: str) -> Label:
    """A label that has a row, `tag` as a person types it. Raises NotFound when the person may not know of it."""
    wanted = visible_to(person, select(Label).where(Label.tag == tags.parse(tag)))
    found: Label | None = db.session.scalar(wanted.options(selectinload(Label.asset)))
    if found is None:
        text = _("There is no label with the tag %(tag)s, or you may not see it.", tag=tags.grouped(tags.parse(tag)))
        raise NotFound(text)
    return found


def visible_to(person: Person, statement: Select[Any]) -> Select[Any]:
    """Only labels of organisations whose records the person may read, or on their assets."""
    reach = accounts.reach(person)
    if reach is None:
        return statement
    theirs = select(asset.c.id).where(asset.c.owner_id.in_(reach))
    return statement.where(or_(Label.organisation_id.in_(reach), Label.asset_id.in_(theirs)))


def label_page(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    batch: str | None = None,
) -> paging.Page[Label]:
    """Visible labels that have a row, newest first; `batch` names those made at once."""
    wanted = visible_to(person, select(Label).options(selectinload(Label.asset)))
    if batch is not None:
        wanted = wanted.where(Label.batch == batch)
    return _newest_first(wanted, limit, cursor, count)


def labels_of(
    owned: Asset, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[Label]:
    """The labels an asset had and has, newest first; its own tag among them once it was printed or revoked."""
    wanted = select(Label).options(selectinload(Label.asset)).where(Label.asset_id == owned.id)
    return _newest_first(wanted, limit, cursor, count)


def current(owned: Asset) -> Label | None:
    """The row of the label that is on an asset, if it has one."""
    wanted = select(Label).where(Label.tag == (owned.label_tag or owned.tag))
    found: Label | None = db.session.scalar(wanted)
    return found


def worn(registered: Collection[str]) -> dict[str, str]:
    """What the labels on assets say now, by the tags these were registered with; only where it is another tag."""
    wanted = select(asset.c.tag, asset.c.label_tag).where(asset.c.tag.in_(registered), asset.c.label_tag.is_not(None))
    return {row.tag: row.label_tag for row in db.session.execute(wanted)}


def blank_among(wanted: Collection[str]) -> set[str]:
    """Those of some tags that are on blank labels; whoever scans one is told so too."""
    unused = Label.tag.in_(wanted), Label.claimed_at.is_(None), Label.revoked_at.is_(None)
    return set(db.session.scalars(select(Label.tag).where(*unused))) if wanted else set()


def replaced(person: Person, tag: str) -> Asset | None:
    """The asset that a revoked label was on, `tag` as typed, if the person may see it."""
    try:
        wanted = select(asset.c.tag).join_from(label, asset, label.c.asset_id == asset.c.id)
        found = db.session.scalar(wanted.where(label.c.tag == tags.parse(tag), label.c.revoked_at.is_not(None)))
        return assets.by_tag(person, found) if found else None
    except NotFound:
        return None


def batches(person: Person, *, limit: int = 20) -> Sequence[Batch]:
    """The newest batches of blank labels of organisations the person reads."""
    counted = select(
        Label.batch,
        Label.organisation_id,
        func.min(Label.made_at).label("made_at"),
        func.count().label("labels"),
        func.count().filter(Label.claimed_at.is_(None), Label.revoked_at.is_(None)).label("blank"),
        func.max(Label.id).label("newest"),
    ).where(Label.batch.is_not(None))
    reach = accounts.reach(person)
    if reach is not None:
        counted = counted.where(Label.organisation_id.in_(reach))
    found = counted.group_by(Label.batch, Label.organisation_id).subquery()
    rows = db.session.execute(
        select(found.c.batch, Organisation, found.c.made_at, found.c.labels, found.c.blank)
        .join(Organisation, Organisation.id == found.c.organisation_id)
        .order_by(found.c.newest.desc())
        .limit(limit)
    )
    return [Batch(*row) for row in rows]


def batch(person: Person, name: str) -> Label:
    """The first label of a batch the person may see. Raises NotFound."""
    wanted = visible_to(person, select(Label).where(Label.batch == name)).order_by(Label.id).limit(1)
    found: Label | None = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no batch of labels of this name, or you may not see it."))
    return found


def run_of(person: Person, key: int) -> LabelRun:
    """A run that the person asked for. Raises NotFound."""
    found: LabelRun | None = db.session.scalar(select(LabelRun).filter_by(id=key, person_id=person.id))
    if found is None:
        raise NotFound(_("There are no labels under this number, or somebody else asked for them."))
    return found


def _newest_first(wanted: Select[Any], limit: int, cursor: str | None, count: str | None) -> paging.Page[Label]:
    order = paging.Order((label.c.id,), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def refuse_again(asset: Asset) -> None:
    """Raise Conflict where the label of an asset took the place of another a moment ago and nobody printed it.

    For whoever does not say what they saw: they mean the label that was there before.
    """
    tag = asset.current_tag
    now = db.session.scalar(select(Label).where(Label.tag == tag))
    if now is None or not now.is_unprinted or now.claimed_at is None:
        return
    if clock.now() - now.claimed_at < A_MOMENT:
        text = _("Somebody replaced this label a moment ago. Print the new one, %(tag)s.", tag=tags.grouped(tag))
        raise Conflict(text)
