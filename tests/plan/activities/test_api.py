"""Activities at their doors: who may see and record them, what is refused, and that nobody's identity leaks."""

from datetime import date

import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind, Role, SuccessionKind
from registry.kernel.db import db
from registry.kernel.errors import Forbidden
from registry.plan.activities import queries
from registry.plan.activities.models import Participant
from tests.make import activities as make
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE

URL = make.ACTIVITIES
COURSE = {
    "kind": "training",
    "title": "Tập huấn đo lường",
    "organiser": CENTRE,
    "held_from": "2026-03-02",
    "sessions": 2,
}
LIST = {
    "people": [
        {"name": "An", "organisation": "Cty A", "kind": "enterprise", "identity": "006 090 000 111"},
        {
            "name": "An (viết lại)",
            "organisation": "Cty B",
            "kind": "enterprise",
            "identity": "006090000111",
            "sessions": 1,
        },
        {"name": "Bình", "organisation": "Sở Công Thương", "kind": "civil_servant"},
    ]
}


def recorded(who, **said):
    answer = who.post(URL, json=COURSE | said)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_what_was_recorded_is_found_changed_and_made_void(keeper):
    made = recorded(keeper, document_no="12/QĐ", document_on="2026-02-28", persons=30, attendances=55)
    path = f"{URL}/{made['id']}"
    assert made | {"held_to": "2026-03-02", "subject": None, "sessions": 2} == made
    assert [one["id"] for one in keeper.get(f"{URL}?kind=training&q=tap+huan").json["items"]] == [made["id"]]
    etag = keeper.get(path).headers["ETag"]
    changed = keeper.patch(path, json={"place": "Hội trường", "persons": None}, headers={"If-Match": etag})
    assert (changed.json["place"], changed.json["persons"], changed.json["attendances"]) == ("Hội trường", None, 55)
    assert keeper.patch(path, json={"place": "x"}, headers={"If-Match": etag}).status_code == 412
    assert keeper.post(f"{path}/void", json={"reason": "Nhập nhầm"}).json["void_reason"] == "Nhập nhầm"
    assert keeper.get(URL).json["items"] == []
    assert [one["id"] for one in keeper.get(f"{URL}?void=true").json["items"]] == [made["id"]]
    assert keeper.post(f"{path}/void", json={"reason": "Lần nữa"}).status_code == 409


@pytest.mark.parametrize(
    ("who", "seen", "named", "recorded_by"),
    [
        ("keeper", 200, 200, 201),
        ("technician", 200, 200, 201),
        ("planner", 200, 200, 201),
        ("admin", 200, 200, 201),
        ("inspector", 200, 403, 403),
        ("stranger", 404, 404, 403),
    ],
)
def test_names_are_for_the_organisers_people_planners_and_administrators(people, who, seen, named, recorded_by):
    made = recorded(people.keeper)
    path = f"{URL}/{made['id']}"
    counted = people.keeper.post(f"{path}/participants", json=LIST)
    assert counted.json == {"persons": 2, "attendances": 4, "kept": True}
    caller = getattr(people, who)
    assert caller.get(path).status_code == seen
    answer = caller.get(f"{path}/participants")
    assert answer.status_code == named
    if named == 200:
        assert [set(one) for one in answer.json["items"]] == [{"name", "organisation", "kind", "sessions"}] * 2
    assert caller.post(URL, json=COURSE).status_code == recorded_by


def test_a_planner_of_another_body_of_the_province_reads_how_many_and_not_who(people, arrange):
    made = recorded(people.planner, organiser=DEPARTMENT)
    with arrange():
        said = {"email": "ke-hoach-trung-tam@example.vn", "name": "Kế hoạch", "role": Role.PLANNER}
        person, _secret = accounts.add_person(**said, organisation=CENTRE, by=None)
        activity = queries.by_id(person, made["id"])
        assert not queries.sees_people(person, activity)
        with pytest.raises(Forbidden):
            queries.people_of(person, activity)


