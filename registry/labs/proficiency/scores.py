"""Scores of a result against an assigned value: E_n, z, z' and ζ (ISO 13528:2022, ISO/IEC 17043).

A verdict is decided on exact squares and never on a score, which is a quotient with a root and is rounded.
"""

from decimal import Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import Final, NamedTuple

DIGITS: Final = 28  # of a score
SPARE_DIGITS: Final = 80  # on the way to it
WARNING, ACTION = 2, 3  # of z, z' and ζ
MOST_DOUBT: Final = Fraction(3, 10)  # of sigma_pt: up to this u(x_pt) does not count beside it
USUAL_FACTOR: Final = Decimal(2)


class Kind(StrEnum):
    """Which score."""

    EN = "en"
    Z = "z"
    Z_PRIME = "z_prime"
    ZETA = "zeta"


class Verdict(StrEnum):
    """What a score says of a result."""

    SATISFACTORY = "satisfactory"
    QUESTIONABLE = "questionable"
    UNSATISFACTORY = "unsatisfactory"


class Score(NamedTuple):
    """A score, rounded to 28 digits, with its verdict, which is not of the rounded one."""

    kind: Kind
    value: Decimal
    verdict: Verdict


class Said(NamedTuple):
    """A value with its expanded uncertainty U and the k of U, all in one unit."""

    value: Decimal
    expanded: Decimal
    factor: Decimal = USUAL_FACTOR

    @property
    def variance(self) -> Fraction:
        """The square of the standard uncertainty u = U/k, exactly."""
        return (Fraction(self.expanded) / Fraction(self.factor)) ** 2


def normalised(found: Decimal, reference: Decimal, squares: Fraction) -> Score:
    """E_n = (x - X)/√(U² + U_ref²), `squares` being what stands under the root, above zero; up to 1 is satisfactory."""
    apart = Fraction(found) - Fraction(reference)
    verdict = Verdict.SATISFACTORY if apart**2 <= squares else Verdict.UNSATISFACTORY
    return Score(Kind.EN, _quotient(apart, squares), verdict)


def en(found: Said, reference: Said) -> Score:
    """E_n with expanded uncertainties of one coverage; where their k differ, both are brought to k = 2."""
    if found.factor == reference.factor:
        squares = Fraction(found.expanded) ** 2 + Fraction(reference.expanded) ** 2
    else:
        squares = Fraction(USUAL_FACTOR) ** 2 * (found.variance + reference.variance)
    return normalised(found.value, reference.value, squares)


def zeta(found: Said, reference: Said) -> Score:
    """ζ = (x - x_pt)/√(u²(x) + u²(x_pt)), with standard uncertainties."""
    return _graded(Kind.ZETA, found.value, reference.value, found.variance + reference.variance)


def z(found: Decimal, reference: Decimal, sigma: Decimal, doubt: Fraction) -> Score:
    """Give z = (x - x_pt)/sigma_pt where u(x_pt) ≤ 0.3 sigma_pt, else z' = (x - x_pt)/√(sigma_pt² + u²(x_pt)).

    `doubt` is u²(x_pt).
    """
    spread = Fraction(sigma) ** 2
    if counts(sigma, doubt):
        return _graded(Kind.Z_PRIME, found, reference, spread + doubt)
    return _graded(Kind.Z, found, reference, spread)


def counts(sigma: Decimal, doubt: Fraction) -> bool:
    """Whether the uncertainty of the assigned value counts beside sigma_pt, so that z gives way to z'."""
    return doubt > (MOST_DOUBT * Fraction(sigma)) ** 2


def _graded(kind: Kind, found: Decimal, reference: Decimal, variance: Fraction) -> Score:
    """Up to 2 satisfactory, between 2 and 3 questionable, from 3 on unsatisfactory."""
    apart = Fraction(found) - Fraction(reference)
    if apart**2 <= WARNING**2 * variance:
        verdict = Verdict.SATISFACTORY
    elif apart**2 < ACTION**2 * variance:
        verdict = Verdict.QUESTIONABLE
    else:
        verdict = Verdict.UNSATISFACTORY
    return Score(kind, _quotient(apart, variance), verdict)


def _quotient(apart: Fraction, squares: Fraction) -> Decimal:
    if not apart:
        return Decimal(0)  # and not 0E+82
    with localcontext(prec=SPARE_DIGITS):
        score = _decimal(apart) / _decimal(squares).sqrt()
    with localcontext(prec=DIGITS):
        return +score


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
