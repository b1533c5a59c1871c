"""Months as people count them: the same day, clamped at the end of a shorter month."""

from calendar import monthrange
from datetime import date

MONTHS_A_YEAR = 12


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month: 31 January + 1 is 28 or 29 February."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
