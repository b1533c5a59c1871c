"""What every page can show, stored once a test: a plan, a laboratory, an asset, its calibration and a draft."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import calibration as make_calibrations
from tests.make import plan as make_plan


@dataclass(frozen=True)
class Shown:
    """Keys of what is stored, as addresses spell them."""

    tag: str
    calibration: int
    draft: int
    version: int
    lab: str = "PTN-1"
    plan: str = make_plan.CODE
    indicator: str = "II.2.a"


@pytest.fixture
def shown(people, arrange) -> Shown:
    with arrange():
        make_plan.plan()
        asset = make_assets.asset(
            schedules=[make_assets.schedule()], location="Phòng 7", serial_no="SN-0042", commissioned_on=TODAY
        )
        done = make_calibrations.calibration(asset, TODAY - timedelta(days=30))
        draft = make_calibrations.calibration(asset, TODAY, certificate_no=None)
        make_plan.evidence("II.2.a", asset.tag)
        return Shown(asset.tag, done.id, draft.id, asset.version)
