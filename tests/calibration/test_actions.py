"""What records do to due dates: the newest work decides, late paper does not rewind, a void record leaves no trace."""

from datetime import date, timedelta

import pytest

from registry.assets.rules import Proof, ScheduleKind, Validity, validity
from registry.calibration import actions, queries, settling
from registry.calibration.models import CalibrationPoint
from registry.calibration.rules import CalibrationKind, DecisionRule, Outcome, RecordStatus
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from tests.conftest import TODAY
from tests.make import assets as make_assets
from tests.make import labs as make_labs
from tests.make.calibration import approve, calibration, values
from tests.people import PASSWORD
from tests.statements import sent

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("people", "session")


@pytest.fixture
def item(people, session):
    """A standard that is to be calibrated every twelve months and has no record yet."""
    return make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)


def recorded(asset, caller, certificate_no=None):
    """A passed calibration of today that somebody recorded."""
    make_labs.lab()
    return actions.record(
        asset=asset.tag,
        kind=CalibrationKind.CALIBRATION,
        performed_on=TODAY,
        lab=make_labs.LAB,
        outcome=Outcome.PASS,
        certificate_no=certificate_no,
        by=caller.person(),
    )


def held(asset):
    """The asset's calibration schedule."""
    schedule = queries.schedule_of(asset, ScheduleKind.CALIBRATION)
    assert schedule is not None
    return schedule


def state(asset):
    """What the asset's calibration schedule says, and the asset itself."""
    schedule = held(asset)
    assert (asset.proof, asset.due_on) == (schedule.proof, schedule.due_on)
    return schedule.proof, schedule.due_on, schedule.last_performed_on


@pytest.mark.parametrize(
    ("performed_on", "months", "due_on"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (TODAY, 12, date(2027, 6, 15)),
    ],
)
def test_a_good_record_moves_the_due_date_by_the_interval(performed_on, months, due_on):
    asset = make_assets.asset(schedules=[make_assets.schedule(interval_months=months)], proof=Proof.MISSING)
    made = calibration(asset, performed_on)
    assert (made.status, made.due_on, made.moved) == (RecordStatus.ISSUED, due_on, True)
    assert state(asset) == (Proof.GOOD, due_on, performed_on)


def test_a_printed_last_day_wins(item):
    calibration(item, TODAY, valid_until=TODAY)
    assert state(item) == (Proof.GOOD, TODAY, TODAY)
    assert validity(item.proof, item.due_on, TODAY) is Validity.DUE_SOON
    assert validity(item.proof, item.due_on, TODAY + DAY) is Validity.OVERDUE


def test_an_older_record_entered_late_does_not_rewind(item):
    calibration(item, date(2026, 3, 1))
    late = calibration(item, date(2025, 3, 1))
    assert (late.moved, late.due_on) == (False, date(2026, 3, 1))
    assert state(item) == (Proof.GOOD, date(2027, 3, 1), date(2026, 3, 1))
    failed_long_ago = calibration(item, date(2024, 3, 1), outcome=Outcome.FAIL)
    assert not failed_long_ago.moved
    assert item.proof is Proof.GOOD


def test_of_the_same_day_what_was_recorded_last_decides(item):
    calibration(item, TODAY, certificate_no="1", outcome=Outcome.FAIL)
    assert state(item)[0] is Proof.FAILED
    calibration(item, TODAY, certificate_no="2")
    assert state(item)[0] is Proof.GOOD


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.CONDITIONAL_FAIL])
def test_a_failed_newest_record_fails_the_asset_although_an_older_one_is_good(item, outcome):
    calibration(item, date(2026, 3, 1))
    calibration(item, TODAY, outcome=outcome)
    assert state(item) == (Proof.FAILED, None, TODAY)


def test_voiding_the_newest_lets_what_remains_decide(item):
    calibration(item, date(2026, 3, 1))
    newest = calibration(item, TODAY, outcome=Outcome.FAIL)
    actions.void(newest, reason="Ghi nhầm thiết bị", by=None)
    assert state(item) == (Proof.GOOD, date(2027, 3, 1), date(2026, 3, 1))
    assert (newest.status, newest.void_reason) == (RecordStatus.VOID, "Ghi nhầm thiết bị")
    assert newest in queries.history(item)


