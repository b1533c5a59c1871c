"""Lines under the last row of a sheet are left out and told; one without owners is of the only one it can be."""

import pytest

from registry.accounts.queries import person_by_email
from registry.sheets.schemas import ImportOut
from tests.make import sheets as make
from tests.people import CENTRE

HEADINGS = ("STT", *make.HEADINGS)
OURS = ("Tên", "Phân loại", "Số chế tạo")
SUM, MAKER = ["", "", "Tổng cộng: 2 thiết bị"], ["", "", "", "", "", "Người lập biểu"]
DAY = ["Ngày 28 tháng 11 năm 2026"]


def checked(*rows, form=make.text, by=None):
    return make.checked(form(HEADINGS, *rows), by=by)


def left(found):
    return [(one["row"], one["text"]) for one in found.left_out]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("form", [make.text, make.workbook])
def test_a_sum_a_day_and_who_made_it_are_told_as_left_out_and_are_no_rows(form):
    rows = [[1, *make.row(1)], [2, *make.row(2)]]
    found = checked(*rows, [""], SUM, [" "], DAY, MAKER, ["", "", "Tổng số", 300], form=form)
    assert found.counted == {"new": 2}
    assert [text for _row, text in left(found)] == [SUM[-1], DAY[0], MAKER[-1], "Tổng số 300"] or form is make.workbook
    assert found.total == 2
    assert ImportOut().dump(found)["left_out"][0] == {"row": 5, "text": SUM[-1]}


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(
    "line",
    [
        ["", "Cân bàn"],  # under a heading that is needed
        ["", "", "instrument", CENTRE, "Mettler"],  # three cells
        ["", "", "", "", "", "", "12345"],  # a number and no word
        [3, "", "instrument"],  # a number and a word that is no sum
    ],
)
def test_what_may_be_a_row_that_lacks_something_stays_one(line):
    found = checked([1, *make.row(1)], line)
    assert (found.counted, found.left_out) == ({"new": 1, "error": 1}, [])


@pytest.mark.usefixtures("known")
def test_between_rows_before_them_and_in_great_number_a_line_stays_a_row():
    between = checked([1, *make.row(1)], SUM, [2, *make.row(2)], MAKER)
    assert (between.counted, left(between)) == ({"new": 2, "error": 1}, [("5", MAKER[-1])])
    assert checked(SUM, MAKER).counted == {"error": 2}
    many = checked([1, *make.row(1)], *[MAKER] * 25)
    assert (many.counted["error"], len(many.left_out)) == (21, 4)


@pytest.mark.usefixtures("known")
def test_what_was_left_out_is_told_once_also_after_the_import():
    done = make.imported(make.text(HEADINGS, [1, *make.row(1)], SUM))
    assert (done.counted, left(done)) == ({"new": 1}, [("3", SUM[-1])])


@pytest.mark.usefixtures("known")
def test_a_sheet_without_owners_is_of_the_only_organisation_its_sender_may_write_for():
    technician = person_by_email("technician@example.vn")
    found = make.checked(make.text(OURS, ["Cân bàn", "instrument", "S-1"], ["", "", ""]), by=technician)
    assert (found.counted, found.taken_owner) == ({"new": 1}, CENTRE)
    said = make.checked(make.text((*OURS, "Đơn vị sở hữu"), ["Cân bàn", "instrument", "S-1", ""]), by=technician)
    assert (said.counted, said.taken_owner) == ({"error": 1}, None)


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("email", ["admin@example.vn", "inspector@example.vn"])
def test_who_may_write_for_several_or_for_nobody_says_whose_it_is(email):
    found = make.checked(make.text(OURS, ["Cân bàn", "instrument", "S-1"]), by=person_by_email(email))
    assert (found.counted, found.taken_owner) == ({"error": 1}, None)


def test_the_page_tells_whose_it_was_taken_to_be_and_what_was_left_out(technician, arrange):
    with arrange():
        rows = ["Cân bàn", "instrument", "S-1"], ["", "Tổng cộng: 1"]
        found = make.checked(make.text(OURS, *rows), by=technician.person())
        key = found.id
    page = technician.pages.get(f"/imports/{key}?lang=en").text
    assert "all that is new is taken to be of Centre for measurement" in page
    assert "Row 3: Tổng cộng: 1" in page
    answer = technician.get(f"/api/v1/asset-imports/{key}").get_json()
    assert (answer["taken_owner"], answer["left_out"]) == (CENTRE, [{"row": 3, "text": "Tổng cộng: 1"}])


@pytest.mark.usefixtures("known")
def test_a_last_row_that_says_what_the_one_above_says_in_a_column_is_a_row_that_lacks_its_name():
    found = make.checked(make.text(make.HEADINGS, make.row(1), make.row(2, name="", serial_no="", location="")))
    assert found.counted == {"new": 1, "error": 1}
    assert left(found) == []
