"""Schedules as they are agreed: how often, from which day on, what early and late work does, and what use allows."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, NamedTuple, NotRequired, Protocol, TypedDict, cast

from registry.assets.rules import ScheduleKind
from registry.kernel.calendar import Interval, IntervalUnit
from registry.kernel.errors import Invalid, Messages
from registry.kernel.i18n import _

LONGEST: Final = {
    IntervalUnit.DAYS: 18_300,
    IntervalUnit.WEEKS: 2_600,
    IntervalUnit.MONTHS: 600,
    IntervalUnit.YEARS: 50,
}

SHORTEST_DAYS: Final = {
    IntervalUnit.DAYS: 1,
    IntervalUnit.WEEKS: 7,
    IntervalUnit.MONTHS: 28,
    IntervalUnit.YEARS: 365,
}


class Ends(StrEnum):
    """On which day an interval ends: the day itself, or the last one of its month."""

    EXACT = "exact"
    MONTH_END = "month_end"


class Anchor(StrEnum):
    """From which day an interval counts: of the work, of its receipt by the laboratory, of the first use after it."""

    PERFORMED = "performed"
    RECEIVED = "received"
    FIRST_USE = "first_use"


class ScheduleValues(TypedDict):
    """A schedule as it is given: `interval_months`, or `interval` with its unit. A policy that is not said stays."""

    kind: ScheduleKind
    interval_months: NotRequired[int | None]
    interval: NotRequired[int | None]
    interval_unit: NotRequired[IntervalUnit | None]
    ends: NotRequired[Ends]
    anchor: NotRequired[Anchor]
    early_days: NotRequired[int | None]
    late_keeps: NotRequired[bool]
    usage_limit: NotRequired[Decimal | None]
    usage_unit: NotRequired[str | None]


class Terms(NamedTuple):
    """What a schedule asks for.

    Work done at most `early_days` before the due date does not shift it; with `late_keeps`, late work does not either.
    `usage_limit` is how much use, in `usage_unit`, ends a proof before its day.
    """

    interval: Interval
    ends: Ends = Ends.EXACT
    anchor: Anchor = Anchor.PERFORMED
    early_days: int | None = None
    late_keeps: bool = False
    usage_limit: Decimal | None = None
    usage_unit: str | None = None


POLICIES: Final = Terms._fields[1:]
USUAL: Final = Terms._field_defaults


class Termed(Protocol):
    """A row that keeps terms."""

    @property
    def kind(self) -> ScheduleKind: ...
    @property
    def interval(self) -> int: ...
    @property
    def interval_unit(self) -> IntervalUnit: ...
    @property
    def ends(self) -> Ends: ...
    @property
    def anchor(self) -> Anchor: ...
    @property
    def early_days(self) -> int | None: ...
    @property
    def late_keeps(self) -> bool: ...
    @property
    def usage_limit(self) -> Decimal | None: ...
    @property
    def usage_unit(self) -> str | None: ...


def interval_of(row: Termed) -> Interval:
    """A row's interval."""
    return Interval(row.interval, row.interval_unit)


def terms_of(row: Termed) -> Terms:
    """A row's terms."""
    return Terms(interval_of(row), *(getattr(row, name) for name in POLICIES))


def told(row: Termed) -> ScheduleValues:
    """A schedule in the words it is given in, without what is usual: what the log keeps, and what gives it again."""
    policies = {name: getattr(row, name) for name in POLICIES if getattr(row, name) != USUAL[name]}
    return _values({"kind": row.kind} | spelt(interval_of(row)) | policies)


def spelt(interval: Interval) -> dict[str, Any]:
    """An interval in the fewest words: months by their number alone."""
    if interval.unit is IntervalUnit.MONTHS:
        return {"interval_months": interval.number}
    return {"interval": interval.number, "interval_unit": interval.unit}


def every(kind: ScheduleKind, interval: Interval) -> ScheduleValues:
    """A schedule with usual policies, as it is given."""
    return _values({"kind": kind} | spelt(interval))


def said_interval(given: ScheduleValues) -> Interval | None:
    """The interval that is said, None when there is none: a number without a unit is in months."""
    count, months = given.get("interval"), given.get("interval_months")
    if count is not None:
        return Interval(count, given.get("interval_unit") or IntervalUnit.MONTHS)
    return None if months is None else Interval(months)


def in_a_word(interval: Interval) -> int | str:
    """An interval as one value: whole months by their number alone, another as `90 days`."""
    return f"{interval.number} {interval.unit}" if interval.months is None else interval.months


