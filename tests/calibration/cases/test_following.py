"""Cases follow the records: what comes late, what is amended, and when a standard is good again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select

from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration import actions as calibrations
from registry.calibration.cases import actions, queries
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import CaseState, Disposition, Significance
from registry.calibration.cases.signed import earlier_sign_offs
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Outcome, RecordStatus, Stage
from registry.calibration.traceability import impact
from registry.calibration.traceability.models import Reliance
from registry.kernel import audit, clock
from registry.kernel.db import db
from tests.make import chain as make
from tests.people import PASSWORD

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
GOOD_DAY = TODAY - 100 * DAY
BAD = make.point("2000", "0.5", limit="0.1")
FINE = make.point("1000", limit="0.1")


@pytest.fixture
def weight(people, session) -> Asset:
    """A standard that was good a hundred days ago, and on which one item relied since."""
    made = make.standard("F1", characteristics=[])
    make.used(made, GOOD_DAY, points=[FINE])
    make.used(make.standard(), TODAY - 9 * DAY, made)
    return made


def cases() -> list[Case]:
    return list(db.session.scalars(select(Case).order_by(Case.id)))


def item_of(record) -> CaseItem | None:
    return db.session.scalar(
        select(CaseItem).where(CaseItem.calibration_id == record.id).execution_options(populate_existing=True)
    )


def decided(case: Case, disposition: Disposition, by) -> None:
    said = {"significance": Significance.UNKNOWN, "reason": "…", "by": by}
    actions.dispose(case, disposition=disposition, **said)


def signed_off(weight: Asset, by, *points, disposition: Disposition = Disposition.NO_EFFECT) -> Case:
    make.failed(weight, TODAY, *(points or [BAD]))
    (case,) = cases()
    decided(case, disposition, by)
    db.session.expire_all()
    return actions.sign_off(case, conclusion="Xong", password=PASSWORD, by=by)


def deeds(case: Case) -> list[str]:
    return [entry.action for entry in audit.history("case", case.id)]


def test_what_is_recorded_late_opens_a_case_again_that_was_signed_off(weight, people):
    case = signed_off(weight, people.keeper.person())
    late = make.standard()
    record = make.used(late, TODAY - DAY, weight)
    db.session.refresh(late)
    assert (case.state, case.conclusion, case.closed_actor) == (CaseState.OPEN, None, None)
    assert (late.doubt, queries.progress(case).open) == (Doubt.IN_DOUBT, 1)
    entry = audit.history("case", case.id)[0]
    assert entry.action == "case.reopen"
    assert (entry.changes["conclusion"], entry.changes["record"]) == (["Xong", None], [None, record.id])
    decided(case, Disposition.NO_EFFECT, people.keeper.person())
    actions.sign_off(case, conclusion="Xong lần nữa", password=PASSWORD, by=people.keeper.person())
    assert case.state is CaseState.CLOSED
    (earlier,) = earlier_sign_offs(case)
    assert (earlier.conclusion, earlier.actor) == ("Xong", people.keeper.person().name)
    assert earlier.at <= earlier.ended_at
    assert str(record.id) in earlier.why


def test_what_is_outside_of_its_days_or_its_range_leaves_a_case_signed_off(weight, people):
    case = signed_off(weight, people.keeper.person(), FINE, BAD)
    make.used(make.standard(), GOOD_DAY - DAY, weight)
    make.used(make.standard(), TODAY - DAY, weight, points=[make.point("500", u="0.3", limit="1")])
    assert (case.state, deeds(case)[0]) == (CaseState.CLOSED, "case.sign_off")


@pytest.mark.parametrize(
    ("disposition", "state"), [(Disposition.NO_EFFECT, CaseState.CLOSED), (Disposition.RECALL, CaseState.OPEN)]
)
def test_what_relied_on_an_item_comes_late_only_if_that_was_bad(weight, people, disposition, state):
    item = make.standard()
    make.used(item, TODAY - 9 * DAY, weight)
    case = signed_off(weight, people.keeper.person(), disposition=disposition)
    make.used(make.standard(), TODAY - DAY, item)
    assert case.state is state


def amended(record, day, *standards, **said):
    return make.used(record.asset, day, *standards, amends=record.id, amendment_reason="Sửa", **said)


def test_an_amendment_stays_in_an_open_case_whatever_it_says(weight):
    undecided = make.used(make.standard(), TODAY - DAY, weight, points=[make.point("2000", u="0.3", limit="1")])
    make.failed(weight, TODAY, FINE, BAD)
    made = amended(undecided, TODAY - DAY, points=[make.point("500", u="0.3", limit="1")])
    joined = item_of(made)
    assert (joined.depth, joined.disposition, joined.doubt) == (1, None, Doubt.IN_DOUBT)
    db.session.refresh(made.asset)
    assert made.asset.doubt is Doubt.IN_DOUBT


def test_an_amendment_takes_no_recall_away_while_a_case_is_open_or_when_it_is_signed_off(weight, people):
    recalled = make.used(make.standard(), TODAY - DAY, weight)
    make.failed(weight, TODAY, BAD)
    (case,) = cases()
    decided(case, Disposition.RECALL, people.keeper.person())
    db.session.expire_all()
    first = amended(recalled, TODAY - DAY)
    assert (item_of(first).disposition, item_of(first).doubt) == (Disposition.RECALL, Doubt.RECALL)
    actions.sign_off(case, conclusion="Xong", password=PASSWORD, by=people.keeper.person())
    second = amended(first, TODAY - DAY, weight)
    carried = item_of(second)
    assert (carried.disposition, carried.disposed_actor, carried.doubt) == (
        Disposition.RECALL,
        "Keeper",
        Doubt.RECALL,
    )
    db.session.refresh(second.asset)
    assert (second.asset.doubt, case.state) == (Doubt.RECALL, CaseState.CLOSED)


def test_that_something_has_no_effect_is_decided_anew_about_an_amendment(weight, people):
    item = make.used(make.standard(), TODAY - DAY, weight)
    make.failed(weight, TODAY, BAD)
    decided(cases()[0], Disposition.NO_EFFECT, people.keeper.person())
    db.session.expire_all()
    made = amended(item, TODAY - DAY, weight)
    assert (item_of(made).disposition, item_of(made).doubt) == (None, Doubt.IN_DOUBT)


LEFT = {"stage": Stage.AS_LEFT, "limit": "0.1"}


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.CONDITIONAL_PASS, Outcome.NONE])
@pytest.mark.parametrize(
    ("left", "until"),
    [
        ([], None),
        ([make.point("2000", "0.11", **LEFT)], None),
        ([make.point("2000", stage=Stage.AS_LEFT)], None),
        ([make.point("2000", **LEFT | {"quantity": "Lực", "unit": "N"})], None),
        ([make.point("2000", "0.1", **LEFT)], TODAY),
    ],
)
def test_a_failing_result_ends_no_doubt_unless_it_was_good_as_left(weight, outcome, left, until):
    make.used(weight, TODAY, points=[BAD, *left], outcome=outcome)
    assert [(case.from_on, case.until_on) for case in cases()] == [(GOOD_DAY, until)]


def test_a_declared_pass_whose_points_fail_is_no_last_good_result(weight):
    make.used(weight, TODAY - 5 * DAY, points=[BAD])
    make.failed(weight, TODAY, BAD)
    assert [(case.from_on, case.until_on) for case in cases()] == [(GOOD_DAY, None)] * 2


def test_a_good_result_ends_the_days_in_doubt_and_what_is_measured_later_joins_no_case(weight, people):
    case = signed_off(weight, people.keeper.person())
    make.used(weight, TODAY, points=[FINE], certificate_no="Tốt")
    assert (case.until_on, case.state, deeds(case)[0]) == (TODAY, CaseState.CLOSED, "case.end")


def test_a_case_follows_the_amendment_of_the_record_that_opened_it(weight, people):
    case = signed_off(weight, people.keeper.person())
    failing = case.calibration
    made = amended(failing, TODAY, points=[FINE, BAD], outcome=Outcome.FAIL)
    assert [(one.id, one.calibration_id, one.state) for one in cases()] == [(case.id, made.id, CaseState.OPEN)]
    (bad,) = case.ranges
    assert (bad.low, case.conclusion, queries.progress(case).disposed) == (1000, None, 1)
    assert deeds(case)[0] == "case.follow"
    (earlier,) = earlier_sign_offs(case)
    assert (earlier.conclusion, made.amendment_reason in earlier.why) == ("Xong", True)


@pytest.mark.parametrize("is_signed_off", [False, True])
def test_a_case_is_withdrawn_when_an_amendment_fails_no_more(weight, people, is_signed_off):
    item = make.used(make.standard(), TODAY - DAY, weight)
    if is_signed_off:
        case = signed_off(weight, people.keeper.person(), disposition=Disposition.RECALL)
    else:
        make.failed(weight, TODAY, BAD)
        (case,) = cases()
    amended(case.calibration, TODAY, points=[FINE])
    db.session.refresh(item.asset)
    assert (case.state, item.asset.doubt, item_of(item).doubt) == (CaseState.WITHDRAWN, None, None)
    assert (len(cases()), deeds(case)[0]) == (1, "case.withdraw")


def test_a_signed_off_case_whose_record_is_voided_says_so_and_loses_its_marks(weight, people):
    item = make.used(make.standard(), TODAY - DAY, weight)
    case = signed_off(weight, people.keeper.person(), disposition=Disposition.RECALL)
    calibrations.void(case.calibration, reason="Nhầm số", by=None)
    db.session.refresh(item.asset)
    entry = audit.history("case", case.id)[0]
    assert (entry.action, entry.changes["state"]) == ("case.withdraw", ["closed", "withdrawn"])
    assert "Nhầm số" in entry.changes["conclusion"][1]
    assert item.asset.doubt is None


LONG = 45


@pytest.fixture
def chained(weight) -> Asset:
    """A standard at the upper end of a chain of results, each of which relied on the one before it."""
    item = make.standard()
    said = {"kind": CalibrationKind.TESTING, "outcome": Outcome.PASS, "status": RecordStatus.ISSUED, "note": ""}
    said |= {"asset_id": item.id, "performed_on": TODAY - DAY, "recorded_at": clock.now(), "search": "", "moved": False}
    db.session.execute(insert(Calibration), [said | {"certificate_no": f"T-{step}"} for step in range(LONG)])
    keys = db.session.scalars(select(Calibration.id).where(Calibration.asset_id == item.id).order_by(Calibration.id))
    above, edges = None, []
    for key in keys.all():
        standard = weight.id if above is None else item.id
        edges.append({"child_id": key, "parent_id": above, "standard_id": standard, "performed_on": TODAY - DAY})
        above = key
    db.session.execute(insert(Reliance), edges)
    return weight


@pytest.mark.parametrize(("most", "deepest"), [(impact.MOST_STEPS, LONG), (LONG, LONG), (LONG - 1, LONG - 1)])
def test_a_chain_is_followed_to_its_end_and_where_it_is_not_that_is_said(chained, monkeypatch, most, deepest):
    monkeypatch.setattr(impact, "MOST_STEPS", most)
    make.failed(chained, TODAY, BAD)
    (case,) = cases()
    depths = db.session.scalars(select(CaseItem.depth).where(CaseItem.case_id == case.id)).all()
    is_cut = deepest < LONG
    assert (max(depths), case.problem is not None) == (deepest, is_cut)
    shown = impact.of(chained, since=GOOD_DAY, limit=100)
    assert (shown.page.items[-1].depth, shown.cut_at) == (deepest, most if is_cut else None)
    assert impact.of(chained, since=GOOD_DAY, limit=5).cut_at is None


def signed_off_since(weight: Asset, by, good: Calibration) -> Case:
    """A case whose window starts at a good record, signed off."""
    make.failed(weight, TODAY, BAD)
    (case,) = cases()
    assert case.last_good_id == good.id
    decided(case, Disposition.NO_EFFECT, by)
    db.session.expire_all()
    return actions.sign_off(case, conclusion="Xong", password=PASSWORD, by=by)


@pytest.mark.parametrize("is_signed_off", [False, True])
def test_voiding_the_last_good_result_widens_the_window_and_opens_a_case_again(weight, people, is_signed_off):
    by = people.keeper.person()
    good = make.used(weight, TODAY - 20 * DAY, points=[make.point("2000", "0.2", limit="0.3")])
    earlier = make.used(make.standard(), TODAY - 50 * DAY, weight)
    if is_signed_off:
        case = signed_off_since(weight, by, good)
    else:
        make.failed(weight, TODAY, BAD)
        (case,) = cases()
    assert (case.from_on, item_of(earlier)) == (good.performed_on, None)
    calibrations.void(good, reason="sai chuẩn", password=PASSWORD, by=by)
    assert (case.from_on, case.last_good.performed_on) == (GOOD_DAY, GOOD_DAY)
    assert (case.state, case.closed_at, case.conclusion) == (CaseState.OPEN, None, None)
    told = [(one.conclusion, "sai chuẩn" in one.why) for one in earlier_sign_offs(case)]
    assert told == [("Xong", True)] * is_signed_off
    assert item_of(earlier).doubt is Doubt.IN_DOUBT
    assert case.ranges[0].shift == Decimal("0.5")
    assert len(cases()) == 1


def test_an_amendment_that_is_good_no_more_widens_the_window_too(weight):
    good = make.used(weight, TODAY - 20 * DAY, points=[FINE])
    make.failed(weight, TODAY, BAD)
    again = {"amends": good.id, "amendment_reason": "đọc sai"}
    make.used(weight, good.performed_on, points=[FINE], certificate_no="A", **again)
    (case,) = cases()
    assert case.from_on == good.performed_on
    good = case.last_good
    again = {"amends": case.last_good_id, "amendment_reason": "đọc sai nữa"}
    make.used(weight, case.from_on, points=[BAD], outcome=Outcome.PASS, certificate_no="B", **again)
    assert cases()[0].from_on == GOOD_DAY


def test_voiding_the_only_record_of_what_others_relied_on_opens_a_doubt_until_another_says_it_was_good(weight, people):
    item = db.session.scalars(select(Asset).where(Asset.id != weight.id)).one()
    (good,) = db.session.scalars(select(Calibration).where(Calibration.asset_id == weight.id))
    calibrations.void(good, reason="giấy giả", password=PASSWORD, by=people.keeper.person())
    (case,) = cases()
    assert (case.trigger, case.calibration_id, case.from_on, case.until_on) == ("voided", good.id, GOOD_DAY, None)
    assert "giấy giả" in case.reason
    db.session.refresh(item)
    assert item.doubt is Doubt.IN_DOUBT
    make.used(weight, GOOD_DAY + DAY, points=[FINE], certificate_no="muộn")
    assert case.state is CaseState.OPEN
    make.used(weight, GOOD_DAY, points=[FINE], certificate_no="lại")
    db.session.refresh(item)
    assert (case.state, item.doubt) == (CaseState.WITHDRAWN, None)


def test_voiding_one_of_two_good_records_opens_no_doubt_while_the_other_counts(weight):
    second = make.used(weight, TODAY - 20 * DAY, points=[FINE])
    calibrations.void(second, reason="Nhầm", by=None)
    assert not cases()


def test_days_after_the_record_before_ended_are_in_doubt(weight):
    weight_record = db.session.scalars(select(Calibration).where(Calibration.asset_id == weight.id)).one()
    weight_record.due_on = TODAY - 15 * DAY
    second = make.used(weight, TODAY - 20 * DAY, points=[FINE])
    make.used(weight, TODAY - 5 * DAY, points=[FINE])
    calibrations.void(second, reason="Nhầm", by=None)
    (case,) = cases()
    assert (case.from_on, case.until_on) == (TODAY - 14 * DAY, TODAY - 6 * DAY)
