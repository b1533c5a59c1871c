"""Good work counts where no schedule asks for it, and what nothing shows the worth of is not fit to be relied on."""

from datetime import date, timedelta
from typing import Any

import pytest

from registry.assets import actions as assets
from registry.assets import law
from registry.assets.fitness import Gap, told_of
from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import FaultKind
from registry.assets.materials import actions as materials
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind, Status, Validity, validity
from registry.assets.scanning import scan_facts
from registry.calibration import actions, settling
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Outcome, VerificationKind
from registry.inspection.checks import freezing
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import types as make_types
from tests.make.calibration import calibration
from tests.people import CENTRE

YEARLY, ONCE, VAGUE, NEVER = "CAN-THU", "THUOC-THU", "MO-THU", "KHONG-THU"
DAY = timedelta(days=1)
CALIBRATED = [{"kind": ScheduleKind.CALIBRATION, "interval_months": 12}]
INITIAL = {"kind": CalibrationKind.VERIFICATION, "verification_kind": VerificationKind.INITIAL}
GOOD = (Validity.VALID, None, True, [])
LACKING = (Validity.NEVER, None, False, [Gap.UNVERIFIED])
UNSTATED = (Validity.NEVER, None, False, [Gap.UNSTATED])
UNCERTIFIED = (Validity.NEVER, None, False, [Gap.UNCERTIFIED])


@pytest.fixture
def register(people, session):
    """A way to register things, of types that the law has verified yearly, once, at a cycle not known, and never."""
    once = {"periodic": False, "after_repair": False, "period_months": None}
    measures = {YEARLY: {}, ONCE: once, VAGUE: {"periodic": None, "period_months": None}}
    measures[NEVER] = once | {"initial": False}
    for code, said in measures.items():
        versions = [make_types.version(**said)]
        make_types.type_(code, name_vi=f"Loại {code}", name_en=f"Type {code}", versions=versions)

    def registered(code: str | None = None, **said: Any) -> Asset:
        usual = {"kind": Kind.INSTRUMENT, "name": "Phương tiện", "owner": CENTRE, "instrument_type": code}
        return assets.register(**usual | said, by=None)

    return registered


@pytest.fixture
def standard(register):
    def registered(**said: Any) -> Asset:
        return register(**{"kind": Kind.STANDARD} | said)

    return registered


def done(asset: Asset, days_ago: int, **said: Any) -> Calibration:
    return calibration(asset, TODAY - days_ago * DAY, **{"certificate_no": f"GCN-{days_ago}-{asset.id}"} | said)


def told(asset: Asset) -> tuple[Validity, date | None, bool, list[Any]]:
    """What a scan says, which an inspector's phone says too, and which lists agree with."""
    db.session.commit()
    assert law.mark([asset.id]) == 0  # what was written is what the law's statement would write
    db.session.refresh(asset)
    state, due_on, fit, why = told_of(scan_facts(asset.tag), TODAY)
    frozen = freezing.facts_of(asset, freezing.fetched([asset.id], None, TODAY))
    assert told_of(frozen, TODAY) == (state, due_on, fit, why)
    assert (asset.due_on, validity(asset.proof, asset.due_on, TODAY)) == (due_on, state)
    return state, due_on, fit, [one.code for one in why]


def test_a_type_that_is_verified_once_is_unfit_before_and_good_for_ever_afterwards(register, clock):
    tape = register(ONCE)
    assert told(tape) == LACKING
    done(tape, 0)  # a calibration does not take the place of it
    assert told(tape) == LACKING
    record = done(tape, 100, **INITIAL)
    assert told(tape) == GOOD
    clock(TODAY + 9000 * DAY)
    assert told_of(scan_facts(tape.tag), TODAY + 9000 * DAY)[2] is True
    clock(TODAY)
    actions.void(record, reason="Nhầm", by=None)
    assert told(tape) == LACKING


def test_a_failed_initial_verification_leaves_it_unfit_and_takes_it_out_of_use(register):
    tape = register(ONCE)
    done(tape, 0, outcome=Outcome.FAIL, **INITIAL)
    assert told(tape) == (Validity.NEVER, None, False, [Status.QUARANTINED, Gap.UNVERIFIED])


def test_a_broken_seal_ends_what_was_verified_once_too(register):
    tape = register(ONCE)
    done(tape, 100, **INITIAL)
    lifecycle.report_fault(tape, kind=FaultKind.SEAL_BROKEN, description="Đứt chì", by=None)
    assert told(tape)[3] == [Status.QUARANTINED, Gap.UNVERIFIED]


def test_a_type_that_the_law_never_has_verified_lacks_nothing(register):
    assert told(register(NEVER)) == (Validity.NOT_REQUIRED, None, True, [])