def test_a_dry_run_counts_and_keeps_nothing_and_identity_numbers_are_kept_nowhere(keeper, arrange):
    made = recorded(keeper)
    path = f"{URL}/{made['id']}/participants"
    tried = keeper.post(path, json=LIST | {"dry_run": True}).json
    assert tried == {"persons": 2, "attendances": 4, "kept": False}
    assert keeper.get(path).json["items"] == []
    keeper.post(path, json=LIST)
    with arrange():
        keys = set(db.session.scalars(db.select(Participant.person_key)))
    assert len(keys) == 2
    assert all(len(key) == 64 and "0111" not in key for key in keys)
    assert (
        keeper.get(f"{URL}/{made['id']}").json | {"persons": 2, "attendances": 4, "listed": True}
        == keeper.get(f"{URL}/{made['id']}").json
    )


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"held_from": "2026-06-16"}, "held_from"),
        ({"held_to": "2026-03-01"}, "held_to"),
        ({"held_from": "2025-02-29"}, "held_from"),
        ({"held_from": None}, "held_from"),
        ({"organiser": "KHONG-CO"}, "organiser"),
        ({"quantity": 2}, "quantity"),
        ({"aspect": "radio"}, "aspect"),
        ({"delegates": 4}, "delegates"),
        ({"steps": [{"stage": "adopted", "on": "2026-01-01"}]}, "steps"),
        ({"persons": 9, "attendances": 8}, "attendances"),
        ({"document_on": "2026-01-01"}, "document_no"),
        ({"document_no": "1/QĐ"}, "document_on"),
        ({"kind": "communication", "sessions": None}, "aspect"),
        ({"kind": "criteria"}, "sessions"),
        ({"kind": "adoption", "sessions": None, "aspect": "private", "subject": CENTRE}, "steps"),
        (
            {
                "kind": "adoption",
                "sessions": None,
                "aspect": "private",
                "subject": CENTRE,
                "steps": [{"stage": "adopted", "on": "2026-01-01", "document_no": "1"}],
            },
            "subject",
        ),
        (
            {
                "kind": "project",
                "sessions": None,
                "steps": [{"stage": "accepted", "on": "2026-01-01"}, {"stage": "approved", "on": "2026-01-02"}],
            },
            "steps.1.stage",
        ),
        ({"subject": ELSEWHERE}, "subject"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(keeper, said, field):
    answer = keeper.post(URL, json={name: value for name, value in (COURSE | said).items() if value is not None})
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_an_organisation_of_another_province_sees_nothing_and_one_it_is_about_sees_it(people, arrange):
    with arrange():
        make.enterprise("DN-TN", parent=DEPARTMENT)
        about = make.activity("survey", date(2026, 1, 5), organiser=DEPARTMENT, subject="DN-TN").id
        other = make.activity("survey", date(2026, 1, 6), organiser=DEPARTMENT).id
    assert people.keeper.get(f"{URL}/{about}").status_code == 404
    assert {one["id"] for one in people.planner.get(URL).json["items"]} == {about, other}
    assert people.stranger.get(URL).json["items"] == []


def test_a_body_that_has_ended_holds_nothing_and_has_no_new_enterprises(people, arrange):
    last, after = date(2025, 6, 30), date(2025, 7, 1)
    with arrange():
        said = {"code": "CU", "name_vi": "Sở cũ", "name_en": "Former", "kind": OrganisationKind.DEPARTMENT}
        accounts.add_organisation(**said, parent=DEPARTMENT, valid_to=last, by=None)
        accounts.succeed(code="CU", successor=CENTRE, on=after, kind=SuccessionKind.MERGE, by=None)
    refused = people.planner.post(URL, json=COURSE | {"organiser": "CU", "held_from": str(after)})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["organiser"])
    assert CENTRE in refused.json["errors"]["organiser"][0]
    made = recorded(people.planner, organiser="CU", held_from=str(last))
    path = f"{URL}/{made['id']}"
    match = {"If-Match": people.planner.get(path).headers["ETag"]}
    assert people.planner.patch(path, json={"held_from": str(after)}, headers=match).status_code == 422
    assert people.planner.patch(path, json={"place": "Na Rì"}, headers=match).status_code == 200
    fresh = {"code": "DN-MOI", "name_vi": "Mới", "parent": "CU", "sector": "xăng", "ownership": "private"}
    answer = people.planner.post("/api/v1/enterprises", json=fresh | {"commune": "Na Rì"})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["parent"])


def test_planners_keep_enterprises_of_their_province(people):
    said = {
        "code": "DN1",
        "name_vi": "Công ty Nước sạch",
        "parent": "TN",
        "sector": "Nước",
        "ownership": "private",
        "commune": "Na Rì",
    }
    made = people.planner.post("/api/v1/enterprises", json=said)
    assert (made.status_code, made.json["name_en"]) == (201, "Công ty Nước sạch")
    assert people.planner.post("/api/v1/enterprises", json=said).status_code == 409
    assert people.keeper.post("/api/v1/enterprises", json=said).status_code == 403
    path = "/api/v1/enterprises/DN1"
    etag = people.planner.get(path).headers["ETag"]
    changed = people.planner.patch(path, json={"ownership": "state"}, headers={"If-Match": etag})
    assert changed.json["ownership"] == "state"
    assert people.stranger.get(path).status_code == 404
    assert people.planner.post("/api/v1/enterprises", json=said | {"code": "X", "parent": ELSEWHERE}).status_code == 422
