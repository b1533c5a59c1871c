"""What the record says beside a schedule: nothing plainly good of what is out of use, and which work ended a proof."""

from datetime import timedelta

import pytest

from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import UpkeepKind
from registry.assets.rules import ScheduleKind, Status
from registry.calibration.rules import CalibrationKind
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make.calibration import calibration


@pytest.fixture
def schedules(keeper, arrange):
    """The card of the schedules of an asset that was calibrated or verified, and to which something happened since."""

    def shown(kind: ScheduleKind, happened) -> str:
        with arrange():
            asset = make.asset(schedules=[make.schedule(kind)])
            said = {"kind": CalibrationKind(kind), "certificate_no": "HC-1"}
            calibration(asset, TODAY - timedelta(days=30), **said)
            happened(asset)
            tag = asset.tag
        page = keeper.pages.get(f"/assets/{tag}?lang=en").text
        card = page[page.index('aria-labelledby="schedules"') :]
        return card[: card.index("</section>")]

    return shown


@pytest.mark.parametrize(("kind", "word"), [("calibration", "Not calibrated"), ("verification", "Not verified")])
def test_a_schedule_whose_proof_a_repair_ended_does_not_say_that_there_is_no_record(schedules, kind, word):
    def mended(asset):
        lifecycle.record_upkeep(asset, kind=UpkeepKind.REPAIR, description="Thay dây", by=None)

    card = schedules(ScheduleKind(kind), mended)
    assert (f"{word} since its repair" in card, "No record" in card) == (True, False)


@pytest.mark.parametrize(
    ("status", "tone"), [(Status.QUARANTINED, "tone-none"), (Status.OUT_OF_SERVICE, "tone-none"), (None, "tone-ok")]
)
def test_what_is_out_of_use_has_nothing_plainly_good_beside_its_schedules(schedules, status, tone):
    def turned(asset):
        if status is not None:
            lifecycle.change_status(asset, status=status, reason="rơi", by=None)

    card = schedules(ScheduleKind.CALIBRATION, turned)
    assert [one for one in ("tone-none", "tone-ok") if one in card] == [tone]
