"""When duties are due and how they stand, whatever is stored."""

from datetime import date

import pytest

from registry.plan.duties.rules import ENDLESS, Instance, Repeat, State, instances, is_due, standing
from tests.make import plan as make

DUE = date(2026, 12, 10)


@pytest.mark.parametrize(
    ("repeats", "due", "made"),
    [
        (Repeat.YEARLY, "12-10", [Instance(2027, date(2027, 12, 10)), Instance(2028, date(2028, 12, 10))]),
        (Repeat.YEARLY, "02-29", [Instance(2027, date(2027, 2, 28)), Instance(2028, date(2028, 2, 29))]),
        (Repeat.ONCE, "2025-12-31", [Instance(ENDLESS, date(2025, 12, 31))]),
        (Repeat.CONTINUING, None, [Instance(ENDLESS, None)]),
    ],
)
def test_what_is_asked_for_in_two_years(repeats, due, made):
    assert is_due(repeats, due)
    assert list(instances(repeats, due, 2027, 2028)) == made


@pytest.mark.parametrize(
    ("repeats", "due"),
    [
        (Repeat.YEARLY, "2025-12-31"),
        (Repeat.YEARLY, "02-30"),
        (Repeat.YEARLY, None),
        (Repeat.ONCE, "12-10"),
        (Repeat.ONCE, "2025-02-29"),
        (Repeat.CONTINUING, "12-10"),
    ],
)
def test_a_due_date_that_does_not_fit_is_no_due_date(repeats, due):
    assert not is_due(repeats, due)


@pytest.mark.parametrize(
    ("state", "done_on", "on", "stands"),
    [
        (State.NOT_STARTED, None, DUE, State.NOT_STARTED),
        (State.NOT_STARTED, None, date(2026, 12, 11), State.OVERDUE),
        (State.UNDER_WAY, None, date(2026, 12, 11), State.OVERDUE),
        (State.DONE, date(2026, 12, 20), date(2026, 12, 20), State.DONE),
        (State.DONE, date(2026, 12, 20), date(2026, 12, 19), State.OVERDUE),
        (State.DONE, date(2026, 12, 5), date(2026, 12, 4), State.UNDER_WAY),
    ],
)
def test_a_duty_is_overdue_the_day_after_and_done_from_the_day_it_was_done(state, done_on, on, stands):
    assert standing(state, DUE, done_on, on) is stands


def test_what_never_ends_is_never_overdue():
    assert standing(State.UNDER_WAY, None, None, DUE) is State.UNDER_WAY


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"due": "13-01"}, "due"),
        ({"repeats": "continuing"}, "due"),
        ({"lead": {"bodies": [], "raw": "Ai đó"}}, "lead.bodies"),
        ({"lead": {"bodies": ["KHONG-CO"], "raw": ""}}, "lead.bodies.0"),
        ({"indicators": ["II.9"]}, "indicators.0"),
        ({"code": "TC.1.1"}, "code"),
        ({"owner": "Ông A"}, "owner"),
    ],
)
def test_what_is_wrong_with_a_duty_of_a_file_is_said_at_its_place(change, place, tmp_path):
    def spoil(data):
        at = next(n for n, one in enumerate(data["duties"]) if one["code"] == "TC.3.6")
        data["duties"][at] |= change
        places.append(f"duties.{at}.{place}")

    places = []
    file = tmp_path / "plan.json"
    file.write_text(make.text(spoil), encoding="utf-8")
    assert {problem.place for problem in make.files.check(file)} >= set(places)
