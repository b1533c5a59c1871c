"""What changes imports and exports of assets; the life of an import is that of every import."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, delete

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.exchange import exporting, labelled, running, undoing
from registry.assets.exchange.columns import vocabulary
from registry.assets.exchange.models import AssetExport, AssetImport, AssetImportRow
from registry.assets.exchange.wrong_rows import wrong_rows
from registry.kernel import clock, tasks
from registry.kernel.db import db, looking
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _, speaking
from registry.sheets.actions import Imports, Parts
from registry.sheets.models import Form, Mode, Outcome
from registry.sheets.running import Step

EXPORT: Final = "export-assets"
WRONG_OF: Final = "wrong_of"  # among the filters of an export: the import whose wrong rows it has
EXPORTS_KEPT: Final = timedelta(days=1)


def _read(found: AssetImport, step: Step, whole: bool) -> running.Loaded:  # noqa: FBT001 — as every import is read
    if whole:
        return running.spooled(running.loaded(found, found.person, step))
    return running.read(found, found.person, step)


def _go(found: AssetImport, given: running.Loaded, mode: Mode | None, step: Step) -> Counter[str]:
    return running.go(found, given, by=found.person, mode=mode, step=step)


IMPORTS: Final = Imports(
    table=AssetImport,
    vocabulary=vocabulary,
    subject="asset_import",
    verb=Verb.ASSET_WRITE,
    read=_read,
    go=_go,
    refuse_undo=undoing.refuse_when_needed,
    take_back=undoing.undo,
    parts=Parts(
        holds=and_(AssetImportRow.import_id == AssetImport.id, undoing.LEFT),
        waits=undoing.waits,
        take_away=undoing.take_away,
        settle=lambda _found, _step: None,
    ),
)
CHECK, APPLY, UNDO = IMPORTS.tasks
CLEAR: Final = IMPORTS.clearing
upload, keep, check = IMPORTS.upload, IMPORTS.keep, IMPORTS.check
ask_columns, ask_apply, apply, run = IMPORTS.ask_columns, IMPORTS.ask_apply, IMPORTS.apply, IMPORTS.run
undo, gave_up = IMPORTS.undo, IMPORTS.gave_up
clear, could_not_clear = IMPORTS.clear, IMPORTS.could_not_clear


def ask_undo(found: AssetImport, *, labels_destroyed: bool = False, by: Person | None) -> AssetImport:
    """Ask for an import to be taken back. Raises Conflict when something depends on it by now.

    Labels that were printed stand in the way until somebody says that they are destroyed.
    """
    require(by, Verb.ASSET_WRITE)
    if labels_destroyed:
        labelled.discard(found, by)
    return IMPORTS.ask_undo(found, by=by)


def gave_up_export(found: AssetExport, _why: str) -> None:
    """Say that a file will not come: it is ready and has no content."""
    found.ready_at = clock.now()


def ask_export(*, form: Form, filters: Mapping[str, Any], locale: str, by: Person) -> AssetExport:
    """Ask for a file of the assets under some filters."""
    found = AssetExport(form=form, person_id=by.id, locale=locale, filters=dict(filters))
    db.session.add(found)
    db.session.flush()
    tasks.enqueue(EXPORT, found.id)
    return found


def ask_wrong_rows(found: AssetImport, *, form: Form, locale: str, by: Person) -> AssetExport:
    """Ask for a file of the rows of an import that are wrong. Raises Conflict where none is."""
    if not found.counted.get(Outcome.ERROR):
        raise Conflict(_("No row of this import is wrong."))
    return ask_export(form=form, filters={WRONG_OF: found.id}, locale=locale, by=by)


def export(found: AssetExport, *, step: Step) -> None:
    """Make the file, while everybody else writes."""
    step()
    form, filters, locale, person_id = found.form, found.filters, found.locale, found.person_id
    with looking(), speaking(locale):
        by = db.session.get_one(Person, person_id)
        if WRONG_OF in filters:
            content, rows = wrong_rows(db.session.get_one(AssetImport, filters[WRONG_OF]), form, locale)
        else:
            content, rows = exporting.exported(form, filters, locale=locale, by=by)
    found.content, found.rows, found.ready_at = content, rows, clock.now()


def forget_old() -> int:
    """Delete exports after a day, and sheets nobody decided about after a month; gives how many."""
    old: Any = db.session.execute(delete(AssetExport).where(AssetExport.made_at < clock.now() - EXPORTS_KEPT))
    return int(old.rowcount) + IMPORTS.forget_undecided()
