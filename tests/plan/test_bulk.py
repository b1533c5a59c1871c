"""Many decisions at once: each record its own outcome, nothing half done, and nobody overruled unseen."""

from datetime import date

import pytest
from sqlalchemy import event, func, select, update

from registry.assets import tags
from registry.assets.models import Asset
from registry.assets.rules import Status
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid
from registry.plan.closing import actions as closing
from registry.plan.evidence import actions, bulk
from registry.plan.evidence.bulk import Chosen, Decision, Outcome
from registry.plan.models import Evidence, EvidenceState, RecordType
from registry.plan.records import Record
from tests.conftest import TODAY
from tests.make import assets
from tests.make import plan as make

DAY = date(2026, 3, 1)


@pytest.fixture
def plan(session):
    return make.plan()


def some(number: int = 1, **said) -> list[str]:
    return [assets.asset(**{"owner": "STC", "commissioned_on": DAY} | said).tag for _each in range(number)]


def chosen(*keys: str, version: int | None = None) -> list[Chosen]:
    return [Chosen(Record(RecordType.ASSET, key), version) for key in keys]


def decide(plan, rows=(), *, indicator="II.2.a", state=Decision.COUNTED, by=None, **said):
    found = bulk.decide_many(plan, indicator=indicator, state=state, rows=rows, by=by, **said)
    return [answer.outcome for answer in found.answers]


def test_each_record_has_its_own_outcome_and_the_good_ones_count(plan):
    good, never, other = some(3)
    unknown = tags.new()
    db.session.execute(update(Asset).where(Asset.tag == never).values(status=Status.PLANNED))
    make.evidence("II.3.a.2", other)
    found = bulk.decide_many(
        plan, indicator="II.2.a", state=Decision.COUNTED, rows=chosen(good, never, unknown, "nonsense", other), by=None
    )
    outcomes = [answer.outcome for answer in found.answers]
    assert outcomes == [Outcome.DECIDED, Outcome.REFUSED, Outcome.REFUSED, Outcome.REFUSED, Outcome.CONFLICT]
    assert [bool(answer.errors) for answer in found.answers] == [False, True, True, True, True]
    assert make.results(TODAY)["II.2.a", "P2"][0] == 1
    assert [entry.action for entry in audit.history("indicator", f"{plan.code}/II.2.a")] == ["evidence.counted"]


def test_all_that_are_proposed_are_decided_with_the_days_and_quantities_proposed(plan):
    some(3)
    some(2, commissioned_on=date(2025, 1, 1))
    answers = bulk.decide_many(plan, indicator="II.2.a", state=Decision.COUNTED, all_matching=True, expected=5, by=None)
    assert (answers.number(Outcome.DECIDED), answers.left) == (5, 0)
    found = make.results(TODAY)
    assert (found["II.2.a", "P1"][0], found["II.2.a", "P2"][0]) == (2, 3)


def test_what_is_proposed_meanwhile_is_not_decided_unseen(plan):
    some(2)
    with pytest.raises(Conflict, match="2"):
        decide(plan, all_matching=True, expected=1)


