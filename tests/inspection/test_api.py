"""Plans and visits at the API: who plans what, teams, and each step of the course."""

from datetime import timedelta

import pytest

from registry.accounts import actions as accounts
from registry.accounts.rules import OrganisationKind
from registry.inspection.rules import State
from tests.conftest import TODAY
from tests.make import inspection as make
from tests.make import labs
from tests.make.inspection import INSPECTIONS
from tests.people import CENTRE, DEPARTMENT, ELSEWHERE, PROVINCE

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
            ({"decision_on": str(TODAY + timedelta(days=1))}, ["decision_on"]),
            ({"authority": CENTRE}, ["authority"]),
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


@pytest.fixture
def others(people, arrange):
    """By name: an inspector of the department who is not in the team, and one of a hospital of the province."""
    with arrange():
        body = {"code": "BV", "name_vi": "Bệnh viện", "name_en": "Hospital", "parent": PROVINCE}
        accounts.add_organisation(**body, kind=OrganisationKind.PUBLIC_SERVICE, by=None)
        return {
            name: make.inspector_of(people, name, organisation)
            for name, organisation in (("outside", DEPARTMENT), ("hospital", "BV"))
        }


class TestWhoMayAct:
    @pytest.mark.parametrize("name", ["outside", "hospital"])
    def test_nobody_outside_the_team_takes_over_what_is_under_way(self, inspector, others, arrange, name):
        with arrange():
            key = make.visit(state=State.IN_PROGRESS).id
        who = others[name]
        turned(who, key, "cancelled", 403, reason="Không cần")
        etag = {"If-Match": who.get(f"{INSPECTIONS}/{key}").headers["ETag"]}
        team = {"team": [{"person": who.email, "role": "leader"}]}
        assert who.patch(f"{INSPECTIONS}/{key}", json=team, headers=etag).status_code == 403
        measure = {"kind": "warning", "text": "Khắc phục"}
        assert who.post(f"{INSPECTIONS}/{key}/measures", json=measure).status_code == 403
        assert (
            who.post(f"{INSPECTIONS}/{key}/minutes", json={"refused": True, "refusal_reason": "x"}).status_code == 403
        )
        page = who.pages.get(f"/inspections/{key}").text
        assert f"/inspections/{key}/step" not in page
        assert f"/inspections/{key}/edit" not in page
        assert who.pages.get(f"/inspections/{key}/edit").status_code == 403
        assert inspector.get(f"{INSPECTIONS}/{key}").json["state"] == "in_progress"
        assert f"/inspections/{key}/step" in inspector.pages.get(f"/inspections/{key}").text

    def test_until_it_is_prepared_the_authority_arranges_it_and_nobody_else(self, inspector, others):
        key = planned(inspector)["id"]
        planned(others["hospital"], 403)
        turned(others["hospital"], key, "prepared", 403)
        turned(others["outside"], key, "prepared")
        turned(others["outside"], key, "in_progress", 403)
        turned(inspector, key, "in_progress")

    def test_an_administrator_gives_a_team_another_leader_but_does_not_sign(self, people, others, arrange):
        with arrange():
            key = make.visit(state=State.IN_PROGRESS).id
        etag = {"If-Match": people.admin.get(f"{INSPECTIONS}/{key}").headers["ETag"]}
        team = {"team": [{"person": others["outside"].email, "role": "leader"}]}
        assert people.admin.patch(f"{INSPECTIONS}/{key}", json=team, headers=etag).status_code == 200
        said = {"refused": True, "refusal_reason": "x"}
        assert people.admin.post(f"{INSPECTIONS}/{key}/minutes", json=said).status_code == 403
        assert others["outside"].post(f"{INSPECTIONS}/{key}/minutes", json=said).status_code == 201

    def test_an_inspector_of_a_service_confirms_nothing_of_laboratories(self, keeper, others):
        assert (
            keeper.post("/api/v1/labs", json=labs.said(accreditations=[labs.said_accreditation()])).status_code == 201
        )
        at = f"/api/v1/labs/{labs.LAB}/confirmations"
        body = {"statements": [keeper.get(at).json["statements"][0]["name"]], "basis": "x"}
        assert others["hospital"].post(at, json=body).status_code == 403
        assert others["outside"].post(at, json=body).status_code == 200


