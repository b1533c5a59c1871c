"""Quantiles of Student's t: how many standard uncertainties a reach is, for a probability and degrees of freedom."""


def student_t(probability: float, freedom: float, sides: int) -> float:
    """The factor that covers a probability on both sides (`sides` 2) or up to one limit (1)."""
    from scipy.special import stdtrit  # noqa: PLC0415 — scipy costs every start half a second

    return float(stdtrit(freedom, (1 + probability) / 2 if sides == 2 else probability))  # noqa: PLR2004 — two sides


def student_t_beyond(t: float, freedom: float) -> float:
    """The probability of a value as far from zero as `t`, on either side."""
    from scipy.special import stdtr  # noqa: PLC0415 — scipy costs every start half a second

    return float(2 * stdtr(freedom, -abs(t)))
