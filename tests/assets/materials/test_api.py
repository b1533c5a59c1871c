"""The data sheet of a reference material at its doors: its end limits the validity, nothing is taken twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from registry.assets import tags
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import Caller

ASSETS = "/api/v1/assets"
PH = {"property": "pH ở 25 °C", "value": "7.00", "unit": "pH", "expanded_uncertainty": "0.020", "coverage_factor": "2"}
SHEET = {
    "producer": "Viện Đo lường",
    "certificate_no": "CoA-1",
    "expires_on": "2026-12-31",
    "storage": "15 °C đến 25 °C",
    "quantity": "500.0",
    "unit": "mL",
    "certified_values": [PH],
}


@pytest.fixture
def tag(keeper: Caller) -> str:
    made = keeper.post(ASSETS, json=make.said(kind="reference_material", name="Dung dịch chuẩn pH", lot_no="L-7"))
    found: str = made.get_json()["tag"]
    return found


def put(who: Caller, tag: str, **changes: Any) -> Any:
    etag = who.get(f"{ASSETS}/{tag}/material").headers["ETag"]
    return who.put(f"{ASSETS}/{tag}/material", json=SHEET | changes, headers={"If-Match": etag})


def drawn(who: Caller, tag: str, amount: str, **changes: Any) -> Any:
    return who.post(f"{ASSETS}/{tag}/material/draws", json={"amount": amount} | changes)


def test_a_sheet_is_empty_at_first_and_read_again_digit_by_digit(keeper, tag):
    empty = keeper.get(f"{ASSETS}/{tag}/material").get_json()
    assert set(map(str, empty.values())) == {"None", "[]"}
    answer = put(keeper, tag)
    assert answer.status_code == 200, answer.text
    assert answer.get_json() == {
        **SHEET,
        "opened_on": None,
        "stable_for": None,
        "stable_unit": None,
        "usable_until": "2026-12-31",
        "remaining": "500.0",
        "warnings": [],
    }
    again = keeper.get(f"{ASSETS}/{tag}/material")
    assert (again.get_json(), again.headers["ETag"]) == (answer.get_json(), answer.headers["ETag"])


def test_units_outside_the_vocabulary_are_accepted_and_warned_of(keeper, tag):
    answer = put(keeper, tag, unit="lọ", certified_values=[PH | {"unit": "xyzzy"}])
    assert answer.status_code == 200, answer.text
    assert ["lọ" in answer.json["warnings"][0], "xyzzy" in answer.json["warnings"][1]] == [True, True]
    again = keeper.get(f"{ASSETS}/{tag}/material")
    assert (again.json["warnings"], again.headers["ETag"]) == (answer.json["warnings"], answer.headers["ETag"])


def test_the_end_of_the_shelf_life_is_the_end_of_its_validity(keeper, tag, clock, client):
    assert keeper.get(f"{ASSETS}/{tag}").get_json()["validity"] == "never"
    put(keeper, tag, expires_on=str(TODAY + timedelta(days=61)))
    states = {}
    for days in (0, 1, 61, 62):
        clock(TODAY + timedelta(days=days))
        found = keeper.get(f"{ASSETS}/{tag}").get_json()
        assert found["expires_on"] == found["due_on"] == "2026-08-15"
        listed = keeper.get(f"{ASSETS}?validity={found['validity']}").get_json()["items"]
        assert [item["tag"] for item in listed] == [tag]
        scan = client.get(f"/api/v1/scan/{tag}?lang=en").get_json()
        assert (scan["validity"], scan["fit_for_use"]) == (found["validity"], found["fit_for_use"])
        states[days] = (found["validity"], found["fit_for_use"], [reason["text"] for reason in scan["reasons"]])
    assert states == {
        0: ("valid", True, []),
        1: ("due_soon", True, ["Shelf life: valid until 15 Aug 2026, 60 days left."]),
        61: ("due_soon", True, ["Shelf life: today, 15 Aug 2026, is the last valid day."]),
        62: ("overdue", False, ["Shelf life: valid until yesterday, 15 Aug 2026."]),
    }


def test_opening_it_may_bring_the_end_nearer(keeper, tag):
    put(keeper, tag, stable_for=30, stable_unit="days")
    assert keeper.get(f"{ASSETS}/{tag}").get_json()["due_on"] == "2026-12-31"
    assert drawn(keeper, tag, "10", taken_on="2026-06-14").status_code == 201
    sheet = keeper.get(f"{ASSETS}/{tag}/material").get_json()
    assert (sheet["opened_on"], sheet["usable_until"]) == ("2026-06-14", "2026-07-14")
    assert keeper.get(f"{ASSETS}/{tag}").get_json()["due_on"] == "2026-07-14"
    put(keeper, tag, expires_on=None)
    assert keeper.get(f"{ASSETS}/{tag}").get_json()["validity"] == "valid"  # by its certificate


def test_a_schedule_and_a_shelf_life_both_count(keeper, technician, arrange):
    said = make.said(kind="reference_material", schedules=[{"kind": "intermediate_check", "interval_months": 3}])
    tag = keeper.post(ASSETS, json=said).get_json()["tag"]
    put(keeper, tag)
    found = keeper.get(f"{ASSETS}/{tag}").get_json()
    assert (found["validity"], found["due_on"]) == ("never", "2026-12-31")
    checked = {"asset": tag, "kind": "intermediate_check", "performed_on": "2026-06-01", "outcome": "pass"}
    assert keeper.post("/api/v1/calibrations", json=checked | {"certificate_no": "KT-1"}).status_code == 201
    found = keeper.get(f"{ASSETS}/{tag}").get_json()
    assert (found["validity"], found["due_on"]) == ("valid", "2026-09-01")


def test_what_is_taken_is_written_down_and_deducted(keeper, technician, tag):
    put(keeper, tag)
    first = drawn(keeper, tag, "0.05", unit="L", note="Máy pH số 2").get_json()
    assert (first["amount"], first["unit"], first["remaining"]) == ("50", "mL", "450.0")
    second = drawn(technician, tag, "449.9", taken_by="Lê Văn Á").get_json()
    assert (second["taken_by"], second["taken_on"], second["remaining"]) == ("Lê Văn Á", str(TODAY), "0.1")
    too_much = drawn(keeper, tag, "0.2")
    assert (too_much.status_code, list(too_much.get_json()["errors"])) == (422, ["amount"])
    history = keeper.get(f"{ASSETS}/{tag}/material/draws?count=exact").get_json()
    assert (history["total"], [line["taken_by"] for line in history["items"]]) == (2, ["Lê Văn Á", "Keeper"])
    assert keeper.get(f"{ASSETS}/{tag}/material").get_json()["remaining"] == "0.1"
    changed = keeper.get(f"{ASSETS}/{tag}/history").get_json()["items"][0]
    assert (changed["action"], changed["changes"]["remaining"]) == ("material.draw", ["450.0", "0.1"])


def test_a_corrected_quantity_keeps_what_was_taken(keeper, tag):
    put(keeper, tag)
    drawn(keeper, tag, "100")
    assert put(keeper, tag, quantity="0.25", unit="L").get_json()["remaining"] == "0.15"
    short = put(keeper, tag, quantity="99")
    assert (short.status_code, list(short.get_json()["errors"])) == (422, ["quantity"])
    other = put(keeper, tag, quantity="1", unit="kg")
    assert (other.status_code, list(other.get_json()["errors"])) == (422, ["unit"])


def test_of_several_who_take_the_last_of_it_one_does(keeper, tag):
    put(keeper, tag, quantity="10")
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _who: drawn(keeper, tag, "6"), range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]


def test_a_draw_repeated_under_one_key_is_one(keeper, tag):
    put(keeper, tag)
    path, headers = f"{ASSETS}/{tag}/material/draws", {"Idempotency-Key": "k1"}
    first, again = (keeper.post(path, json={"amount": "1"}, headers=headers).get_json() for _time in range(2))
    assert first == again
    assert keeper.get(f"{ASSETS}/{tag}/material").get_json()["remaining"] == "499.0"


def test_nothing_is_taken_of_what_nobody_measured(keeper, tag):
    assert drawn(keeper, tag, "1").status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opened_on": "2026-06-16"}, "opened_on"),
        ({"stable_for": 0, "stable_unit": "days"}, "stable_for"),
        ({"stable_for": 3}, "stable_unit"),
        ({"stable_unit": "weeks"}, "stable_unit"),
        ({"quantity": "-1"}, "quantity"),
        ({"unit": None}, "unit"),
        ({"expires_on": "2026-02-30"}, "expires_on"),
        ({"certified_values": [PH | {"value": "7,00"}]}, "certified_values.0.value"),
        ({"certified_values": [PH, PH | {"coverage_factor": "0.5"}]}, "certified_values.1.coverage_factor"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_accepted_is_named_by_its_field(keeper, tag, changes, field):
    answer = put(keeper, tag, **changes)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


@pytest.mark.parametrize("amount", ["0", "-1", "NaN", "", 5])
def test_an_amount_is_more_than_nothing(keeper, tag, amount):
    put(keeper, tag)
    answer = drawn(keeper, tag, amount)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["amount"])


def test_a_sheet_is_changed_in_the_version_that_was_read(keeper, technician, tag):
    path = f"{ASSETS}/{tag}/material"
    assert keeper.put(path, json=SHEET).status_code == 428
    etag = keeper.get(path).headers["ETag"]
    put(technician, tag)
    assert keeper.put(path, json=SHEET | {"unit": "L"}, headers={"If-Match": etag}).status_code == 412


def test_anything_else_has_no_sheet_and_a_material_with_one_stays_a_material(keeper, tag):
    other = keeper.post(ASSETS, json=make.said()).get_json()["tag"]
    assert keeper.get(f"{ASSETS}/{other}/material").status_code == 404
    assert drawn(keeper, other, "1").status_code == 404
    put(keeper, tag)
    etag = keeper.get(f"{ASSETS}/{tag}").headers["ETag"]
    answer = keeper.patch(f"{ASSETS}/{tag}", json={"kind": "standard"}, headers={"If-Match": etag})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["kind"])


def test_an_expired_material_was_no_valid_standard(keeper, tag):
    put(keeper, tag, expires_on="2026-06-10")
    other = keeper.post(ASSETS, json=make.said()).get_json()["tag"]
    for day, valid in (("2026-06-10", True), ("2026-06-11", False)):
        said = {"asset": other, "kind": "intermediate_check", "performed_on": day, "outcome": "pass"}
        made = keeper.post("/api/v1/calibrations", json=said | {"certificate_no": day, "standards": [tag]})
        assert made.status_code == 201, made.text
        page = keeper.pages.get(f"/calibrations/{made.get_json()['id']}?lang=en").text
        assert ("Not valid on that day" in page) is not valid
        assert ("The results are traceable through these standards" in page) is valid


WRITERS = {"keeper": 200, "technician": 200, "admin": 200, "inspector": 403, "planner": 403, "stranger": 404}


@pytest.mark.parametrize(("who", "status"), WRITERS.items())
def test_who_may_change_and_take(people, tag, who, status):
    put(people.keeper, tag)
    caller, etag = getattr(people, who), people.keeper.get(f"{ASSETS}/{tag}/material").headers["ETag"]
    changed = caller.put(f"{ASSETS}/{tag}/material", json=SHEET, headers={"If-Match": etag})
    assert changed.status_code == status
    assert drawn(caller, tag, "1").status_code == (201 if status == 200 else status)


@pytest.mark.parametrize("path", ["material", "material/draws"])
def test_strangers_do_not_learn_that_it_exists(people, client, tag, path):
    assert people.keeper.get(f"{ASSETS}/{tag}/{path}").status_code == 200
    assert people.inspector.get(f"{ASSETS}/{tag}/{path}").status_code == 200
    assert people.stranger.get(f"{ASSETS}/{tag}/{path}").status_code == 404
    assert people.keeper.get(f"{ASSETS}/{tags.new()}/{path}").status_code == 404
    assert client.get(f"{ASSETS}/{tag}/{path}").status_code == 401


class TestPages:
    def test_a_sheet_is_filled_in_and_some_is_taken(self, keeper, tag):
        browser = keeper.pages
        said = {"producer": "Viện", "quantity": "0,5", "unit": "L", "expires_on": "2026-12-31", "version": "0"}
        values = {f"certified_values-0-{name}": value.replace(".", ",") for name, value in PH.items()}
        assert browser.post(f"/assets/{tag}/material", data=said | values).status_code == 302
        page = browser.get(f"/assets/{tag}").text
        assert "0,5 L / 0,5 L" in page
        assert "7,00 ± 0,020 pH" in page
        taken = browser.post(f"/assets/{tag}/material/draws", data={"amount": "50", "unit": "mL", "taken_by": "Á"})
        assert taken.status_code == 302, taken.text
        assert "0,45 L" in browser.get(f"/assets/{tag}/material/draws").text
        too_much = browser.post(f"/assets/{tag}/material/draws", data={"amount": "50", "unit": "L"})
        assert too_much.status_code == 422
        assert 'id="f-amount-fault"' in too_much.text

    def test_two_who_fill_it_in_at_once_do_not_overwrite_each_other(self, keeper, technician, tag):
        said = {"producer": "Viện", "version": "0"}
        assert keeper.pages.post(f"/assets/{tag}/material", data=said).status_code == 302
        assert technician.pages.post(f"/assets/{tag}/material", data=said).status_code == 409
