"""Whole numbers as people type them: grouped as pages print them, money with its sign; two readings are refused."""

import pytest

from registry.kernel.i18n import speaking
from registry.kernel.schema import Dong, Schema, Whole, Year
from registry.web import wholes
from registry.web.decimals import Misread
from registry.web.forms import as_json

MOST = 10**14
PIECES, MONEY = Whole(-MOST, MOST), Dong(-MOST, MOST)
READ = {
    "vi": {
        "125.000.000": 125_000_000,
        "1.500": 1500,
        "1 000 000": 1_000_000,
        "1\N{NO-BREAK SPACE}000": 1000,
        "-1.500": -1500,
        "−7": -7,
        "125,000,000": 125_000_000,
        " 007 ": 7,
    },
    "en": {"125,000,000": 125_000_000, "1,500": 1500, "125.000.000": 125_000_000},
}
NO_NUMBER = ["1.50", "1.5000", "01.500", "0.500", "1.000 000", "1.000,00", "1.", ".500", "1..500", "1.000.00", "một"]
WITH_SIGN = ["2.000.000 đ", "2.000.000\N{NO-BREAK SPACE}₫", "2 000 000 đồng", "2.000.000 VND", "2.000.000 Đ"]


@pytest.mark.parametrize(("locale", "typed"), [(locale, typed) for locale, many in READ.items() for typed in many])
def test_what_pages_print_is_read(app, locale, typed):
    with speaking(locale):
        assert [wholes.read(field, typed) for field in (PIECES, MONEY)] == [READ[locale][typed]] * 2


@pytest.mark.parametrize("typed", WITH_SIGN)
def test_only_money_has_a_currency(app, typed):
    with speaking("vi"):
        assert [wholes.read(field, typed) for field in (PIECES, MONEY)] == [None, 2_000_000]


@pytest.mark.parametrize("typed", NO_NUMBER)
def test_nothing_is_guessed(app, typed):
    with speaking("vi"):
        assert wholes.read(MONEY, typed) is None


def test_years_are_not_grouped(app):
    with speaking("vi"):
        assert [wholes.read(Year(), typed) for typed in ("2026", "2.026", "2 026")] == [2026, None, None]


@pytest.mark.parametrize(
    ("locale", "typed", "readings"),
    [("vi", "1,500", ("1.500", "1,5")), ("vi", "12,000 đ", ("12.000", "12")), ("en", "1.500", ("1,500", "1.5"))],
)
def test_what_can_be_read_two_ways_is_refused_with_both(app, locale, typed, readings):
    with speaking(locale), pytest.raises(Misread) as refused:
        wholes.read(MONEY, typed)
    assert all(reading in str(refused.value) for reading in (typed, *readings))


class Line(Schema):
    """A row of a form."""

    pieces = Whole(0, 10_000)


def test_rows_are_read_and_their_faults_stand_beside_them(app):
    class Form(Schema):
        """A form with rows."""

        lines = wholes.fields.List(wholes.fields.Nested(Line))

    with speaking("vi"):
        said = {"lines": [{"pieces": "1.500"}, {"pieces": "1,500"}]}
        assert as_json(Form(), said) == {"lines": [{"pieces": 1500}, {"pieces": "1,500"}]}
        assert list(wholes.faults(Form(), said)) == ["lines.1.pieces"]
