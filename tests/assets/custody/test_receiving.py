"""Back from a laboratory: into the use it had where evidence allows it, else out of it with what is missing."""

from datetime import timedelta

import pytest

from registry.accounts.models import Person
from registry.assets.custody import actions
from registry.assets.custody.rules import Condition
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle import queries as lives
from registry.assets.lifecycle.models import StatusChange
from registry.assets.lifecycle.rules import CheckKind, CheckResult
from registry.assets.models import Asset
from registry.assets.rules import Proof, Status
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import People

pytestmark = pytest.mark.usefixtures("english")
DAY = timedelta(days=1)
LIMIT = "chỉ đến 100 kg"


@pytest.fixture
def keeper(people: People, session) -> Person:
    return people.keeper.person()


def sent(keeper: Person, *, status: Status = Status.IN_SERVICE) -> Asset:
    """An asset at a laboratory since today, which had a status before."""
    asset = make.asset(schedules=[make.schedule(proof=Proof.GOOD, due_on=TODAY + 30 * DAY)])
    if status is not Status.IN_SERVICE:
        restriction = LIMIT if status is Status.LIMITED_USE else None
        lifecycle.change_status(asset, status=status, reason="Lệch", restriction=restriction, by=keeper)
    actions.ship(asset, lab="VMI", expected_back_on=TODAY + DAY, by=keeper)
    return asset


def calibrated(asset: Asset, on=TODAY) -> None:
    asset.schedules[0].last_performed_on = on


def reason(asset: Asset) -> str:
    return lives.history(StatusChange, asset, limit=1).items[0].reason


@pytest.mark.parametrize("before", [Status.IN_SERVICE, Status.LIMITED_USE])
def test_a_new_calibration_lets_it_back_into_the_use_it_had(keeper, before):
    asset = sent(keeper, status=before)
    calibrated(asset)
    actions.receive_back(asset, by=keeper)
    assert (asset.status, asset.restriction) == (before, LIMIT if before is Status.LIMITED_USE else None)
    assert "VMI" in reason(asset)


def test_a_check_that_it_passes_does_so_too(keeper):
    asset = sent(keeper)
    lifecycle.check(asset, kind=CheckKind.RETURN, requirement="Về 0", result=CheckResult.PASS, by=keeper)
    actions.receive_back(asset, by=keeper)
    assert asset.status is Status.IN_SERVICE


def test_what_was_quarantined_comes_back_into_use_by_its_calibration(keeper):
    asset = sent(keeper, status=Status.QUARANTINED)
    calibrated(asset)
    actions.receive_back(asset, by=keeper)
    assert asset.status is Status.IN_SERVICE


@pytest.mark.parametrize(
    ("before", "after"),
    [(Status.IN_SERVICE, Status.OUT_OF_SERVICE), (Status.QUARANTINED, Status.QUARANTINED)],
)
@pytest.mark.parametrize("last", [None, TODAY - DAY])
def test_without_one_it_is_out_of_use_and_says_what_is_missing(keeper, before, after, last):
    asset = sent(keeper, status=before)
    calibrated(asset, last)
    actions.receive_back(asset, by=keeper)
    assert asset.status is after
    assert "its new calibration, or a check that it passes, is missing" in reason(asset)
    assert lives.wants_evidence(asset)


def test_whoever_receives_it_may_keep_it_out_of_use(keeper):
    asset = sent(keeper)
    calibrated(asset)
    actions.receive_back(asset, into_service=False, by=keeper)
    assert (asset.status, "not put into service yet" in reason(asset)) == (Status.OUT_OF_SERVICE, True)


def test_damaged_it_is_quarantined_whatever_shows_that_it_was_good(keeper):
    asset = sent(keeper)
    calibrated(asset)
    actions.receive_back(asset, condition=Condition.DAMAGED, note="Móp", by=keeper)
    assert asset.status is Status.QUARANTINED


def test_a_status_that_somebody_changed_meanwhile_stays(keeper):
    asset = sent(keeper)
    lifecycle.change_status(asset, status=Status.RETIRED, reason="Không sửa được", by=keeper)
    actions.receive_back(asset, by=keeper)
    assert asset.status is Status.RETIRED