def test_voiding_the_only_record_leaves_none(item):
    actions.void(calibration(item, TODAY), reason="Nhầm", by=None)
    assert state(item) == (Proof.MISSING, None, None)


def test_a_record_is_voided_once_and_with_a_reason(item):
    made = calibration(item, TODAY)
    with pytest.raises(Invalid):
        actions.void(made, reason=" ", by=None)
    actions.void(made, reason="Nhầm", by=None)
    with pytest.raises(Conflict):
        actions.void(made, reason="Lại nhầm", by=None)


def test_a_changed_interval_does_not_move_what_was_said(item):
    calibration(item, date(2026, 3, 1))
    newest = calibration(item, TODAY)
    held(item).interval = 6
    actions.void(newest, reason="Nhầm", by=None)
    assert item.due_on == date(2027, 3, 1)


def test_a_record_of_a_kind_without_a_schedule_is_kept_and_moves_nothing(item):
    made = calibration(item, TODAY, kind=CalibrationKind.VERIFICATION)
    assert (made.moved, made.due_on) == (False, None)
    assert state(item) == (Proof.MISSING, None, None)


def test_a_schedule_set_up_after_its_records_is_decided_by_the_next_night():
    asset = make_assets.asset(schedules=[])
    calibration(asset, date(2026, 3, 1))
    assert (asset.proof, asset.due_on) == (Proof.GOOD, None)
    asset.schedules.append(make_assets.schedule(interval_months=6))
    db.session.flush()
    assert (settling.adopt_records(), settling.adopt_records()) == (1, 0)
    assert state(asset) == (Proof.GOOD, date(2026, 9, 1), date(2026, 3, 1))


def test_calibration_and_verification_do_not_replace_each_other():
    kinds = (ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION)
    asset = make_assets.asset(schedules=[make_assets.schedule(kind) for kind in kinds], proof=Proof.MISSING)
    calibration(asset, TODAY)
    assert asset.proof is Proof.MISSING
    calibration(asset, TODAY - DAY, kind=CalibrationKind.VERIFICATION)
    assert (asset.proof, asset.due_on) == (Proof.GOOD, date(2027, 6, 14))


def test_a_certificate_is_recorded_once_unless_the_record_was_void(item):
    made = calibration(item, TODAY, certificate_no="GCN “07/Đ”")
    with pytest.raises(Conflict) as refusal:
        calibration(item, TODAY - DAY, certificate_no="GCN “07/Đ”")
    assert str(made.id) in refusal.value.detail
    calibration(make_assets.asset(), TODAY, certificate_no="GCN “07/Đ”")
    actions.void(made, reason="Sai ngày", by=None)
    assert calibration(item, TODAY - DAY, certificate_no="GCN “07/Đ”").moved


def test_a_certificate_is_the_same_in_other_letter_case_and_spacing(item):
    calibration(item, TODAY, certificate_no="KĐ 07/Đ")
    draft = calibration(item, TODAY, certificate_no=None)
    for number in ("kđ 07/đ", " KĐ  07/Đ ", "Kđ 07/Đ"):
        with pytest.raises(Conflict):
            calibration(item, TODAY, certificate_no=number)
        with pytest.raises(Conflict):
            approve(draft, certificate_no=number, by=None)
    assert calibration(item, TODAY, certificate_no="KD 07/D").moved


def test_an_owners_own_check_is_recorded_once_too():
    asset = make_assets.asset(schedules=[make_assets.schedule(ScheduleKind.INTERMEDIATE_CHECK)], proof=Proof.MISSING)
    check = {"kind": CalibrationKind.INTERMEDIATE_CHECK, "lab": None, "certificate_no": "KT-1"}
    assert calibration(asset, TODAY, **check).moved
    with pytest.raises(Conflict):
        calibration(asset, TODAY, **check)


def test_a_draft_moves_nothing_until_a_second_person_approves_it(item, people):
    technician, keeper = people.technician.person(), people.keeper.person()
    draft = recorded(item, people.technician)
    assert (draft.status, draft.due_on, draft.moved, item.proof) == (RecordStatus.DRAFT, None, False, Proof.MISSING)
    with pytest.raises(Forbidden):
        approve(draft, certificate_no="1", by=technician)
    approve(draft, certificate_no="1", password=PASSWORD, by=keeper)
    assert (draft.status, draft.moved, draft.approved_by_id) == (RecordStatus.ISSUED, True, keeper.id)
    assert state(item) == (Proof.GOOD, date(2027, 6, 15), TODAY)
    with pytest.raises(Conflict):
        approve(draft, certificate_no="2", by=keeper)