def agreed(given: ScheduleValues, before: Terms | None = None, cycle: int | None = None) -> Terms:
    """The terms that are given; policies that are not said are those from before. Raises Invalid, by field.

    `cycle` is that of verification by the law, in months, where one is laid down.
    """
    interval = said_interval(given)
    messages = _interval_messages(given, interval)
    if interval is None or messages:
        raise Invalid(messages)
    kept = before._asdict() if before else USUAL
    policies: dict[str, Any] = {name: given.get(name, kept[name]) for name in POLICIES}
    policies["usage_unit"] = policies["usage_unit"] or None
    terms = Terms(interval, **policies)
    messages = _policy_messages(given["kind"], terms, cycle)
    if messages:
        raise Invalid(messages)
    return terms


def columns(given: ScheduleValues, before: Terms | None = None, cycle: int | None = None) -> dict[str, Any]:
    """The columns of a schedule that is given. Raises Invalid, by field."""
    terms = agreed(given, before, cycle)
    count, unit = terms.interval
    return {"interval": count, "interval_unit": unit} | {name: getattr(terms, name) for name in POLICIES}


def check_schedules(
    schedules: Sequence[ScheduleValues],
    before: Mapping[ScheduleKind, Terms] | None = None,
    cycle: int | None = None,
) -> None:
    """Each schedule agrees with itself, and an asset has at most one of a kind. Raises Invalid."""
    kinds = [given["kind"] for given in schedules]
    messages: dict[str, list[str]] = {}
    for place, given in enumerate(schedules):
        if given["kind"] in kinds[:place]:
            text = _("There is already a schedule of this kind; give each kind once.")
            messages[f"schedules.{place}.kind"] = [text]
        try:
            agreed(given, (before or {}).get(given["kind"]), cycle)
        except Invalid as refusal:
            messages |= {f"schedules.{place}.{field}": list(said) for field, said in (refusal.errors or {}).items()}
    if messages:
        raise Invalid(messages)


def _values(said: dict[str, Any]) -> ScheduleValues:
    return cast("ScheduleValues", said)


def _interval_messages(given: ScheduleValues, interval: Interval | None) -> Messages:
    unit = given.get("interval_unit")
    if interval is None or (given.get("interval") is None and unit not in {None, IntervalUnit.MONTHS}):
        text = _("Say how often: a number of months, or a number with days, weeks, months or years.")
        return {"interval" if unit else "interval_months": [text]}
    months = given.get("interval_months")
    if months is not None and months != interval.months:
        text = _("%(months)s months is another interval than the one beside it; leave one of them out.", months=months)
        return {"interval_months": [text]}
    most = LONGEST[interval.unit]
    if interval.number > most:
        text = _("%(count)s is more than %(most)s, the longest here.", count=interval.number, most=most)
        return {"interval": [text]}
    return {}


def _shortest(interval: Interval) -> int:
    """The fewest days an interval can have."""
    return interval.number * SHORTEST_DAYS[interval.unit]


def _runs_over(terms: Terms, cycle: int | None) -> bool:
    """Whether the end of a month may lie beyond the law's cycle; a month less than that never does, in any year."""
    if terms.ends is not Ends.MONTH_END:
        return False
    months = terms.interval.months
    return cycle is None or months is None or months >= cycle


def _policy_messages(kind: ScheduleKind, terms: Terms, cycle: int | None) -> Messages:
    found: dict[str, list[str]] = {}
    if kind is ScheduleKind.VERIFICATION:
        lengthens = {
            "ends": _runs_over(terms, cycle),
            "anchor": terms.anchor is Anchor.FIRST_USE,
            "early_days": terms.early_days is not None,
        }
        if any(lengthens.values()):
            text = _(
                "The cycle of a verification is laid down by law and may only be shortened; this would lengthen it."
            )
            found |= {field: [text] for field, is_so in lengthens.items() if is_so}
    if terms.early_days is not None and terms.early_days >= _shortest(terms.interval):
        found["early_days"] = [_("Work this early would come before the interval began; give fewer days than it has.")]
    if terms.usage_limit is not None and terms.usage_limit <= 0:
        found["usage_limit"] = [_("The limit of use is above zero; leave it out if use does not count.")]
    if (terms.usage_limit is None) != (terms.usage_unit is None):
        field = "usage_unit" if terms.usage_unit is None else "usage_limit"
        found[field] = [_("A limit of use needs a number and what it counts, such as 2000 hours.")]
    return found
