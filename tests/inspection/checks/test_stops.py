"""What an inspection stops, or measures over its limit, must not be used by anybody until that falls away."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from registry.assets.models import Asset
from registry.assets.rules import Doubt, Proof, ScheduleKind
from registry.calibration.cases import doubts
from registry.calibration.rules import CalibrationKind, Outcome
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import chain
from tests.make.inspection import INSPECTIONS, check, listed, send

OVER = {"key": "k0", "error_value": "-0.8", "error_limit": "0.5", "error_unit": "g"}
WITHIN = OVER | {"key": "k1", "origin": "k0", "revision": 1, "error_value": "0.4"}
HOLDS = ("valid", True, [])
STOPPED = ("valid", False, ["stopped"])


def told(visited, who, tag="good"):
    answer = who.get(f"/api/v1/scan/{visited[tag]}").get_json()
    return answer["validity"], answer["fit_for_use"], [one["code"] for one in answer["reasons"]]


def suspended(who, visited, *, key="k0", kind="suspension"):
    said = {"kind": kind, "text": "Dừng sử dụng", "check": key, "due_on": str(TODAY + timedelta(9))}
    answer = who.post(f"{INSPECTIONS}/{visited['id']}/measures", json=said)
    assert answer.status_code == 201, answer.text
    return answer.get_json()["id"]


def signed(who, visited, **said):
    body = {"representatives": [{"name": "Bà Chủ"}]} | said
    answer = who.post(f"{INSPECTIONS}/{visited['id']}/minutes", json=body)
    assert answer.status_code in {200, 201}, answer.text


def test_minutes_that_stop_a_use_forbid_it_to_everybody_until_the_measure_was_followed(inspector, people, visited, app):
    send(inspector, visited, check(visited["good"], "k0"))
    measure = suspended(inspector, visited)
    assert told(visited, inspector) == HOLDS  # nothing is signed yet
    signed(inspector, visited)
    assert told(visited, people.stranger) == STOPPED
    with app.test_client() as nobody:
        page = nobody.get(f"/s/{visited['good']}?lang=vi").get_data(as_text=True)
    assert "Cơ quan kiểm tra nhà nước đã yêu cầu dừng sử dụng từ ngày" in page
    assert 'data-fit="no"' in page
    done = {"done_on": str(TODAY), "evidence": "Đã thay cân"}
    assert inspector.post(f"{INSPECTIONS}/{visited['id']}/measures/{measure}/done", json=done).status_code == 200
    assert told(visited, people.stranger) == HOLDS
    log = inspector.get(f"/api/v1/assets/{visited['good']}/history").get_json()["items"]
    days = [one["changes"]["stopped_on"] for one in log if one["action"] == "asset.stop"]
    assert days == [[str(TODAY), None], [None, str(TODAY)]]


@pytest.mark.parametrize("kind", ["warning", "reverification", "other"])
def test_no_other_measure_stops_a_use(inspector, visited, kind):
    send(inspector, visited, check(visited["good"], "k0"))
    suspended(inspector, visited, kind=kind)
    signed(inspector, visited)
    assert told(visited, inspector) == HOLDS


def test_what_is_decided_after_signing_stops_when_the_minutes_say_so(inspector, visited, clock):
    send(inspector, visited, check(visited["good"], "k0"))
    signed(inspector, visited)
    clock(datetime.combine(TODAY, time(15), tzinfo=UTC))
    suspended(inspector, visited)
    assert told(visited, inspector) == HOLDS
    signed(inspector, visited, amendment_reason="Bổ sung biện pháp")
    assert told(visited, inspector) == STOPPED


def test_a_measure_is_about_what_its_corrected_check_is_about(inspector, visited):
    send(inspector, visited, check(visited["over"], "k0"))
    suspended(inspector, visited)
    send(inspector, visited, check(visited["good"], "k1", origin="k0", revision=1))
    signed(inspector, visited)
    assert told(visited, inspector) == STOPPED
    assert "stopped" not in told(visited, inspector, "over")[2]


def test_lists_and_the_first_page_follow(inspector, visited):
    send(inspector, visited, check(visited["good"], **OVER))
    found = inspector.get("/api/v1/assets?doubt=stopped").get_json()["items"]
    assert [(one["tag"], one["fit_for_use"]) for one in found] == [(visited["good"], False)]
    forbidden = inspector.get("/api/v1/assets?use=forbidden").get_json()["items"]
    assert visited["good"] in {one["tag"] for one in forbidden}
    home = inspector.pages.get("/?lang=en").get_data(as_text=True)
    assert "Recalled or stopped: must not be used" in home
    assert "A state inspection found its error over the limit on" in home


def test_an_error_over_its_limit_forbids_use_and_its_correction_brings_it_back(inspector, visited):
    send(inspector, visited, check(visited["good"], **OVER))
    assert told(visited, inspector) == STOPPED
    send(inspector, visited, check(visited["good"], **WITHIN))
    assert told(visited, inspector) == HOLDS
    (row,) = listed(inspector, visited)
    assert row["answer"]["fit_for_use"]  # what the check itself had forbidden is not the registry's answer to it


def test_one_that_is_not_in_use_must_not_be_used_either(inspector, visited):
    send(inspector, visited, check(visited["good"], **OVER, in_use=False))
    assert told(visited, inspector) == STOPPED


def test_a_cancelled_inspection_found_no_error(inspector, visited):
    send(inspector, visited, check(visited["good"], **OVER))
    step = {"to": "cancelled", "reason": "Nhầm đơn vị"}
    assert inspector.post(f"{INSPECTIONS}/{visited['id']}/steps", json=step).status_code in {200, 201}
    assert told(visited, inspector) == HOLDS


@pytest.fixture
def later(visited, arrange, clock):
    """Records work on the good one so many days from today."""

    def record(days, kind, outcome):
        on = TODAY + timedelta(days)
        clock(on)
        with arrange():
            asset = db.session.scalars(select(Asset).where(Asset.tag == visited["good"])).one()
            until = on + timedelta(300) if kind is CalibrationKind.VERIFICATION else None
            make_calibrations.calibration(asset, on, kind=kind, outcome=outcome, valid_until=until)

    return record


@pytest.mark.parametrize(
    ("work", "is_lifted"),
    [
        ((1, CalibrationKind.VERIFICATION, Outcome.PASS), True),
        ((0, CalibrationKind.VERIFICATION, Outcome.PASS), False),  # nobody knows what came first that day
        ((1, CalibrationKind.VERIFICATION, Outcome.FAIL), False),
        ((1, CalibrationKind.CALIBRATION, Outcome.PASS), False),  # the law has it verified
    ],
)
def test_a_good_verification_of_a_later_day_lifts_an_error(inspector, visited, later, work, is_lifted):
    send(inspector, visited, check(visited["good"], **OVER))
    later(*work)
    assert ("stopped" not in told(visited, inspector)[2]) is is_lifted


@pytest.mark.parametrize(("own", "is_lifted"), [(ScheduleKind.CALIBRATION, True), (ScheduleKind.VERIFICATION, False)])
def test_a_calibration_lifts_an_error_unless_a_verification_is_kept_for_the_thing_itself(
    people, arrange, own, is_lifted
):
    with arrange():
        make_assets.asset(schedules=[make_assets.schedule(kind=ScheduleKind.VERIFICATION, proof=Proof.GOOD)])
        asset = make_assets.asset(schedules=[make_assets.schedule(kind=own, proof=Proof.GOOD)])
        asset.error_found_on = TODAY - timedelta(10)
        make_calibrations.calibration(asset, TODAY, kind=CalibrationKind.CALIBRATION, outcome=Outcome.PASS)
        db.session.flush()
        doubts.mark([asset.id])
        db.session.refresh(asset)
        assert (asset.doubt is None) is is_lifted


def test_an_inspection_says_more_than_a_case_and_the_case_speaks_again_after_it(people, arrange):
    with arrange():
        weight, item = chain.standard("F1", characteristics=[]), chain.standard("Cân")
        chain.used(weight, TODAY - timedelta(100), points=[chain.point("2000", limit="0.1")])
        chain.used(item, TODAY - timedelta(5), weight)
        chain.failed(weight, TODAY, chain.point("2000", "0.5", limit="0.1"))
        for stopped_on, said in ((None, Doubt.IN_DOUBT), (TODAY, Doubt.STOPPED), (None, Doubt.IN_DOUBT)):
            item.stopped_on = stopped_on
            db.session.flush()
            doubts.mark([item.id])
            db.session.refresh(item)
            assert item.doubt is said


@pytest.mark.parametrize(("days", "said"), [(6, Doubt.STOPPED), (4, None)])
def test_a_part_is_lifted_with_the_verification_of_its_set(people, arrange, days, said):
    with arrange():
        whole = make_assets.asset(name="Bộ", schedules=[make_assets.schedule(ScheduleKind.VERIFICATION)])
        part = make_assets.asset(name="Quả", parent_id=whole.id)
        part.error_found_on = TODAY - timedelta(5)
        db.session.flush()
        doubts.mark([part.id])
        db.session.refresh(part)
        assert part.doubt is Doubt.STOPPED
        on, until = TODAY - timedelta(days), TODAY + timedelta(300)
        make_calibrations.calibration(whole, on, kind=CalibrationKind.VERIFICATION, valid_until=until)
        db.session.refresh(part)
        assert part.doubt is said
