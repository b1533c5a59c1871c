"""Chains of standards for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date
from decimal import Decimal
from typing import Any

from registry.assets.models import Asset
from registry.calibration.models import Calibration
from registry.calibration.rules import Outcome, PointValues, Stage
from registry.labs.scope.lines import LineValues
from tests.make import assets, calibration, labs

TOP = "VMI"
MASS = "khối lượng"


def accredited(code: str = TOP, *, scope: list[LineValues] | None = None, **changes: Any) -> str:
    """The code of an accredited laboratory."""
    lines = scope if scope is not None else [line()]
    labs.lab(code, accreditations=[labs.accreditation(granted_on=date(2020, 1, 1), **changes)], scope=lines)
    return code


def line(**changes: Any) -> LineValues:
    """A line of a scope: mass up to 20 kg with 0.0001 g."""
    usual: dict[str, Any] = {
        "quantity": "Khối lượng",
        "unit": "g",
        "range_low": Decimal(0),
        "range_high": Decimal(20000),
        "cmc": Decimal("0.0001"),
        "method": None,
    }
    return usual | changes  # type: ignore[return-value]


def point(value: str, error: str = "0", *, u: str | None = None, limit: str | None = None, **said: Any) -> PointValues:
    """A point of mass in g, by its nominal value, its error, its U with k = 2, and ± its limit."""
    nominal = Decimal(value)
    numbers = {
        "nominal": nominal,
        "reference": nominal,
        "indication": nominal + Decimal(error),
        "expanded_uncertainty": None if u is None else Decimal(u),
        "coverage_factor": None if u is None else Decimal(2),
        "lower_limit": None if limit is None else -Decimal(limit),
        "upper_limit": None if limit is None else Decimal(limit),
    }
    usual = {"quantity": MASS, "unit": "g", "stage": Stage.AS_FOUND}
    return usual | numbers | said  # type: ignore[return-value, operator]


def standard(name: str = "Quả cân", **said: Any) -> Asset:
    return assets.asset(name=name, **said)


def used(item: Asset, day: date, *standards: Asset, lab: str | None = labs.LAB, **said: Any) -> Calibration:
    """A calibration of an item that used some standards."""
    number = said.pop("certificate_no", f"GCN-{item.tag[:4]}-{day}")
    return calibration.calibration(
        item, day, lab=lab, certificate_no=number, standards=[one.tag for one in standards], **said
    )


def failed(item: Asset, day: date, *points: PointValues, **said: Any) -> Calibration:
    """A calibration that found an item out of tolerance."""
    return used(item, day, points=points, **{"outcome": Outcome.FAIL} | said)
