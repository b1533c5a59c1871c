"""The ranges that somebody says are in doubt: whether they run upwards, and are of what the standard measures."""

from collections.abc import Sequence

from registry.calibration.cases.rules import RangeValues
from registry.kernel import units
from registry.kernel.amounts import comparable, folded
from registry.kernel.errors import Messages
from registry.kernel.i18n import _, said_value
from registry.kernel.text import shown


def check_ranges(ranges: Sequence[RangeValues]) -> Messages:
    """Messages by nested field: a range runs upwards, and a shift has no sign."""
    messages: dict[str, list[str]] = {}
    for place, given in enumerate(ranges):
        low, high, shift = given["low"], given["high"], given["shift"]
        if low is not None and high is not None and high <= low:
            text = _("%(high)s is not above the lower end, %(low)s.", high=said_value(high), low=said_value(low))
            messages[f"ranges.{place}.high"] = [text]
        if shift is not None and shift < 0:
            messages[f"ranges.{place}.shift"] = [_("This cannot be below zero; leave its sign out.")]
    return messages


def check_measured(ranges: Sequence[RangeValues], measured: Sequence[tuple[str, str]]) -> Messages:
    """Messages by nested field: a range is of a quantity and a unit that the standard measures, or of a known unit.

    `measured` are the quantities and units of the standard; where none are known, any quantity may be meant. Nothing
    would lie in a range that is mistyped, and the case would leave out everything.
    """
    messages: dict[str, list[str]] = {}
    said = ", ".join(f"{quantity} ({unit})" for quantity, unit in measured)
    for place, given in enumerate(ranges):
        quantity, unit = given["quantity"], given["unit"]
        theirs = {folded(name) for name, own in measured if comparable(unit, own)}
        if theirs and folded(quantity) not in theirs:
            text = _(
                "“%(typed)s” is not what this standard measures in this unit. It measures: %(what)s.",
                typed=shown(quantity),
                what=said,
            )
            messages[f"ranges.{place}.quantity"] = [text]
        elif measured and not theirs:
            text = _(
                "“%(typed)s” is no unit of what this standard measures. It measures: %(what)s.",
                typed=shown(unit),
                what=said,
            )
            messages[f"ranges.{place}.unit"] = [text]
        elif not measured and units.parse(unit) is None:
            text = _(
                "“%(typed)s” is not a known unit; write it as UCUM does, such as kg, Cel or mm.", typed=shown(unit)
            )
            messages[f"ranges.{place}.unit"] = [text]
    return messages
