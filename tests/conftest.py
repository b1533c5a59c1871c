"""Both databases, the application on each of them, a clock that stands still, and people to ask with."""

import gc
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from datetime import date, datetime
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy.session import Session
from sqlalchemy.orm import scoped_session
from werkzeug.serving import make_server

from registry.accounts import actions as accounts
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from tests import dialects, turns
from tests.backends import Backends, build, delete_everything
from tests.browser import chromium
from tests.people import Caller, People

TODAY = date(2026, 6, 15)
Freeze = Callable[[date | datetime], None]
Arrange = Callable[[], AbstractContextManager[None]]

hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Checking a password is slow on purpose; here nobody guesses. `tests.people` keeps what is used in earnest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def _asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    dialects.share(request.config, tmp_path_factory.getbasetemp().parent)


@pytest.fixture(scope="session")
def backends(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backends]:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with ExitStack() as stack:
        made = Backends(tmp_path_factory.mktemp("databases"), shared, stack)
        yield made
        made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The name of the database this round of the test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def clock() -> Iterator[Freeze]:
    """The clock stands at local noon of TODAY; call it with another date or instant to move it."""
    with ExitStack() as stack:

        def freeze(at: date | datetime) -> None:
            stack.enter_context(kernel_clock.frozen(at))

        freeze(TODAY)
        yield freeze


@pytest.fixture
def app(backends: Backends, database: str, clock: Freeze) -> Iterator[Flask]:
    """The application on an empty, migrated database; what the test commits is deleted afterwards."""
    built = backends.app(database)
    yield built
    with built.app_context():
        db.session.rollback()
        delete_everything()


@pytest.fixture(scope="session")
def newest(backends: Backends) -> Iterator[sqlite3.Connection]:
    """What `registry db upgrade` makes of no database at all, to be copied."""
    with closing(sqlite3.connect(backends.newest())) as connection:
        yield connection


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What a command is told: a home of its own, where there is nothing yet."""
    return {"REGISTRY_HOME": str(tmp_path / "home"), "REGISTRY_SCHEDULER": "off", "REGISTRY_DATABASE_URL": ""}


@pytest.fixture
def upgraded(environ: dict[str, str], newest: sqlite3.Connection) -> Path:
    """The database in the home that a command is told of, at the newest schema."""
    home = Path(environ["REGISTRY_HOME"])
    home.mkdir()
    with closing(sqlite3.connect(home / "registry.db")) as copy:
        newest.backup(copy)
    return home / "registry.db"


@pytest.fixture
def arrange(app: Flask) -> Arrange:
    """`with arrange(): …` stores what a test starts from: its own application context, committed at its end."""

    @contextmanager
    def arranging() -> Iterator[None]:
        with app.app_context():
            yield
            db.session.commit()

    return arranging


@pytest.fixture
def session(app: Flask) -> Iterator[scoped_session[Session]]:
    """The session in an application context held for the test: for rooms below the doors, never beside `client`."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask, request: pytest.FixtureRequest) -> FlaskClient:
    """A stranger without a cookie. Requests must bring their own context, so `session` is refused beside it."""
    if "session" in request.fixturenames:
        pytest.fail("a test that knocks at doors must not hold an application context open: use arrange()")
    return app.test_client()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the application is served for this test, in threads of this process: the standing clock holds there too."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def people(app: Flask) -> People:
    """Six people in four organisations; see tests.people."""
    return People(app)


@pytest.fixture
def keeper(people: People) -> Caller:
    return people.keeper


@pytest.fixture
def technician(people: People) -> Caller:
    return people.technician


@pytest.fixture
def inspector(people: People) -> Caller:
    return people.inspector


@pytest.fixture
def planner(people: People) -> Caller:
    return people.planner


@pytest.fixture
def admin(people: People) -> Caller:
    return people.admin


@pytest.fixture
def stranger(people: People) -> Caller:
    return people.stranger


def pytest_configure(config: pytest.Config) -> None:
    dialects.listen(config)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    turns.in_turn(items)
    for item in items:
        if "playwright" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


def pytest_collection_finish() -> None:
    """What was loaded to find the tests lives as long as they do: the collector need not look through it again."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if chromium.executable() is None:
        terminalreporter.section("left out", yellow=True)
        terminalreporter.line(f"Every test in a real browser was left out, because none was found: {chromium.REMEDY}.")


def pytest_report_header() -> str:
    fuzzer = f"fuzzer: {os.environ.get('FUZZ_EXAMPLES', 'a hundred')} examples an operation (FUZZ_EXAMPLES=…)"
    asked = "everything" if dialects.EVERYTHING else "what is new to it"
    return f"{fuzzer}; PostgreSQL is asked {asked} (POSTGRESQL=all or new)"


@pytest.fixture
def unmigrated(backends: Backends, database: str) -> Iterator[Flask]:
    """The application on a database without a table, in an application context."""
    app = build(backends.empty_database(database, "registry_migrations"), backends.folder / f"{database}-migrations")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
