"""Records that are declared good while their points fail: the mark they leave, the case they open, the reason asked."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from registry.assets.models import Asset
from registry.assets.rules import Doubt, Proof
from registry.calibration import actions
from registry.calibration.cases.models import Case
from registry.calibration.models import Calibration
from registry.calibration.rules import DecisionRule, Outcome, Stage
from registry.kernel.db import db
from registry.plan.models import RecordType
from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make import calibration as calibrations
from tests.make import chain as make
from tests.make import plan as plans
from tests.make.calibration import sign
from tests.people import PASSWORD

DAY = timedelta(days=1)
FAILS = make.point("1000", "0.5", limit="0.1")
HOLDS = make.point("1000", "0.05", limit="0.1")
GUARDED = {"decision_rule": DecisionRule.GUARD_BAND, "guard_factor": Decimal(1)}
NEAR = make.point("1000", "0.08", u="0.05", limit="0.1")  # within its limits, and within the guard band


@pytest.fixture
def tag(people, arrange):
    """An asset whose newest record passed, and fails by its points."""
    with arrange():
        item = assets.asset(schedules=[assets.schedule()], proof=Proof.MISSING)
        make.used(item, TODAY - DAY, points=[FAILS], certificate_no="C-1")
    return item.tag


@pytest.mark.parametrize(
    ("outcome", "points", "said", "marked"),
    [
        (Outcome.PASS, [FAILS], {}, True),
        (Outcome.CONDITIONAL_PASS, [FAILS], {}, True),
        (Outcome.PASS, [NEAR], GUARDED, True),
        (Outcome.PASS, [NEAR], {}, False),
        (Outcome.PASS, [HOLDS], {}, False),
        (Outcome.PASS, [], {}, False),
        (Outcome.NONE, [FAILS], {}, False),
        (Outcome.FAIL, [FAILS], {}, False),
        (Outcome.FAIL, [HOLDS], {}, False),
        (Outcome.PASS, [FAILS, make.point("1000", limit="0.1", stage=Stage.AS_LEFT)], {"adjusted": True}, False),
    ],
)
@pytest.mark.usefixtures("people", "session")
def test_what_is_declared_good_and_fails_by_its_points_leaves_a_mark(outcome, points, said, marked):
    item = assets.asset()
    make.used(item, TODAY, outcome=outcome, points=points, **said)
    assert item.contradicted is marked


def test_the_mark_stays_with_the_newest_record_only(people, session):
    item = assets.asset()
    wrong = make.used(item, TODAY - 2 * DAY, points=[FAILS])
    after = make.used(item, TODAY - DAY, points=[HOLDS])
    assert not item.contradicted
    actions.void(after, reason="sai thiết bị", by=None)
    assert item.contradicted
    make.used(item, TODAY - 2 * DAY, points=[HOLDS], amends=wrong.id, amendment_reason="gõ sai", certificate_no="2")
    assert not item.contradicted


def test_a_result_that_fails_by_its_rule_opens_a_case_like_a_declared_failure(people, session):
    weight = make.standard()
    make.used(weight, TODAY - 9 * DAY, points=[HOLDS])
    make.used(make.standard(), TODAY - 2 * DAY, weight)
    wrong = make.used(weight, TODAY, points=[NEAR], **GUARDED)
    case = db.session.scalars(select(Case)).one()
    assert (case.calibration_id, case.from_on, case.until_on) == (wrong.id, TODAY - 9 * DAY, None)
    assert [(one.low, one.high, one.shift) for one in case.ranges] == [(None, None, Decimal("0.03"))]


def test_it_is_told_wherever_somebody_looks(client, technician, tag):
    for page in (client, technician.pages):
        shown = page.get(f"/s/{tag}").text
        assert "verdict-doubt" in shown
        assert 'data-code="contradicted"' in shown
    asset = technician.get(f"/api/v1/assets/{tag}").json
    assert (asset["contradicted"], asset["fit_for_use"]) == (True, True)
    (record,) = technician.get("/api/v1/calibrations", query_string={"asset": tag}).json["items"]
    for address in (f"/assets/{tag}", f"/calibrations/{record['id']}"):
        assert "các điểm đo cho thấy không đạt" in technician.pages.get(address).text
    codes = {one["code"] for one in technician.get(f"/api/v1/scan/{tag}").json["reasons"]}
    assert "contradicted" in codes


def test_approving_it_asks_why(keeper, technician, arrange, tag):
    with arrange():
        item = db.session.scalars(select(Asset).where(Asset.tag == tag)).one()
        draft = make.used(item, TODAY, points=[FAILS], certificate_no=None).id
    address = f"/api/v1/calibrations/{draft}/approve"
    signed = {"certificate_no": "C-2", "password": PASSWORD}
    for empty in ({}, {"contradiction_reason": " "}):
        refused = sign(keeper, address, json=signed | empty)
        assert (refused.status_code, set(refused.json["errors"])) == (422, {"contradiction_reason"})
    page = f"/calibrations/{draft}"
    assert 'name="contradiction_reason"' in keeper.pages.get(page).text
    why = "giới hạn trong giấy là của cấp khác"
    issued = sign(keeper, address, json=signed | {"contradiction_reason": why}).json
    assert (issued["status"], issued["contradicts"], issued["contradiction_reason"]) == ("issued", True, why)
    assert why in technician.pages.get(page).text
    with arrange():
        db.session.execute(update(Calibration).values(contradiction_reason="khác"))
    forged = keeper.get(f"/api/v1/calibrations/{draft}").json
    assert (forged["is_intact"], forged["signatures"][0]["verifies"]) == (False, False)


def test_a_failure_as_found_opens_a_case_although_it_left_good_and_is_declared_so(people, session):
    weight = make.standard()
    make.used(weight, TODAY - 9 * DAY, points=[HOLDS])
    make.used(make.standard(), TODAY - 2 * DAY, weight)
    mended = make.point("1000", limit="0.1", stage=Stage.AS_LEFT)
    found = make.used(weight, TODAY, points=[FAILS, mended], adjusted=True)
    case = db.session.scalars(select(Case)).one()
    assert (case.calibration_id, case.from_on, case.until_on) == (found.id, TODAY - 9 * DAY, TODAY)


def wrong_certificate(**changes):
    """The form of a certificate that declares good what fails by its points."""
    numbers = {"nominal": "1000", "reference": "1000", "indication": "1000,5", "lower_limit": "-0,1", "stage": ""}
    numbers |= {"quantity": make.MASS, "unit": "g", "upper_limit": "0,1"}
    said = {"kind": "calibration", "outcome": "pass", "performed_on": str(TODAY), "lab": labs.LAB}
    return said | {"certificate_no": "C-9"} | {f"points-0-{name}": text for name, text in numbers.items()} | changes


def test_the_form_of_a_certificate_asks_why_it_declares_good_what_fails(technician, tag):
    address = f"/assets/{tag}/calibrations/new"
    asked = technician.pages.post(address, data=wrong_certificate())
    assert (asked.status_code, 'aria-invalid="true"' in asked.text, 'value="1000,5"' in asked.text) == (422, True, True)
    assert re.search(r'<textarea id="f-contradiction_reason" name="contradiction_reason"', asked.text)
    why = "phòng thí nghiệm công bố theo cấp khác"
    saved = technician.pages.post(address, data=wrong_certificate(contradiction_reason=why))
    assert saved.status_code == 302
    assert why in technician.pages.get(saved.headers["Location"]).text
    draft = technician.pages.post(address, data=wrong_certificate(contradiction_reason=why, certificate_no=""))
    assert draft.status_code == 302
    assert why not in technician.pages.get(draft.headers["Location"]).text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 201),
        ({"contradiction_reason": "cấp khác"}, 201),
        ({"contradiction_reason": "cấp khác", "outcome": "fail"}, 422),
        ({"contradiction_reason": "cấp khác", "certificate_no": None}, 422),
    ],
)
def test_a_transcribed_certificate_is_taken_as_it_is_with_or_without_a_reason(technician, tag, changes, status):
    numbers = {"nominal": "1000", "indication": "1000.5", "lower_limit": "-0.1", "upper_limit": "0.1"}
    point = {"quantity": make.MASS, "unit": "g", "reference": "1000", "stage": "as_found"} | numbers
    body = calibrations.said(tag, TODAY, certificate_no="C-9", points=[point]) | changes
    answer = technician.post("/api/v1/calibrations", json=body)
    assert answer.status_code == status, answer.text
    if status == 201:
        record = technician.get(f"/api/v1/calibrations/{answer.json['id']}").json
        assert (record["contradicts"], record["is_intact"]) == (True, True)
        assert record["contradiction_reason"] == changes.get("contradiction_reason")
    else:
        assert set(answer.json["errors"]) == {"contradiction_reason"}


def test_a_reason_without_a_contradiction_is_refused(keeper, arrange, tag):
    with arrange():
        item = db.session.scalars(select(Asset).where(Asset.tag == tag)).one()
        draft = make.used(item, TODAY, points=[HOLDS], certificate_no=None).id
    said = {"certificate_no": "C-2", "password": PASSWORD, "contradiction_reason": "không"}
    refused = sign(keeper, f"/api/v1/calibrations/{draft}/approve", json=said)
    assert (refused.status_code, set(refused.json["errors"])) == (422, {"contradiction_reason"})


FOUR: dict = {"decision_rule": "non_binary"}


@pytest.mark.parametrize(
    ("outcome", "said", "asked"),
    [
        ("pass", FOUR, True),
        ("conditional_pass", FOUR, False),
        ("conditional_pass", {}, True),
        ("pass", {}, False),
        ("none", FOUR, False),
        ("fail", FOUR, False),
    ],
)
def test_a_result_that_the_rule_does_not_make_of_its_points_asks_why(  # noqa: PLR0913, PLR0917
    keeper, technician, arrange, tag, outcome, said, asked
):
    with arrange():
        item = db.session.scalars(select(Asset).where(Asset.tag == tag)).one()
        rule = {name: DecisionRule(value) for name, value in said.items()}
        kept = {"outcome": Outcome(outcome), "points": [NEAR], "certificate_no": None, **rule}
        draft = make.used(item, TODAY, **kept).id
    address, signed = f"/api/v1/calibrations/{draft}/approve", {"certificate_no": "C-2", "password": PASSWORD}
    answer = sign(keeper, address, json=signed)
    assert answer.status_code == (422 if asked else 200)
    typed = wrong_certificate(outcome=outcome, certificate_no="C-7", **said)
    typed |= {
        "points-0-indication": "1000,08",
        "points-0-expanded_uncertainty": "0,05",
        "points-0-coverage_factor": "2",
    }
    form = technician.pages.post(f"/assets/{tag}/calibrations/new", data=typed)
    assert form.status_code == (422 if asked else 302)
    if asked:
        assert set(answer.json["errors"]) == {"contradiction_reason"}
        assert 'name="contradiction_reason"' in keeper.pages.get(f"/calibrations/{draft}").text
        why = {"contradiction_reason": "theo yêu cầu của khách hàng"}
        assert sign(keeper, address, json=signed | why).status_code == 200
        assert technician.pages.post(f"/assets/{tag}/calibrations/new", data=typed | why).status_code == 302


def test_it_is_found_among_what_is_in_doubt(technician, stranger, arrange, tag):
    with arrange():
        marked, _sound = assets.asset(name="Cân B"), assets.asset(name="Cân C")
        marked.doubt = Doubt.RECALL
    asked = {
        "doubt=contradicted": [tag],
        "doubt=recall": [marked.tag],
        "doubt=contradicted&doubt=recall&doubt=in_doubt": [tag, marked.tag],
        "doubt=contradicted&doubt=recall&q=can": [tag, marked.tag],
        "doubt=contradicted&q=B": [],
    }
    for query, tags in asked.items():
        page = technician.get(f"/api/v1/assets?{query}&count=exact").json
        assert ({one["tag"] for one in page["items"]}, page["total"]) == (set(tags), len(tags)), query
        rest = technician.get(f"/api/v1/assets?{query}&limit=1").json
        assert (rest["next"] is None) is (len(tags) < 2)
    assert stranger.get("/api/v1/assets?doubt=contradicted").json["items"] == []
    assert "Hồ sơ mâu thuẫn" in technician.pages.get("/assets?doubt=contradicted").text
    home = technician.pages.get("/").text
    assert re.search(r'doubt=contradicted">\s*<span class="tally-count">1<', home)
    assert re.search(r'doubt=recall[^"]*">\s*<span class="tally-count">1<', home)


def test_as_evidence_it_is_marked_and_counts_all_the_same(planner, arrange, tag):
    with arrange():
        record = db.session.scalars(select(Calibration)).one()
        plans.plan()
        plans.evidence("II.2.a", tag, counted_on=TODAY)
        plans.evidence("II.2.b", str(record.id), kind=RecordType.CALIBRATION)
    lines = planner.get(f"/api/v1/plans/{plans.CODE}/evidence").json["items"]
    assert [(line["in_doubt"], line["holds"]) for line in lines] == [(True, True)] * 2
    rollup = planner.get(f"/api/v1/plans/{plans.CODE}/rollup").json
    doubted = {one["code"]: one["in_doubt"] for one in rollup["indicators"] if one["in_doubt"]}
    assert (doubted["II.2.a"], doubted["II.2.b"]) == (1, 1)
    assert "Đang nghi ngờ" in planner.pages.get(f"/plan/{plans.CODE}/II.2.a").text
