"""The doors of assets: who gets in, what they say, and that nothing typed at them breaks them."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from registry.assets import tags
from tests.make import assets as make
from tests.make.assets import ASSETS, patched, registered
from tests.people import CENTRE, ELSEWHERE

LONG = {"characteristics": [{"quantity": "Khối lượng", "unit": "g", "range_low": "0.10", "range_high": "200.000"}]}
YEARLY = {"schedules": [{"kind": "calibration", "interval_months": 12}]}


def test_registering_gives_what_the_contract_lists(keeper):
    said = {"serial_no": "S1", "commissioned_on": "2024-02-29", "lot_no": "L-1", "standard_class": "working"}
    made = registered(keeper, **LONG, **YEARLY, **said)
    assert made == {
        "tag": made["tag"],
        "current_tag": made["tag"],
        "kind": "standard",
        "name": "Quả cân F1",
        "manufacturer": None,
        "model": None,
        "contradicted": False,
        "unverified": False,
        "serial_no": "S1",
        "asset_no": None,
        "owner": CENTRE,
        "location": None,
        "custodian": None,
        "instrument_type": None,
        "status": "in_service",
        "status_since_on": made["status_since_on"],
        "restriction": None,
        "commissioned_on": "2024-02-29",
        "standard_class": "working",
        "lot_no": "L-1",
        "parent": None,
        "expires_on": None,
        "characteristics": [
            {
                "quantity": "Khối lượng",
                "unit": "g",
                "range_low": "0.10",
                "range_high": "200.000",
                "mpe": None,
                "mpe_percent_of_reading": None,
                "mpe_percent_of_range": None,
                "accuracy_class": None,
                "resolution": None,
            }
        ],
        "schedules": [
            {
                "kind": "calibration",
                "interval_months": 12,
                "interval": 12,
                "interval_unit": "months",
                "ends": "exact",
                "anchor": "performed",
                "early_days": None,
                "late_keeps": False,
                "usage_limit": None,
                "usage_unit": None,
                "first_use_on": None,
                "planned_on": None,
                "due_on": None,
                "last_performed_on": None,
                "validity": "never",
            }
        ],
        "validity": "never",
        "fit_for_use": False,
        "due_on": None,
        "doubt": None,
        "warnings": [],
    }
    assert keeper.get(f"{ASSETS}/{tags.grouped(made['tag']).lower()}").get_json() == made


def test_a_list_is_paged_filtered_and_searched(keeper):
    for name in ("Đồng hồ nước", "Áp kế", "Cân"):
        registered(keeper, name=name)
    first = keeper.get(f"{ASSETS}?limit=2&count=exact").get_json()
    assert ([item["name"] for item in first["items"]], first["total"]) == (["Áp kế", "Cân"], 3)
    rest = keeper.get(ASSETS, query_string={"limit": 2, "cursor": first["next"]}).get_json()
    assert ([item["name"] for item in rest["items"]], rest["next"]) == (["Đồng hồ nước"], None)
    assert [item["name"] for item in keeper.get(f"{ASSETS}?q=dong+ho+nuoc").get_json()["items"]] == ["Đồng hồ nước"]
    assert keeper.get(f"{ASSETS}?validity=overdue").get_json()["items"] == []


def test_a_list_takes_several_values_of_one_filter_page_by_page(keeper):
    for name, said in (
        ("Áp kế", {"status": "quarantined"}),
        ("Cân", {"status": "out_of_service", "kind": "instrument"}),
        ("Đồng hồ nước", {"status": "quarantined", "kind": "instrument"}),
        ("Quả cân", {}),
    ):
        registered(keeper, name=name, **said)
    asked = {"status": ["quarantined", "out_of_service", "quarantined"], "limit": 2, "count": "exact"}
    first = keeper.get(ASSETS, query_string=asked).get_json()
    assert ([item["name"] for item in first["items"]], first["total"]) == (["Áp kế", "Cân"], 3)
    rest = keeper.get(ASSETS, query_string=asked | {"cursor": first["next"]}).get_json()
    assert ([item["name"] for item in rest["items"]], rest["next"]) == (["Đồng hồ nước"], None)
    both = keeper.get(f"{ASSETS}?status=quarantined&status=out_of_service&kind=instrument").get_json()
    assert [item["name"] for item in both["items"]] == ["Cân", "Đồng hồ nước"]
    counted = keeper.get("/api/v1/asset-counts?status=quarantined&status=out_of_service").get_json()
    assert {one["value"]: one["count"] for one in counted["kind"]} == {"standard": 1, "instrument": 2}
    assert {one["value"]: one["count"] for one in counted["status"]} == {
        "in_service": 1,
        "quarantined": 2,
        "out_of_service": 1,
    }
    wrong = keeper.get(f"{ASSETS}?status=quarantined&status=lent")
    assert (wrong.status_code, list(wrong.get_json()["errors"])) == (422, ["status"])


@pytest.mark.parametrize("query", ["sort=price", "limit=201", "validity=maybe", "due_before=31-12-2026", "colour=red"])
def test_a_query_that_is_not_understood_is_refused_by_name(keeper, query):
    answer = keeper.get(f"{ASSETS}?{query}")
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [query.partition("=")[0]]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"name": "  "}, "name"),
    ({"name": "a\0b"}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"name": None}, "name"),
    ({"kind": "thing"}, "kind"),
    ({"owner": "KHONG-CO"}, "owner"),
    ({"commissioned_on": "2023-02-29"}, "commissioned_on"),
    ({"status": "lost"}, "status"),
    ({"price": 1}, "price"),
    ({"standard_class": "best"}, "standard_class"),
    ({"parent": "7KQ2M3XA9R0"}, "parent"),
    ({"lot_no": "x" * 101}, "lot_no"),
    ({"expires_on": "2027-01-01"}, "expires_on"),
    ({"schedules": [{"kind": "calibration", "interval_months": 0}]}, "schedules.0.interval_months"),
    ({"schedules": [{"kind": "calibration", "interval_months": 10**30}]}, "schedules.0.interval_months"),
    ({"schedules": YEARLY["schedules"] * 2}, "schedules.1.kind"),
    ({"characteristics": [{"quantity": "m", "unit": "g", "range_low": 1.5}]}, "characteristics.0.range_low"),
    ({"characteristics": [{"quantity": "m", "unit": "g", "mpe": "NaN"}]}, "characteristics.0.mpe"),
    ({"characteristics": [{"quantity": "m", "unit": "g", "mpe": "9" * 99}]}, "characteristics.0.mpe"),
    (
        {"characteristics": [{"quantity": "m", "unit": "g", "mpe_percent_of_range": "1", "range_low": "0"}]},
        "characteristics.0.mpe_percent_of_range",
    ),
    (
        {"characteristics": [{"quantity": "m", "unit": "g", "range_low": "2", "range_high": "1"}]},
        "characteristics.0.range_high",
    ),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_what_cannot_be_accepted_is_named_by_its_field_at_both_doors(keeper, changes, field):
    answer = keeper.post(ASSETS, json=make.said(**changes))
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])
    tag = registered(keeper)["tag"]
    answer = patched(keeper, tag, **changes)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])
    assert keeper.get(f"{ASSETS}?count=exact").get_json()["total"] == 1


@pytest.mark.parametrize("body", [b"", b"[]", b'{"name": "\\ud800"}', b'{"name":', b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_makes_no_sense_is_refused(keeper, body):
    answer = keeper.post(ASSETS, data=body, content_type="application/json")
    assert answer.status_code in {400, 422}
    assert answer.content_type == "application/problem+json"


def test_a_duplicate_is_a_conflict_that_names_the_other(keeper):
    made = registered(keeper, serial_no="S1", model="M")
    answer = keeper.post(ASSETS, json=make.said(serial_no="S1", model="M"))
    assert answer.status_code == 409
    assert tags.grouped(made["tag"]) in answer.get_json()["detail"]


def test_a_number_in_other_capital_letters_is_told_and_not_refused(keeper):
    first = registered(keeper, serial_no="ab 1", model="M")
    answer = keeper.post(ASSETS, json=make.said(serial_no="AB 1", model="M"))
    assert answer.status_code == 201
    assert tags.grouped(first["tag"]) in " ".join(answer.get_json()["warnings"])
    assert keeper.post(ASSETS, json=make.said(serial_no="Ab 1", model="N")).get_json()["warnings"] == []


def test_of_four_who_register_one_thing_at_once_one_does(keeper):
    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda _who: keeper.post(ASSETS, json=make.said(serial_no="S1")), range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


def test_repeating_a_request_under_one_key_registers_once(keeper):
    headers = {"Idempotency-Key": "k1"}
    first, again = (keeper.post(ASSETS, json=make.said(), headers=headers).get_json() for _time in range(2))
    assert first == again
    assert keeper.get(f"{ASSETS}?count=exact").get_json()["total"] == 1


class TestVersions:
    def test_what_did_not_change_is_not_sent_again(self, keeper):
        path = f"{ASSETS}/{registered(keeper)['tag']}"
        etag = keeper.get(path).headers["ETag"]
        assert keeper.get(path, headers={"If-None-Match": etag}).status_code == 304

    def test_a_change_says_which_version_it_changes(self, keeper):
        path = f"{ASSETS}/{registered(keeper)['tag']}"
        assert keeper.patch(path, json={"name": "Khác"}).status_code == 428

    def test_of_two_editors_at_once_the_second_is_told(self, keeper, technician):
        tag = registered(keeper, **LONG)["tag"]
        etag = keeper.get(f"{ASSETS}/{tag}").headers["ETag"]
        first = patched(keeper, tag, etag, characteristics=[])
        assert (first.status_code, first.get_json()["characteristics"]) == (200, [])
        second = patched(technician, tag, etag, location="Phòng 2")
        assert (second.status_code, second.content_type) == (412, "application/problem+json")
        assert keeper.get(f"{ASSETS}/{tag}").get_json() == first.get_json()

    def test_the_tag_of_the_answer_serves_for_the_next_change(self, keeper):
        tag = registered(keeper)["tag"]
        first = patched(keeper, tag, location="Phòng 1", owner=CENTRE)
        again = patched(keeper, tag, first.headers["ETag"], location=None)
        assert (again.status_code, again.get_json()["location"]) == (200, None)


@pytest.mark.parametrize("path", ["", "/limits?at=1", "/history", "/label.svg", "/label.png"])
def test_strangers_do_not_learn_that_an_asset_exists(keeper, stranger, client, path):
    tag = registered(keeper)["tag"]
    assert keeper.get(f"{ASSETS}/{tag}{path}").status_code == 200
    there, not_there = (stranger.get(f"{ASSETS}/{given}{path}") for given in (tag, tags.new()))
    assert there.status_code == not_there.status_code == 404
    assert there.get_json()["type"] == not_there.get_json()["type"]
    assert client.get(f"{ASSETS}/{tag}{path}").status_code == 401


WRITERS = {"keeper": 200, "technician": 200, "admin": 200, "inspector": 403, "planner": 403, "stranger": 404}


@pytest.mark.parametrize(("who", "status"), WRITERS.items())
def test_who_may_change_an_asset(people, who, status):
    tag = registered(people.admin)["tag"]
    etag = people.admin.get(f"{ASSETS}/{tag}").headers["ETag"]
    assert patched(getattr(people, who), tag, etag, name="Khác").status_code == status


def test_nobody_registers_for_a_foreign_owner(keeper, client):
    assert keeper.post(ASSETS, json=make.said(owner=ELSEWHERE)).status_code == 403
    assert client.post(ASSETS, json=make.said()).status_code == 401


def test_the_history_names_who_changed_what_newest_first(keeper, technician):
    tag = registered(keeper)["tag"]
    patched(technician, tag, location="Phòng 1")
    page = keeper.get(f"{ASSETS}/{tag}/history?limit=1").get_json()
    (newest,) = page["items"]
    assert (newest["actor"], newest["action"]) == ("Technician", "asset.edit")
    assert newest["changes"] == {"location": [None, "Phòng 1"]}
    rest = keeper.get(f"{ASSETS}/{tag}/history", query_string={"cursor": page["next"]}).get_json()
    assert [entry["action"] for entry in rest["items"]] == ["asset.register"]
    assert keeper.get(f"{ASSETS}/{tag}/history?q=x").status_code == 422


class TestLabels:
    def test_the_image_decodes_to_the_address_that_scanning_opens(self, keeper):
        tag = registered(keeper)["tag"]
        answer = keeper.get(f"{ASSETS}/{tag}/label.png")
        assert answer.content_type == "image/png"
        (code,) = zxingcpp.read_barcodes(Image.open(BytesIO(answer.data)))
        assert code.text == f"HTTP://127.0.0.1:8000/S/{tag}"

    def test_the_drawing_holds_the_name_as_text_only(self, keeper):
        tag = registered(keeper, name='<script>alert("1")</script>&')["tag"]
        answer = keeper.get(f"{ASSETS}/{tag}/label.svg")
        assert answer.content_type.startswith("image/svg+xml")
        assert "<script" not in answer.text
        assert "&lt;script&gt;" in answer.text
