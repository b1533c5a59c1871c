"""How outsiders say imports."""

from typing import Any, Final

from marshmallow import fields, validate

from registry.kernel.audit import Changes
from registry.kernel.i18n import say
from registry.kernel.paging import MAX_INTEGER
from registry.kernel.schema import Choice, ListQuery, Schema, Text, WholeText, paged
from registry.sheets.headings import MOST_CHOSEN
from registry.sheets.models import Form, ImportState, Mode, Outcome, SheetImport, SheetImportRow


class LeftOutOut(Schema):
    """A line that is no row, and its words."""

    row = fields.Integer(required=True)
    text = fields.String(required=True)


class ImportOut(Schema):
    """An import and how far it is: `done` of `total` rows while it works, `counted` rows by what they do.

    Of an import that is `applied`, `left` assets are there and `undone` were taken back: others use what is left of it.
    `problem` says why nothing was imported, or not all of it taken back; `unread` names the headings that mean nothing
    to us, `unread_sheets` the other sheets with headings that are known: only one is imported. `left_out` are lines
    under the last row that name nothing, such as a sum; `taken_owner` is whose all of it is where no column says it.
    """

    id = fields.Integer(required=True)
    file_name = fields.String(required=True)
    form = Choice(Form, required=True)
    state = Choice(ImportState, required=True)
    mode = Choice(Mode, required=True, allow_none=True)
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    counted = fields.Method("all_counted", required=True, metadata={"type": "object"})
    undone = fields.Integer(required=True)
    left = fields.Integer(required=True)
    unread = fields.List(fields.String(), required=True, attribute="unread_headings")
    unread_sheets = fields.List(fields.String(), required=True)
    left_out = fields.List(fields.Nested(LeftOutOut), required=True)
    taken_owner = fields.String(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True)
    applied_at = fields.AwareDateTime(required=True, allow_none=True)

    def all_counted(self, row: SheetImport) -> dict[str, int]:
        """How many rows have each outcome, also those that none has."""
        return {outcome.value: row.counted.get(outcome, 0) for outcome in Outcome}


class ImportReasonOut(Schema):
    """Why rows are wrong, or what is to be known of them: how many `rows`, and the first `row` with its cell and value.

    The rows themselves: `rows?reason=` and this number. A note, which is not `wrong`, has no field.
    """

    reason = fields.Integer(required=True)
    wrong = fields.Boolean(required=True)
    field = fields.String(required=True, allow_none=True)
    message = fields.Function(lambda one: say(one["message"]), required=True, metadata={"type": "string"})
    rows = fields.Integer(required=True)
    row = fields.Integer(required=True)
    cell = fields.String(required=True)
    value = fields.String(required=True)


class HeadingOut(Schema):
    """A column of the sheet by its letters and heading, and the field it is taken for; null where it is left out."""

    column = fields.String(required=True)
    heading = fields.String(required=True)
    field = fields.String(required=True, allow_none=True)


class OneImportOut(ImportOut):
    """An import, what its columns were taken for, and why its rows are wrong, the reason of most rows first.

    Reasons are null before it was checked.
    """

    columns = fields.List(fields.Nested(HeadingOut), required=True, attribute="headings")
    reasons = fields.List(fields.Nested(ImportReasonOut), required=True, allow_none=True, attribute="reasons_in_order")


PAGE: Final = paged(ImportOut)
ERROR: Final = {
    "type": "object",
    "description": "What is wrong in a cell, such as C17, and the remedy; no cell where the column is missing.",
    "required": ["cell", "field", "value", "message"],
    "properties": {name: {"type": "string"} for name in ("cell", "field", "value", "message")},
}


def changes_of(row: SheetImportRow) -> Changes:
    """What a row changes, old and new; of a new asset there is nothing old."""
    changes = row.changes or {}
    return {name: [None, value] for name, value in changes.items()} if row.outcome is Outcome.NEW else changes


def errors_of(row: SheetImportRow) -> list[dict[str, Any]]:
    """What is wrong in which cells of a row, in the language of the request."""
    return [error | {"message": say(error["message"])} for error in row.errors or []]


def notes_of(row: SheetImportRow) -> list[str]:
    """What is to be known of a row, in the language of the request."""
    return [say(note) for note in row.notes or []]


class ImportRowOut(Schema):
    """What a row of the sheet does: `changes` gives old and new value by field.

    Of a new asset it gives every value as it was read, by columns such as `characteristics.0.range_high`. What was
    taken back is `undone`.
    """

    row = fields.Integer(attribute="number", required=True)
    outcome = Choice(Outcome, required=True)
    tag = fields.String(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    undone = fields.Boolean(required=True, attribute="is_undone")
    changes = fields.Method("all_changes", required=True, metadata={"type": "object"})
    errors = fields.Method("all_errors", required=True, metadata={"type": "array", "items": ERROR})
    notes = fields.Method("all_notes", required=True, metadata={"type": "array", "items": {"type": "string"}})

    def all_changes(self, row: SheetImportRow) -> dict[str, Any]:
        """None is no change."""
        return changes_of(row)

    def all_errors(self, row: SheetImportRow) -> list[dict[str, Any]]:
        """None is no error."""
        return errors_of(row)

    def all_notes(self, row: SheetImportRow) -> list[str]:
        """None is no note."""
        return notes_of(row)


class ImportsQuery(ListQuery):
    """Which page of the imports."""

    class Meta(ListQuery.Meta):
        """Imports are not searched."""

        exclude = ("q",)


class RowsQuery(ImportsQuery):
    """Which rows of an import."""

    outcome = Choice(Outcome)
    reason = WholeText(
        1,
        MAX_INTEGER,
        metadata={"description": "Only rows with this reason of the import, by its number."},
    )


class ColumnIn(Schema):
    """What a column of the sheet is, by its letters: a field as the template names it, null to leave the column out."""

    column = Text(3, required=True)
    field = Text(60, load_default=None, allow_none=True)


class ColumnsIn(Schema):
    """What columns of the sheet mean; those that are not named stay as they were taken."""

    columns = fields.List(fields.Nested(ColumnIn), required=True, validate=validate.Length(1, MOST_CHOSEN))


class ApplyIn(Schema):
    """Which rows are imported: all, or the good ones."""

    mode = Choice(Mode, required=True)
