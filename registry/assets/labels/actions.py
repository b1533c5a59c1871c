"""What changes labels: blank ones are made and claimed, lost ones revoked and replaced, what was printed is noted."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, delete, false, insert, literal, select, update

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import acts_for, organisation_field
from registry.accounts.rules import Verb
from registry.assets import actions as registering
from registry.assets import queries as assets
from registry.assets import tags as spelling
from registry.assets.labels import queries, selection
from registry.assets.labels.models import Label, LabelRun
from registry.assets.labels.rules import Format, Revocation
from registry.assets.labels.selection import Printable
from registry.assets.models import Asset
from registry.kernel import audit, clock, tasks
from registry.kernel.db import db, insert_into
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.i18n import _

RUN: Final = "draw-labels"
RUNS_KEPT: Final = timedelta(days=2)
AT_ONCE: Final = 1000  # keys a statement names
LABEL: Final = cast("Table", Label.__table__)


def make_blank(*, organisation: str, count: int, by: Person | None) -> str:
    """Make blank labels for an organisation; gives the name of their batch."""
    keeper = organisation_field(organisation, "organisation")
    require(by, Verb.ASSET_WRITE, keeper.id)
    batch, now = secrets.token_hex(5), clock.now()
    common = {"organisation_id": keeper.id, "batch": batch, "made_at": now, "made_by_id": by.id if by else None}
    db.session.execute(insert(Label), [{"tag": spelling.new(), "shows_due": False} | common for _label in range(count)])
    audit.record(
        "label.make", ("label_batch", batch), {"labels": [0, count], "organisation": [None, keeper.code]}, by=by
    )
    return batch


def claim(label: Label, *, asset: str | None = None, new: Mapping[str, Any] | None = None, by: Person) -> Asset:
    """Put a blank label on an asset, given by tag, or register a new one under it. Raises Conflict unless it is blank.

    The label that the asset had before holds no longer.
    """
    require(by, Verb.ASSET_WRITE, label.organisation_id)
    if new is not None:
        return _register_on(label, new, by)
    try:
        found = assets.by_tag(by, asset or "", lock=True)
    except NotFound as refusal:
        raise Invalid({"asset": [refusal.detail]}) from refusal
    require(by, Verb.ASSET_WRITE, found.owner_id)
    _take(label)
    before = found.current_tag
    _revoke(found, Revocation.REPLACED)
    _put(label, found)
    audit.record("label.claim", ("asset", found.tag), {"label": [before, label.tag]}, by=by)
    db.session.flush()
    return found


def revoke(asset: Asset, *, because: Revocation, by: Person | None) -> Label:
    """Revoke the label that is on an asset and make another; scanning the old one tells so.

    The asset is best fetched with `lock=True`.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    before = asset.current_tag
    _revoke(asset, because)
    label = Label(
        tag=spelling.new(), organisation_id=asset.owner_id, claimed_at=clock.now(), made_by_id=by.id if by else None
    )
    db.session.add(label)
    _put(label, asset)
    changes: audit.Changes = {"label": [before, label.tag], "because": [None, because]}
    audit.record("label.revoke", ("asset", asset.tag), changes, by=by)
    db.session.flush()
    return label


def discard(label: Label, *, because: Revocation, by: Person | None) -> Label:
    """Revoke a blank label that will not be used. Raises Conflict when it is not blank any more."""
    require(by, Verb.ASSET_WRITE, label.organisation_id)
    _take(label, revoked_at=clock.now(), revoked_because=because)
    audit.record("label.discard", ("label", label.tag), {"because": [None, because]}, by=by)
    return label


def note_tags(*, tags: Sequence[str], shows_due: bool, by: Person) -> int:
    """Remember of the labels on assets with these tags that they were printed by other means; gives how many."""
    return note_printed(selection.by_tags(by, tags), shows_due=shows_due, by=by)


