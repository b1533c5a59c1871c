"""What stands beyond the last heading is lost by nobody: the row says so, with its cell and the remedy."""

import pytest

from registry.assets.exchange.columns import vocabulary
from registry.calibration.exchange import actions as history
from registry.kernel.db import db
from registry.kernel.i18n import speaking
from registry.sheets.columns import BEYOND
from registry.sheets.models import ImportState
from tests.make import sheets as make
from tests.people import CENTRE

HEADINGS = ("Name", "Kind", "Owner", "Location")


def found(content):
    checked = make.checked(content)
    return checked, [(row.number, row.outcome.value) for row in make.judged(checked)]


@pytest.mark.usefixtures("known")
def test_an_unquoted_comma_is_an_error_of_its_row_and_names_the_cell():
    lines = [",".join(HEADINGS), f"Cân,instrument,{CENTRE},Kho A, tầng 2", f"Cân,instrument,{CENTRE},Kho B"]
    checked, outcomes = found("\n".join(lines).encode())
    assert outcomes == [(2, "error"), (3, "new")]
    assert "quotation marks" in make.wrong(checked)["E2"]
    (reason,) = checked.reasons_in_order
    assert (reason["field"], reason["cell"], reason["value"]) == (f"{BEYOND}E", "E2", " tầng 2")


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("extra", ["", ",,,", ", ,\t"])
def test_empty_cells_beyond_the_headings_are_nothing(extra):
    text = ",".join(HEADINGS) + "\n" + f"Cân,instrument,{CENTRE},Kho A{extra}\n"
    assert found(text.encode())[1] == [(2, "new")]


@pytest.mark.usefixtures("known")
def test_a_workbook_says_the_same_of_what_stands_beside_its_table():
    row = ["Cân", "instrument", CENTRE, "Kho A"]
    checked, outcomes = found(make.workbook(HEADINGS, row, [*row, "", "ghi chú"], [*row, None, 0]))
    assert outcomes == [(2, "new"), (3, "error"), (4, "error")]
    assert set(make.wrong(checked)) == {"F3", "F4"}


@pytest.mark.usefixtures("known")
def test_a_column_without_a_heading_inside_the_table_is_left_out_as_before():
    rows = [["Name", "", "Kind", "Owner"], ["Cân", "giúp", "instrument", CENTRE]]
    assert found(make.workbook(*rows))[1] == [(2, "new")]


@pytest.mark.usefixtures("known")
def test_a_heading_that_is_not_ours_or_stands_a_line_higher_is_a_heading():
    rows = [[*HEADINGS, "Ghi chú riêng"], ["Cân", "instrument", CENTRE, "Kho A", "x"]]
    assert found(make.text(*rows))[1] == [(2, "new")]
    rows = [["Danh sách", "", "", "", "Ghi chú riêng"], HEADINGS, ["Cân", "instrument", CENTRE, "Kho A", "x"]]
    assert found(make.text(*rows))[1] == [(3, "new")]


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize(("locale", "word"), [("vi", "Cột E"), ("en", "Column E")])
def test_the_column_is_called_by_its_letters(locale, word):
    with speaking(locale):
        assert vocabulary().meaning_of(f"{BEYOND}E", locale) == word


@pytest.mark.usefixtures("known")
def test_a_sheet_of_records_says_it_too():
    headings = ("Serial number", "Owner", "Kind", "Performed on", "Outcome", "Certificate no.")
    content = make.text(headings, ["S-1", CENTRE, "calibration", "2026-01-05", "pass", "A 1", "2"])
    kept = history.keep(file_name="a.csv", content=content, locale="en", by=None)
    history.check(kept, step=db.session.commit)
    assert kept.state is ImportState.CHECKED
    assert [one["cell"] for one in kept.reasons_in_order if one["field"] == f"{BEYOND}G"] == ["G2"]
