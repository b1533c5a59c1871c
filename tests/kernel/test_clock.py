"""The clock: dates turn at local midnight, instants are UTC, and a pretended date keeps the time of day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from registry.kernel import clock as kernel_clock
from registry.kernel.db import Instant

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def configured():
    """Lets a test configure the clock, and puts it back."""
    yield kernel_clock.configure
    kernel_clock.configure(HANOI, None)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 6, 14, 16, 59, 59, 999999, UTC), date(2026, 6, 14)),
        (datetime(2026, 6, 14, 17, 0, tzinfo=UTC), date(2026, 6, 15)),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2024, 2, 28, 17, 0, tzinfo=UTC), date(2024, 2, 29)),
    ],
)
def test_today_turns_at_midnight_in_hanoi(clock, instant, day):
    clock(instant)
    assert kernel_clock.today() == day
    assert (kernel_clock.now(), kernel_clock.now().tzinfo) == (instant, UTC)


def test_a_day_begins_where_the_day_before_ends(clock):
    day = date(2026, 3, 1)
    start = kernel_clock.start_of(day)
    assert start == datetime(2026, 2, 28, 17, 0, tzinfo=UTC)
    clock(start)
    assert kernel_clock.today() == day
    clock(start - timedelta(microseconds=1))
    assert kernel_clock.today() == day - timedelta(days=1)
    assert kernel_clock.local(start).isoformat() == "2026-03-01T00:00:00+07:00"


def test_where_clocks_are_put_forward_a_day_still_begins_at_its_midnight(configured):
    configured(ZoneInfo("Europe/Berlin"), None)
    lengths = [
        kernel_clock.start_of(date(2026, 3, day + 1)) - kernel_clock.start_of(date(2026, 3, day))
        for day in (28, 29, 30)
    ]
    assert lengths == [timedelta(hours=24), timedelta(hours=23), timedelta(hours=24)]


def test_a_pretended_date_is_today_with_the_real_time_of_day(configured):
    day = date(2024, 2, 29)
    configured(HANOI, day)
    assert kernel_clock.today() == kernel_clock.pretended() == day
    real, pretended = datetime.now(HANOI), kernel_clock.local(kernel_clock.now())
    behind = (real.hour * 3600 + real.minute * 60 + real.second) - (
        pretended.hour * 3600 + pretended.minute * 60 + pretended.second
    )
    assert abs(behind) <= 5 or abs(behind) >= 86395


def test_frozen_clocks_nest_and_let_go():
    with kernel_clock.frozen(date(2020, 1, 1)):
        with kernel_clock.frozen(datetime(2030, 1, 1, tzinfo=UTC)):
            assert kernel_clock.now().year == 2030
        assert kernel_clock.now() == datetime(2020, 1, 1, 5, 0, tzinfo=UTC)
    assert kernel_clock.now() > datetime(2026, 1, 1, tzinfo=UTC)


def test_an_instant_without_a_zone_is_never_stored(session):
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), session.get_bind().dialect)  # noqa: DTZ001 — the wrong value itself


def test_an_instant_comes_back_in_utc_on_both_databases(session):
    kind, dialect = Instant(), session.get_bind().dialect
    stored = kind.process_bind_param(datetime(2026, 1, 1, 3, 0, tzinfo=HANOI), dialect)
    back = kind.process_result_value(stored, dialect)
    assert back is not None
    assert back.isoformat() == "2025-12-31T20:00:00+00:00"
