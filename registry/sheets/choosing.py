"""What people say that the columns of their own sheet mean, where its headings do not tell it."""

from collections.abc import Mapping, Sequence

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, current_locale
from registry.sheets.cells import PLACES
from registry.sheets.columns import Vocabulary
from registry.sheets.headings import Chosen
from registry.sheets.models import Heading, SheetImport


def chosen_of(found: SheetImport) -> Chosen:
    """What was chosen for an import, as its headings are read."""
    return {(PLACES[one["column"]], one["heading"]): one["field"] for one in found.chosen}


def choices(found: SheetImport, said: Sequence[Mapping[str, str | None]], words: Vocabulary) -> list[Heading]:
    """What is chosen when somebody says columns anew, by letters; the others stay as they were taken.

    Raises Invalid for a column the sheet does not have, a field that is none, and one that two columns have.
    """
    taken = {one["column"]: one["field"] for one in found.headings}
    texts = {one["column"]: one["heading"] for one in found.headings}
    wrong: dict[str, list[str]] = {}
    before = dict(taken)
    for place, one in enumerate(said):
        column, field = one["column"] or "", one.get("field")
        if column not in texts:
            wrong[f"columns.{place}.column"] = [
                _(
                    "The sheet has no heading in the column “%(column)s”; its columns are %(columns)s.",
                    column=column,
                    columns=", ".join(texts),
                )
            ]
        elif field is not None and field not in words.columns:
            wrong[f"columns.{place}.field"] = [
                _("“%(field)s” is no field of a sheet; take one that the template has.", field=field)
            ]
        else:
            taken[column] = field
    if not wrong:
        _refuse_twice(said, taken, words)
    if wrong:
        raise Invalid(wrong)
    mine = {one["column"] for one in found.chosen} | {column for column in taken if taken[column] != before[column]}
    return [Heading(column=column, heading=texts[column], field=taken[column]) for column in texts if column in mine]


def _refuse_twice(said: Sequence[Mapping[str, str | None]], taken: Mapping[str, str | None], words: Vocabulary) -> None:
    by_field: dict[str, list[str]] = {}
    for column, field in taken.items():
        if field is not None:
            by_field.setdefault(field, []).append(column)
    places = {one["column"]: place for place, one in enumerate(said)}
    wrong = {
        f"columns.{places.get(columns[-1], places.get(columns[0], 0))}.field": [
            _(
                "The columns %(columns)s would both be “%(field)s”; leave one of them out.",
                columns=", ".join(columns),
                field=words.meaning_of(field, current_locale()),
            )
        ]
        for field, columns in by_field.items()
        if len(columns) > 1
    }
    if wrong:
        raise Invalid(wrong)
