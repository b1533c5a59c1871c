"""What the trial of an import showed: whoever asked for the real thing agreed to that, and to nothing else.

Somebody else may have changed an asset since; what they wrote is not replaced by a sheet that never saw it. Nor is
what they registered since registered once more.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from sqlalchemy import Column, Table, or_, select

from registry.assets.exchange.holdings import asset
from registry.assets.exchange.judged import Judged
from registry.assets.exchange.models import AssetImport, AssetImportRow
from registry.assets.exchange.repeats import field_of, forms, named
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.sheets.models import Outcome
from registry.sheets.reasons import form_of

ROW: Final = cast("Table", AssetImportRow.__table__)
MOST_NEW: Final = 1000


class Shown:
    """What the trial told by row: recorded values that would be replaced, as hashes, and what is registered alike."""

    def __init__(self, found: AssetImport) -> None:
        self._import_id, self._made_at = found.id, found.made_at
        self._replaced = {number: _marks(changes) for number, changes in self._rows(Outcome.CHANGED, ROW.c.changes)}
        told, new = forms(), self._rows(Outcome.NEW, ROW.c.notes)
        self._told = {number for number, notes in new if not told.isdisjoint(map(form_of, notes))}

    def _rows(self, outcome: Outcome, said: Column[Any]) -> Iterable[Any]:
        """Rows of one outcome that say something, and are not imported yet."""
        mine = ROW.c.import_id == self._import_id, ROW.c.outcome == outcome, ROW.c.wrote_to.is_(None)
        wanted = select(ROW.c.number, said).where(*mine, said.is_not(None))
        return db.session.execute(wanted.execution_options(yield_per=1000))

    def is_outdated(self) -> bool:
        """Whether an asset that rows are about is gone or was changed since the trial, or one like theirs is new."""
        about = ROW.c.outcome.in_((Outcome.CHANGED, Outcome.UNCHANGED))
        other = select(ROW.c.number).join_from(ROW, asset, asset.c.tag == ROW.c.tag, isouter=True)
        changed = or_(asset.c.id.is_(None), asset.c.version != ROW.c.version)
        wanted = other.where(ROW.c.import_id == self._import_id, about, changed)
        return db.session.scalar(select(wanted.exists())) is True or self._may_be_repeated()

    def _may_be_repeated(self) -> bool:
        """Whether something without a serial number was registered since that is called as a new row, or very much."""
        columns = asset.c.name, asset.c.serial_no, asset.c.created_at
        newest = db.session.execute(select(*columns).order_by(asset.c.id.desc()).limit(MOST_NEW)).all()
        since = [row for row in newest if row.created_at >= self._made_at]
        names = {row.name for row in since if row.serial_no is None}
        mine = ROW.c.import_id == self._import_id, ROW.c.outcome == Outcome.NEW
        called = select(ROW.c.number).where(*mine, ROW.c.name.in_(names))
        return len(since) == MOST_NEW or (bool(names) and db.session.scalar(select(called.exists())) is True)

    def refuse_unseen(self, part: Sequence[Judged]) -> None:
        """Refuse the rows that would replace or repeat what was recorded after the trial, or change what they make."""
        for row in part:
            if row.outcome is Outcome.NEW and row.alike and row.said.number not in self._told:
                row.refuse(Invalid({field_of(row.said.plain): [_repeats(row.alike)]}))
            if row.outcome is not Outcome.CHANGED:
                continue
            marks, seen = _marks(audit.plain(row.changes)), self._replaced.get(row.said.number, {})
            unseen = [name for name, mark in marks.items() if seen.get(name) != mark]
            if unseen:
                row.refuse(Invalid({name: [_message()] for name in unseen}))


def _message() -> str:
    return _("Somebody changed this after the sheet was checked; check it again and see what it would replace now.")


def _repeats(alike: Sequence[str]) -> str:
    return _(
        "After the sheet was checked, an asset like this was registered: %(tags)s. Check the sheet again and see what "
        "it would repeat now.",
        tags=named(alike),
    )


def _marks(changes: dict[str, Any]) -> dict[str, int]:
    return {name: hash(json.dumps(before, sort_keys=True)) for name, (before, _after) in changes.items()}
