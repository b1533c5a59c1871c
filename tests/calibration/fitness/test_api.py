"""The list of future standards: who sees what, filters, a fixed number of statements, the export."""

import csv
import io
from datetime import timedelta

import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import Role
from registry.assets.rules import Kind
from tests.conftest import TODAY
from tests.make import assets, calibration, plan
from tests.people import ELSEWHERE
from tests.statements import sent


def point(indication, limit, **numbers):
    said = {"nominal": "100", "indication": indication, "lower_limit": f"-{limit}", "upper_limit": limit}
    return calibration.values(**said, **numbers)


def standard(name):
    made = assets.asset(kind=Kind.STANDARD, name=name, schedules=[assets.schedule()])
    for year in (3, 2, 1):
        points = [point("100.1", "2", expanded_uncertainty="0.5", coverage_factor="2")]
        on = TODAY - timedelta(days=365 * year)
        calibration.calibration(made, on, certificate_no=f"{name}-{year}", points=points)
    return made


@pytest.fixture
def tag(people, arrange):
    with arrange():
        made = standard("Quả cân")
        served = assets.asset(kind=Kind.INSTRUMENT, name="Cân")
        calibration.calibration(served, TODAY, standards=[made.tag], points=[point("100.2", "1")])
        return made.tag


def test_a_standard_is_judged_against_what_it_served(tag, people):
    [line] = people.technician.get("/api/v1/fitness", query_string={"kind": "standard"}).json["items"]
    assert (line["asset"], line["fitness"], line["until"]) == (tag, "unsuitable", None)
    assert line["reasons"][0]["code"] == "too_uncertain"
    assert "0,5 g" in line["reasons"][0]["text"]
    assert people.stranger.get("/api/v1/fitness").json["items"] == []
    assert people.technician.get("/api/v1/fitness?fitness=suitable").json["items"] == []
    assert people.technician.get("/api/v1/fitness?fitness=best").status_code == 422


def test_the_export_says_what_the_list_says(tag, people):
    people.technician.pages.set_cookie("lang", "en")
    sheet = people.technician.pages.get("/fitness.csv?kind=standard")
    [line] = csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig")))
    assert line["Verdict"] == "unsuitable"
    page = people.technician.pages.get("/fitness?kind=standard").text
    assert "more than 1/3 of the smallest limit served" in page


def test_more_things_ask_no_more_of_the_database(tag, technician, arrange):
    def asked():
        with sent() as statements:
            assert technician.get("/api/v1/fitness").status_code == 200
        return len(statements)

    before = asked()
    with arrange():
        for number in range(3):
            standard(f"Chuẩn {number}")
    assert asked() == before


URL = "/api/v1/fitness/settings"
USUAL = {"ratio": 3, "horizon_years": 5, "probability": "0.95", "least_share": "0.8", "old_years": 15}


def test_its_numbers_are_decided_with_a_reason_that_stands_beside_the_list(tag, planner, people):
    planner.pages.set_cookie("lang", "en")
    people.technician.pages.set_cookie("lang", "en")
    before = people.technician.pages.get("/fitness").text
    assert "U is at most 1/3 of the smallest limit served." in before
    assert "Usual:" not in before
    assert planner.get(URL).json["items"] == []
    form = planner.pages.get("/fitness/settings").text
    assert 'name="least_share"' in form
    said = {**USUAL, "ratio": 1, "least_share": "0,85" if 'value="0,8"' in form else "0.85", "reason": "Theo ĐLVN 300"}
    assert planner.pages.post("/fitness/settings", data=said).status_code == 302
    after = people.technician.pages.get("/fitness?kind=standard").text
    assert "U is at most 1/1 of the smallest limit served." in after
    assert "Usual: U is at most 1/3 of the smallest limit served." in after
    assert "Usual: From 15" not in after
    assert "Theo ĐLVN 300" in after
    [line] = people.technician.get("/api/v1/fitness?kind=standard").json["items"]
    assert line["reasons"][0]["code"] != "too_uncertain"
    [decided] = planner.get(URL).json["items"]
    assert (decided["ratio"], decided["least_share"], decided["old_years"]) == (1, "0.85", 15)


def test_only_planners_of_a_body_that_leads_a_plan_decide_them(planner, people, arrange):
    stranger = people.stranger
    with arrange():
        plan.plan()
        accounts.grant(stranger.person(), role=Role.PLANNER, organisation=ELSEWHERE, by=None)
    said = {**USUAL, "ratio": 4, "reason": "Bảy năm"}
    assert stranger.post(URL, json=said).status_code == 403
    assert stranger.pages.get("/fitness/settings").status_code == 403
    assert "/fitness/settings" not in stranger.pages.get("/fitness").text
    assert planner.post(URL, json=said).status_code == 201


def test_numbers_that_make_no_sense_or_change_nothing_are_refused(planner, people):
    for wrong in ({"ratio": 0}, {"probability": "1"}, {"least_share": "0"}, {"old_years": 81}, {"reason": " "}):
        refused = planner.post(URL, json={**USUAL, "reason": "x", **wrong})
        assert (refused.status_code, *refused.json["errors"]) == (422, *wrong)
        assert planner.pages.post("/fitness/settings", data={**USUAL, "reason": "x", **wrong}).status_code == 422
    assert planner.post(URL, json={**USUAL, "reason": "x"}).status_code == 409
    for who in (people.technician, people.keeper, people.inspector):
        assert who.post(URL, json={**USUAL, "ratio": 4, "reason": "x"}).status_code == 403
        assert who.pages.get("/fitness/settings").status_code == 403
