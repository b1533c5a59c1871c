"""The labels that were printed for what an import registered: it goes only once somebody says they are destroyed."""

from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, func, or_, select, update

from registry.accounts.models import Person
from registry.assets.exchange.holdings import asset
from registry.assets.exchange.models import AssetImport, AssetImportRow
from registry.assets.labels.models import Label
from registry.assets.labels.rules import Revocation
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.sheets.models import Outcome

label = cast("Table", Label.__table__)
row = cast("Table", AssetImportRow.__table__)
ON_PAPER: Any = or_(label.c.printed_at.is_not(None), label.c.revoked_at.is_not(None), label.c.batch.is_not(None))


def has_label() -> ColumnElement[bool]:
    """That there is a label of an asset of a statement somewhere: it was printed, claimed or revoked."""
    return exists().where(label.c.asset_id == asset.c.id, ON_PAPER)


def printed(found: AssetImport) -> int:
    """For how many of the assets that an import registered the label with their own tag was printed and still holds."""
    return db.session.scalar(_own(found, func.count())) or 0


def discard(found: AssetImport, by: Person | None) -> int:
    """Let those labels stand for nothing from now on; gives how many. That they are destroyed people say."""
    tags = db.session.scalars(_own(found, label.c.tag).order_by(label.c.id)).all()
    gone = {"asset_id": None, "revoked_at": clock.now(), "revoked_because": Revocation.MISTAKEN}
    for tag in tags:
        audit.record("label.discard", ("label", tag), {"because": [None, Revocation.MISTAKEN]}, by=by)
    db.session.flush()
    keys = _own(found, label.c.id)
    db.session.execute(update(label).where(label.c.id.in_(keys)).values(gone))
    return len(tags)


def forget(ids: list[int]) -> None:
    """Drop what is written down of labels of assets that are taken away, where none is on paper."""
    db.session.execute(delete(label).where(label.c.asset_id.in_(ids), ~ON_PAPER))


def _own(found: AssetImport, wanted: Any) -> Select[Any]:  # noqa: ANN401 — a column
    left = row.c.import_id == found.id, row.c.outcome == Outcome.NEW, row.c.version.is_not(None)
    holds = label.c.printed_at.is_not(None), label.c.revoked_at.is_(None), label.c.batch.is_(None)
    own = and_(label.c.asset_id == asset.c.id, label.c.tag == asset.c.tag)
    return select(wanted).select_from(row).join(asset, asset.c.tag == row.c.tag).join(label, own).where(*left, *holds)
