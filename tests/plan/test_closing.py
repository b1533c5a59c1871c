"""A closed period keeps what it counted: nothing is added, and what falls can only be taken out, with a reason."""

import threading
from datetime import date

import pytest

from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.plan import actions as money
from registry.plan.closing import actions, queries
from registry.plan.evidence import actions as evidence
from registry.plan.models import EvidenceState, RecordType
from registry.plan.queries import by_code
from tests.conftest import TODAY
from tests.make import assets
from tests.make import plan as make

CLOSED = date(2025, 12, 10)
LAST, NEXT = date(2025, 12, 10), date(2025, 12, 11)


@pytest.fixture
def plan(session):
    return make.plan()


@pytest.fixture
def closed(plan):
    return actions.close(plan, up_to_on=CLOSED, reason="Đã báo cáo", report="BC năm 2025", by=None)


def counted(day: date, indicator: str = "II.2.a"):
    return make.evidence(indicator, assets.asset(owner="STC", commissioned_on=day).tag)


def test_the_closed_day_itself_is_closed_and_the_next_is_not(plan, closed):
    with pytest.raises(Invalid, match="BC năm 2025") as refused:
        counted(LAST)
    assert refused.value.errors.keys() == {"counted_on"}
    counted(NEXT)
    assert make.results(TODAY)["II.2.a", "P1"][0] == 1


def test_what_counts_there_can_be_taken_out_with_a_reason_and_nothing_else(plan):
    row = counted(LAST)
    actions.close(plan, up_to_on=CLOSED, reason="Đã báo cáo", by=None)
    for said in ({"counted_on": NEXT}, {"quantity": 1, "reason": "Sửa"}, {"state": EvidenceState.PROPOSED}):
        with pytest.raises(Invalid, match="counted_on"):
            evidence.decide(plan, row, **said, by=None)
        db.session.refresh(row)
    evidence.decide(plan, row, state=EvidenceState.EXCLUDED, reason="Đã thanh lý", by=None)
    assert make.results(TODAY)["II.2.a", "P1"][0] == 0
    with pytest.raises(Invalid, match="counted_on"):
        evidence.decide(plan, row, state=EvidenceState.COUNTED, by=None)


def test_an_old_reason_does_not_take_a_record_out_of_a_closed_period(plan):
    row = make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=LAST).tag, reason="Biên bản 12")
    actions.close(plan, up_to_on=CLOSED, reason="Đã báo cáo", by=None)
    with pytest.raises(Invalid, match="counted_on"):
        evidence.decide(plan, row, state=EvidenceState.EXCLUDED, by=None)


def test_what_is_proposed_or_excluded_moves_no_number_and_is_not_held_back(plan, closed):
    tag = assets.asset(owner="STC", commissioned_on=LAST).tag
    row = make.evidence("II.2.a", tag, state=EvidenceState.PROPOSED)
    evidence.decide(plan, row, state=EvidenceState.EXCLUDED, reason="Trùng", by=None)
    with pytest.raises(Invalid, match="counted_on"):
        evidence.decide(plan, row, state=EvidenceState.COUNTED, by=None)
    db.session.refresh(row)
    evidence.decide(plan, row, state=EvidenceState.COUNTED, counted_on=NEXT, reason="Bàn giao", by=None)


def test_money_of_a_closed_day_is_neither_booked_nor_undone(plan):
    entry = make.money(on=LAST)
    actions.close(plan, up_to_on=CLOSED, reason="Đã báo cáo", by=None)
    with pytest.raises(Invalid) as refused:
        make.money(on=LAST)
    assert refused.value.errors.keys() == {"on"}
    with pytest.raises(Invalid, match="2025"):
        money.reverse_money(plan, entry, reason="Nhầm", by=None)
    make.money(on=NEXT, amount=-1, reason="Sửa số năm 2025")  # NEXT is in the same year, which is not over


def test_who_opened_it_again_is_told_at_once(people, plan):
    closed = actions.close(plan, up_to_on=CLOSED, reason="2025", by=None)
    assert closed.reopened_by is None
    assert (
        actions.reopen(plan, closed, reason="Sai", by=people.planner.person()).reopened_by.email == "planner@example.vn"
    )


def test_opening_again_frees_up_to_the_closure_before(plan):
    first = actions.close(plan, up_to_on=date(2024, 12, 10), reason="2024", by=None)
    second = actions.close(plan, up_to_on=CLOSED, reason="2025", by=None)
    with pytest.raises(Conflict):
        actions.close(plan, up_to_on=CLOSED, reason="Lần nữa", by=None)
    with pytest.raises(Conflict, match="2025"):
        actions.reopen(plan, first, reason="Sai", by=None)
    actions.reopen(plan, second, reason="Kiểm toán", by=None)
    with pytest.raises(Conflict):
        actions.reopen(plan, second, reason="Lần nữa", by=None)
    counted(date(2025, 1, 1))
    with pytest.raises(Invalid):
        counted(date(2024, 12, 10))
    assert queries.closure(plan) is first
    assert [one.action for one in audit.history("plan", plan.code)][:3] == ["plan.reopen", "plan.close", "plan.close"]


@pytest.mark.parametrize("day", [date(2019, 7, 22), date(2026, 6, 16)])
def test_a_plan_is_not_closed_before_it_begins_nor_ahead(plan, day):
    with pytest.raises(Invalid, match="up_to_on"):
        actions.close(plan, up_to_on=day, reason="Sớm", by=None)


def test_only_planners_of_the_lead_close(people, plan):
    for caller in (people.keeper, people.technician, people.inspector, people.stranger):
        with pytest.raises(Forbidden):
            actions.close(plan, up_to_on=CLOSED, reason="Không", by=caller.person())
    actions.close(plan, up_to_on=CLOSED, reason="Có", by=people.planner.person())


def test_whoever_counts_while_another_closes_counts_before_or_not_at_all(app, arrange):
    with arrange():
        make.plan()
        tag = assets.asset(owner="STC", commissioned_on=LAST).tag
    start, outcomes = threading.Barrier(2), {}

    def act(name, work) -> None:
        with app.app_context():
            start.wait(5)
            try:
                work(by_code(make.CODE, None))
                db.session.commit()
                outcomes[name] = True
            except Invalid:
                db.session.rollback()
                outcomes[name] = False

    work = {
        "closes": lambda plan: actions.close(plan, up_to_on=CLOSED, reason="Đã báo cáo", by=None),
        "counts": lambda _plan: make.evidence("II.2.a", tag, kind=RecordType.ASSET),
    }
    threads = [threading.Thread(target=act, args=pair) for pair in work.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes["closes"]
    with app.app_context():
        closure = queries.closure(by_code(make.CODE, None))
        assert closure is not None
        assert make.results(TODAY)["II.2.a", "P1"][0] == int(outcomes["counts"])
