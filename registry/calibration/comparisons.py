"""Comparisons of a result with a reference value: the normalised error E_n (ISO 13528:2022, ISO/IEC 17043)."""

from decimal import Decimal, localcontext
from typing import Final, NamedTuple

from registry.calibration.decisions import Measured
from registry.calibration.tolerances import exactly
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

DIGITS: Final = 28  # of a score, which is a quotient with a root
SPARE_DIGITS: Final = 80  # on the way to it


class Comparison(NamedTuple):
    """A score, and whether it is satisfactory."""

    score: Decimal
    is_satisfactory: bool


def normalised_error(found: Measured, reference: Measured) -> Comparison:
    """E_n = (x - X)/√(U² + U_ref²), with expanded uncertainties of one coverage (k about 2); |E_n| ≤ 1 is satisfactory.

    Whether it is, is decided on exact squares, equality included, and not on the score. Raises Invalid where an
    uncertainty is missing or both are zero.
    """
    ours, theirs = found.expanded_uncertainty, reference.expanded_uncertainty
    if ours is None or theirs is None or not (ours or theirs):
        text = _("This score compares with expanded uncertainties; give both, at least one above zero.")
        raise Invalid({"expanded_uncertainty": [text]})
    with exactly():
        apart = found.value - reference.value
        squares = ours**2 + theirs**2
        is_satisfactory = apart**2 <= squares
    with localcontext(prec=SPARE_DIGITS):
        score = apart / squares.sqrt()
    with localcontext(prec=DIGITS):
        return Comparison(+score, is_satisfactory)
