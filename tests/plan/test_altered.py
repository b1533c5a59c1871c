"""An activity that is changed after it was counted: its number stays as it was decided, and a planner is told."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from registry.jobs import counting
from registry.kernel.errors import Invalid
from registry.plan import queries as plans
from registry.plan.activities import actions
from registry.plan.activities.rules import ActivityKind, Aspect, ParticipantKind, Person
from registry.plan.breakdown import queries as breakdown
from registry.plan.breakdown.rules import By
from registry.plan.closing import actions as closing
from registry.plan.counts.checking import differences
from registry.plan.evidence import actions as decisions
from registry.plan.evidence import queries
from registry.plan.evidence.falling import Cause
from registry.plan.models import EvidenceState, RecordType
from tests.make import activities
from tests.make import plan as make

DAY = date(2026, 2, 10)
NOON = datetime.combine(date(2026, 6, 15), time(12), ZoneInfo("Asia/Ho_Chi_Minh"))
TODAY = NOON.date()


def hours(clock, number: int) -> None:
    clock(NOON + timedelta(hours=number))


def listed(course, *names: str) -> None:
    people = [Person(name, "Doanh nghiệp", ParticipantKind.ENTERPRISE) for name in names]
    actions.list_people(course, people=people, by=None)


def value(code: str = "II.2.c") -> int:
    return make.results(TODAY)[code, "P2"][0]


def fallen(plan) -> list[Cause]:
    return [line.fall.cause for line in queries.fallen(plan, None, TODAY).lines]


@pytest.fixture
def counted(plan, clock):
    """A course of three people, its evidence, decided an hour ago."""
    hours(clock, 0)
    course = activities.course(DAY, "An", "Bình", "Chi")
    row = make.evidence("II.2.c", str(course.id), kind=RecordType.ACTIVITY)
    hours(clock, 1)
    return course, row


def test_a_list_that_is_given_later_moves_no_number_until_somebody_decides_anew(plan, clock, counted):
    course, row = counted
    listed(course, *(f"Người {number}" for number in range(20)))
    assert (value(), value("B30.3"), row.quantity, fallen(plan)) == (3, 3, 3, [Cause.ALTERED])
    listed(course)
    assert value() == 3
    listed(course, "An", "Dũng")
    hours(clock, 2)
    decisions.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    assert (value(), row.quantity, fallen(plan)) == (2, 2, [])


def test_kept_counts_and_parts_say_the_same(plan, clock, counted):
    course, row = counted
    counting.catch_up()
    listed(course, "Dũng")
    counting.catch_up()
    (line,) = breakdown.breakdown(plan, None, breakdown.seen(by=By.YEAR), indicator="II.2.c").lines
    assert (value(), differences(TODAY), line.value) == (3, [], 3)
    hours(clock, 2)
    decisions.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    counting.catch_up()
    assert (value(), differences(TODAY)) == (1, [])


def test_a_list_that_is_given_first_after_it_was_counted_waits_too(plan, clock):
    hours(clock, 0)
    course = activities.course(DAY, persons=4)
    make.evidence("II.2.c", str(course.id), kind=RecordType.ACTIVITY)
    hours(clock, 1)
    listed(course, "An")
    assert (value(), fallen(plan)) == (4, [Cause.ALTERED])


def test_the_same_list_again_alters_nothing(plan, counted):
    course, _row = counted
    listed(course, "Chi", "Bình", "An")
    assert (value(), fallen(plan)) == (3, [])


def test_a_closed_number_stays_and_only_an_exclusion_takes_it_out(plan, counted):
    course, row = counted
    closing.close(plan, up_to_on=date(2026, 5, 31), reason="Đã báo cáo", by=None)
    listed(course, "An")
    assert value() == 3
    with pytest.raises(Invalid, match="counted_on"):
        decisions.decide(plan, row, state=EvidenceState.COUNTED, by=None)


def test_what_is_changed_of_it_is_told_and_what_it_is_called_is_not(plan, clock):
    hours(clock, 0)
    talk = activities.activity(ActivityKind.CONFERENCE, DAY, aspect=Aspect.SEMINAR)
    row = make.evidence("I.2", str(talk.id), kind=RecordType.ACTIVITY, anything=False)
    hours(clock, 1)
    actions.edit(talk, title="Hội nghị", by=None)
    assert fallen(plan) == []
    actions.edit(talk, quantity=9, held_from=date(2026, 4, 1), held_to=date(2026, 4, 1), by=None)
    assert (value("I.2"), fallen(plan)) == (1, [Cause.ALTERED])
    found = queries.fallen(plan, None, TODAY)
    assert [(one.row.code, one.with_it, one.without) for one in found.effects] == [("I.2", 1, 0)]
    hours(clock, 2)
    decisions.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    assert (row.quantity, row.counted_on, value("I.2"), fallen(plan)) == (9, date(2026, 4, 1), 9, [])


def test_the_past_knows_the_list_of_then(plan, clock, counted):
    course, row = counted
    listed(course, "An")
    hours(clock, 3)
    decisions.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    then = plans.rollup(plan, TODAY, NOON + timedelta(hours=2))
    told = next(one for one in then.indicators if one.row.code == "II.2.c")
    assert (told.periods[1].official.value, value()) == (3, 1)
