"""What changes imports and exports, and what an import changes in the inventory."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, update

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.exchange import exporting, running, undoing, writing
from registry.assets.exchange.models import AssetExport, AssetImport, Form, ImportState, Mode, Outcome
from registry.assets.exchange.running import NotAllGood, Step
from registry.assets.exchange.sheets import form_of
from registry.kernel import audit, clock, tasks
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Refusal
from registry.kernel.i18n import _, speaking, together

CHECK, APPLY, UNDO, EXPORT = "check-asset-import", "apply-asset-import", "undo-asset-import", "export-assets"
EXPORTS_KEPT: Final = timedelta(days=1)
UNDECIDED_KEPT: Final = timedelta(days=30)
LONGEST_NAME: Final = 200
IDLE: Final = frozenset({ImportState.CHECKED, ImportState.FAILED})


def upload(*, file_name: str, content: bytes, locale: str, by: Person | None) -> AssetImport:
    """Take a sheet in and ask for its check. Raises Invalid for a kind of file that is not read."""
    require(by, Verb.ASSET_WRITE)
    found = keep(file_name=file_name, content=content, locale=locale, by=by)
    tasks.enqueue(CHECK, found.id)
    return found


def keep(*, file_name: str, content: bytes, locale: str, by: Person | None) -> AssetImport:
    """Take a sheet in for whoever checks it at once."""
    name = file_name.replace("\\", "/").rpartition("/")[2].strip()[-LONGEST_NAME:] or "import"
    found = AssetImport(
        file_name=name, form=form_of(content, name), content=content, person_id=by.id if by else None, locale=locale
    )
    db.session.add(found)
    db.session.flush()
    return found


def check(found: AssetImport, *, step: Step) -> None:
    """Judge every row of an import and change nothing; `step` keeps what was found so far.

    Begun again after a crash, it starts from the first row.
    """
    with speaking(found.locale):
        found.state = ImportState.CHECKING
        step()
        try:
            running.go(found, running.read(found, found.person, step), by=found.person, mode=None, step=step)
            found.state = ImportState.CHECKED
        except Invalid as refusal:
            found.state, found.problem = ImportState.REFUSED, _plain(refusal)


def ask_apply(found: AssetImport, *, mode: Mode, by: Person | None) -> AssetImport:
    """Ask for the import of the rows. Raises Conflict unless they were checked and, for all of them, none is wrong."""
    require(by, Verb.ASSET_WRITE)
    wrong = found.counted.get(Outcome.ERROR, 0)
    if mode is Mode.ALL and wrong:
        raise Conflict(
            _("Some rows are wrong: %(count)s. Import only the good ones, or correct the file first.", count=wrong)
        )
    _turn(found, IDLE, ImportState.APPLYING)
    found.mode, found.problem = mode, None
    tasks.enqueue(APPLY, found.id)
    return found


def apply(found: AssetImport, *, step: Step) -> None:
    """Import the rows, all in the transaction that follows the last `step`: a crash leaves nothing of it.

    The rows are judged again, as the registry may have changed. When all were to be imported and one of them is wrong
    by now, nothing is, and the import is checked anew. That undoes the whole transaction: with a savepoint open
    instead, SQLite writes the search index anew for every row, which takes ten times as long.
    """
    with speaking(found.locale):
        given = running.spooled(running.loaded(found, found.person), step)
        try:
            _apply(found, given)
        except NotAllGood as refusal:
            db.session.rollback()
            found.state, found.problem = ImportState.QUEUED, None
            tasks.enqueue(CHECK, found.id)
            step()
            found.problem = _plain(refusal)


def run(found: AssetImport, *, mode: Mode, step: Step) -> None:
    """Check and import in one go, for a command. Raises NotAllGood and Invalid, with nothing changed."""
    with speaking(found.locale):
        given = running.spooled(running.loaded(found, found.person), step)
        found.mode = mode
        _apply(found, given)


def ask_undo(found: AssetImport, *, by: Person | None) -> AssetImport:
    """Ask for an import to be taken back. Raises Conflict when something depends on it by now."""
    require(by, Verb.ASSET_WRITE)
    _turn(found, frozenset({ImportState.APPLIED}), ImportState.UNDOING)
    undoing.refuse_when_needed(found)
    found.problem = None
    tasks.enqueue(UNDO, found.id)
    return found


def undo(found: AssetImport, *, step: Step) -> None:
    """Take an import back in one transaction; what came to depend on it meanwhile is told and nothing is changed."""
    step()
    with speaking(found.locale):
        before = writing.last_entry()
        try:
            undone = undoing.undo(found, by=found.person)
        except Refusal as refusal:
            db.session.rollback()
            found.state, found.problem = ImportState.APPLIED, _plain(refusal)
            return
        found.state = ImportState.UNDONE
        said: audit.Changes = {"undone": [None, undone], undoing.WRITTEN_FROM: [before, None]}
        audit.record("asset_import.undo", ("asset_import", found.id), said, by=found.person)


def gave_up(found: AssetImport, why: str) -> None:
    """Say that the work on an import broke off; nothing of it was kept."""
    found.state = ImportState.APPLIED if found.applied_at else ImportState.FAILED
    found.problem = why


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


def export(found: AssetExport, *, step: Step) -> None:
    """Make the file."""
    step()
    with speaking(found.locale):
        found.content, found.rows = exporting.exported(
            found.form, found.filters, locale=found.locale, by=db.session.get_one(Person, found.person_id)
        )
    found.ready_at = clock.now()


def forget_old() -> int:
    """Delete exports after a day, and sheets nobody decided about after a month; gives how many."""
    now = clock.now()
    old = db.session.execute(delete(AssetExport).where(AssetExport.made_at < now - EXPORTS_KEPT))
    left = frozenset(ImportState) - {ImportState.APPLIED, ImportState.APPLYING, ImportState.UNDOING}
    stale = delete(AssetImport).where(AssetImport.made_at < now - UNDECIDED_KEPT, AssetImport.state.in_(left))
    deleted: Any = (old, db.session.execute(stale))
    return sum(result.rowcount for result in deleted)


def _apply(found: AssetImport, given: running.Loaded) -> None:
    before = writing.last_entry()
    counted = running.go(found, given, by=found.person, mode=found.mode, step=lambda: None)
    found.state, found.applied_at = ImportState.APPLIED, clock.now()
    said: audit.Changes = {name.value: [None, counted[name]] for name in Outcome if counted[name]}
    said |= {"file": [None, found.file_name], undoing.WRITTEN_FROM: [before, None]}
    audit.record("asset_import.apply", ("asset_import", found.id), said, by=found.person)
    db.session.flush()
    found.last_audit_id = writing.last_entry()


def _turn(found: AssetImport, before: frozenset[ImportState], after: ImportState) -> None:
    """Change a state once, also when two ask at the same time. Raises Conflict."""
    mine = update(AssetImport).where(AssetImport.id == found.id, AssetImport.state.in_(before)).values(state=after)
    if not db.session.execute(mine.execution_options(preserve_rowcount=True)).rowcount:  # type: ignore[attr-defined]  # see forget_old
        db.session.refresh(found)
        raise Conflict(_("This import is “%(state)s” by now; open it again.", state=found.state.value))
    found.state = after


def _plain(refusal: Refusal) -> str:
    messages = [message for messages in (refusal.errors or {}).values() for message in messages]
    return together(messages or [refusal.detail])
