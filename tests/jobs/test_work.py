"""Work in the background: done once, told when it fails, taken over from whoever died, raced by real processes."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError

from registry.assets.exchange import actions
from registry.assets.exchange.models import AssetImport
from registry.assets.models import Asset
from registry.jobs import leases, work
from registry.kernel import tasks
from registry.kernel.db import db
from registry.kernel.tasks import Task, TaskState
from registry.sheets.models import ImportState, Mode
from tests.make import sheets as make

SHORT = """
import threading
from datetime import timedelta
from registry.app import create_app
from registry.jobs import leases, work
leases.LIFE, leases.BEAT, work.PAUSE = timedelta(seconds=2), 0.4, 0.1
print("ready", flush=True)
work.loop(create_app(), threading.Event())
"""


@pytest.fixture
def kind(monkeypatch):
    """A kind of work that notes on what it was done; its act can be replaced."""
    seen = {"done": [], "told": [], "act": lambda _key, _step: None}

    def act(key, step):
        seen["act"](key, step)
        seen["done"].append(key)

    monkeypatch.setattr(work, "KINDS", {"test": work.Kind(act, lambda key, why: seen["told"].append((key, why)))})
    return seen


def asked(key="1"):
    task = tasks.enqueue("test", key)
    db.session.commit()
    return task


def fails(error):
    def act(_key, _step):
        raise error

    return act


def test_work_is_done_once_in_the_order_it_was_asked_for(session, kind):
    for key in ("a", "b"):
        asked(key)
    assert [work.one(), work.one(), work.one()] == [True, True, False]
    assert kind["done"] == ["a", "b"]
    assert set(session.scalars(select(Task.state))) == {TaskState.DONE}


def test_short_work_waits_for_no_long_one(session, kind):
    work.KINDS[actions.EXPORT] = work.KINDS["test"]
    for _each in range(work.MANY):
        tasks.enqueue(actions.EXPORT, "long")
    asked("short")
    short = work.LANES["work-short"]
    assert [work.one(short), work.one(short), kind["done"]] == [True, False, ["short"]]
    assert (work.one(), kind["done"][1:]) == (True, ["long"])


def test_what_is_named_long_is_work_of_a_kind():
    assert work.KINDS.keys() >= work.LONG


def test_work_asked_for_in_a_transaction_that_fails_is_not_done(session, kind):
    tasks.enqueue("test", "1")
    session.rollback()
    assert work.one() is False


def test_work_that_fails_is_told_and_not_repeated(session, kind):
    kind["act"] = fails(ValueError("broken"))
    task = asked()
    assert [work.one(), work.one()] == [True, False]
    session.refresh(task)
    assert (task.state, task.error, kind["told"]) == (TaskState.FAILED, "ValueError: broken", [("1", "broken")])


def test_work_the_database_broke_off_is_tried_again_and_given_up_in_the_end(session, kind):
    kind["act"] = fails(OperationalError("x", {}, Exception("locked")))
    task = asked()
    for _attempt in range(work.MOST_ATTEMPTS + 1):
        assert work.one() is True
    session.refresh(task)
    assert (task.state, work.one(), len(kind["told"])) == (TaskState.FAILED, False, 1)


def test_a_database_others_write_to_is_logged_in_a_line(session, kind, caplog):
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    for error, line, traced in ((busy, "somebody else was writing", False), (Exception("gone"), "could not be", True)):
        caplog.clear()
        kind["act"] = fails(OperationalError("x", {}, error))
        asked()
        assert work.one()
        (said,) = (record for record in caplog.records if record.name == work.__name__)
        assert line in said.getMessage()
        assert bool(said.exc_info) is traced
        db.session.execute(delete(Task))
        db.session.commit()


def test_others_are_let_in_after_what_took_long(session, kind, monkeypatch):
    slept, now = [], iter((0.0, 0.01, 0.01, 0.5, 0.6))
    monkeypatch.setattr(work, "time", SimpleNamespace(monotonic=lambda: next(now), sleep=slept.append))
    kind["act"] = lambda _key, step: (step(), step())
    asked()
    assert work.one()
    assert slept == ([work.LOOK] if db.engine.dialect.name == "sqlite" else [])


def test_work_somebody_is_doing_is_left_to_them(session, kind):
    task = asked()
    leases.take(session.connection(), f"task:{task.id}", "somebody")
    session.commit()
    assert (work.one(), kind["done"]) == (False, [])


def test_work_that_lost_its_lease_is_undone(session, kind):
    task = asked()

    def lose(_key, _step):
        leases.give_back(db.session.connection(), f"task:{task.id}", holder_of(task))
        leases.take(db.session.connection(), f"task:{task.id}", "somebody")
        db.session.commit()
        tasks.enqueue("test", "kept?")
        _step()

    kind["act"] = lose
    work.one()
    assert session.scalar(select(func.count(Task.id))) == 1
    session.refresh(task)
    assert task.state is TaskState.OPEN


def holder_of(task):
    return db.session.scalar(select(leases.JobLease.holder).where(leases.JobLease.name == f"task:{task.id}"))


def test_the_loop_ends_when_it_is_told_to(app, session, kind, monkeypatch):
    monkeypatch.setattr(work, "PAUSE", 0.01)
    asked()
    session.remove()
    stopping = threading.Event()
    thread = threading.Thread(target=work.loop, args=(app, stopping))
    thread.start()
    deadline = time.monotonic() + 10
    while not kind["done"] and time.monotonic() < deadline:
        time.sleep(0.01)
    stopping.set()
    thread.join(10)
    assert (thread.is_alive(), kind["done"]) == (False, ["1"])


def test_an_import_whose_worker_is_killed_stops_between_parts_and_is_ended_by_the_next(app, people, tmp_path):
    rows = 4000
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        found = make.checked(make.text(make.HEADINGS, *(make.row(number) for number in range(rows))))
        actions.ask_apply(found, mode=Mode.ALL, by=None)
        db.session.commit()
        key = found.id
    environment = os.environ | {"REGISTRY_DATABASE_URL": url, "REGISTRY_HOME": str(tmp_path)}

    def begun():
        process = subprocess.Popen([sys.executable, "-c", SHORT], env=environment, stdout=subprocess.PIPE, text=True)
        with process.stdout as said:
            assert said.readline() == "ready\n"
        return process

    first = begun()
    wait_until(app, lambda: db.session.scalars(select(Task).filter_by(kind=actions.APPLY)).one().attempts == 1)
    time.sleep(0.6)
    first.send_signal(signal.SIGKILL)
    first.wait()
    with app.app_context():
        assert db.session.scalar(select(func.count(Asset.id))) == db.session.get(AssetImport, key).done
    second = begun()
    try:
        wait_until(app, lambda: db.session.get(AssetImport, key).state is ImportState.APPLIED, seconds=60)
    finally:
        second.kill()
        second.wait()
    with app.app_context():
        assert db.session.scalar(select(func.count(Asset.id))) == rows
        assert db.session.get(AssetImport, key).counted == {"new": rows}


def wait_until(app, holds, *, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with app.app_context():
            if holds():
                return
        time.sleep(0.05)
    pytest.fail("it did not happen in time")
