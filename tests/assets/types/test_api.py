"""Instrument types through the API: who may, what is refused, and the history of a type."""

import threading

import pytest

from tests.make import types as make
from tests.people import CENTRE, ELSEWHERE

TYPES = "/api/v1/instrument-types"
OWN = f"{TYPES}/DONG-HO-THU"
SHARED = f"{TYPES}/TAXIMET-THU"
READERS = [
    ("keeper", 200),
    ("technician", 200),
    ("inspector", 200),
    ("planner", 200),
    ("admin", 200),
    ("stranger", 404),
]


def etag(answer):
    return {"If-Match": answer.headers["ETag"]}


def test_a_type_is_told_again_as_it_was_said(admin, stranger):
    answer = admin.post(TYPES, json=make.said())
    assert answer.status_code == 201
    shown = stranger.get(SHARED)
    assert shown.json == answer.json
    nothing = {"type_approval": None, "after_repair": None, "calibration_interval_months": None, "note": ""}
    version = shown.json["versions"][0]
    assert {"valid_to": None, "replaced_at": None} | nothing | make.said_version() == {
        name: value for name, value in version.items() if name != "made_at"
    }
    assert shown.json["in_force"] == version
    assert shown.json["proposal"] == [{"kind": "verification", "interval_months": 12}]
    assert (shown.json["group"], shown.json["owner"]) == ("2", None)


def test_a_type_without_a_version_asks_for_nothing(admin):
    admin.post(TYPES, json=make.said(versions=[]))
    shown = admin.get(SHARED).json
    assert (shown["in_force"], shown["proposal"], shown["versions"]) == (None, [], [])


def test_nobody_reads_without_signing_in(client):
    assert client.get(TYPES).status_code == 401
    assert client.get(SHARED).status_code == 401


@pytest.mark.parametrize(("name", "status"), READERS)
def test_own_types_are_read_by_those_who_read_the_organisation(people, name, status):
    people.keeper.post(TYPES, json=make.said_own(CENTRE))
    caller = getattr(people, name)
    assert caller.get(OWN).status_code == status
    assert [one["code"] for one in caller.get(TYPES).json["items"]] == ["DONG-HO-THU"] * (status == 200)


@pytest.mark.parametrize(
    ("name", "own", "shared"),
    [
        ("keeper", 201, 403),
        ("admin", 201, 201),
        ("technician", 403, 403),
        ("inspector", 403, 403),
        ("planner", 403, 403),
        ("stranger", 403, 403),
    ],
)
def test_managers_add_own_types_and_administrators_those_for_everybody(people, name, own, shared):
    caller = getattr(people, name)
    assert caller.post(TYPES, json=make.said_own(CENTRE)).status_code == own
    assert caller.post(TYPES, json=make.said()).status_code == shared


@pytest.mark.parametrize(("name", "status"), [("keeper", 403), ("technician", 403), ("stranger", 403), ("admin", 201)])
def test_the_law_is_amended_by_administrators(people, name, status):
    people.admin.post(TYPES, json=make.said())
    body = make.said_version(valid_from="2024-10-15", circular="03/2024/TT-BKHCN", period_months=18)
    answer = getattr(people, name).post(f"{SHARED}/versions", json=body)
    assert answer.status_code == status
    if status == 201:
        assert [version["valid_to"] for version in answer.json["versions"]] == ["2024-10-14", None]
        assert answer.json["proposal"] == [{"kind": "verification", "interval_months": 18}]


def test_a_stranger_changes_nothing_and_is_not_told_that_it_is_there(keeper, stranger):
    first = keeper.post(TYPES, json=make.said_own(CENTRE))
    assert stranger.patch(OWN, json={"name_vi": "Khác"}, headers={"If-Match": '"x"'}).status_code == 404
    assert stranger.post(f"{OWN}/versions", json={"valid_from": "2026-01-01"}).status_code == 404
    assert keeper.get(OWN).json == first.json


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "có dấu"}, "code"),
        ({"name_vi": " "}, "name_vi"),
        ({"group": "3"}, "group"),
        ({"owner": CENTRE}, "owner"),
        ({"group": "1", "owner": "NONE", "versions": []}, "owner"),
        ({"versions": [make.said_version(source="")]}, "versions.0.source"),
        ({"versions": [make.said_version(valid_to="2019-12-31")]}, "versions.0.valid_to"),
        ({"versions": [make.said_version(), make.said_version(periodic=False)]}, "versions.1.period_months"),
        ({"versions": [make.said_version(period_months=0)]}, "versions.0.period_months"),
        ({"versions": [make.said_version(periodic="yes")]}, "versions.0.periodic"),
        ({"versions": [{"circular": "x"}]}, "versions.0.valid_from"),
        ({"size": 3}, "size"),
    ],
)
def test_what_is_not_accepted_is_named_beside_its_field(admin, changes, field):
    answer = admin.post(TYPES, json=make.said(**changes))
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {field}
    assert admin.get(SHARED).status_code == 404


