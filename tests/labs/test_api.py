"""Laboratories through the API: who may, what is refused, and nothing lost between two people."""

import threading

import pytest

from registry.kernel import audit
from registry.labs.scope.schemas import ScopeLineSchema
from tests.make.labs import said, said_accreditation
from tests.people import CENTRE, ELSEWHERE

LABS = "/api/v1/labs"


def etag(answer):
    return {"If-Match": answer.headers["ETag"]}


def test_a_laboratory_is_told_again_as_it_was_said(keeper, stranger):
    scope = [
        {"quantity": "khối lượng", "unit": "g", "range_low": "1.0", "range_high": "200.00", "cmc": "0.00010"},
        {"quantity": "Áp suất “chân không”", "unit": "Pa", "method": "ĐLVN 08:2011"},
    ]
    body = said(accreditations=[said_accreditation()], scope=scope, address="Phường Đức Xuân")
    answer = keeper.post(LABS, json=body)
    assert answer.status_code == 201
    shown = stranger.get(f"{LABS}/PTN-1")
    assert shown.status_code == 200
    assert shown.json == answer.json
    assert shown.json["iso17025_status"] == "accredited"
    assert shown.json["accreditations"] == [
        said_accreditation(standard="ISO/IEC 17025:2017", status="active", confirmed=False),
    ]
    nothing = dict.fromkeys(ScopeLineSchema().fields)
    assert shown.json["scope"] == [nothing | line for line in scope]
    assert stranger.get(f"{LABS}?q=duc xuan&organisation={CENTRE}").json["items"] == [shown.json]
    assert stranger.get(f"{LABS}?organisation={ELSEWHERE}").json["items"] == []


@pytest.mark.parametrize(
    ("name", "status"),
    [("keeper", 201), ("admin", 201), ("technician", 403), ("inspector", 403), ("planner", 403), ("stranger", 403)],
)
def test_managers_register_laboratories_of_their_organisations(people, name, status):
    assert getattr(people, name).post(LABS, json=said()).status_code == status


def test_nobody_reads_without_signing_in(client):
    assert client.get(LABS).status_code == 401
    assert client.get(f"{LABS}/PTN-1").status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"organisation": "NONE"}, "organisation"),
        ({"code": "có dấu"}, "code"),
        ({"name": " "}, "name"),
        ({"iso17025_status": "accredited"}, "iso17025_status"),
        ({"iso17025_status": "perhaps"}, "iso17025_status"),
        ({"accreditations": [said_accreditation(valid_until="2024-03-12")]}, "accreditations.0.valid_until"),
        ({"accreditations": [said_accreditation(valid_until="2024-02-30")]}, "accreditations.0.valid_until"),
        ({"accreditations": [said_accreditation()] * 2}, "accreditations.1.number"),
        ({"scope": [{"quantity": "m", "unit": "g", "range_low": "2", "range_high": "1"}]}, "scope.0.range_high"),
        ({"scope": [{"quantity": "m", "unit": "g", "cmc": "1,5"}]}, "scope.0.cmc"),
        ({"scope": [{"quantity": "Khối lượng", "unit": "bar"}]}, "scope.0.unit"),
        ({"scope": [{"quantity": "m"}]}, "scope.0.unit"),
        ({"size": 3}, "size"),
    ],
)
def test_what_is_not_accepted_is_named_beside_its_field(admin, changes, field):
    answer = admin.post(LABS, json=said(**changes))
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {field}


def test_a_code_is_given_once(keeper):
    assert keeper.post(LABS, json=said()).status_code == 201
    answer = keeper.post(LABS, json=said(name="Khác"))
    assert answer.status_code == 409
    assert "PTN-1" in answer.json["detail"]


