"""By which circular a verification is due, that it was compared with none, and that its rule is in force no longer."""

from datetime import date

import pytest

from registry.assets.rules import Proof, ScheduleKind
from registry.assets.types.links import link
from registry.calibration.due import queries
from registry.calibration.due.words import sentence
from registry.calibration.intervals import StepCode
from registry.kernel.db import db
from tests.make import assets as make_assets
from tests.make import types as make_types
from tests.make.calibration import calibration

VERIFICATION = ScheduleKind.VERIFICATION
WORK = date(2025, 12, 1)
pytestmark = pytest.mark.usefixtures("people", "session")


def explained(*versions, months=12, kind=VERIFICATION, **said):
    """Why a verification of a type with some rules is due; of no recorded type without any."""
    asset = make_assets.asset(
        schedules=[make_assets.schedule(kind, interval_months=months)], proof=Proof.MISSING, name="Cột đo"
    )
    if versions:
        asset.instrument_type = make_types.type_(versions=list(versions)).code
        link(asset, None)
        db.session.flush()
    calibration(asset, WORK, kind=kind, **said)
    return queries.explained(asset, queries.schedule_of(asset, kind))


def steps(why, code):
    return [step for step in why.steps if step.code is code]


def test_the_circular_is_named_with_its_day():
    why = explained(make_types.version())
    (step,) = steps(why, StepCode.LEGAL_CYCLE)
    assert all(word in sentence(step) for word in ("07/2019/TT-BKHCN", "01/01/2020", "12 tháng"))
    assert why.warnings == []


def test_a_day_that_the_certificate_prints_names_it_too():
    why = explained(make_types.version(), valid_until=date(2026, 11, 30))
    (step,) = steps(why, StepCode.LAW)
    assert all(word in sentence(step) for word in ("07/2019/TT-BKHCN", "01/01/2020", "12 tháng"))
    assert step in why.way


@pytest.mark.parametrize("versions", [[], [make_types.version(date(2026, 1, 1))]], ids=["no type", "rule of later"])
def test_a_cycle_that_nobody_compared_with_a_circular_says_so(versions):
    why = explained(*versions)
    (step,) = steps(why, StepCode.UNCOMPARED)
    assert "chưa đối chiếu với thông tư" in sentence(step)
    assert step in why.warnings
    assert bool(steps(why, StepCode.CYCLE_CHANGED)) is bool(versions)


def test_a_rule_that_is_in_force_no_longer_is_pointed_at_and_moves_nothing():
    why = explained(make_types.version(valid_to=date(2026, 5, 31)))
    (step,) = steps(why, StepCode.RULE_ENDED)
    assert all(word in sentence(step) for word in ("07/2019/TT-BKHCN", "31/05/2026"))
    assert (why.on, step in why.warnings) == (date(2026, 12, 1), True)


def test_a_calibration_rests_on_no_circular():
    found = {step.code for step in explained(kind=ScheduleKind.CALIBRATION).steps}
    assert found.isdisjoint({StepCode.UNCOMPARED, StepCode.LAW, StepCode.RULE_ENDED})
