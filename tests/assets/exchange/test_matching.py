"""A row without a tag against what is registered: which asset it is about, and what a person has to say."""

import pytest

from registry.accounts.queries import person_by_email
from registry.assets import tags
from registry.assets.rules import Kind
from registry.sheets.models import Outcome
from registry.sheets.schemas import notes_of
from tests.make import assets as make_assets
from tests.make import sheets as make
from tests.people import CENTRE

HEADINGS = ("Tên", "Phân loại", "Đơn vị sở hữu", "Hãng sản xuất", "Kiểu", "Số chế tạo", "Thuộc bộ (mã)")
HELD = {"kind": "instrument", "name": "Cân phân tích", "serial_no": "0012345", "manufacturer": "Ohaus", "model": "X"}


def row(name="Cân phân tích", maker="", model="", serial_no="0012345", parent=""):
    return [name, "instrument", CENTRE, maker, model, serial_no, parent]


@pytest.fixture
def held(known):
    return make_assets.asset(**HELD)


def judged(*rows):
    return make.judged(make.checked(make.text(HEADINGS, *rows)))


@pytest.mark.parametrize("serial_no", ["0012345", "12345"])
@pytest.mark.parametrize(("maker", "model"), [("", ""), ("Ohaus", ""), ("", "x")])
def test_a_number_alone_changes_nobodys_name(held, serial_no, maker, model):
    (line,) = judged(row("Áp kế", maker, model, serial_no))
    assert (line.outcome, line.changes, line.notes, line.tag) == (Outcome.ERROR, None, None, None)
    (error,) = line.errors
    assert (error["cell"], error["value"]) == ("F2", serial_no)
    message = make.wrong(make.checked(make.text(HEADINGS, row("Áp kế", maker, model, serial_no))))["F2"]
    tag = f"{held.tag[:4]}-{held.tag[4:8]}-{held.tag[8:]}"
    assert f"registered already: Cân phân tích, Ohaus, X, {tag}. " in message


@pytest.mark.parametrize(("maker", "model"), [("", ""), ("OHAUS", ""), ("", "x"), ("Ohaus", "X")])
def test_what_is_left_unsaid_of_the_make_is_as_it_is_registered_where_the_name_agrees(held, maker, model):
    (line,) = judged(row("cân phân tích", maker, model))
    assert (line.outcome, line.tag, notes_of(line)) == (Outcome.CHANGED, held.tag, [])


def test_a_new_name_of_the_same_make_and_number_is_said(held):
    (line,) = judged(row("Áp kế", "Ohaus", "X"))
    assert (line.outcome, line.changes) == (Outcome.CHANGED, {"name": ["Cân phân tích", "Áp kế"]})
    assert "changes the identity" in notes_of(line)[0]


@pytest.mark.parametrize(("maker", "model"), [("Mettler", ""), ("Mettler", "X"), ("Ohaus", "Y"), ("", "Y"), ("-", "-")])
def test_another_maker_or_model_is_another_thing_and_the_one_of_the_same_number_is_said(held, maker, model):
    (line,) = judged(row("Cân phân tích", maker, model))
    assert (line.outcome, line.tag) == (Outcome.NEW, None)
    assert "Another asset has this serial number: Cân phân tích, Ohaus, X," in notes_of(line)[0]


def test_the_tag_is_the_choice_and_a_changed_name_is_said(held):
    content = make.text(["Mã", "Tên", "Vị trí"], [held.tag, "Áp kế", ""], [make_assets.asset().tag, "", "Kho"])
    one, other = make.judged(make.checked(content))
    assert (one.outcome, one.changes) == (Outcome.CHANGED, {"name": ["Cân phân tích", "Áp kế"]})
    assert "changes the identity" in notes_of(one)[0]
    assert (other.outcome, notes_of(other)) == (Outcome.CHANGED, [])


def test_what_was_not_said_before_is_filled_in_without_a_warning(known):
    tag = make_assets.asset(name="Cân", serial_no=None, manufacturer=None).tag
    (line,) = make.judged(make.checked(make.text(["Mã", "Tên", "Hãng sản xuất"], [tag, "Cân", "Ohaus"])))
    assert (line.outcome, notes_of(line)) == (Outcome.CHANGED, [])


def test_two_of_one_make_and_number_are_told_apart_by_their_names_or_not_at_all(known):
    whole = make_assets.asset(**HELD)
    part = make_assets.asset(**HELD | {"name": "Quả cân"})
    lines = judged(row("Quả cân"), row("Áp kế", "Ohaus", "X"), row("Cân phân tích", "Ohaus", "X"))
    assert [(line.outcome, line.tag) for line in lines] == [
        (Outcome.UNCHANGED, part.tag),
        (Outcome.ERROR, None),
        (Outcome.UNCHANGED, whole.tag),
    ]


def test_a_new_component_with_the_number_of_its_set_asks_nothing(held):
    (line,) = judged(row("Áp kế", parent=held.tag))
    assert (line.outcome, line.errors) == (Outcome.NEW, None)


