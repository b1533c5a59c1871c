"""An import of history is written part by part, and killed in between it is there as a whole or not at all."""

import sqlite3
from contextlib import closing, suppress
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from registry.accounts.queries import person_by_email
from registry.calibration import queries
from registry.calibration.exchange import actions, arriving, running, settling
from registry.calibration.exchange.judging import Judge
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.rules import RecordStatus
from registry.calibration.traceability.models import Reliance
from registry.jobs import work
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.tasks import Task
from registry.sheets.models import ImportState, Mode
from tests.make import assets as make_assets
from tests.make import calibration as by_hand
from tests.make import history as make

DAYS = ("14/03/2023", "15/03/2024", "14/03/2025", "13/03/2026")
KEPT = ("calibration", "calibration_point", "calibration_standard", "reliance")


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture
def small(monkeypatch):
    """One record a part."""
    monkeypatch.setattr(running, "PART", 1)
    monkeypatch.setattr(arriving, "PART", 1)


def step_until(last):
    """Keep what was done so far, and be killed instead of keeping more than so many times."""
    kept = []

    def step():
        if len(kept) == last:
            raise Killed
        db.session.commit()
        kept.append(True)

    return step


def sheet(scale, standard, days=DAYS):
    rows = [make.row(standard.tag, "10/01/2023", certificate_no="E2")]
    point = {"nominal": "50", "reference": "50", "indication": "50,002", "expanded_uncertainty": "0,001", "unit": "g"}
    return make.text(*rows, *(make.row(scale.tag, day, standards=standard.tag) | point for day in days))


def asked(content, mode=Mode.ALL):
    found = make.checked(content)
    actions.ask_apply(found, mode=mode, by=None)
    db.session.commit()
    return found.id


def go_on(key, last=None):
    """Apply an import, killed instead of its next step after the last; says whether it was."""
    try:
        found = db.session.get(actions.IMPORTS.table, key)
        actions.apply(found, step=step_until(last))
        db.session.commit()
    except Killed:
        return True
    finally:
        db.session.rollback()
        db.session.remove()
    return False


def count(table, *which):
    return db.session.scalar(select(func.count()).select_from(table).where(*which))


def stored():
    return [count(table) for table in (Calibration, CalibrationPoint, CalibrationStandard, Reliance)]


def issued():
    return count(Calibration, Calibration.status == RecordStatus.ISSUED)


def standard_of(scale):
    made = make_assets.asset(name="Quả cân E2", schedules=[make_assets.schedule()])
    db.session.commit()
    return made


@pytest.mark.usefixtures("small", "known")
def test_killed_at_any_step_an_import_is_seen_as_a_whole_or_not_at_all_and_goes_on(scale, monkeypatch):
    content, key_of_scale = sheet(scale, standard_of(scale)), scale.id
    key, judged, judge, seen = asked(content), [], Judge.judge, set()
    monkeypatch.setattr(Judge, "judge", lambda self, said, **more: judged.extend(said) or judge(self, said, **more))
    kills, then = 0, 0
    while go_on(key, then if issued() else 2):  # the step before reading, and one part
        kills, then = kills + 1, then + (1 if issued() else 0)
        assert issued() in {0, 5}
        due_on = db.session.get(type(scale), key_of_scale).due_on
        assert due_on is None or issued() == 5
        seen.add(issued())
        db.session.remove()
    assert kills >= 7
    assert (seen, len(judged)) == ({0, 5}, 5 + 4)  # of each kill, the part that was not kept
    found = db.session.get(actions.IMPORTS.table, key)
    assert (found.state, found.counted, found.total) == (ImportState.APPLIED, {"new": 5}, 5)
    assert (stored(), len(make.judged(found))) == ([5, 4, 4, 4], 5)
    assert count(AuditEntry, AuditEntry.action == "calibration.record") == 5
    assert count(AuditEntry, AuditEntry.action == "calibration_import.apply") == 1
    assert db.session.get(type(scale), key_of_scale).due_on == date(2027, 3, 13)
    whole = make.imported(content)
    assert whole.counted == {"unchanged": 5}


@pytest.mark.usefixtures("small")
def test_what_is_not_whole_yet_is_seen_by_nobody(scale, known):
    key, key_of_scale = asked(sheet(scale, standard_of(scale))), scale.id
    assert go_on(key, 4)
    (first, *_others) = db.session.scalars(select(Calibration.id).order_by(Calibration.id)).all()
    for email in (known.technician.email, known.admin.email):
        person = person_by_email(email)
        assert not queries.page_of(person, count="exact").total
        assert not queries.own_drafts(person, limit=9)
        with pytest.raises(NotFound):
            queries.by_id(person, first)
    asset = db.session.get(type(scale), key_of_scale)
    assert not queries.history(asset)
    assert (queries.known(first, None), queries.newest(asset), stored()[3]) == (None, {}, 0)


