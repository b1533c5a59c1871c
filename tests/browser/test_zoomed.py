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
        return [f"/stocktakes/{take.id}", f"/stocktakes/{take.id}/count", f"/s/{whole.tag}", "/assets", "/labels"]


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
