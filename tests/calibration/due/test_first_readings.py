"""What is known of use where the counter was read for the first time after the work."""

from datetime import date
from decimal import Decimal

from registry.assets.rules import Proof
from registry.calibration.due import actions, queries
from registry.calibration.due.words import sentence
from registry.calibration.intervals import StepCode
from tests.make import assets as make_assets
from tests.make.calibration import calibration


def said(asset):
    steps = queries.explained(asset, asset.schedules[0]).steps
    return next(sentence(step) for step in steps if step.code is StepCode.USAGE_LEFT)


def test_use_before_the_first_reading_is_not_called_none(session, people):
    schedule = make_assets.schedule(usage_limit=Decimal(1000), usage_unit="h")
    asset = make_assets.asset(schedules=[schedule], proof=Proof.MISSING)
    calibration(asset, date(2026, 1, 10))
    keeper = people.keeper.person()
    actions.read_usage(asset, schedule, value=Decimal(1200), on=date(2026, 5, 1), by=keeper)
    assert all(word in said(asset) for word in ("01/05/2026", "Không biết"))
    actions.read_usage(asset, schedule, value=Decimal(1260), on=date(2026, 6, 1), by=keeper)
    assert all(word in said(asset) for word in ("60", "01/05/2026", "01/06/2026"))


def test_a_counter_that_was_read_at_the_work_says_what_was_used(session, people):
    schedule = make_assets.schedule(usage_limit=Decimal(1000), usage_unit="h")
    asset = make_assets.asset(schedules=[schedule], proof=Proof.MISSING)
    keeper = people.keeper.person()
    actions.read_usage(asset, schedule, value=Decimal(1200), on=date(2026, 1, 10), by=keeper)
    calibration(asset, date(2026, 1, 10))
    actions.read_usage(asset, schedule, value=Decimal(1260), on=date(2026, 6, 1), by=keeper)
    assert "Không biết" not in said(asset)