@pytest.mark.parametrize("until", [None, TODAY + 200 * DAY, TODAY - DAY])
def test_a_recorded_verification_counts_though_nobody_planned_it_and_is_planned_from_then_on(register, until):
    scales = register(YEARLY, schedules=[])
    assert told(scales) == LACKING
    done(scales, 100, kind=CalibrationKind.VERIFICATION, valid_until=until)
    due = until or date(2027, 3, 7)
    assert told(scales)[:3] == ((Validity.VALID, due, True) if due > TODAY else (Validity.OVERDUE, due, False))
    assert [(one.kind, one.interval_months) for one in scales.required_schedules] == [(ScheduleKind.VERIFICATION, 12)]


@pytest.mark.parametrize(("until", "fit"), [(None, True), (TODAY, True), (TODAY - DAY, False)])
def test_where_the_cycle_is_not_known_the_certificate_says_until_when(register, until, fit):
    scales = register(VAGUE)
    assert told(scales) == LACKING
    done(scales, 100, kind=CalibrationKind.VERIFICATION, valid_until=until)
    assert told(scales)[1:3] == (until, fit)


def test_a_type_that_is_given_later_finds_the_verification_on_file(register):
    scales = register(schedules=CALIBRATED)
    done(scales, 100, kind=CalibrationKind.VERIFICATION)
    done(scales, 0)
    assets.edit(scales, instrument_type=YEARLY, by=None)
    assert told(scales)[2] is True
    assert {one.kind for one in scales.required_schedules} == {ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION}


def test_a_standard_of_which_nothing_is_on_file_is_not_fit_until_it_is_calibrated(standard):
    weight = standard()
    assert told(weight) == UNSTATED
    record = done(weight, 30)
    assert told(weight) == GOOD
    done(weight, 20, valid_until=TODAY + 100 * DAY)
    assert told(weight)[:3] == (Validity.VALID, TODAY + 100 * DAY, True)
    failed = done(weight, 10, outcome=Outcome.FAIL)
    assert told(weight)[2] is False
    actions.void(failed, reason="Nhầm", by=None)
    assert told(weight)[:2] == (Validity.VALID, TODAY + 100 * DAY)
    assert record.asset_id == weight.id


def test_a_schedule_decides_where_there_is_one_and_its_due_date_stays_when_it_is_given_up(standard):
    weight = standard(schedules=CALIBRATED)
    done(weight, 400)
    assert told(weight)[0] is Validity.OVERDUE
    due = weight.due_on
    assets.edit(weight, schedules=[], by=None)
    assert told(weight)[:3] == (Validity.OVERDUE, due, False)
    assets.edit(weight, schedules=CALIBRATED, by=None)
    assert (told(weight)[:2], weight.shown_kind) == ((Validity.OVERDUE, due), None)


def test_a_reference_material_stands_on_its_certificate_or_its_shelf_life(register):
    one, other = (register(kind=Kind.REFERENCE_MATERIAL, name=name) for name in ("Dung dịch", "Khí"))
    assert told(one) == UNCERTIFIED
    materials.describe(one, storage="Tủ lạnh", by=None)
    assert told(one) == UNCERTIFIED
    materials.describe(one, certificate_no="RM-1", by=None)
    assert told(one) == GOOD
    materials.describe(other, expires_on=TODAY + 99 * DAY, by=None)
    assert told(other)[:3] == (Validity.VALID, TODAY + 99 * DAY, True)


def test_an_instrument_that_becomes_a_standard_needs_a_calibration(register):
    gauge = register()
    assert told(gauge)[2] is True
    assets.edit(gauge, kind=Kind.STANDARD, by=None)
    assert told(gauge) == UNSTATED


def test_a_part_of_a_set_stands_on_the_set(standard):
    box = standard(schedules=CALIBRATED)
    part = standard(name="Quả cân", parent=box.tag)
    done(box, 10)
    db.session.commit()
    assert told_of(scan_facts(part.tag), TODAY)[2] is True


def test_the_night_lets_count_what_was_on_file_before(register, standard):
    tape, weight, scales = register(ONCE), standard(), register(YEARLY, schedules=[])
    for one in (tape, weight, scales):
        done(one, 100, **INITIAL if one is not weight else {})
        assets.show(one, None, None, by=None)
    for held in list(scales.schedules):
        scales.schedules.remove(held)
        db.session.delete(held)
    db.session.flush()
    db.session.expire_all()
    law.mark([tape.id, weight.id, scales.id])
    assert (settling.adopt_records(), settling.adopt_records()) == (3, 0)
    assert [told(one)[2] for one in (tape, weight, scales)] == [True, True, True]
