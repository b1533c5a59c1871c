"""Who is told of a duty, at which offsets, and that nobody is told twice."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.calibration.notices import digests
from registry.jobs.timetable import TOLD_OF
from registry.kernel.db import db
from registry.kernel.outbox.models import Message
from registry.plan.duties import actions, reminders
from registry.plan.duties.rules import State
from tests.make import duties as make
from tests.make import plan as make_plan

DUE = date(2026, 12, 10)
OFFSETS = (30, 7, 0)


@pytest.fixture
def planner(session, people, clock):
    """The planner, who keeps the plan whose report is due on 10 December."""
    clock(date(2026, 11, 1))
    make_plan.plan()
    return person("planner")


def person(role: str):
    (found,) = (one for one in reminders.readers() if one.email == f"{role}@example.vn")
    return found


def told_of(who, days_left: int) -> list[tuple[str, int]]:
    found = reminders.news(who, OFFSETS, DUE - timedelta(days=days_left))
    return [(one.duty.code, one.offset) for one in found if one.duty.due_on == DUE]


@pytest.mark.parametrize(
    ("days_left", "offset"), [(31, None), (30, 30), (8, 30), (7, 7), (0, 0), (-1, 0), (-180, 0), (-181, None)]
)
def test_who_keeps_the_plan_is_told_of_what_nobody_owns(planner, days_left, offset):
    assert told_of(planner, days_left) == ([] if offset is None else [(make.REPORT, offset)])


def test_an_owner_is_told_instead_of_the_planner(planner):
    actions.report(make.found_plan(), make.duty(), owner="keeper@example.vn", by=None)
    db.session.flush()
    assert told_of(planner, 7) == []
    assert told_of(person("keeper"), 7) == [(make.REPORT, 7)]


def test_what_is_done_is_not_told(planner):
    actions.report(make.found_plan(), make.duty(), state=State.DONE, reason="Đã gửi", by=None)
    db.session.flush()
    assert told_of(planner, 7) == []


def test_a_digest_tells_each_offset_once_and_a_moved_day_anew(planner, clock):
    def letters(days_left: int) -> int:
        day = DUE - timedelta(days=days_left)
        clock(day)
        before = len(db.session.scalars(select(Message)).all())
        digests.send_digests(day, base_url="http://localhost", mailing=True, further=TOLD_OF)
        db.session.flush()
        new = db.session.scalars(select(Message).order_by(Message.id)).all()[before:]
        return sum("10/12/2026" in one.text for one in new if one.person_id == planner.id)

    assert [letters(days) for days in (30, 29, 7, 6)] == [1, 0, 1, 0]
    make.duty().due_on = DUE + timedelta(days=1)
    db.session.flush()
    found = reminders.news(planner, OFFSETS, DUE - timedelta(days=5))
    assert [one.offset for one in found if one.duty.code == make.REPORT and one.duty.year == 2026] == [7]