@pytest.mark.usefixtures("small", "known")
def test_everybody_else_writes_between_parts(scale, database):
    other, standard = make.scale(serial_no="S-2"), standard_of(scale)
    tags, key, through = other.tag, asked(sheet(scale, standard)), []

    def step():
        db.session.commit()
        if database == "sqlite":
            with closing(sqlite3.connect(db.engine.url.database, timeout=0)) as raw:
                raw.execute("BEGIN IMMEDIATE")
                raw.rollback()
        asset = queries.asset_field(tags, "asset")
        by_hand.calibration(asset, date(2024, 5, 1 + len(through)), certificate_no=f"H-{len(through)}")
        db.session.commit()
        through.append(True)

    actions.apply(db.session.get(actions.IMPORTS.table, key), step=step)
    db.session.commit()
    assert len(through) > 5
    assert issued() == 5 + len(through)


@pytest.mark.usefixtures("small", "known")
def test_what_became_wrong_meanwhile_leaves_nothing_of_the_import(scale):
    standard = standard_of(scale)
    key = asked(sheet(scale, standard))
    by_hand.calibration(scale, date(2026, 3, 12), certificate_no=f"GCN {DAYS[-1]}")
    db.session.commit()
    assert go_on(key, 7)  # killed while the four that were good are taken away again
    assert not go_on(key)
    found = db.session.get(actions.IMPORTS.table, key)
    assert (found.state, stored(), count(Task, Task.kind == actions.CHECK)) == (ImportState.QUEUED, [1, 0, 0, 0], 1)
    kept = count(AuditEntry, AuditEntry.action == "calibration.record")
    gone = count(AuditEntry, AuditEntry.action == "calibration.discard")
    assert kept - gone == 1
    assert gone >= 4


@pytest.mark.usefixtures("small", "known")
def test_what_broke_off_for_good_is_cleared_and_may_be_imported_again(scale, monkeypatch):
    key = asked(sheet(scale, standard_of(scale)))
    db.session.execute(delete(Task))

    def fails(*_said, **_more):
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(settling, "link", fails)
        with pytest.raises(RuntimeError):
            go_on(key)
    found = db.session.get(actions.IMPORTS.table, key)
    actions.gave_up(found, "no more")
    assert (found.state, count(Calibration)) == (ImportState.APPLYING, 5)
    db.session.commit()
    assert work.one()
    db.session.refresh(found)
    assert (found.state, found.problem, stored()) == (ImportState.FAILED, "no more", [0, 0, 0, 0])
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    db.session.commit()
    while work.one():
        db.session.remove()
    assert (db.session.get(actions.IMPORTS.table, key).state, issued()) == (ImportState.APPLIED, 5)


@pytest.mark.usefixtures("small", "known")
def test_what_could_not_be_cleared_is_not_forgotten(scale, clock):
    key = asked(sheet(scale, standard_of(scale)))
    assert go_on(key, 4)
    actions.could_not_clear(db.session.get(actions.IMPORTS.table, key), "the disk is full")
    db.session.commit()
    clock(date(2027, 1, 1))
    assert actions.forget_undecided() == 0


@pytest.mark.usefixtures("small", "known")
def test_a_certificate_that_is_arriving_is_no_record_yet_for_another_sheet(scale):
    content = sheet(scale, standard_of(scale))
    key = asked(content)
    assert go_on(key, 4)
    other = make.checked(content)
    said = [text for text in make.wrong(other).values() if "another sheet" in text]
    assert (len(said), other.counted["error"]) == (count(Calibration), count(Calibration))
    assert not go_on(key)
    assert make.checked(content).counted == {"unchanged": 5}


@pytest.mark.usefixtures("known")
def test_killed_once_it_is_void_an_import_that_is_taken_back_goes_on(scale, monkeypatch):
    standard = standard_of(scale)
    found = make.imported(sheet(scale, standard))
    actions.ask_undo(found, by=None)
    db.session.commit()
    key, key_of_scale, steps = found.id, scale.id, 1
    while steps:
        with suppress(Killed):
            actions.undo(db.session.get(actions.IMPORTS.table, key), step=step_until(steps))
            db.session.commit()
            break
        db.session.rollback()
        db.session.remove()
        steps += 1
        assert issued() in {0, 5}
    assert steps > 3
    db.session.remove()
    found, asset = db.session.get(actions.IMPORTS.table, key), db.session.get(type(scale), key_of_scale)
    assert (found.state, issued(), asset.due_on) == (ImportState.UNDONE, 0, None)
    assert count(AuditEntry, AuditEntry.action == "calibration.void") == 5
    assert count(AuditEntry, AuditEntry.action == "calibration_import.undo") == 1
