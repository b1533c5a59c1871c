"""A list as a file of exactly what is seen: its filters, its order, its columns, in its words."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from registry.accounts.models import Person
from registry.assets.lists import queries
from registry.assets.lists.lines import Line
from registry.assets.lists.schemas import SeenQuery, columns_of
from registry.assets.lists.words import cell, heading
from registry.kernel import clock
from registry.kernel.i18n import _
from registry.kernel.paging import Page
from registry.sheets.downloads import Value, written
from registry.sheets.models import Form

PART: Final = 1000


def sheet(form: Form, said: Mapping[str, Any], *, by: Person) -> tuple[bytes, int]:
    """A file of everything a person sees under the words of a view, and how many lines it has."""
    query: dict[str, Any] = dict(SeenQuery().load(dict(said)))
    columns, today = columns_of(query.pop("columns", None)), clock.today()
    counted = 0

    def rows() -> Iterator[Sequence[Value]]:
        nonlocal counted
        for line in _lines(query, by):
            counted += 1
            yield [line.current_tag, line.name, *(cell(line, column, today) for column in columns)]

    headings = [_("Tag"), _("Name"), *(heading(column) for column in columns)]
    return written(form, _("Assets"), headings, rows()), counted


def _lines(query: Mapping[str, Any], by: Person) -> Iterator[Line]:
    cursor = None
    while True:
        page: Page[Line] = queries.asset_page(by, today=clock.today(), limit=PART, cursor=cursor, **query)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return
