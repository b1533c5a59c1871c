"""Changes that no rule can refuse, such as another place for ten thousand assets, written in a few statements.

They do what `assets.actions.edit` does of the same words, one asset after the other; a test holds the two together.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam

from registry.accounts.models import Person
from registry.assets.custody.models import CustodyEvent
from registry.assets.custody.rules import EventKind
from registry.assets.exchange.holdings import asset, folded
from registry.assets.exchange.judged import Judged
from registry.assets.models import SORTED_LETTERS, search_words
from registry.kernel import audit, clock
from registry.kernel.db import db

custody_event = cast("Table", CustodyEvent.__table__)
SIMPLE: Final = ("name", "asset_no", "lot_no", "location", "custodian", "commissioned_on")
PLACES: Final = ("location", "custodian")
WRITTEN: Final = (*SIMPLE, "search", "name_order", "version")


def is_simple(row: Judged) -> bool:
    """Whether a row changes nothing else; a name may tell apart what has a number and no manufacturer."""
    if row.belongings or not row.values.keys() <= set(SIMPLE):
        return False
    plain = row.held.plain if row.held else {}
    return "name" not in row.values or bool(plain.get("manufacturer")) or not plain.get("serial_no")


def amend(part: Sequence[Judged], *, by: Person | None) -> None:
    """Change the assets of rows that are simple; they are locked, or nobody else writes."""
    if not part:
        return
    changed = asset.update().where(asset.c.id == bindparam("key")).values({name: bindparam(name) for name in WRITTEN})
    db.session.execute(changed, [_columns(row) for row in part])
    now = clock.now()
    moves = [_move(row, now, by) for row in part if not row.values.keys().isdisjoint(PLACES)]
    if moves:
        db.session.execute(custody_event.insert(), moves)
    audit.record_all("asset.edit", ((("asset", row.tag), row.changes) for row in part), by=by)
    for row in part:
        row.version = (row.version or 0) + 1


def _columns(row: Judged) -> dict[str, Any]:
    plain = row.held.plain if row.held else {}
    after = plain | row.values
    return {name: after[name] for name in SIMPLE} | {
        "key": plain["id"],
        "search": search_words(after),
        "name_order": folded(after["name"])[:SORTED_LETTERS],
        "version": plain["version"] + 1,
    }


def _move(row: Judged, now: datetime, by: Person | None) -> dict[str, Any]:
    before = row.held.plain if row.held else {}
    after = before | row.values
    return {
        "asset_id": before["id"],
        "kind": EventKind.MOVED,
        "at": now,
        "by_id": by.id if by else None,
        "actor": by.name if by else "registry",
        "from_organisation_id": before["owner_id"],
        "to_organisation_id": before["owner_id"],
        "from_location": before["location"],
        "to_location": after["location"],
        "from_custodian": before["custodian"],
        "to_custodian": after["custodian"],
    }
