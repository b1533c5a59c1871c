"""Plots: well-formed, told in words, drawn where the numbers say, and safe whatever the labels hold."""

import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from registry.calibration.plots import change_chart, control_chart, drift_chart, reliability_chart, share_chart
from registry.calibration.plots.days import day_ticks
from registry.kernel import canvas
from registry.kernel.canvas import WIDTH, Formats, Scale, number_ticks

SVG = "{http://www.w3.org/2000/svg}"
FORMATS = Formats(
    number=lambda value: str(value).replace(".", ","),
    percent=lambda share: f"{share * 100:.0f} %",
    day=lambda on: on.strftime("%d/%m/%Y"),
)
LEFT_ON_A_PHONE, LEAST_TEXT = 324, 11.5  # pixels, of a card where the window has 390
TELLING = {"name": "chart-1", "title": "Độ trôi của quả cân", "desc": "Tăng <0,3 mg & ổn định", "heading": "Sai số, mg"}
FIRST = date(2020, 3, 15)


def control(values="10 11 9 14", outside=(3,), **words):
    labels = control_chart.Labels(
        **{**TELLING, "value": "Giá trị", "outside": "Ngoài", "centre": "Trung tâm", "limits": "Giới hạn"} | words
    )
    points = [
        control_chart.Point(FIRST + timedelta(days=90 * place), Decimal(value), f"điểm {place}")
        for place, value in enumerate(values.split())
    ]
    levels = control_chart.Levels(lower=Decimal(8), centre=Decimal(10), upper=Decimal(11))
    return control_chart.draw(points, outside, levels, labels, FORMATS)


def drift(forecast_on=date(2026, 6, 13), lower=Decimal(-2), upper=Decimal(2), until=date(2026, 6, 13)):
    labels = drift_chart.Labels(
        **TELLING, value="Giá trị", line="Hồi quy", band="Dải", limits="Giới hạn", forecast="Chạm 13/06/2026"
    )
    points = [
        drift_chart.Point(FIRST, Decimal(0), Decimal("0.5")),
        drift_chart.Point(date(2024, 3, 15), Decimal(1), None),
    ]
    ends = [(FIRST, 0), (until, 1.5)] if until else []
    expected = [drift_chart.Expected(on, value, value - 0.4, value + 0.4) for on, value in ends]
    marks = drift_chart.Marks(lower=lower, upper=upper, forecast_on=forecast_on)
    return drift_chart.draw(points, expected, marks, labels, FORMATS)


def reliability(proposed=8.0, curve=((0.0, 1.0), (8.0, 0.75), (48.0, 0.3))):
    labels = reliability_chart.Labels(
        **TELLING, time="Tuần", observed="Quan sát", curve="Mô hình", target="Mục tiêu", proposed="Đề xuất"
    )
    observed = [reliability_chart.Observed(8.0, 0.75, 4), reliability_chart.Observed(28.0, 0.4, 49)]
    marks = reliability_chart.Marks(target=Decimal("0.75"), proposed=proposed)
    return reliability_chart.draw(curve, observed, marks, labels, FORMATS)


def change(proposed=730.0):
    labels = change_chart.Labels(**TELLING, time="Ngày", change="Quan sát", curve="Đường khớp", proposed="Đề xuất")
    seen = [change_chart.Seen(365.0, 0.21), change_chart.Seen(400.0, -0.1, "400")]
    return change_chart.draw([(0.0, 0.0), (400.0, 0.2)], seen, proposed, labels, FORMATS)


def share(value=1.3):
    labels = share_chart.Labels(**TELLING, share="Quan sát", threshold="Ngưỡng", limit="Giới hạn")
    return share_chart.draw(share_chart.Marks(value, 0.8), labels, FORMATS)


def parsed(drawn):
    return ET.fromstring(drawn)  # noqa: S314 — our own drawing


def looks(root, look, tag="*"):
    return [
        found for found in root.iter() if found.get("class") == f"plot-{look}" and tag in ("*", found.tag[len(SVG) :])
    ]


def at(found, name):
    return float(found.get(name))


@pytest.fixture(params=[control, drift, reliability, change, share], ids=lambda draw: draw.__name__)
def drawn(request):
    return request.param()


def test_a_plot_is_told_to_those_who_do_not_see_it(drawn):
    root = parsed(drawn)
    title, desc = list(root)[:2]
    assert (root.get("role"), title.text, desc.text) == ("img", TELLING["title"], TELLING["desc"])
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert isinstance(drawn, Markup)


def test_a_plot_scales_and_brings_neither_style_nor_script_nor_addresses(drawn):
    root = parsed(drawn)
    left, top, width, height = map(float, root.get("viewBox").split())
    assert (left, top, width) == (0, 0, WIDTH)
    assert (root.get("width"), root.get("height")) == (None, None)
    assert 100 < height < 320
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href=", drawn)
    assert "http" not in drawn.replace('xmlns="http://www.w3.org/2000/svg"', "")


def test_colours_are_those_of_the_style_sheet_or_of_the_text(drawn):
    for found in parsed(drawn).iter():
        for name in ("fill", "stroke"):
            assert re.fullmatch(
                r"none|currentColor|var\(--[a-z-]+, (currentColor|Canvas|#8888)\)", found.get(name, "none")
            )


def test_texts_stay_on_the_paper(drawn):
    root = parsed(drawn)
    for found in root.iter(f"{SVG}text"):
        if found.get("text-anchor") == "start":
            assert 0 <= at(found, "x") < WIDTH


