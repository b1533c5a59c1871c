"""Standards of the item's quantity stand first; those that measure nothing it does wait behind a fold."""

from decimal import Decimal

import pytest

from registry.assets.models import Asset, Characteristic
from registry.calibration.offered import offers
from registry.kernel.db import db
from tests.conftest import TODAY
from tests.make import assets, labs
from tests.make import chain as make


def described(name: str, quantity: str | None, unit: str = "") -> Asset:
    made = make.standard(name, schedules=[assets.schedule()])
    if quantity:
        held = {"quantity": quantity, "unit": unit, "range_low": Decimal(0), "range_high": Decimal(100)}
        made.characteristics.append(Characteristic(position=0, **held))
    db.session.flush()
    return made


@pytest.fixture
def shelf(people, arrange):
    """A scale, and standards of mass, of pressure, and one of which nobody said what it measures."""
    with arrange():
        labs.lab()
        item = described("Cân", "khối lượng", "g")
        weight, gauge = described("Quả cân", "Mass", "kg"), described("Áp kế", "áp suất", "bar")
        return item.tag, [weight.tag, gauge.tag], described("Không rõ", None).tag


def test_what_measures_something_else_is_told_apart_and_what_is_recommended_is_not(people, shelf, app):
    tag, (weight, gauge), unknown = shelf
    with app.app_context():
        known = {one.tag: one for one in db.session.query(Asset)}
        ask = people.technician.person(), known[tag], TODAY
        told = {one.asset.tag: one.is_other for one in offers(*ask, named=[weight, gauge, unknown])}
        assert told == {weight: False, gauge: True, unknown: False}
        assert [one.is_other for one in offers(*ask, first=[known[gauge]])] == [False]


def test_the_form_folds_them_away_unless_one_is_ticked(technician, shelf):
    tag, (weight, gauge), _unknown = shelf
    address = f"/assets/{tag}/calibrations/new/standards?on={TODAY}&procedure=&named={weight}+{gauge}&lang=vi"
    page = technician.pages.get(address).text
    assert page.index(weight) < page.index("Chuẩn của đại lượng khác") < page.index(gauge)
