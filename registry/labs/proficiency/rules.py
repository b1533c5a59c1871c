"""What is true of schemes, rounds and results whatever is stored."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple, NotRequired, TypedDict

from registry.kernel import units
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day, said_value
from registry.kernel.quantities import foreign_unit
from registry.kernel.text import shown
from registry.kernel.unit_names import spelt
from registry.labs.proficiency.scores import Said

LEAST_FACTOR: Final = Decimal(1)
MOST_FACTOR: Final = Decimal(20)
USUAL_LEAST: Final = 12  # participants whose results may make an assigned value, where a round states no other number
MOST_MEASURANDS: Final = 30


class SchemeKind(StrEnum):
    """What a scheme is: a programme of proficiency tests, a comparison of two or more laboratories, an audit."""

    PROFICIENCY_TEST = "proficiency_test"
    COMPARISON = "comparison"
    MEASUREMENT_AUDIT = "measurement_audit"


class RoundState(StrEnum):
    """How far a round is; results are taken while it is open."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    EVALUATED = "evaluated"
    PUBLISHED = "published"


class Judged(StrEnum):
    """By which score a round judges; `z` is z' where the assigned value is too uncertain."""

    EN = "en"
    Z = "z"
    ZETA = "zeta"


class Source(StrEnum):
    """Where an assigned value comes from: a reference laboratory, or the participants' results."""

    REFERENCE = "reference"
    CONSENSUS = "consensus"


class RoundOrder(StrEnum):
    """How a list of rounds may be sorted; a dash means backwards."""

    DUE_ON = "due_on"
    DUE_ON_DOWN = "-due_on"


class FollowUpState(StrEnum):
    """How far a follow-up is; `overdue` is one that is open past its day."""

    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"


def follow_up_state(due_on: date, today: date, *, is_closed: bool) -> FollowUpState:
    """Open until its day, the day included; overdue from the day after."""
    if is_closed:
        return FollowUpState.CLOSED
    return FollowUpState.OVERDUE if due_on < today else FollowUpState.OPEN


TURNS: Final[Mapping[RoundState, frozenset[RoundState]]] = {
    RoundState.PLANNED: frozenset({RoundState.OPEN}),
    RoundState.OPEN: frozenset({RoundState.CLOSED}),
    RoundState.CLOSED: frozenset({RoundState.OPEN}),
    RoundState.EVALUATED: frozenset({RoundState.PUBLISHED}),
    RoundState.PUBLISHED: frozenset(),
}
JUDGED: Final = frozenset({RoundState.EVALUATED, RoundState.PUBLISHED})


class AssignedValues(TypedDict, total=False):
    """What is said of an assigned value: in the measurand's unit, U with its k; `sigma` is sigma_pt."""

    source: Source
    assigned_value: Decimal | None
    assigned_uncertainty: Decimal | None
    assigned_factor: Decimal | None
    assigned_by: str | None
    sigma: Decimal | None
    least_results: int


class MeasurandValues(AssignedValues):
    """A measurand of a round, as it is said."""

    name: str
    unit: str
    judged_by: NotRequired[Judged]


class Assigned(NamedTuple):
    """What the rules read of a measurand."""

    judged_by: Judged
    source: Source
    value: Decimal | None
    uncertainty: Decimal | None
    factor: Decimal | None
    sigma: Decimal | None


def check_range(low: Decimal | None, high: Decimal | None) -> None:
    """A range runs upwards. Raises Invalid beside its upper end."""
    if low is not None and high is not None and high < low:
        text = _("%(high)s is below the range's lower end, %(low)s.", high=said_value(high), low=said_value(low))
        raise Invalid({"range_high": [text]})


def check_days(opens_on: date, due_on: date) -> None:
    """Results are due on the day a round opens or later."""
    if due_on < opens_on:
        text = _("%(due)s is before the round opens, %(opens)s.", due=said_day(due_on), opens=said_day(opens_on))
        raise Invalid({"due_on": [text]})


def known_unit(text: str, field: str) -> str:
    """A unit as its symbol; raises Invalid beside a field for one that no vocabulary has."""
    unit = spelt(text)
    if units.parse(unit) is None:
        message = _("“%(unit)s” is not a known unit; write one such as kg, mm or °C.", unit=shown(text))
        raise Invalid({field: [message]})
    return unit


