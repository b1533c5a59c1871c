"""What need not run on PostgreSQL again, and what must."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, String, Table, cast, event, literal, select
from sqlalchemy.schema import CreateTable

from registry.accounts.models import Organisation
from registry.kernel.db import db
from registry.kernel.reads import Read
from tests.dialects import SIZE, Dialects, Known, kinds_of, twin


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


def test_a_statement_is_of_one_kind_whatever_its_values(heard, backends):
    by_code = [select(Organisation).filter_by(code=code) for code in ("A", "B")]
    first, second = (kinds(heard, backends.app("sqlite"), statement) for statement in by_code)
    assert len(first) == 1
    assert first == second
    assert kinds(heard, backends.app("sqlite"), select(Organisation).filter_by(name_en="A")).isdisjoint(first)


def test_a_prepared_read_is_noted_whenever_it_is_asked(heard):
    rows, read = heard.reading(lambda _read: []), Read(select(Organisation.id))
    rows(read)
    first, heard.now = heard.now, set()
    rows(read)
    assert len(first) == 1
    assert heard.now == first


def test_words_without_a_value_or_a_column_are_a_kind_too(heard, database, unmigrated):
    sent = kinds(heard, unmigrated, CreateTable(Table("shelf", MetaData(), Column("id", Integer))))
    assert len(sent) == (database == "sqlite")


def test_the_types_of_what_is_bound_and_found_make_a_kind(heard, backends):
    app = backends.app("sqlite")
    texts = [select(literal("1")), select(literal(1)), select(cast("1", Integer)), select(cast("1", String))]
    assert len({frozenset(kinds(heard, app, text)) for text in texts}) == len(texts)


@pytest.mark.parametrize(
    ("words", "others", "is_known"),
    [
        ("INSERT INTO a (b) VALUES (?) RETURNING id", ["INSERT INTO a (b, c) VALUES (?, ?) RETURNING id"], True),
        ("INSERT INTO a (b, c) VALUES (?, ?)", ["INSERT INTO a (b) VALUES (?)", "INSERT INTO a (c) VALUES (?)"], True),
        ("INSERT INTO a (b, d) VALUES (?, ?)", ["INSERT INTO a (b, c) VALUES (?, ?)"], False),
        ("INSERT INTO a (b) VALUES (?)", ["INSERT INTO a (b) VALUES (?) RETURNING id"], False),
        ("INSERT INTO a (b) SELECT c FROM d", ["INSERT INTO a (b) VALUES (?)"], False),
        ("UPDATE a SET b=?, c=? WHERE a.id = ?", ["UPDATE a SET c=?, d=?, b=? WHERE a.id = ?"], True),
        ("UPDATE a SET b=? WHERE a.id = ?", ["UPDATE a SET b=? WHERE a.id IN (?)"], False),
        ("UPDATE a SET b=coalesce(?, c)", ["UPDATE a SET b=?"], False),
    ],
)
def test_columns_that_are_written_along_make_no_other_kind(words, others, is_known):
    known = {kind for other in others for kind in kinds_of(other, ())}
    assert known.issuperset(kinds_of(words, ())) is is_known


ONE, TWO, THREE, FOUR = (bytes([number]) * SIZE for number in range(1, 5))


@pytest.mark.parametrize(
    ("sent", "known"),
    [({ONE, TWO}, True), ({ONE, TWO, FOUR}, False), (set(), False), (None, False)],
    ids=["some", "one more", "nothing", "unheard"],
)
def test_only_what_was_asked_before_is_left_out(heard, sent, known):
    heard.known.add({ONE, TWO, THREE})
    assert heard.is_known(sent if sent is None else frozenset(sent)) is known


def test_what_one_process_asked_the_others_know(tmp_path):
    here, there = Known(), Known()
    here.share(tmp_path / "asked", "gw0")
    there.share(tmp_path / "asked", "gw1")
    here.add({ONE, TWO})
    with (tmp_path / "asked" / "gw0").open("ab") as written:
        written.write(THREE[:5])  # and a moment later the rest of it
        written.flush()
        assert (there.has(frozenset({ONE, TWO})), there.has(frozenset({THREE}))) == (True, False)
        written.write(THREE[5:])
    there.add({FOUR})
    assert there.has(frozenset({THREE, FOUR}))
    assert here.has(frozenset({FOUR}))


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
