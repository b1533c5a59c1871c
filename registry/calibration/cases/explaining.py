"""Why an item is of its significance, in the language of the request: the numbers it rests on, and a sentence."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from registry.calibration.cases import gathering
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import IN_SCOPE, Estimate, Ground
from registry.calibration.traceability.measured import Point
from registry.kernel.amounts import minus, plus
from registry.kernel.i18n import _, said_value


class Explained(NamedTuple):
    """The numbers of the point that a significance rests on, one a line; and why it follows from them."""

    figures: Sequence[str]
    why: str


def explained(case: Case, items: Sequence[CaseItem]) -> dict[int, Explained]:
    """Why each item within the scope of a case is of its significance, by its key: few statements."""
    inside = [item for item in items if item.bearing in IN_SCOPE and item.significance is not None]
    if not inside:
        return {}
    rested = gathering.rested_on(case, inside)
    return {item.id: _one(case, item, rested.get(item.id)) for item in inside}


def _one(case: Case, item: CaseItem, rested: tuple[Point, Estimate] | None) -> Explained:
    if rested is not None:
        point, found = rested
        return Explained([*_measured(point), *_shifted(item)], why_of(point, found))
    if item.shift is not None:
        return Explained(_shifted(item), _("What it rested on when it was judged has been changed since."))
    if not case.ranges:
        return Explained([], _("How far the standard had moved is not known."))
    return Explained([], _("Which part of the affected range it relied on cannot be told."))


def _measured(point: Point) -> list[str]:
    """The point with its error, its U and its limits."""
    unit = point.unit
    lines = [] if point.value is None else [_("at %(value)s %(unit)s", value=said_value(point.value), unit=unit)]
    if point.error is not None:
        lines.append(_("its error %(error)s %(unit)s", error=said_value(point.error), unit=unit))
    if point.uncertainty is not None:
        lines.append(_("U %(u)s %(unit)s", u=said_value(point.uncertainty), unit=unit))
    if point.lower is not None or point.upper is not None:
        low, high = (_number(limit) for limit in (point.lower, point.upper))
        lines.append(_("limits %(low)s … %(high)s %(unit)s", low=low, high=high, unit=unit))
    return lines


def _shifted(item: CaseItem) -> list[str]:
    """The shift, in the unit of the item, and as a part of U and of half the tolerance."""
    if item.shift is None:
        return []
    lines = [_("shift of the standard %(shift)s %(unit)s", shift=said_value(item.shift), unit=item.unit or "")]
    if item.of_uncertainty is not None:
        lines.append(_("%(part)s × U", part=said_value(item.of_uncertainty)))
    if item.of_limit is not None:
        lines.append(_("%(part)s × half the tolerance", part=said_value(item.of_limit)))
    return lines


def why_of(point: Point, found: Estimate) -> str:  # noqa: PLR0911 — one for each ground
    """Why an estimate at a point is what it is: a sentence with the numbers that decided it."""
    is_limited = point.error is not None and (point.lower is not None or point.upper is not None)
    match found.ground:
        case Ground.LEAVES_LIMITS:
            reach, limit = _beyond(point, found.shift or Decimal(0))
            return _(
                "Moved by the shift, its error reaches %(reach)s %(unit)s, which is beyond the limit of %(limit)s %(unit)s.",  # noqa: E501 — one message
                reach=said_value(reach),
                limit=said_value(limit),
                unit=point.unit,
            )
        case Ground.ABOVE_U:
            return _("No limits are known, and the shift is larger than U.")
        case Ground.SUM_LEAVES:
            return _("The shift is at most a third of U, but its error with the shift and U may leave the limits.")
        case Ground.SMALL_TO_U if is_limited:
            return _("The shift is at most a third of U, and its error with the shift and U keeps the limits.")
        case Ground.SMALL_TO_U:
            return _("The shift is at most a third of U; no limits are known.")
        case Ground.SMALL_TO_LIMIT:
            return _("The shift is at most a tenth of half the tolerance.")
        case Ground.NOTHING_KNOWN:
            return _("Neither U nor limits are known, so the shift cannot be compared with anything.")
        case Ground.SHIFT_UNKNOWN:
            return _("How far the standard had moved is not known.")
        case _:
            return f"{_kept(point, found)} {_not_small(found.ground)}".strip()


def _kept(point: Point, found: Estimate) -> str:
    """Where the error comes to with the shift, which is within the limits."""
    if point.error is None or (point.lower is None and point.upper is None):
        return _("Its error against limits is not known.")
    shift = found.shift or Decimal(0)
    reach = minus(point.error, shift) if point.error < 0 else plus(point.error, shift)
    return _(
        "Moved by the shift, its error reaches %(reach)s %(unit)s and keeps the limits.",
        reach=said_value(reach),
        unit=point.unit,
    )


def _not_small(ground: Ground | None) -> str:
    match ground:
        case Ground.NOT_SMALL_TO_U:
            return _("But the shift is more than a third of U.")
        case Ground.NOT_SMALL_TO_LIMIT:
            return _("But the shift is more than a tenth of half the tolerance.")
        case _:
            return _("But there is no U and only one limit to compare the shift with.")


def _beyond(point: Point, shift: Decimal) -> tuple[Decimal, Decimal]:
    """Where the moved error leaves the limits, and which limit it leaves."""
    error = point.error or Decimal(0)
    above, below = plus(error, shift), minus(error, shift)
    if point.upper is not None and above > point.upper:
        return above, point.upper
    return below, point.lower if point.lower is not None else below


def _number(value: Decimal | None) -> str:
    return "–" if value is None else said_value(value)
