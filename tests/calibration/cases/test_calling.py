"""What cases decide to be done anew is due at once, says why, and is due as its record says when that is over."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from registry.assets.models import Asset
from registry.assets.rules import ScheduleKind, Validity, validity
from registry.calibration import actions as calibrations
from registry.calibration import settling
from registry.calibration.cases import actions
from registry.calibration.cases.deciding import LONGEST_WAIT
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import Disposition, Significance
from registry.calibration.due import actions as due
from registry.calibration.due.queries import explained
from registry.calibration.due.words import sentence
from registry.calibration.intervals import StepCode
from registry.calibration.replanning import queries as replanning
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from tests.make import assets as make_assets
from tests.make import chain as make
from tests.people import PASSWORD

TODAY = date(2026, 6, 15)
DAY = timedelta(days=1)
USED = TODAY - 5 * DAY
DUE = date(2027, 6, 10)
CALIBRATION = ScheduleKind.CALIBRATION


@pytest.fixture
def weight(people, session) -> Asset:
    made = make.standard("F1", characteristics=[])
    make.used(made, TODAY - 100 * DAY, points=[make.point("2000", limit="0.1")])
    return made


@pytest.fixture
def item(weight) -> Asset:
    """A balance due in a year, whose calibration relied on a weight that failed since."""
    made = make.standard("Cân", schedules=[make_assets.schedule(usage_limit=Decimal(1000), usage_unit="h")])
    make.used(made, USED, weight)
    make.failed(weight, TODAY, make.point("2000", "0.5", limit="0.1"))
    db.session.expire_all()
    assert (made.schedules[0].due_on, made.due_on) == (DUE, DUE)
    return made


def the_case() -> Case:
    return db.session.scalars(select(Case)).one()


def decide(people, what: Disposition, **said) -> None:
    keys = list(db.session.scalars(select(CaseItem.id)))
    seen = db.session.scalars(select(CaseItem.disposed_at).limit(1)).first()
    actions.dispose(
        the_case(), disposition=what, reason="Vì …", by=people.keeper.person(), **({"items": keys, "seen": seen} | said)
    )
    db.session.expire_all()


def days(item: Asset) -> set[date | None]:
    return {item.schedules[0].due_on, item.due_on, item.due_order}


@pytest.mark.parametrize(
    "what", [Disposition.RECALIBRATE, Disposition.RECALL, Disposition.CERTIFICATE_WITHDRAWN], ids=str
)
def test_what_is_to_be_done_anew_is_due_at_once_and_says_why(item, people, what):
    item.schedules[0].planned_on = DUE - 30 * DAY
    db.session.flush()
    decide(people, what)
    assert days(item) == {TODAY}
    assert item.schedules[0].planned_on is None
    assert validity(item.proof, item.due_on, TODAY + DAY) is Validity.OVERDUE
    why = explained(item, item.schedules[0])
    (step,) = [one for one in why.way if one.code is StepCode.CALLED]
    assert (why.on, step.on, step.facts["case"]) == (TODAY, TODAY, the_case().id)
    assert all(word in sentence(step) for word in ("Keeper", "F1", str(the_case().id), "15/06/2026"))
    assert StepCode.INTERVAL in {one.code for one in why.way}


def test_a_result_that_nobody_decided_about_keeps_its_day_and_says_that_it_is_in_doubt(item):
    why = explained(item, item.schedules[0])
    (warning,) = [one for one in why.warnings if one.code is StepCode.IN_DOUBT]
    assert (why.on, warning.facts["case"]) == (DUE, the_case().id)
    assert "F1" in sentence(warning)


def test_a_decision_that_is_taken_back_gives_the_day_of_the_record_back(item, people):
    decide(people, Disposition.RECALL)
    decide(people, Disposition.NO_EFFECT)
    assert days(item) == {DUE}
    assert {one.code for one in explained(item, item.schedules[0]).steps}.isdisjoint({StepCode.CALLED})


def test_new_calibration_may_be_given_days(item, people):
    by = TODAY + 10 * DAY
    decide(people, Disposition.RECALIBRATE, work_due_on=by)
    assert days(item) == {by}
    decide(people, Disposition.RECALIBRATE, work_due_on=TODAY + LONGEST_WAIT)
    assert days(item) == {TODAY + LONGEST_WAIT}


@pytest.mark.parametrize(
    ("what", "day"),
    [
        (Disposition.RECALL, TODAY + DAY),
        (Disposition.NO_EFFECT, TODAY),
        (Disposition.RECALIBRATE, TODAY - DAY),
        (Disposition.RECALIBRATE, TODAY + LONGEST_WAIT + DAY),
    ],
)
def test_only_new_calibration_may_wait_and_not_for_long(item, people, what, day):
    with pytest.raises(Invalid, match="work_due_on"):
        decide(people, what, work_due_on=day)


def test_an_earlier_day_of_the_record_stays(item, people):
    item.schedules[0].interval, record = 12, db.session.scalars(select(CaseItem)).one().calibration
    record.calendar_due_on = record.due_on = TODAY + 3 * DAY
    settling.settle(item, CALIBRATION, by=None)
    decide(people, Disposition.RECALIBRATE, work_due_on=TODAY + 9 * DAY)
    assert days(item) == {TODAY + 3 * DAY}


def test_many_are_decided_about_at_once(item, people):
    decide(people, Disposition.RECALL, items=None, significance=Significance.UNKNOWN, seen=None)
    assert days(item) == {TODAY}


def test_a_new_good_record_ends_it_and_its_voiding_brings_it_back(item, people):
    decide(people, Disposition.RECALL)
    new = make.used(item, TODAY)
    assert days(item) == {date(2027, 6, 15)}
    calibrations.void(new, reason="Nhầm", password=PASSWORD, by=people.keeper.person())
    db.session.expire_all()
    assert days(item) == {TODAY}


def test_a_reading_of_its_counter_does_not_undo_it(item, people):
    decide(people, Disposition.RECALIBRATE)
    due.read_usage(item, item.schedules[0], value=Decimal(5), by=people.keeper.person())
    db.session.expire_all()
    assert days(item) == {TODAY}


def test_no_extension_takes_its_place(item, people):
    decide(people, Disposition.RECALIBRATE)
    asked = {"until": TODAY + 90 * DAY, "reason": "…", "evidence": "…"}
    with pytest.raises(Conflict):
        due.ask_extension(item, item.schedules[0], **asked, by=people.keeper.person())


def test_a_case_that_is_withdrawn_gives_the_days_back(item, people):
    decide(people, Disposition.RECALL)
    failing = the_case().calibration
    calibrations.void(failing, reason="Nhầm", password=PASSWORD, by=people.keeper.person())
    db.session.expire_all()
    assert days(item) == {DUE}


def test_an_amendment_that_says_the_same_is_due_as_what_it_amends(item, people):
    decide(people, Disposition.RECALL)
    said = {"performed_on": USED, "kind": CALIBRATION, "standards": [], "amends": the_item().id}
    make.calibration.calibration(item, amendment_reason="Tên", certificate_no="GCN-2", **said)
    db.session.expire_all()
    assert days(item) == {TODAY}


def the_item():
    return db.session.scalars(select(CaseItem)).one().calibration


def test_planning_puts_it_first_marks_it_and_lets_it_take_room(item, people):
    decide(people, Disposition.RECALIBRATE)
    other = make.standard("Khác", schedules=[make_assets.schedule()])
    make.used(other, date(2025, 7, 20))
    asked = {"due_from": date(2026, 7, 1), "due_to": date(2026, 8, 31), "capacity": 1}
    found = replanning.proposal(people.keeper.person(), **asked)
    assert [(one.asset, one.due_on, one.doubt) for one in found.first] == [(item.tag, TODAY, item.doubt)]
    assert [(span.before, span.after) for span in found.spans] == [(2, 2), (0, 0)]
    decide(people, Disposition.NO_EFFECT)
    assert replanning.proposal(people.keeper.person(), **asked).first == []


def test_planning_marks_what_is_to_be_done_within_its_range(item, people):
    decide(people, Disposition.RECALIBRATE, work_due_on=date(2026, 8, 5))
    asked = {"due_from": date(2026, 7, 1), "due_to": date(2026, 8, 31), "capacity": 1}
    first = make.standard("Khác", schedules=[make_assets.schedule()])
    make.used(first, date(2025, 8, 4))
    found = replanning.proposal(people.keeper.person(), **asked)
    assert (found.first, {one.asset: one.doubt for one in found.items}) == ([], {first.tag: None})
