"""How standards stood on a past day: what a scan would have said then, of sets, of use and of repairs."""

from datetime import timedelta

import pytest

from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.models import StatusChange
from registry.assets.lifecycle.rules import FaultKind, UpkeepKind
from registry.assets.rules import ScheduleKind, Status
from registry.calibration.offered import offers
from registry.calibration.rules import CalibrationKind, VerificationKind
from registry.calibration.standings import standings
from registry.kernel import clock
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets
from tests.make import chain as make
from tests.statements import sent

DAY = timedelta(days=1)


def ago(days):
    return TODAY - days * DAY


def verified(name="Quả cân chuẩn", days_ago=100, **said):
    made = make.standard(name, schedules=[assets.schedule(ScheduleKind.VERIFICATION)], **said)
    make.used(made, ago(days_ago), kind=CalibrationKind.VERIFICATION)
    return made


def turned(asset, new, days_ago, old=Status.IN_SERVICE):
    said = {"asset_id": asset.id, "old": old, "new": new, "on": ago(days_ago), "at": clock.now()}
    db.session.add(StatusChange(**said, by_id=None, actor="thử"))
    asset.status_since_on = max(ago(days_ago), asset.status_since_on or ago(days_ago))
    db.session.flush()


def was_valid(asset, *days_ago):
    return [standings([asset], ago(days))[asset.id].was_valid for days in days_ago]


def test_a_repair_ended_the_verification_from_its_day_until_the_next_also_when_more_were_to_come(people, session):
    standard = verified()
    for days in (50, 10):
        said = {"kind": UpkeepKind.REPAIR, "description": "thay núm"}
        lifecycle.record_upkeep(standard, on=ago(days), **said, by=None)
    again = {"kind": CalibrationKind.VERIFICATION, "verification_kind": VerificationKind.AFTER_REPAIR}
    make.used(standard, ago(30), certificate_no="SAU", **again)
    assert was_valid(standard, 51, 50, 31, 30, 11, 10, 0) == [True, False, False, True, True, False, False]
    assert standings([standard], ago(40))[standard.id].ended_on == ago(50)


def test_a_broken_seal_ended_it_too_and_maintenance_did_not(people, session):
    standard = verified()
    lifecycle.record_upkeep(standard, kind=UpkeepKind.MAINTENANCE, on=ago(60), description="lau", by=None)
    lifecycle.report_fault(standard, kind=FaultKind.SEAL_BROKEN, description="đứt chì", found_on=ago(20), by=None)
    assert was_valid(standard, 60, 21, 20, 1) == [True, True, False, False]


@pytest.mark.parametrize("alters", [True, False])
def test_a_calibration_outlives_only_a_repair_that_touched_nothing_of_what_is_measured(people, session, alters):
    standard = make.standard(schedules=[assets.schedule()])
    make.used(standard, ago(100))
    said = {"kind": UpkeepKind.REPAIR, "description": "thay núm", "alters": alters}
    for days in (50, 45):
        lifecycle.record_upkeep(standard, on=ago(days), **said, by=None)
    assert was_valid(standard, 51, 50, 46, 40) == [True, *([not alters] * 3)]


@pytest.mark.parametrize("which", ["itself", "its set"])
def test_what_was_out_of_use_for_the_whole_day_was_not_valid(people, session, which):
    box = verified("Bộ quả cân")
    weight = make.standard("Quả cân 1 kg", schedules=[assets.schedule()], parent_id=box.id)
    make.used(weight, ago(100))
    left = weight if which == "itself" else box
    turned(left, Status.QUARANTINED, 50)
    turned(left, Status.IN_SERVICE, 40, Status.QUARANTINED)
    assert was_valid(weight, 51, 50, 49, 41, 40, 39) == [True, True, False, False, True, True]
    assert standings([weight], ago(45))[weight.id].out


def test_of_what_was_registered_as_it_stands_nobody_knows_how_it_stood_before(people, session):
    gone = verified(status=Status.RETIRED)
    fresh = verified("Quả cân mới")
    turned(fresh, Status.IN_SERVICE, 5, Status.PLANNED)
    assert (was_valid(gone, 50), was_valid(fresh, 50)) == ([True], [True])


def test_a_component_without_anything_of_its_own_stood_as_its_set_did(people, session):
    box = verified("Bộ quả cân")
    weight = make.standard("Quả cân 1 kg", parent_id=box.id)
    inner = make.standard("Quả cân 1 g", parent_id=weight.id)
    then = standings([weight, inner], ago(50))
    assert [one.was_valid for one in then.values()] == [True, True]
    assert then[inner.id].relied_on_id == standings([box], ago(50))[box.id].relied_on_id is not None
    assert was_valid(inner, 101) == [False]


def test_statements_do_not_grow_with_the_standards(people, session):
    box = verified("Bộ quả cân")
    some = [make.standard(f"Quả cân {number}", parent_id=box.id) for number in range(6)]
    db.session.flush()
    with sent() as few:
        standings(some[:2], ago(50))
    with sent() as many:
        standings(some, ago(50))
    assert len(many) == len(few)


def test_what_is_offered_says_why_it_was_not_valid(people, session):
    out, mended = verified("A"), verified("B")
    turned(out, Status.QUARANTINED, 50)
    lifecycle.record_upkeep(mended, kind=UpkeepKind.REPAIR, on=ago(50), description="thay núm", by=None)
    told = offers(people.technician.person(), make.standard("Cân"), ago(40), first=[out, mended])
    assert [(one.is_sound, one.why) for one in told] == [
        (False, "không có hiệu lực: ngày đó không được sử dụng"),
        (False, f"không có hiệu lực: sửa chữa hoặc niêm phong bị phá ngày {ago(50):%d/%m/%Y}"),
    ]
