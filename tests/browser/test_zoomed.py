"""A phone at twice the size, 195 pixels wide: nothing of what is needed in the field runs out of the page."""

import pytest

from registry.assets.rules import Status
from tests.make import assets as make
from tests.make import stocktake as make_stocktakes

TWICE = {"width": 195, "height": 422}


@pytest.fixture
def shown(arrange, people):
    """The pages of a stock-take and of a set with a component."""
    with arrange():
        whole = make.asset(name="Bộ quả cân chuẩn F1", serial_no="F1-0287", status=Status.IN_SERVICE)
        make.asset(name="Quả cân F1 10 kg", parent_id=whole.id)
        take = make_stocktakes.take(by=people.technician.person())
        usual = [f"/stocktakes/{take.id}", f"/stocktakes/{take.id}/count", f"/s/{whole.tag}", "/assets", "/labels"]
        return [*usual, "/", f"/assets/{whole.tag}", "/assets/new", f"/assets/{whole.tag}/edit", "/assets/import"]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_phone_at_twice_the_size_shows_everything(visit, technician, shown, locale):
    wide = {}
    for path in shown:
        page = visit(path, by=technician, locale=locale)
        page.set_viewport_size(TWICE)
        if (over := page.evaluate("() => document.documentElement.scrollWidth") - 195) > 1:
            wide[path] = over
        page.close()
    assert wide == {}


def test_the_words_of_the_camera_cover_none_of_its_buttons(visit, technician):
    page = visit("/scan", by=technician)
    page.set_viewport_size(TWICE)
    says, *buttons = [
        page.locator(place).first.bounding_box() for place in ("[data-says]", "[data-start]", "[data-sound]")
    ]
    seen = [box for box in buttons if box]
    assert seen
    assert all(box["y"] + box["height"] <= says["y"] or says["y"] + says["height"] <= box["y"] for box in seen)


def test_what_a_card_says_is_not_squeezed_beside_its_name(visit, technician, shown):
    page = visit("/assets", by=technician)
    page.set_viewport_size(TWICE)
    columns = page.locator("td[data-label]:visible").evaluate_all(
        "cells => cells.map((cell) => getComputedStyle(cell).gridTemplateColumns.split(' ').length)"
    )
    assert set(columns) == {1}
