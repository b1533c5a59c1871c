"""Organisations through the API: the same for all to read, an administrator's to change, one version at a time."""

import pytest

from registry.kernel import audit
from tests.people import CENTRE, DEPARTMENT, PROVINCE
from tests.statements import sent

ORGANISATIONS = "/api/v1/organisations"
BODY = {"code": "BK", "name_vi": "Tỉnh Bắc Kạn", "name_en": "Bac Kan province", "kind": "province"}
SUCCESSION = {"successor": PROVINCE, "on": "2025-07-01", "kind": "merge", "source": "202/2025/QH15"}


def version(who, code):
    return {"If-Match": who.get(f"{ORGANISATIONS}/{code}").headers["ETag"]}


def test_an_organisation_is_told_again_as_it_was_said(admin, stranger):
    said = BODY | {
        "code": "SO",
        "kind": "department",
        "parent": PROVINCE,
        "valid_from": "1997-01-01",
        "valid_to": "2025-06-30",
    }
    made = admin.post(ORGANISATIONS, json=said)
    assert made.status_code == 201
    assert made.json == said | {"succeeded_by": None}
    assert stranger.get(f"{ORGANISATIONS}/SO").json == made.json


@pytest.mark.parametrize(
    ("name", "status"),
    [("admin", 201), ("keeper", 403), ("technician", 403), ("inspector", 403), ("planner", 403), ("stranger", 403)],
)
def test_only_administrators_change_organisations(people, name, status):
    who = getattr(people, name)
    people.admin.post(ORGANISATIONS, json=BODY | {"code": "OLD"})
    answers = [
        who.post(ORGANISATIONS, json=BODY),
        who.post(f"{ORGANISATIONS}/OLD/succession", json=SUCCESSION),
    ]
    assert [answer.status_code for answer in answers] == [status] * 2
    changed = who.patch(f"{ORGANISATIONS}/{CENTRE}", json={"name_en": "x"}, headers=version(who, CENTRE))
    assert changed.status_code == (200 if status == 201 else 403)


def test_nobody_without_a_token_reads_or_writes(client, people):
    assert client.get(ORGANISATIONS).status_code == 401
    assert client.get(f"{ORGANISATIONS}/{CENTRE}").status_code == 401
    assert client.post(ORGANISATIONS, json=BODY).status_code == 401
    assert client.post(f"{ORGANISATIONS}/NONE/succession", json=SUCCESSION).status_code == 401


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "có dấu"}, "code"),
        ({"code": "../x"}, "code"),
        ({"code": None}, "code"),
        ({"name_vi": " "}, "name_vi"),
        ({"name_vi": "x" * 201}, "name_vi"),
        ({"name_en": "a\0"}, "name_en"),
        ({"kind": "planet"}, "kind"),
        ({"parent": "NONE"}, "parent"),
        ({"parent": ""}, "parent"),
        ({"valid_from": "2025-02-30"}, "valid_from"),
        ({"valid_from": "2025-01-02", "valid_to": "2025-01-01"}, "valid_to"),
        ({"id": 7}, "id"),
        ({"succeeded_by": PROVINCE}, "succeeded_by"),
    ],
)
def test_what_is_not_accepted_is_named_beside_its_field(admin, changes, field):
    answer = admin.post(ORGANISATIONS, json=BODY | changes)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})
    if field not in {"code", "id", "succeeded_by"}:
        answer = admin.patch(f"{ORGANISATIONS}/{CENTRE}", json=changes, headers=version(admin, CENTRE))
        assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_a_change_wants_the_version_it_changes(admin):
    first = version(admin, CENTRE)
    assert admin.patch(f"{ORGANISATIONS}/{CENTRE}", json={"name_en": "New"}).status_code == 428
    changed = admin.patch(f"{ORGANISATIONS}/{CENTRE}", json={"name_en": "New"}, headers=first)
    assert (changed.status_code, changed.json["name_en"], changed.json["parent"]) == (200, "New", DEPARTMENT)
    stale = admin.patch(f"{ORGANISATIONS}/{CENTRE}", json={"name_en": "Old"}, headers=first)
    assert stale.status_code == 412
    again = {"If-None-Match": changed.headers["ETag"]}
    assert admin.get(f"{ORGANISATIONS}/{CENTRE}", headers=again).status_code == 304
    assert (
        admin.patch(f"{ORGANISATIONS}/{CENTRE}", json={}, headers={"If-Match": changed.headers["ETag"]}).status_code
        == 200
    )


def test_a_code_stays(admin):
    answer = admin.patch(f"{ORGANISATIONS}/{CENTRE}", json={"code": "NEW"}, headers=version(admin, CENTRE))
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"code"})


def test_an_organisation_cannot_be_moved_below_itself(admin):
    answer = admin.patch(f"{ORGANISATIONS}/{PROVINCE}", json={"parent": CENTRE}, headers=version(admin, PROVINCE))
    assert (answer.status_code, set(answer.json["errors"])) == (422, {"parent"})
    assert admin.get(f"{ORGANISATIONS}/{PROVINCE}").json["parent"] is None


def test_a_succession_names_who_answers_and_changes_the_version(admin, arrange):
    admin.post(ORGANISATIONS, json=BODY)
    before = version(admin, "BK")
    answer = admin.post(f"{ORGANISATIONS}/BK/succession", json=SUCCESSION)
    assert (answer.status_code, answer.json["succeeded_by"]) == (201, PROVINCE)
    assert admin.get(f"{ORGANISATIONS}/BK").json == answer.json
    assert version(admin, "BK") != before
    assert admin.post(f"{ORGANISATIONS}/BK/succession", json=SUCCESSION).status_code == 409
    back = admin.post(f"{ORGANISATIONS}/{PROVINCE}/succession", json=SUCCESSION | {"successor": "BK"})
    assert (back.status_code, set(back.json["errors"])) == (422, {"successor"})
    with arrange():
        assert [entry.action for entry in audit.history("organisation", "BK")] == [
            "organisation.succeed",
            "organisation.add",
        ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"successor": "NONE"}, "successor"),
        ({"successor": "BK"}, "successor"),
        ({"on": "soon"}, "on"),
        ({"kind": "war"}, "kind"),
    ],
)
def test_a_succession_that_cannot_be_is_refused_beside_its_field(admin, changes, field):
    admin.post(ORGANISATIONS, json=BODY)
    answer = admin.post(f"{ORGANISATIONS}/BK/succession", json=SUCCESSION | changes)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_a_succession_of_nobody_is_not_found(admin):
    assert admin.post(f"{ORGANISATIONS}/NONE/succession", json=SUCCESSION).status_code == 404


def test_the_list_is_searched_filtered_counted_and_fixed_in_cost(admin):
    for number in range(5):
        admin.post(
            ORGANISATIONS, json=BODY | {"code": f"X{number}", "name_vi": f"Xã Đức Xuân {number} 50%", "kind": "commune"}
        )
    body = admin.get(f"{ORGANISATIONS}?q=duc+xuan&kind=commune&count=exact&limit=2").json
    assert ([item["code"] for item in body["items"]], body["total"]) == (["X0", "X1"], 5)
    assert len(admin.get(f"{ORGANISATIONS}?q=%25").json["items"]) == 5
    assert admin.get(f"{ORGANISATIONS}?q=_").json["items"] == []
    assert admin.get(f"{ORGANISATIONS}?kind=province").json["items"][0]["code"] == PROVINCE
    costs = []
    for limit in (1, 200):
        with sent() as statements:
            admin.get(f"{ORGANISATIONS}?count=exact&limit={limit}")
        costs.append(len(statements))
    assert costs[0] == costs[1] < 10
