"""Due dates from intervals: whole months, the same day, clamped at the end of a shorter month."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.kernel.calendar import months_later


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
