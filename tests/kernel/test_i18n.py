"""Messages that find their language when they are shown, also long after they were made."""

import json
import pickle
from datetime import date
from decimal import Decimal

import pytest

from registry.kernel.errors import flat_messages
from registry.kernel.i18n import (
    _,
    current_locale,
    kept_of,
    lazy,
    said_day,
    said_number,
    said_value,
    say,
    speaking,
    together,
)
from registry.kernel.schema import Whole

pytestmark = pytest.mark.usefixtures("app")


def again(text, locale):
    kept = json.loads(json.dumps(kept_of(text)))
    with speaking(locale):
        return say(kept)


def test_a_message_is_said_again_in_another_language():
    with speaking("vi"):
        text = _("%(day)s is in the future; give the day it happened.", day=said_day(date(2026, 1, 31)))
    assert "31/01/2026" in text
    assert again(text, "en") == "31 Jan 2026 is in the future; give the day it happened."
    assert again(again(text, "en"), "vi") == again(text, "vi") == text


def test_a_message_within_a_message_is_said_again_too():
    with speaking("vi"):
        text = _("%(what)s: no valid record.", what=_("Calibration"))
        both = together([text, "A2:", lazy("Calibration")])
    assert again(both, "en") == "Calibration: no valid record. A2: Calibration"


def test_what_a_field_says_is_said_again():
    with speaking("vi"):
        refused = next(iter(Whole(1, 6000).validators))
        with pytest.raises(Exception) as caught:  # noqa: PT011 — marshmallow's own
            refused(0)
        (text,) = flat_messages(caught.value.messages)["body"]
    assert "6.000" in text
    assert again(text, "en") == "Give a whole number from 1 to 6,000."


def test_a_message_survives_the_file_between_two_steps():
    with speaking("vi"):
        text = pickle.loads(  # noqa: S301 — our own
            pickle.dumps(_("At most %(most)s levels can stand above each other; choose the larger set.", most=3))
        )
    assert again(text, "en") == "At most 3 levels can stand above each other; choose the larger set."


def test_a_text_that_was_kept_as_such_is_said_as_it_is():
    assert again("Cân 3.000", "en") == "Cân 3.000"


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [
        (3000, "3.000", "3,000"),
        (-1234567, "−1.234.567", "−1,234,567"),
        (Decimal("-0.10"), "−0,10", "−0.10"),
        (Decimal("1E-30"), "1E−30", "1E−30"),
        (Decimal("0.10"), "0,10", "0.10"),
        (Decimal("1234.5600"), "1.234,5600", "1,234.5600"),
        (Decimal("1E+30"), "1E+30", "1E+30"),
        (0, "0", "0"),
    ],
)
def test_a_number_keeps_its_digits(number, vi, en):
    for locale, expected in (("vi", vi), ("en", en)):
        with speaking(locale):
            assert said_number(number) == expected


def test_a_measured_value_is_said_again_in_another_language():
    with speaking("vi"):
        kept = kept_of(_("%(high)s is below the lower limit, %(low)s.", high=said_value(Decimal("-0.20")), low="0"))
    with speaking("en"):
        assert say(kept) == "−0.20 is below the lower limit, 0."


def test_a_day_is_written_as_the_language_writes_it():
    for locale, expected in (("vi", "01/02/2026"), ("en", "1 Feb 2026")):
        with speaking(locale):
            assert said_day(date(2026, 2, 1)) == expected
            assert current_locale() == locale
