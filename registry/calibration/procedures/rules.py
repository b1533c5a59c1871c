"""What is true of procedures whatever is stored: setpoints in numbers or percent, and where their limits come from."""

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, Protocol, TypedDict

from registry.calibration.rules import Condition, DecisionRule, Stage, Work, check_rule
from registry.kernel import unit_names
from registry.kernel.errors import Messages
from registry.kernel.i18n import _
from registry.kernel.text import fold

MOST_SETPOINTS: Final = 100
MOST_REPETITIONS: Final = 20
MOST_ROWS: Final = 300  # of points that a form holds
WIDEST_PERCENT: Final = 1000


class LimitsSource(StrEnum):
    """Where the limits of the error come from: the asset's permissible error, or each setpoint states its own."""

    ASSET_MPE = "asset_mpe"
    STATED = "stated"


class Setpoint(TypedDict):
    """Where is measured: at `nominal` in `unit`, or in percent of the asset's range: 0 its lower, 100 its upper end.

    Without a `unit` a percentage is taken in the unit of the asset. The limits are those of the error, in `unit`.
    """

    quantity: str
    unit: str | None
    nominal: Decimal | None
    percent_of_range: Decimal | None
    stage: Stage
    repetitions: int
    lower_limit: Decimal | None
    upper_limit: Decimal | None


class ProcedureState(StrEnum):
    """One that was retired is offered no longer and stays readable."""

    IN_USE = "in_use"
    RETIRED = "retired"


class Terms(NamedTuple):
    """What a version says, without the types and standards it names."""

    title_vi: str
    title_en: str
    method: str | None
    quantity: str | None
    decision_rule: DecisionRule | None
    guard_factor: Decimal | None
    target_risk: Decimal | None
    limits: LimitsSource
    setpoints: Sequence[Setpoint]
    environment: Sequence[Condition]
    standards_needed: str | None
    note: str


def check_terms(terms: Terms) -> Messages:
    """Messages by field where the terms of a procedure contradict each other."""
    messages = dict(check_rule(terms.decision_rule, terms.guard_factor, terms.target_risk))
    for place, point in enumerate(terms.setpoints):
        found = _unknown_unit(point) | _where(point) | _limits(point, terms.limits)
        messages |= {f"setpoints.{place}.{field}": [text] for field, text in found.items()}
    if sum(point["repetitions"] for point in terms.setpoints) > MOST_ROWS:
        messages["setpoints"] = [_("With their repetitions these are more than %(most)s points.", most=MOST_ROWS)]
    for place, line in enumerate(terms.environment):
        low, high = line["low"], line["high"]
        if low is not None and high is not None and high < low:
            text = _("%(high)s is below the lowest value, %(low)s.", high=high, low=low)
            messages[f"environment.{place}.high"] = [text]
    return messages


def strayed(recorded: Sequence[Condition], required: Sequence[Condition]) -> list[str]:
    """The conditions that a procedure asks for and a record does not show: outside their limits, or not written down.

    What is written in another unit than the procedure's is not compared.
    """
    read = {fold(line["quantity"]): line for line in recorded}
    return [line["quantity"] for line in required if _strays(read.get(fold(line["quantity"])), line)]


def _strays(line: Condition | None, wanted: Condition) -> bool:
    if line is None:
        return True
    if line["unit"] != wanted["unit"]:
        return False
    ends = [value for value in (line["low"], line["high"]) if value is not None]
    low, high = wanted["low"], wanted["high"]
    return any((low is not None and value < low) or (high is not None and value > high) for value in ends)


def _unknown_unit(point: Setpoint) -> dict[str, str]:
    """A setpoint is laid on assets of many units: one that cannot be turned into any is of no use."""
    unit = point["unit"]
    if not unit or unit_names.meant(unit) is not None:
        return {}
    like = unit_names.nearest(unit)
    if like is not None:
        return {
            "unit": _("“%(unit)s” is no unit the registry knows; did you mean %(like)s?", unit=unit, like=like.symbol)
        }
    text = _(
        "“%(unit)s” is no unit the registry knows. Give its symbol, such as g, °C or kPa, or leave it empty for the "
        "unit of each asset.",
        unit=unit,
    )
    return {"unit": text}


def _where(point: Setpoint) -> dict[str, str]:
    nominal, percent = point["nominal"], point["percent_of_range"]
    if nominal is None and percent is None:
        return {"nominal": _("Give a nominal value, or a percentage of the range.")}
    if nominal is not None and percent is not None:
        return {"percent_of_range": _("Give either a nominal value or a percentage of the range, not both.")}
    if percent is not None and abs(percent) > WIDEST_PERCENT:
        return {"percent_of_range": _("%(percent)s %% is far outside the range.", percent=percent)}
    if nominal is not None and not point["unit"]:
        return {"unit": _("A nominal value needs its unit.")}
    return {}


def _limits(point: Setpoint, limits: LimitsSource) -> dict[str, str]:
    low, high = point["lower_limit"], point["upper_limit"]
    if limits is LimitsSource.ASSET_MPE:
        text = _("The limits follow from the asset's permissible error here; leave this empty, or state all limits.")
        return {name: text for name, value in (("lower_limit", low), ("upper_limit", high)) if value is not None}
    if low is None and high is None:
        return {"upper_limit": _("Every setpoint states its limits here; give at least one.")}
    if low is not None and high is not None and high < low:
        return {"upper_limit": _("%(high)s is below the lower limit, %(low)s.", high=high, low=low)}
    if not point["unit"]:
        return {"unit": _("Limits need the unit they are in.")}
    return {}


class Ruling(Protocol):
    """What a version of a procedure says of how results are decided."""

    @property
    def decision_rule(self) -> DecisionRule | None: ...
    @property
    def guard_factor(self) -> Decimal | None: ...
    @property
    def target_risk(self) -> Decimal | None: ...


def ruled(work: Work, procedure: Ruling | None) -> Work:
    """Work that is decided by the rule of its procedure where it declares none of its own."""
    if procedure is None or work.decision_rule is not None:
        return work
    names = ("decision_rule", "guard_factor", "target_risk")
    return work._replace(**{name: getattr(procedure, name) for name in names})