def test_one_call_decides_no_more_than_its_bound(plan, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    some(3)
    answers = bulk.decide_many(plan, indicator="II.2.a", state=Decision.COUNTED, all_matching=True, by=None)
    assert (answers.number(Outcome.DECIDED), answers.left) == (2, 1)


def test_saying_it_again_changes_nothing_and_another_planner_is_told(people, plan):
    keys = some(2, owner="TTDL")
    first, second = people.planner.person(), people.admin.person()
    assert decide(plan, chosen(*keys), by=first) == [Outcome.DECIDED] * 2
    assert decide(plan, chosen(*keys), by=first) == [Outcome.UNCHANGED] * 2
    assert decide(plan, chosen(*keys), by=second) == [Outcome.CONFLICT] * 2
    said = {"state": Decision.EXCLUDED, "reason": "Trùng", "by": second}
    assert decide(plan, chosen(*keys), **said) == [Outcome.CONFLICT] * 2
    assert decide(plan, chosen(*keys, version=1), **said) == [Outcome.DECIDED] * 2
    assert decide(plan, chosen(*keys, version=1), by=first) == [Outcome.CONFLICT] * 2
    assert len(audit.history("indicator", f"{plan.code}/II.2.a")) == 4


def test_what_was_proposed_by_hand_is_decided_as_it_was_looked_at(plan):
    (tag,) = some()
    row = make.evidence("II.2.a", tag, state=EvidenceState.PROPOSED)
    actions.decide(plan, row, reason="Biên bản", by=None)
    assert decide(plan, chosen(tag, version=1)) == [Outcome.CONFLICT]
    assert row.state is EvidenceState.PROPOSED
    assert decide(plan, chosen(tag, version=2)) == [Outcome.DECIDED]
    assert (row.state, row.reason) == (EvidenceState.COUNTED, "Biên bản")


def test_a_closed_period_takes_nothing_in_and_gives_up_what_fell(plan):
    kept, new = some(2, commissioned_on=date(2025, 1, 1))
    make.evidence("II.2.a", kept)
    closing.close(plan, up_to_on=date(2025, 12, 10), reason="BC 2025", by=None)
    assert decide(plan, chosen(new)) == [Outcome.REFUSED]
    excluding = {"state": Decision.EXCLUDED, "reason": "Thanh lý"}
    assert decide(plan, chosen(kept, version=1), **excluding) == [Outcome.DECIDED]
    assert make.results(TODAY)["II.2.a", "P1"][0] == 0


def test_excluding_needs_a_reason_and_something_is_chosen(plan):
    with pytest.raises(Invalid, match="reason"):
        decide(plan, chosen(*some()), state=Decision.EXCLUDED)
    for said in ({}, {"rows": chosen(*some()), "all_matching": True}):
        with pytest.raises(Invalid, match="rows"):
            decide(plan, **said)


def test_only_planners_decide(people, plan):
    for caller in (people.keeper, people.inspector, people.stranger):
        with pytest.raises(Forbidden):
            decide(plan, chosen(*some()), by=caller.person())


def test_what_is_asked_does_not_grow_with_the_number_of_records(plan):
    asked = []

    def count(number: int) -> int:
        keys = some(number)
        db.session.flush()
        asked.clear()
        decide(plan, chosen(*keys))
        return sum(statement.startswith("SELECT") for statement in asked)

    count(1)
    listener = lambda _c, _cur, statement, *_rest: asked.append(statement)  # noqa: E731 — removed below
    event.listen(db.engine, "before_cursor_execute", listener)
    try:
        assert count(2) == count(12)
    finally:
        event.remove(db.engine, "before_cursor_execute", listener)


def test_the_door_answers_for_each_record(people, arrange, planner, keeper):
    with arrange():
        make.plan()
        one, other = (assets.asset(commissioned_on=DAY).tag for _each in range(2))
    address, record = f"/api/v1/plans/{make.CODE}/evidence/bulk", {"type": "asset", "id": one}
    said = {"indicator": "II.2.a", "state": "counted", "rows": [{"record": record}]}
    assert keeper.post(address, json=said).status_code == 403
    answer = planner.post(address, json=said)
    assert (answer.status_code, answer.json["decided"], answer.json["left"]) == (200, 1, 0)
    (item,) = answer.json["items"]
    assert item == {"record": record, "outcome": "decided", "id": item["id"], "errors": {}}
    assert planner.get(f"/api/v1/plans/{make.CODE}/evidence/{item['id']}").json["record"] == record
    page = f"/plan/{make.CODE}/II.2.a/bulk"
    done = planner.pages.post(page, data={"state": "counted", "chosen": [f"asset/{one}", f"asset/{other}"]})
    assert done.status_code == 302
    stale = {"state": "excluded", "reason": "Trùng", "chosen": f"asset/{one}/9"}
    late = planner.pages.post(page, data=stale)
    assert (late.status_code, one in late.text, other in late.text) == (200, True, False)
    with arrange():
        assert db.session.scalar(select(func.count()).select_from(Evidence)) == 2
    refused = planner.pages.post(page, data={"state": "excluded", "chosen": f"asset/{one}/1"})
    assert (refused.status_code, "f-reason" in refused.text) == (422, True)
