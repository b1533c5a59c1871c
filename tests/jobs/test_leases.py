"""One holder at a time, raced by threads and by processes on both databases."""

import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.jobs import leases
from registry.jobs.models import JobLease
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from tests.conftest import TODAY

NOON = kernel_clock.start_of(TODAY) + timedelta(hours=12)
RACER = """
import sys
from sqlalchemy import create_engine
from registry.jobs import leases
engine = create_engine(sys.argv[1])
holder = leases.new_holder()
engine.connect().close()
print("ready", flush=True)
sys.stdin.readline()
with engine.begin() as connection:
    print(leases.take(connection, "race", holder), flush=True)
"""


@pytest.fixture
def engine(app):
    with app.app_context():
        return db.engine


def take(engine, holder, name="sweep"):
    with engine.begin() as connection:
        return leases.take(connection, name, holder)


def give_back(engine, holder):
    with engine.begin() as connection:
        return leases.give_back(connection, "sweep", holder)


def test_a_lease_has_one_holder_who_may_renew_it(engine):
    assert take(engine, "one")
    assert not take(engine, "other")
    assert take(engine, "one")
    assert take(engine, "other", name="something else")


def test_a_lease_that_was_given_back_is_free_and_only_its_holder_gives_it_back(engine):
    take(engine, "one")
    assert not give_back(engine, "other")
    assert not take(engine, "other")
    assert give_back(engine, "one")
    assert take(engine, "other")


def test_a_lease_expires_at_the_end_of_its_life_and_not_before(engine, clock):
    take(engine, "one")
    clock(NOON + leases.LIFE - timedelta(milliseconds=1))
    assert not take(engine, "other")
    clock(NOON + leases.LIFE)
    assert take(engine, "other")
    assert not take(engine, "one")
    assert not give_back(engine, "one")


def test_a_beating_lease_outlives_its_life(engine, clock, monkeypatch):
    monkeypatch.setattr(leases, "BEAT", 0.02)
    take(engine, "one")
    with leases.beating(engine, "sweep", "one"):
        later = NOON + leases.LIFE * 0.9
        clock(later)
        assert _eventually(lambda: _expires_at(engine) == later + leases.LIFE)
        clock(NOON + leases.LIFE * 1.5)
        assert not take(engine, "other")


@pytest.mark.parametrize("expired", [False, True], ids=["free", "expired"])
def test_of_many_threads_one_gets_the_lease(engine, clock, expired):
    if expired:
        take(engine, "dead")
        clock(NOON + 2 * leases.LIFE)
    together, won = threading.Barrier(8), []

    def race(holder):
        together.wait()
        won.append(take(engine, holder))

    threads = [threading.Thread(target=race, args=[f"holder {number}"]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 7 + [True]


def test_of_several_processes_one_gets_the_lease(app, engine):
    address = app.config["SQLALCHEMY_DATABASE_URI"]
    command = [sys.executable, "-c", RACER, address]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    racers: list[Any] = [subprocess.Popen(command, **pipes) for _racer in range(3)]
    assert [racer.stdout.readline() for racer in racers] == ["ready\n"] * 3
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    answers = [racer.communicate(timeout=60)[0].strip() for racer in racers]
    assert sorted(answers) == ["False", "False", "True"]


def _expires_at(engine):
    with engine.connect() as connection:
        return connection.scalar(select(JobLease.expires_at))


def _eventually(holds):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.01)
    return False
