"""What PostgreSQL is asked: a test that sends it nothing it was not asked before need not run on it again.

Every test that stores anything runs on SQLite. On PostgreSQL runs what sends a kind of statement that no test of this
run sent there yet: the words as compiled for SQLite and the types of what is bound and found; other values make no
other kind, nor do other columns that are written along with one. Processes that share the tests share what they know.
What starts a thread or a process always runs there, for locks are no words. `POSTGRESQL=all` runs every test on both.
"""

import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from hashlib import blake2b
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from sqlalchemy import Engine, event

from registry.kernel.reads import Read

EVERYTHING = os.environ.get("POSTGRESQL", "all") == "all"
NAME = "dialects"
WHY = "PostgreSQL was asked all of this already"
Kinds = frozenset[bytes]
SIZE = 12  # bytes that tell a kind
WRITING = re.compile(
    r"(?P<begin>INSERT INTO \S+ \()(?P<inserted>[^()]+)\) VALUES \([?, ]+\)(?P<end> RETURNING .*)?"
    r"|(?P<begun>UPDATE \S+ SET )(?P<updated>[^()]+?)(?P<ended> WHERE .*)?",
    re.DOTALL,
)
WRITTEN = (("begin", "begun"), ("inserted", "updated"), ("end", "ended"))


class Known:
    """The kinds that PostgreSQL was asked, by whichever process: each writes its file and reads the others'."""

    def __init__(self) -> None:
        self._kinds: set[bytes] = set()
        self._mine: Path | None = None
        self._read: dict[Path, int] = {}

    def share(self, folder: Path, process: str) -> None:
        """From now on with every process that was given the same folder."""
        folder.mkdir(exist_ok=True)
        self._mine = folder / process

    def add(self, kinds: Iterable[bytes]) -> None:
        """Tell everybody."""
        new = set(kinds) - self._kinds
        self._kinds |= new
        if self._mine is not None:
            with self._mine.open("ab") as file:
                file.write(b"".join(new))

    def has(self, kinds: Kinds) -> bool:
        """Whether all of them are known; what others wrote is looked up when some are not."""
        if not self._kinds.issuperset(kinds):
            self._look_around()
        return self._kinds.issuperset(kinds)

    def _look_around(self) -> None:
        others = self._mine.parent.iterdir() if self._mine is not None else ()
        for file in others:
            with file.open("rb") as said:
                said.seek(self._read.get(file, 0))
                told = said.read()
            whole = len(told) - len(told) % SIZE  # the end of what is being written right now comes later
            self._read[file] = self._read.get(file, 0) + whole
            self._kinds.update(told[at : at + SIZE] for at in range(0, whole, SIZE))


class Dialects:
    """Which kinds of statements each test sent to SQLite, and what PostgreSQL knows."""

    def __init__(self) -> None:
        self.sent: dict[str, Kinds] = {}
        self.known = Known()
        self.now: set[bytes] = set()
        self.is_alone = True
        self._kinds: WeakKeyDictionary[Any, Kinds] = WeakKeyDictionary()

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
            self.known.add(self.sent.get(twin(item.nodeid), ()))
        elif self.is_alone:
            self.sent[item.nodeid] = frozenset(self.now)

    def is_known(self, sent: Kinds | None) -> bool:
        """Whether a test that was alone sent something, and nothing of it is new."""
        return bool(sent) and self.known.has(sent or frozenset())

    def hear(self, _connection: Any, _cursor: Any, _words: str, _values: Any, context: Any, _many: bool) -> None:  # noqa: FBT001 — SQLAlchemy's signature
        """One statement on its way to SQLite; what no program compiled is a matter of its dialect alone."""
        compiled = context.compiled if context is not None else None
        if compiled is None or context.dialect.name != "sqlite":
            return
        if compiled not in self._kinds:
            self._kinds[compiled] = frozenset(kinds_of(str(compiled), types_of(compiled)))
        self.now |= self._kinds[compiled]

    def reading(self, rows: Callable[..., Any]) -> Callable[..., Any]:
        """The same way of reading what was prepared, which sends it past the engine, noted."""

        @wraps(rows)
        def noted(read: Read, **values: Any) -> Any:
            if read not in self._kinds:
                self._kinds[read] = frozenset({kind(str(read.statement), ())})
            self.now |= self._kinds[read]
            return rows(read, **values)

        return noted

    def watched(self, start: Callable[..., Any]) -> Callable[..., Any]:
        """The same start of a thread or a process, noted."""

        @wraps(start)
        def noted(*said: Any, **named: Any) -> Any:
            self.is_alone = False
            return start(*said, **named)

        return noted


def kinds_of(words: str, types: Iterable[object]) -> Iterator[bytes]:
    """The kind of a statement; one that writes values into columns of a table is of a kind for each of them."""
    written = WRITING.fullmatch(words)
    if written is None:
        yield kind(words, types)
        return
    begin, columns, end = (written[name] or written[other] or "" for name, other in WRITTEN)
    for column in columns.split(", "):
        yield kind(f"{begin}{column}{end}", ())


def kind(words: str, types: Iterable[object]) -> bytes:
    """What a statement is known by, the same in every process."""
    return blake2b("\0".join([words, *map(repr, types)]).encode(), digest_size=SIZE).digest()


def types_of(compiled: Any) -> Iterator[object]:
    """The types of what is bound, by name, and of the columns that are found."""
    for parameter, name in sorted(getattr(compiled, "bind_names", {}).items(), key=lambda bound: bound[1]):
        yield name, parameter.type
    for column in getattr(compiled, "_result_columns", None) or ():
        yield column.type


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
    config.pluginmanager.register(heard, NAME)
    event.listen(Engine, "before_cursor_execute", heard.hear)
    Read.rows = heard.reading(Read.rows)  # type: ignore[method-assign]
    for place, name in ((threading.Thread, "start"), (subprocess.Popen, "__init__")):
        setattr(place, name, heard.watched(getattr(place, name)))


def share(config: pytest.Config, folder: Path) -> None:
    """Share what is known with the other processes of this run, if there are any."""
    heard = config.pluginmanager.get_plugin(NAME)
    process = os.environ.get("PYTEST_XDIST_WORKER")
    if heard is not None and process is not None:
        heard.known.share(folder / "asked", process)
