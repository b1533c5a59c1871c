"""Cases: what opens one, what is in it, what is decided, and the marks that stay until then."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from registry.assets.lifecycle import actions as lifecycle
from registry.assets.lifecycle.rules import FaultKind
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration import actions as calibrations
from registry.calibration.cases import actions, queries
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import Bearing, CaseState, Disposition, Significance, Trigger
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Outcome, RecordStatus, Stage
from registry.calibration.traceability.models import Reliance
from registry.jobs import work
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from tests.make import chain as make
from tests.make.calibration import approve
from tests.people import PASSWORD

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
GOOD_DAY = TODAY - 100 * DAY
OK = {"u": "0.3", "limit": "1"}


@pytest.fixture
def weight(people, session) -> Asset:
    """A standard that was good a hundred days ago."""
    made = make.standard("F1", characteristics=[])
    make.used(made, GOOD_DAY, points=[make.point("1000", "0.01", limit="0.1"), make.point("2000", limit="0.1")])
    return made


def only_case() -> Case:
    return db.session.scalars(select(Case)).one()


def items(case: Case) -> dict[int, CaseItem]:
    found = db.session.scalars(select(CaseItem).where(CaseItem.case_id == case.id)).all()
    return {item.asset_id: item for item in found}


def bearings(case: Case) -> dict[int, Bearing]:
    return {asset: item.bearing for asset, item in items(case).items()}


def found_bad(weight: Asset, *points, **said) -> Calibration:
    return make.failed(weight, TODAY, *(points or [make.point("2000", "0.5", limit="0.1")]), **said)


def test_a_failing_result_opens_a_case_about_what_relied_on_it_since_it_was_good(weight):
    before, on_the_day, later = (make.standard() for _item in range(3))
    make.used(before, GOOD_DAY - DAY, weight)
    make.used(on_the_day, GOOD_DAY, weight)
    make.used(later, TODAY, weight)
    failing = found_bad(weight)
    case = only_case()
    assert (case.trigger, case.calibration_id, case.state) == (Trigger.RESULT, failing.id, CaseState.OPEN)
    assert (case.from_on, case.until_on) == (GOOD_DAY, None)
    assert items(case).keys() == {on_the_day.id, later.id}


def test_an_item_that_was_adjusted_and_left_good_puts_only_the_past_in_doubt(weight):
    item = make.standard()
    make.used(item, TODAY - DAY, weight)
    found = make.point("2000", "0.5", limit="0.1")
    left = make.point("2000", limit="0.1", stage=Stage.AS_LEFT)
    make.used(weight, TODAY, points=[found, left], adjusted=True, outcome=Outcome.PASS)
    assert only_case().until_on == TODAY


@pytest.mark.parametrize(
    ("outcome", "points", "opens"),
    [
        (Outcome.FAIL, [], True),
        (Outcome.CONDITIONAL_FAIL, [], True),
        (Outcome.PASS, [], False),
        (Outcome.PASS, [make.point("1", "0.1", limit="0.1")], False),
        (Outcome.PASS, [make.point("1", "-0.101", limit="0.1")], True),
        (Outcome.FAIL, [make.point("1", "0.1", limit="0.1")], True),
        (Outcome.FAIL, [make.point("1", limit="1"), make.point("1", "9", limit="1", stage=Stage.AS_LEFT)], False),
        (Outcome.NONE, [make.point("1", "9")], False),
    ],
)
def test_a_case_is_about_what_was_out_of_tolerance_as_found(weight, outcome, points, opens):
    make.used(make.standard(), TODAY - DAY, weight)
    make.used(weight, TODAY, outcome=outcome, points=points)
    assert db.session.scalar(select(func.count()).select_from(Case)) == int(opens)


def test_what_nobody_relied_on_needs_no_case(weight):
    make.used(make.standard(), GOOD_DAY - DAY, weight)
    found_bad(weight)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0


def test_a_draft_opens_its_case_when_it_is_approved(weight, people):
    make.used(make.standard(), TODAY - DAY, weight)
    draft = found_bad(weight, certificate_no=None)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 0
    approve(draft, certificate_no="9", password=PASSWORD, by=people.keeper.person())
    assert only_case().calibration_id == draft.id


def test_a_good_intermediate_check_shows_that_a_standard_was_good(weight):
    make.used(weight, TODAY - 20 * DAY, lab=None, kind=CalibrationKind.INTERMEDIATE_CHECK)
    make.used(make.standard(), TODAY - 30 * DAY, weight)
    make.used(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    assert only_case().from_on == TODAY - 20 * DAY
    assert len(items(only_case())) == 1


def test_everything_is_found_at_any_depth_once_and_amended_records_too(weight):
    below, depths = weight, {}
    for step in range(1, 6):
        item = make.standard(f"{step}")
        make.used(item, TODAY - (10 - step) * DAY, below)
        depths[item.id], below = step, item
    amended = make.used(make.standard(), TODAY - DAY, weight)
    amended.status = RecordStatus.AMENDED
    depths[amended.asset_id] = 1
    twice = make.standard()
    make.used(twice, TODAY - DAY, weight, below)
    depths[twice.id] = 1
    found_bad(weight)
    assert {asset: item.depth for asset, item in items(only_case()).items()} == depths


def test_a_later_good_record_of_an_item_ends_what_rests_on_the_doubtful_one(weight):
    item, after = make.standard(), make.standard()
    make.used(item, TODAY - 9 * DAY, weight)
    make.used(item, TODAY - 5 * DAY)
    make.used(after, TODAY - DAY, item)
    found_bad(weight)
    assert items(only_case()).keys() == {item.id}
    assert item.doubt is None


def test_a_ring_of_before_they_were_refused_ends(weight):
    first, second = make.standard(), make.standard()
    below = make.used(first, TODAY - DAY, weight)
    above = make.used(second, TODAY - DAY, first)
    db.session.add(
        Reliance(child_id=below.id, standard_id=second.id, performed_on=below.performed_on, parent_id=above.id)
    )
    db.session.flush()
    found_bad(weight)
    assert items(only_case()).keys() == {first.id, second.id}


def test_only_the_range_that_was_bad_is_affected_and_good_points_end_it(weight):
    inside, at_the_good_point, outside, unknown = (make.standard() for _item in range(4))
    make.used(inside, TODAY - DAY, weight, points=[make.point("1000.001", **OK)])
    make.used(at_the_good_point, TODAY - DAY, weight, points=[make.point("1000", **OK)])
    make.used(outside, TODAY - DAY, weight, points=[make.point("500", **OK)])
    make.used(unknown, TODAY - DAY, weight)
    found_bad(weight, make.point("1000", limit="0.1"), make.point("2000", "0.5", limit="0.1"))
    assert bearings(only_case()) == {
        inside.id: Bearing.WITHIN,
        at_the_good_point.id: Bearing.OUTSIDE,
        outside.id: Bearing.OUTSIDE,
        unknown.id: Bearing.UNKNOWN,
    }
    (bad,) = only_case().ranges
    assert (bad.low, bad.high, bad.shift) == (Decimal(1000), None, Decimal("0.5"))


def test_only_the_points_that_were_measured_with_the_standard_are_judged(weight):
    other = make.standard()
    with_another, with_both = make.standard(), make.standard()
    both = make.point("500", **OK, standard=weight.tag), make.point("2000", **OK, standard=other.tag)
    make.used(with_another, TODAY - DAY, weight, other, points=both)
    make.used(with_both, TODAY - DAY, weight, other, points=[both[0], make.point("2000", **OK)])
    found_bad(weight, make.point("1000", limit="0.1"), make.point("2000", "0.5", limit="0.1"))
    assert bearings(only_case()) == {with_another.id: Bearing.OUTSIDE, with_both.id: Bearing.WITHIN}


def test_what_relied_only_on_results_outside_the_range_is_left_out(weight):
    outside, inside, below, of_both = (make.standard() for _item in range(4))
    make.used(outside, TODAY - 9 * DAY, weight, points=[make.point("500", **OK)])
    make.used(inside, TODAY - 9 * DAY, weight, points=[make.point("2000", **OK)])
    make.used(below, TODAY - 5 * DAY, outside, points=[make.point("2000", **OK)])
    make.used(of_both, TODAY - 5 * DAY, outside, inside, points=[make.point("2000", **OK)])
    found_bad(weight, make.point("1000", limit="0.1"), make.point("2000", "0.5", limit="0.1"))
    found = bearings(only_case())
    assert (found[below.id], found[of_both.id]) == (Bearing.UPSTREAM_OUTSIDE, Bearing.WITHIN)


def test_a_quantity_the_standard_measures_too_and_that_was_good_is_not_affected(weight):
    hygrometer = make.standard("Nhiệt ẩm kế")
    make.used(hygrometer, GOOD_DAY)
    humidity = {"quantity": "Độ ẩm", "unit": "%[RH]"}
    temperature = {"quantity": "Nhiệt độ", "unit": "Cel"}
    humid, warm, weighed = (make.standard() for _item in range(3))
    make.used(humid, TODAY - DAY, hygrometer, points=[make.point("50", **OK, **humidity)])
    make.used(warm, TODAY - DAY, hygrometer, points=[make.point("293.15", **OK, quantity="Nhiệt độ", unit="K")])
    make.used(weighed, TODAY - DAY, hygrometer, points=[make.point("20", **OK)])
    make.failed(
        hygrometer,
        TODAY,
        make.point("20", "2", limit="0.5", **temperature),
        make.point("50", limit="3", **humidity),
    )
    assert bearings(only_case()) == {
        humid.id: Bearing.OUTSIDE,
        warm.id: Bearing.WITHIN,
        weighed.id: Bearing.UNKNOWN,
    }


def test_a_set_is_in_doubt_with_its_component_and_a_component_with_its_set(people, session):
    box = make.standard("Bộ")
    weight = make.standard("20 kg", parent_id=box.id)
    make.used(weight, GOOD_DAY)
    item = make.standard()
    make.used(item, TODAY - DAY, box)
    found_bad(weight)
    assert items(only_case()).keys() == {item.id}


def test_an_item_bears_a_mark_until_it_is_disposed_of_and_one_to_be_recalled_until_it_is_done_again(weight, people):
    item, other = make.standard(), make.standard()
    make.used(item, TODAY - DAY, weight)
    make.used(other, TODAY - DAY, weight)
    found_bad(weight)
    case, keeper = only_case(), people.keeper.person()
    db.session.refresh(item)
    assert item.doubt is Doubt.IN_DOUBT
    keys = {asset: one.id for asset, one in items(case).items()}
    said = {"reason": "Đã tính lại", "by": keeper}
    actions.dispose(case, disposition=Disposition.NO_EFFECT, items=[keys[item.id]], **said)
    actions.dispose(case, disposition=Disposition.RECALL, items=[keys[other.id]], **said)
    db.session.expire_all()
    assert (item.doubt, other.doubt) == (None, Doubt.RECALL)
    decided = items(case)[other.id]
    assert (decided.disposed_actor, decided.disposition_reason) == ("Keeper", "Đã tính lại")
    make.used(other, TODAY)
    assert other.doubt is None


def test_a_voided_record_brings_back_the_mark_on_the_one_before_it(weight):
    item = make.standard()
    make.used(item, TODAY - DAY, weight)
    found_bad(weight)
    good = make.used(item, TODAY)
    db.session.refresh(item)
    assert item.doubt is None
    calibrations.void(good, reason="Nhầm", by=None)
    assert item.doubt is Doubt.IN_DOUBT


def test_a_case_whose_record_is_voided_is_withdrawn_with_its_marks(weight):
    item = make.standard()
    make.used(item, TODAY - DAY, weight)
    failing = found_bad(weight)
    calibrations.void(failing, reason="Nhầm số", by=None)
    case = only_case()
    db.session.refresh(item)
    assert (case.state, item.doubt) == (CaseState.WITHDRAWN, None)
    with pytest.raises(Conflict):
        actions.sign_off(case, conclusion="…", by=None)


def test_what_is_issued_while_a_case_is_open_joins_it(weight):
    first, direct, below = make.standard(), make.standard(), make.standard()
    make.used(first, TODAY - 9 * DAY, weight)
    found_bad(weight)
    make.used(direct, TODAY - DAY, weight)
    make.used(below, TODAY, direct)
    make.used(make.standard(), GOOD_DAY - DAY, weight)
    assert {asset: item.depth for asset, item in items(only_case()).items()} == {first.id: 1, direct.id: 1, below.id: 2}


def test_a_case_is_signed_off_when_everything_in_it_is_decided(weight, people):
    for _number in range(3):
        make.used(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    case, keeper = only_case(), people.keeper.person()
    with pytest.raises(Conflict, match="3"):
        actions.sign_off(case, conclusion="Xong", password=PASSWORD, by=keeper)
    number = actions.dispose(
        case, disposition=Disposition.NO_EFFECT, reason="…", significance=Significance.UNKNOWN, by=keeper
    )
    assert number == 3
    actions.sign_off(case, conclusion="Không ảnh hưởng", password=PASSWORD, by=keeper)
    assert (case.state, case.closed_actor, case.conclusion) == (CaseState.CLOSED, "Keeper", "Không ảnh hưởng")
    for act in (
        lambda: actions.sign_off(case, conclusion="…", password=PASSWORD, by=keeper),
        lambda: actions.dispose(case, disposition=Disposition.RECALL, reason="…", items=[1], by=keeper),
    ):
        with pytest.raises(Conflict):
            act()


def test_only_a_manager_of_its_owner_decides(weight, people):
    make.used(make.standard(), TODAY - DAY, weight)
    found_bad(weight)
    case = only_case()
    for name in ("technician", "inspector", "planner", "stranger"):
        person = getattr(people, name).person()
        with pytest.raises(Forbidden):
            actions.dispose(case, disposition=Disposition.RECALL, reason="…", items=[1], by=person)
        with pytest.raises(Forbidden):
            actions.sign_off(case, conclusion="…", by=person)
        with pytest.raises(Forbidden):
            actions.open_case(weight, reason="…", by=person)


def test_nothing_is_decided_without_a_reason_or_about_what_is_not_in_the_case(weight, people):
    outside = make.standard()
    make.used(outside, TODAY - DAY, weight, points=[make.point("500", **OK)])
    found_bad(weight, make.point("1000", limit="0.1"), make.point("2000", "0.5", limit="0.1"))
    case, keeper = only_case(), people.keeper.person()
    with pytest.raises(Invalid, match="reason"):
        actions.dispose(case, disposition=Disposition.RECALL, reason=" ", items=[1], by=keeper)
    (item,) = items(case).values()
    with pytest.raises(Invalid, match=r"items\.1"):
        actions.dispose(case, disposition=Disposition.RECALL, reason="…", items=[item.id, 999999], by=keeper)


def test_a_fault_of_what_others_relied_on_opens_a_case_once_and_concludes_the_look(weight, people):
    item = make.standard()
    make.used(item, TODAY - DAY, weight)
    keeper = people.keeper.person()
    fault = lifecycle.report_fault(weight, kind=FaultKind.DAMAGE, description="Rơi", by=keeper)
    db.session.commit()
    assert work.one()
    case = only_case()
    assert (case.trigger, case.fault_id, case.reason, case.actor) == (Trigger.FAULT, fault.id, "Rơi", "Keeper")
    assert actions.fault_reported(fault) is None
    keys = [one.id for one in items(case).values()]
    actions.dispose(case, disposition=Disposition.RECALIBRATE, reason="…", items=keys, by=keeper)
    actions.sign_off(case, conclusion="Hiệu chuẩn lại", password=PASSWORD, by=keeper)
    assert (fault.impact_conclusion, fault.impact_actor) == ("Hiệu chuẩn lại", "Keeper")


def test_a_manager_opens_a_case_by_hand_about_any_days_and_ranges(weight, people):
    inside, outside = make.standard(), make.standard()
    make.used(inside, GOOD_DAY - DAY, weight, points=[make.point("2", **OK, unit="kg")])
    make.used(outside, GOOD_DAY - DAY, weight, points=[make.point("3", **OK, unit="kg")])
    bad = {"quantity": "Khối lượng", "unit": "g", "low": None, "high": Decimal(3000), "shift": Decimal(1)}
    case = actions.open_case(
        weight, reason="Nghi ngờ", since=GOOD_DAY - DAY, until=GOOD_DAY, ranges=[bad], by=people.keeper.person()
    )
    assert bearings(case) == {inside.id: Bearing.WITHIN, outside.id: Bearing.OUTSIDE}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"since": TODAY + DAY}, "since"),
        ({"until": TODAY + DAY}, "until"),
        ({"since": TODAY, "until": TODAY - DAY}, "until"),
        ({"until": GOOD_DAY - DAY}, "until"),
    ],
)
def test_what_is_wrong_about_a_case_by_hand_is_named(weight, people, said, field):
    with pytest.raises(Invalid, match=field):
        actions.open_case(weight, **{"reason": "…"} | said, by=people.keeper.person())


def test_those_who_are_concerned_are_the_owners_with_their_items(weight, people):
    mine, theirs = make.standard(), make.standard(owner="DN-XA")
    make.used(mine, TODAY - DAY, weight)
    make.used(theirs, TODAY - DAY, weight)
    found_bad(weight)
    concerned = {owner.code: [item.asset_id for item in found] for owner, found in queries.concerned(only_case())}
    assert concerned == {"TTDL": [mine.id], "DN-XA": [theirs.id]}
