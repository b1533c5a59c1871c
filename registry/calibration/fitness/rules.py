"""Whether a thing could serve as a traceable standard, and until when: pure, from its results and what it would serve.

Its expanded uncertainty has to be at most a share of the smallest limit of what it is used for, a third unless somebody
decided otherwise, which is the ratio that the national verification procedures ask for; its drift may not carry it past
its own limits within the horizon.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from registry.calibration.drift import LEAST_POINTS, Meeting, Reading, forecast, trend
from registry.calibration.keeping import Keeping
from registry.calibration.rules import Stage
from registry.calibration.stability.rules import Series, Value, settled
from registry.kernel import units
from registry.kernel.errors import Invalid
from registry.kernel.text import fold

YEAR_DAYS: Final = 365.2425
USUAL_FACTOR: Final = Decimal(2)


class Fitness(StrEnum):
    """What can be said of a thing as a standard of the future."""

    SUITABLE = "suitable"
    UNTIL = "until"
    DOUBTFUL = "doubtful"
    UNSUITABLE = "unsuitable"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """A reason for a verdict."""

    ENOUGH_UNCERTAINTY = "enough_uncertainty"
    TOO_UNCERTAIN = "too_uncertain"
    NO_UNCERTAINTY = "no_uncertainty"
    NO_NEED = "no_need"
    NO_RESULTS = "no_results"
    STABLE = "stable"
    DRIFTS = "drifts"
    BEYOND = "beyond"
    FEW_RESULTS = "few_results"
    CONFORMS = "conforms"
    OFTEN_OUT = "often_out"
    TRACEABLE = "traceable"
    NOT_TRACEABLE = "not_traceable"
    IN_DOUBT = "in_doubt"
    OLD = "old"


WEIGHT: Final[Mapping[Why, Fitness]] = {
    Why.TOO_UNCERTAIN: Fitness.UNSUITABLE,
    Why.BEYOND: Fitness.UNSUITABLE,
    Why.NO_RESULTS: Fitness.UNKNOWN,
    Why.NO_UNCERTAINTY: Fitness.UNKNOWN,
    Why.NO_NEED: Fitness.UNKNOWN,
    Why.FEW_RESULTS: Fitness.DOUBTFUL,
    Why.OFTEN_OUT: Fitness.DOUBTFUL,
    Why.NOT_TRACEABLE: Fitness.DOUBTFUL,
    Why.IN_DOUBT: Fitness.DOUBTFUL,
    Why.OLD: Fitness.DOUBTFUL,
    Why.DRIFTS: Fitness.UNTIL,
}
GRAVEST_FIRST: Final = (Fitness.UNSUITABLE, Fitness.UNKNOWN, Fitness.DOUBTFUL, Fitness.UNTIL)


class Reason(NamedTuple):
    """One reason with its numbers, as text."""

    why: Why
    numbers: Mapping[str, str]


class Need(NamedTuple):
    """The smallest limit (±) of a quantity among what a standard was used for, in its unit."""

    quantity: str
    unit: str
    limit: Decimal


class Assumed(NamedTuple):
    """What a verdict assumes, as it is usual.

    U is at most the limit over `ratio`; drift is looked at so far ahead, with a probability; a share of records at
    least was found within limits; from so many years of service on age is a doubt.
    """

    ratio: int = 3
    horizon_years: int = 5
    probability: Decimal = Decimal("0.95")
    least_share: Decimal = Decimal("0.8")
    old_years: int = 15


USUAL: Final = Assumed()


class Facts(NamedTuple):
    """What is known of a thing; `traceable` is None where nothing is known of its last laboratory's competence."""

    series: Sequence[Series]
    needs: Sequence[Need]
    traceable: bool | None
    in_doubt: bool
    commissioned_on: date | None


class Judged(NamedTuple):
    """A verdict, the year it holds until where it ends, and every reason, the gravest first."""

    fitness: Fitness
    until: int | None
    reasons: Sequence[Reason]


def judge(facts: Facts, today: date, assumed: Assumed = USUAL) -> Judged:
    """The verdict on a day."""
    if not facts.series:
        return Judged(Fitness.UNKNOWN, None, [Reason(Why.NO_RESULTS, {})])
    reasons = [
        *_uncertainty(facts, assumed),
        *_drift(facts, today, assumed),
        *_conformity(facts, assumed),
        *_standing(facts, today, assumed),
    ]
    found = next((one for one in GRAVEST_FIRST if any(WEIGHT.get(why) is one for why, _numbers in reasons)), None)
    years = [int(numbers["year"]) for why, numbers in reasons if why is Why.DRIFTS]
    order = {weight: place for place, weight in enumerate(GRAVEST_FIRST)}
    reasons.sort(key=lambda reason: order.get(WEIGHT.get(reason.why, Fitness.SUITABLE), len(order)))
    return Judged(found or Fitness.SUITABLE, min(years) if years and found is Fitness.UNTIL else None, reasons)


