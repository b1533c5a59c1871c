"""The plan's file: what it says, and every fault with its place."""

from pathlib import Path

import pytest

from registry.kernel import datafiles
from registry.kernel.errors import Invalid
from registry.plan import files
from tests.make import plan as make

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def words(app):
    """Messages need an application for their language."""
    with app.app_context(), app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.fixture(params=["sqlite"])
def database(request):
    """Nothing here touches a database: one round is enough."""
    return request.param


def faults(change) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        make.changed(change)
    return {place: " ".join(messages) for place, messages in (refused.value.errors or {}).items()}


def test_the_plan_that_ships_has_no_fault():
    assert files.names() == [make.CODE]
    assert files.check(make.CODE) == []


def test_it_says_nine_goals_and_fourteen_rows():
    document = files.read(make.CODE).document
    goals = ["B25.1", "B25.2", "B25.3", "B25.4", "B30.1", "B30.2", "B30.3", "B30.4", "B30.5"]
    leaves = ["I.1", "I.2", "II.1.-", "II.2.a", "II.2.b", "II.2.c", "II.2.d"]
    leaves += ["II.3.a.1", "II.3.a.2", "II.3.b", "II.3.c", "II.4.a", "II.4.b", "II.5.-"]
    assert [goal.code for goal in document.indicators] == goals
    assert [leaf.code for leaf in document.leaves] == leaves
    assert {row.kind.value for row in document.rows} == {"section", "group", "leaf"}
    assert len(document.ambiguities) == 20


@pytest.mark.parametrize(
    ("code", "p1", "p2", "money"),
    [
        ("I.1", (5, "5 lượt"), (10, "10 lượt"), (100, 200)),
        ("I.2", (5, "05 lượt"), (5, "05 lượt"), (125, 125)),
        ("II.1.-", (5, "05 lượt"), (None, ""), (25, None)),
        ("II.2.a", (5, "05 chuẩn đo lường, PTĐ"), (10, "10 chuẩn đo lường, PTĐ"), (2500, 5000)),
        ("II.2.b", (1, "01 tổ chức"), (2, "02 tổ chức"), (500, 1000)),
        ("II.2.c", (200, "200 người"), (200, "200 người"), (1000, 1000)),
        ("II.3.a.1", (1, "01 ô tô chuyên dụng"), (None, "-"), (1100, None)),
        ("II.3.a.2", (5, "05 chuẩn đo lường"), (None, "-"), (2000, None)),
        ("II.4.a", (10, "10 lượt"), (20, "20 lượt"), (100, 200)),
        ("II.5.-", (1, "01"), (None, "-"), (5000, None)),
    ],
)
def test_cells_keep_their_number_and_their_text(code, p1, p2, money):
    leaf = next(leaf for leaf in files.read(make.CODE).document.leaves if leaf.code == code)
    cells = leaf.targets["P1"], leaf.targets["P2"]
    assert tuple((cell.value, cell.raw) for cell in cells) == (p1, p2)
    assert (leaf.budget["P1"].value, leaf.budget["P2"].value) == money


def test_spacing_does_not_change_the_hash_and_a_word_does():
    same = make.changed(lambda _data: None)
    other = make.changed(lambda data: data["plan"]["title"].update(vi="Kế hoạch khác"))
    assert same.content_hash == files.read(make.CODE).content_hash != other.content_hash


def test_a_sum_off_by_one_is_found_wherever_it_matters():
    found = faults(lambda data: make.row(data, "II.2.c")["budget"]["P1"].update(value=1001, raw="1.001"))
    assert set(found) == {"rows.9.budget.total", "money.period_totals.P1"}
    assert "2,000" in found["rows.9.budget.total"]
    assert "2,001" in found["rows.9.budget.total"]


def cell(code, name, period, /, **value):
    """A change of a cell of a row."""
    return lambda data: make.row(data, code)[name][period].update(**value)


def field(row, /, **value):
    """A change of a row's fields."""
    return lambda data: make.row(data, row).update(**value)


