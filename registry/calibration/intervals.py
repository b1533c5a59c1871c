"""Due dates from intervals: whole months, the same day, clamped at the end of a shorter month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MONTHS_A_YEAR = 12


class DueSource(StrEnum):
    """Where a due date comes from."""

    CERTIFICATE = "certificate"
    INTERVAL = "interval"


@dataclass(frozen=True)
class Due:
    """The last valid day, inclusive, and why that day; `clamped` when the month was too short for the same day."""

    on: date
    source: DueSource
    clamped: bool = False


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month: 31 January + 1 is 28 or 29 February."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due(performed_on: date, interval_months: int | None, valid_until: date | None) -> Due | None:
    """Until when work done on a day counts, the last valid day inclusive; None when nothing says so.

    A printed `valid_until` wins: on a verification certificate it is what the law goes by. A calibration certificate
    says none unless the owner asked for it (ISO/IEC 17025, 7.8.4.3), so one that is given is the owner's own choice.
    """
    if valid_until is not None:
        return Due(valid_until, DueSource.CERTIFICATE)
    if interval_months is None:
        return None
    on = months_later(performed_on, interval_months)
    return Due(on, DueSource.INTERVAL, clamped=on.day != performed_on.day)
