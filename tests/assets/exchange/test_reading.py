"""Cells as spreadsheets and people write them, and what the API is told."""

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assets.exchange.columns import all_columns
from registry.assets.tags import LENGTH
from registry.kernel.errors import Invalid
from registry.kernel.i18n import speaking
from registry.sheets.cells import Fault, Uncalculated
from registry.sheets.numbers import Style, style, unanimous
from registry.sheets.reading import CLEARED, Known, Misread, Reader, quoted, unquoted
from registry.sheets.tables import Decimals
from registry.sheets.workbooks import LateSerial

COLUMNS = {column.key: column for column in all_columns(2)}
OWNERS = Known({"trung tam do luong": "TTDL", "ttdl": "TTDL"}, ("TTDL",), frozenset({"chi cuc"}))
pytestmark = pytest.mark.usefixtures("english")


NEITHER = Style(frozenset())


@pytest.fixture
def database() -> str:
    """Files are read without one; what is read is stored on both elsewhere."""
    return "sqlite"


def read(key, cell, written=NEITHER):
    return Reader(written, {"owner": OWNERS}, LENGTH).value(COLUMNS[key], cell)


def number(cell, written=NEITHER):
    return read("characteristics.0.mpe", cell, written)


def style_of(*said, before=Decimals.UNKNOWN, beside=()):
    """The style of a file with cells in a column, and in another one beside it."""
    keys = ("characteristics.0.mpe", "characteristics.0.resolution", "serial_no")
    columns = [(place, COLUMNS[key]) for place, key in enumerate(keys)]
    rows = [*((cell, "", "") for cell in said), *(("", cell, "1.5") for cell in beside)]
    return style(rows, columns, before)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-01-31", "2026-01-31"),
        ("31/01/2026", "2026-01-31"),
        ("1/2/2026", "2026-02-01"),
        ("31-1-2026", "2026-01-31"),
        ("31.01.2026", "2026-01-31"),
        ("31/01/2026 00:00:00", "2026-01-31"),
        ("2026/1/31", "2026-01-31"),
        (date(2026, 1, 31), "2026-01-31"),
        (datetime(2026, 1, 31, 13, 5), "2026-01-31"),  # noqa: DTZ001 — a spreadsheet knows no zone
        (46053.0, "2026-01-31"),
        (46053.75, "2026-01-31"),
        ("46053", "2026-01-31"),
    ],
)
def test_a_day_is_read_however_it_is_written(cell, day):
    assert read("commissioned_on", cell) == day


@pytest.mark.parametrize("cell", ["31/02/2026", "2026-02-30", "29.2.2023", "0/1/2026", "1/13/2026"])
def test_a_day_that_does_not_exist_is_said_so_in_the_forms_sheets_take(cell):
    with pytest.raises(Misread, match=r"no day .* day/month/year, such as 31/01/2026, or 2026-01-31"):
        read("commissioned_on", cell)


@pytest.mark.parametrize("cell", ["hôm qua", "31/01/26", "01-2026"])
def test_what_is_no_day_is_refused_with_both_forms(cell):
    with pytest.raises(Misread, match="not a date; write day/month/year, such as 31/01/2026, or 2026-01-31"):
        read("commissioned_on", cell)


@pytest.mark.parametrize("cell", [2019.0, "2019"])
def test_a_year_alone_is_no_day(cell):
    with pytest.raises(Misread, match="2019"):
        read("commissioned_on", cell)


@pytest.mark.parametrize(
    ("cell", "decimals", "said"),
    [
        ("1.234,56", Decimals.UNKNOWN, "1234.56"),
        ("1,234.56", Decimals.UNKNOWN, "1234.56"),
        ("1.234.567", Decimals.UNKNOWN, "1234567"),
        ("0,5", Decimals.UNKNOWN, "0.5"),
        ("0.500", Decimals.UNKNOWN, "0.500"),
        ("12.5", Decimals.UNKNOWN, "12.5"),
        ("1.500", Decimals.DOT, "1.500"),
        ("1,500", Decimals.COMMA, "1.500"),
        ("1500.125", Decimals.COMMA, "1500.125"),
        ("0,125", Decimals.DOT, "0.125"),
        ("±0,02", Decimals.UNKNOWN, "0.02"),
        ("−40", Decimals.UNKNOWN, "-40"),
        ("1 000,5", Decimals.UNKNOWN, "1000.5"),
        (0.1, Decimals.UNKNOWN, "0.1"),
        (0.1 + 0.2, Decimals.UNKNOWN, "0.3"),
        (1e20, Decimals.UNKNOWN, "100000000000000000000"),
        (1e-7, Decimals.UNKNOWN, "0.0000001"),
        (12.0, Decimals.UNKNOWN, "12"),
    ],
)
def test_a_decimal_is_read_however_it_is_written(cell, decimals, said):
    assert number(cell, style_of(before=decimals)) == said