class TestCourse:
    def test_a_decision_that_is_still_to_come_prepares_nothing(self, inspector):
        later = TODAY + timedelta(days=9)
        key = planned(inspector, planned_from=str(later), decision_on=str(later))["id"]
        assert set(turned(inspector, key, "prepared", 422)["errors"]) == {"decision_on"}

    def test_it_begins_before_its_first_day_only_with_a_reason(self, inspector, clock):
        first = TODAY + timedelta(days=9)
        key = planned(inspector, planned_from=str(first))["id"]
        turned(inspector, key, "prepared")
        checks = f"{INSPECTIONS}/{key}/checks/batch"
        body = {"checks": [{"key": "k", "name": "Cân"}]}
        assert set(turned(inspector, key, "in_progress", 422)["errors"]) == {"reason"}
        assert inspector.post(checks, json=body).status_code == 409
        clock(first)
        assert inspector.post(checks, json=body).status_code == 200
        clock(TODAY)
        other = planned(inspector, planned_from=str(first), place="Kho")["id"]
        turned(inspector, other, "prepared")
        step = {"to": "in_progress", "reason": "Cơ sở đề nghị"}
        begun = inspector.post(f"{INSPECTIONS}/{other}/steps", json=step).get_json()
        assert (begun["state"], begun["steps"][-1]["reason"]) == ("in_progress", "Cơ sở đề nghị")

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

    @pytest.mark.parametrize(
        ("state", "to", "next_is"),
        [
            (State.PLANNED, "closed", "its decision and its team"),
            (State.PREPARED, "closed", "Record what is seen"),
            (State.IN_PROGRESS, "closed", "Its minutes are signed next"),
            (State.IN_PROGRESS, "prepared", "Its minutes are signed next"),
        ],
    )
    def test_a_step_out_of_order_is_refused_with_the_one_that_comes_next(self, inspector, arrange, state, to, next_is):
        with arrange():
            key = make.visit(state=state).id
        answer = inspector.post(f"{INSPECTIONS}/{key}/steps?lang=en", json={"to": to})
        assert (answer.status_code, next_is in answer.get_json()["detail"]) == (409, True)

    def test_nothing_is_signed_or_decided_before_something_was_seen(self, inspector, arrange):
        with arrange():
            here = f"{INSPECTIONS}/{make.visit(state=State.IN_PROGRESS).id}"
        signing = {"representatives": [{"name": "An"}]}
        due = {"due_on": DAY}
        for kind in ("warning", "suspension", "reverification"):
            answer = inspector.post(f"{here}/measures", json={"kind": kind, "text": "x"} | due)
            assert (answer.status_code, list(answer.get_json()["errors"])) == (409, ["kind"])
        assert inspector.post(f"{here}/minutes", json=signing).status_code == 409
        assert inspector.post(f"{here}/checks", json=make.check(name="Cân")).status_code == 200
        decided = inspector.post(f"{here}/measures", json={"kind": "reverification", "text": "x"} | due).get_json()
        done = f"{here}/measures/{decided['id']}/done", {"done_on": DAY, "evidence": "x"}
        assert inspector.post(done[0], json=done[1]).status_code == 409  # it stands in no minutes yet
        assert "/done" not in inspector.pages.get(f"{here}/measures".removeprefix("/api/v1")).text
        assert inspector.post(f"{here}/minutes", json=signing).status_code == 201
        assert "/done" in inspector.pages.get(f"{here}/measures".removeprefix("/api/v1")).text
        assert inspector.post(done[0], json=done[1]).status_code == 200

    def test_who_lets_nothing_be_checked_is_written_down_and_may_be_fined(self, inspector, arrange):
        with arrange():
            here = f"{INSPECTIONS}/{make.visit(state=State.IN_PROGRESS).id}"
        fine = {"kind": "fine_proposal", "text": "Cản trở kiểm tra"}
        assert inspector.post(f"{here}/measures", json=fine).status_code == 201
        refused = {"refused": True, "refusal_reason": "Không cho vào"}
        assert inspector.post(f"{here}/minutes", json=refused).status_code == 201

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
