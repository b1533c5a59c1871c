"""The list behind a past number is what was counted then, as it was decided then; doubts are those of that day."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from registry.calibration import actions as calibrations
from registry.calibration.cases import actions as cases
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import Disposition
from registry.kernel.db import db
from registry.labs import queries as labs
from registry.labs.decisions import actions as accreditations
from registry.labs.standing import DecisionKind
from registry.plan import queries
from registry.plan.evidence import actions as decisions
from registry.plan.evidence import queries as evidenced
from registry.plan.models import Evidence, EvidenceState, RecordType
from registry.plan.rollups import queries as rollups
from tests.make import assets, chain
from tests.make import labs as make_labs
from tests.make import plan as make

THEN, NOW = date(2026, 3, 1), date(2026, 6, 15)
BASE = f"/api/v1/plans/{make.CODE}"
DAY = timedelta(days=1)


@pytest.fixture
def counted(people, arrange, clock) -> str:
    """An asset was counted on one day and taken out later; another was counted later, for a day before."""
    clock(THEN)
    with arrange():
        make.plan()
        tag = assets.asset(owner="STC", name="Cân A", commissioned_on=date(2026, 2, 1)).tag
        make.evidence("II.2.a", tag)
    clock(NOW)
    with arrange():
        row = db.session.scalars(select(Evidence)).one()
        said = {"state": EvidenceState.EXCLUDED, "reason": "Trùng hồ sơ", "quantity": 1}
        decisions.decide(queries.by_code(make.CODE, None), row, **said, by=None)
        late = assets.asset(owner="STC", name="Cân B", commissioned_on=date(2026, 1, 5))
        make.evidence("II.2.a", late.tag)
        newer = assets.asset(owner="STC", name="Cân C", commissioned_on=date(2026, 5, 5))
        make.evidence("II.2.a", newer.tag)
    return tag


def listed(caller, query: str = "") -> list[tuple[str, str, str | None]]:
    answer = caller.get(f"{BASE}/evidence?indicator=II.2.a&{query}")
    assert answer.status_code == 200, answer.text
    return [(one["title"], one["state"], one["reason"]) for one in answer.json["items"]]


def test_the_list_of_a_day_as_it_was_known_has_the_decisions_of_that_day(counted, planner, stranger):
    assert listed(planner, f"on={THEN}&known=then") == [("Cân A", "counted", None)]
    assert listed(planner, f"known={THEN}") == [("Cân A", "counted", None)]
    assert listed(planner, f"on={THEN}") == [("Cân A", "excluded", "Trùng hồ sơ"), ("Cân B", "counted", None)]
    assert [title for title, *_said in listed(planner)] == ["Cân C", "Cân A", "Cân B"]
    assert listed(planner, f"on={THEN}&known=then&state=excluded") == []
    assert stranger.get(f"{BASE}/evidence?known=then").status_code == 404


def test_the_page_of_a_past_number_lists_what_stood_behind_it_and_decides_nothing(counted, planner):
    address = f"/plan/{make.CODE}/II.2.a?lang=en&on={THEN}"
    then = planner.pages.get(f"{address}&known=then").text
    assert ("Cân A" in then, "Cân B" in then, "Reason: Trùng hồ sơ" in then) == (True, False, False)
    assert "Each decision as it stood on" in then
    assert 'name="state"' not in then
    since = planner.pages.get(address).text
    assert ("Cân B" in since, "Cân C" in since, "Reason: Trùng hồ sơ" in since) == (True, False, True)
    assert "as it is decided now" in since


def test_what_fell_is_not_told_back_in_time(counted, planner):
    answer = planner.get(f"{BASE}/evidence?known=then&fallen=true")
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["fallen"])


def test_a_list_of_the_past_has_pages_and_a_total(session, clock):
    clock(THEN)
    plan = make.plan()
    tags = [assets.asset(owner="STC", commissioned_on=date(2026, 2, day)).tag for day in range(1, 6)]
    for tag in tags:
        make.evidence("II.2.a", tag)
    clock(NOW)
    asked = {"indicator": "II.2.a", "on": THEN, "known_at": rollups.instant_of("then", THEN), "limit": 2}
    found, cursor = [], None
    while len(found) < 5:
        page = evidenced.evidence_page(plan, None, **asked, cursor=cursor, count="exact")
        found += [line.record.id for line in page.items]
        assert page.total == 5
        cursor = page.next
    assert (found, cursor) == (tags[::-1], None)


def test_a_laboratory_that_lost_its_accreditation_since_added_then(session, clock):
    clock(THEN)
    plan = make.plan()
    lab = make_labs.lab("PTN-9", organisation="STC", accreditations=[make_labs.accreditation(number="A1")])
    make.evidence("II.2.d", "PTN-9", kind=RecordType.LAB, counted_on=date(2026, 1, 1))
    db.session.flush()
    clock(NOW)
    said = {"decided_on": NOW, "effective_on": date(2026, 2, 1), "number": "9/QĐ", "reason": "đánh giá lại"}
    accreditations.record(labs.by_code(lab.code), accreditation="A1", kind=DecisionKind.WITHDRAWN, **said, by=None)
    db.session.flush()
    for known, holds in ((THEN, True), (NOW, False)):
        page = evidenced.evidence_page(plan, None, on=THEN, known_at=rollups.instant_of(known, THEN))
        assert [line.holds for line in page.items] == [holds]


@pytest.fixture
def doubted(session, clock) -> str:
    """A counted scale, a case about the standard it relied on a week later, and its decision a month after that."""
    clock(THEN)
    make.plan()
    make_labs.lab(organisation="STC")
    weight = chain.standard("Quả cân", owner="STC")
    chain.used(weight, THEN - 200 * DAY)
    scale = chain.standard("Cân", owner="STC", commissioned_on=date(2026, 2, 1))
    chain.used(scale, THEN - 9 * DAY, weight, points=[chain.point("2000", u="0.3", limit="1")])
    make.evidence("II.2.a", scale.tag)
    db.session.flush()
    clock(THEN + 7 * DAY)
    chain.failed(weight, THEN + 7 * DAY, chain.point("2000", "0.7", limit="0.1"))
    db.session.flush()
    return scale.tag


def doubts(on: date, known: date | str | None = None) -> int:
    found = rollups.rollup(queries.by_code(make.CODE, None), on, rollups.instant_of(known, on))
    (number,) = (one.in_doubt for one in found.indicators if one.row.code == "II.2.a")
    if known is not None:
        lines = evidenced.evidence_page(found.plan, None, on=on, known_at=found.known_at).items
        assert sum(line.in_doubt for line in lines) == number
    return number


def dispose(disposition: Disposition, seen: datetime | None = None) -> None:
    case, item = db.session.scalars(select(Case)).one(), db.session.scalars(select(CaseItem)).one()
    cases.dispose(case, disposition=disposition, reason="…", items=[item.id], seen=seen, by=None)
    db.session.flush()


def test_doubt_is_told_of_the_days_on_which_it_was_cast(doubted, clock):
    clock(NOW)
    days = [THEN, THEN + 6 * DAY, THEN + 7 * DAY, NOW]
    assert [doubts(day) for day in days] == [doubts(day, "then") for day in days] == [0, 0, 1, 1]
    assert doubts(THEN, NOW) == 0, "the day is asked about, whatever is known later"


def test_a_decision_since_does_not_take_the_doubt_of_then_away(doubted, clock):
    clock(THEN + 30 * DAY)
    dispose(Disposition.RECALL)
    clock(datetime.combine(THEN + 60 * DAY, time(3), UTC))
    dispose(Disposition.NO_EFFECT, seen=datetime.combine(THEN + 31 * DAY, time(3), UTC))
    clock(NOW)
    days = [THEN + days * DAY for days in (6, 7, 31, 59, 60)]
    assert [doubts(day) for day in days] == [doubts(day, "then") for day in days] == [0, 1, 1, 1, 0]
    assert doubts(NOW) == 0


def test_a_case_that_was_withdrawn_since_doubted_then(doubted, clock):
    clock(THEN + 30 * DAY)
    failing = db.session.scalars(select(Case)).one().calibration
    calibrations.void(failing, reason="Nhầm", by=None)
    db.session.flush()
    clock(NOW)
    days = [THEN + days * DAY for days in (6, 7, 29, 30)]
    assert [doubts(day) for day in days] == [doubts(day, "then") for day in days] == [0, 1, 1, 0]


def test_a_good_record_since_takes_the_doubt_away_from_its_day_on(doubted, clock):
    clock(THEN + 30 * DAY)
    scale = db.session.scalars(select(CaseItem)).one().asset
    chain.used(scale, THEN + 30 * DAY)
    db.session.flush()
    clock(NOW)
    days = [THEN + days * DAY for days in (7, 29, 30)]
    assert [doubts(day) for day in days] == [doubts(day, "then") for day in days] == [1, 1, 0]
