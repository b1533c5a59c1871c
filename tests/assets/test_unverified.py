"""What lacks the verification that the law asks for is known to every list, as it is to a scan."""

from datetime import timedelta
from typing import Any

import pytest

from registry.assets import actions, law, pressing
from registry.assets.fitness import Gap, told_of
from registry.assets.lists import queries as lists
from registry.assets.lists.counts import counts
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind, Validity, fit_for_use, validity
from registry.assets.scanning import scan_facts
from registry.assets.types import actions as types
from registry.calibration.rules import CalibrationKind
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import types as make_types
from tests.make.assets import ASSETS
from tests.make.calibration import calibration
from tests.people import CENTRE
from tests.statements import sent

CODE = "TAXIMET-THU"
CALIBRATED = [{"kind": ScheduleKind.CALIBRATION, "interval_months": 12}]
VERIFIED = [{"kind": ScheduleKind.VERIFICATION, "interval_months": 12}]


@pytest.fixture
def register(people, session):
    """A way to register something of a type that the law has verified every year."""
    make_types.type_(CODE)

    def registered(**said: Any) -> Asset:
        usual = {"kind": Kind.INSTRUMENT, "name": "Taximet", "owner": CENTRE, "instrument_type": CODE}
        return actions.register(**usual | said, by=people.keeper.person())

    return registered


def stands(asset: Asset) -> tuple[bool, Validity]:
    """Whether it is marked, and its validity as lists know it; a scan has to say the same of it."""
    db.session.commit()
    db.session.refresh(asset)
    state, _due, fit, why = told_of(scan_facts(asset.tag), TODAY)
    listed = validity(asset.proof, asset.due_on, TODAY)
    assert asset.unverified is (Gap.UNVERIFIED in {one.code for one in why})
    assert (state, fit) == (listed, fit_for_use(asset.status, listed, asset.doubt))
    return asset.unverified, listed


def test_what_is_only_calibrated_looks_usable_in_no_list_count_or_first_page(register, people, session):
    asset = register(schedules=CALIBRATED)
    calibration(asset, TODAY)
    assert stands(asset) == (True, Validity.NEVER)
    keeper = people.keeper.person()
    assert lists.asset_page(keeper, today=TODAY, validity="valid").items == []
    [line] = lists.asset_page(keeper, today=TODAY, validity="never").items
    assert (line.tag, line.unverified) == (asset.tag, True)
    assert {one.value: one.count for one in counts(keeper, today=TODAY)["validity"]} == {"never": 1}
    tally = pressing.tally(keeper, TODAY)
    assert (tally["never"], pressing.held_back(keeper, TODAY, tally, limit=5).items) == (1, [asset])


def test_the_verification_takes_the_mark_off_and_giving_it_up_puts_it_on(register, people, session):
    asset = register(schedules=[])
    assert stands(asset) == (True, Validity.NEVER)
    actions.edit(asset, schedules=VERIFIED, by=people.keeper.person())
    calibration(asset, TODAY, kind=CalibrationKind.VERIFICATION)
    assert stands(asset) == (False, Validity.VALID)
    actions.edit(asset, instrument_type=None, schedules=CALIBRATED, by=people.keeper.person())
    calibration(asset, TODAY, certificate_no="GCN-2")
    assert stands(asset) == (False, Validity.VALID)
    actions.edit(asset, instrument_type=CODE, by=people.keeper.person())
    assert stands(asset) == (False, Validity.VALID)  # its verification is on file
    assert {one.kind for one in asset.required_schedules} == {ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION}


def test_a_failed_or_late_calibration_stays_the_graver_word(register, clock, session):
    late = register(schedules=CALIBRATED)
    calibration(late, TODAY - timedelta(days=800))
    assert stands(late) == (True, Validity.OVERDUE)


@pytest.mark.parametrize(
    ("of_set", "unverified"), [([], True), (CALIBRATED, True), (VERIFIED, False), (CALIBRATED + VERIFIED, False)]
)
def test_a_component_is_verified_with_its_set_alone(register, people, session, of_set, unverified):
    box = register(name="Bộ", instrument_type=None, schedules=of_set)
    inner = register(name="Hộp", instrument_type=None, schedules=[], parent=box.tag)
    weight = register(name="Quả cân", schedules=[], parent=inner.tag)
    assert stands(weight)[0] is unverified
    actions.edit(box, schedules=[], by=people.keeper.person())
    assert stands(weight)[0] is True
    actions.edit(box, schedules=VERIFIED, by=people.keeper.person())
    assert stands(weight)[0] is False


def test_a_component_with_a_calibration_of_its_own_needs_a_verification_of_its_own(register, session):
    box = register(name="Bộ", instrument_type=None, schedules=VERIFIED)
    weight = register(name="Quả cân", schedules=CALIBRATED, parent=box.tag)
    assert stands(weight)[0] is True


def test_a_type_that_is_added_or_changed_marks_what_is_called_so(register, people, session, clock):
    older = register(instrument_type="Cân thử", schedules=CALIBRATED)
    calibration(older, TODAY)
    assert stands(older) == (False, Validity.VALID)
    row = make_types.type_("CAN-THU", name_vi="Cân thử", name_en="Test scales")
    assert stands(older) == (True, Validity.NEVER)
    never = make_types.version(TODAY + timedelta(days=1), initial=False, periodic=False, period_months=None)
    types.add_version(row, **never, by=None)
    assert stands(older) == (True, Validity.NEVER)
    clock(TODAY + timedelta(days=1))
    assert (law.mark_all(), law.mark_all()) == (1, 0)
    db.session.refresh(older)
    assert older.unverified is False


def test_marking_is_three_statements_however_many(register, session):
    for number in range(5):
        register(name=f"Taximet {number}", schedules=[])
    db.session.execute(law.asset.update().values(unverified=False, proof="not_required"))
    with sent() as statements:
        assert law.mark_all() == 5
    assert len(statements) == 3


def test_the_api_says_so_of_a_new_asset_at_once(keeper, arrange):
    with arrange():
        make_types.type_(CODE)
    said = {"kind": "instrument", "name": "Taximet", "owner": CENTRE, "instrument_type": CODE, "schedules": []}
    made = keeper.post(ASSETS, json=said).get_json()
    assert (made["unverified"], made["validity"], made["fit_for_use"]) == (True, "never", False)
