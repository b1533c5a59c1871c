"""A component without anything of its own stands as its set does: in scans, lists, filters, counts, at the counter."""

from datetime import timedelta
from typing import Any

import pytest

from registry.assets import actions as assets
from registry.assets import law, pressing
from registry.assets.custody import actions as custody
from registry.assets.fitness import told_of
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import CheckKind, CheckResult, FaultKind
from registry.assets.lists import queries as lists
from registry.assets.lists.counts import counts
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind, Status, Validity, fit_for_use, resting, validity
from registry.assets.scanning import scan_facts
from registry.calibration import actions
from registry.calibration.rules import CalibrationKind, Outcome
from registry.inspection.checks import freezing
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from tests.conftest import TODAY
from tests.make import types as make_types
from tests.make.calibration import calibration
from tests.people import CENTRE
from tests.statements import sent

DAY = timedelta(days=1)
CALIBRATED = [{"kind": ScheduleKind.CALIBRATION, "interval_months": 12}]
VERIFIED = [{"kind": ScheduleKind.VERIFICATION, "interval_months": 12}]


@pytest.fixture
def make(people, session):
    def made(name: str, *, within: Asset | None = None, schedules: Any = (), **said: Any) -> Asset:
        usual = {"kind": Kind.STANDARD, "owner": CENTRE, "parent": within.tag if within else None}
        return assets.register(name=name, schedules=list(schedules), **usual | said, by=None)

    return made


@pytest.fixture
def case(make):
    """A set, a box in it and a weight in that, which have nothing of their own."""
    whole = make("Bộ quả cân", schedules=CALIBRATED)
    box = make("Hộp", within=whole)
    return whole, box, make("Quả cân", within=box)


def stands(asset: Asset) -> tuple[Validity, Any, bool]:
    """What a scan says, a phone says too, and every list knows without asking its set."""
    db.session.commit()
    db.session.refresh(asset)
    state, due_on, fit, why = told_of(scan_facts(asset.tag), TODAY)
    frozen = freezing.facts_of(asset, freezing.fetched([asset.id], None, TODAY))
    assert told_of(frozen, TODAY) == (state, due_on, fit, why)
    status = resting(asset.status, asset.set_status)
    listed = validity(asset.proof, asset.due_on, TODAY)
    assert (listed, asset.due_on, fit_for_use(status, listed, asset.doubt)) == (state, due_on, fit)
    return state, due_on, fit


def test_parts_follow_the_records_of_their_set(case):
    whole, *parts = case
    assert {stands(one) for one in case} == {(Validity.NEVER, None, False)}
    record = calibration(whole, TODAY - 100 * DAY)
    assert {stands(one) for one in case} == {(Validity.VALID, whole.due_on, True)}
    failed = calibration(whole, TODAY - DAY, outcome=Outcome.FAIL, certificate_no="GCN-X")
    assert {stands(one)[0] for one in case} == {Validity.FAILED}
    actions.void(failed, reason="Nhầm", by=None)
    actions.void(record, reason="Nhầm", by=None)
    assert {stands(one)[0] for one in parts} == {Validity.NEVER}
    assets.edit(whole, schedules=[], by=None)
    assert {stands(one)[0] for one in case} == {Validity.NEVER}


def test_parts_rest_with_their_set_and_press_with_it(case, people):
    whole, _box, weight = case
    calibration(whole, TODAY - 100 * DAY)
    keeper = people.keeper.person()
    assert pressing.tally(keeper, TODAY)["quarantined"] == 0
    lifecycle.report_fault(whole, kind=FaultKind.DAMAGE, description="Rơi", by=None)
    assert {stands(one) for one in case} == {(Validity.VALID, whole.due_on, False)}
    found = lists.asset_page(keeper, today=TODAY, use="forbidden").items
    assert {one.tag for one in found} == {one.tag for one in case}
    tally = pressing.tally(keeper, TODAY)
    held = pressing.held_back(keeper, TODAY, tally, limit=9)
    assert (tally["quarantined"], held.total, len(held.items)) == (3, 3, 3)
    assert {one.value: one.count for one in counts(keeper, today=TODAY)["use"]} == {"forbidden": 3}
    with pytest.raises(Invalid) as refused:
        custody.check_out(weight, holder="Ai đó", expected_back_on=TODAY, by=keeper)
    assert set(refused.value.errors) == {"override_reason"}
    lifecycle.check(whole, kind=CheckKind.RETURN, requirement="Về 0", result=CheckResult.PASS, by=None)
    lifecycle.change_status(whole, status=Status.IN_SERVICE, by=None)
    assert {stands(one)[2] for one in case} == {True}


def test_what_is_overdue_of_a_quarantined_set_is_counted_once(case, people):
    whole, *_parts = case
    calibration(whole, TODAY - 800 * DAY)
    keeper = people.keeper.person()
    assert pressing.tally(keeper, TODAY)["overdue"] == 3
    lifecycle.report_fault(whole, kind=FaultKind.DAMAGE, description="Rơi", by=None)
    tally = pressing.tally(keeper, TODAY)
    assert (tally["overdue"], tally["quarantined"]) == (0, 3)
    assert pressing.held_back(keeper, TODAY, tally, limit=9).total == 3


def test_a_part_with_a_calibration_of_its_own_stands_on_that_and_leaves_with_nothing(case, make):
    whole, box, weight = case
    calibration(whole, TODAY - 100 * DAY)
    assets.edit(weight, schedules=CALIBRATED, by=None)
    assert stands(weight)[0] is Validity.NEVER
    assets.edit(weight, schedules=[], by=None)
    assert stands(weight) == (Validity.VALID, whole.due_on, True)
    assets.edit(box, parent=None, by=None)
    assert {stands(one)[0] for one in (box, weight)} == {Validity.NEVER}
    assets.edit(box, parent=whole.tag, by=None)
    assert {stands(one)[0] for one in (box, weight)} == {Validity.VALID}


def test_a_part_that_the_law_has_verified_is_verified_with_a_set_at_any_level(make):
    make_types.type_("CAN-THU")
    whole = make("Bộ", kind=Kind.INSTRUMENT, schedules=VERIFIED)
    box = make("Hộp", kind=Kind.INSTRUMENT, within=whole)
    part = make("Cân", kind=Kind.INSTRUMENT, within=box, instrument_type="CAN-THU")
    calibration(whole, TODAY - 100 * DAY, kind=CalibrationKind.VERIFICATION)
    assert stands(part) == (Validity.VALID, whole.due_on, True)
    assets.edit(whole, schedules=CALIBRATED, by=None)
    calibration(whole, TODAY - 10 * DAY)
    assert (stands(part)[0], stands(box)[0]) == (Validity.NEVER, Validity.VALID)


def test_the_night_writes_what_parts_have_and_a_second_one_nothing(case):
    calibration(case[0], TODAY - 100 * DAY)
    db.session.execute(
        law.asset.update().where(law.asset.c.parent_id.is_not(None)).values(due_on=None, proof="missing")
    )
    assert law.mark_all() > 0
    assert law.mark_all() == 0
    assert stands(case[2])[0] is Validity.VALID


def test_what_has_no_parts_costs_one_look(make):
    whole = make("Quả cân", schedules=CALIBRATED)
    with sent() as statements:
        law.mark_components([whole.id])
    assert len(statements) == 1