@pytest.mark.parametrize(
    ("cell", "written", "why"),
    [
        (
            "1.500",
            style_of(),
            "as 1500 or as 1.500, and no other number of this file says which; write 1500 or 1.5000.",
        ),
        (
            "1,500",
            style_of(),
            "as 1500 or as 1.500, and no other number of this file says which; write 1500 or 1.5000.",
        ),
        ("-12.345", style_of(beside=["12"]), "write -12345 or -12.3450."),
        (
            "1.234",
            style_of("1.234,56", "1,234.56", before=Decimals.DOT),
            "both with a comma and with a dot; write 1234",
        ),
        ("1.234", style_of("100.1", beside=["1.234,1"]), "both with a comma and with a dot; write 1234 or 1.2340."),
        ("1,234", style_of("0,5", "0,25", beside=["0.5"], before=Decimals.COMMA), "write 1234 or 1.2340."),
        ("1.500", style_of(before=Decimals.COMMA), "two ways; write 1500 or 1,500."),
        ("-999,000", style_of(before=Decimals.DOT), "two ways; write -999000 or -999.000."),
        ("100,012", style_of("0.5", before=Decimals.DOT), "two ways; write 100012 or 100.012."),
        ("1.500", style_of("0,009", before=Decimals.DOT), "two ways; write 1500 or 1,500."),
    ],
)
def test_what_can_be_read_two_ways_is_not_guessed_and_the_remedy_is_read(cell, written, why):
    with pytest.raises(Misread, match="can be read") as refused:
        number(cell, written)
    assert why in str(refused.value)
    whole, point = str(refused.value).rpartition("write ")[2].removesuffix(".").split(" or ")
    assert number(whole, written) == cell.replace(".", "").replace(",", "")
    assert float(number(point, written)) == float(cell.replace(",", "."))


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_remedy_of_a_number_that_nothing_settles_has_the_sign_of_the_language(locale):
    with speaking(locale), pytest.raises(Misread, match="1,2340" if locale == "vi" else r"1\.2340"):
        number("1.234")


@pytest.mark.parametrize(
    ("cell", "written", "said"),
    [
        ("100,012", style_of("0,009"), "100.012"),
        ("100,012", style_of("100,020", "1.234,56", before=Decimals.DOT), "100.012"),
        ("1.500", style_of("1.234,56"), "1500"),
        ("1.500", style_of("2.000.000"), "1500"),
        ("1,500", style_of("1,234.56"), "1500"),
        ("1.500", style_of("0.5", 1.5), "1.500"),
        ("100,012", style_of(beside=["0,5"]), "100.012"),
        (1.234, style_of("0,5", "0.5"), "1.234"),
        (1234.0, style_of(), "1234"),
    ],
)
def test_the_other_cells_settle_how_a_number_is_read(cell, written, said):
    assert number(cell, written) == said


def test_a_cell_far_below_that_contradicts_how_others_were_read_refuses_the_file():
    columns = [(0, COLUMNS["serial_no"]), (1, COLUMNS["characteristics.0.mpe"])]
    rows = [(2, ["1,5", "1.234"]), (3, ["", 1.5]), (4, ["", "1,5"]), (5, ["", "0,5"])]
    with pytest.raises(Invalid) as refused:
        list(unanimous(rows, columns, Style(frozenset("."))))
    assert "B4 “1,5”, so B2 “1.234” can be read two ways" in refused.value.errors["file"][0]
    with pytest.raises(Invalid):
        list(unanimous(reversed(rows), columns, Style(frozenset("."))))
    for written in (Style(frozenset(",")), Style(frozenset(".,")), NEITHER):
        assert list(unanimous(rows, columns, written)) == rows
    assert list(unanimous(rows[1:], columns, Style(frozenset(".")))) == rows[1:]


