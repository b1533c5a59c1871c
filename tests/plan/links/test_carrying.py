"""Indicators that continue into a successor plan: from what was reached, or anew; and what is refused."""

from datetime import date

import pytest

from registry.accounts import queries as accounts
from registry.kernel.errors import Invalid
from registry.plan import queries as plans
from registry.plan.breakdown import queries as breakdown
from registry.plan.breakdown.queries import Seen
from registry.plan.breakdown.rules import By
from registry.plan.evidence import actions as decisions
from registry.plan.links import queries as links
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.plan.rollups import courses
from registry.plan.rollups import queries as rollups
from registry.plan.rules import Verdict
from tests.make import activities, successors
from tests.make import plan as make
from tests.statements import sent
from tests.stored import remembered

TODAY = date(2026, 6, 15)


@pytest.fixture
@remembered
def stored(arrange) -> None:
    """Programmes of the old plan before and after the new one began, and one of the new plan; a course in each."""
    with arrange():
        make.plan()
        successors.successor()
        new = plans.by_code(successors.CODE, None)
        for name, indicator, day in (
            ("DN-0", "B25.3", date(2025, 12, 31)),
            ("DN-1", "B30.4", date(2026, 1, 1)),
            ("DN-2", None, date(2026, 5, 5)),
        ):
            made = activities.adoption(activities.enterprise(name), day)
            if indicator:
                make.evidence(indicator, str(made.id), kind=RecordType.ACTIVITY)
            if name != "DN-0":
                decisions.count_evidence(
                    new, indicator="B25.3", record=Record(RecordType.ACTIVITY, str(made.id)), by=None
                )
        for day in (date(2025, 5, 5), date(2026, 2, 2)):
            course = str(activities.course(day, "An", "Bình").id)
            plan = new if day.year == 2026 else plans.by_code(make.CODE, None)
            decisions.count_evidence(plan, indicator="II.2.c", record=Record(RecordType.ACTIVITY, course), by=None)


@pytest.fixture
def new(stored, session):
    return plans.by_code(successors.CODE, None)


def results(plan, on=TODAY, known=None):
    found = rollups.rollup(plan, on, rollups.instant_of(known, on)).indicators
    return {one.row.code: one for one in found}


@pytest.mark.parametrize(("on", "value"), [(date(2026, 1, 1), 2), (date(2026, 5, 4), 2), (TODAY, 3)])
def test_a_running_total_goes_on_from_what_was_reached_and_counts_nothing_twice(new, on, value):
    one = results(new, on)["B25.3"]
    assert (one.base, one.periods[0].official.value, one.periods[0].tally.in_period) == (1, value, value - 1)
    assert one.periods[0].official.verdict is Verdict.ON_TRACK


def test_what_was_reached_is_known_as_of_an_instant_too(new):
    now, then = results(new)["B25.3"], results(new, known="then")["B25.3"]
    assert (then.base, then.periods) == (now.base, now.periods)


def test_the_pace_starts_where_the_old_plan_ended(new):
    (course,) = courses.trajectories(new, "B25.3", TODAY)
    assert [(str(point.on), point.value, point.due) for point in course.points] == [
        ("2026-03-31", 2, 2),
        ("2026-06-15", 3, 3),
    ]


def test_what_starts_anew_counts_its_own_alone(new):
    one = results(new)["II.2.c"]
    assert (one.base, one.periods[0].official.value) == (None, 2)


def test_the_old_plan_is_not_touched(new):
    old = results(plans.by_code(make.CODE, None))
    assert (old["B30.4"].base, old["B30.4"].periods[1].official.value) == (None, 2)


def test_parts_of_a_number_that_goes_on_tell_the_years_before_too(new):
    (line,) = breakdown.breakdown(new, None, Seen(By.YEAR, TODAY), indicator="B25.3").lines
    assert {part.key: part.value for part in line.parts} == {"2025": 1, "2026": 2}
    assert line.value == results(new)["B25.3"].periods[0].official.value


def test_each_of_the_two_knows_the_other(new):
    rows = {row.code: row for row in plans.current_version(new).rows}
    back = links.continued(rows["B25.3"], None)
    assert (back.other_plan.code, back.other_code, back.carry) == (make.CODE, "B30.4", "base")
    (on,) = links.following(back.other_id, TODAY, None)
    assert (on.plan.code, on.code) == (successors.CODE, "B25.3")
    assert links.continued(rows["II.2.a"], None) is None


def test_a_plan_that_goes_on_from_none_asks_for_no_more(new):
    old = plans.by_code(make.CODE, None)
    rollups.rollup(old, TODAY)
    with sent() as statements:
        rollups.rollup(old, TODAY)
    assert not [statement for statement in statements if "plan_link" in statement]


BASE = {"plan": make.CODE, "indicator": "B30.4", "carry": "base"}


@pytest.mark.parametrize(
    ("code", "field", "said", "place"),
    [
        ("B25.3", "continues", BASE | {"plan": "NONE"}, "indicators.2.continues.plan"),
        ("B25.3", "continues", BASE | {"indicator": "B99"}, "indicators.2.continues.indicator"),
        ("B25.3", "continues", BASE | {"plan": successors.CODE}, "indicators.2.continues.plan"),
        ("B25.3", "continues", BASE | {"carry": "half"}, "indicators.2.continues.carry"),
        ("B25.1", "continues", BASE, "indicators.0.continues.carry"),
        ("B25.1", "answers", [{"plan": "NONE", "indicator": "B1"}], "indicators.0.answers.0.plan"),
        ("B25.1", "answers", [{"plan": make.CODE, "indicator": "B1"}], "indicators.0.answers.0.indicator"),
        ("B25.1", "answers", [{"plan": make.CODE, "indicator": "B25.1"}] * 2, "indicators.0.answers.1.indicator"),
    ],
)
def test_what_is_wrongly_said_of_another_plan_is_refused_at_its_place(session, code, field, said, place):
    make.plan()
    with pytest.raises(Invalid) as refusal:
        successors.successor(lambda data: make.row(data, code).update({field: said}))
    assert list(refusal.value.errors) == [place]


def test_only_an_earlier_plan_is_continued(session):
    make.plan()
    with pytest.raises(Invalid) as refusal:
        successors.successor(lambda data: data["periods"][0].update(start="2019-07-23"))
    assert list(refusal.value.errors) == ["indicators.2.continues.plan"]


def test_a_plan_of_strangers_is_as_unknown_as_one_that_is_not_there(people, arrange):
    with arrange():
        make.plan()
        assert links.readable_by_code(make.CODE, accounts.person_by_email("stranger@example.vn")) is None
        assert links.readable_by_code(make.CODE, accounts.person_by_email("planner@example.vn")) is not None