def check_assigned(said: Assigned, prefix: str = "") -> None:
    """An assigned value is whole, positive where it must be, and fits the score that judges. Raises Invalid."""
    errors: dict[str, list[str]] = {}
    parts = (said.value, said.uncertainty, said.factor)
    if said.source is Source.CONSENSUS:
        if any(part is not None for part in parts):
            errors["assigned_value"] = [
                _("A consensus follows from the results; leave value, U and k empty, or choose a reference laboratory.")
            ]
        if said.judged_by is not Judged.Z:
            errors["source"] = [
                _("Eₙ and ζ compare with a value that does not come from the participants; judge a consensus by z.")
            ]
    elif any(part is not None for part in parts) and any(part is None for part in parts):
        errors["assigned_value"] = [_("An assigned value goes with its U and the k of U; give all three or none.")]
    if said.factor is not None and not LEAST_FACTOR <= said.factor <= MOST_FACTOR:
        errors["assigned_factor"] = [_("A coverage factor is from 1 to 20; it is often 2.")]
    for field, value in (("assigned_uncertainty", said.uncertainty), ("sigma", said.sigma)):
        if value is not None and value <= 0:
            errors[field] = [_("“%(value)s” must be greater than zero.", value=said_value(value))]
    if errors:
        raise Invalid({prefix + field: messages for field, messages in errors.items()})


def check_result(expanded: Decimal, factor: Decimal) -> None:
    """No result is without uncertainty, and k is at least 1. Raises Invalid."""
    errors: dict[str, list[str]] = {}
    if expanded <= 0:
        errors["expanded_uncertainty"] = [
            _("No measurement has an uncertainty of %(value)s; give U above zero.", value=said_value(expanded))
        ]
    if not LEAST_FACTOR <= factor <= MOST_FACTOR:
        errors["coverage_factor"] = [_("A coverage factor is from 1 to 20; it is often 2.")]
    if errors:
        raise Invalid(errors)


def check_unit(quantity: str, unit: str, field: str = "unit") -> None:
    """Raise Invalid beside a field for a unit that a quantity is not measured in."""
    foreign = foreign_unit(quantity, unit)
    if foreign is not None:
        raise Invalid({field: [foreign]})


def in_unit(said: Said, unit: str, wanted: str) -> Said:
    """A result in the unit of the round. Raises Invalid beside `unit` where that cannot be.

    Scales with another zero, °C and K, are not converted: a value may be a difference, which has no zero.
    """
    source, target = units.parse(unit), units.parse(wanted)
    if unit == wanted:
        return said
    if source is None or target is None or not source.converts_to(target) or source.offset != target.offset:
        text = _(
            "A result in %(unit)s cannot be turned into %(wanted)s; give it in %(wanted)s.",
            unit=shown(unit),
            wanted=wanted,
        )
        raise Invalid({"unit": [text]})
    value, expanded = (units.convert_difference(number, source, target) for number in (said.value, said.expanded))
    return Said(value, expanded, said.factor)


def check_turn(state: RoundState, to: RoundState) -> None:
    """A round goes on step by step, and is opened again only while nothing is evaluated. Raises Conflict."""
    if to not in TURNS[state]:
        texts = {
            RoundState.PLANNED: _("The round is planned; open it first."),
            RoundState.OPEN: _("The round is open; close it before the next step."),
            RoundState.CLOSED: _("The round is closed; evaluate it, or open it again."),
            RoundState.EVALUATED: _("The round is evaluated; it can be published."),
            RoundState.PUBLISHED: _("The round is published; it can only be evaluated again, as a new version."),
        }
        raise Conflict(texts[state])


def check_lines(measurands: Sequence[MeasurandValues]) -> None:
    """No measurand stands there twice. Raises Invalid beside its name."""
    seen: set[str] = set()
    errors: dict[str, list[str]] = {}
    for place, line in enumerate(measurands):
        key = " ".join(line["name"].casefold().split())
        if key in seen:
            errors[f"measurands.{place}.name"] = [_("This measurand is listed twice; give each a name of its own.")]
        seen.add(key)
    if errors:
        raise Invalid(errors)
