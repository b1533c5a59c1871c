"""What need not run on PostgreSQL again, and what must."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, event, select

from registry.accounts.models import Organisation
from registry.kernel.db import db
from tests.dialects import Dialects, twin


@pytest.fixture
def heard():
    return Dialects()


def kinds(heard, app, statement):
    heard.now = set()
    event.listen(Engine, "before_cursor_execute", heard.hear)
    try:
        with app.app_context():
            db.session.execute(statement)
    finally:
        event.remove(Engine, "before_cursor_execute", heard.hear)
    return heard.now


def test_a_statement_is_of_one_kind_on_both_databases_whatever_its_values(heard, backends):
    by_code = [select(Organisation).filter_by(code=code) for code in ("A", "B")]
    sqlite = kinds(heard, backends.app("sqlite"), by_code[0])
    postgresql = kinds(heard, backends.app("postgresql"), by_code[1])
    assert len(sqlite) == 1
    assert sqlite == postgresql
    assert kinds(heard, backends.app("sqlite"), select(Organisation).filter_by(name_en="A")).isdisjoint(sqlite)


@pytest.mark.parametrize(
    ("sent", "known"), [({1, 2}, True), ({1, 2, 4}, False), (set(), False), (None, False)], ids=repr
)
def test_only_what_was_asked_before_is_left_out(heard, sent, known):
    heard.known = {1, 2, 3}
    assert heard.is_known(sent if sent is None else frozenset(sent)) is known


def test_who_starts_a_thread_is_not_alone(heard):
    begin = heard.watched(threading.Thread.start)
    assert heard.is_alone
    thread = threading.Thread(target=bool)
    begin(thread)
    thread.join()
    assert not heard.is_alone


def test_what_failed_tells_nothing(heard):
    for nodeid, failed in (("t[sqlite]", None), ("u[sqlite]", (AssertionError,))):
        around = heard.pytest_runtest_call(SimpleNamespace(nodeid=nodeid))
        next(around)
        heard.now.add(1)
        with pytest.raises(StopIteration):
            around.send(SimpleNamespace(excinfo=failed))
    assert heard.sent == {"t[sqlite]": {1}}


def test_a_test_is_known_by_its_name_on_the_other_database():
    assert twin("tests/a.py::test_it[postgresql-x]") == "tests/a.py::test_it[sqlite-x]"