def test_a_change_of_names_wants_the_version_it_changes(keeper):
    first = keeper.post(TYPES, json=make.said_own(CENTRE))
    assert first.json["name_en"] == first.json["name_vi"]
    first = keeper.get(OWN)
    assert keeper.patch(OWN, json={"name_en": "Gauge"}).status_code == 428
    changed = keeper.patch(OWN, json={"name_en": "Gauge"}, headers=etag(first))
    assert (changed.status_code, changed.json["name_en"]) == (200, "Gauge")
    assert keeper.patch(OWN, json={"name_en": "Old"}, headers=etag(first)).status_code == 412
    assert keeper.get(OWN, headers={"If-None-Match": changed.headers["ETag"]}).status_code == 304


def test_a_repeated_request_is_answered_again(admin):
    headers = {"Idempotency-Key": "type-1"}
    first = admin.post(TYPES, json=make.said(), headers=headers)
    assert admin.post(TYPES, json=make.said(), headers=headers).json == first.json
    body, headers = make.said_version(valid_from="2025-01-01"), {"Idempotency-Key": "type-2"}
    for _turn in range(2):
        assert len(admin.post(f"{SHARED}/versions", json=body, headers=headers).json["versions"]) == 2


def test_a_code_is_given_once(keeper, admin, stranger):
    assert keeper.post(TYPES, json=make.said_own(CENTRE)).status_code == 201
    again = admin.post(TYPES, json=make.said_own(ELSEWHERE))
    assert (again.status_code, set(again.json["errors"])) == (409, {"code"})


def test_versions_that_come_at_once_stand_one_after_the_other(admin):
    admin.post(TYPES, json=make.said())
    together, answers = threading.Barrier(3), []

    def amend(year):
        together.wait()
        answers.append(admin.post(f"{SHARED}/versions", json=make.said_version(valid_from=f"{year}-01-01")))

    threads = [threading.Thread(target=amend, args=[year]) for year in (2022, 2023, 2024)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 3
    spans = [(version["valid_from"], version["valid_to"]) for version in admin.get(SHARED).json["versions"]]
    assert spans == [
        ("2020-01-01", "2021-12-31"),
        ("2022-01-01", "2022-12-31"),
        ("2023-01-01", "2023-12-31"),
        ("2024-01-01", None),
    ]


def test_a_list_answers_to_its_filters(admin, keeper):
    admin.post(TYPES, json=make.said())
    keeper.post(TYPES, json=make.said_own(CENTRE))
    for query, wanted in {
        "?q=TAXIMÉT": ["TAXIMET-THU"],
        "?group=1": ["DONG-HO-THU"],
        f"?owner={CENTRE}": ["DONG-HO-THU"],
        "?in_force_on=2019-12-31": [],
        "?in_force_on=2020-01-01": ["DONG-HO-THU", "TAXIMET-THU"],
    }.items():
        assert [one["code"] for one in keeper.get(TYPES + query).json["items"]] == wanted
    page = keeper.get(f"{TYPES}?limit=1&count=exact").json
    assert (len(page["items"]), page["total"]) == (1, 2)
    assert keeper.get(f"{TYPES}?limit=1&cursor={page['next']}").json["next"] is None


def test_an_asset_takes_over_what_its_type_proposes(admin, technician):
    admin.post(TYPES, json=make.said())
    body = {"kind": "instrument", "name": "Taxi 12", "owner": CENTRE, "instrument_type": "taximet thu"}
    made = technician.post("/api/v1/assets", json=body).json
    assert made["instrument_type"] == "taximet thu"
    assert [(held["kind"], held["interval_months"]) for held in made["schedules"]] == [("verification", 12)]
    assert technician.post("/api/v1/assets", json=body | {"schedules": []}).json["schedules"] == []
