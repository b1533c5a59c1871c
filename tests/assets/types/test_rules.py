"""Versions never overlap, hold from their first to their last day, and propose what follows from them."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.assets.rules import ScheduleKind
from registry.assets.types import rules
from registry.assets.types.rules import ControlGroup, in_force, place, proposal, shortfalls
from registry.kernel.errors import Invalid
from tests.conftest import TODAY
from tests.make.types import FIRST, SECOND, own_version, version

DAY = timedelta(days=1)
DAYS = st.dates(date(2010, 1, 1), date(2030, 1, 1))
VERIFIED = {"kind": ScheduleKind.VERIFICATION, "interval_months": 12}


@dataclass(eq=False)
class Held:
    """A version with what the rules look at."""

    valid_from: date
    valid_to: date | None = None
    replaced_at: datetime | None = None
    periodic: bool | None = True
    period_months: int | None = 12
    calibration_interval_months: int | None = None


def test_a_version_holds_from_its_first_to_its_last_day():
    old, new = Held(FIRST, SECOND - DAY), Held(SECOND)
    for day, wanted in [(FIRST - DAY, None), (FIRST, old), (SECOND - DAY, old), (SECOND, new), (TODAY, new)]:
        assert in_force([old, new], day) is wanted


def test_what_was_corrected_holds_on_no_day():
    assert in_force([Held(FIRST, replaced_at=datetime.fromisoformat("2026-01-01T00:00:00Z"))], FIRST) is None


def test_an_amendment_ends_the_version_before_it():
    old = Held(FIRST)
    found = place([old], SECOND, None)
    assert (found.valid_to, found.closes, found.replaces) == (None, old, None)


def test_a_version_from_the_same_day_is_a_correction():
    old = Held(FIRST)
    found = place([old], FIRST, None)
    assert (found.closes, found.replaces) == (None, old)


def test_a_version_found_later_ends_where_the_next_one_begins():
    new = Held(SECOND)
    assert place([new], FIRST, None).valid_to == SECOND - DAY
    assert place([new], FIRST, FIRST).valid_to == FIRST
    with pytest.raises(Invalid) as refused:
        place([new], FIRST, SECOND)
    assert set(refused.value.errors) == {"valid_to"}


def test_a_version_cannot_end_before_it_begins():
    with pytest.raises(Invalid):
        place([], SECOND, SECOND - DAY)
    assert place([], SECOND, SECOND).valid_to == SECOND


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=8), DAYS)
def test_however_versions_come_at_most_one_holds(given_spans, day):
    held = []
    for valid_from, valid_to in given_spans:
        try:
            found = place(held, valid_from, valid_to)
        except Invalid:
            continue
        for one in held:
            if one is found.replaces:
                one.replaced_at = datetime.fromisoformat("2026-01-01T00:00:00Z")
            if one is found.closes:
                one.valid_to = valid_from - DAY
        held.append(Held(valid_from, found.valid_to))
        assert in_force(held, valid_from) is held[-1]
    for point in {day, *(one.valid_from for one in held)}:
        assert sum(rules.holds(one, point) for one in held) <= 1


@pytest.mark.parametrize(
    ("group", "terms", "wanted"),
    [
        (ControlGroup.TWO, Held(FIRST), [VERIFIED]),
        (ControlGroup.TWO, Held(FIRST, periodic=None), [VERIFIED]),
        (ControlGroup.TWO, Held(FIRST, periodic=False, period_months=None), []),
        (ControlGroup.TWO, Held(FIRST, period_months=None), []),
        (ControlGroup.TWO, None, []),
        (
            ControlGroup.ONE,
            Held(FIRST, periodic=None, period_months=None, calibration_interval_months=6),
            [{"kind": ScheduleKind.CALIBRATION, "interval_months": 6}],
        ),
        (ControlGroup.ONE, Held(FIRST, periodic=None, period_months=None), []),
    ],
)
def test_what_a_type_proposes(group, terms, wanted):
    assert proposal(group, terms) == wanted


def test_an_owner_may_shorten_what_the_law_asks_and_never_lengthen_it():
    kind = ScheduleKind.VERIFICATION
    assert shortfalls([VERIFIED], {kind: 12}) == []
    assert shortfalls([VERIFIED], {kind: 6}) == []
    assert shortfalls([VERIFIED], {kind: 13}) == [VERIFIED]
    assert shortfalls([VERIFIED], {ScheduleKind.CALIBRATION: 6}) == [VERIFIED]


@pytest.mark.parametrize(
    ("group", "given_version", "fields"),
    [
        (ControlGroup.TWO, version(), set()),
        (ControlGroup.TWO, version(periodic=False, period_months=None), set()),
        (ControlGroup.TWO, version(circular=None, source=""), {"circular", "source"}),
        (ControlGroup.TWO, version(periodic=False), {"period_months"}),
        (ControlGroup.TWO, version(calibration_interval_months=6), {"calibration_interval_months"}),
        (ControlGroup.ONE, own_version(), set()),
        (ControlGroup.ONE, own_version() | {"initial": False, "period_months": 12}, {"initial", "period_months"}),
    ],
)
def test_a_version_says_what_belongs_to_its_group(group, given_version, fields):
    with pytest.raises(Invalid) if fields else nullcontext() as refused:
        rules.check_version(group, given_version)
    assert not fields or set(refused.value.errors) == fields


def test_only_types_of_group_1_are_somebodys_own():
    rules.check_owner(ControlGroup.ONE, "TTKT")
    rules.check_owner(ControlGroup.TWO, None)
    with pytest.raises(Invalid):
        rules.check_owner(ControlGroup.TWO, "TTKT")


def test_a_type_is_called_by_its_code_its_names_and_each_name_in_one():
    found = rules.words("CAN-BAN", "Cân bàn; cân đĩa", "Platform scale")
    assert found == {
        "can-ban": "CAN-BAN",
        "canban": "CAN-BAN",
        "can ban; can dia": "Cân bàn; cân đĩa",
        "canban;candia": "Cân bàn; cân đĩa",
        "can ban": "Cân bàn",
        "can dia": "cân đĩa",
        "candia": "cân đĩa",
        "platform scale": "Platform scale",
        "platformscale": "Platform scale",
    }
    assert rules.words("A", ";;", "ß" * 200).keys() == {"a", ";;", "s" * 200}