def test_a_change_wants_the_version_it_changes(keeper):
    keeper.post(LABS, json=said())
    first = keeper.get(f"{LABS}/PTN-1")
    assert keeper.patch(f"{LABS}/PTN-1", json={"name": "Mới"}).status_code == 428
    changed = keeper.patch(f"{LABS}/PTN-1", json={"name": "Mới"}, headers=etag(first))
    assert (changed.status_code, changed.json["name"]) == (200, "Mới")
    assert keeper.patch(f"{LABS}/PTN-1", json={"name": "Cũ"}, headers=etag(first)).status_code == 412
    assert keeper.get(f"{LABS}/PTN-1", headers={"If-None-Match": changed.headers["ETag"]}).status_code == 304


def test_lists_that_are_given_replace_those_before_and_the_others_stay(keeper):
    scope = [{"quantity": "khối lượng", "unit": "g"}, {"quantity": "độ dài", "unit": "mm"}]
    keeper.post(LABS, json=said(accreditations=[said_accreditation()], scope=scope))
    first = keeper.get(f"{LABS}/PTN-1")
    body = {"scope": [scope[1], scope[0]]}
    second = keeper.patch(f"{LABS}/PTN-1", json=body, headers=etag(first))
    assert [line["quantity"] for line in second.json["scope"]] == ["độ dài", "khối lượng"]
    assert second.json["accreditations"] == first.json["accreditations"]
    refused = keeper.patch(f"{LABS}/PTN-1", json={"accreditations": []}, headers=etag(second))
    assert set(refused.json["errors"]) == {"iso17025_status"}
    emptied = {"accreditations": [], "iso17025_status": "preparing"}
    assert keeper.patch(f"{LABS}/PTN-1", json=emptied, headers=etag(second)).json["accreditations"] == []


def test_moving_a_laboratory_takes_the_right_to_write_for_both_organisations(keeper, admin, stranger):
    keeper.post(LABS, json=said())
    first = keeper.get(f"{LABS}/PTN-1")
    body = {"organisation": ELSEWHERE}
    assert keeper.patch(f"{LABS}/PTN-1", json=body, headers=etag(first)).status_code == 403
    assert stranger.patch(f"{LABS}/PTN-1", json=body, headers=etag(first)).status_code == 403
    assert admin.patch(f"{LABS}/PTN-1", json=body, headers=etag(first)).json["organisation"] == ELSEWHERE


def test_of_two_changes_at_once_one_wins_and_the_other_is_told(keeper, admin):
    keeper.post(LABS, json=said())
    headers = etag(keeper.get(f"{LABS}/PTN-1"))
    together, statuses = threading.Barrier(2), []

    def change(caller):
        together.wait()
        scope = [{"quantity": caller.name, "unit": "g"}]
        statuses.append(caller.patch(f"{LABS}/PTN-1", json={"scope": scope}, headers=headers).status_code)

    threads = [threading.Thread(target=change, args=[caller]) for caller in (keeper, admin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 412]
    assert len(keeper.get(f"{LABS}/PTN-1").json["scope"]) == 1


def test_a_repeated_request_is_answered_again(keeper):
    headers = {"Idempotency-Key": "lab-1"}
    first = keeper.post(LABS, json=said(), headers=headers)
    again = keeper.post(LABS, json=said(), headers=headers)
    assert (again.status_code, again.json) == (201, first.json)


def test_what_changed_is_in_the_audit(keeper, arrange):
    keeper.post(LABS, json=said(accreditations=[said_accreditation()]))
    first = keeper.get(f"{LABS}/PTN-1")
    keeper.patch(f"{LABS}/PTN-1", json={"address": "Phố mới"}, headers=etag(first))
    with arrange():
        edited, registered = audit.history("lab", "PTN-1")
    assert (registered.action, registered.changes["code"]) == ("lab.register", [None, "PTN-1"])
    told = said_accreditation(standard="ISO/IEC 17025:2017", status="active")
    assert registered.changes["accreditations"] == [[], [told]]
    assert (edited.action, edited.changes) == ("lab.edit", {"address": ["", "Phố mới"]})
    assert edited.actor == "Keeper"
