"""The points of a record from the rows of its sheet: what a row leaves out follows from the asset or from its error."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, cast

from registry.assets.models import Asset
from registry.calibration.exchange.checking import Said
from registry.calibration.rules import PointValues, Stage
from registry.calibration.tolerances import exactly
from registry.kernel.i18n import _
from registry.kernel.text import digits

FIELDS: Final = tuple(PointValues.__annotations__)
Refuse = Callable[[str, str], None]


def points_of(said: Said, item: Asset, refuse: Refuse) -> list[PointValues]:
    """The points a record says; what cannot be one is refused beside its cell."""
    quantities = list(dict.fromkeys(one.quantity for one in item.characteristics))
    found: list[PointValues] = []
    for place, point in enumerate(said.points):
        values = {name: point.said.get(name) for name in FIELDS} | {"stage": point.said.get("stage", Stage.AS_FOUND)}
        if values["quantity"] is None and len(quantities) == 1:
            values["quantity"] = quantities[0]
        for name in ("quantity", "unit"):
            if values[name] is None:
                refuse(f"points.{place}.{name}", _needed(name))
        error = point.said.get("error")
        if error is not None:
            why = _with_error(values, error)
            if why:
                refuse(f"points.{place}.error", why)
        found.append(cast("PointValues", values))
    return found


def _needed(name: str) -> str:
    if name == "unit":
        return _("Say in which unit the numbers of this row are.")
    return _("Say which quantity was measured: the asset is described by none, or by several.")


def _with_error(values: dict[str, Any], error: Decimal) -> str:
    """Complete a point by its error; says what contradicts it."""
    true = values["reference"] if values["reference"] is not None else values["nominal"]
    if true is None:
        return _("An error is of something: give the reference value or the nominal one.")
    with exactly():
        if values["indication"] is None:
            values["indication"] = true + error
            return ""
        found = values["indication"] - true
        step = Decimal(1).scaleb(int(error.as_tuple().exponent))
        if abs(found - error) < step:  # a certificate rounds
            return ""
    return _(
        "Indication minus reference is %(found)s, not %(error)s; compare them with the certificate.",
        found=digits(found),
        error=digits(error),
    )
