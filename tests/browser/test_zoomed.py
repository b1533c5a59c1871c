"""A phone at twice the size, 195 pixels wide: nothing of what is needed in the field runs out of the page."""

import pytest

from registry.assets.rules import Status
from tests.conftest import TODAY
from tests.make import assets as make
from tests.make import calibration as make_calibrations
from tests.make import chain as make_chains
from tests.make import stocktake as make_stocktakes

TWICE = {"width": 195, "height": 422}
SMALL = {"width": 320, "height": 640}  # WCAG 2.2, 1.4.10


@pytest.fixture
def shown(arrange, people):
    """The pages of a stock-take and of a set with a component."""
    with arrange():
        whole = make.asset(name="Bộ quả cân chuẩn F1", serial_no="F1-0287", status=Status.IN_SERVICE)
        make.asset(name="Quả cân F1 10 kg", parent_id=whole.id)
        take = make_stocktakes.take(by=people.technician.person())
        limits = {"lower_limit": "-0.000085", "upper_limit": "0.000085"}
        weight = make_chains.standard("Bộ quả cân chuẩn F1 (1 mg đến 20 kg)", schedules=[make.schedule()])
        said = {"reference": "1.000012", "indication": "1.000015", "expanded_uncertainty": "0.000025"}
        point = make_calibrations.values(nominal="1", coverage_factor="2", **said, **limits)
        record = make_chains.used(whole, TODAY, weight, points=[point])
        usual = [
            f"/calibrations/{record.id}",
            "/account/notices",
            f"/stocktakes/{take.id}",
            f"/stocktakes/{take.id}/count",
            f"/s/{whole.tag}",
            "/assets",
            "/labels",
        ]
        return [*usual, "/", f"/assets/{whole.tag}", "/assets/new", f"/assets/{whole.tag}/edit", "/assets/import"]


@pytest.mark.parametrize("locale", ["vi", "en"])
def test_a_phone_at_twice_the_size_shows_everything_and_one_of_320_pixels(visit, technician, shown, locale):
    wide = {}
    for path in shown:
        page = visit(path, by=technician, locale=locale)
        for size in (TWICE, SMALL):
            page.set_viewport_size(size)
            if (over := page.evaluate("() => document.documentElement.scrollWidth") - size["width"]) > 1:
                wide[path, size["width"]] = over
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
