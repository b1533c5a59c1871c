"""The plan's history from 2019 to 2026 with every trap of its text, as a table that a planner can read.

Each line: what is asked of the text, the row, the period with its target, and the value and verdict on 15 June 2026
when the target is what the period adds, and when it is a running total. A star marks the reading that is official;
of a total over all periods neither column is: its value is the first one's and its verdict stands in the last column.
"""

from datetime import date

import pytest

from registry.kernel.errors import Conflict, Invalid
from registry.labs.standing import DecisionKind
from registry.plan import queries
from registry.plan.activities.rules import ActivityKind, Aspect, Stage
from registry.plan.models import RecordType
from registry.plan.rules import Mode
from tests.make import activities, assets, labs
from tests.make import plan as make

TODAY = date(2026, 6, 15)
TOLD = """
A1  a day decides the one period: 31/12/2025 | II.2.a   | P1 |   5 |  5* met            |  5  met            |
A1  … and 1/1/2026                           | II.2.a   | P2 |  10 |  1* on_track       |  6  on_track       |
A3  the body's goal stands beside the annex  | B25.1    | P1 |   5 |  5* met            |  5  met            |
A3  … read weaker it would run on            | B30.2    | P2 |  10 |  1* on_track       |  6  on_track       |
A4  one organisation, in both periods        | II.2.b   | P1 |   1 |  1  met            |                    | met
A4  … is one of two in all                   | II.2.b   | P2 |   2 |  1  on_track       |                    | on_track
A5  persons, not attendances                 | II.2.c   | P1 | 200 |  4* missed         |  4  missed         |
A5  who came before is new in the period     | II.2.c   | P2 | 200 |  2* behind         |  5  behind         |
A5  … and at the body's goal                 | B30.3    | P2 | 200 |  2* behind         |  5  behind         |
A6  accredited on the last day of the period | II.2.d   | P1 |   1 |  1* not_applicable |  1  not_applicable |
A6  withdrawn since, judged today            | II.2.d   | P2 |   2 |  0* not_applicable |  0  not_applicable |
A6  in the country, wherever it lies         | B25.4    | P1 |   1 |  2* not_applicable |  2  not_applicable |
A6  … in the province: not the one elsewhere | B30.5    | P2 |   2 |  0  not_applicable |  0* not_applicable |
A7  surveys are surveys                      | II.4.a   | P1 |  10 | 10* met            | 10  met            |
A7  … none since                             | II.4.a   | P2 |  20 |  0* behind         | 10  on_track       |
A7  only an adopted programme counts         | B25.3    | P1 |  15 |  1* missed         |  1  missed         |
A7  … and runs on towards 40                 | B30.4    | P2 |  40 |  1  behind         |  2* behind         |
A8  lines of scope that have a CMC           | B30.1    | P2 |  10 | 12  met            | 12* met            |
A9  one application, counted                 | II.3.c   | P1 |   1 |  1* not_applicable |  1  not_applicable |
A9  … and openly counted once more           | II.4.b   | P1 |   1 |  1* not_applicable |  1  not_applicable |
A10 the inspectors' standard is theirs alone | II.3.a.2 | P1 |   5 |  1* missed         |  1  missed         |
A11 a dash is no target                      | II.3.a.2 | P2 |   – |  0* not_applicable |  1  not_applicable |
A11 a blank is no target                     | II.1.-   | P2 |   – |  0* not_applicable |  2  not_applicable |
A11 … what was reviewed before stays         | II.1.-   | P1 |   5 |  2* missed         |  2  missed         |
A12 a project counts once it is accepted     | II.5.-   | P1 |   1 |  1* met            |  1  met            |
A15 at least five, three are not             | I.1      | P1 |   5 |  3* missed         |  3  missed         |
A15 … none yet, none due yet                 | I.1      | P2 |  10 |  0* not_started    |  3  behind         |
A16 without the document nothing is judged   | II.4.b   | P2 |   2 |  0* not_applicable |  1  not_applicable |
29 February is a day of its period           | II.3.b   | P1 |   3 |  1* missed         |  1  missed         |
"""
LINES = [[cell.strip() for cell in line.split("|")] for line in TOLD.strip().splitlines()]


@pytest.fixture
def told(session):
    """What happened, year by year; what the text refuses is refused on the way."""
    make.plan()
    _things()
    _laboratories()
    _work()


def test_the_history_has_the_expected_values_and_verdicts_under_both_readings(told):
    rollup = queries.rollup(queries.by_code(make.CODE, None), TODAY)
    found = {(one.row.code, at.span.code): at for one in rollup.indicators for at in one.periods}
    assert [_line(found[line[1], line[2]], line) for line in LINES] == LINES
    totals = {one.row.code: one.total for one in rollup.indicators if one.total}
    assert {code: (total.value, total.target, total.verdict.value) for code, total in totals.items()} == {
        "II.2.a": (6, 15, "behind"),  # of the title's fifteen nine are due: 2520 of 4180 days are gone
        "II.2.b": (1, 2, "on_track"),
    }


