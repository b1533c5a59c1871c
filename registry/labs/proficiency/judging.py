"""Judging the results of one measurand: the assigned value, the scores, and everything they were computed from."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import digits
from registry.labs.proficiency import scores
from registry.labs.proficiency.robust import Robust, algorithm_a, middle
from registry.labs.proficiency.rules import Assigned, Judged, Source, in_unit
from registry.labs.proficiency.scores import Said, Score, Verdict

LEAST_SPREAD: Final = 2  # results that have a spread at all


class Entry(NamedTuple):
    """One participant's result as it was said."""

    key: int
    said: Said
    unit: str


class Judgement(NamedTuple):
    """One result in the unit of the round, and its scores; `decides` is the one the verdict is of."""

    key: int
    found: Said
    scores: Mapping[scores.Kind, Score]
    decides: Score

    @property
    def verdict(self) -> Verdict:
        return self.decides.verdict


class Outcome(NamedTuple):
    """A measurand judged: the assigned value with U and k, sigma_pt, robust statistics, and each result.

    `robust` is None under two results.
    """

    assigned: Said
    sigma: Decimal | None
    sigma_from_results: bool
    robust: Robust | None
    median: Decimal | None
    deviation: Decimal | None
    judgements: Sequence[Judgement]


def judge(name: str, unit: str, basis: Assigned, least: int, entries: Sequence[Entry]) -> Outcome:
    """Judge all results of a measurand. Raises Invalid, naming the measurand, where they cannot be judged."""
    if not entries:
        raise _refused(_("%(name)s: nobody has given a result yet.", name=name))
    found = [in_unit(entry.said, entry.unit, unit) for entry in entries]
    values = [one.value for one in found]
    robust = algorithm_a(values) if len(values) >= LEAST_SPREAD else None
    centre = middle(values)
    by_results = basis.source is Source.CONSENSUS or (basis.sigma is None and basis.judged_by is Judged.Z)
    if by_results and (robust is None or len(values) < least):
        text = _(
            "%(name)s: %(count)s results are too few for a value or a spread of their own, which takes %(least)s. "
            "State an assigned value and a standard deviation, or wait for more results.",
            name=name,
            count=len(values),
            least=max(least, LEAST_SPREAD),
        )
        raise _refused(text)
    assigned = _assigned(name, basis, robust)
    sigma = basis.sigma or (robust.deviation if robust and by_results else None)
    if basis.judged_by is Judged.Z and not sigma:
        text = _(
            "%(name)s: the results do not differ, so that they have no standard deviation; state one.",
            name=name,
        )
        raise _refused(text, "sigma")
    judgements = [_judgement(entry.key, one, assigned, sigma, basis) for entry, one in zip(entries, found, strict=True)]
    return Outcome(
        assigned, sigma, by_results and basis.sigma is None, robust, centre.median, centre.deviation, judgements
    )


def frozen(basis: Assigned, least: int, outcome: Outcome) -> dict[str, object]:
    """What is kept of an outcome beside its scores: decimals as their digits."""
    robust = outcome.robust
    return {
        "judged_by": basis.judged_by.value,
        "source": basis.source.value,
        "assigned_value": digits(outcome.assigned.value),
        "assigned_uncertainty": _digits(outcome.assigned.expanded),
        "assigned_factor": digits(outcome.assigned.factor),
        "sigma": None if outcome.sigma is None else digits(outcome.sigma),
        "sigma_from_results": outcome.sigma_from_results,
        "least_results": least,
        "results": len(outcome.judgements),
        "median": _digits(outcome.median),
        "median_deviation": _digits(outcome.deviation),
        "robust_mean": _digits(robust and robust.mean),
        "robust_deviation": _digits(robust and robust.deviation),
        "robust_uncertainty": _digits(robust and robust.uncertainty),
        "iterations": robust.iterations if robust else None,
        "from_spread": bool(robust and robust.from_spread),
        "is_identical": bool(robust and robust.is_identical),
    }


def _assigned(name: str, basis: Assigned, robust: Robust | None) -> Said:
    """The assigned value; a consensus has U = 2 u(x_pt), which is zero where no result differs."""
    if basis.source is Source.CONSENSUS and robust is not None:
        return Said(robust.mean, 2 * robust.uncertainty)
    if basis.value is None or basis.uncertainty is None or basis.factor is None:
        text = _("%(name)s: there is no assigned value yet; give it with its U and k.", name=name)
        raise _refused(text, "assigned_value")
    return Said(basis.value, basis.uncertainty, basis.factor)


def _judgement(key: int, found: Said, assigned: Said, sigma: Decimal | None, basis: Assigned) -> Judgement:
    made: list[Score] = []
    if sigma:
        made.append(scores.z(found.value, assigned.value, sigma, assigned.variance))
    if basis.source is Source.REFERENCE:
        made += [scores.en(found, assigned), scores.zeta(found, assigned)]
    by_kind = {score.kind: score for score in made}
    if basis.judged_by is Judged.Z:
        return Judgement(key, found, by_kind, made[0])
    return Judgement(key, found, by_kind, by_kind[scores.Kind(basis.judged_by.value)])


def _refused(text: str, field: str = "results") -> Invalid:
    return Invalid({field: [text]})


def _digits(number: Decimal | None) -> str | None:
    return None if number is None else digits(number or Decimal(0))  # a zero has no digits that say anything
