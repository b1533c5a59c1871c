"""The life of an import, whatever it brings in: taken in, checked, imported, undone; it counts as a whole or not."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import ColumnElement, delete, exists, update

from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock, tasks
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Refusal
from registry.kernel.i18n import _, speaking, together
from registry.sheets.choosing import choices
from registry.sheets.columns import Vocabulary
from registry.sheets.models import ImportState, Mode, Outcome, SheetImport
from registry.sheets.running import NotAllGood, Step
from registry.sheets.tables import form_of

UNDECIDED_KEPT: Final = timedelta(days=30)
LONGEST_NAME: Final = 200
IDLE: Final = frozenset({ImportState.CHECKED, ImportState.FAILED})
KEPT: Final = frozenset({ImportState.APPLIED, ImportState.APPLYING, ImportState.UNDOING})
WRITTEN_FROM: Final = "log"  # in an import's own entry: the last entry before those it wrote
SheetT = TypeVar("SheetT", bound=SheetImport)


@dataclass(frozen=True, kw_only=True)
class Parts(Generic[SheetT]):
    """How an import that is written part by part, so that everybody else writes in between, becomes whole.

    `go` goes on where it was after a crash. `waits` says whether something is there of an import that is not whole, and
    `holds` is that as a condition; `take_away` removes it again, part by part, or raises Conflict where something
    depends on it by now. `settle` does what follows from an import that is whole or was taken back: part by part, and
    again after a crash.
    """

    holds: ColumnElement[bool]
    waits: Callable[[SheetT], bool]
    take_away: Callable[[SheetT, Step], None]
    settle: Callable[[SheetT, Step], None]


@dataclass(frozen=True, kw_only=True)
class Imports(Generic[SheetT]):
    """Imports of one kind of thing: the table they are kept in, `vocabulary` of columns, `subject` in the log, who may.

    `read` loads the rows of a file for a trial, or all of them at hand for the real thing; `go` judges every row and
    keeps what the mode says, nothing without one; `refuse_undo` raises Conflict when something depends on an import,
    and `take_back` undoes it. Imports in the states `kept` are never forgotten. Who takes back one that `withdraws`
    what was issued types their password again. Without `parts` an import is written in one transaction.
    """

    table: type[SheetT]
    vocabulary: Callable[[], Vocabulary]
    subject: str
    verb: Verb
    read: Callable[[SheetT, Step, bool], Any]
    go: Callable[[SheetT, Any, Mode | None, Step], Counter[str]]
    refuse_undo: Callable[[SheetT], None]
    take_back: Callable[[SheetT, Step], int]
    kept: frozenset[ImportState] = KEPT
    withdraws: Callable[[SheetT], bool] = lambda _found: False
    parts: Parts[SheetT] | None = None

    @property
    def tasks(self) -> tuple[str, str, str]:
        """The names of the work that is asked for: check, apply, undo."""
        name = self.subject.replace("_", "-")
        return f"check-{name}", f"apply-{name}", f"undo-{name}"

    @property
    def clearing(self) -> str:
        """The name of the work that removes what is left of an import that broke off."""
        return f"clear-{self.subject.replace('_', '-')}"

    def upload(self, *, file_name: str, content: bytes, locale: str, by: Person | None) -> SheetT:
        """Take a sheet in and ask for its check. Raises Invalid for a kind of file that is not read."""
        require(by, self.verb)
        found = self.keep(file_name=file_name, content=content, locale=locale, by=by)
        tasks.enqueue(self.tasks[0], found.id)
        return found

    def keep(self, *, file_name: str, content: bytes, locale: str, by: Person | None) -> SheetT:
        """Take a sheet in for whoever checks it at once."""
        name = file_name.replace("\\", "/").rpartition("/")[2].strip()[-LONGEST_NAME:] or "import"
        found = self.table(
            file_name=name, form=form_of(content, name), content=content, person_id=by.id if by else None, locale=locale
        )
        db.session.add(found)
        db.session.flush()
        return found

    def check(self, found: SheetT, *, step: Step) -> None:
        """Judge every row of an import and change nothing; `step` keeps what was found so far.

        Begun again after a crash, it starts from the first row.
        """
        with speaking(found.locale):
            found.state = ImportState.CHECKING
            step()
            try:
                given = self.read(found, step, False)
                self.go(found, given, None, step)
                found.tell(given.table.told)
                found.state = ImportState.CHECKED
            except Invalid as refusal:
                found.state, found.problem = ImportState.REFUSED, _plain(refusal)

    def ask_columns(self, found: SheetT, *, columns: Sequence[Mapping[str, str | None]], by: Person | None) -> SheetT:
        """Say what columns mean and have the sheet checked again. Raises Invalid, and Conflict once it is imported."""
        require(by, self.verb)
        chosen = choices(found, columns, self.vocabulary())
        self._turn(found, frozenset({ImportState.CHECKED}), ImportState.QUEUED)
        found.chosen, found.problem, found.done = chosen, None, 0
        tasks.enqueue(self.tasks[0], found.id)
        return found

    def ask_apply(self, found: SheetT, *, mode: Mode, by: Person | None) -> SheetT:
        """Ask for the import of the rows. Raises Conflict unless they were checked and, for all, none is wrong."""
        require(by, self.verb)
        wrong = found.counted.get(Outcome.ERROR, 0)
        if mode is Mode.ALL and wrong:
            raise Conflict(
                _("Some rows are wrong: %(count)s. Import only the good ones, or correct the file first.", count=wrong)
            )
        self._turn(found, IDLE, ImportState.APPLYING)
        found.mode, found.problem, found.done = mode, None, 0
        tasks.enqueue(self.tasks[1], found.id)
        return found

    def apply(self, found: SheetT, *, step: Step) -> None:
        """Import the rows, in one transaction or in parts: see `Parts`.

        The rows are judged again, as the registry may have changed. When all were to be imported and one of them is
        wrong by now, nothing is, and the import is checked anew. Of one transaction that undoes the whole: with a
        savepoint open instead, SQLite writes the search index anew for every row, which takes ten times as long.
        Begun again after a crash, an import in parts goes on where it was. What somebody uses before the last part is
        written cannot be taken from them: then every row that is good is imported, and the page says so.
        """
        with speaking(found.locale):
            try:
                if found.applied_at is None:
                    self._apply(found, self.read(found, step, True), step if self.parts else _never)
            except NotAllGood as refusal:
                db.session.rollback()
                self._begin_anew(found, refusal, step)
            else:
                self._end(found, ImportState.APPLIED, step)

    def _begin_anew(self, found: SheetT, refusal: NotAllGood, step: Step) -> None:
        """Leave nothing of an import that was refused and check it again."""
        why = [_plain(refusal)]
        try:
            if self.parts:
                self.parts.take_away(found, step)
        except Conflict as needed:
            db.session.rollback()
            self._keep_good(found, refusal, needed, step)
            return
        found.state, found.problem = ImportState.QUEUED, None
        tasks.enqueue(self.tasks[0], found.id)
        step()
        found.problem = together(why)

    def _keep_good(self, found: SheetT, refusal: NotAllGood, needed: Conflict, step: Step) -> None:
        """Import all rows but those that are wrong by now: others work with what was imported, and lose nothing."""
        wrong = _("Row %(row)s became wrong while the sheet was imported: %(why)s", row=refusal.row, why=refusal.why)
        found.mode = Mode.GOOD
        self._apply(found, self.read(found, step, True), step)
        self._end(found, ImportState.APPLIED, step)
        found.problem = together([wrong, _plain(needed), _("So every other row was imported, and this one was not.")])

    def run(self, found: SheetT, *, mode: Mode, step: Step) -> None:
        """Check and import in one transaction, for a command. Raises NotAllGood and Invalid, with nothing changed."""
        with speaking(found.locale):
            given = self.read(found, step, True)
            found.mode = mode
            self._apply(found, given, _never)
            self._end(found, ImportState.APPLIED, _never)

    def ask_undo(self, found: SheetT, *, password: str | None = None, by: Person | None) -> SheetT:
        """Ask for an import to be taken back. Raises Conflict when something depends on it by now."""
        require(by, self.verb)
        if self.withdraws(found):
            confirm(by, password)
        self._turn(found, frozenset({ImportState.APPLIED}), ImportState.UNDOING)
        self.refuse_undo(found)
        found.problem, found.done = None, 0
        audit.record(f"{self.subject}.ask_undo", (self.subject, found.id), {}, by=by)
        tasks.enqueue(self.tasks[2], found.id)
        return found

    def undo(self, found: SheetT, *, step: Step) -> None:
        """Take an import back; what depends on it by now is told, and stays as it is: it may be asked for again."""
        step()
        with speaking(found.locale):
            if found.state is ImportState.UNDONE:
                self._end(found, ImportState.UNDONE, step)
                return
            before = audit.last_entry()
            try:
                undone = self.take_back(found, step)
            except Refusal as refusal:
                db.session.rollback()
                found.state, found.problem = ImportState.APPLIED, _plain(refusal)
                if found.undone:
                    partly: audit.Changes = {"undone": [None, found.undone], "left": [None, found.left]}
                    audit.record(f"{self.subject}.undo", (self.subject, found.id), partly, by=found.person)
                return
            found.state = ImportState.UNDONE
            said: audit.Changes = {"undone": [None, undone], WRITTEN_FROM: [before, None]}
            audit.record(f"{self.subject}.undo", (self.subject, found.id), said, by=found.person)
            self._end(found, ImportState.UNDONE, step)

    def clear(self, found: SheetT, *, step: Step) -> None:
        """Remove what is left of an import that broke off before it counted."""
        assert self.parts is not None  # noqa: S101 — nothing else asks for it
        self.parts.take_away(found, step)
        found.state = ImportState.FAILED

    def gave_up(self, found: SheetT, why: str) -> None:
        """Say that the work on an import broke off; what is there of it and does not count is removed."""
        found.problem = why
        if found.applied_at:
            found.state = ImportState.UNDONE if found.state is ImportState.UNDONE else ImportState.APPLIED
        elif self.parts is not None and self.parts.waits(found):
            tasks.enqueue(self.clearing, found.id)
        else:
            found.state = ImportState.FAILED

    def could_not_clear(self, found: SheetT, why: str) -> None:
        """Say that what is left of an import could not be removed: whoever imports it again goes on with it."""
        found.state, found.problem = ImportState.FAILED, why

    def forget_undecided(self) -> int:
        """Delete sheets nobody decided about after a month; gives how many."""
        before, left = clock.now() - UNDECIDED_KEPT, frozenset(ImportState) - self.kept
        stale = delete(self.table).where(self.table.made_at < before, self.table.state.in_(left))
        if self.parts is not None:
            stale = stale.where(~exists().where(self.parts.holds))
        result: Any = db.session.execute(stale)
        return int(result.rowcount)

    def _apply(self, found: SheetT, given: Any, step: Step) -> None:  # noqa: ANN401 — what `read` gave
        before = audit.last_entry()
        counted = self.go(found, given, found.mode, step)
        found.tell(given.table.told)
        found.applied_at = clock.now()
        said: audit.Changes = {name.value: [None, counted[name]] for name in Outcome if counted[name]}
        said |= {"file": [None, found.file_name], WRITTEN_FROM: [before, None]}
        audit.record(f"{self.subject}.apply", (self.subject, found.id), said, by=found.person)
        db.session.flush()
        found.last_audit_id = audit.last_entry()

    def _end(self, found: SheetT, state: ImportState, step: Step) -> None:
        """Let what counts, or counts no more, be kept, and then what follows from it."""
        if self.parts is not None:
            step()
            self.parts.settle(found, step)
        found.state = state

    def _turn(self, found: SheetT, before: frozenset[ImportState], after: ImportState) -> None:
        """Change a state once, also when two ask at the same time. Raises Conflict."""
        table = self.table
        mine = update(table).where(table.id == found.id, table.state.in_(before)).values(state=after)
        if not db.session.execute(mine.execution_options(preserve_rowcount=True)).rowcount:  # type: ignore[attr-defined]  # of an UPDATE
            db.session.refresh(found)
            raise Conflict(_("This import has gone on meanwhile; open it again."))
        found.state = after


def _never() -> None:
    """Keep nothing before all of it is there."""


def _plain(refusal: Refusal) -> str:
    messages = [message for messages in (refusal.errors or {}).values() for message in messages]
    return together(messages or [refusal.detail])
