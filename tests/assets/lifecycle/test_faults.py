"""Faults quarantine at once and ask for a look at what was measured meanwhile; upkeep moves the maintenance plan."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.accounts.models import Person
from registry.assets import actions as assets
from registry.assets.lifecycle import actions, queries
from registry.assets.lifecycle.models import Fault, MaintenanceLine, StatusChange, Upkeep
from registry.assets.lifecycle.rules import CheckKind, CheckResult, FaultKind, UpkeepKind
from registry.assets.models import Asset
from registry.assets.rules import Proof, ScheduleKind, Status
from registry.calibration.actions import flag_overdue
from registry.kernel import audit
from registry.kernel.clock import start_of
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import ELSEWHERE, People

DAY = timedelta(days=1)


@pytest.fixture
def keeper(people: People, session) -> Person:
    return people.keeper.person()


def reported(asset: Asset, by: Person | None = None, **said: Any) -> Fault:
    return actions.report_fault(asset, **{"kind": FaultKind.OVERLOAD, "description": "Quá tải 120 kg"} | said, by=by)


def checked(asset: Asset, on: date, result: CheckResult = CheckResult.PASS) -> None:
    actions.check(asset, kind=CheckKind.RETURN, on=on, requirement="Về 0", result=result, by=None)


@pytest.mark.parametrize("kind", FaultKind)
def test_any_fault_quarantines_at_once_and_waits_for_a_look(session, keeper, kind):
    asset = make.asset()
    fault = reported(asset, keeper, kind=kind)
    assert (asset.status, asset.status_since_on, fault.impact_at) == (Status.QUARANTINED, TODAY, None)
    change = queries.history(StatusChange, asset).items[0]
    assert (change.new, change.reason) == (Status.QUARANTINED, "Quá tải 120 kg")
    entry = audit.history("asset", asset.tag)[0]
    assert (entry.action, entry.changes["status"]) == ("asset.fault", ["in_service", "quarantined"])


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (Status.LIMITED_USE, Status.QUARANTINED),
        (Status.OUT_FOR_CALIBRATION, Status.QUARANTINED),
        (Status.OUT_OF_SERVICE, Status.QUARANTINED),
        (Status.ACCEPTED, Status.QUARANTINED),
        (Status.QUARANTINED, Status.QUARANTINED),
        (Status.PLANNED, Status.PLANNED),
        (Status.RETIRED, Status.RETIRED),
        (Status.DISPOSED, Status.DISPOSED),
    ],
)
def test_a_fault_changes_only_a_status_that_can_be_quarantined(session, keeper, status, then):
    asset = make.asset(status=status)
    reported(asset, keeper)
    assert asset.status is then


def test_a_fault_found_before_the_last_change_of_status_quarantines_from_that_change_on(session, keeper):
    asset = make.asset()
    actions.change_status(asset, status=Status.OUT_FOR_CALIBRATION, on=TODAY - 2 * DAY, by=keeper)
    reported(asset, keeper, found_on=TODAY - 9 * DAY)
    assert asset.status_since_on == TODAY - 2 * DAY


@pytest.mark.parametrize(
    ("found_on", "happened_on", "field"),
    [
        (TODAY + DAY, None, "found_on"),
        (TODAY, TODAY + DAY, "happened_on"),
        (TODAY - DAY, TODAY, "happened_on"),
        (TODAY, TODAY, None),
        (TODAY, TODAY - 30 * DAY, None),
    ],
)
def test_a_fault_is_found_by_today_and_after_it_happened(session, keeper, found_on, happened_on, field):
    if field is None:
        reported(make.asset(), keeper, found_on=found_on, happened_on=happened_on)
        return
    with pytest.raises(Invalid) as refused:
        reported(make.asset(), keeper, found_on=found_on, happened_on=happened_on)
    assert list(refused.value.errors or {}) == [field]


def test_a_fault_keeps_the_last_day_that_showed_it_good(session, keeper):
    asset = make.asset(schedules=[make.schedule()])
    assert reported(asset, keeper).last_good_on is None
    said: Any = {"due_on": None, "performed_on": TODAY - 20 * DAY}
    assets.prove(asset, ScheduleKind.CALIBRATION, proof=Proof.GOOD, **said)
    checked(asset, TODAY - 5 * DAY)
    checked(asset, TODAY - 4 * DAY, CheckResult.FAIL)
    assert reported(asset, keeper).last_good_on == TODAY - 5 * DAY
    assert reported(asset, keeper, happened_on=TODAY - 6 * DAY).last_good_on == TODAY - 20 * DAY
    assert reported(asset, keeper, happened_on=TODAY - 21 * DAY).last_good_on is None


def test_the_return_resolves_a_fault_and_takes_a_check_since_it_was_found(session, keeper):
    asset = make.asset()
    actions.change_status(asset, status=Status.RETIRED, on=TODAY - 9 * DAY, reason="Cũ", by=keeper)
    fault = reported(asset, keeper, found_on=TODAY - 3 * DAY)
    checked(asset, TODAY - 5 * DAY)
    actions.change_status(asset, status=Status.OUT_OF_SERVICE, reason="Dùng lại", by=keeper)
    with pytest.raises(Invalid):
        actions.change_status(asset, status=Status.IN_SERVICE, by=keeper)
    checked(asset, TODAY)
    actions.change_status(asset, status=Status.IN_SERVICE, by=keeper)
    assert (fault.resolved_on, fault.impact_at) == (TODAY, None)


def test_neither_a_check_before_a_fault_nor_a_calibration_of_its_day_returns_the_asset(session, keeper, clock):
    asset = make.asset(schedules=[make.schedule()])
    checked(asset, TODAY)
    clock(start_of(TODAY) + timedelta(hours=14))
    reported(asset, keeper)
    said: Any = {"proof": Proof.GOOD, "due_on": TODAY + 365 * DAY}
    assets.prove(asset, ScheduleKind.CALIBRATION, performed_on=TODAY, **said)
    assert queries.wants_evidence(asset)
    clock(TODAY + DAY)
    assets.prove(asset, ScheduleKind.CALIBRATION, performed_on=TODAY + DAY, **said)
    assert not queries.wants_evidence(asset)


def test_a_manager_concludes_a_look_once(session, people, keeper):
    asset = make.asset()
    fault = reported(asset, keeper)
    with pytest.raises(Forbidden):
        actions.conclude_impact(asset, fault, conclusion="Không", by=people.technician.person())
    actions.conclude_impact(asset, fault, conclusion="Ba phép cân, đã báo khách", by=keeper)
    assert (fault.impact_actor, fault.impact_by_id, fault.impact_at is None) == (keeper.name, keeper.id, False)
    with pytest.raises(Conflict):
        actions.conclude_impact(asset, fault, conclusion="Khác", by=keeper)


def test_open_looks_are_those_of_assets_one_reads_that_nobody_concluded(session, people, keeper):
    asset, elsewhere = make.asset(), make.asset(owner=ELSEWHERE)
    first, second = reported(asset), reported(asset)
    reported(elsewhere)
    actions.conclude_impact(asset, first, conclusion="Không", by=keeper)
    assert [one.id for one in queries.open_looks(keeper)] == [second.id]
    assert len(queries.open_looks(people.admin.person())) == 2


def test_leaving_service_pauses_the_schedules_and_the_return_resumes_them(session, keeper):
    asset = make.asset(due_on=TODAY - DAY)
    reported(asset, keeper)
    assert flag_overdue(TODAY).newly_flagged == 0
    checked(asset, TODAY)
    actions.change_status(asset, status=Status.IN_SERVICE, by=keeper)
    assert flag_overdue(TODAY).newly_flagged == 1


@pytest.mark.parametrize(
    ("last_on", "months", "due_on"),
    [
        (None, 3, None),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
    ],
)
def test_a_line_of_the_plan_is_due_so_many_months_after_the_last_time(session, keeper, last_on, months, due_on):
    line = actions.plan_maintenance(make.asset(), what="Tra dầu", interval_months=months, last_on=last_on, by=keeper)
    assert line.due_on == due_on


def kept(asset: Asset, line: int | None, on: date = TODAY, **said: Any) -> Upkeep:
    usual: dict[str, Any] = {"kind": UpkeepKind.MAINTENANCE, "description": "Đã tra dầu"}
    return actions.record_upkeep(asset, line=line, on=on, **usual | said, by=None)


def test_maintenance_moves_its_line_forward_and_never_back(session, keeper):
    asset = make.asset()
    line = actions.plan_maintenance(asset, what="Tra dầu", interval_months=1, by=keeper)
    kept(asset, line.id, date(2026, 5, 31))
    assert (line.last_on, line.due_on) == (date(2026, 5, 31), date(2026, 6, 30))
    kept(asset, line.id, date(2026, 4, 1))
    assert line.due_on == date(2026, 6, 30)


def test_a_line_that_is_given_up_is_fulfilled_no_more_and_stays(session, keeper):
    asset, other = make.asset(), make.asset()
    line = actions.plan_maintenance(asset, what="Tra dầu", interval_months=1, by=keeper)
    for wrong in (lambda: kept(other, line.id), lambda: kept(asset, line.id, kind=UpkeepKind.REPAIR)):
        with pytest.raises(Invalid):
            wrong()
    actions.end_maintenance(asset, line, by=keeper)
    assert (queries.maintenance(asset), line.ended_on) == ([], TODAY)
    assert queries.history(MaintenanceLine, asset).items == [line]
    with pytest.raises(Invalid):
        kept(asset, line.id)
    with pytest.raises(NotFound):
        queries.line_of(asset, line.id)
    kept(asset, None, kind=UpkeepKind.REPAIR)
    with pytest.raises(Invalid):
        kept(asset, None, TODAY + DAY)


def test_a_plan_is_not_endless(session, keeper):
    asset = make.asset()
    for _line in range(actions.MOST_LINES):
        actions.plan_maintenance(asset, what="Tra dầu", interval_months=1, by=keeper)
    with pytest.raises(Conflict):
        actions.plan_maintenance(asset, what="Tra dầu", interval_months=1, by=keeper)
