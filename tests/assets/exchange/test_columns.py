"""Whoever sends a sheet with headings of their own sees what each was taken for, and says what it means."""

import pytest

from registry.assets.exchange import actions
from registry.assets.models import Asset
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.sheets.models import ImportState, Mode
from tests.make import sheets as make
from tests.people import CENTRE

HEADINGS = ["Tên", "Phân loại", "Đơn vị sở hữu", "Mã máy", "Ký hiệu", "Hạn gần nhất"]
ROW = ["Cân bàn", "instrument", CENTRE, "SN-77", "B-15", "2026-01-01"]


def taken(found):
    return {one["column"]: one["field"] for one in found.headings}


def checked_with(found, **fields):
    actions.ask_columns(found, columns=[{"column": name, "field": field} for name, field in fields.items()], by=None)
    assert found.state is ImportState.QUEUED
    actions.check(found, step=db.session.flush)
    return found


def test_every_heading_is_told_with_what_it_was_taken_for(known):
    found = make.checked(make.text(HEADINGS, ROW))
    assert found.headings[3] == {"column": "D", "heading": "Mã máy", "field": None}
    assert taken(found) == {"A": "name", "B": "kind", "C": "owner", "D": None, "E": "model"}
    assert (found.unread_headings, found.chosen) == (["Mã máy"], [])


def test_what_somebody_says_of_a_column_counts_in_the_trial_and_in_the_import(known):
    found = checked_with(make.checked(make.text(HEADINGS, ROW)), D="serial_no", E="manufacturer")
    assert taken(found) == {"A": "name", "B": "kind", "C": "owner", "D": "serial_no", "E": "manufacturer"}
    assert found.unread_headings == []
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    actions.apply(found, step=db.session.commit)
    (asset,) = db.session.query(Asset)
    assert (asset.serial_no, asset.manufacturer, asset.model) == ("SN-77", "B-15", None)


def test_a_column_may_be_left_out_and_taken_in_again(known):
    found = checked_with(make.checked(make.text(HEADINGS, ROW)), E=None)
    assert (taken(found)["E"], found.unread_headings) == (None, ["Mã máy"])
    checked_with(found, E="model", D="asset_no")
    assert (taken(found)["E"], taken(found)["D"]) == ("model", "asset_no")


def test_what_a_sheet_says_under_two_lines_of_headings_is_chosen_too(known):
    above = ["", "", "", "Số", "", ""]
    found = checked_with(make.checked(make.text(above, HEADINGS, ROW)), D="serial_no")
    assert taken(found)["D"] == "serial_no"
    assert found.counted == {"new": 1}


@pytest.mark.parametrize(
    ("columns", "field", "said"),
    [
        ([("Z", "serial_no")], "columns.0.column", "no heading in the column “Z”"),
        ([("D", "weight")], "columns.0.field", "“weight” is no field"),
        ([("E", "model"), ("D", "model")], "columns.0.field", "columns D, E would both be “Model”"),
        ([("D", "model")], "columns.0.field", "columns D, E would both"),
        ([("D", "serial_no"), ("E", "serial_no")], "columns.1.field", "columns D, E would both"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_the_column(known, columns, field, said):
    found = make.checked(make.text(HEADINGS, ROW))
    with pytest.raises(Invalid) as refusal:
        actions.ask_columns(found, columns=[{"column": one, "field": key} for one, key in columns], by=None)
    assert said in refusal.value.errors[field][0]
    assert found.state is ImportState.CHECKED


def test_an_import_that_is_done_has_the_columns_it_had(known):
    found = make.imported(make.text(HEADINGS, ROW))
    with pytest.raises(Conflict):
        actions.ask_columns(found, columns=[{"column": "D", "field": "serial_no"}], by=None)


def test_who_may_not_write_says_nothing_of_columns(known):
    found = make.checked(make.text(HEADINGS, ROW))
    with pytest.raises(Forbidden):
        actions.ask_columns(found, columns=[{"column": "D", "field": None}], by=known.inspector.person())
