"""Verdicts about future standards and their reasons in words."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from registry.calibration.fitness.models import FitnessSetting
from registry.calibration.fitness.rules import USUAL, Assumed, Fitness, Judged, Reason, Why
from registry.kernel.i18n import _, lazy, said_value

FITNESS: Final[Mapping[Fitness, str]] = {
    Fitness.SUITABLE: lazy("suitable"),
    Fitness.UNTIL: lazy("suitable for a time"),
    Fitness.DOUBTFUL: lazy("doubtful"),
    Fitness.UNSUITABLE: lazy("unsuitable"),
    Fitness.UNKNOWN: lazy("not enough data"),
}
SENTENCES: Final[Mapping[Why, str]] = {
    Why.NO_RESULTS: lazy("It has no measured results."),
    Why.NO_NEED: lazy("Nothing with a limit was calibrated with it yet, so its need is not known."),
    Why.NO_UNCERTAINTY: lazy("No result of the quantity it is needed for has an uncertainty."),
    Why.ENOUGH_UNCERTAINTY: lazy("U = %(uncertainty)s is within 1/%(ratio)s of the smallest limit served, ±%(limit)s."),
    Why.TOO_UNCERTAIN: lazy("U = %(uncertainty)s is more than 1/%(ratio)s of the smallest limit served, ±%(limit)s."),
    Why.STABLE: lazy("No drift carries it past its limits within %(years)s years (points looked at: %(points)s)."),
    Why.DRIFTS: lazy("Its drift may carry it past its limits in %(year)s, first at %(point)s."),
    Why.BEYOND: lazy("It may be past its limits already at %(point)s."),
    Why.FEW_RESULTS: lazy("No point has enough results with limits to tell its drift."),
    Why.CONFORMS: lazy("It was found within its limits in %(good)s of %(every)s records."),
    Why.OFTEN_OUT: lazy("It was found within its limits in %(good)s of %(every)s records."),
    Why.TRACEABLE: lazy("Its last results come from a laboratory that was competent for them."),
    Why.NOT_TRACEABLE: lazy("Nothing shows that its last laboratory was competent for the results."),
    Why.IN_DOUBT: lazy("Its results are in doubt."),
    Why.OLD: lazy("It has been in service for %(years)s years, %(limit)s or more."),
}


ASSUMED: Final[Mapping[str, str]] = {
    "ratio": lazy("U is at most 1/%(number)s of the smallest limit served."),
    "horizon_years": lazy("Drift is looked at %(number)s years ahead."),
    "probability": lazy("A drift line counts with a probability of %(number)s."),
    "least_share": lazy("Found within its limits in at least %(number)s of records."),
    "old_years": lazy("From %(number)s years of service on age is a doubt."),
}
REASONS: Final[Mapping[str, str]] = {
    "ratio": lazy("National verification procedures ask this of standards."),
    "horizon_years": lazy("The length of the plan's period 2026–2030."),
    "probability": lazy("The usual level of confidence; k = 2 where a certificate names no factor."),
    "least_share": lazy("A convention of this registry; no rule names it. Less is a doubt, never a refusal."),
    "old_years": lazy("A convention of this registry; no rule names it. Age alone refuses nothing."),
}
NAMES: Final[Mapping[str, str]] = {
    "ratio": lazy("U is at most the limit divided by"),
    "horizon_years": lazy("Years that drift is looked at ahead"),
    "probability": lazy("Probability of a drift line"),
    "least_share": lazy("Share of records found within limits"),
    "old_years": lazy("Years of service from which age is a doubt"),
    "reason": lazy("Reason"),
}


class Assumption(NamedTuple):
    """A number that verdicts assume, in words, with its reason; `usual` is what is usual where this is not."""

    said: str
    reason: str
    usual: str | None


def assumptions(setting: FitnessSetting | None) -> list[Assumption]:
    """What every verdict assumes, and why; what somebody decided has their reason."""
    now = setting.assumed if setting else USUAL
    found = []
    for name in Assumed._fields:
        usual, value = getattr(USUAL, name), getattr(now, name)
        changed = value != usual
        why = setting.reason if setting is not None and changed else str(REASONS[name])
        found.append(Assumption(_assumption(name, value), why, _assumption(name, usual) if changed else None))
    return found


def _assumption(name: str, value: Decimal | int) -> str:
    said = f"{said_value((value * 100).normalize())} %" if isinstance(value, Decimal) else str(value)
    return str(ASSUMED[name]) % {"number": said}


def verdict(judged: Judged) -> str:
    """A verdict, with its year where it has one."""
    if judged.until is not None:
        return _("suitable until %(year)s", year=str(judged.until))
    return str(FITNESS[judged.fitness])


def sentence(reason: Reason) -> str:
    """One reason with its numbers."""
    return str(SENTENCES[reason.why]) % {name: _written(text) for name, text in reason.numbers.items()}


def _written(text: str) -> str:
    """A value with its unit as the language writes it; what is no number stays."""
    number, space, unit = text.partition(" ")
    try:
        return f"{said_value(Decimal(number))}{space}{unit}"
    except InvalidOperation:
        return text
