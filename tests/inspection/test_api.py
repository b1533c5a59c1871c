"""Plans and visits at the API: who plans what, teams, and each step of the course."""

from datetime import timedelta

import pytest

from registry.inspection.rules import State
from tests.conftest import TODAY
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS
from tests.people import DEPARTMENT, ELSEWHERE, PROVINCE

PLANS = "/api/v1/inspection-plans"
DAY = str(TODAY)


def planned(who, status=201, **said):
    answer = who.post(INSPECTIONS, json=make.said(**said))
    assert answer.status_code == status, answer.text
    return answer.get_json()


def turned(who, key, to, status=200, **said):
    answer = who.post(f"{INSPECTIONS}/{key}/steps", json={"to": to} | said)
    assert answer.status_code == status, answer.text
    return answer.get_json()


class TestPlanning:
    def test_a_plan_of_a_year_holds_its_visits(self, inspector):
        said = {
            "authority": DEPARTMENT,
            "year": TODAY.year,
            "title": "Kế hoạch",
            "decision_no": "1/QĐ",
            "decision_on": DAY,
        }
        plan = inspector.post(PLANS, json=said).get_json()
        visit = planned(inspector, plan=plan["id"])
        assert (visit["plan"], visit["area"], visit["planned_to"]) == (plan["id"], PROVINCE, DAY)
        assert [one["id"] for one in inspector.get(f"{INSPECTIONS}?plan={plan['id']}").get_json()["items"]] == [
            visit["id"]
        ]

    def test_an_organisation_that_is_not_registered_is_written_down(self, inspector):
        visit = planned(inspector, organisation=None, subject_name="Tiệm vàng Kim Liên", subject_address="Chợ Thái")
        assert (visit["organisation"], visit["subject_name"]) == (None, "Tiệm vàng Kim Liên")
        found = inspector.get(f"{INSPECTIONS}?q=tiem vang").get_json()["items"]
        assert [one["id"] for one in found] == [visit["id"]]

    @pytest.mark.parametrize(
        ("said", "fields"),
        [
            ({"organisation": None}, ["subject_name"]),
            ({"organisation": ELSEWHERE}, ["organisation"]),
            ({"organisation": "NONE"}, ["organisation"]),
            ({"authority": "NONE"}, ["authority"]),
            ({"area": ELSEWHERE}, ["area"]),
            ({"plan": 4711}, ["plan"]),
            ({"planned_to": str(TODAY - timedelta(days=1))}, ["planned_to"]),
            ({"planned_to": str(TODAY + timedelta(days=60))}, ["planned_to"]),
            ({"decision_on": None}, ["decision_on"]),
            ({"decision_no": ""}, ["decision_no"]),
            ({"team": [{"person": "keeper@example.vn", "role": "leader"}]}, ["team.0.person"]),
            (
                {"team": [{"person": "inspector@example.vn", "role": one} for one in ("leader", "member")]},
                ["team.1.person"],
            ),
            (
                {"team": [{"person": "a@b.vn", "role": "leader"}, {"person": "b@b.vn", "role": "leader"}]},
                ["team.1.role"],
            ),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, inspector, said, fields):
        assert list(planned(inspector, 422, **said)["errors"]) == fields

    @pytest.mark.parametrize("name", ["keeper", "technician", "planner", "stranger"])
    def test_only_inspectors_plan_and_others_see_nothing(self, people, inspector, name):
        visit = planned(inspector)
        who = getattr(people, name)
        planned(who, 403)
        assert who.get(f"{INSPECTIONS}/{visit['id']}").status_code == 404
        assert who.get(INSPECTIONS).get_json()["items"] == []


class TestCourse:
    def test_each_step_says_who_and_when(self, inspector):
        key = planned(inspector)["id"]
        turned(inspector, key, "prepared")
        visit = turned(inspector, key, "in_progress")
        assert [(step["state"], step["by"]) for step in visit["steps"]] == [
            (state, "Inspector") for state in ("planned", "prepared", "in_progress")
        ]
        assert visit["lacks"] == [{"name": "Inspector", "role": "leader"}]

    @pytest.mark.parametrize("to", ["planned", "in_progress", "signed", "closed"])
    def test_no_step_is_left_out(self, inspector, to):
        turned(inspector, planned(inspector)["id"], to, 409)

    def test_what_has_no_decision_or_no_leader_is_not_prepared(self, inspector):
        bare = planned(inspector, decision_no=None, decision_on=None, team=[])["id"]
        assert set(turned(inspector, bare, "prepared", 422)["errors"]) == {"decision_no", "team"}

    def test_a_cancelled_one_says_why_and_is_over(self, inspector):
        key = planned(inspector)["id"]
        assert "reason" in turned(inspector, key, "cancelled", 422)["errors"]
        turned(inspector, key, "cancelled", reason="Bão")
        turned(inspector, key, "prepared", 409)
        etag = inspector.get(f"{INSPECTIONS}/{key}").headers["ETag"]
        answer = inspector.patch(f"{INSPECTIONS}/{key}", json={"note": "x"}, headers={"If-Match": etag})
        assert answer.status_code == 409

    def test_a_prepared_one_does_not_lose_its_leader(self, inspector, arrange):
        with arrange():
            key = make.visit(state=State.PREPARED).id
        etag = inspector.get(f"{INSPECTIONS}/{key}").headers["ETag"]
        answer = inspector.patch(f"{INSPECTIONS}/{key}", json={"team": []}, headers={"If-Match": etag})
        assert (answer.status_code, list(answer.get_json()["errors"])) == (422, ["team"])
        assert (
            inspector.patch(f"{INSPECTIONS}/{key}", json={"place": "Kho"}, headers={"If-Match": etag}).status_code
            == 200
        )
        assert (
            inspector.patch(f"{INSPECTIONS}/{key}", json={"place": "Kho"}, headers={"If-Match": etag}).status_code
            == 412
        )
