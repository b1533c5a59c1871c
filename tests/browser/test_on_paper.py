"""Sums in the browser: the board is one sheet of A4 however long they are, and a form tells them back in groups."""

import pypdfium2
import pytest

from registry import demo
from registry.plan import queries
from registry.plan.document import RowKind
from registry.plan.models import MoneyKind
from tests.browser.demonstration import PLANNER, sign_in
from tests.make import plan as make

A4_LANDSCAPE = (842, 595)
ODD = 1_000_001_001  # đồng, which a table in million đồng writes with six decimals


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_the_board_is_one_sheet(visit, demonstration, arrange, locale):
    with arrange():
        rows = queries.current_version(queries.by_code(demo.PLAN, None)).rows
        for code in [row.code for row in rows if row.kind is RowKind.LEAF]:
            for kind in (MoneyKind.ALLOCATED, MoneyKind.DISBURSED):
                make.money(indicator=code, amount=ODD, kind=kind, document="1/QĐ")
    page = visit(f"/sign-in?lang={locale}", locale=locale, desktop=True)
    sign_in(page, PLANNER)
    for room in ("", "?room=true"):
        page.goto(f"/plan/{demo.PLAN}/board{room}")
        sheets = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True, print_background=True))
        assert len(sheets) == 1
        assert tuple(round(side) for side in sheets[0].get_size()) == A4_LANDSCAPE
        assert ("12.940" if locale == "vi" else "12,940") in sheets[0].get_textpage().get_text_range()


def test_a_sum_is_told_back_in_groups_while_it_is_typed(visit, people, arrange):
    with arrange():
        make.plan()
    page = visit(f"/plan/{make.CODE}/money/I.1", by=people.planner)
    page.locator("details.fold > summary").first.click()
    amount, told = page.locator("[name=amount]"), page.locator("output")
    for typed, shown in (
        ("125000000", "= 125.000.000 đ"),
        ("-1.500", "= −1.500 đ"),
        ("1 000 000 đ", "= 1.000.000 đ"),
        ("1,500", ""),
        ("999", ""),
    ):
        amount.fill(typed)
        assert told.text_content() == shown