@pytest.mark.parametrize(
    ("change", "places"),
    [
        (lambda data: make.row(data, "II.2")["total"].update(value=11601, raw="11.601"), "rows.6.total rows.3.total"),
        (lambda data: data["money"].update(total_dong=21_415_000_001), "money.total_dong"),
        (lambda data: data["money"]["period_totals"].update(P2=8474), "money.period_totals.P2"),
        (cell("I.1", "targets", "P1", value=6), "rows.1.targets.P1"),
        (cell("II.1.-", "targets", "P2", value=5), "rows.5.targets.P2"),
        (field("I.1", tittle="x"), "rows.1.tittle"),
        (cell("I.1", "budget", "P1", value="100"), "rows.1.budget.P1.value"),
        (cell("I.1", "budget", "P1", value=100.5), "rows.1.budget.P1.value"),
        (cell("I.1", "budget", "P1", value=True), "rows.1.budget.P1.value"),
        (
            lambda data: make.row(data, "I.1")["budget"].pop("P2"),
            "rows.1.budget rows.1.budget.total money.period_totals.P2",
        ),
        (field("I.1", kind="lá"), "rows.1.kind"),
        (field("I.1", parent="II.9"), "rows.1.parent rows.0.total"),
        (field("I.1", lead="SKHCN-X"), "rows.1.lead"),
        (
            field("I.1", code="B25.1"),
            "rows.1.code ambiguities.1.applies_to.0 ambiguities.14.applies_to.9 duties.18.indicators.0",
        ),
        (field("II.2.b", title_total=None), "rows.8.title_total"),
        (field("B25.1", annex_rows=["II.2"]), "indicators.0.annex_rows.0"),
        (field("B25.1", continues="B30.2"), "indicators.0.continues"),
        (field("B25.1", targets={"P3": {"value": 1, "raw": "1"}}), "indicators.0.targets.P3"),
        (lambda data: make.row(data, "B25.1")["reading"].update(mode="mỗi năm"), "indicators.0.reading.mode"),
        (lambda data: make.row(data, "B25.1")["reading"].update(mode="total_min"), "indicators.0.reading.mode"),
        (lambda data: data["periods"][1].update(start="2025-12-31"), "periods.1.start"),
        (lambda data: data["periods"][0].update(end="2019-01-01"), "periods.0.end"),
        (lambda data: data["periods"][0].update(start="2019-02-29"), "periods.0.start"),
        (lambda data: data["periods"].reverse(), "periods"),
        (lambda data: data["bodies"][1].update(parent="SKHCN"), "bodies.1.parent"),
        (lambda data: data["bodies"][5]["succeeded_by"][0].update(code="UBND-X"), "bodies.5.succeeded_by.0.code"),
        (lambda data: data.update(format=2), "format"),
        (lambda data: data.pop("plan"), "plan"),
        (lambda data: data.update(rows={}), "rows"),
    ],
)
def test_each_fault_has_its_place(change, places):
    assert set(faults(change)) == set(places.split())


@pytest.mark.parametrize("day", ["02-30", "04-31", "11-31", "13-01", "00-10", "12-32", "1-5"])
def test_a_report_is_due_on_a_day_that_years_have(day):
    found = faults(lambda data: data["report"].update({"due": day}))
    assert list(found) == ["report.due"]
    assert "such as 12-10" in found["report.due"]
    assert "report.from" in faults(lambda data: data["report"].update({"from": day}))


@pytest.mark.parametrize("day", ["02-29", "01-31", "12-31", "04-30"])
def test_the_last_day_of_a_month_may_be_due(day):
    assert make.changed(lambda data: data["report"].update({"due": day})).document.report.due == day


def test_each_fault_has_its_line():
    text = make.text(lambda data: make.row(data, "I.2")["budget"]["P2"].update(value=-1))
    with pytest.raises(Invalid) as refused:
        files.parse(text)
    [said] = (refused.value.errors or {})["rows.2.budget.P2.value"]
    number = int(said.removeprefix("line ").split(":")[0])
    assert text.splitlines()[number - 1].strip().startswith('"value": -1')


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '"436"', '{"format": 1, "format": 1}', '{"format": NaN}', "[" * 5000, '{"format": 1e999}']
)
def test_what_is_no_plan_is_refused_in_words(text):
    with pytest.raises(Invalid) as refused:
        files.parse(text)
    assert refused.value.errors


def test_a_name_that_stands_twice_has_its_line():
    text = make.text(lambda _data: None)
    lines = text.splitlines()
    at = max(number for number, line in enumerate(lines) if line.strip().startswith('"code": "II.5.-"'))
    lines.insert(at + 1, lines[at])
    with pytest.raises(Invalid) as refused:
        files.parse("\n".join(lines))
    [(place, [said])] = (refused.value.errors or {}).items()
    assert place.startswith("rows.")
    assert said.startswith(f"line {at + 2:,}: ")


def test_a_number_that_is_too_long_has_its_place():
    number = "9" * 5000
    text = make.text(lambda data: make.row(data, "I.2")["budget"]["P2"].update(value=-1))
    with pytest.raises(Invalid) as refused:
        files.parse(text.replace("-1", number))
    [said] = (refused.value.errors or {})["rows.2.budget.P2.value"]
    assert "whole number" in said


@pytest.mark.parametrize("sign", ["[", '{"a":\n'])
def test_what_is_nested_too_deep_is_refused_in_words(sign):
    with pytest.raises(Invalid, match="stand in each other"):
        files.parse(sign * 100_000)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless file")
def test_an_endless_file_is_not_read():
    with pytest.raises(Invalid, match="cannot be opened"):
        files.read("/dev/zero")


def test_a_file_that_is_too_large_is_refused(tmp_path):
    path = tmp_path / "plan.json"
    path.write_bytes(b" " * (datafiles.MOST_BYTES + 1))
    with pytest.raises(Invalid, match="5 MB"):
        files.read(path)


def test_a_file_that_is_not_there_names_those_that_are(tmp_path):
    with pytest.raises(Invalid, match=make.CODE):
        files.read(tmp_path / "không-có.json")


def test_a_file_is_read_by_its_path(tmp_path):
    path = tmp_path / "kế-hoạch.json"
    path.write_text("\ufeff" + make.text(lambda _data: None), encoding="utf-8")
    assert files.read(path).content_hash == files.read(make.CODE).content_hash


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "kế-hoạch.json"
    path.write_bytes("Kế hoạch".encode("utf-16"))
    with pytest.raises(Invalid, match="UTF-8"):
        files.read(path)
