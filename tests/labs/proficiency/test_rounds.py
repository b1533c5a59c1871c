"""Rounds through the API: who may, who sees whom, from planning to the second version of an evaluation."""

import pytest

from tests.make import labs as make_labs
from tests.make import proficiency as make
from tests.make.proficiency import ROUNDS, SCHEMES
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE

FOLLOW_UPS = "/api/v1/proficiency-follow-ups"


def etag(answer):
    return {"If-Match": answer.headers["ETag"]}


@pytest.fixture
def labs(people, arrange):
    """A laboratory of the centre, and one of the enterprise elsewhere."""
    with arrange():
        make_labs.lab("PTN-1", organisation=CENTRE)
        make_labs.lab("PTN-2", organisation=ELSEWHERE, name="Phòng thử nghiệm nơi khác")


@pytest.fixture
def own(labs, arrange) -> str:
    """The address of an open round of the department with both laboratories, of which only one did well."""
    with arrange():
        row = make.round_of(make.scheme())
        make.results(row, {"PTN-1": ("1000.0021", "0.0010"), "PTN-2": ("1000.25", "0.20")})
        return f"{ROUNDS}/{row.id}"


def judged(admin, own):
    for to in ("closed", "published"):
        if to == "published":
            assert admin.post(f"{own}/evaluations", json={}).status_code == 201
        answer = admin.post(f"{own}/turn", json={"to": to})
        assert answer.status_code == 200, answer.text
    return admin.get(f"{own}/evaluations/1")


def test_a_round_of_another_provider_from_its_scheme_to_its_scores(labs, keeper, technician):
    scheme = keeper.post(SCHEMES, json=make.said_scheme())
    assert (scheme.status_code, scheme.json["is_own"]) == (201, False)
    added = keeper.post(ROUNDS, json=make.said_round(scheme.json["id"]))
    assert added.status_code == 201, added.text
    here = f"{ROUNDS}/{added.json['id']}"
    assert keeper.post(f"{here}/turn", json={"to": "open"}).status_code == 200
    given = technician.post(
        f"{here}/results", json=make.said_result(value="1.0000021", unit="kg", expanded_uncertainty="0.0000010")
    )
    assert given.status_code == 403  # its place in the round is given by a manager
    assert keeper.post(f"{here}/participants", json={"lab": "PTN-1", "code": "L07"}).status_code == 201
    body = make.said_result(value="1.0000021", unit="kg", expanded_uncertainty="0.0000010")
    given = technician.post(f"{here}/results", json=body)
    assert given.status_code == 200, given.text
    assert given.json[0]["results"][0]["value"] == "1.0000021"
    assert keeper.post(f"{here}/evaluations", json={}).status_code == 409
    keeper.post(f"{here}/turn", json={"to": "closed"})
    made = keeper.post(f"{here}/evaluations", json={})
    assert made.status_code == 201, made.text
    score = made.json["scores"][0]
    assert (score["code"], score["decides"], score["verdict"]) == ("L07", "en", "satisfactory")
    assert float(score["en"]) == pytest.approx(0.9432422182846468, rel=1e-9)
    assert score["found_value"] == "1000.0021"
    assert technician.get(here).json["state"] == "published"


def test_codes_hide_participants_from_each_other_and_nothing_from_the_organiser(
    own, keeper, stranger, admin, inspector
):
    before = stranger.get(f"{own}/participants").json
    assert [place["lab"] for place in before] == ["PTN-2"]
    assert stranger.get(own).json["measurands"][0]["assigned_value"] is None
    assert admin.get(own).json["measurands"][0]["assigned_value"] == "1000.0010"
    assert stranger.get(f"{own}/evaluations").json == []
    judged(admin, own)
    places = stranger.get(f"{own}/participants").json
    assert sorted(place["lab"] or "" for place in places) == ["", "PTN-2"]
    assert [len(place["results"]) for place in places if place["lab"] is None] == [0]
    assert len(stranger.get(f"{own}/evaluations/1").json["scores"]) == 2
    assert "PTN-1" not in stranger.get(f"{own}/evaluations/1").text
    assert {place["lab"] for place in admin.get(f"{own}/participants").json} == {"PTN-1", "PTN-2"}
    assert {place["lab"] for place in keeper.get(f"{own}/participants").json} == {"PTN-1", None}
    assert inspector.get(own).status_code == 200


def test_who_takes_no_part_does_not_know_of_a_round(arrange, people, keeper, stranger):
    with arrange():
        make_labs.lab("PTN-1")
        row = make.round_of(make.scheme())
        make.results(row, {"PTN-1": ("1000.0021", "0.0010")})
        here = f"{ROUNDS}/{row.id}"
    assert keeper.get(here).status_code == 200
    for address in (here, f"{here}/participants", f"{here}/evaluations", f"{here}/evaluations/1"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"{here}/results", json=make.said_result()).status_code == 404
    assert stranger.get(ROUNDS).json["items"] == []
    assert stranger.get(f"{ROUNDS}?lab=PTN-1").json["items"] == []


