"""Due dates that are kept: the day of the month comes back after a shorter month."""

from datetime import date

import pytest

from registry.assets.rules import Proof, ScheduleKind
from tests.make import assets as make_assets
from tests.make.calibration import calibration

pytestmark = pytest.mark.usefixtures("people", "session")


def scheduled(months, **terms):
    schedule = make_assets.schedule(ScheduleKind.CALIBRATION, interval_months=months, **terms)
    return make_assets.asset(schedules=[schedule], proof=Proof.MISSING)


@pytest.mark.parametrize(
    ("months", "days", "due_on"),
    [
        (
            1,
            ["2025-12-31", "2026-02-05", "2026-03-05", "2026-04-02"],
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
        ),
        (
            12,
            ["2020-02-29", "2021-03-10", "2022-03-10", "2023-03-10"],
            ["2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29"],
        ),
    ],
)
@pytest.mark.parametrize("is_kept", [True, False])
def test_late_work_comes_back_to_the_day_that_a_shorter_month_does_not_have(months, days, due_on, is_kept):
    asset = scheduled(months=months, late_keeps=True)
    found = []
    for day in days:
        made = calibration(asset, date.fromisoformat(day))
        found.append(asset.due_on.isoformat())
        if not is_kept and len(found) == 1:
            made.calendar_number = None  # a record of before this was written down
    assert found == due_on


def test_early_work_comes_back_to_its_day_too():
    asset = scheduled(months=1, early_days=9)
    for day in (date(2026, 1, 31), date(2026, 2, 25)):
        calibration(asset, day)
    assert asset.due_on == date(2026, 3, 31)
