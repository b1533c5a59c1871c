"""Due dates through the API: who may, what is refused, twice the same, and what a scan and a list show."""

from datetime import date
from decimal import Decimal

import pytest

from tests.make import assets as make_assets
from tests.make.calibration import calibration
from tests.people import PASSWORD

WRITERS = {"keeper", "technician", "admin"}
EVERYBODY = ("keeper", "technician", "inspector", "planner", "admin", "stranger")


@pytest.fixture
def tag(people, arrange):
    """A standard calibrated on 1 March 2026, every 12 months or 100 hours."""
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule(usage_limit=Decimal(100), usage_unit="h")])
        calibration(made, date(2026, 3, 1))
        return made.tag


def one(tag, rest="due", kind="calibration"):
    return f"/api/v1/assets/{tag}/schedules/{kind}/{rest}"


ASK = {"until": "2027-06-30", "reason": "Chờ chuẩn", "evidence": "Trôi 0,1 U"}


def test_why_this_day_is_told_in_codes_and_sentences_of_both_languages(keeper, tag):
    said = keeper.get(one(tag)).json
    assert (said["kind"], said["due_on"], said["planned_on"]) == ("calibration", "2027-03-01", None)
    assert [step["code"] for step in said["steps"]] == ["record", "from_performed", "interval"]
    assert [step["code"] for step in said["warnings"]] == ["no_reading"]
    assert said["steps"][0]["facts"] == {
        "record": said["record"],
        "certificate_no": "GCN-2026-03-01",
        "outcome": "pass",
    }
    assert said["steps"][2]["text"] == "Cộng chu kỳ 12 tháng: 01/03/2027."
    english = keeper.get(one(tag), headers={"Accept-Language": "en"}).json
    assert english["steps"][2]["text"] == "Plus the interval, 12 months: 1 Mar 2027."


@pytest.mark.parametrize("name", EVERYBODY)
def test_who_may_read_and_write(people, tag, name):
    caller = getattr(people, name)
    reads = 404 if name == "stranger" else 200
    for rest in ("due", "readings", "extensions"):
        assert caller.get(one(tag, rest)).status_code == reads
    refused = 404 if name == "stranger" else 403
    may = name in WRITERS
    assert caller.post(one(tag, "readings"), json={"value": "1"}).status_code == (201 if may else refused)
    assert caller.post(one(tag, "extensions"), json=ASK).status_code == (201 if may else refused)


def test_a_kind_without_a_schedule_and_a_kind_that_is_none_are_not_found(keeper, tag):
    for kind in ("verification", "nonsense"):
        assert keeper.get(one(tag, kind=kind)).status_code == 404


def test_an_extension_from_asking_to_its_end(people, tag):
    asked = people.technician.post(one(tag, "extensions"), json=ASK).json
    assert (asked["state"], asked["due_on"], asked["until"]) == ("asked", "2027-03-01", "2027-06-30")
    key = asked["id"]
    assert people.technician.post(one(tag, f"extensions/{key}/grant"), json={"password": PASSWORD}).status_code == 403
    granted = people.keeper.post(one(tag, f"extensions/{key}/grant"), json={"password": PASSWORD}).json
    assert (granted["state"], granted["granted_by"]) == ("granted", "Keeper")
    assert people.keeper.get(f"/api/v1/assets/{tag}").json["due_on"] == "2027-06-30"
    assert people.keeper.get(one(tag)).json["steps"][-1]["code"] == "extended"
    assert people.keeper.post(one(tag, f"extensions/{key}/grant"), json={"password": PASSWORD}).status_code == 409
    ended = people.keeper.post(one(tag, f"extensions/{key}/end"), json={"reason": "Không an toàn"}).json
    assert (ended["state"], ended["end_reason"]) == ("ended", "Không an toàn")
    assert people.keeper.get(f"/api/v1/assets/{tag}").json["due_on"] == "2027-03-01"
    assert people.keeper.post(one(tag, f"extensions/{key}/end"), json={"reason": "Lại"}).status_code == 409
    assert people.keeper.post(one(tag, "extensions/999/grant"), json={"password": PASSWORD}).status_code == 404


def test_an_extension_sent_twice_with_one_key_is_asked_once(technician, tag):
    headers = {"Idempotency-Key": "once"}
    first, second = (technician.post(one(tag, "extensions"), json=ASK, headers=headers) for _time in range(2))
    assert (first.status_code, first.json) == (second.status_code, second.json) == (201, first.json)
    assert technician.post(one(tag, "extensions"), json=ASK).status_code == 409


