"""Assets as they are looked for: by tag, in lists, and by whoever scans a label."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, or_, select, true, union_all

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.assets import tags
from registry.assets.custody.models import Holding
from registry.assets.custody.rules import HoldingKind
from registry.assets.labels.models import Label
from registry.assets.models import Asset
from registry.assets.rules import ON_THE_CLOCK, SOON_DAYS, Proof, Validity
from registry.kernel import paging
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _

asset = cast("Table", Asset.__table__)
organisation = cast("Table", Organisation.__table__)
audit_entry = cast("Table", AuditEntry.__table__)
holding = cast("Table", Holding.__table__)


def visible_to(person: Person, statement: Select[Any]) -> Select[Any]:
    """Only the assets of organisations whose records the person may read."""
    reach = accounts.reach(person)
    return statement if reach is None else statement.where(Asset.owner_id.in_(reach))


def _known_to(person: Person) -> ColumnElement[bool]:
    """Assets that a person may open: those of visible_to, and one that is offered to an organisation they read.

    Lists leave the offered ones out, which have a list of their own.
    """
    reach = accounts.reach(person)
    if reach is None:
        return true()
    offered = select(holding.c.asset_id).where(
        holding.c.kind == HoldingKind.OFFER, holding.c.to_organisation_id.in_(reach)
    )
    return or_(Asset.owner_id.in_(reach), Asset.id.in_(offered))


def sees(person: Person, owner_id: int) -> bool:
    """Whether a person may read the records of an owner."""
    reach = accounts.reach(person)
    if reach is None:
        return True
    within = select(organisation.c.id).where(organisation.c.id == owner_id, organisation.c.id.in_(reach))
    return db.session.scalar(within) is not None


def called(tag: Any) -> ColumnElement[bool]:  # noqa: ANN401 — a tag as it is stored, or a parameter for one
    """Assets that have a tag, or a label with it: two lookups, since of one condition with OR SQLite may read all."""
    labelled = select(asset.c.id).where(asset.c.label_tag == tag)
    return asset.c.id.in_(select(asset.c.id).where(asset.c.tag == tag).union_all(labelled))


def by_tag(person: Person, tag: str, *, lock: bool = False) -> Asset:
    """The asset that has a tag or a label with it, `tag` as typed; `lock` keeps others away until the commit.

    Raises MistypedTag, and NotFound also when the person may not know of it; it names the label that took the place of
    one that was revoked.
    """
    parsed, known = tags.parse(tag), _known_to(person)
    for column in (Asset.tag, Asset.label_tag):
        wanted = select(Asset).where(column == parsed, known)
        if lock:
            wanted = wanted.with_for_update(of=Asset, key_share=True).execution_options(populate_existing=True)
        found: Asset | None = db.session.scalar(wanted)
        if found is not None:
            return found
    raise _relabelled(parsed, known) or unknown(tag)


def _relabelled(tag: str, known: ColumnElement[bool]) -> NotFound | None:
    """What is to be said of the tag of a label that was taken from an asset that may be known."""
    wanted = select(Asset).join(Label, Label.asset_id == Asset.id).where(Label.tag == tag, known)
    found = db.session.scalar(wanted)
    if found is None:
        return None
    now = tags.grouped(found.current_tag)
    return NotFound(_("The label %(tag)s no longer holds; the asset now has %(now)s.", tag=tags.grouped(tag), now=now))


def among(person: Person, wanted: Collection[str]) -> Sequence[Asset]:
    """The assets with one of some right tags, or a label with it, that the person may know of, by name."""
    tagged = or_(Asset.tag.in_(wanted), Asset.label_tag.in_(wanted))
    return db.session.scalars(select(Asset).where(tagged, _known_to(person)).order_by(Asset.name, Asset.id)).all()


def ids_by_tag(wanted: Collection[str]) -> dict[str, int]:
    """The assets that tags lead to, whoever owns them, in one statement; tags that lead to nothing are left out.

    `wanted` are parsed tags.
    """
    lookups = (select(column, asset.c.id).where(column.in_(wanted)) for column in (asset.c.label_tag, asset.c.tag))
    return {tag: key for tag, key in db.session.execute(union_all(*lookups))}  # noqa: C416 — rows are no pairs to dict()


def registered(labels: Collection[str]) -> dict[str, str]:
    """The tags that assets were registered with, by those of the labels they have now; only where they differ."""
    wanted = select(asset.c.label_tag, asset.c.tag).where(asset.c.label_tag.in_(labels))
    return {row.label_tag: row.tag for row in db.session.execute(wanted)} if labels else {}


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


def validity_is(state: Validity, today: date) -> ColumnElement[bool]:
    """The SQL twin of `rules.validity`, for assets."""
    proof, due = Asset.proof, Asset.due_order
    soon = today + timedelta(days=SOON_DAYS)
    clauses: dict[Validity, ColumnElement[bool]] = {
        Validity.NOT_REQUIRED: proof == Proof.NOT_REQUIRED,
        Validity.FAILED: proof == Proof.FAILED,
        Validity.OVERDUE: and_(proof.in_((Proof.MISSING, Proof.GOOD)), due < today),
        Validity.NEVER: and_(proof == Proof.MISSING, due >= today),
        Validity.DUE_SOON: and_(proof == Proof.GOOD, due >= today, due <= soon),
        Validity.VALID: and_(proof == Proof.GOOD, due > soon),
    }
    return clauses[state]


def components(asset: Asset, *, limit: int) -> Sequence[Asset]:
    """What belongs to a set, by name; all of it has the owner of the set."""
    wanted = select(Asset).where(Asset.parent_id == asset.id).order_by(Asset.name_order, Asset.id)
    found: Sequence[Asset] = db.session.scalars(wanted.limit(limit)).all()
    return found


def in_use() -> ColumnElement[bool]:
    """What is on the clock: the schedules of everything else are paused."""
    return Asset.status.in_(ON_THE_CLOCK)
