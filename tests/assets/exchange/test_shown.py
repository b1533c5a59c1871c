"""Somebody agreed to what the trial showed: what others wrote since is not replaced by it."""

import pytest
from sqlalchemy import func, select

from registry.assets.exchange import actions
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.sheets.models import ImportState, Mode
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


def test_how_far_it_is_begins_anew_with_what_is_done_in_one_piece(known):
    found = make.checked(make.text(make.HEADINGS, make.row(1)))
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    assert (found.done, found.total) == (0, 1)
    actions.apply(found, step=db.session.commit)
    assert (found.done, found.total) == (1, 1)
    assert actions.ask_undo(found, by=None).done == 0
