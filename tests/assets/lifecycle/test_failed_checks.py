"""A check that fails takes out of use what is in it, and keeps out of use what is not (ISO/IEC 17025, 6.4.9)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.assets import actions as assets
from registry.assets.lifecycle import actions
from registry.assets.lifecycle.models import Fault, StatusChange
from registry.assets.lifecycle.rules import CheckKind, CheckResult, FaultKind
from registry.assets.models import Asset
from registry.assets.rules import Proof, ScheduleKind, Status
from registry.kernel import clock
from registry.kernel.db import db, rows
from registry.kernel.errors import Invalid
from tests.conftest import TODAY
from tests.make import assets as make

DAY = timedelta(days=1)


def checked(asset: Asset, days_ago: int = 0, *, result: CheckResult = CheckResult.FAIL, **said: Any) -> None:
    usual = {"kind": CheckKind.RETURN, "requirement": "Sai số ≤ 5 g"}
    actions.check(asset, on=TODAY - days_ago * DAY, result=result, **usual | said, by=None)


def faults(asset: Asset) -> list[Fault]:
    return list(rows(select(Fault).filter_by(asset_id=asset.id)))


@pytest.mark.parametrize("kind", CheckKind)
@pytest.mark.parametrize("status", [Status.IN_SERVICE, Status.LIMITED_USE])
def test_what_fails_in_service_is_quarantined_and_its_impact_waits_to_be_judged(session, people, kind, status):
    asset = make.asset(status=status, restriction="Đến 20 kg" if status is Status.LIMITED_USE else None)
    checked(asset, 2, kind=kind)
    [fault] = faults(asset)
    assert (fault.kind, fault.found_on, fault.impact_at) == (FaultKind.FAILED_CHECK, TODAY - 2 * DAY, None)
    [change] = rows(select(StatusChange).filter_by(asset_id=asset.id))
    assert (change.old, change.new, asset.status) == (status, Status.QUARANTINED, Status.QUARANTINED)
    assert "Sai số ≤ 5 g" in change.reason
    with pytest.raises(Invalid) as refused:
        actions.change_status(asset, status=Status.IN_SERVICE, by=None)
    assert set(refused.value.errors) == {"status"}
    checked(asset, result=CheckResult.PASS)
    actions.change_status(asset, status=Status.IN_SERVICE, by=None)
    assert fault.resolved_on == TODAY


def test_what_was_good_since_stays_in_service(session, people):
    one, other = make.asset(schedules=[make.schedule()]), make.asset()
    said: Any = {"proof": Proof.GOOD, "due_on": None, "performed_on": TODAY - DAY}
    assets.prove(one, ScheduleKind.CALIBRATION, **said)
    checked(other, 1, result=CheckResult.PASS)
    for asset in (one, other):
        checked(asset, 2)
        assert (asset.status, faults(asset)) == (Status.IN_SERVICE, [])
        checked(asset, 1)  # of the same day: in doubt, the graver word counts
        assert (asset.status, len(faults(asset))) == (Status.QUARANTINED, 1)


def test_what_was_accepted_and_fails_is_quarantined_before_its_first_use_and_nothing_was_measured(session, people):
    asset = make.asset(status=Status.ACCEPTED)
    checked(asset, kind=CheckKind.ACCEPTANCE)
    assert (asset.status, faults(asset)) == (Status.QUARANTINED, [])


@pytest.mark.parametrize("status", [Status.PLANNED, Status.PROCURED, Status.OUT_OF_SERVICE, Status.RETIRED])
def test_what_is_out_of_use_stays_so_and_keeps_its_status(session, people, status):
    asset = make.asset(status=status)
    checked(asset, kind=CheckKind.ACCEPTANCE)
    assert (asset.status, faults(asset)) == (status, [])


def test_the_scan_says_so_at_once(keeper, arrange, people):
    with arrange():
        tag = make.asset(proof=Proof.GOOD, due_on=clock.today() + 99 * DAY).tag
        db.session.commit()
    said = {"kind": "acceptance", "requirement": "Về 0", "result": "fail"}
    assert keeper.post(f"/api/v1/assets/{tag}/checks", json=said).status_code == 201
    scan = keeper.get(f"/api/v1/scan/{tag}").get_json()
    assert (scan["fit_for_use"], [one["code"] for one in scan["reasons"]]) == (False, ["quarantined"])
