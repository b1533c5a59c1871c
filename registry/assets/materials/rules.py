"""What is true of a reference material whatever is stored: until when it keeps, and how much of it can be taken."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Final, NotRequired, TypedDict

from registry.assets.rules import earliest
from registry.kernel import units
from registry.kernel.calendar import months_later
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import _, day_text

LEAST_FACTOR: Final = 1
LAST_DAY: Final = date(2199, 12, 31)
MOST_DIGITS: Final = 200
MOST_PLACES: Final = 20


class TimeUnit(StrEnum):
    DAYS = "days"
    MONTHS = "months"


class CertifiedValues(TypedDict):
    """A certified property as it is given; value and expanded uncertainty in `unit`, the latter without its ±."""

    property: str
    value: Decimal
    unit: str
    expanded_uncertainty: NotRequired[Decimal | None]
    coverage_factor: NotRequired[Decimal | None]


def expiry(
    expires_on: date | None, opened_on: date | None, stable_for: int | None, stable_unit: TimeUnit | None
) -> date | None:
    """The last day on which a material may be used, inclusive: the certified one, or the earlier end after opening.

    None when the producer names none. An end beyond the calendar of the registry is its last day.
    """
    return earliest([expires_on, _end_after_opening(opened_on, stable_for, stable_unit)])


def _end_after_opening(opened_on: date | None, stable_for: int | None, stable_unit: TimeUnit | None) -> date | None:
    if opened_on is None or stable_for is None:
        return None
    if stable_unit is TimeUnit.MONTHS:
        return min(months_later(opened_on, stable_for), LAST_DAY)
    return min(opened_on + timedelta(days=stable_for), LAST_DAY)


def check_opening(
    opened_on: date | None, stable_for: int | None, stable_unit: TimeUnit | None, today: date
) -> Messages:
    """Messages by field: nothing is opened in the future, and a stability has a number and a unit."""
    messages: dict[str, list[str]] = {}
    if opened_on is not None and opened_on > today:
        text = _("%(day)s is in the future; give the day it was opened.", day=opened_on.isoformat())
        messages["opened_on"] = [text]
    if stable_for is not None and stable_unit is None:
        messages["stable_unit"] = [_("Say whether it keeps so many days or so many months after opening.")]
    if stable_for is None and stable_unit is not None:
        messages["stable_for"] = [_("Say how many days or months it keeps after opening, or leave both empty.")]
    return messages


def check_values(values: Sequence[CertifiedValues]) -> Messages:
    """Messages by nested field where the numbers of a certified value contradict each other."""
    messages: dict[str, list[str]] = {}
    for place, given in enumerate(values):
        uncertainty, factor = given.get("expanded_uncertainty"), given.get("coverage_factor")
        where = f"certified_values.{place}"
        if uncertainty is not None and uncertainty < 0:
            messages[f"{where}.expanded_uncertainty"] = [
                _("An uncertainty cannot be below zero; leave out the sign ±.")
            ]
        if factor is not None and factor < LEAST_FACTOR:
            messages[f"{where}.coverage_factor"] = [_("A coverage factor is at least 1; it is often 2.")]
        elif factor is not None and uncertainty is None:
            text = _("A coverage factor needs the expanded uncertainty it belongs to.")
            messages[f"{where}.coverage_factor"] = [text]
    return messages


def check_stock(received: Decimal | None, unit: str | None, taken: Decimal) -> Messages:
    """Messages by field: an amount has its unit, is not negative, and no less than what was taken of it already."""
    if received is None:
        if taken:
            return {"quantity": [_("%(taken)s was taken of it already; say how much there was.", taken=taken)]}
        return {"unit": [_("Say how much there is, or leave the unit out too.")]} if unit else {}
    if unit is None:
        return {"unit": [_("Give the unit of the quantity, such as mL or g.")]}
    if received < 0:
        return {"quantity": [_("There cannot be less than nothing; give how much was received.")]}
    if received < taken:
        text = _("%(taken)s %(unit)s was taken of it already; it cannot have been less.", taken=taken, unit=unit)
        return {"quantity": [text]}
    return {}


def in_unit(amount: Decimal, unit: str, wanted: str) -> Decimal:
    """An amount in the unit of the stock, without rounding. Raises Invalid beside `unit` where that cannot be."""
    if unit == wanted:
        return amount
    source, target = units.parse(unit), units.parse(wanted)
    if source is not None and target is not None and source.converts_to(target):
        turned = units.convert_difference(amount, source, target)
        if _is_short(turned) and units.convert_difference(turned, target, source) == amount:
            return turned
    text = _(
        "%(unit)s cannot be turned into %(wanted)s exactly; give the amount in %(wanted)s.", unit=unit, wanted=wanted
    )
    raise Invalid({"unit": [text]})


def total(amounts: Iterable[Decimal]) -> Decimal:
    """Amounts together, with every digit."""
    with localcontext(prec=MOST_DIGITS):
        return sum(amounts, Decimal(0))


def left(received: Decimal, taken: Decimal) -> Decimal:
    """What is left of an amount, with every digit."""
    with localcontext(prec=MOST_DIGITS):
        return received - taken


def _is_short(amount: Decimal) -> bool:
    """Whether an amount has no more digits than may be said to us."""
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_PLACES and amount.adjusted() < MOST_PLACES


def check_draw(amount: Decimal, remaining: Decimal, unit: str) -> None:
    """No more is taken than is left. Raises Invalid."""
    if amount > remaining:
        text = _(
            "Only %(left)s %(unit)s is left; take that much or less, or correct the stock.", left=remaining, unit=unit
        )
        raise Invalid({"amount": [text]})


def check_draw_day(taken_on: date, today: date, expires_on: date | None, note: str | None) -> Messages:
    """Messages by field: nothing is taken in the future, and of what has expired only with a word why."""
    if taken_on > today:
        return {"taken_on": [_("%(day)s is in the future; give the day it was taken.", day=taken_on.isoformat())]}
    if expires_on is not None and taken_on > expires_on and not note:
        text = _("It expired on %(day)s. Say in the note what it was taken for.", day=day_text(expires_on))
        return {"note": [text]}
    return {}
