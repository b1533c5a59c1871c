"""Verdicts about future standards and their reasons in words."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from registry.calibration.fitness import rules
from registry.calibration.fitness.rules import Fitness, Judged, Reason, Why
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
    Why.ENOUGH_UNCERTAINTY: lazy("U = %(uncertainty)s is within a third of the smallest limit served, ±%(limit)s."),
    Why.TOO_UNCERTAIN: lazy("U = %(uncertainty)s is more than a third of the smallest limit served, ±%(limit)s."),
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


def assumptions() -> list[tuple[str, str]]:
    """What every verdict assumes, and why: (the assumption, where it comes from)."""
    share = f"{rules.LEAST_SHARE * 100:.0f}"
    return [
        (
            _("U is at most 1/%(ratio)s of the smallest limit served.", ratio=rules.RATIO),
            _("National verification procedures ask this of standards."),
        ),
        (
            _("Drift is looked at %(years)s years ahead.", years=rules.HORIZON_YEARS),
            _("The length of the plan's period 2026–2030."),
        ),
        (
            _("A drift line counts with a probability of %(share)s %%.", share=f"{rules.PROBABILITY * 100:.0f}"),
            _("The usual level of confidence; k = 2 where a certificate names no factor."),
        ),
        (
            _("Found within its limits in at least %(share)s %% of records.", share=share),
            _("A convention of this registry; no rule names it. Less is a doubt, never a refusal."),
        ),
        (
            _("From %(years)s years of service on age is a doubt.", years=rules.OLD_YEARS),
            _("A convention of this registry; no rule names it. Age alone refuses nothing."),
        ),
    ]


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