def _line(at, line: list[str]) -> list[str]:
    """The line as the plan tells it, aligned as the table is."""
    by_mode = {at.official.mode: at.official, at.other.mode: at.other}
    cells = []
    for mode in (Mode.PER_PERIOD, Mode.CUMULATIVE):
        one = by_mode.get(mode)
        star = "*" if one is at.official else " "
        cells.append(f"{one.value:>2}{star} {one.verdict.value}".strip() if one else "")
    target = "–" if at.official.target is None else str(at.official.target)
    return [*line[:3], target, *cells, at.official.verdict.value if at.official.mode is Mode.TOTAL_MIN else ""]


def _count(indicator: str, made, **said) -> None:
    make.evidence(indicator, str(made.id), kind=RecordType.ACTIVITY, **said)


def _things() -> None:
    for day in ("2020-03-02", "2022-07-01", "2024-02-29", "2025-12-31", "2026-01-01"):
        make.evidence("II.2.a", assets.asset(owner="STC", commissioned_on=date.fromisoformat(day)).tag)
    weights = assets.asset(owner="STC", name="Bộ quả cân", commissioned_on=date(2023, 5, 4))
    piece = assets.asset(owner="STC", commissioned_on=date(2023, 5, 4), parent_id=weights.id)
    make.evidence("II.2.a", weights.tag)
    with pytest.raises(Invalid):
        make.evidence("II.2.a", piece.tag)  # A13: a set of weights is one
    theirs = assets.asset(owner="SKHCN", commissioned_on=date(2021, 9, 9)).tag
    make.evidence("II.3.a.2", theirs)
    with pytest.raises(Conflict):
        make.evidence("II.2.a", theirs)


def _laboratories() -> None:
    labs.lab("PTN-A", organisation="STC", accreditations=[labs.accreditation(number="VILAS 999")])
    make.evidence("II.2.d", "PTN-A", kind=RecordType.LAB)
    labs.decision("PTN-A", DecisionKind.WITHDRAWN, date(2026, 3, 1))
    labs.lab("PTN-BO", organisation="BKHCN", accreditations=[labs.accreditation(number="VILAS 1")])
    make.evidence("B25.4", "PTN-BO", kind=RecordType.LAB, anything=False)
    with pytest.raises(Invalid):
        make.evidence("B30.5", "PTN-BO", kind=RecordType.LAB, anything=False)
    labs.lab("PTN-B", organisation="STC", accreditations=[labs.accreditation(number="VILAS 12")])
    labs.scope_lines("PTN-B", 12)
    make.evidence("B30.1", "PTN-B", kind=RecordType.LAB, counted_on=date(2026, 2, 2))


def _work() -> None:
    made = activities.activity
    for day in (date(2024, 4, 4), date(2026, 4, 4)):
        _count("II.2.b", made(ActivityKind.SUPPORT, day, subject="STC", aspect=Aspect.ISO_17025))
    for day, names in ((date(2024, 5, 20), "An Bình Chi"), (date(2025, 12, 31), "Bình Dũng"), (TODAY, "An Em")):
        _count("II.2.c", activities.course(day, *names.split(), sessions=2))
    survey = made(ActivityKind.SURVEY, date(2023, 1, 1), quantity=10)
    _count("II.4.a", survey)
    with pytest.raises(Invalid):
        _count("B25.3", survey, anything=False)
    for number, (indicator, day) in enumerate((("B25.3", date(2025, 3, 3)), ("B30.4", date(2026, 3, 3)))):
        _count(indicator, activities.adoption(activities.enterprise(f"DN-{number}"), day))
    applied = activities.criteria("DN-0", date(2025, 4, 4))
    _count("II.3.c", applied)
    with pytest.raises(Conflict):
        _count("II.4.b", applied)
    _count("II.4.b", applied, also_counted_in=["II.3.c"])
    _count("II.1.-", made(ActivityKind.POLICY_REVIEW, date(2020, 1, 1), aspect=Aspect.AMENDED, quantity=2))
    steps = [{"stage": Stage.ACCEPTED, "on": date(2025, 2, 1), "document_no": None}]
    _count("II.5.-", made(ActivityKind.PROJECT, date(2025, 2, 1), steps=steps, funds=5_000_000_000))
    _count("I.1", made(ActivityKind.COMMUNICATION, date(2019, 7, 23), aspect=Aspect.RADIO, quantity=3))
    _count("II.3.b", made(ActivityKind.COORDINATION, date(2024, 2, 29), aspect=Aspect.OUTSIDE))
