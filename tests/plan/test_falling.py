"""Evidence that falls is marked at once: which record, on what day, why, and whether it still adds."""

from datetime import date

import pytest
from sqlalchemy import select

from registry.assets.models import Asset
from registry.assets.rules import Status
from registry.calibration import actions as calibrations
from registry.calibration.cases import actions as cases
from registry.calibration.cases.models import Case
from registry.calibration.cases.rules import CaseState
from registry.kernel.db import db
from registry.labs.standing import Standing
from registry.plan import queries as plans
from registry.plan.activities import actions as activities
from registry.plan.evidence import queries
from registry.plan.evidence.falling import Cause
from registry.plan.evidence.fulfilling import fulfilled_by
from registry.plan.models import EvidenceState, RecordType
from registry.plan.records import Record
from tests.conftest import TODAY
from tests.make import activities as make_activities
from tests.make import assets, calibration, labs
from tests.make import plan as make

JUNE, DAY = date(2026, 6, 1), date(2026, 1, 1)


@pytest.fixture
def plan(session):
    return make.plan()


def fallen(plan) -> dict[str, tuple[Cause, date | None, bool]]:
    lines = queries.evidence_page(plan, None, fallen=True).items
    assert all(line.fall for line in lines)
    return {line.record.id: (line.fall.cause, line.fall.on, line.holds) for line in lines if line.fall}


def counted_asset() -> Asset:
    asset = assets.asset(owner="STC", commissioned_on=date(2026, 1, 2))
    make.evidence("II.2.a", asset.tag)
    return asset


@pytest.mark.parametrize("status", [Status.RETIRED, Status.DISPOSED])
def test_an_asset_that_was_given_up_still_counts_and_is_marked(plan, status):
    kept, gone = counted_asset(), counted_asset()
    gone.status, gone.status_since_on = status, JUNE
    db.session.flush()
    assert fallen(plan) == {gone.tag: (Cause(status.value), JUNE, True)}
    assert make.results(TODAY)["II.2.a", "P2"][0] == 2
    assert kept.tag not in fallen(plan)


def test_a_standard_in_an_open_case_is_marked_until_the_case_is_settled(people, plan):
    asset = counted_asset()
    cases.open_case(asset, reason="Rơi", by=None)
    assert fallen(plan) == {asset.tag: (Cause.OUT_OF_TOLERANCE, TODAY, True)}
    db.session.scalars(select(Case)).one().state = CaseState.CLOSED
    db.session.flush()
    assert fallen(plan) == {}


def test_given_up_is_graver_than_doubted(people, plan):
    asset = counted_asset()
    cases.open_case(asset, reason="Rơi", by=None)
    asset.status, asset.status_since_on = Status.DISPOSED, JUNE
    db.session.flush()
    assert fallen(plan) == {asset.tag: (Cause.DISPOSED, JUNE, True)}


def test_a_calibration_that_was_made_void_adds_nothing_and_says_when(people, plan):
    made = calibration.calibration(assets.asset(), TODAY)
    make.evidence("II.4.b", str(made.id), kind=RecordType.CALIBRATION)
    assert fallen(plan) == {}
    calibrations.void(made, reason="Nhập nhầm", by=None)
    assert fallen(plan) == {str(made.id): (Cause.VOID, TODAY, False)}
    assert queries.evidence_page(plan, None, fallen=True).items[0].fall.reason == "Nhập nhầm"


def test_an_activity_that_was_made_void_is_marked(plan):
    made = make_activities.course(TODAY, "An", "Bình")
    make.evidence("II.2.c", str(made.id), kind=RecordType.ACTIVITY)
    activities.void(made, reason="Trùng", by=None)
    assert fallen(plan) == {str(made.id): (Cause.VOID, TODAY, False)}


@pytest.mark.parametrize(
    ("until", "marked"), [(date(2026, 6, 14), (Cause.EXPIRED, date(2026, 6, 15), True)), (TODAY, None)]
)
def test_a_laboratory_is_marked_from_the_day_after_its_last_accreditation(plan, until, marked):
    held = labs.accreditation(granted_on=date(2026, 1, 1), valid_until=until)
    labs.lab("PTN-9", organisation="STC", accreditations=[held])
    make.evidence("II.2.d", "PTN-9", kind=RecordType.LAB, counted_on=date(2026, 1, 1))
    assert fallen(plan).get("PTN-9") == marked


def test_one_accreditation_in_force_is_enough(plan):
    held = [
        labs.accreditation(granted_on=date(2026, 1, 1), valid_until=JUNE, number="1"),
        labs.accreditation(granted_on=date(2026, 2, 1), valid_until=date(2028, 1, 1), number="2", body="AOSC"),
    ]
    labs.lab("PTN-9", organisation="STC", accreditations=held)
    make.evidence("II.2.d", "PTN-9", kind=RecordType.LAB, counted_on=date(2026, 1, 1))
    assert fallen(plan) == {}


def moved(plan) -> dict[tuple[str, str], tuple[int, int]]:
    found = queries.fallen(plan, None, TODAY)
    return {(one.row.code, one.span.code): (one.with_it, one.without) for one in found.effects}


