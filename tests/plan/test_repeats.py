"""What may be counted twice is said at the indicator: bodies in both periods, records of other rows."""

from datetime import date

import pytest

from registry.kernel.db import db
from registry.plan.models import RecordType
from tests.make import activities as make_activities
from tests.make import assets
from tests.make import criteria as make_criteria
from tests.make import labs as make_labs
from tests.make import plan as make

BASE = f"/api/v1/plans/{make.CODE}"
P1, P2 = date(2025, 3, 1), date(2026, 3, 1)


@pytest.fixture
def counted(people, arrange) -> str:
    with arrange():
        make.plan()
        for code in ("DN-1", "DN-2"):
            make_activities.enterprise(code)
        for code, day in (("DN-1", P1), ("DN-1", P2), ("DN-2", P2)):
            done = make_activities.criteria(code, day)
            make.evidence("II.3.c", str(done.id), kind=RecordType.ACTIVITY)
        asset = assets.asset(owner="STC", commissioned_on=P2)
        make.evidence("II.2.a", asset.tag)
        make.evidence("II.3.a.2", asset.tag, also_counted_in=["II.2.a"])
        return str(asset.tag)


def repeats(caller, indicator: str, query: str = "") -> tuple[list, list]:
    found = caller.get(f"{BASE}/indicators/{indicator}/repeats?{query}").json
    bodies = [(one["code"], one["periods"]) for one in found["bodies"]]
    return bodies, [(one["indicator"], one["records"]) for one in found["also_counted_in"]]


def test_a_body_that_counts_in_both_periods_is_named(counted, planner, stranger):
    assert repeats(planner, "II.3.c") == ([("DN-1", ["P1", "P2"])], [])
    assert repeats(planner, "II.3.c", "on=2025-12-31") == ([], [])
    page = planner.pages.get(f"/plan/{make.CODE}/II.3.c?lang=en").text
    assert "Counted in more than one period" in page
    assert page.count("P1, P2") == 1
    assert stranger.get(f"{BASE}/indicators/II.3.c/repeats").status_code == 404
    assert planner.get(f"{BASE}/indicators/IX/repeats").status_code == 404


def test_rows_that_count_the_same_record_name_each_other(counted, planner):
    assert repeats(planner, "II.2.a") == ([], [("II.3.a.2", 1)])
    assert repeats(planner, "II.3.a.2") == ([], [("II.2.a", 1)])
    assert "Records that other rows count too" in planner.pages.get(f"/plan/{make.CODE}/II.2.a?lang=en").text
    assert repeats(planner, "B30.2")[1] == [("II.3.a.2", 1)], "what feeds a goal is no second count"


def test_what_was_known_then_is_told_of_then(counted, planner, admin, clock):
    clock(date(2026, 7, 1))
    line = planner.get(f"{BASE}/evidence?indicator=II.3.a.2").json["items"][0]
    address = f"{BASE}/evidence/{line['id']}"
    etag = planner.get(address).headers["ETag"]
    said = {"state": "excluded", "reason": "Đếm một lần"}
    assert planner.patch(address, json=said, headers={"If-Match": etag}).status_code == 200
    assert repeats(planner, "II.2.a") == ([], [])
    for who in (planner, admin):
        assert repeats(who, "II.2.a", "known=2026-06-20") == ([], [("II.3.a.2", 1)])


def test_an_application_of_a_criteria_set_proposes_itself_and_its_page_says_where(people, arrange, planner):
    with arrange():
        make.plan()
        lab = make_labs.lab("PTN-7", organisation="STC", accreditations=[make_labs.accreditation()])
        make_criteria.criteria_set()
        signed = make_criteria.signed(lab=lab.code, organisation=None)
        draft = make_criteria.assessment(lab=lab.code, organisation=None)
        keys = signed.id, draft.id
        db.session.flush()
    found = planner.get(f"{BASE}/evidence?state=proposed&indicator=II.2.d").json["items"]
    proposed = [one["record"]["id"] for one in found if one["record"]["type"] == "assessment"]
    assert proposed == [str(keys[0])]
    page = planner.pages.get(f"/assessments/{keys[0]}?lang=en").text
    assert f'href="/plan/{make.CODE}/II.2.d"' in page
    assert "Plan indicators it fulfils" not in planner.pages.get(f"/assessments/{keys[1]}?lang=en").text