def test_who_recorded_a_result_does_not_approve_it_even_as_a_manager(item, people):
    draft = recorded(item, people.keeper)
    with pytest.raises(Forbidden):
        approve(draft, certificate_no="1", by=people.keeper.person())


def test_a_draft_is_not_issued_under_a_certificate_that_is_recorded(item):
    calibration(item, TODAY, certificate_no="1")
    draft = calibration(item, TODAY, certificate_no=None)
    with pytest.raises(Conflict):
        approve(draft, certificate_no="1", by=None)


def test_how_a_standard_stood_on_that_day_is_kept(item):
    standard = make_assets.asset(schedules=[make_assets.schedule()], proof=Proof.MISSING)
    calibration(standard, date(2024, 6, 14))
    on_its_last_day = calibration(item, date(2025, 6, 14), standards=[standard.tag.lower()])
    a_day_later = calibration(item, date(2025, 6, 15), standards=[standard.tag])
    calibration(standard, TODAY, outcome=Outcome.FAIL)
    stood = [(used.was_valid, used.due_on_then) for made in (on_its_last_day, a_day_later) for used in made.standards]
    assert stood == [(True, date(2025, 6, 14)), (False, date(2025, 6, 14))]


@pytest.mark.parametrize("given", ["itself", "twice", "unknown", "mistyped"])
def test_a_standard_is_another_asset_listed_once(item, given):
    standard = make_assets.asset()
    listed = {
        "itself": [standard.tag, item.tag],
        "twice": [standard.tag, standard.tag],
        "unknown": [standard.tag, "00000000000"],
        "mistyped": [standard.tag, "nonsense"],
    }[given]
    with pytest.raises(Invalid) as refusal:
        calibration(item, TODAY, standards=listed)
    assert list(refusal.value.errors or {}) == ["standards.1"]


def test_points_keep_their_digits(item):
    numbers = {"nominal": "100.000", "reference": "0.00000010", "indication": "-0.0"}
    given = values(**numbers)
    made = calibration(item, TODAY, points=[given], decision_rule=DecisionRule.SIMPLE)
    db.session.expire_all()
    kept = db.session.get_one(CalibrationPoint, made.points[0].id)
    assert {field: f"{getattr(kept, field):f}" for field in numbers} == numbers


def test_a_record_of_many_points_takes_a_fixed_number_of_statements(item):
    make_labs.lab()
    counts = {}
    measured = values(nominal="1", indication="1.0", lower_limit="-1", upper_limit="1")
    for points in (1, 2, 10_000):
        with sent() as statements:
            calibration(item, TODAY, certificate_no=f"{points}", points=[measured] * points)
        counts[points] = len(statements)
    assert counts[10_000] == counts[2]


def test_what_was_recorded_and_what_moved_is_in_the_audit(item, people):
    made = recorded(item, people.keeper, certificate_no="1")
    (entry,) = audit.history("calibration", made.id)
    assert (entry.action, entry.actor) == ("calibration.record", "Keeper")
    assert entry.changes["asset"] == [None, item.tag]
    assert entry.changes["certificate_no"] == [None, "1"]
    moved = audit.history("asset", item.tag)[0]
    assert moved.changes["calibration.due_on"] == [None, "2027-06-15"]


def test_a_stranger_cannot_read_a_record_and_the_laboratory_that_made_it_can(item, people):
    calibration(item, TODAY)
    elsewhere = make_labs.lab("XA", organisation="DN-XA")
    theirs = calibration(item, TODAY - DAY, lab=elsewhere.code)
    stranger = people.stranger.person()
    assert queries.by_id(stranger, theirs.id) is theirs
    assert [made.id for made in queries.page_of(stranger).items] == [theirs.id]
    ours = next(made for made in queries.history(item) if made is not theirs)
    with pytest.raises(NotFound):
        queries.by_id(stranger, ours.id)
