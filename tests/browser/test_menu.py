"""The list of all places on a desk: every one of them is seen without scrolling sideways."""

import pytest

SCREENS = [(1280, 800), (1366, 768), (1366, 650), (1024, 600)]
OUTSIDE = """list => { const box = list.getBoundingClientRect();
    const seen = one => { const {left, right, top, bottom} = one.getBoundingClientRect();
        return left >= box.left && right <= box.right && top >= box.top && bottom <= box.bottom; };
    const lost = [...list.querySelectorAll("a, button")].filter(one => !seen(one)).map(one => one.innerText);
    const within = box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
    return [within, list.scrollWidth - list.clientWidth, lost]; }"""


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_every_place_is_in_the_list_on_the_screens_of_ordinary_laptops(visit, people, locale):
    page = visit(f"/?lang={locale}", by=people.admin, locale=locale, desktop=True)
    for width, height in SCREENS:
        page.set_viewport_size({"width": width, "height": height})
        page.locator("details.more").evaluate("one => one.open = true")
        assert page.locator(".more-list").evaluate(OUTSIDE) == [True, 0, []], (width, height)
        assert page.locator(".more-list form button").is_visible()
