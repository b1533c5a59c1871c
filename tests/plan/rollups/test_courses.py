"""How an indicator came to its number: by quarter, under its reading, and where it is heading."""

from datetime import date

import pytest
from sqlalchemy import event

from registry.kernel.db import db
from registry.labs.standing import DecisionKind
from registry.plan.models import RecordType
from registry.plan.rollups import courses
from registry.plan.rollups.rules import Unforeseen
from tests.make import activities, assets, labs
from tests.make import plan as make

TODAY = date(2026, 6, 15)


@pytest.fixture
def plan(session):
    return make.plan()


def count_assets(*days: str) -> None:
    for day in days:
        make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=date.fromisoformat(day)).tag)


def at(trajectory, day: str) -> int:
    return next(point.value for point in trajectory.points if str(point.on) == day)


def test_the_line_ends_at_the_value_of_the_period_and_begins_anew_in_the_next(plan):
    count_assets("2019-07-23", "2019-09-30", "2019-10-01", "2025-12-31", "2026-01-01", "2026-06-15")
    first, second = courses.trajectories(plan, "II.2.a", TODAY)
    assert [at(first, day) for day in ("2019-09-30", "2019-12-31", "2025-09-30", "2025-12-31")] == [2, 3, 3, 4]
    assert [(str(point.on), point.value) for point in second.points] == [
        ("2026-03-31", 1),
        ("2026-06-15", 2),
    ]
    results = make.results(TODAY)
    assert [one.points[-1].value for one in (first, second)] == [results["II.2.a", code][0] for code in ("P1", "P2")]
    assert (first.unforeseen, second.unforeseen) == (Unforeseen.OVER, Unforeseen.TOO_SHORT)
    assert first.points[-1].due == first.target == 5


def test_a_running_total_is_looked_at_from_the_first_day_of_the_plan(plan):
    for number, (indicator, day) in enumerate((("B25.3", date(2024, 3, 3)), ("B30.4", TODAY))):
        made = activities.adoption(activities.enterprise(f"DN-{number}"), day)
        make.evidence(indicator, str(made.id), kind=RecordType.ACTIVITY)
    (only,) = courses.trajectories(plan, "B30.4", TODAY)
    assert [at(only, day) for day in ("2023-12-31", "2024-03-31", "2026-06-15")] == [0, 1, 2]
    assert (only.points[0].due, only.points[-1].due) == (15, 17)
    assert only.unforeseen is Unforeseen.TOO_FEW


def test_people_count_once_from_the_first_day_of_their_period(plan):
    for day, names in ((date(2024, 1, 5), "An Bình"), (date(2024, 5, 5), "An Chi"), (TODAY, "An")):
        make.evidence("II.2.c", str(activities.course(day, *names.split()).id), kind=RecordType.ACTIVITY)
    first, second = courses.trajectories(plan, "II.2.c", TODAY)
    assert [at(first, "2024-03-31"), at(first, "2024-06-30"), second.points[-1].value] == [2, 3, 1]


def test_a_state_is_judged_on_the_last_day_of_each_quarter_and_never_foreseen(plan, session):
    labs.lab("PTN-A", organisation="STC", accreditations=[labs.accreditation(number="VILAS 999")])
    make.evidence("II.2.d", "PTN-A", kind=RecordType.LAB)
    labs.decision("PTN-A", DecisionKind.WITHDRAWN, date(2025, 11, 1))
    session.expire_all()
    (first, second) = courses.trajectories(plan, "II.2.d", TODAY)
    assert [at(first, day) for day in ("2023-12-31", "2024-03-31", "2025-09-30", "2025-12-31")] == [0, 1, 1, 0]
    assert second.unforeseen is Unforeseen.STATE


def test_a_year_and_five_things_are_enough_for_a_forecast(plan):
    count_assets("2019-11-01", "2020-02-01", "2020-05-01", "2020-08-01", "2020-12-31")
    (one,) = courses.trajectories(plan, "II.2.a", date(2020, 12, 31))
    assert one.unforeseen is None
    assert one.forecast.likelihood == "reached"
    assert one.forecast.low >= 5 == one.points[-1].value
    for points in one.points:
        assert points.due is not None


def test_nothing_counted_is_nought_and_a_row_without_targets_has_no_line(plan):
    (first, _second) = courses.trajectories(plan, "I.2", TODAY)
    assert {point.value for point in first.points} == {0}
    assert [one.span.code for one in courses.trajectories(plan, "II.1.-", TODAY)] == ["P1"]
    assert courses.trajectories(plan, "NONE", TODAY) == []


def test_much_evidence_takes_as_many_statements_as_little(plan, session):
    def statements() -> int:
        said: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            said.append(statement)

        session.flush()
        event.listen(db.engine, "before_cursor_execute", note)
        courses.trajectories(plan, "II.2.a", TODAY)
        event.remove(db.engine, "before_cursor_execute", note)
        return len(said)

    count_assets("2024-01-01")
    once = statements()
    count_assets("2020-01-01", "2021-01-01", "2026-01-01", "2026-03-01")
    assert statements() == once <= 15


def test_the_door_says_the_line_and_why_there_is_no_forecast(people, arrange, planner):
    with arrange():
        make.plan()
        count_assets("2025-03-01")
    address = f"/api/v1/plans/{make.CODE}/indicators/II.2.a/trajectory"
    body = planner.get(address).json
    assert [(one["code"], one["unforeseen"], one["forecast"]) for one in body["periods"]] == [
        ("P1", "over", None),
        ("P2", "too_short", None),
    ]
    assert body["periods"][0]["points"][-1] == {"on": "2025-12-31", "value": 1, "due": 5}
    assert planner.get(address.replace("II.2.a", "II.2")).status_code == 404
    page = planner.pages.get(f"/plan/{make.CODE}/II.2.a?lang=en").text
    assert page.count('class="plot"') == 2
    assert "No forecast yet: it needs four full quarters." in page
    early = planner.get(f"{address}?on=2025-06-15").json["periods"]
    assert [one["unforeseen"] for one in early] == ["too_few"]
