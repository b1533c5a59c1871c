"""The doors of stock-takes: who gets in, what they say, and that sending at once or again changes nothing."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from registry.assets import tags
from registry.assets.stocktake import actions
from tests.make import stocktake as make
from tests.make.stocktake import PLACE, scan
from tests.people import CENTRE, ELSEWHERE

TAKES = "/api/v1/stock-takes"
NUMBERS = ("expected", "found", "missing", "elsewhere", "unexpected", "unknown")


@pytest.fixture
def stocked(people, arrange) -> list[str]:
    """The tags of three things at the place, and of one somewhere else."""
    with arrange():
        return [make.at().tag, make.at().tag, make.at(f"{PLACE}, tủ 2").tag, make.at("Kho 3").tag]


def opened(who: Any, **changes: Any) -> int:
    answer = who.post(TAKES, json=make.said(**changes))
    assert answer.status_code == 201, answer.text
    key: int = answer.get_json()["id"]
    return key


def send(who: Any, key: int, *scans: dict[str, Any]) -> Any:
    return who.post(f"{TAKES}/{key}/scans", json={"scans": list(scans)})


def numbers(body: dict[str, Any]) -> tuple[int, ...]:
    return tuple(body[name] for name in NUMBERS)


def test_a_whole_stock_take(technician, stocked):
    made = technician.post(TAKES, json=make.said(name="Kiểm kê quý II"))
    assert made.get_json() == {
        "id": made.get_json()["id"],
        "organisation": CENTRE,
        "location": PLACE,
        "only_kind": None,
        "only_status": None,
        "name": "Kiểm kê quý II",
        "opened_at": "2026-06-15T05:00:00+00:00",
        "opened_by": "Technician",
        "closed_at": None,
        "closed_by": None,
        "note": None,
        "expected": 3,
        "found": 0,
        "missing": 3,
        "elsewhere": 0,
        "unexpected": 0,
        "unknown": 0,
    }
    key = made.get_json()["id"]
    body = send(
        technician, key, scan(stocked[0], "a", at="2026-06-15T12:30:00+07:00"), scan(stocked[3], "b")
    ).get_json()
    assert body["verdicts"][1] == {
        "key": "b",
        "verdict": "elsewhere",
        "tag": stocked[3],
        "name": body["verdicts"][1]["name"],
        "location": "Kho 3",
        "owner": CENTRE,
        "owner_name": "Trung tâm đo lường",
        "fit_for_use": True,
        "label": stocked[3],
        "revoked": False,
        "component": None,
        "unseen": [],
    }
    assert numbers(body["stock_take"]) == (3, 1, 2, 1, 0, 0)
    missing = technician.get(f"{TAKES}/{key}/items?count=exact&limit=1").get_json()
    assert (missing["total"], missing["items"][0]["state"]) == (2, "missing")
    (found,) = technician.get(f"{TAKES}/{key}/items?state=found").get_json()["items"]
    assert (found["tag"], found["scanned_by"], found["location"]) == (stocked[0], "Technician", PLACE)
    closed = technician.post(
        f"{TAKES}/{key}/close",
        json={"here_now": [{"tag": stocked[3]}], "missing": [{"tag": stocked[1], "note": "Mượn"}], "note": "Xong"},
    )
    assert (closed.status_code, closed.get_json()["closed_by"], closed.get_json()["note"]) == (
        200,
        "Technician",
        "Xong",
    )
    assert technician.get(f"/api/v1/assets/{stocked[3]}").get_json()["location"] == PLACE
    (moved,) = technician.get(f"{TAKES}/{key}/items?state=elsewhere").get_json()["items"]
    assert (moved["location"], moved["moved"]) == ("Kho 3", True)


def test_lists_are_filtered_and_paged_newest_first(technician, stocked):
    first, second = opened(technician), opened(technician, location=None)
    technician.post(f"{TAKES}/{first}/close", json={})
    page = technician.get(f"{TAKES}?limit=1&count=exact").get_json()
    assert ([take["id"] for take in page["items"]], page["total"]) == ([second], 2)
    rest = technician.get(TAKES, query_string={"cursor": page["next"]}).get_json()["items"]
    assert [take["id"] for take in rest] == [first]
    for query, wanted in (("state=open", [second]), ("state=closed", [first]), (f"organisation={ELSEWHERE}", [])):
        assert [take["id"] for take in technician.get(f"{TAKES}?{query}").get_json()["items"]] == wanted


@pytest.mark.parametrize("path", ["", "/items"])
def test_strangers_do_not_learn_that_a_stock_take_exists(technician, stranger, client, path):
    key = opened(technician)
    assert technician.get(f"{TAKES}/{key}{path}").status_code == 200
    assert stranger.get(f"{TAKES}/{key}{path}").status_code == 404
    assert client.get(f"{TAKES}/{key}{path}").status_code == 401
    assert stranger.get(TAKES).get_json()["items"] == []


WRITERS = {"keeper": 200, "technician": 200, "admin": 200, "inspector": 403, "planner": 403, "stranger": 404}


@pytest.mark.parametrize(("who", "status"), WRITERS.items())
def test_who_may_count_and_close(people, who, status):
    key, caller = opened(people.admin), getattr(people, who)
    assert send(caller, key, scan(tags.new())).status_code == status
    assert caller.post(f"{TAKES}/{key}/close", json={}).status_code == status


def test_nobody_counts_what_belongs_to_others(technician, client):
    assert technician.post(TAKES, json=make.said(organisation=ELSEWHERE)).status_code == 403
    assert client.post(TAKES, json=make.said()).status_code == 401


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"organisation": "KHONG-CO"}, "organisation"),
    ({"organisation": None}, "organisation"),
    ({"location": "x" * 201}, "location"),
    ({"location": "a\0b"}, "location"),
    ({"only_kind": "thing"}, "only_kind"),
    ({"only_status": "retired"}, "only_status"),
    ({"expected": 1}, "expected"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
def test_what_cannot_be_opened_is_named_by_its_field(technician, changes, field):
    answer = technician.post(TAKES, json=make.said(**changes))
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


WRONG_SCANS: list[tuple[Any, str]] = [
    ([], "scans"),
    ([{"key": "k", "tag": "T"}] * 201, "scans"),
    ([{"key": "k"}], "scans.0.tag"),
    ([{"tag": "T"}], "scans.0.key"),
    ([{"key": "k k", "tag": "T"}], "scans.0.key"),
    ([{"key": "k", "tag": ""}], "scans.0.tag"),
    ([{"key": "k", "tag": "T", "at": "2026-06-15T12:30:00"}], "scans.0.at"),
    ([{"key": "k", "tag": "T", "at": "yesterday"}], "scans.0.at"),
    ([{"key": "k", "tag": "T", "at": 5}], "scans.0.at"),
    (["T"], "scans.0"),
]


@pytest.mark.parametrize(("scans", "field"), WRONG_SCANS)
def test_a_batch_that_makes_no_sense_is_refused_whole(technician, scans, field):
    key = opened(technician)
    answer = technician.post(f"{TAKES}/{key}/scans", json={"scans": scans})
    assert answer.status_code == 422
    assert field in answer.get_json()["errors"]


def test_a_device_whose_clock_is_wrong_by_ages_is_heard(technician, stocked):
    key = opened(technician)
    for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", None):
        assert send(technician, key, scan(stocked[0], at=at)).status_code == 200


def test_a_wrong_tag_among_what_is_missing_closes_nothing(technician, stocked):
    key = opened(technician)
    answer = technician.post(f"{TAKES}/{key}/close", json={"missing": [{"tag": stocked[0]}, {"tag": tags.new()}]})
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["missing.1.tag"])
    send(technician, key, scan(stocked[0]))
    answer = technician.post(f"{TAKES}/{key}/close", json={"missing": [{"tag": tag} for tag in stocked[:2]]})
    assert answer.status_code == 200  # one was found meanwhile, of which nothing was said


def test_a_closed_one_says_which_scans_it_refuses(technician, stocked):
    key = opened(technician)
    send(technician, key, scan(stocked[0], "k1"))
    technician.post(f"{TAKES}/{key}/close", json={})
    assert send(technician, key, scan(stocked[0], "k1")).get_json()["verdicts"][0]["verdict"] == "found"
    answer = send(technician, key, scan(stocked[0], "k1"), scan(stocked[1], "k2"))
    assert (answer.status_code, list(answer.get_json()["errors"])) == (409, ["scans.1.tag"])
    assert "đợt kiểm kê mới" in answer.get_json()["detail"]


class TestAtOnce:
    def test_one_batch_sent_by_four_at_once_is_recorded_once(self, technician, stocked):
        key = opened(technician)
        batch = [scan(tag, str(uuid4())) for tag in stocked]
        with ThreadPoolExecutor(4) as crowd:
            answers = list(crowd.map(lambda _time: send(technician, key, *batch), range(4)))
        assert [answer.status_code for answer in answers] == [200] * 4
        assert len({str(answer.get_json()["verdicts"]) for answer in answers}) == 1
        assert numbers(technician.get(f"{TAKES}/{key}").get_json()) == (3, 3, 0, 1, 0, 0)

    def test_of_several_who_scan_one_thing_one_finds_it(self, keeper, technician, stocked):
        key = opened(technician)
        people = [technician, keeper] * 3
        with ThreadPoolExecutor(6) as crowd:
            answers = list(crowd.map(lambda who: send(who, key, scan(stocked[0])), people))
        verdicts = sorted(answer.get_json()["verdicts"][0]["verdict"] for answer in answers)
        assert verdicts == ["already"] * 5 + ["found"]
        assert technician.get(f"{TAKES}/{key}").get_json()["found"] == 1

    def test_who_closes_while_others_scan_freezes_what_had_arrived(self, keeper, technician, stocked):
        key = opened(technician)
        with ThreadPoolExecutor(4) as crowd:
            sending = [crowd.submit(send, technician, key, scan(tag)) for tag in stocked[:3]]
            closing = crowd.submit(keeper.post, f"{TAKES}/{key}/close", json={})
        accepted = [answer.result().status_code for answer in sending].count(200)
        assert closing.result().status_code == 200
        assert {answer.result().status_code for answer in sending} <= {200, 409}
        assert technician.get(f"{TAKES}/{key}").get_json()["found"] == accepted


def test_the_result_names_the_missing_components_of_a_set_seen_in_part(technician, arrange):
    with arrange():
        box = make.at(name="Bộ quả cân")
        one, other = (
            make.at(None, name="Quả cân 1 kg", parent_id=box.id),
            make.at(None, name="Quả cân 20 kg", parent_id=box.id),
        )
        whole = make.at(name="Bộ khác")
        make.at(None, parent_id=whole.id)
        take = make.take(by=technician.person())
        actions.receive(take, scans=[scan(one.tag)], by=technician.person())
        id_, tag = take.id, other.tag
    lines = technician.get(f"{TAKES}/{id_}/items").get_json()["items"]
    assert [line["unseen"] for line in lines if line["name"] == "Bộ quả cân"] == [
        [{"tag": tag, "name": "Quả cân 20 kg"}]
    ]
    assert [line["unseen"] for line in lines if line["name"] == "Bộ khác"] == [[]]
    for page in ("", "/sheet", "/close"):
        text = technician.pages.get(f"/stocktakes/{id_}{page}?lang=en").text
        assert ("Quả cân 20 kg" in text, "Seen in part" in text) == (True, True), page
