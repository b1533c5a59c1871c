"""The board on the wall of a meeting room and on paper: all of it at once, and every figure says what it is."""

import pypdfium2
import pytest

from tests.make import plan as make

BOARD = f"/plan/{make.CODE}/board"


@pytest.fixture
def money(people, arrange) -> None:
    with arrange():
        make.plan()
        make.money(amount=1_500_000_000)


@pytest.mark.usefixtures("money")
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_screen_of_any_size_shows_all_of_it_and_of_which_years(visit, planner, locale):
    page = visit(f"{BOARD}?room=true&lang={locale}", by=planner, locale=locale, desktop=True)
    for width, height in ((1280, 720), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        whole = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert whole == [width, height]
        cut = """[...document.querySelectorAll(".board-table td")].filter(
            (one) => one.offsetParent && one.scrollWidth > one.clientWidth + 1).length"""
        assert page.evaluate(cut) == 0
    said = """(one) => [...one.querySelectorAll("td")].filter((cell) => cell.offsetParent).map(
        (cell) => [getComputedStyle(cell, "::before").content, cell.innerText.replaceAll(/\\s+/gu, " ").trim()])"""
    row = page.locator(f"tr:has(a[href='/plan/{make.CODE}/II.2.a'])").last.evaluate(said)
    assert [label[1:-1].split()[-1] for label, _figure in row[:2]] == ["2019–2025", "2026–2030"]
    assert row[2][1].replace(",", ".") == "7.500 1.500 · 0"
    assert page.locator(".board-places").is_visible()


@pytest.mark.usefixtures("money")
@pytest.mark.parametrize("query", ["", "&room=true"])
@pytest.mark.parametrize("locale", ["vi", "en"])
def test_it_is_printed_on_one_sheet(visit, planner, locale, query):
    page = visit(f"{BOARD}?lang={locale}{query}", by=planner, locale=locale, desktop=True)
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(printed) == 1
    assert printed[0].get_width() > printed[0].get_height()
