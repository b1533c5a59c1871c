"""Changes of a plan file's data: cells that print their numbers, rows that move, periods, sums."""

import copy

import pytest

from registry.plan import files
from registry.plan.drafts import places, rows, rules
from registry.plan.drafts.schemas import DraftRowIn
from registry.web.forms import as_json, filled
from tests.make import plan as make


@pytest.fixture
def data():
    return copy.deepcopy(make.read(make.CODE).data)


@pytest.fixture
def said_aloud(app):
    with app.app_context(), app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.fixture(params=["sqlite"])
def database(request):
    return request.param


@pytest.mark.parametrize(
    ("before", "value", "raw", "after"),
    [
        ((5, "05 lượt"), 6, "05 lượt", "06 lượt"),
        ((5, "05 lượt"), 12, None, "12 lượt"),
        ((2500, "2.500"), 1250000, "2.500", "1.250.000"),
        ((5, "05 lượt"), 5, "05 cuộc", "05 cuộc"),
        ((5, "05 lượt"), 6, "07 cuộc", "07 cuộc"),
        ((None, ""), None, None, ""),
        ((None, "-"), 3, None, "3"),
        ((3, "03"), None, "03", "-"),
        (None, 3, None, "3"),
    ],
)
def test_a_cell_prints_its_number_as_it_did_before(before, value, raw, after):
    old = {"value": before[0], "raw": before[1]} if before else None
    assert rules.cell(old, value, raw) == {"value": value, "raw": after}


def test_a_form_that_changes_nothing_changes_nothing(data, said_aloud):
    """Every row drawn and said back is the row it was."""
    for row in [*data["indicators"], *data["rows"]]:
        schema = DraftRowIn()
        said = schema.load(as_json(schema, filled(rows.drawn(data, row))))
        assert rules.with_row(data, row["code"], rows.changed(row, said, base=data)) == data


def test_adding_up_makes_every_sum_agree_whatever_was_changed(data, said_aloud):
    make.row(data, "II.2.c")["budget"]["P1"].update(value=1001, raw="1.001")
    data["rows"].remove(make.row(data, "II.5.-"))
    broken = {place for place in files.faults(data) if "total" in place}
    assert {"rows.9.budget.total", "money.total", "money.period_totals.P1"} <= broken
    assert [place for place in files.faults(rules.added_up(data)) if "total" in place] == []
    assert rules.added_up(rules.added_up(data)) == rules.added_up(data)


def test_the_plan_as_it_is_needs_no_adding_up(data):
    assert rules.added_up(data) == data


def test_a_new_code_is_followed_and_a_row_that_goes_leaves_nothing_behind(data, said_aloud):
    renamed = rules.with_row(data, "II.2.a", {"code": "II.2.x", "was": "II.2.a"})
    assert files.faults(renamed) == {}
    assert make.row(renamed, "B25.1")["annex_rows"] == ["II.2.x"]
    group = rules.with_row(data, "II.2", {"code": "II.9"})
    assert files.faults(group) == {}
    gone = files.faults(rules.added_up(rules.without_row(data, "II.2.a")))
    assert gone == {}


def test_a_row_moves_behind_its_new_neighbours(data, said_aloud):
    moved = rules.added_up(rules.with_row(data, "II.5.-", {"parent": "II.1"}))
    codes = [row["code"] for row in moved["rows"]]
    assert codes[codes.index("II.1.-") + 1] == "II.5.-"
    assert files.faults(moved) == {}


def test_periods_come_and_go_with_their_cells(data, said_aloud):
    said = places.head(data)["periods"]
    shorter = rules.with_periods(data, [_period(said[0])], {"P1": 12940})
    assert {place for place in files.faults(rules.added_up(shorter)) if "periods" in place} == set()
    assert list(make.row(shorter, "I.1")["targets"]) == ["P1"]
    third = _period(said[1] | {"code": "P3", "start": "2030-06-01", "end": "2035-12-31"})
    longer = rules.added_up(rules.with_periods(data, [*map(_period, said), third], {}))
    assert set(files.faults(longer)) == {"periods.2.start"}
    assert make.row(longer, "I.1")["targets"]["P3"] == {"value": None, "raw": "-"}


def _period(one):
    title = {"vi": one["title_vi"], "en": one["title_en"]}
    return {"code": one["code"], "label": one["label"], "title": title, "start": one["start"], "end": one["end"]}