def test_on_a_phone_a_plot_is_seen_whole_and_its_letters_are_read():
    style = (Path(canvas.__file__).parents[1] / "web/static/css/plots.css").read_text(encoding="utf-8")
    assert canvas.TEXT * LEFT_ON_A_PHONE / WIDTH > LEAST_TEXT
    assert re.search(r"min-width|overflow", style) is None


def test_labels_are_escaped():
    drawn = control(title="</title><script>alert(1)</script>", value='"><image href="x"', heading="a & b")
    root = parsed(drawn)
    assert next(iter(root)).text == "</title><script>alert(1)</script>"
    assert {found.tag for found in root.iter()} & {f"{SVG}script", f"{SVG}image"} == set()


def test_points_outside_have_another_shape_and_all_lie_at_their_values():
    root = parsed(control())
    lines = {at(found, "y1") for found in looks(root, "limit") if found.get("x1") != "0"}
    upper, lower = sorted(lines)
    centre = next(at(found, "y1") for found in looks(root, "centre") if found.get("x1") != "0")
    series = looks(root, "series")[0].get("d")
    places = [tuple(map(float, place.split())) for place in series[1:].split("L")]
    y = Scale(8, 11, lower, upper)
    assert [place[1] for place in places] == pytest.approx([y(10), y(11), y(9), y(14)], abs=0.02)
    assert centre == pytest.approx(y(10), abs=0.02)
    assert places[1][1] == upper, "a point on the limit lies on its line"
    dots = [(at(found, "cx"), at(found, "cy")) for found in looks(root, "point", "circle")]
    assert dots[:3] == places[:3]
    assert looks(root, "point-outside", "path")[0].get("d").startswith(f"M{places[3][0]:g} ")
    days = [place[0] for place in places]
    assert days[1] - days[0] == pytest.approx(days[3] - days[2], abs=0.02)


def test_the_key_names_points_outside_only_when_there_are_some():
    assert "Ngoài" in control()
    assert "Ngoài" not in control("10 11 9 10", ())


@pytest.mark.parametrize("values", ["10", "10 10 10", "100000.00001 100000.00002", "1E+30 -1E+30", "0 0"])
def test_hard_values_are_drawn(values):
    for number in re.findall(r' (?:[xy][12]?|c[xy]|r|width|height)="([^"]+)"', control(values, ())):
        assert abs(float(number)) < 2000


def test_error_bars_end_at_the_uncertainty_and_limits_lie_at_their_values():
    root = parsed(drift())
    upper, lower = sorted({at(found, "y1") for found in looks(root, "limit") if found.get("x1") != "0"})
    y = Scale(-2, 2, lower, upper)
    bar = max(
        (found for found in looks(root, "bar") if at(found, "x1") > 22), key=lambda one: at(one, "y2") - at(one, "y1")
    )
    assert (at(bar, "y1"), at(bar, "y2")) == pytest.approx((y(0.5), y(-0.5)), abs=0.02)
    line = looks(root, "line", "path")[0].get("d")
    (start_x, start_y), (end_x, end_y) = (tuple(map(float, place.split())) for place in line[1:].split("L"))
    assert (start_y, end_y) == pytest.approx((y(0), y(1.5)), abs=0.02)
    assert start_x == at(bar, "x1")
    assert at(looks(root, "moment")[0], "x1") == end_x


def test_what_is_not_known_is_not_drawn():
    bare = drift(forecast_on=None, lower=None, upper=None, until=None)
    root = parsed(bare)
    assert looks(root, "moment") + looks(root, "limit") + looks(root, "line") + looks(root, "band") == []
    assert "Hồi quy" not in bare
    assert "Giới hạn" not in bare
    assert looks(parsed(reliability(None, ())), "moment") == []


def test_dots_are_as_large_as_their_counts_and_lie_at_their_shares():
    root = parsed(reliability())
    small, large = looks(root, "count")[:2]
    assert at(large, "r") == 9
    assert at(small, "r") == pytest.approx(9 * (4 / 49) ** 0.5, abs=0.01)
    target = next(found for found in looks(root, "target") if found.get("x1") != "0")
    assert at(small, "cy") == at(target, "y1")
    assert at(small, "cx") == at(looks(root, "moment")[0], "x1")


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0, 1, "0,0 0,2 0,4 0,6 0,8 1,0"),
        (-2.9, 2.9, "-2 0 2"),
        (9.45, 10.98, "9,5 10,0 10,5"),
        (0, 52, "0 20 40"),
        (1e-9, 5e-9, "1E-9 2E-9 3E-9 4E-9 5E-9"),
        (0, 3e6, "0 1000000 2000000 3000000"),
    ],
)
def test_levels_are_round_and_have_as_many_decimals(low, high, labels):
    assert [tick.label for tick in number_ticks(low, high, FORMATS.number)] == labels.split()


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (0, ["15/03/2020"]),
        (20, ["15/03/2020", "04/04/2020"]),
        (100, ["01/04/2020", "01/05/2020", "01/06/2020"]),
        (1500, ["01/01/2021", "01/01/2022", "01/01/2023", "01/01/2024"]),
    ],
)
def test_days_are_firsts_with_room_for_their_labels(days, labels):
    last = FIRST + timedelta(days=days)
    x = Scale(FIRST.toordinal(), last.toordinal() + 1, 50, 400)
    assert [tick.label for tick in day_ticks(x, FIRST, last, FORMATS.day)] == labels
