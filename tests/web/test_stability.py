"""The page of an asset's stability: plots with words beside them, tables, refusals, both languages, and strangers."""

from datetime import date
from decimal import Decimal

import pytest

from registry.calibration.rules import CalibrationKind
from tests.make import assets as make_assets
from tests.make.calibration import calibration, values

ERRORS = (".2", ".5", ".7", "1.1", "1.2", "1.6")


@pytest.fixture
def tag(people, arrange):
    """A weight of which one point drifts, with a check at the end, and another was measured once."""
    limits = {"lower_limit": "-2.5", "upper_limit": "2.5", "expanded_uncertainty": "0.2", "coverage_factor": "2"}
    with arrange():
        made = make_assets.asset()
        for place, error in enumerate(ERRORS):
            points = [values(nominal="100", indication=str(100 + Decimal(error)), **limits)]
            points += [values(nominal="5", indication="5.001")] * (place == 0)
            calibration(made, date(2020 + place, 6, 1), points=points)
        check = {"kind": CalibrationKind.INTERMEDIATE_CHECK, "lab": None, "certificate_no": "KT-1"}
        calibration(made, date(2026, 1, 1), points=[values(nominal="100", indication="109", **limits)], **check)
        return made.tag


def page_of(caller, path, **query):
    answer = caller.pages.get(path, query_string=query)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", ("Biểu đồ kiểm soát", "Độ trôi", "ngoài kiểm soát", "không khớp", "khối lượng 100 g")),
        ("en", ("Control chart", "Drift", "out of control", "does not agree", "mass 100 g")),
    ],
)
def test_plots_tables_and_what_they_show_are_on_the_page(keeper, tag, lang, words):
    status, page = page_of(keeper, f"/assets/{tag}/charts", lang=lang)
    assert status == 200
    assert [word for word in words if word not in page] == []
    assert page.count('role="img"') == 3  # values, moving ranges, drift
    assert page.count("<desc") == 3
    assert 'class="plot-forecast' not in page


def test_a_significant_drift_leads_to_the_review_of_the_interval(keeper, arrange):
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule()])
        for year in range(2019, 2026):
            error = Decimal(year - 2019) / 10 + Decimal(year % 2) / 100
            point = values(nominal="100", indication=str(100 + error), lower_limit="-2.5", upper_limit="2.5")
            calibration(made, date(year, 6, 1), points=[point])
        tag = made.tag
    page = page_of(keeper, f"/assets/{tag}/charts")[1]
    assert f'href="/assets/{tag}/schedules/calibration/reviews"' in page


def test_a_point_measured_once_says_why_it_has_no_plots(keeper, tag):
    page = page_of(keeper, f"/assets/{tag}/charts", lang="en")[1]
    assert "Values of this point so far: 1; control limits need 3." in page


def test_the_tab_leads_there_from_the_asset(keeper, tag):
    assert f'href="/assets/{tag}/charts"' in page_of(keeper, f"/assets/{tag}")[1]


def test_an_asset_without_results_says_where_they_come_from(keeper, arrange):
    with arrange():
        tag = make_assets.asset().tag
    status, page = page_of(keeper, f"/assets/{tag}/charts", lang="en")
    assert (status, "There are no results with an error of indication yet." in page) == (200, True)


def test_a_stranger_finds_nothing_and_a_wrong_series_is_none(people, tag):
    assert page_of(people.stranger, f"/assets/{tag}/charts")[0] == 404
    assert page_of(people.keeper, f"/assets/{tag}/charts", series="0" * 12)[0] == 404
    assert page_of(people.keeper, f"/assets/{tag}/charts", probability="2")[0] == 422
