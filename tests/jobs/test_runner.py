"""A run: once at a time, all or nothing, written down whatever happened."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from registry.accounts.models import Organisation
from registry.accounts.queries import organisation_by_code
from registry.calibration.models import OverdueTurn
from registry.jobs import leases, queries, runner, timetable
from registry.jobs.models import JobLease, JobRun, RunStatus
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, NotFound
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.people import CENTRE

DAY = timedelta(days=1)
FLAG = "flag-overdue"


@pytest.fixture
def overdue(people, arrange):
    """One asset that fell due yesterday."""
    with arrange():
        make_assets.asset(due_on=TODAY - DAY)


def run(app, name=FLAG, on=TODAY):
    with app.app_context():
        return runner.run(name, on)


def count(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def replace(monkeypatch, action):
    """Put another action in the place of the sweep."""
    job = timetable.Job(name=FLAG, at="5 0 * * *", summary="", action=action, catch_up=True)
    monkeypatch.setitem(timetable.BY_NAME, FLAG, job)


@pytest.mark.usefixtures("overdue")
def test_twice_flags_one_and_then_none(app):
    assert [run(app).result for _time in range(2)] == [
        {"newly_flagged": 1, "cleared": 0},
        {"newly_flagged": 0, "cleared": 0},
    ]
    assert count(app, JobLease) == 0


@pytest.mark.usefixtures("overdue")
def test_a_run_is_written_down(app):
    made = run(app)
    with app.app_context():
        (kept,) = queries.last_runs()
        assert (kept.id, kept.name, kept.for_on, kept.status) == (made.id, FLAG, TODAY, RunStatus.DONE)
        assert kept.finished_at == kernel_clock.now()
        assert queries.last_success(FLAG) == kernel_clock.now()
        assert queries.last_success("forget-expired") is None


@pytest.mark.parametrize("job", timetable.JOBS, ids=lambda job: job.name)
def test_every_job_runs_twice_on_an_empty_registry(app, job):
    assert [run(app, job.name).status for _time in range(2)] == [RunStatus.DONE] * 2


def test_there_is_no_other_job(app):
    with pytest.raises(NotFound):
        run(app, "make-coffee")


@pytest.mark.usefixtures("overdue")
def test_a_day_that_has_been_is_run_and_one_to_come_is_refused(app):
    with pytest.raises(Invalid, match=f"{TODAY + DAY:%d/%m/%Y}") as refusal:
        run(app, on=TODAY + DAY)
    assert list(refusal.value.errors or {}) == ["on"]
    assert count(app, OverdueTurn) == count(app, JobRun) == count(app, JobLease) == 0
    assert run(app, on=TODAY - DAY).result == {"newly_flagged": 0, "cleared": 0}


def test_while_one_process_runs_a_job_another_is_refused_until_the_lease_expires(app, clock):
    with app.app_context(), db.engine.begin() as connection:
        leases.take(connection, FLAG, "a process that died")
    with pytest.raises(Conflict):
        run(app)
    clock(kernel_clock.now() + leases.LIFE)
    assert run(app).status is RunStatus.DONE


def test_a_failure_undoes_the_work_is_written_down_and_frees_the_job(app, people, monkeypatch):
    def half(_on):
        organisation_by_code(CENTRE).name_vi = "nửa chừng"
        db.session.flush()
        raise RuntimeError("đứt gánh")

    replace(monkeypatch, half)
    made = run(app)
    assert (made.status, made.error) == (RunStatus.FAILED, "RuntimeError: đứt gánh")
    with app.app_context():
        assert organisation_by_code(CENTRE).name_vi != "nửa chừng"
        assert queries.last_runs()[0].status is RunStatus.FAILED
        assert queries.last_success(FLAG) is None
    assert count(app, JobLease) == 0


def test_work_whose_lease_was_lost_is_undone(app, people, monkeypatch):
    def robbed(_on):
        organisation_by_code(CENTRE).name_vi = "quá muộn"
        db.session.flush()
        holder = db.session.scalars(select(JobLease.holder)).one()
        leases.give_back(db.session.connection(), FLAG, holder)
        return {"done": 1}

    replace(monkeypatch, robbed)
    assert run(app).error.startswith("LeaseLost")
    with app.app_context():
        assert db.session.scalar(select(Organisation.name_vi).filter_by(code=CENTRE)) != "quá muộn"


@pytest.mark.usefixtures("overdue")
def test_several_at_once_flag_each_turn_once(app):
    together, results = threading.Barrier(4), []

    def race():
        together.wait()
        try:
            results.append(run(app).result["newly_flagged"])
        except Conflict:
            results.append(None)

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result for result in results if result] == [1]
    assert count(app, OverdueTurn) == 1
    assert count(app, JobRun) == len([result for result in results if result is not None])
