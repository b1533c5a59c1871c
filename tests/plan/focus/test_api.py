"""The list of focus enterprises at its door: steps in order, reviews, and the list as it was on a day."""

from datetime import date

import pytest

from registry.plan.focus.rules import Step
from tests.make import duties as make
from tests.make import exports
from tests.make import plan as make_plan

LIST, REVIEWS = f"{make.URL}/focus", f"{make.URL}/focus-reviews"
FIRST, SECOND = date(2026, 1, 10), date(2026, 2, 10)
REVIEW = {"on": "2026-03-01", "decision_no": "15/QĐ-SKHCN", "decision_on": "2026-02-27"}


@pytest.fixture
def enterprises(arrange) -> None:
    """A is confirmed, B and C are proposed, D is not on the list."""
    with arrange():
        make_plan.plan()
        for code in "ABCD":
            make.enterprise(f"DN-{code}")
        for code in "ABC":
            make.step(f"DN-{code}", Step.PROPOSE, FIRST)
        make.step("DN-A", Step.CONFIRM, SECOND, "Quyết định 01")


def on_the_list(who, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return {one["enterprise"][-1]: one["state"] for one in who.get(f"{LIST}?{query}").json["items"]}


def taken(who, enterprise, **said):
    return who.post(LIST, json={"enterprise": enterprise, "step": "confirm", "reason": "Có lý do"} | said)


def test_a_review_adds_keeps_and_takes_off_and_the_list_of_any_day_stays_readable(planner, enterprises, app):
    decided = [
        {"enterprise": "DN-B", "step": "confirm", "reason": "Đủ điều kiện"},
        {"enterprise": "DN-C", "step": "remove", "reason": "Đã giải thể"},
        {"enterprise": "DN-D", "step": "confirm", "reason": "Mới đầu tư"},
    ]
    made = planner.post(REVIEWS, json=REVIEW | {"entries": decided})
    assert made.status_code == 201, made.text
    did = {one["enterprise"][-1]: one["step"] for one in made.json["entries"]}
    assert did == {"A": "keep", "B": "confirm", "C": "remove", "D": "confirm"}
    assert on_the_list(planner) == {"A": "confirmed", "B": "confirmed", "D": "confirmed"}
    assert on_the_list(planner, state="removed") == {"C": "removed"}
    assert on_the_list(planner, on="2026-02-28") == {"A": "confirmed", "B": "proposed", "C": "proposed"}
    assert on_the_list(planner, on="2026-01-09") == {}
    assert on_the_list(planner, q="cong ty dn-b") == {"B": "confirmed"}
    steps = planner.get(f"{LIST}/DN-A").json
    assert [(one["step"], one["document_no"]) for one in steps] == [
        ("keep", "15/QĐ-SKHCN"),
        ("confirm", None),
        ("propose", None),
    ]
    assert [one["decision_no"] for one in planner.get(REVIEWS).json["items"]] == ["15/QĐ-SKHCN"]
    assert "15/QĐ-SKHCN" in exports.file(app, planner, "focus", plan=make_plan.CODE)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"enterprise": "DN-D", "step": "confirm"}, (409, "enterprise")),
        ({"enterprise": "DN-A", "step": "propose"}, (409, "enterprise")),
        ({"enterprise": "DN-B", "step": "keep"}, (409, "enterprise")),
        ({"on": "2026-01-09"}, (422, "on")),
        ({"on": "2026-06-16"}, (422, "on")),
        ({"reason": " "}, (422, "reason")),
        ({"document_no": "1/QĐ"}, (422, "document_on")),
        ({"enterprise": "SKHCN", "step": "propose"}, (422, "enterprise")),
    ],
)
def test_a_step_that_does_not_follow_is_refused_and_leaves_no_trace(planner, enterprises, said, refused):
    before = on_the_list(planner)
    answer = taken(planner, **{"enterprise": "DN-B"} | said)
    assert (answer.status_code, *answer.json["errors"]) == refused
    assert on_the_list(planner) == before


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"enterprise": "DN-B", "step": "propose", "reason": "?"}, "entries.0.step"),
        ({"enterprise": "DN-B", "step": "confirm"}, "entries.0.reason"),
        ({"enterprise": "DN-X", "step": "confirm", "reason": "?"}, "entries.0.enterprise"),
        ({"enterprise": "DN-D", "step": "remove", "reason": "?"}, "entries.0.enterprise"),
    ],
)
def test_a_review_that_is_refused_reviews_nothing(planner, enterprises, entry, field):
    answer = planner.post(REVIEWS, json=REVIEW | {"entries": [entry]})
    assert (answer.status_code in {409, 422}, set(answer.json["errors"])) == (True, {field})
    late = planner.post(REVIEWS, json=REVIEW | {"decision_on": "2026-03-02"})
    assert set(late.json["errors"]) == {"decision_on"}
    assert planner.get(REVIEWS).json["items"] == []
    assert on_the_list(planner) == {"A": "confirmed", "B": "proposed", "C": "proposed"}


def test_what_was_taken_off_can_be_proposed_again(planner, enterprises):
    assert taken(planner, "DN-A", step="remove").status_code == 201
    assert taken(planner, "DN-A", step="propose").json["step"] == "propose"
    assert on_the_list(planner)["A"] == "proposed"


def test_only_those_who_keep_the_plan_change_the_list_and_others_see_what_they_may(
    planner, keeper, inspector, stranger, enterprises
):
    assert taken(keeper, "DN-B").status_code == 403
    assert inspector.post(REVIEWS, json=REVIEW).status_code == 403
    assert taken(stranger, "DN-B").status_code == 404
    assert stranger.get(LIST).status_code == 404
    assert planner.post(REVIEWS, json=REVIEW).status_code == 201
    assert on_the_list(keeper) == {}
    assert keeper.get(f"{LIST}/DN-A").status_code == 404
    assert [one["entries"] for one in keeper.get(REVIEWS).json["items"]] == [[]]
    assert on_the_list(inspector) == on_the_list(planner)
