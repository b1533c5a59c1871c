"""Charts through the API: which records count, hard series, who may look, and how many statements it takes."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from registry.assets.queries import by_tag
from registry.calibration import actions
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Stage
from registry.calibration.stability import queries
from registry.kernel.db import db
from tests.make import assets as make_assets
from tests.make.calibration import calibration, values
from tests.statements import sent

DRIFTING = (".2", ".5", ".7", "1.1", "1.2", "1.6")


def points(indication, **numbers):
    limits = {"lower_limit": "-2.5", "upper_limit": "2.5", "expanded_uncertainty": "0.2", "coverage_factor": "2"}
    return [values(**{"nominal": "100", "indication": indication} | limits | numbers)]


def drifting(asset, errors=DRIFTING, first=2020, **said):
    return [
        calibration(asset, date(first + place, 6, 1), points=points(str(100 + Decimal(error))), **said)
        for place, error in enumerate(errors)
    ]


@pytest.fixture
def tag(people, arrange):
    """A weight that drifts from year to year."""
    with arrange():
        made = make_assets.asset()
        drifting(made)
        return made.tag


def charts(caller, tag, **query):
    answer = caller.get(f"/api/v1/assets/{tag}/charts", query_string=query)
    assert answer.status_code == 200, answer.json
    return answer.json


def test_a_drifting_weight_is_charted_and_the_day_of_its_limit_is_forecast(keeper, tag):
    said = charts(keeper, tag)
    assert (said["asset"], said["records"], said["is_cut"], said["total"], said["next"]) == (tag, 6, False, 1, None)
    (one,) = said["items"]
    assert (one["quantity"], one["unit"], one["nominal"], one["stage"]) == ("khối lượng", "g", "100", "as_found")
    assert [value["value"] for value in one["values"]] == ["0.2", "0.5", "0.7", "1.1", "1.2", "1.6"]
    assert Decimal(one["control"]["mean_range"]) == Decimal("0.28")
    assert one["drift"]["is_significant"] is True
    assert one["drift"]["slope_per_day"] * 365.25 == pytest.approx(0.2714286, rel=1e-3)
    assert one["drift"]["t_slope"] == pytest.approx(16.454, rel=1e-2)
    assert one["forecast"]["meeting"] == "met"
    assert "2027-01-01" < one["met_on"] < "2029-06-01"
    assert "95 %" in one["text"]
    english = keeper.get(f"/api/v1/assets/{tag}/charts", headers={"Accept-Language": "en"}).json["items"][0]["text"]
    assert english.startswith("The limits are kept with a probability of 95 % until ")


def test_a_higher_probability_meets_the_limit_earlier_and_a_short_look_ahead_not_at_all(keeper, tag):
    usual, sure = (charts(keeper, tag, probability=share)["items"][0]["met_on"] for share in ("0.90", "0.99"))
    assert sure < usual
    near = charts(keeper, tag, horizon_months=1, probability="0.5")["items"][0]
    assert (near["forecast"]["meeting"], near["met_on"]) == ("not_within_horizon", None)


@pytest.mark.parametrize("said", [{"probability": "1"}, {"probability": "0.0"}, {"probability": "95"}, {"limit": 0}])
def test_what_is_no_share_or_no_number_of_series_is_refused(keeper, tag, said):
    assert keeper.get(f"/api/v1/assets/{tag}/charts", query_string=said).status_code == 422


def test_two_values_are_shown_and_everything_else_is_refused_in_words(people, arrange):
    with arrange():
        made = make_assets.asset()
        drifting(made, DRIFTING[:2])
        tag = made.tag
    (one,) = charts(people.keeper, tag)["items"]
    assert len(one["values"]) == 2
    assert (one["control"], one["drift"], one["forecast"], one["met_on"]) == (None, None, None, None)
    assert "2" in one["control_refused"]
    assert one["drift_refused"] == one["forecast_refused"] == one["text"]


def test_values_that_never_moved_do_not_drift_and_set_no_limits_to_be_in_control_of(people, arrange):
    with arrange():
        made = make_assets.asset()
        drifting(made, ("0.1",) * 4)
        tag = made.tag
    (one,) = charts(people.keeper, tag)["items"]
    assert (one["control"], "bằng nhau" in one["control_refused"]) == (None, True)
    assert (one["drift"]["slope_per_day"], one["drift"]["is_significant"], one["drift"]["p_slope"]) == (0, False, 1)
    assert one["forecast"]["meeting"] == "not_within_horizon"


def test_values_on_a_line_have_a_steepness_without_end_which_json_cannot_say(people, arrange):
    days = (date(2025, 1, 1), date(2025, 1, 11), date(2025, 1, 21))
    with arrange():
        made = make_assets.asset()
        for place, day in enumerate(days):
            calibration(made, day, points=points(f"100.{place}"))
        tag = made.tag
    (one,) = charts(people.keeper, tag)["items"]
    assert (one["drift"]["t_slope"], one["drift"]["p_slope"], one["drift"]["is_significant"]) == (None, 0, True)


def test_without_limits_there_is_a_drift_and_no_forecast(people, arrange):
    with arrange():
        made = make_assets.asset()
        for place in range(3):
            calibration(made, date(2023 + place, 1, 1), points=[values(nominal="1", indication=f"1.{place}")])
        tag = made.tag
    (one,) = charts(people.keeper, tag)["items"]
    assert one["drift"] is not None
    assert (one["forecast"], "giới hạn" in one["forecast_refused"]) == (None, True)


def test_only_issued_records_count_and_an_amendment_takes_the_place_of_what_it_amends(people, arrange):
    with arrange():
        made = make_assets.asset()
        kept, voided, amended = drifting(made, DRIFTING[:3])
        actions.void(voided, reason="Nhầm phương tiện", by=None)
        calibration(
            made,
            amended.performed_on,
            certificate_no="GCN-sửa",
            points=points("100.9"),
            amends=amended.id,
            amendment_reason="Gõ nhầm",
        )
        calibration(made, date(2026, 1, 1), certificate_no=None, points=points("105"))
        tag, first = made.tag, kept.id
    (one,) = charts(people.keeper, tag)["items"]
    assert [value["value"] for value in one["values"]] == ["0.2", "0.9"]
    assert one["values"][0]["calibration"] == first


def test_a_check_stands_in_the_series_with_its_score_against_the_certificate(people, arrange):
    with arrange():
        made = make_assets.asset()
        certificate = drifting(made, ("0.5",))[0].id
        check = {"kind": CalibrationKind.INTERMEDIATE_CHECK, "lab": None, "certificate_no": "KT-1"}
        calibration(made, date(2020, 9, 1), points=points("101.0"), **check)
        calibration(made, date(2020, 9, 2), points=points("100.6"), **check | {"certificate_no": "KT-2"})
        tag = made.tag
    first, bad, good = charts(people.keeper, tag)["items"][0]["values"]
    assert (first["e_n"], first["agrees"], first["compared_with"]) == (None, None, None)
    assert (bad["agrees"], bad["compared_with"], bad["e_n"][:5]) == (False, certificate, "1.767")
    assert (good["agrees"], good["compared_with"], good["e_n"][:5]) == (True, certificate, "0.353")


def test_a_drift_begins_anew_with_an_adjustment(people, arrange):
    with arrange():
        made = make_assets.asset()
        drifting(made, DRIFTING[:3])
        both = [*points("100.9"), *points("100.0")]
        both[1]["stage"] = Stage.AS_LEFT
        calibration(made, date(2023, 6, 1), adjusted=True, points=both)
        drifting(made, ("0.1", "0.2"), first=2024)
        tag = made.tag
    found, left = charts(people.keeper, tag)["items"]
    assert (found["adjusted_on"], found["drift"], len(found["values"])) == ("2023-06-01", None, 6)
    assert (left["stage"], left["drift"]) == ("as_left", None)


def test_units_are_converted_where_that_is_sound_and_told_where_it_is_not(people, arrange):
    with arrange():
        made = make_assets.asset()
        calibration(made, date(2024, 1, 1), points=[values(nominal="0.1", indication="0.1001") | {"unit": "kg"}])
        calibration(made, date(2024, 2, 1), points=[values(nominal="100", indication="100") | {"unit": "vạch"}])
        calibration(made, date(2025, 1, 1), points=[values(nominal="100", indication="100.2")])
        tag = made.tag
    said = charts(people.keeper, tag)
    assert sorted([value["value"] for value in one["values"]] for one in said["items"]) == [["0"], ["0.1", "0.2"]]
    (text,) = said["apart"]
    assert "vạch" in text


def test_series_come_in_pages_and_one_of_them_by_its_name(keeper, arrange):
    with arrange():
        made = make_assets.asset()
        many = [values(nominal=str(at), indication=str(at)) for at in (100, 20, 3)]
        calibration(made, date(2024, 1, 1), points=many)
        tag = made.tag
    first = charts(keeper, tag, limit=2)
    rest = charts(keeper, tag, limit=2, cursor=first["next"])
    assert [one["nominal"] for one in first["items"] + rest["items"]] == ["3", "20", "100"]
    assert (first["total"], rest["next"]) == (3, None)
    named = charts(keeper, tag, series=rest["items"][0]["id"])
    assert [one["nominal"] for one in named["items"]] == ["100"]
    path = f"/api/v1/assets/{tag}/charts"
    assert keeper.get(path, query_string={"series": "0" * 12}).status_code == 404
    assert keeper.get(path, query_string={"cursor": "0" * 12}).status_code == 422


def test_only_the_newest_records_and_points_are_read_and_that_is_said(session, people, monkeypatch):
    made = make_assets.asset()
    drifting(made)
    monkeypatch.setattr(queries, "MOST_RECORDS", 6)
    assert [queries.taken(made)[1], len(queries.taken(made)[0])] == [False, 6]
    monkeypatch.setattr(queries, "MOST_RECORDS", 4)
    read, is_cut = queries.taken(made)
    assert ([point.performed_on.year for point in read], is_cut) == ([2025, 2024, 2023, 2022], True)
    monkeypatch.setattr(queries, "MOST_POINTS", 3)
    read, is_cut = queries.taken(made)
    assert ([point.performed_on.year for point in read], is_cut) == ([2025, 2024, 2023], True)


@pytest.mark.parametrize("name", ["keeper", "technician", "inspector", "planner", "admin", "stranger"])
def test_who_may_look(people, tag, name):
    status = 404 if name == "stranger" else 200
    assert getattr(people, name).get(f"/api/v1/assets/{tag}/charts").status_code == status


def test_an_asset_without_results_has_no_charts(people, arrange):
    with arrange():
        tag = make_assets.asset().tag
    assert charts(people.keeper, tag)["items"] == []


def test_the_number_of_statements_does_not_grow(people, arrange, app):
    with arrange():
        made = make_assets.asset()
        drifting(made, DRIFTING[:1])
        tag = made.tag

    def asked():
        with sent() as statements:
            charts(people.keeper, tag)
        return len(statements)

    asked()
    few = asked()
    with arrange():
        made = by_tag(people.keeper.person(), tag)
        for place in range(30):
            many = [values(nominal=str(at), indication=str(at)) for at in range(1, 40)]
            calibration(made, date(2022, 1, 1 + place), points=many)
        assert db.session.query(Calibration).count() == 31
    assert asked() == few


def test_a_start_does_not_pay_for_scipy():
    program = "import sys; from registry.app import create_app; print(sorted({'scipy', 'numpy'} & sys.modules.keys()))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
