"""Lists as files that spreadsheets open: every page of what a list shows, and its words as the pages say them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from flask import Response, get_template_attribute

from registry.kernel import clock
from registry.kernel.i18n import _
from registry.kernel.paging import MAX_LIMIT, Page
from registry.sheets import downloads

FORMS: Final = "any(csv, xlsx):form"
MOST_EXPORTED: Final = 10_000
Rows = list[list[downloads.Value]]


def every(page_of: Callable[[dict[str, Any]], Page[Any]], asked: dict[str, Any]) -> list[Any]:
    """What a list shows with its filters, page by page, up to `MOST_EXPORTED`."""
    asked = asked | {"limit": MAX_LIMIT, "cursor": None}
    rows: list[Any] = []
    while len(rows) < MOST_EXPORTED:
        page = page_of(asked)
        rows += page.items
        if page.next is None:
            break
        asked["cursor"] = page.next
    return rows


def words(macro: str, template: str = "macros/words.html") -> Callable[[Any], str]:
    """An enumeration in words, as the pages say it."""
    said = get_template_attribute(template, macro)
    return lambda value: str(said(value)).strip()


def yes_or_no(value: bool | None) -> str | None:  # noqa: FBT001 — a cell
    """A tick in words; nothing where nobody said."""
    return None if value is None else _("Yes") if value else _("No")


def moment(at: datetime) -> str:
    """A local instant to the minute, such as 2026-01-31 08:30, which sorts as text."""
    return f"{clock.local(at):%Y-%m-%d %H:%M}"


def file(form: str, name: str, title: str, headings: list[str], rows: Rows) -> Response:
    """The table as an answer that browsers save, with today in its name."""
    made = downloads.form_named(form)
    content = downloads.written(made, title, headings, rows)
    return downloads.download(made, f"{name}-{clock.today().isoformat()}", content)
