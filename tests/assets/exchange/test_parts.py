"""An import is written and taken back part by part: others write meanwhile, and a kill leaves nothing half or twice."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import delete, func, select

from registry.assets import actions as assets
from registry.assets.exchange import actions, running, undoing
from registry.assets.models import Asset, Schedule
from registry.jobs import work
from registry.kernel import audit
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.tasks import Task
from registry.sheets.models import ImportState, Mode
from tests.make import assets as make_assets
from tests.make import sheets as make

HEADINGS = ("Mã", *make.HEADINGS, "Số tài sản", "Thuộc bộ (mã)", "Chu kỳ hiệu chuẩn (tháng)")
CHANGED = ("Mã", "Tên", "Vị trí")


class Killed(BaseException):
    """The process is no more."""


@pytest.fixture(autouse=True)
def small(monkeypatch, known):
    """One row a part."""
    monkeypatch.setattr(running, "PART", 1)
    monkeypatch.setattr("registry.sheets.running.PART", 1)
    monkeypatch.setattr(undoing, "PART", 1)


def step_until(last=None, between=lambda: None):
    """Keep what was done so far, and be killed instead of keeping more than so many times."""
    kept = []

    def step():
        if len(kept) == last:
            raise Killed
        db.session.commit()
        kept.append(True)
        between()

    return step


def go_on(deed, key, last=None, between=lambda: None):
    """Apply or take back an import, killed instead of its next step after the last; says whether it was."""
    try:
        deed(db.session.get(actions.IMPORTS.table, key), step=step_until(last, between))
        db.session.commit()
    except Killed:
        return True
    finally:
        db.session.rollback()
        db.session.remove()
    return False


def sheet(tag=""):
    """A set, a component of it, something else, and a change to what is registered."""
    rows = [
        ["", *make.row(1, name="Bộ quả cân"), "BO-1", "", "12"],
        ["", *make.row(2), "", "BO-1", "12"],
        ["", *make.row(3), "", "", "12"],
    ]
    return make.text(HEADINGS, *rows, *([[tag, *make.row(4, name="Đổi tên"), "", "", ""]] if tag else []))


def asked(content, mode=Mode.ALL):
    found = make.checked(content)
    actions.ask_apply(found, mode=mode, by=None)
    db.session.commit()
    return found.id


def stored():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (Asset, Schedule)]


def of_import(key):
    return db.session.get(actions.IMPORTS.table, key)


def worked():
    """Do what was asked for."""
    db.session.execute(delete(Task).where(Task.kind == actions.APPLY))
    db.session.commit()
    while work.one():
        pass


def registered():
    made = make_assets.asset(name="Cân", serial_no="S-00004", manufacturer="Mettler", model="F1")
    db.session.commit()
    return made.tag


def test_what_a_killed_import_registered_is_nothing_that_it_repeats_when_it_goes_on(known):
    key = asked(make.text(make.HEADINGS, *[make.row(1, serial_no="")] * 3))
    assert go_on(actions.apply, key, 3)
    assert of_import(key).done == 1
    assert not go_on(actions.apply, key)
    assert (of_import(key).counted, stored()[0]) == ({"new": 3}, 3)


def test_killed_at_any_step_an_import_goes_on_and_then_so_does_its_undoing(known):
    tag = registered()
    key, kills = asked(sheet(tag)), 0
    while go_on(actions.apply, key, 3):  # before reading, before the first part, and one part
        kills += 1
        assert of_import(key).done == kills
    found = of_import(key)
    assert (kills, found.state, found.counted, found.done) == (4, ImportState.APPLIED, {"new": 3, "changed": 1}, 4)
    assert stored() == [4, 3]
    whole, part = (db.session.scalars(select(Asset).filter_by(serial_no=f"S-0000{n}")).one() for n in (1, 2))
    assert part.parent_tag == whole.tag
    assert len(list(db.session.scalars(select(AuditEntry).filter_by(action="asset.register")))) == 3
    actions.ask_undo(found, by=None)
    db.session.commit()
    kills = 0
    while go_on(actions.undo, key, 3):
        kills += 1
    found = of_import(key)
    assert (kills, found.state) == (4, ImportState.UNDONE)
    assert (stored(), db.session.scalars(select(Asset.name)).one()) == ([1, 0], "Cân")
    said = db.session.scalars(select(AuditEntry).filter_by(action="asset_import.undo")).one()
    assert said.changes["undone"] == [None, 4]


@pytest.mark.parametrize("deed", ["apply", "undo"])
def test_everybody_else_writes_between_parts(database, deed):
    if database != "sqlite":
        pytest.skip("One writer at a time is what the embedded database has.")
    key, through = asked(sheet()), []
    if deed == "undo":
        go_on(actions.apply, key)
        actions.ask_undo(of_import(key), by=None)
        db.session.commit()

    def between():
        with closing(sqlite3.connect(db.engine.url.database, timeout=0)) as raw:
            raw.execute("BEGIN IMMEDIATE")
            through.append(True)

    go_on(getattr(actions, deed), key, between=between)
    assert len(through) >= 4


def rename(tag):
    assets.edit(db.session.scalars(select(Asset).filter_by(tag=tag)).one(), name="Của người khác", by=None)
    db.session.commit()


def once_there(serial, act):
    """Act once after the part with that serial number was imported."""
    acted = []

    def between():
        new = db.session.scalar(select(Asset).filter_by(serial_no=serial))
        if new is not None and not acted:
            acted.append(new.tag)
            act(new)
            db.session.commit()

    between.acted = acted
    return between


@pytest.mark.usefixtures("known")
def test_what_was_changed_since_the_trial_is_found_before_the_first_row_is_written(known):
    tag = registered()
    key, seen = asked(sheet(tag)), []
    rename(tag)
    go_on(actions.apply, key, between=lambda: seen.append(stored()))
    found = of_import(key)
    assert (found.state, found.mode) == (ImportState.QUEUED, Mode.ALL)
    assert "Row 5 cannot be imported now" in found.problem
    assert {tuple(one) for one in seen} == {(1, 0)}


def test_another_change_of_the_same_asset_is_no_reason_to_refuse(known):
    tag = registered()
    key = asked(sheet(tag))
    assets.edit(db.session.scalars(select(Asset).filter_by(tag=tag)).one(), custodian="Bà Lê", by=None)
    db.session.commit()
    go_on(actions.apply, key)
    assert (of_import(key).state, stored()) == (ImportState.APPLIED, [4, 3])


@pytest.mark.usefixtures("known")
def test_when_the_last_row_is_refused_nothing_stays_of_those_before(known):
    tag = registered()
    key = asked(sheet(tag))
    between = once_there("S-00003", lambda _new: rename(tag))
    go_on(actions.apply, key, between=between)
    found = of_import(key)
    assert (found.state, stored(), len(between.acted)) == (ImportState.QUEUED, [1, 0], 1)
    assert "Row 5 cannot be imported now" in found.problem
    worked()
    found = of_import(key)
    assert (found.state, found.counted) == (ImportState.CHECKED, {"new": 3, "changed": 1})
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    db.session.commit()
    go_on(actions.apply, key)
    assert (of_import(key).state, stored()) == (ImportState.APPLIED, [4, 3])


@pytest.mark.parametrize("used", ["S-00001", "S-00003"])
def test_what_somebody_uses_by_then_stays_with_every_other_good_row(known, used):
    tag = registered()
    key = asked(sheet(tag))

    def use(new):
        assets.edit(new, location="Tủ 5", by=None)
        rename(tag)

    between = once_there(used, use)
    go_on(actions.apply, key, between=between)
    found = of_import(key)
    assert (found.state, found.counted) == (ImportState.APPLIED, {"new": 3, "error": 1})
    assert "Row 5 became wrong" in found.problem
    assert "every other row was imported" in found.problem
    assert stored() == [4, 3]
    assert db.session.scalars(select(Asset.location).filter_by(tag=between.acted[0])).one() == "Tủ 5"
    whole, part = (db.session.scalars(select(Asset).filter_by(serial_no=f"S-0000{n}")).one() for n in (1, 2))
    assert part.parent_tag == whole.tag


def test_what_was_taken_away_before_somebody_stood_in_the_way_is_imported_again(known, monkeypatch):
    tag = registered()
    key, taken = asked(sheet(tag)), []
    take_away = undoing._take_away  # noqa: SLF001 — between its parts

    def take(gone, by):
        take_away(gone, by)
        taken.extend(gone)
        left = db.session.scalars(select(Asset).where(Asset.tag != tag)).all()
        assets.edit(left[-1], location="Tủ 5", by=None)

    monkeypatch.setattr(undoing, "_take_away", take)
    go_on(actions.apply, key, between=once_there("S-00003", lambda _new: rename(tag)))
    found = of_import(key)
    assert (found.state, found.counted, stored()) == (ImportState.APPLIED, {"new": 3, "error": 1}, [4, 3])
    assert len(taken) == 1


def test_what_others_wrote_of_an_asset_between_parts_stands_in_the_way_of_undoing(known):
    key = asked(sheet())
    told = []

    def between():
        new = db.session.scalar(select(Asset.tag).filter_by(serial_no="S-00001"))
        if new is not None and not told:
            told.append(new)
            audit.record("asset.attach_file", ("asset", new), {"file": [None, "a.pdf"]}, by=None)
            db.session.commit()

    go_on(actions.apply, key, between=between)
    with pytest.raises(undoing.Conflict, match="changed after the import"):
        actions.ask_undo(of_import(key), by=None)


def test_what_is_left_of_work_that_is_given_up_is_taken_away(known):
    key = asked(sheet(registered()))
    assert go_on(actions.apply, key, 4)
    assert stored() == [3, 2]
    found = of_import(key)
    actions.gave_up(found, "vỡ")
    db.session.commit()
    worked()
    found = of_import(key)
    assert (found.state, found.problem, stored()) == (ImportState.FAILED, "vỡ", [1, 0])
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    db.session.commit()
    go_on(actions.apply, key)
    assert (of_import(key).state, stored()) == (ImportState.APPLIED, [4, 3])
