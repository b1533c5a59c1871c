"""Changes of status: reasons, dates, what limited use is limited to, and the check on the way into service."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets import actions as assets
from registry.assets import scanning
from registry.assets.lifecycle import actions, queries
from registry.assets.lifecycle.models import StatusChange
from registry.assets.lifecycle.rules import (
    CheckKind,
    CheckResult,
    Evidence,
    FaultKind,
    check_asked_for,
    holds,
)
from registry.assets.models import Asset
from registry.assets.rules import NOT_YET, STATUS_CHANGES, Proof, ScheduleKind, Status
from registry.kernel import audit
from registry.kernel.clock import start_of
from registry.kernel.errors import Conflict, Forbidden, Invalid
from tests.conftest import TODAY
from tests.make import assets as make
from tests.people import People
from tests.statements import sent

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
REASON = {"reason": "Kim không về 0"}


@pytest.fixture
def keeper(people: People, session) -> Person:
    return people.keeper.person()


def turned(asset: Asset, status: Status, by: Person | None, **said: Any) -> StatusChange:
    return actions.change_status(asset, status=status, **REASON | said, by=by)


def passed(asset: Asset, on: date = TODAY, **said: Any) -> None:
    usual = {"kind": CheckKind.RETURN, "requirement": "Sai số ≤ ±0,5 mg", "result": CheckResult.PASS}
    actions.check(asset, on=on, **usual | said, by=None)


def refused_at(act: Any) -> list[str]:
    with pytest.raises(Invalid) as refused:
        act()
    return list(refused.value.errors or {})


def test_a_change_keeps_its_day_reason_and_author_and_the_asset_its_last_day(session, keeper):
    asset = make.asset()
    turned(asset, Status.OUT_OF_SERVICE, keeper, on=TODAY - 3 * DAY)
    session.commit()
    kept = session.scalars(select(StatusChange)).one()
    assert (kept.old, kept.new, kept.on) == (Status.IN_SERVICE, Status.OUT_OF_SERVICE, TODAY - 3 * DAY)
    assert (kept.reason, kept.actor, kept.by_id) == (REASON["reason"], keeper.name, keeper.id)
    assert (asset.status, asset.status_since_on) == (Status.OUT_OF_SERVICE, TODAY - 3 * DAY)
    assert audit.history("asset", asset.tag)[0].changes["status"] == ["in_service", "out_of_service"]


@pytest.mark.parametrize("status", [Status.QUARANTINED, Status.OUT_OF_SERVICE, Status.RETIRED])
@pytest.mark.parametrize("reason", [None, ""])
def test_who_takes_it_out_of_use_says_why(session, keeper, status, reason):
    assert refused_at(lambda: turned(make.asset(), status, keeper, reason=reason)) == ["reason"]


def test_going_to_be_calibrated_explains_itself(session, keeper):
    assert turned(make.asset(), Status.OUT_FOR_CALIBRATION, keeper, reason=None).reason is None


@pytest.mark.parametrize(("days", "field"), [(1, "on"), (0, None), (-5, None), (-6, "on")])
def test_a_change_is_dated_between_the_one_before_and_today(session, keeper, days, field):
    asset = make.asset()
    turned(asset, Status.OUT_OF_SERVICE, keeper, on=TODAY - 5 * DAY)
    act = lambda: turned(asset, Status.QUARANTINED, keeper, on=TODAY + days * DAY)  # noqa: E731 — called in both ways
    if field:
        assert refused_at(act) == [field]
    else:
        assert act().on == TODAY + days * DAY


def test_limited_use_says_what_it_is_limited_to_and_nothing_else_does(session, keeper):
    asset = make.asset()
    assert refused_at(lambda: turned(asset, Status.LIMITED_USE, keeper)) == ["restriction"]
    assert refused_at(lambda: turned(asset, Status.QUARANTINED, keeper, restriction="đến 100 kg")) == ["restriction"]
    turned(asset, Status.LIMITED_USE, keeper, restriction="chỉ đến 100 kg")
    turned(asset, Status.LIMITED_USE, keeper, restriction="chỉ đến 50 kg")
    assert asset.restriction == "chỉ đến 50 kg"
    with pytest.raises(Conflict):
        turned(asset, Status.LIMITED_USE, keeper, restriction="chỉ đến 50 kg")
    turned(asset, Status.OUT_OF_SERVICE, keeper)
    assert asset.restriction is None
    history = queries.history(StatusChange, asset).items
    assert [change.restriction for change in history] == [None, "chỉ đến 50 kg", "chỉ đến 100 kg"]


def test_every_change_outside_the_table_is_refused(session, keeper):
    for old, new in product(Status, Status):
        if new is not old and new not in STATUS_CHANGES[old]:
            asset = make.asset(status=old)
            assert refused_at(lambda a=asset, n=new: turned(a, n, keeper, restriction=limit(n))) == ["status"], (
                old,
                new,
            )


def limit(status: Status) -> str | None:
    return "chỉ đến 1 kg" if status is Status.LIMITED_USE else None


def test_the_check_is_asked_for_on_every_way_into_service_and_on_no_other():
    asked = {(old, new) for old in Status for new in STATUS_CHANGES[old] if check_asked_for(old, new)}
    at_work = {Status.IN_SERVICE, Status.LIMITED_USE}
    away = {Status.QUARANTINED, Status.OUT_OF_SERVICE, Status.OUT_FOR_CALIBRATION, Status.RETIRED}
    into = {(old, new) for old in NOT_YET | away for new in STATUS_CHANGES[old] & at_work}
    assert asked == into | {(old, Status.ACCEPTED) for old in NOT_YET}


@pytest.mark.parametrize("old", [Status.PLANNED, Status.PROCURED])
@pytest.mark.parametrize("new", [Status.ACCEPTED, Status.IN_SERVICE])
def test_what_is_new_is_accepted_only_after_its_check(session, keeper, old, new):
    asset = make.asset(status=old)
    assert refused_at(lambda: turned(asset, new, keeper)) == ["status"]
    passed(asset, kind=CheckKind.ACCEPTANCE, result=CheckResult.FAIL)
    assert refused_at(lambda: turned(asset, new, keeper)) == ["status"]
    passed(asset, kind=CheckKind.ACCEPTANCE)
    turned(asset, new, keeper)
    assert asset.status is new


def test_only_an_acceptance_check_accepts(session, keeper):
    asset = make.asset(status=Status.PROCURED)
    passed(asset, kind=CheckKind.RETURN)
    assert refused_at(lambda: turned(asset, Status.ACCEPTED, keeper)) == ["status"]


@pytest.mark.parametrize("away", [Status.QUARANTINED, Status.OUT_OF_SERVICE, Status.OUT_FOR_CALIBRATION])
@pytest.mark.parametrize(("days", "enough"), [(-6, False), (-5, True), (0, True)])
def test_the_return_takes_a_check_from_the_day_it_left_on(session, keeper, away, days, enough):
    asset = make.asset()
    turned(asset, away, keeper, on=TODAY - 5 * DAY)
    assert queries.wants_evidence(asset)
    passed(asset, TODAY + days * DAY)
    assert queries.wants_evidence(asset) is not enough
    if enough:
        turned(asset, Status.IN_SERVICE, keeper)
    else:
        assert refused_at(lambda: turned(asset, Status.IN_SERVICE, keeper)) == ["status"]


@pytest.mark.parametrize(("days", "enough"), [(-6, False), (-5, True), (0, True)])
def test_the_return_takes_as_well_a_good_calibration_from_that_day_on(session, keeper, days, enough):
    asset = make.asset(schedules=[make.schedule()])
    turned(asset, Status.OUT_FOR_CALIBRATION, keeper, on=TODAY - 5 * DAY)
    said: Any = {"due_on": TODAY + 365 * DAY, "performed_on": TODAY + days * DAY}
    assets.prove(asset, ScheduleKind.CALIBRATION, proof=Proof.GOOD, **said)
    assert queries.wants_evidence(asset) is not enough
    assets.prove(asset, ScheduleKind.CALIBRATION, proof=Proof.FAILED, **said)
    assert queries.wants_evidence(asset)


@pytest.mark.parametrize("away", [Status.QUARANTINED, Status.OUT_OF_SERVICE, Status.OUT_FOR_CALIBRATION])
def test_a_check_of_the_morning_does_not_return_what_left_in_the_afternoon(session, keeper, clock, away):
    asset = make.asset()
    passed(asset)
    clock(start_of(TODAY) + 15 * HOUR)
    turned(asset, away, keeper)
    assert refused_at(lambda: turned(asset, Status.IN_SERVICE, keeper)) == ["status"]
    clock(start_of(TODAY) + 16 * HOUR)
    passed(asset)
    turned(asset, Status.IN_SERVICE, keeper)


def test_the_newest_word_counts(session, keeper):
    asset = make.asset()
    turned(asset, Status.OUT_OF_SERVICE, keeper, on=TODAY - 5 * DAY)
    passed(asset, TODAY - 4 * DAY)
    passed(asset, TODAY - 3 * DAY, result=CheckResult.FAIL)
    assert refused_at(lambda: turned(asset, Status.IN_SERVICE, keeper)) == ["status"]
    turned(asset, Status.IN_SERVICE, keeper, on=TODAY - 4 * DAY)
    assert asset.status is Status.IN_SERVICE


@pytest.mark.parametrize(
    ("evidence", "since", "expected"),
    [
        (Evidence(), None, False),
        (Evidence(calibrated_on=TODAY), TODAY, True),
        (Evidence(calibrated_on=TODAY - DAY), TODAY, False),
        (Evidence(calibrated_on=TODAY), None, True),
        (Evidence(TODAY, passed=True), TODAY, True),
        (Evidence(TODAY, passed=False), TODAY, False),
        (Evidence(TODAY, passed=False, calibrated_on=TODAY), TODAY, True),
        (Evidence(TODAY, passed=False, calibrated_on=TODAY - DAY), TODAY - DAY, False),
    ],
)
def test_evidence(evidence, since, expected):
    assert holds(evidence, since) is expected


def test_a_quarantine_on_the_way_back_puts_it_in_doubt_again(session, keeper):
    asset = make.asset()
    turned(asset, Status.OUT_FOR_CALIBRATION, keeper, on=TODAY - 5 * DAY)
    passed(asset, TODAY - 4 * DAY)
    turned(asset, Status.QUARANTINED, keeper, on=TODAY - 2 * DAY)
    turned(asset, Status.OUT_OF_SERVICE, keeper, on=TODAY - DAY)
    assert queries.in_doubt_since(asset) == TODAY - 2 * DAY
    assert refused_at(lambda: turned(asset, Status.IN_SERVICE, keeper)) == ["status"]


def test_what_was_registered_out_of_use_is_in_doubt_since_then(session, keeper):
    asset = make.asset(status=Status.QUARANTINED)
    passed(asset, TODAY - DAY)
    assert refused_at(lambda: turned(asset, Status.IN_SERVICE, keeper)) == ["status"]
    passed(asset, TODAY)
    turned(asset, Status.IN_SERVICE, keeper)


def test_what_is_registered_in_service_needs_no_check(session, keeper):
    made = assets.register(kind=make.Kind.STANDARD, name="Cân", owner="TTDL", by=keeper)
    assert (made.status, made.status_since_on) == (Status.IN_SERVICE, None)
    with pytest.raises(Invalid):
        assets.register(kind=make.Kind.STANDARD, name="Cân", owner="TTDL", status=Status.LIMITED_USE, by=keeper)


def test_editing_goes_through_the_same_rules_and_leaves_the_same_history(session, keeper):
    asset = make.asset()
    assets.edit(asset, status=Status.QUARANTINED, by=keeper)
    assert refused_at(lambda: assets.edit(asset, status=Status.IN_SERVICE, by=keeper)) == ["status"]
    passed(asset)
    assets.edit(asset, status=Status.IN_SERVICE, by=keeper)
    assert refused_at(lambda: assets.edit(asset, status=Status.LIMITED_USE, restriction="đến 5 kg", by=keeper)) == [
        "status_reason"
    ]
    assets.edit(asset, status=Status.LIMITED_USE, restriction="đến 5 kg", status_reason="Lệch ở tải lớn", by=keeper)
    assert refused_at(lambda: assets.edit(asset, status_reason="Không", by=keeper)) == ["status_reason"]
    assets.edit(asset, name="Cân khác", by=keeper)
    assets.edit(asset, restriction="đến 2 kg", by=keeper)
    assert audit.history("asset", asset.tag)[0].changes == {"restriction": ["đến 5 kg", "đến 2 kg"]}
    history = queries.history(StatusChange, asset).items
    assert [(change.new, change.reason) for change in reversed(history)] == [
        (Status.QUARANTINED, None),
        (Status.IN_SERVICE, None),
        (Status.LIMITED_USE, "Lệch ở tải lớn"),
        (Status.LIMITED_USE, None),
    ]


def test_the_restriction_is_told_to_whoever_scans(session, keeper):
    asset = make.asset()
    turned(asset, Status.LIMITED_USE, keeper, restriction="chỉ đến 100 kg")
    session.commit()
    assert scanning.scan_facts(asset.tag).restriction == "chỉ đến 100 kg"


@pytest.mark.parametrize("who", ["inspector", "planner", "stranger"])
def test_who_may_not(session, people, who):
    asset, person = make.asset(), getattr(people, who).person()
    acts = (
        lambda: turned(asset, Status.QUARANTINED, person),
        lambda: actions.check(asset, kind=CheckKind.RETURN, requirement="x", result=CheckResult.PASS, by=person),
        lambda: actions.report_fault(asset, kind=FaultKind.DAMAGE, description="x", by=person),
    )
    for act in acts:
        with pytest.raises(Forbidden):
            act()


def test_a_life_costs_the_same_number_of_statements_however_long(session, keeper):
    asset, counts = make.asset(), []
    for times in (1, 8):
        for _time in range(times):
            turned(asset, Status.QUARANTINED, keeper)
            passed(asset)
            turned(asset, Status.IN_SERVICE, keeper)
        session.commit()
        with sent() as statements:
            queries.life(asset, keeper)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6
