"""Intervals as people count them: a month later is the same day, clamped at the end of a shorter month."""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

MONTHS_A_YEAR = 12
DAYS_A_WEEK = 7
DAYS_IN_400_YEARS = 146_097
MONTHS_IN_400_YEARS = 4800


class IntervalUnit(StrEnum):
    """What an interval is counted in."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class Interval(NamedTuple):
    """So many days, weeks, months or years; at least one."""

    number: int
    unit: IntervalUnit = IntervalUnit.MONTHS

    @property
    def months(self) -> int | None:
        """How many whole months it is; None for one of days or weeks."""
        match self.unit:
            case IntervalUnit.MONTHS:
                return self.number
            case IntervalUnit.YEARS:
                return self.number * MONTHS_A_YEAR
            case _:
                return None

    @property
    def days(self) -> int | None:
        """How many days it is; None for one of months or years, which are of different lengths."""
        match self.unit:
            case IntervalUnit.DAYS:
                return self.number
            case IntervalUnit.WEEKS:
                return self.number * DAYS_A_WEEK
            case _:
                return None

    @property
    def average_days(self) -> Fraction:
        """How many days it is on average."""
        if self.months is None:
            return Fraction(self.days or 0)
        return Fraction(self.months * DAYS_IN_400_YEARS, MONTHS_IN_400_YEARS)

    @property
    def least_months(self) -> int:
        """The fewest whole months that are on average not shorter: 365 days are 12 months, 366 days are 13."""
        if self.months is not None:
            return self.months
        return -(-(self.days or 0) * MONTHS_IN_400_YEARS // DAYS_IN_400_YEARS)

    def after(self, day: date, times: int = 1, *, number: int | None = None) -> date:
        """The day that many intervals later, counted in one go: 31 January and two months are 31 March.

        `number` is the day of the month to come back to where a shorter month had pushed `day` before it.
        """
        if self.months is not None:
            return months_later(day, self.months * times, number=number)
        return day + timedelta(days=(self.days or 0) * times)

    def times_past(self, start: date, day: date, *, number: int | None = None) -> int:
        """How many intervals from a start on it takes at least, and at least one, to get past a day."""
        if self.months is None:
            return max(1, (day - start).days // (self.days or 1) + 1)
        between = (day.year - start.year) * MONTHS_A_YEAR + day.month - start.month
        times = max(1, between // self.months)
        while self.after(start, times, number=number) <= day:
            times += 1
        return times


def months_later(day: date, months: int, *, number: int | None = None) -> date:
    """The same day so many months later, or the last day of that month: 31 January + 1 is 28 or 29 February.

    The same day is that of `day`, unless it stands for the `number` of a longer month.
    """
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(number or day.day, monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    """The last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])
