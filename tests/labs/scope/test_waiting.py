"""What a laboratory states of its own scope in its favour: it waits for the body that supervises it."""

import io
from datetime import date
from decimal import Decimal

import pytest

from registry.jobs import work
from registry.labs.scope.lines import FIELDS, is_wider
from registry.labs.scope.rules import Place
from tests.make import assets as make
from tests.make import chain
from tests.make.calibration import calibration
from tests.make.labs import said, said_accreditation

LAB = "/api/v1/labs/PTN-1"
SEEN = "Quyết định của BoA"
DAY = date(2025, 6, 15)
LINE = {"quantity": "Khối lượng", "unit": "g", "range_low": "0", "range_high": "20000", "cmc": "0.01"}
FINER = LINE | {"cmc": "0.0001"}


@pytest.fixture
def result(people, arrange, app):
    """The key of a result with a smaller uncertainty than the confirmed line of its laboratory."""
    body = said(accreditations=[said_accreditation(granted_on="2020-01-01")], scope=[LINE])
    assert people.keeper.post("/api/v1/labs", json=body).status_code == 201
    confirm(people)
    with arrange():
        record = calibration(make.asset(name="Cân"), DAY, points=[chain.point("100", u="0.001")], lab="PTN-1")
        return record.id


def confirm(people):
    open_ones = [one["name"] for one in statements(people) if not one["confirmed"]]
    answer = people.inspector.post(f"{LAB}/confirmations", json={"statements": open_ones, "basis": SEEN})
    assert answer.status_code == 200


def statements(people):
    return people.inspector.get(f"{LAB}/confirmations").json["statements"]


def judged(people, app, key):
    with app.app_context():
        while work.one():
            pass
    told = people.keeper.get(f"/api/v1/calibrations/{key}/competence").json
    return told["now"]["competence"], told["now"]["confirmed"], told["changed_by"]


@pytest.mark.parametrize("kind", ["add", "replace"])
def test_its_own_decision_counts_once_it_is_confirmed_and_replaces_nothing_before(people, app, result, kind):
    decided = {"number": "7/QĐ", "effective_on": "2024-01-01", "kind": kind, "lines": [FINER]}
    made = people.keeper.post(f"{LAB}/scope-decisions", json=decided)
    assert (made.status_code, made.json["waits"]) == (201, True)
    assert judged(people, app, result) == ("outside_scope", True, None)
    shown = people.keeper.get(f"{LAB}/scope?on=2025-06-15").json["items"]
    assert [(one["cmc"], one["awaits_confirmation"]) for one in shown] == [("0.01", False), ("0.0001", True)]
    assert "chờ xác nhận" in people.keeper.pages.get("/labs/PTN-1/scope").text.lower()
    register = people.keeper.get("/api/v1/register/PTN-1/scope").json["items"]
    assert [one["cmc"] for one in register] == ["0.01"]
    confirm(people)
    assert judged(people, app, result) == ("in_scope", True, "7/QĐ")
    after = people.keeper.get(f"{LAB}/scope?on=2025-06-15").json["items"]
    assert [one["cmc"] for one in after] == (["0.0001"] if kind == "replace" else ["0.01", "0.0001"])


def test_a_decision_of_the_supervising_body_counts_at_once_and_is_not_undone_by_the_laboratory(people, app, result):
    key = people.keeper.get(f"{LAB}/scope").json["items"][0]["id"]
    ended = {"number": "8/QĐ", "effective_on": "2025-01-01", "kind": "end", "ends": [key]}
    made = people.admin.post(f"{LAB}/scope-decisions", json=ended)
    assert (made.status_code, made.json["waits"]) == (201, False)
    undo = f"{LAB}/scope-decisions/{made.json['id']}/undo"
    assert people.keeper.post(undo, json={"reason": "Không đúng"}).status_code == 403
    assert people.admin.post(undo, json={"reason": "Ghi nhầm"}).status_code == 200
    own = people.keeper.post(f"{LAB}/scope-decisions", json=ended).json  # against itself: at once
    assert people.keeper.get(f"{LAB}/scope?on=2025-06-15").json["items"] == []
    again = people.keeper.post(f"{LAB}/scope-decisions/{own['id']}/undo", json={"reason": "Nhầm"})
    assert again.status_code == 200


def test_a_confirmed_line_is_not_corrected_by_the_laboratory_itself(people, app, result):
    key = people.keeper.get(f"{LAB}/scope").json["items"][0]["id"]
    said_so = {"reason": "Gõ nhầm", "corrected": FINER}
    refused = people.keeper.post(f"{LAB}/scope/{key}/correct", json=said_so)
    assert (refused.status_code, "xác nhận" in refused.json["detail"]) == (403, True)
    assert f"/scope/{key}/correct" not in people.keeper.pages.get("/labs/PTN-1/scope").text
    assert f"/scope/{key}/correct" in people.admin.pages.get("/labs/PTN-1/scope").text
    assert judged(people, app, result)[0] == "outside_scope"
    assert people.admin.post(f"{LAB}/scope/{key}/correct", json=said_so).status_code == 200
    assert judged(people, app, result)[0] == "in_scope"


