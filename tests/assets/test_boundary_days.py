"""Validity on the days at which months, leap years and the local day turn: the rule and its SQL twin agree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from registry.assets import queries
from registry.assets.models import Asset
from registry.assets.rules import SOON_DAYS, Proof, Validity, validity
from registry.kernel import clock as kernel_clock
from tests.make import assets as make

DAY, SOON = timedelta(days=1), timedelta(days=SOON_DAYS)
ENDS = (
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 3, 1),
    date(2025, 2, 28),
    date(2026, 1, 31),
    date(2026, 4, 30),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2000, 2, 29),
    date(2199, 12, 31),
)


def in_sql(session, today):
    found = {}
    for state in Validity:
        found |= dict.fromkeys(session.scalars(select(Asset.id).where(queries.validity_is(state, today))), state)
    return found


@pytest.mark.usefixtures("people")
def test_a_due_date_is_the_last_valid_day_at_every_end_of_a_month(session):
    made = {make.asset(due_on=end).id: end for end in ENDS}
    for end in ENDS:
        for today in (end - SOON - DAY, end - SOON, end - DAY, end, end + DAY):
            expected = {key: validity(Proof.GOOD, due_on, today) for key, due_on in made.items()}
            assert in_sql(session, today) == expected
        assert validity(Proof.GOOD, end, end - SOON - DAY) is Validity.VALID
        assert validity(Proof.GOOD, end, end - SOON) is Validity.DUE_SOON
        assert validity(Proof.GOOD, end, end) is Validity.DUE_SOON
        assert validity(Proof.GOOD, end, end + DAY) is Validity.OVERDUE


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        (datetime(2024, 2, 28, 16, 59, 59, tzinfo=UTC), Validity.DUE_SOON),
        (datetime(2024, 2, 28, 17, 0, tzinfo=UTC), Validity.DUE_SOON),
        (datetime(2024, 2, 29, 16, 59, 59, tzinfo=UTC), Validity.DUE_SOON),
        (datetime(2024, 2, 29, 17, 0, tzinfo=UTC), Validity.OVERDUE),
    ],
)
def test_the_last_valid_day_ends_at_local_midnight(clock, instant, state):
    clock(instant)
    assert validity(Proof.GOOD, date(2024, 2, 29), kernel_clock.today()) is state