def _uncertainty(facts: Facts, assumed: Assumed) -> Iterator[Reason]:
    """The worst ratio of U to its share of a limit, over the quantities that are needed."""
    if not facts.needs:
        yield Reason(Why.NO_NEED, {})
        return
    worst: tuple[Decimal, Value, Need, str] | None = None
    for series in facts.series:
        newest = series.values[-1]
        for need in facts.needs:
            limit = _in_unit(need, series)
            if newest.expanded_uncertainty is not None and limit is not None and limit > 0:
                ratio = assumed.ratio * newest.expanded_uncertainty / limit
                if worst is None or ratio > worst[0]:
                    worst = ratio, newest, need, series.unit
    if worst is None:
        yield Reason(Why.NO_UNCERTAINTY, {})
        return
    ratio, newest, need, unit = worst
    numbers = {"uncertainty": f"{newest.expanded_uncertainty} {unit}", "limit": f"{need.limit} {need.unit}"}
    numbers["ratio"] = str(assumed.ratio)
    yield Reason(Why.TOO_UNCERTAIN if ratio > 1 else Why.ENOUGH_UNCERTAINTY, numbers)


def _in_unit(need: Need, series: Series) -> Decimal | None:
    """A limit in the unit of results of the same quantity."""
    if fold(need.quantity) != fold(series.quantity):
        return None
    if need.unit == series.unit:
        return need.limit
    here, there = units.parse(need.unit), units.parse(series.unit)
    if here is None or there is None or here.dimension != there.dimension:
        return None
    return units.convert_difference(need.limit, here, there)


def _drift(facts: Facts, today: date, assumed: Assumed) -> Iterator[Reason]:
    """When the first point is carried past its limits, within the horizon.

    Where the band passes them already, but not the newest result itself, a drift that is significant ends it this
    year, and without one there are too few results to tell.
    """
    past = [series for series in facts.series if _is_past(series.values[-1])]
    if past:
        yield Reason(Why.BEYOND, _at(past[0]))
        return
    since, end = float(today.toordinal()), today.toordinal() + assumed.horizon_years * YEAR_DAYS
    looked, meetings = 0, list[tuple[float, Series]]()
    for series in facts.series:
        values = settled(series)
        kept = _keeping(values[-1], assumed) if len(values) >= LEAST_POINTS else None
        if kept is None:
            continue
        try:
            line = trend([Reading(float(value.on.toordinal()), value.error) for value in values])
            ahead = forecast(line, kept, since=since, horizon=end)
        except Invalid:
            continue
        if ahead.meeting is Meeting.ALREADY and not line.is_significant:
            continue
        looked += 1
        if ahead.time is not None:
            meetings.append((ahead.time, series))
    if meetings:
        time, series = min(meetings, key=lambda meeting: meeting[0])
        yield Reason(Why.DRIFTS, _at(series) | {"year": str(date.fromordinal(int(time)).year)})
    elif looked:
        yield Reason(Why.STABLE, {"years": str(assumed.horizon_years), "points": str(looked)})
    else:
        yield Reason(Why.FEW_RESULTS, {})


def _is_past(value: Value) -> bool:
    """Whether a result, with its uncertainty, reaches past a limit."""
    reach = value.expanded_uncertainty or Decimal(0)
    low, high = value.lower_limit, value.upper_limit
    return (low is not None and value.error - reach < low) or (high is not None and value.error + reach > high)


def _at(series: Series) -> dict[str, str]:
    at = "" if series.nominal is None else f" {series.nominal} {series.unit}"
    return {"point": f"{series.quantity}{at}"}


def _keeping(value: Value, assumed: Assumed) -> Keeping | None:
    if value.lower_limit is None and value.upper_limit is None:
        return None
    known = value.expanded_uncertainty or Decimal(0)
    return Keeping(
        lower=None if value.lower_limit is None else float(value.lower_limit),
        upper=None if value.upper_limit is None else float(value.upper_limit),
        probability=assumed.probability,
        uncertainty=float(known / (value.coverage_factor or USUAL_FACTOR)),
    )


def _conformity(facts: Facts, assumed: Assumed) -> Iterator[Reason]:
    """How often it was found within its limits; a record counts as a whole."""
    records: dict[int, bool] = {}
    for series in facts.series:
        for value in series.values if series.stage is Stage.AS_FOUND else ():
            low, high = value.lower_limit, value.upper_limit
            if low is not None or high is not None:
                kept = (low is None or low <= value.error) and (high is None or value.error <= high)
                records[value.record] = records.get(value.record, True) and kept
    if records:
        good, every = sum(records.values()), len(records)
        why = Why.CONFORMS if Decimal(good) >= assumed.least_share * every else Why.OFTEN_OUT
        yield Reason(why, {"good": str(good), "every": str(every)})


def _standing(facts: Facts, today: date, assumed: Assumed) -> Iterator[Reason]:
    yield Reason(Why.TRACEABLE if facts.traceable else Why.NOT_TRACEABLE, {})
    if facts.in_doubt:
        yield Reason(Why.IN_DOUBT, {})
    if facts.commissioned_on is not None:
        years = int((today - facts.commissioned_on).days / YEAR_DAYS)
        if years >= assumed.old_years:
            yield Reason(Why.OLD, {"years": str(years), "limit": str(assumed.old_years)})
