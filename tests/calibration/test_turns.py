"""The sweep: each turn once, missed nights caught up, cleared by the next good record."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof, ScheduleKind, Status
from registry.calibration import actions, queries
from registry.calibration.models import ChangedSchedule, OverdueTurn
from registry.calibration.rules import Outcome
from registry.calibration.turns import FlagResult
from registry.kernel import audit
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make.calibration import calibration
from tests.statements import sent

DAY = timedelta(days=1)
NOTHING = FlagResult(0, 0)
pytestmark = pytest.mark.usefixtures("people", "session")


def turns():
    """(since when, whether it is open) of every turn, oldest first."""
    found = db.session.scalars(select(OverdueTurn).order_by(OverdueTurn.id).execution_options(populate_existing=True))
    return [(turn.since_on, turn.cleared_at is None) for turn in found]


@pytest.mark.parametrize(
    ("due_on", "flagged"), [(TODAY - DAY, 1), (TODAY, 0), (TODAY + DAY, 0), (date(2024, 2, 29), 1), (None, 0)]
)
def test_what_is_past_its_last_valid_day_is_flagged_since_the_day_after(due_on, flagged):
    make_assets.asset(proof=Proof.GOOD, due_on=due_on)
    assert actions.flag_overdue(TODAY) == FlagResult(flagged, 0)
    assert turns() == ([(due_on + DAY, True)] if flagged else [])


def test_a_second_sweep_changes_nothing():
    make_assets.asset(due_on=TODAY - DAY)
    assert actions.flag_overdue(TODAY) == FlagResult(1, 0)
    assert actions.flag_overdue(TODAY) == NOTHING
    assert actions.flag_overdue(TODAY + DAY) == NOTHING
    assert len(audit.history("day", TODAY.isoformat())) == 1


def test_missed_nights_are_caught_up_with_the_day_each_fell_overdue():
    for days in (1, 2, 30):
        make_assets.asset(due_on=TODAY - days * DAY)
    assert actions.flag_overdue(TODAY) == FlagResult(3, 0)
    assert sorted(turns()) == [(TODAY - 29 * DAY, True), (TODAY - DAY, True), (TODAY, True)]


def test_a_sweep_for_an_earlier_day_clears_nothing():
    make_assets.asset(due_on=TODAY - DAY)
    actions.flag_overdue(TODAY)
    assert actions.flag_overdue(TODAY - 30 * DAY) == NOTHING


def test_what_was_flagged_while_the_clock_ran_ahead_is_cleared_and_opens_again_on_its_day(clock):
    make_assets.asset(due_on=TODAY + DAY)
    make_assets.asset(due_on=TODAY - DAY)
    clock(TODAY + 30 * DAY)
    assert actions.flag_overdue(TODAY + 30 * DAY) == FlagResult(2, 0)
    clock(TODAY)
    assert actions.flag_overdue(TODAY) == FlagResult(0, 1)
    assert sorted(turns()) == [(TODAY, True), (TODAY + 2 * DAY, False)]
    clock(TODAY + 2 * DAY)
    assert actions.flag_overdue(TODAY + 2 * DAY) == FlagResult(1, 0)
    assert sorted(turns()) == [(TODAY, True), (TODAY + 2 * DAY, True)]


def test_every_schedule_turns_by_itself():
    schedules = [
        make_assets.schedule(ScheduleKind.CALIBRATION, proof=Proof.GOOD, due_on=TODAY - DAY),
        make_assets.schedule(ScheduleKind.VERIFICATION, proof=Proof.GOOD, due_on=TODAY - 2 * DAY),
        make_assets.schedule(ScheduleKind.TESTING, proof=Proof.GOOD, due_on=TODAY),
    ]
    asset = make_assets.asset(schedules=schedules)
    assert actions.flag_overdue(TODAY).newly_flagged == 2
    verified = queries.schedule_of(asset, ScheduleKind.VERIFICATION)
    assert verified is not None
    assert queries.open_turns(asset)[verified.id] == TODAY - DAY


@pytest.mark.parametrize("status", Status)
def test_only_what_is_in_service_or_out_for_calibration_is_on_the_clock(status):
    on_the_clock = {Status.IN_SERVICE, Status.LIMITED_USE, Status.OUT_FOR_CALIBRATION}
    make_assets.asset(due_on=TODAY - DAY, status=status)
    assert actions.flag_overdue(TODAY).newly_flagged == (status in on_the_clock)


@pytest.mark.parametrize("status", [Status.QUARANTINED, Status.OUT_OF_SERVICE])
def test_leaving_service_clears_the_turn_by_the_next_sweep_and_the_return_opens_the_same_one(status):
    asset = make_assets.asset(due_on=TODAY - DAY)
    actions.flag_overdue(TODAY)
    asset.status = status
    db.session.flush()
    assert actions.flag_overdue(TODAY) == FlagResult(0, 1)
    asset.status = Status.IN_SERVICE
    db.session.flush()
    assert actions.flag_overdue(TODAY) == FlagResult(1, 0)
    assert turns() == [(TODAY, True)]


@pytest.mark.parametrize("proof", [Proof.FAILED, Proof.NOT_REQUIRED])
def test_what_failed_or_is_not_required_does_not_fall_overdue(proof):
    make_assets.asset(schedules=[make_assets.schedule(proof=proof, due_on=TODAY - DAY)])
    assert actions.flag_overdue(TODAY) == NOTHING


def test_a_good_record_clears_the_turn_at_once_and_a_failed_one_does_not():
    asset = make_assets.asset(due_on=TODAY - DAY)
    actions.flag_overdue(TODAY)
    calibration(asset, TODAY, certificate_no="1", outcome=Outcome.FAIL)
    assert actions.flag_overdue(TODAY) == NOTHING
    assert turns() == [(TODAY, True)]
    calibration(asset, TODAY, certificate_no="2")
    assert turns() == [(TODAY, False)]
    assert actions.flag_overdue(TODAY) == NOTHING


def test_a_late_record_that_is_overdue_itself_closes_one_turn_and_opens_the_next():
    asset = make_assets.asset(due_on=date(2024, 1, 1))
    actions.flag_overdue(TODAY)
    calibration(asset, date(2025, 1, 1))
    assert actions.flag_overdue(TODAY) == FlagResult(1, 0)
    assert turns() == [(date(2024, 1, 2), False), (date(2026, 1, 2), True)]


def test_voiding_what_cleared_a_turn_opens_the_same_turn_again():
    asset = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
    calibration(asset, date(2025, 6, 14))
    actions.flag_overdue(TODAY)
    newest = calibration(asset, TODAY)
    assert turns() == [(TODAY, False)]
    actions.void(newest, reason="Nhầm", by=None)
    assert actions.flag_overdue(TODAY) == FlagResult(1, 0)
    assert turns() == [(TODAY, True)]


def test_a_retired_assets_turn_is_cleared_by_the_next_sweep():
    asset = make_assets.asset(due_on=TODAY - DAY)
    actions.flag_overdue(TODAY)
    asset.status = Status.RETIRED
    db.session.flush()
    assert actions.flag_overdue(TODAY) == FlagResult(0, 1)


def test_a_sweep_costs_the_same_number_of_statements_however_much_is_overdue():
    counts = []
    for days in (2, 50):
        for day in range(days):
            make_assets.asset(due_on=TODAY - (day + 1) * DAY)
        with sent() as statements:
            actions.flag_overdue(TODAY)
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (update(Schedule).values(due_on=TODAY - 2 * DAY), FlagResult(1, 1)),
        (update(Schedule).values(due_on=TODAY), FlagResult(0, 1)),
        (update(Schedule).values(proof=Proof.NOT_REQUIRED), FlagResult(0, 1)),
        (update(Asset).values(status=Status.DISPOSED), FlagResult(0, 1)),
        (update(Schedule).values(interval=6), NOTHING),
        (update(Asset).values(name="Cân"), NOTHING),
    ],
)
def test_a_sweep_knows_of_what_changed_by_whatever_way_once(change, found):
    make_assets.asset(due_on=TODAY - DAY)
    actions.flag_overdue(TODAY)
    db.session.execute(change)
    assert actions.flag_overdue(TODAY) == found
    assert actions.flag_overdue(TODAY) == NOTHING
    assert db.session.scalar(select(func.count()).select_from(ChangedSchedule)) == 0


def test_what_changes_while_a_sweep_for_an_earlier_day_runs_is_flagged_by_the_day_that_was_swept():
    actions.flag_overdue(TODAY)
    make_assets.asset(due_on=TODAY - DAY)
    assert actions.flag_overdue(TODAY - 30 * DAY) == FlagResult(1, 0)
    assert turns() == [(TODAY, True)]


def test_a_sweep_for_a_day_to_come_loses_nothing(clock):
    make_assets.asset(due_on=TODAY + DAY)
    actions.flag_overdue(TODAY + 9 * DAY)
    assert turns() == [(TODAY + 2 * DAY, False)]
    clock(TODAY + 2 * DAY)
    assert actions.flag_overdue(TODAY + 2 * DAY) == FlagResult(1, 0)
