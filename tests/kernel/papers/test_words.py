"""Dates, numbers and the fixed words of documents, as Decree 30/2020/NĐ-CP writes them."""

from datetime import date
from decimal import Decimal

import pytest

from registry.kernel.i18n import speaking
from registry.kernel.papers.paper import Language
from registry.kernel.papers.words import number_of, place_and_day, value_text
from tests.make import papers


@pytest.mark.parametrize(
    ("day", "vietnamese", "english"),
    [
        (date(2026, 1, 5), "Bắc Kạn, ngày 05 tháng 01 năm 2026", "Bắc Kạn, 5 January 2026"),
        (date(2026, 2, 10), "Bắc Kạn, ngày 10 tháng 02 năm 2026", "Bắc Kạn, 10 February 2026"),
        (date(2026, 3, 9), "Bắc Kạn, ngày 09 tháng 3 năm 2026", "Bắc Kạn, 9 March 2026"),
        (date(2026, 12, 31), "Bắc Kạn, ngày 31 tháng 12 năm 2026", "Bắc Kạn, 31 December 2026"),
        (None, "Bắc Kạn, ngày …… tháng …… năm 20……", "Bắc Kạn, ……………… 20……"),
    ],
)
def test_the_day_of_issue(day, vietnamese, english):
    head = papers.head(day=day)
    assert place_and_day(head, Language.VIETNAMESE) == vietnamese
    assert place_and_day(head, Language.ENGLISH) == english


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        (Decimal("1234.5"), "1.234,5", "1,234.5"),
        (21_415_000_000, "21.415.000.000", "21,415,000,000"),
        (Decimal("0.10"), "0,10", "0.10"),
        (date(2026, 1, 31), "31/01/2026", "31 Jan 2026"),
        (None, "", ""),
        ("2026", "2026", "2026"),
    ],
)
def test_values_are_written_in_the_language(value, vietnamese, english):
    with speaking("vi"):
        assert value_text(value) == vietnamese
    with speaking("en"):
        assert value_text(value) == english


def test_sections_are_numbered_by_their_depth():
    assert [number_of(place, 0) for place in (1, 4, 9, 14, 40)] == ["I.", "IV.", "IX.", "XIV.", "XL."]
    assert number_of(12, 1) == "12."
    assert [number_of(place, 2) for place in (1, 5, 24)] == ["a)", "đ)", "24)"]
