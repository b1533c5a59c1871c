"""Imports of history that break off, and two at once: nothing is half done, and nothing is recorded twice."""

import threading

import pytest
from sqlalchemy import delete, func, select

from registry.calibration.competence.actions import JUDGE
from registry.calibration.exchange import actions, settling
from registry.calibration.models import Calibration
from registry.jobs import work
from registry.jobs.models import JobLease
from registry.kernel.db import db
from registry.kernel.tasks import Task, TaskState
from registry.sheets.models import ImportState, Mode
from tests.make import history as make


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def asked(scale, *days):
    """A sheet that was checked and whose import was asked for."""
    found = make.checked(make.text(*(make.row(scale.tag, day) for day in days)))
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    db.session.commit()
    return found


def test_what_breaks_off_once_it_counts_is_finished_by_the_next(scale, monkeypatch):
    table, key = actions.IMPORTS.table, asked(scale, "15/03/2025", "14/03/2026").id

    def dies(*_said, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(settling, "follow", dies)
        with pytest.raises(KeyboardInterrupt):
            work.one()
    db.session.rollback()
    db.session.remove()
    assert (count(Calibration), db.session.get(table, key).state) == (2, ImportState.APPLYING)
    db.session.remove()
    db.session.execute(delete(JobLease))  # that of the dead one has run out
    db.session.commit()
    assert work.one()
    assert db.session.get(table, key).state is ImportState.APPLIED
    states = dict(db.session.execute(select(Task.kind, Task.state)).all())
    assert (count(Calibration), states) == (2, {"apply-calibration-import": TaskState.DONE, JUDGE: TaskState.OPEN})


def test_two_imports_of_the_same_sheet_at_once_record_it_once(scale, app):
    keys = [asked(scale, "15/03/2025", "14/03/2026").id for _time in range(2)]
    db.session.remove()
    begin = threading.Barrier(2)

    def apply(key):
        with app.app_context():
            begin.wait(10)
            found = db.session.get(actions.IMPORTS.table, key)
            actions.apply(found, step=db.session.commit)
            db.session.commit()
            db.session.remove()

    both = [threading.Thread(target=apply, args=(key,)) for key in keys]
    for one in both:
        one.start()
    for one in both:
        one.join()
    while work.one():  # whoever came second while the first was not whole is checked anew
        db.session.remove()
    found = [db.session.get(actions.IMPORTS.table, key) for key in keys]
    assert sorted(one.counted.popitem() for one in found) == [("new", 2), ("unchanged", 2)]
    assert ImportState.APPLIED in {one.state for one in found} <= {ImportState.APPLIED, ImportState.CHECKED}
    assert count(Calibration) == 2