def test_who_confirms_a_correction_sees_what_it_corrects(people, app, result):
    key = people.keeper.get(f"{LAB}/scope").json["items"][0]["id"]
    taken = {"statements": [f"scope_line-{key}"], "basis": SEEN, "confirmed": False}
    assert people.inspector.post(f"{LAB}/confirmations", json=taken).status_code == 200
    corrected = {"reason": "Gõ nhầm", "corrected": FINER}
    assert people.keeper.post(f"{LAB}/scope/{key}/correct", json=corrected).status_code == 200
    (line,) = [one for one in statements(people) if one["kind"] == "scope_line"]
    assert (line["waits"], "0,01 g" in line["before"], "0,0001 g" in line["said_by"]) == (True, True, True)
    page = people.inspector.pages.get("/labs/PTN-1/confirmations").text
    assert line["before"] in page


def test_a_sheet_is_checked_against_types_sites_and_papers_and_reads_whole_dong(people, arrange):
    body = said(accreditations=[said_accreditation()], sites=[{"name": "Cơ sở 1"}])
    assert people.keeper.post("/api/v1/labs", json=body).status_code == 201
    rows = "quantity;unit;price;instrument_type;site;accreditation\n"
    rows += "Khối lượng;g;350.000;;cơ sở 1;vilas 999\nKhối lượng;g;1.250.000;KHONG;Nơi lạ;VLAC 1\n"
    found = people.keeper.post(f"{LAB}/scope-sheet", data={"file": (io.BytesIO(rows.encode()), "a.csv")}).json
    assert [line["price"] for line in found["lines"]] == [350_000, 1_250_000]
    assert {(one["row"], one["field"]) for one in found["errors"]} == {
        ("3", "instrument_type"),
        ("3", "site"),
        ("3", "accreditation"),
    }


def test_of_a_stated_line_a_correction_in_its_favour_waits_and_another_does_not(people, arrange):
    body = said(accreditations=[said_accreditation()], scope=[LINE])
    assert people.keeper.post("/api/v1/labs", json=body).status_code == 201
    waits = []
    for corrected in (LINE | {"price": 5000}, LINE | {"cmc": "0.02"}, LINE):
        key = people.keeper.get(f"{LAB}/scope").json["items"][0]["id"]
        answer = people.keeper.post(f"{LAB}/scope/{key}/correct", json={"reason": "Nhầm", "corrected": corrected})
        waits.append(answer.json["awaits_confirmation"])
    assert waits == [False, False, True]
    etag = {"If-Match": people.keeper.get(LAB).headers["ETag"]}
    wider = people.keeper.patch(LAB, json={"scope": [LINE | {"range_high": "50000"}]}, headers=etag)
    assert wider.status_code == 200
    assert [one["awaits_confirmation"] for one in people.keeper.get(f"{LAB}/scope").json["items"]] == [True]


def test_the_chain_says_that_a_scope_is_only_stated(people, arrange):
    body = said(accreditations=[said_accreditation()], scope=[LINE])
    assert people.keeper.post("/api/v1/labs", json=body).status_code == 201
    named = [one["name"] for one in statements(people) if one["kind"] == "accreditation"]
    people.inspector.post(f"{LAB}/confirmations", json={"statements": named, "basis": SEEN})
    with arrange():
        item = make.asset(name="Cân")
        calibration(item, DAY, points=[chain.point("100", u="0.1")], lab="PTN-1")
        tag = item.tag
    said_of = people.keeper.get(f"/api/v1/assets/{tag}/traceability?lang=en").json
    codes = {check["code"]: check["verdict"] for node in said_of["nodes"] for check in node["checks"]}
    assert (said_of["verdict"], codes["scope_unconfirmed"]) == ("remark", "remark")
    confirm(people)
    assert people.keeper.get(f"/api/v1/assets/{tag}/traceability").json["verdict"] == "good"


PLAIN = dict.fromkeys(FIELDS) | {
    "quantity": "Khối lượng",
    "unit": "g",
    "range_low": Decimal(1),
    "range_high": Decimal(100),
    "cmc": Decimal("0.1"),
    "place": Place.LABORATORY,
}


@pytest.mark.parametrize(
    ("changed", "wider"),
    [
        ({}, False),
        ({"method": "ĐLVN 1", "price": 1, "quantity": "Mass"}, False),
        ({"range_low": Decimal(2), "range_high": Decimal(99), "cmc": Decimal("0.2")}, False),
        ({"cmc_relative": Decimal(1)}, False),
        ({"valid_from": date(2025, 1, 1), "valid_to": date(2025, 2, 1)}, False),
        ({"cmc": Decimal("0.09")}, True),
        ({"cmc": None}, True),
        ({"range_low": None}, True),
        ({"range_high": Decimal(101)}, True),
        ({"quantity": "Áp suất"}, True),
        ({"unit": "kg"}, True),
        ({"place": Place.BOTH}, True),
        ({"place": None}, True),
        ({"measurand": "Cân"}, True),
    ],
)
def test_what_a_line_may_hold_that_another_does_not(changed, wider):
    assert is_wider(PLAIN | changed, PLAIN) is wider


def test_a_best_uncertainty_where_none_was_stated_betters_a_line():
    assert is_wider(PLAIN, PLAIN | {"cmc": None})
