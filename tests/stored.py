"""What many tests start from, made once by the actions and afterwards put back as it was stored."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import wraps
from typing import Any, NamedTuple, TypeVar

import pytest
from sqlalchemy import func, select, text

from registry.accounts.models import ApiToken
from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import Base, db

T = TypeVar("T")


class Kept(NamedTuple):
    """A filled database: on SQLite a copy of it, on PostgreSQL its rows by table; and what its maker told."""

    content: Any
    told: Any


_kept: dict[tuple[str, str, Any], Kept] = {}


def once(name: str, make: Callable[[], T]) -> T:
    """Fill the empty database as `make` does, committed, and give what it gave: made once an instant, then copied."""
    key = name, db.engine.dialect.name, clock.now()
    if key in _kept:
        _put_back(_kept[key].content)
    else:
        told = make()
        db.session.commit()
        _kept[key] = Kept(_content(), told)
    given: T = deepcopy(_kept[key].told)
    return given


def remembered(make: Callable[..., T]) -> Callable[..., T]:
    """A fixture that stores things by `arrange` and gives keys of them: made once an instant, then copied.

    What it finds stored is part of it, so it is made again where something else was stored before.
    """

    @wraps(make)
    def given(**asked: Any) -> T:
        with asked["arrange"]():
            found = db.session.scalar(select(func.count(AuditEntry.id)))
            tokens = db.session.scalars(select(ApiToken.token_hash).order_by(ApiToken.id)).all()
            name = f"{make.__module__}.{make.__qualname__} after {found} entries for {tokens}"
            if (name, db.engine.dialect.name, clock.now()) in _kept:
                return once(name, lambda: pytest.fail("it was made"))
        told = make(**asked)
        with asked["arrange"]():
            return once(name, lambda: told)

    return given


def _content() -> Any:
    if db.engine.dialect.name == "sqlite":
        copy = sqlite3.connect(":memory:")
        with _driver() as driver:
            driver.backup(copy)
        return copy
    found = {table: db.session.execute(select(table)).mappings().all() for table in Base.metadata.sorted_tables}
    return {table: [dict(row) for row in rows] for table, rows in found.items() if rows}


def _put_back(content: Any) -> None:
    """Triggers rest: what they wrote is among what is put back."""
    if db.engine.dialect.name == "sqlite":
        with _driver() as driver:
            content.backup(driver)
        return
    db.session.execute(text("SET LOCAL session_replication_role = replica"))
    for table in content:
        db.session.execute(table.delete())
    for table, rows in content.items():
        db.session.execute(table.insert(), rows)
    db.session.commit()


@contextmanager
def _driver() -> Iterator[Any]:
    """SQLite's own connection, outside of every transaction."""
    db.session.rollback()
    raw = db.engine.raw_connection()
    try:
        yield raw.driver_connection
    finally:
        raw.close()
