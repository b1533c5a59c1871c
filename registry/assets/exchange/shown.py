"""What the trial of an import showed: whoever asked for the real thing agreed to that, and to nothing else.

Somebody else may have changed an asset since; what they wrote is not replaced by a sheet that never saw it.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import Table, or_, select

from registry.assets.exchange.holdings import asset
from registry.assets.exchange.judged import Judged
from registry.assets.exchange.models import AssetImport, AssetImportRow
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.sheets.models import Outcome

ROW: Final = cast("Table", AssetImportRow.__table__)


class Shown:
    """The recorded values, by row, that the trial said would be replaced; hashes of them, as rows are many."""

    def __init__(self, found: AssetImport) -> None:
        wanted = select(ROW.c.number, ROW.c.changes).where(
            ROW.c.import_id == found.id, ROW.c.outcome == Outcome.CHANGED, ROW.c.wrote_to.is_(None)
        )
        rows = db.session.execute(wanted.execution_options(yield_per=1000))
        self._import_id = found.id
        self._replaced = {number: _marks(changes) for number, changes in rows}

    def is_outdated(self) -> bool:
        """Whether an asset that rows are about is not there any more, or was changed in any way since the trial."""
        about = ROW.c.outcome.in_((Outcome.CHANGED, Outcome.UNCHANGED))
        other = select(ROW.c.number).join_from(ROW, asset, asset.c.tag == ROW.c.tag, isouter=True)
        changed = or_(asset.c.id.is_(None), asset.c.version != ROW.c.version)
        return (
            db.session.scalar(select(other.where(ROW.c.import_id == self._import_id, about, changed).exists())) is True
        )

    def refuse_unseen(self, part: Sequence[Judged]) -> None:
        """Refuse the rows that would replace what was recorded after the trial, or change what they were to make."""
        for row in part:
            if row.outcome is not Outcome.CHANGED:
                continue
            marks, seen = _marks(audit.plain(row.changes)), self._replaced.get(row.said.number, {})
            unseen = [name for name, mark in marks.items() if seen.get(name) != mark]
            if unseen:
                row.refuse(Invalid({name: [_message()] for name in unseen}))


def _message() -> str:
    return _("Somebody changed this after the sheet was checked; check it again and see what it would replace now.")


def _marks(changes: dict[str, Any]) -> dict[str, int]:
    return {name: hash(json.dumps(before, sort_keys=True)) for name, (before, _after) in changes.items()}
