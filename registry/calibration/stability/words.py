"""Findings as people are told them, in the language of the request."""

from decimal import Decimal
from typing import Final

from registry.calibration.drift import Meeting
from registry.calibration.stability.findings import Finding
from registry.calibration.stability.rules import Apart
from registry.kernel.i18n import _, said_day, said_number, said_value
from registry.kernel.quantities import said_quantity

DIGITS: Final = 3  # of a number that was computed


def rounded(number: float | Decimal) -> str:
    """A computed number in three digits, as the language writes it."""
    return said_value(Decimal(f"{Decimal(f'{float(number):.{DIGITS}g}'):f}"))


def apart(one: Apart) -> str:
    """Why a quantity has two charts."""
    return _(
        "%(quantity)s is also given in “%(unit)s”, which cannot be turned into %(other)s: those values stand apart.",
        quantity=said_quantity(one.quantity),
        unit=one.unit,
        other=one.other,
    )


def forecast_sentence(finding: Finding) -> str:
    """When the limit is expected to be met, and how sure that is; otherwise why that is not told."""
    ahead = finding.forecast
    if ahead is None:
        return finding.forecast_refused or ""
    percent = said_number((finding.asked.probability * 100).normalize())
    if ahead.meeting is Meeting.ALREADY:
        return _("The limit can no longer be kept with a probability of %(percent)s %%.", percent=percent)
    if finding.met_on is None:
        day = said_day(finding.asked.horizon)
        return _("The limits are kept with a probability of %(percent)s %% beyond %(day)s.", percent=percent, day=day)
    day = said_day(finding.met_on)
    return _("The limits are kept with a probability of %(percent)s %% until %(day)s.", percent=percent, day=day)
