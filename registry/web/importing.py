"""What the pages of imports have in common, whatever is imported."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.assets.exchange.undoing import StillNeeded
from registry.assets.labels import queries as labels
from registry.jobs.queries import somebody_works
from registry.kernel import problems
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import current_locale
from registry.kernel.schema import Schema
from registry.sheets.actions import Imports
from registry.sheets.columns import Vocabulary
from registry.sheets.intake import sheet
from registry.sheets.models import ImportState, Outcome
from registry.sheets.schemas import (
    ApplyIn,
    ColumnsIn,
    ImportReasonOut,
    ImportsQuery,
    RowsQuery,
    changes_of,
    errors_of,
    notes_of,
)
from registry.sheets.telling import Line
from registry.web.forms import Form, listed
from registry.web.shell import form_key

Answer = str | Response | tuple[str, int]
WORKING: Final = frozenset({ImportState.QUEUED, ImportState.CHECKING, ImportState.APPLYING, ImportState.UNDOING})


class Pages(NamedTuple):
    """What the pages of one kind of import differ in; `templates` are those of the list and of one import.

    `told_elsewhere` says of a heading that is left out whether another kind of import takes it, `derived` whether our
    lists show what is worked out under it, `printed` for how many
    things of an import a label was printed; `ask_undo` is how it is taken back where more is asked than usual.
    """

    endpoint: str
    actions: Imports[Any]
    queries: Any
    vocabulary: Callable[[], Vocabulary]
    lines: Callable[[Any, str], Sequence[Line]]
    templates: tuple[str, str]
    record_of: Callable[[Any], str | None] = lambda _row: None
    undoing: type[Schema] = Schema
    told_elsewhere: Callable[[str], bool] = lambda _heading: False
    derived: Callable[[str], bool] = lambda _heading: False
    ask_undo: Callable[..., object] | None = None
    printed: Callable[[Any], int] = lambda _found: 0

    def bring_in(self, *, is_sent: bool) -> Answer:
        """Take a sheet in, and show the sheets that were brought in before."""
        require(signin.person(), self.actions.verb)
        if not is_sent:
            return self._list({})
        try:
            found = self.actions.upload(**sheet(), locale=current_locale(), by=signin.person())
        except Invalid as refusal:
            problems.rollback()
            return self._list(refusal.errors or {}), refusal.status
        db.session.commit()
        return redirect(url_for(f"{self.endpoint}.show", id=found.id))

    def show(self, id: int) -> Answer:
        """What a sheet would do, row by row, or did."""
        return self._page(id)

    def columns(self, id: int) -> Answer:
        """Say what columns of the sheet mean, and have it checked again."""
        found = self.queries.by_key(signin.person(), id)
        form: Form[Any] = Form(ColumnsIn)
        if form.attempt(lambda data: self.actions.ask_columns(found, **data, by=signin.person())) is None:
            typed = {one.get("column"): one.get("field") for one in form.typed.get("columns", ())}
            return self._page(id, form.errors, typed=typed), form.status
        db.session.commit()
        return redirect(url_for(f"{self.endpoint}.show", id=id))

    def apply(self, id: int) -> Answer:
        """Import all rows, or the good ones."""
        found = self.queries.by_key(signin.person(), id)
        form: Form[Any] = Form(ApplyIn)
        if form.attempt(lambda data: self.actions.ask_apply(found, **data, by=signin.person())) is None:
            return self._page(id, form.errors), form.status
        db.session.commit()
        return redirect(url_for(f"{self.endpoint}.show", id=id))

    def undo(self, id: int) -> Answer:
        """Take a whole import back."""
        found = self.queries.by_key(signin.person(), id)
        form: Form[Any] = Form(self.undoing)
        needed: list[str] = []

        def ask(data: dict[str, Any]) -> object:
            try:
                return (self.ask_undo or self.actions.ask_undo)(found, **data, by=signin.person())
            except StillNeeded as refusal:
                needed.extend(refusal.tags)
                raise

        if form.attempt(ask) is None:
            return self._page(id, form.errors, needed), form.status
        db.session.commit()
        return redirect(url_for(f"{self.endpoint}.show", id=id))

    def _list(self, errors: Messages) -> str:
        page = self.queries.imports(signin.person(), **listed(ImportsQuery))
        return render_template(
            self.templates[0],
            endpoint=self.endpoint,
            imports=page.items,
            next=page.next,
            errors=errors,
            may_record=accounts.may(signin.person(), Verb.CALIBRATION_RECORD, None),
            form_key=form_key(),
        )

    def _page(
        self,
        id: int,
        errors: Messages | None = None,
        needed: Sequence[str] = (),
        typed: Mapping[str | None, str | None] | None = None,
    ) -> str:
        found = self.queries.by_key(signin.person(), id)
        working = found.state in WORKING
        if errors:
            flash(" ".join(message for messages in errors.values() for message in messages), "error")
        asked: dict[str, Any] = {} if errors else listed(RowsQuery)
        page = self.queries.rows(found, **asked)
        return render_template(
            self.templates[1],
            endpoint=self.endpoint,
            found=found,
            unread=[heading for heading in found.unread_headings if not self.derived(heading)],
            derived=[heading for heading in found.unread_headings if self.derived(heading)],
            elsewhere=[heading for heading in found.unread_headings if self.told_elsewhere(heading)],
            may_record=accounts.may(signin.person(), Verb.CALIBRATION_RECORD, None),
            working=working,
            nobody_works=working and not somebody_works(),
            owner=accounts.organisation_by_code(found.taken_owner) if found.taken_owner else None,
            outcomes=[outcome.value for outcome in Outcome],
            good=found.good,
            wrong=found.counted.get(Outcome.ERROR, 0),
            reasons=[ImportReasonOut().dump(one) for one in found.reasons_in_order or ()],
            chosen=asked.get("reason"),
            rows=page.items,
            worn=labels.worn({row.tag for row in page.items if row.tag}),
            next=page.next,
            meaning_of=lambda field: self.vocabulary().meaning_of(field, current_locale()),
            lines=lambda row: self.lines(changes_of(row), current_locale()),
            errors_of=errors_of,
            notes_of=notes_of,
            record_of=self.record_of,
            fields=[(key, self.vocabulary().meaning_of(key, current_locale())) for key in self.vocabulary().columns],
            typed={one["column"]: one["field"] for one in found.headings} if typed is None else typed,
            columns_refused=typed is not None,
            needed=assets.among(signin.person(), needed) if needed else (),
            withdraws=self.actions.withdraws(found),
            printed=self.printed(found) if found.state is ImportState.APPLIED else 0,
            errors=errors or {},
            form_key=form_key(),
        )
