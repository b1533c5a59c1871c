"""The doors of custody and of an asset's life: who gets in, what they answer, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.assets.custody import actions
from registry.assets.lifecycle import actions as lives
from registry.assets.lifecycle.rules import FaultKind
from registry.assets.models import Asset
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import CENTRE, ELSEWHERE

ASSETS = "/api/v1/assets"
BACK = str(TODAY + timedelta(days=7))
OUT = {"holder": "Lê Văn Á", "expected_back_on": BACK}
WRITERS = {"keeper": 201, "technician": 201, "admin": 201, "inspector": 403, "planner": 403, "stranger": 404}
READERS = dict.fromkeys(("keeper", "technician", "admin", "inspector", "planner"), 200) | {"stranger": 404}
# Each door on an asset of the centre that lies in its place: what is said, and what each person is answered.
DOORS: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
    "custody/move": ({"location": "Kho"}, WRITERS),
    "custody/check-out": (OUT, WRITERS),
    "custody/ship": ({"lab": "VMI", "expected_back_on": BACK}, WRITERS),
    "custody/offer": ({"to": ELSEWHERE}, WRITERS),
    "status": ({"status": "quarantined", "reason": "Nghi ngờ"}, WRITERS),
    "checks": ({"kind": "return", "requirement": "Về 0", "result": "pass"}, WRITERS),
    "faults": ({"kind": "damage", "description": "Móp"}, WRITERS),
    "upkeep": ({"kind": "repair", "description": "Thay kim"}, WRITERS),
    "maintenance": ({"what": "Tra dầu", "interval_months": 6}, WRITERS),
}
HISTORIES = ("custody", "lifecycle", "checks", "faults", "upkeep", "maintenance")


def stored(arrange, **said: Any) -> str:
    with arrange():
        return make.asset(**said).tag


def asked(who: Any, tag: str, door: str, **said: Any) -> Any:
    return who.post(f"{ASSETS}/{tag}/{door}", json=said)


@pytest.mark.parametrize("door", DOORS)
def test_each_door_lets_in_whom_it_should(people, arrange, door):
    said, expected = DOORS[door]
    answers = {}
    for name in expected:
        answers[name] = asked(getattr(people, name), stored(arrange), door, **said).status_code
    assert answers == expected


@pytest.mark.parametrize("history", HISTORIES)
def test_each_history_is_read_by_whoever_reads_the_asset(people, arrange, history):
    tag = stored(arrange)
    answers = {name: getattr(people, name).get(f"{ASSETS}/{tag}/{history}").status_code for name in READERS}
    assert answers == READERS


def test_the_answers_to_an_offer_are_the_receivers_and_taking_it_back_the_owners(people, arrange):
    expected = {
        "accept": {"keeper": 403, "inspector": 403, "planner": 403, "stranger": 201},
        "decline": {"keeper": 403, "inspector": 403, "planner": 403, "stranger": 201},
        "withdraw": {"inspector": 403, "planner": 403, "stranger": 403, "keeper": 201},
    }
    for verb, table in expected.items():
        tag = stored(arrange)
        assert asked(people.keeper, tag, "custody/offer", to=ELSEWHERE).status_code == 201
        answers = {name: asked(getattr(people, name), tag, f"custody/{verb}", note="Rồi").status_code for name in table}
        assert answers == table


def test_a_check_out_and_in_are_read_in_the_history(keeper, arrange):
    tag = stored(arrange, location="Phòng 1")
    made = asked(keeper, tag, "custody/check-out", **OUT, note="Đi Chợ Mới")
    assert made.status_code == 201
    body = made.get_json()
    at = body.pop("at")
    assert body == {
        "kind": "checked_out",
        "actor": "Keeper",
        "from_location": "Phòng 1",
        "to_location": "Phòng 1",
        "from_custodian": None,
        "to_custodian": None,
        "from_organisation": CENTRE,
        "to_organisation": CENTRE,
        "holder": "Lê Văn Á",
        "expected_back_on": BACK,
        "override_reason": None,
        "note": "Đi Chợ Mới",
    }
    assert at.startswith(str(TODAY))
    listed = keeper.get("/api/v1/custody?late=false&count=exact").get_json()
    assert [(one["asset"], one["owner"], one["kind"]) for one in listed["items"]] == [(tag, CENTRE, "check_out")]
    assert asked(keeper, tag, "custody/check-in", location="Phòng 2").get_json()["to_location"] == "Phòng 2"
    first = keeper.get(f"{ASSETS}/{tag}/custody?limit=1&count=exact").get_json()
    assert (first["items"][0]["kind"], first["total"]) == ("checked_in", 2)
    rest = keeper.get(f"{ASSETS}/{tag}/custody", query_string={"limit": 1, "cursor": first["next"]}).get_json()
    assert (rest["items"][0]["kind"], rest["next"]) == ("checked_out", None)


def test_offers_are_read_by_both_sides(people, arrange):
    tag = stored(arrange)
    asked(people.keeper, tag, "custody/offer", to=ELSEWHERE)
    for name, direction in (("keeper", "outgoing"), ("stranger", "incoming")):
        found = getattr(people, name).get(f"/api/v1/transfers?direction={direction}").get_json()["items"]
        assert [(one["asset"], one["to_organisation"]) for one in found] == [(tag, ELSEWHERE)]
    assert people.stranger.get(f"{ASSETS}/{tag}").get_json()["owner"] == CENTRE
    assert people.stranger.get("/api/v1/custody").get_json()["items"] == []


def test_a_change_of_status_and_its_history(keeper, arrange):
    tag = stored(arrange)
    said = {"status": "limited_use", "reason": "Lệch ở tải lớn", "restriction": "chỉ đến 100 kg"}
    made = asked(keeper, tag, "status", **said).get_json()
    assert (made["old"], made["new"], made["on"]) == ("in_service", "limited_use", str(TODAY))
    assert keeper.get(f"{ASSETS}/{tag}/lifecycle").get_json()["items"] == [made]
    scanned = keeper.app.test_client().get(f"/api/v1/scan/{tag}").get_json()
    assert any("chỉ đến 100 kg" in one["text"] for one in scanned["reasons"])
    known = keeper.get(f"{ASSETS}/{tag}").get_json()
    assert (known["status_since_on"], known["restriction"]) == (str(TODAY), "chỉ đến 100 kg")


def patched(who: Any, tag: str, **said: Any) -> Any:
    etag = who.get(f"{ASSETS}/{tag}").headers["ETag"]
    return who.patch(f"{ASSETS}/{tag}", json=said, headers={"If-Match": etag})


def test_patching_a_status_goes_through_the_same_door(keeper, arrange):
    tag = stored(arrange)
    assert patched(keeper, tag, status="out_of_service").status_code == 200
    refused = patched(keeper, tag, status="in_service")
    assert (refused.status_code, list(refused.get_json()["errors"])) == (422, ["status"])
    refused = patched(keeper, tag, status="limited_use", status_reason="Lệch")
    assert list(refused.get_json()["errors"]) == ["restriction"]
    asked(keeper, tag, "checks", kind="return", requirement="Về 0", result="pass")
    assert patched(keeper, tag, status="in_service").status_code == 200
    changes = keeper.get(f"{ASSETS}/{tag}/lifecycle").get_json()["items"]
    assert [change["new"] for change in changes] == ["in_service", "out_of_service"]


@pytest.mark.parametrize(
    ("door", "said", "field"),
    [
        ("custody/check-out", {"holder": "Á"}, "expected_back_on"),
        ("custody/check-out", OUT | {"expected_back_on": "2026-06-14"}, "expected_back_on"),
        ("custody/check-out", OUT | {"holder": " "}, "holder"),
        ("custody/check-out", OUT | {"to": "Á"}, "to"),
        ("custody/offer", {"to": "KHONG-CO"}, "to"),
        ("status", {"status": "lost"}, "status"),
        ("status", {"status": "quarantined"}, "reason"),
        ("status", {"status": "quarantined", "reason": "x", "on": "2026-06-16"}, "on"),
        ("checks", {"kind": "return", "requirement": "Về 0", "result": "maybe"}, "result"),
        ("faults", {"kind": "damage", "description": ""}, "description"),
        ("upkeep", {"kind": "maintenance", "description": "x", "line": 7}, "line"),
        ("upkeep", {"kind": "maintenance", "description": "x", "line": 2**40}, "line"),
        ("maintenance", {"what": "Tra dầu", "interval_months": 0}, "interval_months"),
    ],
)
def test_what_cannot_be_accepted_is_named_by_its_field(keeper, arrange, door, said, field):
    answer = asked(keeper, stored(arrange), door, **said)
    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [field])


def test_a_look_is_concluded_by_a_manager_once(people, arrange):
    with arrange():
        asset = make.asset()
        fault = lives.report_fault(asset, kind=FaultKind.OVERLOAD, description="Quá tải", by=None)
        other = make.asset()
        tag, key, elsewhere = asset.tag, fault.id, other.tag
    door, said = f"faults/{key}/impact", {"conclusion": "Không có phép cân nào"}
    assert asked(people.keeper, elsewhere, door, **said).status_code == 404
    expected = {"stranger": 404, "technician": 403, "inspector": 403, "planner": 403, "keeper": 200, "admin": 409}
    assert {name: asked(getattr(people, name), tag, door, **said).status_code for name in expected} == expected
    listed = people.keeper.get(f"{ASSETS}/{tag}/faults").get_json()["items"]
    assert listed[0]["impact_conclusion"] == said["conclusion"]


def test_a_line_of_the_plan_is_given_up_by_its_key(people, arrange):
    tag = stored(arrange)
    line = asked(people.keeper, tag, "maintenance", what="Tra dầu", interval_months=6).get_json()["id"]
    path = f"{ASSETS}/{tag}/maintenance/{line}/end"
    expected = {"stranger": 404, "inspector": 403, "keeper": 200, "admin": 404}
    assert {name: getattr(people, name).post(path, json={}).status_code for name in expected} == expected
    assert people.keeper.get(f"{ASSETS}/{tag}/maintenance").get_json()["items"][0]["ended_on"] == str(TODAY)


def test_the_same_check_out_twice_is_done_once(keeper, arrange):
    tag = stored(arrange)
    path, key = f"{ASSETS}/{tag}/custody/check-out", {"Idempotency-Key": "một".encode().hex()}
    first, second = (keeper.post(path, json=OUT, headers=key) for _time in range(2))
    assert (first.status_code, second.status_code, second.get_json()) == (201, 201, first.get_json())
    assert len(keeper.get(f"{ASSETS}/{tag}/custody").get_json()["items"]) == 1


@pytest.mark.parametrize(
    ("door", "said"),
    [("check-out", OUT), ("ship", {"lab": "VMI", "expected_back_on": BACK}), ("offer", {"to": ELSEWHERE})],
)
def test_two_people_at_once_cannot_both_have_it(people, arrange, door, said):
    tag = stored(arrange)
    path = f"{ASSETS}/{tag}/custody/{door}"
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: who.post(path, json=said), (people.keeper, people.technician)))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert next(answer for answer in answers if answer.status_code == 409).get_json()["detail"]
    assert len(people.keeper.get(f"{ASSETS}/{tag}/custody").get_json()["items"]) == 1


def test_two_people_at_once_check_in_once_and_answer_an_offer_once(people, arrange):
    with arrange():
        asset, offered = make.asset(), make.asset(owner=ELSEWHERE)
        actions.check_out(asset, holder="Á", expected_back_on=TODAY, by=None)
        actions.offer(offered, to=CENTRE, by=None)
        tags = {"check-in": asset.tag, "accept": offered.tag}
    for verb, tag in tags.items():
        path = f"{ASSETS}/{tag}/custody/{verb}"
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda who, p=path: who.post(p, json={}), (people.keeper, people.technician)))
        assert sorted(answer.status_code for answer in answers) == [201, 409]


@pytest.mark.parametrize("way", ["registered", "put"])
def test_what_is_put_into_a_set_while_it_goes_to_another_owner_is_never_left_inside(people, arrange, way):
    with arrange():
        whole, loose = make.asset(), make.asset(name="Quả cân lẻ")
        actions.offer(whole, to=ELSEWHERE, by=None)
        tag, other = whole.tag, loose.tag
    accept = f"{ASSETS}/{tag}/custody/accept"

    def put():
        said = {"parent": tag}
        if way == "put":
            return people.keeper.patch(f"{ASSETS}/{other}", json=said, headers={"If-Match": etag(people.keeper, other)})
        return people.keeper.post(ASSETS, json=make.said(**said))

    with ThreadPoolExecutor(2) as pool:
        accepted, done = (one.result() for one in (pool.submit(people.admin.post, accept, json={}), pool.submit(put)))
    assert (accepted.status_code, done.status_code in {200, 201, 422, 503}) == (201, True)
    with arrange():
        within = db.session.scalars(select(Asset).where(Asset.parent_id.is_not(None))).all()
        assert {one.owner.code for one in within} <= {ELSEWHERE}


def test_two_moves_at_once_are_both_in_the_history(people, arrange):
    tag = stored(arrange, location="Phòng 0")
    path = f"{ASSETS}/{tag}/custody/move"
    with ThreadPoolExecutor(2) as pool:
        pairs = ((people.keeper, "Phòng 1"), (people.technician, "Phòng 2"))
        answers = list(pool.map(lambda pair: pair[0].post(path, json={"location": pair[1]}), pairs))
    assert [answer.status_code for answer in answers] == [201, 201]
    newest, oldest = people.keeper.get(f"{ASSETS}/{tag}/custody").get_json()["items"]
    assert (oldest["from_location"], newest["from_location"]) == ("Phòng 0", oldest["to_location"])
    assert people.keeper.get(f"{ASSETS}/{tag}").get_json()["location"] == newest["to_location"]


class TestWhoSaysWhichVersionTheySaw:
    def test_of_two_who_move_one_thing_at_once_the_second_is_told(self, people, arrange):
        tag = stored(arrange, location="Phòng 0")
        path, seen = f"{ASSETS}/{tag}/custody/move", etag(people.keeper, tag)
        with ThreadPoolExecutor(2) as pool:
            pairs = ((people.keeper, "Phòng 1"), (people.technician, "Phòng 2"))
            moves = [
                pool.submit(who.post, path, json={"location": where}, headers={"If-Match": seen})
                for who, where in pairs
            ]
        answers = [move.result() for move in moves]
        assert sorted(answer.status_code for answer in answers) == [201, 412]
        (moved,) = people.keeper.get(f"{ASSETS}/{tag}/custody").get_json()["items"]
        assert (moved["from_location"], moved["to_location"]) == (
            "Phòng 0",
            next(where for (_who, where), answer in zip(pairs, answers, strict=True) if answer.status_code == 201),
        )

    def test_learns_of_any_change_since_and_changes_nothing(self, people, arrange):
        tag = stored(arrange, location="Phòng 0")
        seen = etag(people.keeper, tag)
        assert patched(people.technician, tag, custodian="An").status_code == 200
        path = f"{ASSETS}/{tag}/custody/move"
        stale = people.keeper.post(path, json={"location": "Phòng 1"}, headers={"If-Match": seen})
        assert (stale.status_code, stale.content_type) == (412, "application/problem+json")
        assert people.keeper.get(f"{ASSETS}/{tag}").get_json()["location"] == "Phòng 0"
        known = {"If-Match": etag(people.keeper, tag)}
        assert people.keeper.post(path, json={"location": "Phòng 1"}, headers=known).status_code == 201

    def test_any_version_will_do_for_a_star_and_for_nothing(self, keeper, arrange):
        tag = stored(arrange)
        path = f"{ASSETS}/{tag}/custody/move"
        assert keeper.post(path, json={"location": "Phòng 1"}, headers={"If-Match": "*"}).status_code == 201
        assert keeper.post(path, json={"location": "Phòng 2"}).status_code == 201

    def test_is_answered_again_when_the_request_is_repeated(self, keeper, arrange):
        tag = stored(arrange)
        headers = {"If-Match": etag(keeper, tag), "Idempotency-Key": "move-1"}
        path, said = f"{ASSETS}/{tag}/custody/move", {"location": "Phòng 1"}
        assert [keeper.post(path, json=said, headers=headers).status_code for _time in range(2)] == [201, 201]

    @pytest.mark.parametrize("door", [door for door in DOORS if door.startswith("custody/")])
    def test_is_heard_at_every_door_of_custody(self, keeper, arrange, door):
        tag, said = stored(arrange), DOORS[door][0]
        answer = keeper.post(f"{ASSETS}/{tag}/{door}", json=said, headers={"If-Match": '"old"'})
        assert answer.status_code == 412


def etag(who: Any, tag: str) -> str:
    shown: str = who.get(f"{ASSETS}/{tag}").headers["ETag"]
    return shown
