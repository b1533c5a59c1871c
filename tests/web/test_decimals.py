"""Decimals as people type them: grouped as the pages show them, strictly; what can be read two ways is refused."""

import pytest
from marshmallow import fields

from registry.kernel.schema import Schema
from registry.web import decimals
from registry.web.forms import as_json
from tests.web.test_forms import ASSET

READ = {
    "vi": {
        "1.000,50": "1000.50",
        "-1.234.567,0": "-1234567.0",
        "−0,5": "-0.5",
        "1.234.567": "1234567",
        "999.999,9": "999999.9",
        "20,50": "20.50",
        "20.50": "20.50",
        "0.500": "0.500",
        "0,125": "0.125",
        "12,345": "12.345",
        "1500": "1500",
        "+7": "+7",
        "0": "0",
    },
    "en": {
        "1,000.50": "1000.50",
        "1,234,567": "1234567",
        "20,50": "20.50",
        "1.500": "1.500",
        "0,500": "0.500",
        "12345.6": "12345.6",
    },
}
TWO_WAYS = {
    "vi": {"1.500": ("1500", "1,500"), "-999.000": ("-999000", "-999,000")},
    "en": {"1,500": ("1500", "1.500")},
}
NO_NUMBER = {
    "vi": [
        "1,000.50",
        "1.00,5",
        "1.0000,5",
        "01.000,5",
        "1.234,",
        ",5",
        "1,5,0",
        "1.2.3",
        "1 000",
        "nhiều",
        "1.000,٥",
        ".",
    ],
    "en": ["1.000,50", "1,00.5", "1,5,0", "1.2.3", "half"],
}


def each(table):
    return [(locale, typed) for locale, many in table.items() for typed in many]


@pytest.fixture
def speaking(app):
    def ask(locale):
        return app.test_request_context(f"/?lang={locale}")

    return ask


@pytest.mark.parametrize(("locale", "typed"), each(READ))
def test_is_read_with_the_signs_of_the_language(speaking, locale, typed):
    with speaking(locale):
        assert decimals.plain(typed) == READ[locale][typed]


@pytest.mark.parametrize(("locale", "typed"), each(TWO_WAYS))
def test_that_can_be_read_two_ways_is_refused_and_both_are_named(speaking, locale, typed):
    with speaking(locale), pytest.raises(decimals.Misread) as refused:
        decimals.plain(typed)
    assert all(way in str(refused.value) for way in (typed, *TWO_WAYS[locale][typed]))


@pytest.mark.parametrize(("locale", "typed"), each(NO_NUMBER))
def test_of_no_language_is_refused_with_an_example_of_this_one(speaking, locale, typed):
    with speaking(locale), pytest.raises(decimals.Misread) as refused:
        decimals.plain(typed)
    assert {"vi": "1.234,50", "en": "1,234.50"}[locale] in str(refused.value)


def characteristic(**said):
    named = {f"characteristics-0-{name}": value for name, value in said.items()}
    return ASSET | {"name": "Cân", "characteristics-0-quantity": "khối lượng", "characteristics-0-unit": "kg"} | named


@pytest.mark.parametrize(("locale", "typed"), [("vi", "1.000,50"), ("en", "1,000.50")])
def test_what_a_page_shows_is_taken_back_by_its_form(technician, locale, typed):
    answer = technician.pages.post(f"/assets/new?lang={locale}", data=characteristic(range_high=typed))
    assert answer.status_code == 302
    page = technician.pages.get(f"{answer.headers['Location']}?lang={locale}").text
    assert typed in page


def test_every_fault_is_told_at_once_and_in_the_words_of_the_page(technician):
    said = characteristic(range_low="nhiều", range_high="1.500", mpe="5") | {"commissioned_on": "hôm qua"}
    answer = technician.pages.post("/assets/new?lang=vi", data=said)
    assert answer.status_code == 422
    for field in ("characteristics-0-range_low", "characteristics-0-range_high", "commissioned_on"):
        assert f'id="f-{field}-fault"' in answer.text
    assert "API" not in answer.text.partition("<main")[2]


class Offsets(Schema):
    """A form of one field."""

    days = fields.Integer()


def test_a_whole_number_below_zero_is_typed_with_either_sign():
    assert [as_json(Offsets(), {"days": typed}) for typed in ("-7", "−7")] == [{"days": -7}] * 2
