"""Scores and what they were computed from, in sentences; numbers are rounded for the eye and never onto a bound."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from registry.kernel.i18n import _, said_value
from registry.labs.proficiency.models import PtScore
from registry.labs.proficiency.rules import Source
from registry.labs.proficiency.scores import ACTION, WARNING, Kind, Verdict

NAMES: Final = {Kind.EN: "Eₙ", Kind.Z: "z", Kind.Z_PRIME: "z'", Kind.ZETA: "ζ"}
BOUNDS: Final[Mapping[str, tuple[int, ...]]] = {Kind.EN: (1,)}
DECIMALS: Final = 3
MOST_DECIMALS: Final = 27
FIGURES: Final = 6  # of what was computed


def score_text(kind: str, value: Decimal) -> str:
    """A score with three decimals, with more where three would put it on a bound beside which it lies."""
    for decimals in range(DECIMALS, MOST_DECIMALS):
        rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)
        if rounded == value or abs(rounded) not in BOUNDS.get(kind, (WARNING, ACTION)):
            return said_value(rounded)
    return said_value(value)


def number_text(value: Decimal | str | None) -> str:
    """A number as it was said; one that was computed with six significant figures."""
    if value is None:
        return "–"
    number = Decimal(value)
    if not number or len(number.as_tuple().digits) <= 2 * FIGURES:
        return said_value(number)
    return said_value(number.quantize(Decimal(1).scaleb(min(number.adjusted() - FIGURES + 1, 0))))


def why(score: PtScore) -> str:
    """Why a result has its verdict."""
    said = {"name": NAMES[score.decides], "score": score_text(score.decides, score.score)}
    bound = 1 if score.decides is Kind.EN else WARNING
    if score.verdict is Verdict.SATISFACTORY:
        return _("%(name)s = %(score)s lies within ±%(bound)s.", bound=bound, **said)
    if score.decides is Kind.EN:
        return _("%(name)s = %(score)s lies beyond ±%(bound)s.", bound=bound, **said)
    if score.verdict is Verdict.QUESTIONABLE:
        return _("%(name)s = %(score)s lies between 2 and 3.", **said)
    return _("%(name)s = %(score)s reaches 3 or lies beyond.", **said)


def made_from(line: Mapping[str, Any], scores: Sequence[PtScore]) -> list[str]:
    """What a measurand was judged by: where the value comes from, and what was peculiar."""
    told = [_where_from(line)]
    sigma = line["sigma"]
    if sigma is not None:
        text = (
            _("The standard deviation for the assessment, %(sigma)s %(unit)s, is that of the results, s*.")
            if line["sigma_from_results"]
            else _("The standard deviation for the assessment is %(sigma)s %(unit)s.")
        )
        told.append(text % {"sigma": number_text(sigma), "unit": line["unit"]})
    if any(score.z_prime is not None for score in scores):
        doubt = Decimal(line["assigned_uncertainty"]) / Decimal(line["assigned_factor"])
        text = _(
            "The standard uncertainty of the assigned value, %(doubt)s %(unit)s, exceeds 0.3 of that: z' instead of z.",
            doubt=number_text(+doubt),
            unit=line["unit"],
        )
        told.append(text)
    if line["is_identical"] and line["results"] > 1:
        told.append(_("The results do not differ, or nearly all of them do not: their robust deviation is zero."))
    elif line["from_spread"]:
        told.append(_("More than half of the results are the same; Algorithm A began with the deviation of all."))
    factor = Decimal(line["assigned_factor"])
    if line["source"] == Source.REFERENCE.value and any(score.coverage_factor != factor for score in scores):
        told.append(_("Where the k of a result differs from that of the assigned value, Eₙ takes both at k = 2."))
    return told


def _where_from(line: Mapping[str, Any]) -> str:
    said = {
        "value": number_text(line["assigned_value"]),
        "unit": line["unit"],
        "expanded": number_text(line["assigned_uncertainty"]),
        "factor": number_text(line["assigned_factor"]),
    }
    if line["source"] == Source.CONSENSUS.value:
        return _(
            "Assigned value %(value)s %(unit)s, U = %(expanded)s %(unit)s (k = %(factor)s): "
            "robust mean of %(count)s results by Algorithm A in %(iterations)s iterations.",
            count=line["results"],
            iterations=line["iterations"],
            **said,
        )
    return _(
        "Assigned value %(value)s %(unit)s, U = %(expanded)s %(unit)s (k = %(factor)s), by %(who)s.",
        who=line["assigned_by"] or _("a reference laboratory"),
        **said,
    )