@pytest.mark.parametrize(
    ("rest", "body", "field"),
    [
        ("extensions", ASK | {"until": "2027-03-01"}, "until"),
        ("extensions", ASK | {"evidence": " "}, "evidence"),
        ("extensions", {"until": "2027-06-30", "evidence": "e"}, "reason"),
        ("readings", {"value": "1", "on": "2026-06-16"}, "on"),
        ("readings", {"value": "1,5"}, "value"),
        ("readings", {}, "value"),
    ],
)
def test_what_is_refused_says_where(keeper, tag, rest, body, field):
    answer = keeper.post(one(tag, rest), json=body)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_readings_keep_their_digits_and_bring_the_day_closer(keeper, tag):
    keeper.post(one(tag, "readings"), json={"value": "0.00", "on": "2026-03-01"})
    made = keeper.post(one(tag, "readings"), json={"value": "100.00", "on": "2026-05-01", "note": "ca 2"}).json
    assert (made["value"], made["note"], made["actor"]) == ("100.00", "ca 2", "Keeper")
    assert keeper.get(f"/api/v1/assets/{tag}").json["due_on"] == "2026-05-01"
    step = keeper.get(one(tag)).json["steps"][-1]
    assert (step["code"], step["facts"]["used"], step["facts"]["read_on"]) == ("usage_met", "100.00", "2026-05-01")
    assert keeper.post(one(tag, "readings"), json={"value": "3"}).status_code == 422
    assert keeper.post(one(tag, "readings"), json={"value": "3", "restarted": True}).status_code == 201
    page = keeper.get(one(tag, "readings?limit=2")).json
    assert [line["value"] for line in page["items"]] == ["3", "100.00"]
    withdrawn = keeper.post(one(tag, f"readings/{made['id']}/withdraw"), json={"reason": "Nhầm"}).json
    assert withdrawn["withdrawn_because"] == "Nhầm"
    assert keeper.get(f"/api/v1/assets/{tag}").json["due_on"] == "2027-03-01"


def test_the_first_use_is_recorded_once(keeper, people, arrange):
    with arrange():
        made = make_assets.asset(schedules=[make_assets.schedule(anchor="first_use")])
        calibration(made, date(2026, 1, 31))
        tag = made.tag
    answer = keeper.post(one(tag, "first-use"), json={"on": "2026-02-28"})
    assert (answer.status_code, answer.json["due_on"], answer.json["first_use_on"]) == (200, "2027-02-28", "2026-02-28")
    assert keeper.post(one(tag, "first-use"), json={}).status_code == 409


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({"interval_months": 12}, (12, 12, "months")),
        ({"interval": 12}, (12, 12, "months")),
        ({"interval": 2, "interval_unit": "years"}, (24, 2, "years")),
        ({"interval": 2, "interval_unit": "years", "interval_months": 24}, (24, 2, "years")),
        ({"interval": 90, "interval_unit": "days", "interval_months": None}, (None, 90, "days")),
        ({"interval": 18300, "interval_unit": "days"}, (None, 18300, "days")),
    ],
)
def test_an_interval_is_said_in_months_or_with_a_unit(keeper, said, shown):
    made = keeper.post("/api/v1/assets", json=make_assets.said(schedules=[{"kind": "calibration"} | said])).json
    (schedule,) = made["schedules"]
    assert (schedule["interval_months"], schedule["interval"], schedule["interval_unit"]) == shown
    (listed,) = keeper.get("/api/v1/assets").json["items"]
    one = keeper.get(f"/api/v1/assets/{made['tag']}").json
    assert listed | {"warnings": []} == one | {"lacks": None}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "interval_months"),
        ({"interval_months": None}, "interval_months"),
        ({"interval_unit": "days"}, "interval"),
        ({"interval_months": 12, "interval_unit": "days"}, "interval"),
        ({"interval_months": 12, "interval": 2, "interval_unit": "years"}, "interval_months"),
        ({"interval": 601}, "interval"),
        ({"interval": 2601, "interval_unit": "weeks"}, "interval"),
        ({"interval": 0, "interval_unit": "days"}, "interval"),
        ({"interval_months": 12, "usage_limit": "100"}, "usage_unit"),
        ({"interval_months": 12, "usage_unit": "h"}, "usage_limit"),
        ({"interval_months": 12, "usage_limit": "0", "usage_unit": "h"}, "usage_limit"),
        ({"interval_months": 12, "early_days": 0}, "early_days"),
    ],
)
def test_an_interval_or_a_policy_that_cannot_be_is_refused_beside_it(keeper, said, field):
    answer = keeper.post("/api/v1/assets", json=make_assets.said(schedules=[{"kind": "calibration"} | said]))
    assert (answer.status_code, list(answer.json["errors"])) == (422, [f"schedules.0.{field}"])


def test_policies_that_are_not_said_stay_and_null_takes_them_back(keeper, tag):
    path = f"/api/v1/assets/{tag}"

    def patched(**said):
        etag = keeper.get(path).headers["ETag"]
        schedules = [{"kind": "calibration", "interval_months": 12} | said]
        return keeper.patch(path, json={"schedules": schedules}, headers={"If-Match": etag}).json["schedules"][0]

    assert patched(early_days=30, late_keeps=True)["usage_limit"] == "100"
    assert (patched()["early_days"], patched()["late_keeps"]) == (30, True)
    cleared = patched(early_days=None, usage_limit=None, usage_unit=None, late_keeps=False)
    assert (cleared["early_days"], cleared["usage_limit"], cleared["late_keeps"]) == (None, None, False)
