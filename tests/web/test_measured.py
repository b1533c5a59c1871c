"""Measured values as pages write them: every digit, no groups, a true minus, and limits that follow cut inwards."""

from decimal import Decimal

import pytest

from registry.web.shell import measured


@pytest.mark.parametrize(
    ("value", "like", "vietnamese", "english"),
    [
        ("1000", None, "1000", "1000"),
        ("1000.0", None, "1000,0", "1000.0"),
        ("-0.009", None, "−0,009", "−0.009"),
        ("0.000320166", "0.0001", "0,000320", "0.000320"),
        ("-0.000320166", "0.0001", "−0,000320", "−0.000320"),
        ("-0.0003299", "0.0001", "−0,000329", "−0.000329"),
        ("0.008", "0.002", "0,008", "0.008"),
        ("1E-30", None, "1E−30", "1E−30"),
    ],
)
def test_no_digit_that_was_typed_is_lost_and_none_is_added(app, value, like, vietnamese, english):
    for locale, said in (("vi", vietnamese), ("en", english)):
        with app.test_request_context(f"/?lang={locale}"):
            assert measured(Decimal(value), Decimal(like) if like else None) == said
