"""How many digits a chart tells: a computed level one more than the values have, a limit all of its own."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from registry.calibration.stability.drawing import formats
from registry.kernel.i18n import speaking

SERIES: Any = SimpleNamespace(values=[SimpleNamespace(error=Decimal("0.00021"), readings=1)])


def test_a_computed_level_has_one_digit_more_than_the_values(app):
    with app.app_context(), speaking("en"):
        told = formats(SERIES, computed=True).number
        assert [told(Decimal(one)) for one in ("0.000320166", "-0.00021", "1000")] == ["0.000320", "−0.00021", "1000"]


def test_a_limit_keeps_its_digits(app):
    with app.app_context(), speaking("vi"):
        assert formats(SERIES).number(Decimal("-0.0000125")) == "−0,0000125"
