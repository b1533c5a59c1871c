"""A scope and the participations that cover it: ranges and units that meet, days of the cycle, each done once."""

from datetime import date
from decimal import Decimal

import pytest

from registry.labs.proficiency.coverage import Cycle, Done, Planned, Span, State, covered, cycle_of, kept, meets
from registry.labs.proficiency.scores import Verdict
from tests.make import labs as make_labs
from tests.make import proficiency as make
from tests.people import CENTRE

TODAY = date(2026, 6, 15)
CYCLE = Cycle(date(2024, 3, 13), date(2027, 3, 13))
PLAN = "/api/v1/labs/PTN-1/proficiency-plan"
LINES = "/api/v1/proficiency-plan-lines"


def span(low: str | None, high: str | None, unit: str | None = "kg", key: str = "khoi luong") -> Span:
    return Span(key, unit, low and Decimal(low), high and Decimal(high))


def done(on: date, of: Span, scheme: int = 1) -> Done:
    return Done(on, of, scheme, on.toordinal(), "Vòng", Verdict.SATISFACTORY)


def planned(key: int, due_on: date, of: Span, scheme: int | None = None, since: date = date(2026, 1, 1)) -> Planned:
    return Planned(key, since, due_on, of, scheme, None)


@pytest.mark.parametrize(
    ("one", "other", "do"),
    [
        (span("1", "20"), span("20", "50"), True),
        (span("1", "20"), span("20.000001", "50"), False),
        (span("1", "20"), span("500", "1000", "g"), True),
        (span("1", "20"), span("500", "999.999", "g"), False),
        (span("1", "20"), span(None, "2"), True),
        (span("1", "20"), span("21", None), False),
        (span("1", "20"), span(None, None), True),
        (span("1", "20"), span(None, None, None), True),
        (span("1", "20"), span("1", "20", "mm"), False),
        (span("1", "20"), span("1", "20", "HRC"), False),
        (span("1", "20"), span("1", "20", key="do dai"), False),
        (span("0", "100", "Cel", "nhiet do"), span("373.15", "400", "K", "nhiet do"), True),
        (span("0", "100", "Cel", "nhiet do"), span("0", "272", "K", "nhiet do"), False),
    ],
)
def test_spans_meet_where_they_have_a_value_in_common(one, other, do):
    assert meets(one, other) is meets(other, one) is do


@pytest.mark.parametrize(
    ("dones", "plans", "state"),
    [
        ([], [], State.GAP),
        ([CYCLE.start], [], State.DONE),
        ([date(2024, 3, 12)], [], State.GAP),
        ([date(2024, 3, 12)], [date(2026, 12, 1)], State.PLANNED),
        ([], [date(2026, 6, 15)], State.PLANNED),
        ([], [date(2026, 6, 14)], State.OVERDUE),
        ([], [date(2027, 3, 14)], State.GAP),
        ([CYCLE.start], [date(2026, 6, 14)], State.OVERDUE),
    ],
)
def test_a_line_of_a_scope_stands_by_what_was_done_and_is_planned(dones, plans, state):
    of = span("1", "20")
    lines = covered(
        [of, span("1", "20", "mm", "do dai")],
        [done(on, of) for on in dones],
        [planned(key, due, of) for key, due in enumerate(plans)],
        CYCLE,
        TODAY,
    )
    assert [line.state for line in lines] == [state, State.GAP]
    assert list(lines[0].years) == [2024, 2025, 2026, 2027]


def test_each_participation_does_one_of_what_is_planned():
    of = span("1", "20")
    plans = [planned(2, date(2027, 5, 1), of), planned(1, date(2026, 5, 1), of), planned(3, date(2027, 6, 1), of, 9)]
    plans.append(planned(4, date(2027, 7, 1), of, since=date(2027, 6, 3)))  # since after everything
    dones = [done(date(2026, 4, 1), of), done(date(2024, 1, 1), of), done(date(2027, 6, 2), of, 9)]
    assert {key: one.on for key, one in kept(plans, dones).items()} == {1: date(2026, 4, 1), 2: date(2027, 6, 2)}


def test_the_cycle_is_the_life_of_the_accreditation_in_force_else_four_years():
    class Held:
        granted_on, valid_until = date(2024, 3, 13), date(2027, 3, 13)

    assert cycle_of([Held], date(2027, 3, 13)) == CYCLE
    assert cycle_of([Held], date(2027, 3, 14)) == Cycle(date(2027, 1, 1), date(2030, 12, 31))


@pytest.fixture
def lab(people, arrange):
    with arrange():
        line = {"range_low": Decimal(1), "range_high": Decimal(20), "cmc": None, "method": None}
        scope = [{"quantity": "Mass", "unit": "kg"} | line, {"quantity": "Độ dài", "unit": "mm"} | line]
        make_labs.lab(organisation=CENTRE, scope=scope, accreditations=[make_labs.accreditation()])


def test_a_plan_counts_what_was_published_and_names_gaps(lab, keeper, technician, stranger, arrange):
    added = keeper.post(PLAN, json={"quantity": "khối lượng", "due_on": "2026-12-01", "scheme_name": "VMI"})
    assert added.status_code == 201, added.text
    keeper.post(PLAN, json={"quantity": "Length", "unit": "mm", "range_low": "5", "due_on": "2026-06-15"})
    before = technician.get(PLAN).json
    assert [line["state"] for line in before["scope"]] == ["planned", "planned"]
    assert (before["cycle_start"], before["cycle_end"]) == ("2024-03-13", "2027-03-13")
    with arrange():
        make.published()
    after = keeper.get(PLAN).json
    assert [line["state"] for line in after["scope"]] == ["unsatisfactory", "planned"]
    assert [one["verdict"] for one in after["done"]] == ["unsatisfactory"]
    assert {one["quantity"]: one["done"] is not None for one in after["planned"]} == {
        "khối lượng": True,
        "Length": False,
    }
    keys = {bool(one["done"]): one["id"] for one in after["planned"]}
    assert keeper.post(f"{LINES}/{keys[True]}/cancel", json={"reason": "x"}).status_code == 409
    assert keeper.post(f"{LINES}/{keys[False]}/cancel", json={"reason": "x"}).status_code == 200
    assert stranger.get(PLAN).status_code == 404
    assert technician.post(PLAN, json={"quantity": "x", "due_on": "2026-12-01"}).status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due_on": "2026-06-14"}, "due_on"),
        ({"unit": "kg", "range_low": "2", "range_high": "1"}, "range_high"),
        ({"range_low": "2"}, "unit"),
        ({"unit": "quả"}, "unit"),
        ({"unit": "mm"}, "unit"),  # in which no mass is measured
        ({"scheme": 99}, "scheme"),
    ],
)
def test_what_cannot_be_planned_is_named_beside_its_field(lab, keeper, changes, field):
    answer = keeper.post(PLAN, json={"quantity": "Mass", "due_on": "2026-12-01"} | changes)
    assert (answer.status_code, set(answer.json["errors"])) == (422, {field})


def test_what_is_given_up_is_planned_no_longer(lab, keeper, stranger):
    key = keeper.post(PLAN, json={"quantity": "Mass", "due_on": "2026-12-01"}).json["id"]
    cancel = f"{LINES}/{key}/cancel"
    assert stranger.post(cancel, json={"reason": "x"}).status_code == 404
    assert keeper.post(cancel, json={"reason": "Không có vòng"}).status_code == 200
    assert keeper.post(cancel, json={"reason": "Không có vòng"}).status_code == 409
    assert keeper.get(PLAN).json["planned"] == []
