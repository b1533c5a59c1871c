"""Who is told of the last day of a measure, and that nobody is told twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.calibration.notices import digests
from registry.inspection.measures import actions, reminders
from registry.inspection.measures.rules import MeasureKind
from registry.inspection.rules import State
from registry.jobs.timetable import TOLD_OF
from registry.kernel.db import db
from registry.kernel.outbox.models import Message
from tests.conftest import TODAY
from tests.make import inspection as make

DAY = timedelta(days=1)
OFFSETS = (30, 7, 0)


@pytest.fixture
def measure(session, people):
    """A measure with a last day in ten days, of a visit that the inspector leads."""
    visit = make.visit(state=State.IN_PROGRESS)
    made = actions.decide(visit, kind=MeasureKind.OTHER, text="Nộp báo cáo khắc phục", due_on=TODAY + 10 * DAY, by=None)
    session.commit()
    return made


def told_of(who, left):
    return [one.offset for one in reminders.news(who, OFFSETS, TODAY + (10 - left) * DAY)]


@pytest.mark.parametrize(("left", "offsets"), [(10, [30]), (8, [30]), (7, [7]), (0, [0]), (-1, [0]), (-181, [])])
def test_who_leads_the_team_is_told_at_each_offset(measure, people, left, offsets):
    assert told_of(people.inspector.person(), left) == offsets
    assert told_of(people.keeper.person(), left) == []


def test_what_was_done_is_told_to_nobody(measure, people):
    measure.done_on, measure.evidence = TODAY, "BC 12"
    db.session.flush()
    assert told_of(people.inspector.person(), 7) == []


def test_a_digest_tells_each_offset_once(measure, people, clock):
    def letters(left):
        clock(TODAY + (10 - left) * DAY)
        digests.send_digests(TODAY + (10 - left) * DAY, base_url="https://x.example.vn", mailing=True, further=TOLD_OF)
        db.session.commit()
        wanted = select(Message).where(Message.person_id == people.inspector.person().id)
        return [one for one in db.session.scalars(wanted) if "Nộp báo cáo khắc phục" in one.text]

    assert [len(letters(left)) for left in (10, 9, 7, 7, 6)] == [1, 1, 2, 2, 2]