@pytest.mark.parametrize(("name", "status"), [("keeper", 403), ("technician", 403), ("inspector", 403), ("admin", 200)])
def test_only_who_organises_leads_a_round(people, own, name, status):
    assert getattr(people, name).post(f"{own}/turn", json={"to": "closed"}).status_code == status


def test_a_result_is_given_once_and_corrected_with_a_reason_until_it_is_evaluated(own, technician, keeper, admin):
    again = make.said_result(value="1000.00210")
    answer = technician.post(f"{own}/results", json=again)
    assert set(answer.json["errors"]) == {"reason"}
    answer = technician.post(f"{own}/results", json=again | {"reason": "Ghi thiếu chữ số"})
    assert answer.json[0]["results"][0]["value"] == "1000.00210"
    assert technician.post(f"{own}/results", json=make.said_result(lab="PTN-2")).status_code == 403
    judged(admin, own)
    late = technician.post(f"{own}/results", json=make.said_result(value="1000.0011", reason="Tính lại"))
    assert late.status_code == 409
    assert admin.post(f"{own}/results", json=make.said_result(value="1000.0011", reason="x")).status_code == 409


def test_after_the_deadline_only_who_organises_enters_results(own, technician, admin, clock):
    clock(make.DUE)
    body = make.said_result(value="1000.0020", reason="Tính lại")
    assert technician.post(f"{own}/results", json=body).status_code == 200
    clock(make.DUE.replace(month=7))
    late = technician.post(f"{own}/results", json=body | {"value": "1000.0019"})
    assert late.status_code == 409
    assert "30" in late.json["detail"]
    assert admin.post(f"{own}/results", json=body | {"value": "1000.0019"}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expanded_uncertainty": "0"}, "expanded_uncertainty"),
        ({"coverage_factor": "0.5"}, "coverage_factor"),
        ({"unit": "mm"}, "unit"),
        ({"unit": "quả"}, "unit"),
        ({"value": "1e400"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"measurand": 2}, "measurand"),
        ({"lab": "NONE"}, "lab"),
    ],
)
def test_a_result_that_cannot_be_is_named_beside_its_field(own, admin, changes, field):
    answer = admin.post(f"{own}/results", json=make.said_result(reason="x") | changes)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_a_corrected_reference_makes_a_second_version_and_the_first_stays(own, admin, stranger, keeper):
    first = judged(admin, own)
    assert {score["verdict"] for score in first.json["scores"]} == {"satisfactory", "unsatisfactory"}
    body = {"assigned_value": "1000.2500", "assigned_uncertainty": "0.0006", "assigned_factor": "2"}
    assert set(admin.post(f"{own}/measurands/1/assign", json=body).json["errors"]) == {"reason"}
    assert admin.post(f"{own}/measurands/1/assign", json=body | {"reason": "Sai giấy"}).status_code == 200
    assert set(admin.post(f"{own}/evaluations", json={}).json["errors"]) == {"reason"}
    again = admin.post(f"{own}/evaluations", json={"reason": "Sửa giá trị quy chiếu"})
    assert (again.status_code, again.json["number"]) == (201, 2)
    for number, value in ((1, "1000.0010"), (2, "1000.2500")):
        assert stranger.get(f"{own}/evaluations/{number}").json["measurands"][0]["assigned_value"] == value
    assert stranger.get(f"{own}/evaluations/1").json["scores"] == first.json["scores"]
    assert [one["number"] for one in keeper.get(f"{own}/evaluations").json] == [2, 1]


