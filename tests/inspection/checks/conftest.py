"""A prepared visit with two instruments, and a colleague in its team."""

from datetime import timedelta

import pytest

from registry.assets.rules import Proof, ScheduleKind
from registry.calibration.rules import CalibrationKind
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import inspection as make
from tests.make.inspection import INSPECTIONS
from tests.people import Caller


@pytest.fixture
def visited(people, arrange):
    """A prepared visit, an instrument verified and stamped, and one whose verification is over."""
    with arrange():
        good = make_assets.asset(
            name="Cân tốt", serial_no="SN-1", schedules=[make_assets.schedule(ScheduleKind.VERIFICATION)]
        )
        make_calibrations.calibration(
            good,
            TODAY - timedelta(days=30),
            kind=CalibrationKind.VERIFICATION,
            stamp_no="A 0123",
            valid_until=TODAY + timedelta(300),
        )
        over = make_assets.asset(
            name="Cân quá hạn",
            proof=Proof.GOOD,
            due_on=TODAY - timedelta(days=1),
            schedules=[
                make_assets.schedule(ScheduleKind.VERIFICATION, proof=Proof.GOOD, due_on=TODAY - timedelta(days=1))
            ],
        )
        visit = make.visit()
        return {"id": visit.id, "good": good.tag, "over": over.tag, "at": f"{INSPECTIONS}/{visit.id}/checks"}


@pytest.fixture
def second(people, arrange, visited) -> Caller:
    """A colleague who is in the team as well."""
    with arrange():
        return make.second(people, visited["id"])