def test_nobody_learns_of_an_asset_they_may_not_write(held):
    by = person_by_email("stranger@example.vn")
    (line,) = make.judged(make.checked(make.text(HEADINGS, row("Áp kế")), by=by))
    assert ([error["field"] for error in line.errors], line.notes, line.tag) == (["owner"], None, None)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (("A", "S-1", ""), ("B", "S-1", ""), "Row 2 registers another asset with this serial number"),
        (("A", "dup", ""), ("B", "DUP", ""), "Row 2 registers another asset with this serial number"),
        (("A", "S-1", "TS-1"), ("B", "S-2", "ts-1"), "Row 2 has the same inventory number"),
        (("A", "S-1", "TS-1"), ("B", "S-2", "TS-2"), None),
        (("A", "", ""), ("B", "", ""), None),
    ],
)
def test_a_number_that_two_new_things_have_is_said(known, one, other, said):
    headings = ["Tên", "Phân loại", "Đơn vị sở hữu", "Số chế tạo", "Số tài sản"]
    rows = [[name, "instrument", CENTRE, serial_no, asset_no] for name, serial_no, asset_no in (one, other)]
    lines = make.judged(make.checked(make.text(headings, *rows)))
    assert [line.outcome for line in lines] == [Outcome.NEW, Outcome.NEW]
    assert notes_of(lines[0]) == []
    assert (said in notes_of(lines[1])[0]) if said else notes_of(lines[1]) == []


def test_a_number_that_is_registered_already_is_said(known):
    held = make_assets.asset(name="Cân", asset_no="TS-1")
    headings = ["Tên", "Phân loại", "Đơn vị sở hữu", "Số tài sản"]
    rows = [["Áp kế", "instrument", CENTRE, number] for number in ("TS-1", "TS-2")]
    one, other = make.judged(make.checked(make.text(headings, *rows)))
    assert one.outcome is Outcome.NEW
    assert f"registered asset, {tags.grouped(held.tag)}" in notes_of(one)[0]
    assert notes_of(other) == []


def test_a_sheet_without_numbers_that_comes_again_finds_what_it_registered(known):
    headings = ["Tên", "Phân loại", "Đơn vị sở hữu", "Vị trí"]
    rows = [["Cân đĩa", "instrument", CENTRE, place] for place in ("Quầy 1", "Quầy 2")]
    assert [notes_of(line) for line in make.judged(make.imported(make.text(headings, *rows)))] == [[], []]
    rows += [["cân  đĩa", "instrument", CENTRE, "quầy 1"], ["Cân đĩa", "instrument", CENTRE, "Quầy 3"]]
    lines = make.judged(make.checked(make.text(headings, *rows)))
    assert [line.outcome for line in lines] == [Outcome.UNCHANGED] * 2 + [Outcome.NEW] * 2
    assert ["registered already" in "".join(notes_of(line)) for line in lines] == [True, True, True, False]


@pytest.mark.parametrize(
    ("recorded", "said", "outcome"),
    [
        ({}, {}, Outcome.UNCHANGED),
        ({}, {"Tên": "CAN"}, Outcome.CHANGED),
        ({}, {"Tên": "Áp kế"}, Outcome.NEW),
        ({}, {"Số chế tạo": "S-1"}, Outcome.CHANGED),
        ({"serial_no": "S-1"}, {}, Outcome.UNCHANGED),
        ({"serial_no": "S-2"}, {"Số chế tạo": "S-1"}, Outcome.NEW),
        ({"manufacturer": "A"}, {"Hãng sản xuất": "B"}, Outcome.NEW),
        ({"manufacturer": "A"}, {"Hãng sản xuất": "a"}, Outcome.CHANGED),
        ({"location": "Kho"}, {"Vị trí": "Quầy"}, Outcome.CHANGED),
        ({}, {"Thuộc bộ": "TS-9"}, Outcome.NEW),
    ],
)
def test_an_inventory_number_and_a_name_tell_which_asset_a_row_is_about(known, recorded, said, outcome):
    make_assets.asset(name="Bộ cân", asset_no="TS-9", serial_no=None)
    is_instrument = {"kind": Kind.INSTRUMENT, "name": "Cân", "asset_no": "TS-1", "serial_no": None}
    held = make_assets.asset(**is_instrument | recorded)
    line = {"Tên": "Cân", "Phân loại": "instrument", "Đơn vị sở hữu": CENTRE, "Số tài sản": "TS-1"} | said
    (row,) = make.judged(make.imported(make.text(list(line), list(line.values()))))
    assert row.outcome is outcome
    assert (row.tag == held.tag) is (outcome is not Outcome.NEW)


def test_components_without_a_number_are_found_again_in_their_set(known):
    headings = ["Tên", "Phân loại", "Đơn vị sở hữu", "Số tài sản", "Thuộc bộ"]
    of_set = [["Bộ quả cân", "standard", CENTRE, number, ""] for number in ("TS-1", "TS-2")]
    parts = [["Quả cân 1 kg", "standard", CENTRE, "", number] for number in ("TS-1", "TS-1", "TS-2")]
    assert make.imported(make.text(headings, *of_set, *parts)).counted == {"new": 5}
    assert make.imported(make.text(headings, *of_set, *parts)).counted == {"unchanged": 5}
    assert make.imported(make.text(headings, *parts[2:], *parts)).counted == {"unchanged": 3, "new": 1}