def test_what_was_not_satisfactory_is_followed_up_and_closed_by_somebody_else(labs, arrange, people, clock):
    keeper, admin, technician, stranger = people.keeper, people.admin, people.technician, people.stranger
    with arrange():
        row = make.round_of(make.scheme())
        make.results(row, {"PTN-1": ("1000.25", "0.20"), "PTN-2": ("1000.0021", "0.0010")})
        here = f"{ROUNDS}/{row.id}"
    judged(admin, here)
    listed = keeper.get(FOLLOW_UPS).json["items"]
    assert [(one["lab"], one["verdict"], one["state"]) for one in listed] == [("PTN-1", "unsatisfactory", "open")]
    assert stranger.get(FOLLOW_UPS).json["items"] == []
    one = f"{FOLLOW_UPS}/{listed[0]['id']}"
    assert stranger.get(one).status_code == 404
    assert set(keeper.post(f"{one}/close", json={"conclusion": "Đủ"}).json["errors"]) == {
        "cause",
        "corrective_action",
        "evidence",
    }
    done = {"cause": "Quả cân chuẩn trôi", "corrective_action": "Hiệu chuẩn lại", "evidence": "GCN 12", "owner": "An"}
    late = keeper.patch(one, json=done | {"due_on": "2020-01-01"}, headers=etag(keeper.get(one)))
    assert (late.status_code, set(late.json["errors"])) == (422, {"due_on"})
    written = keeper.patch(one, json=done, headers=etag(keeper.get(one)))
    assert (written.status_code, written.json["written_by"]) == (200, "Keeper")
    assert technician.post(f"{one}/close", json={"conclusion": "Đủ"}).status_code == 403
    assert keeper.post(f"{one}/close", json={"conclusion": "Đủ"}).status_code == 403
    clock(make.DUE.replace(month=8))
    assert keeper.get(f"{FOLLOW_UPS}?state=overdue").json["items"][0]["state"] == "overdue"
    closed = admin.post(f"{one}/close", json={"conclusion": "Đủ"})
    assert (closed.status_code, closed.json["state"]) == (200, "closed")
    assert keeper.patch(one, json={"owner": "Bình"}, headers=etag(keeper.get(one))).status_code == 409


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": "2026-05-31"}, "due_on"),
        ({"scheme": 999}, "scheme"),
        ({"measurands": []}, "measurands"),
        ({"measurands": [make.measurand(), make.measurand(name="quả cân  1 KG")]}, "measurands.1.name"),
        ({"measurands": [make.measurand(unit="quả")]}, "measurands.0.unit"),
        ({"measurands": [make.measurand(unit="bar")]}, "measurands.0.unit"),
        ({"measurands": [make.measurand(assigned_factor=None)]}, "measurands.0.assigned_value"),
        ({"measurands": [make.measurand(sigma="0")]}, "measurands.0.sigma"),
    ],
)
def test_a_round_that_cannot_be_is_named_beside_its_field(arrange, people, admin, changes, field):
    with arrange():
        scheme = make.scheme().id
    answer = admin.post(ROUNDS, json=make.said_round(scheme) | changes)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_names_and_codes_are_given_once(own, admin, keeper):
    assert (
        admin.post(SCHEMES, json=make.said_scheme(organisation=DEPARTMENT, name="SSLP khối lượng")).status_code == 409
    )
    scheme = admin.get(own).json["scheme"]
    assert admin.post(ROUNDS, json=make.said_round(scheme)).status_code == 409
    assert admin.post(f"{own}/participants", json={"lab": "PTN-1"}).status_code == 409
    assert set(keeper.post(SCHEMES, json=make.said_scheme(range_high="0.5")).json["errors"]) == {"range_high"}
    assert set(keeper.post(SCHEMES, json=make.said_scheme(unit="V")).json["errors"]) == {"unit"}
    found = keeper.get(f"{SCHEMES}?quantity=mass").json["items"]
    assert [one["name"] for one in found] == ["SSLP khối lượng"]


def evaluated_again(caller, here, value):
    body = {"assigned_value": value, "assigned_uncertainty": "0.0006", "assigned_factor": "2", "reason": "Sai giấy"}
    assert caller.post(f"{here}/measurands/1/assign", json=body).status_code == 200
    assert caller.post(f"{here}/evaluations", json={"reason": "Sửa giá trị quy chiếu"}).status_code == 201


def test_an_evaluation_made_again_closes_follow_ups_and_opens_them_again(labs, arrange, people):
    keeper, admin, technician = people.keeper, people.admin, people.technician
    with arrange():
        row = make.round_of(make.scheme())
        make.results(row, {"PTN-1": ("1000.25", "0.20"), "PTN-2": ("1000.2501", "0.0010")})
        here = f"{ROUNDS}/{row.id}"
    judged(admin, here)
    one = f"{FOLLOW_UPS}/{keeper.get(FOLLOW_UPS).json['items'][0]['id']}"
    evaluated_again(admin, here, "1000.2500")
    settled = keeper.get(one).json
    assert (settled["state"], settled["settled_in"], settled["verdict"]) == ("closed", 2, "satisfactory")
    evaluated_again(admin, here, "1000.0010")
    again = keeper.get(one).json
    assert (again["state"], again["settled_in"], again["verdict"]) == ("open", None, "unsatisfactory")
    done = {"cause": "Trôi", "corrective_action": "Hiệu chuẩn lại", "evidence": "GCN 12"}
    assert keeper.patch(one, json=done, headers=etag(keeper.get(one))).status_code == 200
    assert technician.patch(one, json={"owner": "An"}, headers=etag(keeper.get(one))).json["written_by"] == "Technician"
    assert keeper.post(f"{one}/close", json={"conclusion": "Đủ"}).status_code == 403
    assert admin.post(f"{one}/close", json={"conclusion": "Đủ"}).status_code == 200
    evaluated_again(admin, here, "1000.0009")
    assert keeper.get(one).json["state"] == "closed"
