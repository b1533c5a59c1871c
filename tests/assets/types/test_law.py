"""What the law asks of a type is kept: the verification of an asset does not go with its owner's other plans."""

from datetime import date

import pytest

from registry.assets import actions
from registry.assets.fitness import Gap, told_of
from registry.assets.rules import Kind, Proof, ScheduleKind
from registry.assets.scanning import scan_facts
from registry.calibration.rules import CalibrationKind
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from tests.conftest import TODAY
from tests.make import types as make_types
from tests.make.assets import patched
from tests.make.calibration import calibration
from tests.people import CENTRE

CALIBRATED = [{"kind": ScheduleKind.CALIBRATION, "interval_months": 600}]
CODE = "TAXIMET-THU"


@pytest.fixture
def taximeter(people, arrange):
    """A way to register a taximeter, whose type the law has verified every year."""
    with arrange():
        make_types.type_(CODE)

    def register(**said):
        usual = {"kind": Kind.INSTRUMENT, "name": "Taximet", "owner": CENTRE, "instrument_type": CODE}
        return actions.register(**usual | said, by=people.keeper.person())

    return register


def test_a_calibration_does_not_take_the_place_of_the_verification(taximeter, arrange):
    with arrange():
        asset = taximeter(schedules=CALIBRATED)
        calibration(asset, TODAY)
        _state, _due, is_fit, reasons = told(asset)
        assert (is_fit, [one.code for one in reasons]) == (False, [Gap.UNVERIFIED])


def told(asset):
    db.session.commit()
    return told_of(scan_facts(asset.tag), TODAY)


def test_dropping_the_verification_keeps_it_with_its_proof(taximeter, arrange, people):
    with arrange():
        asset = taximeter()
        calibration(asset, TODAY, kind=CalibrationKind.VERIFICATION)
        actions.edit(asset, schedules=CALIBRATED, by=people.technician.person())
        kept = next(one for one in asset.schedules if one.kind is ScheduleKind.VERIFICATION)
        assert (kept.interval, kept.proof, kept.due_on) == (12, Proof.GOOD, date(2027, 6, 15))


def test_only_who_approves_takes_what_was_verified_out_of_legal_control(taximeter, arrange, people):
    with arrange():
        asset = taximeter()
        actions.edit(asset, instrument_type="Nhầm", by=people.technician.person())  # nothing was verified yet
        actions.edit(asset, instrument_type=CODE, by=people.technician.person())
        calibration(asset, TODAY, kind=CalibrationKind.VERIFICATION)
        with pytest.raises(Invalid) as refused:
            actions.edit(asset, instrument_type=None, by=people.technician.person())
        assert set(refused.value.errors) == {"instrument_type"}
        actions.edit(asset, instrument_type=None, by=people.keeper.person())


def test_a_long_interval_agreed_while_the_type_was_away_ends_with_the_cycle_of_the_law(taximeter, arrange, people):
    every_five_years = [{"kind": ScheduleKind.VERIFICATION, "interval_months": 60}]
    with arrange():
        asset = taximeter(instrument_type=None, schedules=every_five_years)
        calibration(asset, TODAY, kind=CalibrationKind.VERIFICATION)
        assert asset.due_on == date(2031, 6, 15)
        actions.edit(asset, instrument_type=CODE, by=people.keeper.person())
        assert asset.due_on == date(2027, 6, 15)


def test_a_thing_that_was_linked_later_and_only_calibrated_is_not_fit(taximeter, arrange):
    with arrange():
        asset = taximeter(instrument_type=None, schedules=CALIBRATED)
        calibration(asset, TODAY)
        asset.instrument_type_id = actions.register(
            kind=Kind.INSTRUMENT, name="Khác", owner=CENTRE, instrument_type=CODE, by=None
        ).instrument_type_id  # as a type that is added takes over what was called so
        _state, _due, is_fit, reasons = told(asset)
        assert (is_fit, [one.code for one in reasons]) == (False, [Gap.UNVERIFIED])


def test_through_the_api_records_decide_a_new_schedule_at_once(keeper, taximeter, arrange):
    with arrange():
        asset = taximeter(instrument_type=None, schedules=[])
        calibration(asset, TODAY)
        tag = asset.tag
    answer = patched(keeper, tag, schedules=[{"kind": "calibration", "interval_months": 6}])
    assert (answer.json["validity"], answer.json["due_on"]) == ("valid", "2026-12-15")
