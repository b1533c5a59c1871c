"""The points of a record from the rows of its sheet: what a row leaves out follows from the asset or from its error.

What they say of conformity is found here too, as what a record declares may be otherwise.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Final, cast

from registry.assets.models import Asset
from registry.calibration import entry
from registry.calibration.exchange.checking import Said
from registry.calibration.models import Calibration
from registry.calibration.rules import Outcome, PointValues, Stage, Work
from registry.calibration.tolerances import exactly
from registry.calibration.verdicts import judged
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
        if _is_around(values):
            refuse(f"points.{place}.lower_limit", _not_of_error())
        found.append(cast("PointValues", values))
    return found


def recomputed(work: Work, points: Sequence[object]) -> Outcome | None:
    """The conformity that points, as they are stored, say of work without a procedure."""
    return judged(cast("Calibration", SimpleNamespace(**work._asdict(), points=points))).recomputed


def stored(points: Sequence[PointValues], item: Asset) -> list[SimpleNamespace]:
    """Points as they are stored, before they are."""
    return [SimpleNamespace(**entry.measured(said, at, item), standard_id=None) for at, said in enumerate(points)]


def _is_around(values: dict[str, Any]) -> bool:
    """Whether limits lie around the value of a point, and leave out an error of 0: they are of the indication."""
    true = values["reference"] if values["reference"] is not None else values["nominal"]
    low, high = values["lower_limit"], values["upper_limit"]
    return true is not None and low is not None and 0 < low <= true and (high is None or true <= high)


def _not_of_error() -> str:
    return _("These limits lie around the value of the point. Write those of its error: less the reference value.")


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
