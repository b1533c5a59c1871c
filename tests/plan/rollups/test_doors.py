"""The doors of plans seen as a whole: what they take, say and refuse."""

from datetime import date

import pytest

from tests.make import assets
from tests.make import plan as make

BASE = f"/api/v1/plans/{make.CODE}"
TODAY = date(2026, 6, 15)


@pytest.fixture
def decided(people, arrange, clock) -> str:
    """The plan is known since the end of 2025, and one asset of that year since today."""
    clock(date(2025, 12, 1))
    with arrange():
        make.plan()
    clock(TODAY)
    with arrange():
        tag = assets.asset(commissioned_on=date(2025, 3, 1)).tag
        make.evidence("II.2.a", tag)
    return tag


def value(caller, query: str) -> int:
    answer = caller.get(f"{BASE}/rollup?{query}")
    assert answer.status_code == 200, answer.text
    found = next(one for one in answer.json["indicators"] if one["code"] == "II.2.a")
    return found["periods"][0]["value"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("on=2025-12-10", 1),
        ("on=2025-12-10&known=then", 0),
        ("known=2025-12-10", 0),
        ("on=2025-12-10&known=2026-06-15", 1),
        ("on=2025-12-10&known=2026-06-15T04:59:59Z", 0),
        ("on=2025-12-10&known=2026-06-15T12:00:00%2B07:00", 1),
    ],
)
def test_a_day_is_seen_as_it_is_known_now_or_was_known_then(decided, planner, query, expected):
    assert value(planner, query) == expected


def test_the_answer_says_up_to_when_things_were_known(decided, planner):
    then = planner.get(f"{BASE}/rollup?on=2025-12-10&known=then").json
    assert (then["on"], then["known_at"]) == ("2025-12-10", "2025-12-10T16:59:59.999999+00:00")
    assert {one["in_doubt"] for one in then["indicators"]} == {0}
    assert planner.get(f"{BASE}/rollup").json["known_at"] is None


@pytest.mark.parametrize(
    "known", ["2025-11-30", "2025-02-30", "now", "2025-12-10T08:00", "2025-12-10T99:00Z", "1899-01-01", "2025"]
)
def test_what_cannot_be_known_is_refused(decided, planner, known):
    answer = planner.get(f"{BASE}/rollup?known={known}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["known"])


@pytest.mark.parametrize("path", [f"/plan/{make.CODE}", f"/plan/{make.CODE}/II.2.a"])
def test_pages_say_which_of_the_two_they_show(decided, planner, path):
    now = planner.pages.get(f"{path}?on=2025-12-10&lang=en")
    then = planner.pages.get(f"{path}?on=2025-12-10&known=then&lang=en")
    assert "As it was known on" not in now.text
    assert "As it was known on" in then.text
    assert '<option value="then" selected>' in then.text
    assert planner.pages.get(f"{path}?known=2025-11-30").status_code == 422


def test_what_waits_says_until_what(decided, planner):
    page = planner.pages.get(f"/plan/{make.CODE}?lang=en").text
    assert "Not applicable until: " in page
    assert ">Missed<" in page