def test_the_numbers_that_rest_on_a_laboratory_are_said_with_it_and_without(plan):
    for code, until in (("PTN-8", date(2028, 1, 1)), ("PTN-9", date(2026, 6, 14))):
        labs.lab(code, organisation="STC", accreditations=[labs.accreditation(granted_on=DAY, valid_until=until)])
        make.evidence("II.2.d", code, kind=RecordType.LAB, counted_on=DAY)
    assert moved(plan) == {("II.2.d", "P2"): (2, 1), ("B30.5", "P2"): (2, 1)}
    assert make.results(TODAY)["II.2.d", "P2"][0] == 1


def test_the_numbers_of_a_void_record_and_of_one_that_still_counts_are_said_alike(people, plan):
    gone, made = counted_asset(), calibration.calibration(assets.asset(), TODAY)
    make.evidence("II.4.b", str(made.id), kind=RecordType.CALIBRATION)
    gone.status, gone.status_since_on = Status.DISPOSED, JUNE
    calibrations.void(made, reason="Nhập nhầm", by=None)
    assert moved(plan) == {("II.2.a", "P2"): (1, 0), ("B30.2", "P2"): (1, 0), ("II.4.b", "P2"): (1, 0)}
    found = fulfilled_by([Record(RecordType.ASSET, gone.tag)], None, TODAY, plans.in_force(None))
    assert {(one.row.code, *((each.with_it, each.without) for each in one.effects)) for one in found} == {
        ("II.2.a", (1, 0)),
        ("B30.2", (1, 0)),
    }


def test_what_is_reported_is_told_as_with_or_without_what_fell(people, plan):
    """What was given up after use still adds; what is void, and a laboratory whose accreditation ended, do not."""
    labs.lab("PTN-9", accreditations=[labs.accreditation(granted_on=DAY, valid_until=date(2026, 6, 14))])
    make.evidence("II.2.d", "PTN-9", kind=RecordType.LAB, counted_on=DAY)
    gone, made = counted_asset(), calibration.calibration(assets.asset(), TODAY)
    make.evidence("II.2.a", str(made.id), kind=RecordType.CALIBRATION)
    gone.status, gone.status_since_on = Status.RETIRED, JUNE
    calibrations.void(made, reason="Nhập nhầm", by=None)
    found = {one.row.code: (one.with_it, one.without, one.value) for one in queries.fallen(plan, None, TODAY).effects}
    assert found == {"II.2.a": (2, 0, 1), "B30.2": (2, 0, 1), "II.2.d": (1, 0, 0), "B30.5": (1, 0, 0)}
    results = make.results(TODAY)
    assert {code: results[code, "P2"][0] for code in found} == {code: value for code, (*_, value) in found.items()}


def test_people_who_were_trained_elsewhere_too_do_not_go_with_a_course_that_fell(plan):
    first = make_activities.course(TODAY, "An", "Bình")
    second = make_activities.course(TODAY, "Bình", "Chi")
    for course in (first, second):
        make.evidence("II.2.c", str(course.id), kind=RecordType.ACTIVITY)
    activities.void(second, reason="Trùng", by=None)
    assert moved(plan)["II.2.c", "P2"] == (3, 2)


def test_only_what_counts_can_fall(plan):
    for state, said in ((EvidenceState.PROPOSED, {}), (EvidenceState.EXCLUDED, {"reason": "Trùng"})):
        asset = assets.asset(owner="STC", commissioned_on=date(2026, 1, 2))
        make.evidence("II.2.a", asset.tag, state=state, **said)
        asset.status, asset.status_since_on = Status.DISPOSED, JUNE
    db.session.flush()
    assert fallen(plan) == {}


def test_every_way_to_lose_an_accreditation_has_a_cause():
    lost = {Standing.WITHDRAWN, Standing.SUSPENDED, Standing.EXPIRED}
    assert {Cause(standing.value) for standing in lost} <= set(Cause)


def test_what_fell_is_told_by_the_api_and_on_the_pages(people, arrange, planner, keeper):
    with arrange():
        make.plan()
        asset = assets.asset(commissioned_on=date(2026, 1, 2))
        make.evidence("II.2.a", asset.tag)
        asset.status, asset.status_since_on = Status.DISPOSED, JUNE
        tag = asset.tag
    (line,) = planner.get(f"/api/v1/plans/{make.CODE}/evidence?fallen=true").json["items"]
    assert line["fallen"] == {"cause": "disposed", "on": "2026-06-01", "reason": None}
    assert (line["record"]["id"], line["holds"]) == (tag, True)
    for page in (f"/plan/{make.CODE}?lang=en", f"/plan/{make.CODE}/II.2.a?lang=en", f"/assets/{tag}?lang=en"):
        assert "it was disposed of" in planner.pages.get(page).text
    told = planner.get(f"/api/v1/plans/{make.CODE}/fallen").json
    assert told["effects"][-1] == {"indicator": "II.2.a", "period": "P2", "with_it": 1, "without": 0, "value": 1}
    assert (told["total"], told["items"]) == (1, [line])
    page = " ".join(planner.pages.get(f"/plan/{make.CODE}?lang=en").text.split())
    assert "II.2.a</span> 2026–2030: 1 are reported and still contain it, without it 0" in page
    assert "1 counted record fell since." in planner.pages.get("/?lang=en").text
    assert planner.get(f"/api/v1/plans/{make.CODE}/evidence?fallen=true&state=excluded").json["items"] == []
