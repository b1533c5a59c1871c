"""Attempts to prove who one is: wrong ones count, those that the end of the process cut off do not for long."""

from datetime import timedelta

import pytest

from registry.accounts import actions, attempts
from registry.accounts.rules import ATTEMPT_WINDOW, MAX_FAILURES, UNJUDGED
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from registry.kernel.errors import Busy, Invalid

WHO = {"email": "a@example.vn", "address": "10.0.0.1", "is_signed_in": True}
SECOND = timedelta(seconds=1)


def noted(arrange, count):
    keys = []
    with arrange():
        for _time in range(count):
            keys.append(attempts.note(**WHO))
            db.session.commit()
    return keys


def test_what_nobody_got_to_judge_counts_for_a_minute(people, arrange, clock):
    start = kernel_clock.now()
    noted(arrange, MAX_FAILURES["pair"])
    with pytest.raises(Busy):
        noted(arrange, 1)
    clock(start + UNJUDGED + SECOND)
    noted(arrange, 1)


def test_what_was_wrong_counts_for_the_whole_window(people, arrange, clock):
    start = kernel_clock.now()
    for key in noted(arrange, MAX_FAILURES["pair"]):
        with arrange():
            attempts.fail(key)
    for later, may in ((UNJUDGED + SECOND, False), (ATTEMPT_WINDOW - SECOND, False), (ATTEMPT_WINDOW + SECOND, True)):
        clock(start + later)
        if may:
            noted(arrange, 1)
        else:
            with pytest.raises(Busy):
                noted(arrange, 1)


def test_a_missing_password_is_told_as_missing(people, arrange):
    with arrange():
        for missing in (None, ""):
            with pytest.raises(Invalid) as refused:
                actions.confirm(people.keeper.person(), missing)
            with pytest.raises(Invalid) as wrong:
                actions.confirm(people.keeper.person(), "sai")
            assert refused.value.errors != wrong.value.errors
