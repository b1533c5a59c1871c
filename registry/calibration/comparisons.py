"""Comparisons of a result with a reference value: the normalised error E_n (ISO 13528:2022, ISO/IEC 17043)."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from registry.calibration.decisions import Measured
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.labs.proficiency.scores import Verdict, normalised


class Comparison(NamedTuple):
    """A score, and whether it is satisfactory."""

    score: Decimal
    is_satisfactory: bool


def normalised_error(found: Measured, reference: Measured) -> Comparison:
    """E_n = (x - X)/√(U² + U_ref²), with expanded uncertainties of one coverage (k about 2); |E_n| ≤ 1 is satisfactory.

    Raises Invalid where an uncertainty is missing or both are zero.
    """
    ours, theirs = found.expanded_uncertainty, reference.expanded_uncertainty
    if ours is None or theirs is None or not (ours or theirs):
        text = _("This score compares with expanded uncertainties; give both, at least one above zero.")
        raise Invalid({"expanded_uncertainty": [text]})
    score = normalised(found.value, reference.value, Fraction(ours) ** 2 + Fraction(theirs) ** 2)
    return Comparison(score.value, score.verdict is Verdict.SATISFACTORY)
