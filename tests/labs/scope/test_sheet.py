"""A sheet of lines as others fill it in: no row of it is taken for a heading, whatever stands in it."""

import pytest

from registry.kernel.i18n import speaking
from registry.labs.scope import sheet
from tests.make import labs, types
from tests.make import sheets as make

FULL = {
    "quantity": "Độ dài",
    "measurand": "Thước cặp",
    "unit": "mm",
    "range_low": "0",
    "range_high": "1000",
    "cmc": "0.005",
    "cmc_unit": "mm",
    "cmc_relative": "0.02",
    "cmc_relative_unit": "%",
    "cmc_combined": "a + b·x",
    "method": "ĐLVN 285",
    "place": "Tại phòng thí nghiệm",
    "site": "Cơ sở 1",
    "instrument_type": "THUOC",
    "price": "350000",
    "valid_from": "2026-01-31",
    "valid_to": "2027-01-31",
}
NARROW = ("quantity", "unit")
pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def english(people, session):
    """Say things in English, of an instrument type that there is."""
    types.type_("THUOC")
    with speaking("en"):
        yield


def headings(keys, language):
    columns = {one.key: one for one in sheet.all_columns()}
    return [{"vi": columns[key].vi, "en": columns[key].en, "both": columns[key].heading}[language] for key in keys]


def read(keys, language, *rows):
    content = make.text(headings(keys, language), *([row[key] for key in keys] for row in rows))
    return sheet.read(labs.lab(), content, "scope.csv")


@pytest.mark.parametrize("language", ["vi", "en", "both"])
@pytest.mark.parametrize("keys", [NARROW, tuple(FULL)[:5], tuple(FULL)])
@pytest.mark.parametrize("count", [1, 2])
def test_a_first_row_without_an_empty_cell_is_a_line(keys, language, count):
    found = read(keys, language, *[FULL] * count)
    assert [(one["quantity"], one["unit"]) for one in found.lines] == [("Độ dài", "mm")] * count
    assert not found.faults


@pytest.mark.parametrize("text", ["/", "mm / s", "g/kg", "(mm)"])
def test_a_first_row_with_strokes_and_brackets_is_a_line(text):
    (line,) = read(NARROW, "both", FULL | {"unit": text}).lines
    assert line["quantity"] == "Độ dài"


def test_what_is_wrong_in_a_full_first_row_is_told():
    found = read(tuple(FULL)[:5], "both", FULL | {"range_low": "1000", "range_high": "0"})
    assert [(one.line, one.told["cell"]) for one in found.faults] == [(0, "E2")]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (("Nơi", "CMC"), ("thực hiện", "theo giá trị đọc")),
        (("Where / Nơi", "CMC / CMC"), ("it is / thực hiện", "of the reading / theo giá trị đọc")),
    ],
)
def test_two_lines_of_headings_still_mean_something_together(above, below):
    rows = ["Đại lượng", "Đơn vị", *above], ["Đại lượng", "Đơn vị", *below], ["Độ dài", "mm", "Tại hiện trường", "2"]
    (line,) = sheet.read(labs.lab(), make.text(*rows), "scope.csv").lines
    assert (line["place"].value, str(line["cmc_relative"])) == ("on_site", "2")
