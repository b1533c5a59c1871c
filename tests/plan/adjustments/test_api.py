"""Plan files and versions at the API's doors: who may, hostile files, the round trip."""

import io
import json

import pytest

from registry.plan import files
from tests.make import adjustments as make
from tests.make import plan as make_plan

VERSIONS = f"/api/v1/plans/{make_plan.CODE}/versions"
TWELVE = make.target("II.2.a", "P2", 12, "12 chuẩn đo lường, PTĐ")


@pytest.fixture
def plan(people, arrange):
    with arrange():
        make_plan.plan()


def sent(text, **said):
    content = text if isinstance(text, bytes) else text.encode()
    return {"data": {"file": (io.BytesIO(content), "plan.json"), **said}, "content_type": "multipart/form-data"}


def adjusted(*changes):
    return json.dumps(make.decided("9/QĐ-UBND", "2026-05-01", *changes).data, ensure_ascii=False, indent=1)


def test_a_file_is_looked_at_then_loaded_and_comes_back_as_the_same_file(plan, planner):
    text = adjusted(TWELVE)
    looked = planner.post("/api/v1/plans", **sent(text, dry_run="true")).json
    assert (looked["version"], looked["changed"], looked["since"]) == (2, True, 1)
    assert [(change["what"], change["code"]) for change in looked["changes"]] == [("target", "II.2.a")]
    assert len(planner.get(VERSIONS).json["items"]) == 1
    loaded = planner.post("/api/v1/plans", **sent(text)).json
    assert loaded == looked
    listed = planner.get(VERSIONS, query_string={"count": "exact"}).json
    assert [(one["number"], one["decision"], one["in_force_on"]) for one in listed["items"]] == [
        (2, "9/QĐ-UBND", "2026-05-01"),
        (1, None, "2019-07-23"),
    ]
    back = planner.get(f"{VERSIONS}/2/file")
    assert files.parse(back.text).content_hash == listed["items"][0]["content_hash"]
    again = planner.post("/api/v1/plans", **sent(back.data)).json
    assert (again["changed"], again["version"]) == (False, 2)


def test_old_targets_stay_readable(plan, planner):
    planner.post("/api/v1/plans", **sent(adjusted(TWELVE, make.renamed("II.4.b", "II.4.c"))))
    cells = {}
    for number in (1, 2):
        rows = planner.get(f"{VERSIONS}/{number}").json["rows"]
        cells[number] = [cell["value"] for row in rows if row["code"] == "II.2.a" for cell in row["targets"]]
    assert cells == {1: [5, 10], 2: [5, 12]}
    assert next(row["was"] for row in rows if row["code"] == "II.4.c") == "II.4.b"
    backwards = planner.get(f"{VERSIONS}/1/changes", query_string={"since": 2}).json["changes"]
    assert {(change["what"], change["code"]) for change in backwards} >= {("target", "II.2.a"), ("renamed", "II.4.b")}
    assert planner.get(f"{VERSIONS}/3").status_code == 404
    assert planner.get(f"{VERSIONS}/1/changes").json["since"] is None


def test_who_may(plan, people):
    text = adjusted(TWELVE)
    for caller in (people.keeper, people.technician, people.inspector, people.stranger):
        assert caller.post("/api/v1/plans", **sent(text)).status_code == 403
    for address in (VERSIONS, f"{VERSIONS}/1", f"{VERSIONS}/1/file", f"{VERSIONS}/1/changes"):
        assert people.stranger.get(address).status_code == 404
        assert people.inspector.get(address).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"format": 1, "format": 1}',
        b'{"format": 1e999}',
        b'{"plan": {"code": "\\ud800"}}',
        b'{"\\ud800": 1}',
        b'{"rows": [{"kind": "leaf", "targets": {"\\ud83d": null, "../x": 1}}]}',
    ],
)
def test_a_hostile_file_is_refused_in_words_at_both_doors(planner, text):
    answer = planner.post("/api/v1/plans", **sent(text))
    assert answer.status_code == 422
    assert answer.json["errors"]
    page = planner.pages.post("/plan/load", **sent(text))
    assert page.status_code == 422
    assert "notice-bad" in page.text


def test_every_fault_has_its_place_and_its_line(planner):
    text = make_plan.text(lambda data: make_plan.row(data, "I.2")["budget"]["P2"].update(value=-1))
    errors = planner.post("/api/v1/plans", **sent(text)).json["errors"]
    assert errors["rows.2.budget.P2.value"][0].startswith(("dòng", "line"))


def test_what_comes_beside_the_file_is_refused(planner):
    assert planner.post("/api/v1/plans", **sent("{}", more="1")).json["errors"].keys() == {"more"}
    assert planner.post("/api/v1/plans", **sent("{}", dry_run="maybe")).json["errors"].keys() == {"dry_run"}
    assert planner.post("/api/v1/plans", json={}).status_code == 415
    assert planner.post("/api/v1/plans", data={}, content_type="multipart/form-data").status_code == 422


def test_a_planner_brings_in_no_body_that_an_administrator_did_not_add(plan, planner, admin):
    def further(data):
        body = {"code": "SYT-X", "name": {"vi": "Sở Y tế", "en": "Health"}, "kind": "department", "parent": None}
        rest = {"valid_from": None, "valid_to": None, "succeeded_by": [], "notes": []}
        data["bodies"].append(body | rest)

    text = adjusted(further)
    place = "bodies.17.code"
    assert planner.post("/api/v1/plans", **sent(text)).json["errors"].keys() == {place}
    assert admin.post("/api/v1/plans", **sent(text)).status_code == 200
