"""How standards stood on a day as it was known then: grace covers the uses from the day on which it was granted."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from registry.assets.models import Asset
from registry.calibration.due import actions as due
from registry.calibration.due.queries import schedule_of
from registry.calibration.standings import standings
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets
from tests.make import chain as make

DAY = timedelta(days=1)
UNTIL = TODAY + 30 * DAY


@pytest.fixture
def standard(people, session):
    """A standard that was due in the past, and got grace today."""
    made = make.standard(schedules=[assets.schedule()])
    first = make.used(made, TODAY - 400 * DAY)
    schedule = schedule_of(made, "calibration")
    asked = due.ask_extension(made, schedule, until=UNTIL, reason="bận", evidence="kiểm tra giữa kỳ", by=None)
    due.grant_extension(made, schedule, asked, by=None)
    assert (first.due_on, first.calendar_due_on) == (UNTIL, date(2026, 5, 11))
    return made


@pytest.mark.parametrize(
    ("day", "was_valid", "due_on"),
    [
        (date(2026, 5, 11), True, date(2026, 5, 11)),
        (date(2026, 5, 12), False, date(2026, 5, 11)),
        (TODAY - DAY, False, date(2026, 5, 11)),
        (TODAY, True, UNTIL),
        (UNTIL, True, UNTIL),
        (UNTIL + DAY, False, UNTIL),
    ],
)
def test_grace_covers_no_use_before_the_day_on_which_it_was_granted(standard, day, was_valid, due_on):
    stood = standings([standard, make.standard()], day)[standard.id]
    assert (stood.was_valid, stood.due_on) == (was_valid, due_on)


def test_two_results_of_neighbouring_days_agree_whichever_was_written_down_first(standard):
    kept = [make.used(make.standard("Cân"), day, standard) for day in (TODAY - 2 * DAY, TODAY - DAY, TODAY)]
    assert [record.standards[0].was_valid for record in kept] == [False, False, True]


def test_an_amendment_that_keeps_the_day_keeps_the_day_of_the_grace(standard):
    first = db.session.scalars(select(Asset).where(Asset.id == standard.id)).one()
    record = standings([first], TODAY)[standard.id].relied_on_id
    amended = make.used(
        standard, TODAY - 400 * DAY, amends=record, amendment_reason="gõ sai", certificate_no="GCN-2", place="Hà Nội"
    )
    assert amended.due_on == UNTIL
    assert [standings([standard], day)[standard.id].was_valid for day in (TODAY - DAY, TODAY)] == [False, True]
