"""Somebody agreed to what the trial showed: what others wrote since is not replaced by it."""

import pytest
from sqlalchemy import func, select

from registry.assets.exchange import actions, running
from registry.assets.exchange.shown import Shown
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.sheets.models import ImportState, Mode
from registry.sheets.schemas import notes_of
from tests.make import assets as make_assets
from tests.make import sheets as make


def registered():
    return db.session.scalar(select(func.count()).select_from(Asset))


def one(**said):
    return db.session.scalars(select(Asset).filter_by(**said)).one()


def moved(tag, **words):
    """A sheet that was checked, then the asset was changed by somebody else."""
    found = make.checked(make.text(["Mã", "Tên", "Vị trí"], [tag, "Cân mới", "Kho 1"], ["", "x", ""]))
    for name, value in words.items():
        setattr(one(tag=tag), name, value)
    db.session.commit()
    actions.ask_apply(found, mode=Mode.GOOD, by=None)
    actions.apply(found, step=db.session.commit)
    db.session.commit()
    return found


@pytest.mark.parametrize("words", [{"name": "Cân của tôi"}, {"location": "Tủ 5"}])
def test_what_somebody_changed_after_the_check_is_not_replaced(known, words):
    tag = make_assets.asset(name="Cân").tag
    found = moved(tag, **words)
    assert (found.state, found.counted) == (ImportState.APPLIED, {"error": 2})
    field = "B2" if "name" in words else "C2"
    assert "changed this after the sheet was checked" in make.wrong(found)[field]
    (asset,) = db.session.scalars(select(Asset))
    assert {name: getattr(asset, name) for name in words} == words


def test_what_was_changed_elsewhere_or_to_the_same_stands_in_nobodys_way(known):
    tag = make_assets.asset(name="Cân").tag
    assert moved(tag, custodian="Tâm", location="Kho 1").counted == {"changed": 1, "error": 1}
    asset = one(tag=tag)
    assert (asset.name, asset.location, asset.custodian) == ("Cân mới", "Kho 1", "Tâm")


def test_a_row_that_was_to_be_new_changes_nothing_that_was_registered_meanwhile(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1), make.row(2)))
    assert found.counted == {"new": 2}
    make.imported(make.text(make.HEADINGS, make.row(1, location="Tủ 5")))
    actions.ask_apply(found, mode=Mode.GOOD, by=None)
    actions.apply(found, step=db.session.commit)
    db.session.commit()
    assert (found.counted, registered()) == ({"new": 1, "error": 1}, 2)
    assert one(serial_no="S-00001").location == "Tủ 5"


NAMELESS = {"serial_no": "", "name": "Cân bàn"}


def nameless(*more, **said):
    """A sheet of things without a number, of which two say the same."""
    headings = [*make.HEADINGS, *more]
    rows = [NAMELESS, NAMELESS | {"location": "Kho 9"}, NAMELESS]
    return make.text(headings, *([*make.row(1, **one), *said.values()] for one in rows))


def notes(found):
    return [notes_of(row) for row in make.judged(found)]


def test_a_row_without_a_number_that_says_the_same_as_another_names_it_and_what_is_registered_is_not_new(known):
    first = make.checked(nameless())
    assert first.counted == {"new": 3}
    assert [len(one) for one in notes(first)] == [0, 0, 1]
    assert "Row 2 registers an asset without a number that says the same" in notes(first)[2][0]
    assert make.imported(nameless()).counted == {"new": 3}
    again = make.imported(nameless())
    assert (again.counted, registered()) == ({"unchanged": 3}, 3)
    assert all("registered already" in one and "another place" in one for (one,) in notes(again))


@pytest.mark.parametrize("size", [1, 1000])
@pytest.mark.parametrize("mode", list(Mode))
def test_what_two_people_checked_at_once_is_registered_once(known, monkeypatch, mode, size):
    monkeypatch.setattr(running, "PART", size)
    monkeypatch.setattr("registry.sheets.running.PART", size)
    number = {"Số tài sản": "TS-1"}
    for content in (nameless(), make.text([*make.HEADINGS, *number], [*make.row(1, serial_no=""), *number.values()])):
        before = registered()
        first, second = make.checked(content), make.checked(content)
        rows, told = first.counted["new"], notes(first)
        for found in (first, second):
            actions.ask_apply(found, mode=mode, by=None)
            actions.apply(found, step=db.session.commit)
            db.session.commit()
        assert (first.counted, registered(), notes(first)) == ({"new": rows}, before + rows, told)
        assert second.counted == {"unchanged": rows}


def test_of_things_that_are_alike_as_many_are_new_as_are_not_registered(known, monkeypatch):
    monkeypatch.setattr(running, "PART", 2)
    monkeypatch.setattr("registry.sheets.running.PART", 2)
    make.imported(make.text(make.HEADINGS, *[make.row(1, **NAMELESS)] * 3))
    found = make.imported(make.text(make.HEADINGS, *[make.row(1, **NAMELESS)] * 5))
    assert (found.counted, registered()) == ({"unchanged": 3, "new": 2}, 5)
    assert len({row.tag for row in make.judged(found)}) == 5
    assert "3 assets" not in notes(found)[2][0]
    assert ["registers an asset without" in one[0] for one in notes(found)] == [False, False, False, False, True]
    actions.ask_undo(found, by=None)
    actions.undo(found, step=db.session.commit)
    assert registered() == 3


def test_who_registers_something_of_another_name_makes_nobody_judge_a_sheet_twice(known):
    found = make.checked(nameless())
    for words in ({"name": "Cân khác"}, {"name": "Cân bàn", "serial_no": "S-1"}):
        make_assets.asset(**words)
        db.session.commit()
        assert not Shown(found).is_outdated()
    make_assets.asset(name="Cân bàn", serial_no=None)
    db.session.commit()
    assert Shown(found).is_outdated()


def test_how_far_it_is_begins_anew_with_what_is_done_in_one_piece(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1)))
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    assert (found.done, found.total) == (0, 1)
    actions.apply(found, step=db.session.commit)
    assert (found.done, found.total) == (1, 1)
    assert actions.ask_undo(found, by=None).done == 0
