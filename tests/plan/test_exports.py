"""Files of plans: asked for by page and API, made in the background, kept from others, refused in words."""

from datetime import timedelta

import pytest

from registry.jobs import work
from registry.plan.exports import actions
from tests.conftest import TODAY
from tests.make import exports
from tests.make import plan as make

URL = "/api/v1/plan-exports"


@pytest.fixture
def plan(people, arrange):
    with arrange():
        make.plan()
        make.money(indicator="I.1", amount=100_000_001)


def worked(app):
    with app.app_context():
        while work.one():
            pass


def test_a_file_is_followed_until_it_is_ready_and_is_its_askers_alone(plan, planner, people, app):
    planner.pages.set_cookie("lang", "en")
    assert 'action="/plan-exports/money.xlsx?plan=436-KH-UBND"' in planner.pages.get(f"/plan/{make.CODE}/money").text
    address = exports.asked(planner, "money", form="xlsx", plan=make.CODE).location
    assert "data-progress" in planner.pages.get(address).text
    assert planner.pages.get(f"{address}/content").status_code == 404
    worked(app)
    assert "1 row." in planner.pages.get(address).text
    found = planner.pages.get(f"{address}/content")
    assert found.data[:2] == b"PK"
    assert found.headers["Content-Disposition"] == f'attachment; filename="{make.CODE}-money.xlsx"'
    for other in (people.admin, people.stranger):
        assert other.pages.get(address).status_code == 404
        assert other.pages.get(f"{address}/content").status_code == 404


def test_the_api_asks_for_the_same(plan, planner, people, app):
    asked = planner.post(URL, json={"kind": "money", "plan": make.CODE, "form": "csv"})
    assert (asked.status_code, asked.json["rows"], asked.json["ready_at"]) == (202, None, None)
    worked(app)
    mine = f"{URL}/{asked.json['id']}"
    assert (planner.get(mine).json["rows"], planner.get(mine).json["plan"]) == (1, make.CODE)
    assert "100000001" in planner.get(f"{mine}/content").text
    assert people.keeper.get(mine).status_code == 404
    assert people.stranger.post(URL, json={"kind": "money", "plan": make.CODE}).status_code == 404


def test_what_no_list_knows_is_refused_beside_its_field(plan, planner):
    wrong = {"kind": "activities", "filters": {"since": "x", "colour": "red"}}
    assert sorted(planner.post(URL, json=wrong).json["errors"]) == ["filters.colour", "filters.since"]
    assert [*planner.post(URL, json={"kind": "money"}).json["errors"]] == ["plan"]
    assert [*planner.post(URL, json={"kind": "everything"}).json["errors"]] == ["kind"]
    assert exports.asked(planner, "activities", since="x").status_code == 422
    assert exports.asked(planner, "everything").status_code == 404
    assert exports.asked(planner, "money", form="pdf", plan=make.CODE).status_code == 404
    assert exports.asked(planner, "money", plan="NONE").status_code == 404


def test_what_the_list_refuses_by_then_is_told_and_files_go_after_a_day(plan, planner, app, clock):
    said = {"plan": make.CODE, "indicator": "II.2"}
    address = exports.asked(planner, "breakdown", **said).location
    worked(app)
    page = planner.pages.get(address)
    assert (page.status_code, "II.2" in page.text, "data-progress" in page.text) == (200, True, False)
    clock(TODAY + timedelta(days=2))
    with app.app_context():
        assert actions.forget_old() == 1
