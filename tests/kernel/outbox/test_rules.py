"""When a message is tried again and when it is given up."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.kernel.outbox.rules import GIVE_UP, LONGEST_PAUSE, is_too_late, pause

NOW = datetime(2026, 6, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 5), (2, 15), (3, 45), (7, 3600), (8, 3600), (100_000, 3600)])
def test_each_pause_is_longer_up_to_an_hour(attempts, seconds):
    usual = pause(attempts, 0.5)
    assert usual == timedelta(seconds=seconds)
    assert pause(attempts, 0) == usual * 0.75
    assert pause(attempts, 1) == usual * 1.25


def test_patience_holds_to_its_last_moment():
    assert not is_too_late(NOW, NOW + GIVE_UP)
    assert is_too_late(NOW, NOW + GIVE_UP + timedelta(microseconds=1))
    assert GIVE_UP > 24 * LONGEST_PAUSE
