"""Duties at their door: who has to do them through successions, what is said of them, and who may say it."""

from datetime import date

import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import SuccessionKind
from registry.kernel.db import db
from registry.plan import queries as plans
from registry.plan import versions
from registry.plan.duties import actions
from registry.plan.duties.models import Duty
from tests.conftest import TODAY
from tests.make import duties as make
from tests.make import plan as make_plan
from tests.statements import sent

LIST = f"{make.URL}/duties"


@pytest.fixture
def report(arrange) -> str:
    """The address of this year's report of 10 December."""
    with arrange():
        make_plan.plan()
        return f"{LIST}/{make.duty().id}"


def said(who, path, **data):
    etag = who.get(path).headers.get("ETag", "")
    return who.patch(path, json=data, headers={"If-Match": etag})


def test_duties_come_with_the_plan_overdue_first_and_endless_last(planner, report):
    found = planner.get(f"{LIST}?limit=200&count=exact").json
    days = [one["due_on"] for one in found["items"]]
    assert found["total"] == len(days)
    assert days == sorted(days, key=lambda day: day or "9999")
    assert [one["code"] for one in found["items"] if one["state"] == "overdue"] == ["TC.1.5"]
    assert sorted({one["year"] for one in found["items"] if one["code"] == make.REPORT}) == [2026, 2027]
    late = planner.get(f"{LIST}?on=2026-12-11&state=overdue").json["items"]
    assert {one["code"] for one in late} == {"TC.1.5", make.REPORT}
    assert planner.get(f"{LIST}?until=2026-12-10&indicator=II.2.a").json["items"] == []
    first = planner.get(f"{LIST}?limit=30").json
    rest = planner.get(f"{LIST}?limit=30&cursor={first['next']}").json
    assert [one["id"] for one in first["items"] + rest["items"]] == [one["id"] for one in found["items"]]


def test_a_body_that_ended_keeps_its_name_and_its_successor_answers(planner, report, arrange):
    with arrange():
        commune = {"code": "UBND-XA-BABE", "name_vi": "Ủy ban nhân dân xã Ba Bể", "name_en": "Ba Bể commune"}
        accounts.add_organisation(**commune, kind="commune", parent="UBND-THAINGUYEN", by=None)
        kind = SuccessionKind.ABOLISH
        accounts.succeed(
            code="UBND-BABE", successor="UBND-XA-BABE", on=date(2025, 7, 1), kind=kind, source=None, by=None
        )
    bodies = {one["code"]: one for one in planner.get(report).json["lead"]["bodies"]}
    assert bodies["UBND-BABE"] == {"code": "UBND-BABE", "now": "UBND-XA-BABE", "ended": False}
    assert bodies["UBND-NARI"] == {"code": "UBND-NARI", "now": "UBND-NARI", "ended": True}
    theirs = planner.get(f"{LIST}?body=UBND-XA-BABE&limit=200").json["items"]
    assert make.REPORT in {one["code"] for one in theirs}
    page = planner.pages.get(report.removeprefix("/api/v1").replace("/plans/", "/plan/")).text
    assert "Ủy ban nhân dân huyện Ba Bể" in page
    assert "Ủy ban nhân dân xã Ba Bể" in page


def test_a_change_of_state_takes_a_reason_and_stays_in_the_history(planner, report):
    assert said(planner, report, state="under_way").json["errors"].keys() == {"reason"}
    assert said(planner, report, state="overdue", reason="Trễ").json["errors"].keys() == {"state"}
    assert said(planner, report, done_on="2026-06-01", reason="?").json["errors"].keys() == {"done_on"}
    assert said(planner, report, state="done", done_on="2026-06-16", reason="?").json["errors"].keys() == {"done_on"}
    assert said(planner, report, owner="nobody@example.vn").json["errors"].keys() == {"owner"}
    done = said(planner, report, state="done", reason="Công văn 12/BC").json
    assert (done["state"], done["done_on"]) == ("done", TODAY.isoformat())
    assert said(planner, report, state="done", done_on="2026-06-14").json["errors"].keys() == {"reason"}
    opened = said(planner, report, state="under_way", reason="Thiếu số liệu").json
    assert (opened["state"], opened["done_on"]) == ("under_way", None)
    assert planner.patch(report, json={"note": "x"}, headers={"If-Match": '"cũ"'}).status_code == 412
    page = planner.pages.get(report.removeprefix("/api/v1").replace("/plans/", "/plan/")).text
    assert "Công văn 12/BC" in page
    assert "Thiếu số liệu" in page


def test_who_owns_a_duty_says_how_it_stands_and_nobody_else_without_the_plan(planner, keeper, stranger, report):
    assert stranger.get(report).status_code == 404
    assert stranger.patch(report, json={"note": "x"}, headers={"If-Match": "*"}).status_code == 404
    assert said(keeper, report, note="x").status_code == 403
    assert keeper.post(f"{report}/files", data={}).status_code == 403
    assert said(planner, report, owner=keeper.email).json["owner"] == keeper.email
    assert said(keeper, report, state="under_way", reason="Đang gom số liệu").json["state"] == "under_way"
    assert said(planner, report, owner=None).json["owner"] is None
    assert said(keeper, report, note="x").status_code == 403


def test_a_new_year_brings_its_duties_once_and_a_new_version_moves_what_is_open(planner, report, clock, arrange):
    assert said(planner, report, state="done", reason="Xong").status_code == 200
    clock(date(2027, 1, 2))
    with arrange():
        assert actions.open_all(date(2027, 1, 2)).opened == 4
        assert actions.open_all(date(2027, 1, 2)) == (0, 0)

    def earlier(data):
        next(one for one in data["duties"] if one["code"] == make.REPORT)["due"] = "02-29"

    with arrange():
        versions.load(make_plan.changed(earlier), by=None)
        due = {year: make.duty(year=year).due_on for year in (2026, 2027, 2028)}
    assert due == {2026: date(2026, 12, 10), 2027: date(2027, 2, 28), 2028: date(2028, 2, 29)}


def test_a_duty_that_a_version_does_not_name_any_more_is_gone_from_the_list(planner, report, arrange):
    def shorter(data):
        data["duties"] = [one for one in data["duties"] if one["code"] != make.REPORT]

    with arrange():
        versions.load(make_plan.changed(shorter), by=None)
    assert planner.get(report).status_code == 404
    assert make.REPORT not in {one["code"] for one in planner.get(f"{LIST}?limit=200").json["items"]}


def test_the_list_takes_as_many_statements_for_a_year_as_for_ten(planner, report, arrange):
    with sent() as few:
        planner.get(f"{LIST}?limit=200")
    with arrange():
        plan = plans.by_code(make_plan.CODE, None)
        rows = [
            Duty(plan_id=plan.id, code=make.REPORT, year=year, due_on=date(year, 12, 10)) for year in range(2028, 2040)
        ]
        db.session.add_all(rows)
    with sent() as many:
        planner.get(f"{LIST}?limit=200")
    assert len(few) == len(many)
