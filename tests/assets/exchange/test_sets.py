"""Sets and their components in one sheet, named by tag or inventory number, in whatever order."""

import pytest
from sqlalchemy import func, select

from registry.assets.exchange import actions
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.sheets.models import ImportState
from tests.make import assets as make_assets
from tests.make import sheets as make
from tests.people import CENTRE


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def only(table, **said):
    return db.session.scalars(select(table).filter_by(**said)).one()


SETS = ("Tên", "Phân loại", "Đơn vị sở hữu", "Mã tài sản", "Thuộc bộ (mã)", "Số chế tạo", "Hãng sản xuất", "Kiểu")


def in_set(name, number, whole="", serial="", maker="Mettler"):
    return [name, "standard", CENTRE, number, whole, serial, maker, "F1"]


@pytest.mark.parametrize("form", ["as it is", "turned round"])
def test_a_set_and_its_components_come_in_one_sheet_in_any_order(known, form):
    rows = [
        in_set("Bộ quả cân", "TS-1", serial="77"),
        in_set("Hộp 1", "TS-2", whole="ts-1"),
        in_set("Quả cân 1 kg", "", whole="TS-2", serial="77"),
        in_set("Quả cân 2 kg", "", whole="TS-2", serial="77"),
    ]
    content = make.text(SETS, *(rows if form == "as it is" else reversed(rows)))
    tried = make.checked(content)
    assert (tried.counted, count(Asset), make.wrong(tried)) == ({"new": 4}, 0, {})
    done = make.imported(content)
    assert done.counted == {"new": 4}
    whole, box = only(Asset, name="Bộ quả cân"), only(Asset, name="Hộp 1")
    assert box.parent_tag == whole.tag
    assert {one.name for one in db.session.scalars(select(Asset).filter_by(parent_id=box.id))} == {
        "Quả cân 1 kg",
        "Quả cân 2 kg",
    }
    assert make.checked(make.text(SETS, *rows[:1], *rows[2:])).counted == {"unchanged": 3}
    actions.ask_undo(done, by=None)
    actions.undo(done, step=db.session.commit)
    db.session.commit()
    assert (done.state, count(Asset)) == (ImportState.UNDONE, 0)


@pytest.mark.parametrize("called", ["by tag", "by number"])
def test_a_new_component_with_the_number_of_its_set_is_not_taken_for_the_set(known, called):
    whole = make_assets.asset(name="Bộ", asset_no="TS-1", serial_no="77", manufacturer="Mettler", model="F1")
    db.session.commit()
    parent = whole.tag if called == "by tag" else "TS-1"
    content = make.text(SETS, in_set("Quả cân 1 kg", "", whole=parent, serial="77"))
    assert make.checked(content).counted == {"new": 1}
    assert make.imported(content).counted == {"new": 1}
    assert make.checked(content).counted == {"unchanged": 1}
    assert only(Asset, name="Quả cân 1 kg").parent_tag == whole.tag


def test_a_component_goes_into_a_set_that_is_known_by_its_inventory_number(known):
    tag = make_assets.asset(name="Bộ", asset_no="0015").tag
    loose = make_assets.asset(name="Quả cân", serial_no="5", manufacturer="Ohaus").tag
    db.session.commit()
    content = make.text(["Mã", "Thuộc bộ (mã)"], [loose, "0015"])
    assert make.judged(make.checked(content))[0].changes == {"parent": [None, tag]}
    make.imported(content)
    db.session.expire_all()
    assert only(Asset, tag=loose).parent_tag == tag


def test_a_change_may_wait_for_a_set_that_is_new(known):
    loose = make_assets.asset(name="Quả cân", serial_no="5", manufacturer="Ohaus").tag
    db.session.commit()
    headings = ["Mã", *SETS]
    content = make.text(headings, [loose, "", "", "", "", "TS-9", "", "", ""], ["", *in_set("Bộ", "TS-9")])
    assert make.checked(content).counted == {"changed": 1, "new": 1}
    done = make.imported(content)
    db.session.expire_all()
    assert only(Asset, tag=loose).parent_tag == only(Asset, name="Bộ").tag
    actions.ask_undo(done, by=None)
    actions.undo(done, step=db.session.commit)
    db.session.commit()
    db.session.expire_all()
    assert (only(Asset, tag=loose).parent_tag, count(Asset)) == (None, 1)


def test_a_set_that_cannot_be_told_is_said_beside_its_cell(known):
    make_assets.asset(name="Bộ", asset_no="TS-1")
    make_assets.asset(name="Bộ khác", asset_no="TS-1")
    db.session.commit()
    rows = [
        in_set("A", "", whole="TS-1"),
        in_set("B", "", whole="TS-404"),
        in_set("", "TS-5"),
        in_set("C", "", whole="TS-5"),
        in_set("D", "TS-6", whole="TS-7"),
        in_set("E", "TS-7", whole="TS-6"),
    ]
    wrong = make.wrong(make.checked(make.text(SETS, *rows)))
    assert wrong["E2"].startswith("More than one asset")
    assert wrong["E3"].startswith("“TS-404” is neither")
    assert wrong["E5"] == "The set it belongs to, in row 4, is wrong; correct that row first."
    assert {"E6", "E7"} <= wrong.keys()


def test_what_has_no_maker_is_told_apart_by_its_name(known):
    make_assets.asset(name="Cân", serial_no="1", owner=CENTRE)
    db.session.commit()
    rows = [in_set("Cân", "K-1", serial="1", maker=""), in_set("Đồng hồ", "", serial="1", maker="")]
    rows[0][-1] = rows[1][-1] = ""
    assert [line.outcome for line in make.judged(make.checked(make.text(SETS, *rows)))] == ["changed", "new"]
