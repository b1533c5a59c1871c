"""What PostgreSQL is asked: a test that sends it nothing it was not asked before need not run on it again.

Every test that stores anything runs on SQLite. On PostgreSQL runs what sends a kind of statement that no test of the
same process sent there yet, by the keys under which SQLAlchemy keeps what it compiled: other values make no other kind.
What starts a thread or a process always runs there, for locks are no words. `POSTGRESQL=all` runs every test on both.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
from sqlalchemy import Engine, event

from registry.kernel.reads import Read

EVERYTHING = os.environ.get("POSTGRESQL", "all") == "all"
WHY = "PostgreSQL was asked all of this already"
Kinds = frozenset[int]


class Dialects:
    """Which kinds of statements each test sent to SQLite, and all that were sent to PostgreSQL."""

    def __init__(self) -> None:
        self.sent: dict[str, Kinds] = {}
        self.known: set[int] = set()
        self.now: set[int] = set()
        self.is_alone = True
        self._kinds: dict[int, tuple[Any, int]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Leave out what is known, by what the same test sent to SQLite; begin to listen."""
        self.now, self.is_alone = set(), True
        if database_of(item) == "postgresql" and self.is_known(self.sent.get(twin(item.nodeid))):
            pytest.skip(WHY)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Keep what a test sent that passed."""
        outcome = yield
        if outcome.excinfo is not None:
            return
        if database_of(item) == "postgresql":
            self.known |= self.now
        elif self.is_alone:
            self.sent[item.nodeid] = frozenset(self.now)

    def is_known(self, sent: Kinds | None) -> bool:
        """Whether a test that was alone sent something, and nothing of it is new."""
        return bool(sent) and self.known.issuperset(sent or ())

    def hear(self, _connection: Any, _cursor: Any, _words: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 — SQLAlchemy's signature
        """One statement on its way; what no program compiled is a matter of its dialect alone."""
        compiled = context.compiled if context is not None else None
        if compiled is None:
            return
        if id(compiled) not in self._kinds:
            key = getattr(compiled, "cache_key", None)
            kind = hash((key.key if key else str(compiled), tuple(getattr(compiled, "column_keys", None) or ())))
            self._kinds[id(compiled)] = compiled, kind
        self.now.add(self._kinds[id(compiled)][1])

    def reading(self, rows: Callable[..., Any]) -> Callable[..., Any]:
        """The same way of reading what was prepared, which sends it past the engine, noted."""

        @wraps(rows)
        def noted(read: Read, **values: Any) -> Any:
            self.now.add(hash(("read", id(read))))
            return rows(read, **values)

        return noted

    def watched(self, start: Callable[..., Any]) -> Callable[..., Any]:
        """The same start of a thread or a process, noted."""

        @wraps(start)
        def noted(*said: Any, **named: Any) -> Any:
            self.is_alone = False
            return start(*said, **named)

        return noted


def database_of(item: pytest.Item) -> str | None:
    said = getattr(item, "callspec", None)
    return said.params.get("database") if said is not None else None


def twin(nodeid: str) -> str:
    """The same test on SQLite."""
    return nodeid.replace("postgresql", "sqlite")


def listen(config: pytest.Config) -> None:
    """Leave out what PostgreSQL knows, unless everything is wanted."""
    if EVERYTHING:
        return
    heard = Dialects()
    config.pluginmanager.register(heard)
    event.listen(Engine, "before_cursor_execute", heard.hear)
    Read.rows = heard.reading(Read.rows)  # type: ignore[method-assign]
    for place, name in ((threading.Thread, "start"), (subprocess.Popen, "__init__")):
        setattr(place, name, heard.watched(getattr(place, name)))
