"""Keyset paging: the last page costs what the first one costs."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar
from zlib import crc32

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

Row = TypeVar("Row")
DEFAULT_LIMIT = 50
MAX_LIMIT = 200
MAX_INTEGER = 2**31 - 1


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, the cursor of what follows (None at the end), and the total when it was asked for."""

    items: Sequence[Row]
    next: str | None
    total: int | None = None


class Order(NamedTuple):
    """A total order: columns that together are unique and never null, all in one direction."""

    columns: tuple[ColumnElement[Any], ...]
    descending: bool = False

    @property
    def mark(self) -> int:
        """What a cursor carries, so that no other list opens with it."""
        return crc32(f"{self.descending} {', '.join(map(str, self.columns))}".encode())


def page(
    statement: Select[Any],
    order: Order,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> Page[Any]:
    """One page of an entity select under an order; with a limit of 0 nothing is read, only counted where that is asked.

    Raises Invalid for a cursor this list did not give.
    """
    total = (
        db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery()))
        if count == "exact"
        else None
    )
    if not limit:
        return Page([], None, total)
    ordered = statement.add_columns(*order.columns)
    if cursor:
        given = [
            literal(value, column.type) for value, column in zip(place_of(cursor, order), order.columns, strict=True)
        ]
        here, there = tuple_(*order.columns), tuple_(*given)
        ordered = ordered.where(here < there if order.descending else here > there)
    ordered = ordered.order_by(*(column.desc() if order.descending else column for column in order.columns))
    found = db.session.execute(ordered.limit(limit + 1)).all()
    following = cursor_after(found[limit - 1][1:], order) if len(found) > limit else None
    return Page([row[0] for row in found[:limit]], following, total)


def cursor_after(values: Sequence[object], order: Order) -> str:
    """What leads on from a row, given by its values in the order's columns."""
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    text = json.dumps([order.mark, *plain], ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def place_of(cursor: str, order: Order) -> list[object]:
    """The values of the row that a cursor leads on from. Raises Invalid."""
    try:
        mark, *values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if mark != order.mark:
            raise ValueError  # noqa: TRY301 — one place says what is wrong
        return [_typed(value, column.type.python_type) for value, column in zip(values, order.columns, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        message = _(
            "“%(cursor)s” is not a cursor of this list; leave it out to start at the beginning.", cursor=cursor[:40]
        )
        raise Invalid({"cursor": [message]}) from error


def _typed(value: object, wanted: type) -> object:
    if wanted is date and isinstance(value, str):
        return date.fromisoformat(value)
    if isinstance(value, bool) or not isinstance(value, wanted):
        raise TypeError
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        raise ValueError
    if isinstance(value, str) and b"\0" in value.encode():  # half surrogates are ValueErrors here too
        raise ValueError
    return value
