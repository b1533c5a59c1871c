"""Uncertainty budgets: combined and expanded uncertainty, effective degrees of freedom (JCGM 100:2008, the GUM)."""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from enum import StrEnum
from math import inf, isinf
from typing import Final, NamedTuple

from registry.calibration.risk import check_positive, check_share, quantile
from registry.calibration.rules import LEAST_FACTOR
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _

DIGITS: Final = 28  # of a result with a root in it
SPARE_DIGITS: Final = 80  # on the way to it: numbers of forty digits, squared


class Distribution(StrEnum):
    """How the possible values of an input spread (GUM 4.3); `u_shaped` is the arcsine distribution."""

    NORMAL = "normal"
    RECTANGULAR = "rectangular"
    TRIANGULAR = "triangular"
    U_SHAPED = "u_shaped"


SQUARED_DIVISORS: Final = {
    Distribution.RECTANGULAR: Decimal(3),
    Distribution.TRIANGULAR: Decimal(6),
    Distribution.U_SHAPED: Decimal(2),
}


class Component(NamedTuple):
    """One input of a measurement, uncorrelated with the others.

    `width` is the half-width of a bounded distribution, or of a normal one the expanded uncertainty with its coverage
    factor `factor`, 1 for a standard uncertainty; both in the input's unit, as is its `estimate`. `sensitivity` c
    leads to the result's unit. Without `degrees` of freedom the uncertainty is known exactly: they are infinite.
    """

    name: str
    width: Decimal
    distribution: Distribution = Distribution.NORMAL
    factor: Decimal = Decimal(1)
    sensitivity: Decimal = Decimal(1)
    degrees: Decimal | None = None
    estimate: Decimal | None = None

    @property
    def standard_uncertainty(self) -> Decimal:
        """u(x), in the input's unit, to 28 digits."""
        with localcontext(prec=SPARE_DIGITS):
            found = (self.width**2 / self.squared_divisor).sqrt()
        return _rounded(found)

    @property
    def squared_divisor(self) -> Decimal:
        """The square of what the width is divided by: k for a normal distribution, else √3, √6 or √2."""
        return SQUARED_DIVISORS.get(self.distribution, self.factor**2)

    @property
    def variance(self) -> Decimal:
        """The square of its share in the result, (c·u(x))², to 80 digits in the square of the result's unit."""
        with localcontext(prec=SPARE_DIGITS):
            return (self.sensitivity * self.width) ** 2 / self.squared_divisor


class Budget(NamedTuple):
    """What a budget comes to: U = k·u_c at a coverage probability, and the percentage of each component in u_c².

    `combined` and `expanded` are in the result's unit, to 28 digits and not yet rounded for a certificate; `shares`
    are in the order of the components, all zero where there is no uncertainty.
    """

    components: Sequence[Component]
    combined: Decimal
    effective_degrees: float
    probability: float
    coverage_factor: float
    expanded: Decimal
    shares: Sequence[float]


def budget(components: Sequence[Component], probability: float) -> Budget:
    """The uncertainty of a result from those of its inputs. Raises Invalid beside `components.2.degrees` and the like.

    A first-order propagation without correlations (GUM 5.1.2): u_c² = Σ (c·u(x))².
    """
    _check_components(components)
    variances = [component.variance for component in components]
    with localcontext(prec=SPARE_DIGITS):
        variance = sum(variances, Decimal(0))
        root = variance.sqrt()
        parts = [float(each / variance) if variance else 0.0 for each in variances]
    degrees = [inf if component.degrees is None else float(component.degrees) for component in components]
    effective = _effective_degrees(parts, degrees)
    factor = coverage_factor(probability, effective)
    with localcontext(prec=SPARE_DIGITS):
        expanded = Decimal(factor) * root
    return Budget(
        components=tuple(components),
        combined=_rounded(root),
        effective_degrees=effective,
        probability=probability,
        coverage_factor=factor,
        expanded=_rounded(expanded),
        shares=tuple(100 * part for part in parts),
    )


def coverage_factor(probability: float, degrees: float = inf) -> float:
    """The k of an interval ±k·u that holds a share of Student's t distribution, of the normal one without end.

    The degrees of freedom need not be whole (GUM G.4.1 lets both: interpolating and truncating). Raises Invalid.
    """
    check_share("probability", probability)
    check_positive("degrees", degrees)
    below = (1 - probability) / 2
    if isinf(degrees):
        return -quantile(below)
    from scipy.special import stdtrit  # noqa: PLC0415 — scipy costs every start half a second

    return -float(stdtrit(degrees, below))


def _effective_degrees(parts: Sequence[float], degrees: Sequence[float]) -> float:
    """Welch and Satterthwaite's u_c⁴/Σ(u⁴/degrees), from the parts of u_c² (GUM G.4.1); infinite where all are."""
    total = sum(part**2 / each for part, each in zip(parts, degrees, strict=True))
    return 1 / total if total else inf


def _check_components(components: Sequence[Component]) -> None:
    messages: dict[str, list[str]] = {}
    if not components:
        messages["components"] = [_("A budget needs at least one component; add one.")]
    for place, component in enumerate(components):
        found = _component_messages(component)
        messages |= {f"components.{place}.{field}": [text] for field, text in found.items()}
    if messages:
        raise Invalid(messages)


def _component_messages(component: Component) -> dict[str, str]:
    found: dict[str, str] = {}
    if component.width < 0:
        found["width"] = _("An uncertainty cannot be below zero; leave out the sign ±.")
    if component.factor < LEAST_FACTOR:
        found["factor"] = _("A coverage factor is at least 1; it is often 2.")
    if component.degrees is not None and component.degrees <= 0:
        found["degrees"] = _("“%(value)s” must be greater than zero.", value=component.degrees)
    return found


def _rounded(value: Decimal) -> Decimal:
    """To 28 digits, without zeros that a root or a quotient left behind."""
    with localcontext(prec=DIGITS):
        return value.normalize() + Decimal(0)