@pytest.mark.parametrize("key", ["location", "characteristics.0.mpe", "commissioned_on", "kind", "schedules.testing"])
@pytest.mark.parametrize(
    "cell", ["#N/A", " #DIV/0! ", "#REF!", "#NAME?", "#VALUE!", "#NUM!", "#NULL!", Fault("#?"), Fault("x")]
)
def test_an_error_of_the_spreadsheet_is_no_value(key, cell):
    with pytest.raises(Misread, match=re.escape(cell.strip())):
        read(key, cell)


def test_a_serial_of_the_calendar_of_1904_is_that_day():
    assert read("commissioned_on", LateSerial(44591.0)) == "2026-01-31"
    assert read("serial_no", LateSerial(44591.0)) == "44591"


@pytest.mark.parametrize(
    ("cell", "said"),
    [(123.0, "123"), ("0012", "0012"), (1.5, "1.5"), ("12.0", "12.0"), (123456789012345.0, "123456789012345")],
)
def test_a_serial_number_that_arrived_as_a_number_loses_only_what_the_spreadsheet_added(cell, said):
    assert read("serial_no", cell) == said


@pytest.mark.parametrize("cell", [1.2345678901234567e19, date(2026, 1, 2), datetime(2026, 1, 2)])  # noqa: DTZ001 — see above
def test_what_a_spreadsheet_destroyed_is_said_and_not_stored(cell):
    with pytest.raises(Misread, match="format the column as text"):
        read("serial_no", cell)


@pytest.mark.parametrize(("cell", "said"), [(12.0, 12), ("12 tháng", 12), ("6 months", 6), ("24.0", 24), ("0", 0)])
def test_months_are_whole_numbers(cell, said):
    assert read("schedules.calibration", cell) == said


@pytest.mark.parametrize("cell", ["Chuẩn đo lường", "chuan do luong", "STANDARD", "measurement standard"])
def test_a_choice_is_known_in_both_languages(cell):
    assert read("kind", cell) == "standard"


@pytest.mark.parametrize("cell", ["TTDL", "ttdl", "Trung tâm đo lường", "TTDL – Trung tâm"])
def test_an_owner_is_known_by_code_or_name(cell):
    assert read("owner", cell) == "TTDL"


def test_an_owner_that_is_not_there_is_named_with_those_that_are():
    with pytest.raises(Misread, match="no organisation “Nhà máy nước”; write one of: TTDL"):
        read("owner", "Nhà máy nước")


def test_where_many_may_be_chosen_the_list_is_pointed_at():
    many = Known({}, [f"C{number}" for number in range(11)])
    for owners in (many, Known({})):
        with pytest.raises(Misread, match="the template's list"):
            Reader(NEITHER, {"owner": owners}, LENGTH).value(COLUMNS["owner"], "NIX")


def test_a_name_that_several_have_is_not_guessed():
    with pytest.raises(Misread, match="More than one"):
        read("owner", "Chi cục")


@pytest.mark.parametrize("key", ["owner", "serial_no", "commissioned_on", "kind", "characteristics.0.mpe"])
def test_a_formula_without_a_value_is_said_to_be_one(key):
    with pytest.raises(Misread, match="formula without a stored value"):
        read(key, Uncalculated("=A1*2"))


@pytest.mark.parametrize("cell", ["-", "–", "—", " - "])
def test_a_dash_empties_a_field(cell):
    assert read("location", cell) is CLEARED


@pytest.mark.parametrize("cell", ["", "   ", "\u00a0".strip()])
def test_an_empty_cell_says_nothing(cell):
    assert read("location", cell) is None


@given(st.text(max_size=8) | st.text(alphabet="=-'; \t\n＝#N/A", max_size=8), st.booleans())
def test_what_is_quoted_reads_back(text, calculates):
    assert unquoted(quoted(text, calculates=calculates)) == text


@given(st.text(alphabet="=+-@'\t\n; x1–＝＋－＠", max_size=8))
def test_nothing_quoted_for_a_spreadsheet_is_calculated_or_taken_for_a_dash(text):
    told = quoted(text, calculates=True)
    assert told not in {"-", "–", "—"}
    for piece in re.split("[;\t\r\n]", told):
        assert not piece.strip(" ").startswith(tuple("=+-@＝＋－＠"))