def note_printed(rows: Sequence[Printable], *, shows_due: bool, by: Person | None) -> int:
    """Remember of some labels that they were printed now, with the due dates that `rows` said; gives how many.

    Labels of assets that the person only reads are left as they are.
    """
    require(by, Verb.ASSET_WRITE)
    owners = {row.owner_id for row in rows}
    written = owners if by is None else acts_for(by, Verb.ASSET_WRITE, owners)
    noted = [row for row in rows if row.owner_id in written]
    now, waiting = clock.now(), iter(noted)
    printed = (
        update(LABEL)
        .where(LABEL.c.tag == bindparam("said"))
        .values(printed_at=now, shows_due=shows_due, printed_due_on=bindparam("due_on"))
    )
    while part := list(islice(waiting, AT_ONCE)):
        _make_own_rows([row.id for row in part])
        db.session.execute(printed, [{"said": row.tag, "due_on": row.due_on if shows_due else None} for row in part])
    audit.record("label.print", ("labels", now.isoformat()), {"labels": [None, len(noted)]}, by=by)
    return len(noted)


def note_batch_printed(batch: str) -> None:
    """Remember that the blank labels of a batch were printed now."""
    of_batch = update(Label).where(Label.batch == batch).values(printed_at=clock.now())
    db.session.execute(of_batch.execution_options(synchronize_session=False))


def ask_run(*, format: Format, query: Mapping[str, Any], locale: str, by: Person) -> LabelRun:
    """Ask for labels that are too many to wait for; `query` is what LabelsQuery loads."""
    run = LabelRun(person_id=by.id, format=format, asked=selection.as_kept(query), locale=locale)
    db.session.add(run)
    db.session.flush()
    tasks.enqueue(RUN, run.id)
    return run


def forget_runs() -> int:
    """Delete drawn labels that nobody will fetch any more; gives how many runs."""
    old = delete(LabelRun).where(LabelRun.made_at < clock.now() - RUNS_KEPT)
    return int(db.session.execute(old).rowcount)  # type: ignore[attr-defined]  # a DELETE gives a CursorResult


def _register_on(label: Label, new: Mapping[str, Any], by: Person) -> Asset:
    _take(label)
    asset = registering.register(label.tag, **new, by=by)
    label.asset_id = asset.id
    audit.record("label.claim", ("asset", asset.tag), {"label": [None, label.tag]}, by=by)
    db.session.flush()
    return asset


def _take(label: Label, **said: object) -> None:
    """Make a blank label no longer blank, once: of two people who claim it, the second is refused."""
    values = said or {"claimed_at": clock.now()}
    blank = update(Label).where(Label.id == label.id, Label.claimed_at.is_(None), Label.revoked_at.is_(None))
    taken = db.session.execute(blank.values(values).execution_options(synchronize_session=False))
    db.session.refresh(label)
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
        if label.revoked_at is not None:
            raise Conflict(_("The label %(tag)s was revoked; take another one.", tag=spelling.grouped(label.tag)))
        raise Conflict(
            _("The label %(tag)s is on something already; take another one.", tag=spelling.grouped(label.tag))
        )


def _revoke(asset: Asset, because: Revocation) -> None:
    _make_own_rows([asset.id])
    on_it = queries.current(asset)
    if on_it is not None:
        on_it.revoked_at, on_it.revoked_because = clock.now(), because


def _put(label: Label, asset: Asset) -> None:
    label.asset_id, asset.label_tag = asset.id, label.tag


def _make_own_rows(keys: Collection[int]) -> None:
    """Rows for the tags that assets were registered with, where there are none yet."""
    now = literal(clock.now(), Label.__table__.c.made_at.type)
    own = select(Asset.tag, Asset.owner_id, Asset.id, now, now, false()).where(Asset.id.in_(keys))
    columns = ["tag", "organisation_id", "asset_id", "made_at", "claimed_at", "shows_due"]
    made = insert_into(Label, db.session.get_bind().dialect.name).from_select(columns, own, include_defaults=False)
    db.session.execute(made.on_conflict_do_nothing(index_elements=["tag"]))
