"""How far a laboratory was on its way to ISO/IEC 17025 on a day: what it declared, and what decisions say."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.labs.rules import Iso17025Status, is_of_competence
from registry.labs.standing import (
    LAPSED,
    Decided,
    DecisionKind,
    Granted,
    Standing,
    in_order,
    rank,
    recorded,
    spans,
    standing_on,
)


class Step(StrEnum):
    """What a laboratory declares of its way; that it is accredited is for the accreditation body to say."""

    NONE = "none"
    PREPARING = "preparing"
    APPLIED = "applied"


class LabStatus(StrEnum):
    """Where a laboratory is on its way to ISO/IEC 17025."""

    NONE = "none"
    PREPARING = "preparing"
    APPLIED = "applied"
    ACCREDITED = "accredited"
    EXTENDED = "extended"
    REDUCED = "reduced"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


ACCREDITED = frozenset({LabStatus.ACCREDITED, LabStatus.EXTENDED, LabStatus.REDUCED})
CHANGING = {DecisionKind.EXTENDED: LabStatus.EXTENDED, DecisionKind.REDUCED: LabStatus.REDUCED}


class Declared(Protocol):
    """A step that was declared, and the day it counts from."""

    @property
    def step(self) -> Step: ...
    @property
    def on(self) -> date: ...


class Turn(NamedTuple):
    """A day on which something changed: a word of `Step`, `DecisionKind` or `Standing`, and what it is about."""

    on: date
    what: Step | DecisionKind | Standing
    about: Declared | Granted
    decision: Decided | None = None


def status_on(accreditations: Iterable[Granted], steps: Sequence[Declared], day: date) -> LabStatus:
    """Where a laboratory was on a day.

    What accreditations say goes before what was declared, but for a step declared after all of them had lapsed.
    """
    held = _held(accreditations, day)
    declared = [step for step in steps if step.on <= day]
    latest = max(reversed(declared), key=lambda step: step.on, default=None)  # the last that was recorded
    if not held:
        return LabStatus(latest.step) if latest else LabStatus.NONE
    best = _best(held, day)
    standing = standing_on(best, day).standing
    if standing is Standing.IN_FORCE:
        return _in_force(best, day)
    if standing in LAPSED and latest is not None and latest.on >= max(_lapsed(one, day) for one in held):
        return LabStatus(latest.step)
    return LabStatus(standing)


def declared_on(
    accreditations: Iterable[Granted], steps: Sequence[Declared], said: Iso17025Status, day: date
) -> Iso17025Status:
    """How far a laboratory is by what it declared, `said` before steps were kept; accredited only while it is so."""
    held = list(accreditations)
    if status_on(held, (), day) in ACCREDITED:
        return Iso17025Status.ACCREDITED
    latest = max(reversed([step for step in steps if step.on <= day]), key=lambda step: step.on, default=None)
    if latest is not None:
        return Iso17025Status(latest.step)
    return Iso17025Status.NONE if said is Iso17025Status.ACCREDITED else said


def is_confirmed_on(accreditations: Iterable[Granted], day: date) -> bool:
    """Whether what a laboratory's status rests on is confirmed; where no accreditation says it nothing is to be."""
    held = _held(accreditations, day)
    return not held or standing_on(_best(held, day), day).confirmed


def _held(accreditations: Iterable[Granted], day: date) -> list[Granted]:
    return [one for one in accreditations if is_of_competence(one.standard) and one.granted_on <= day]


def _best(held: Sequence[Granted], day: date) -> Granted:
    """The one that counts, see `standing.BEST_FIRST`."""
    return min(held, key=lambda one: rank(standing_on(one, day)))


def turns(accreditations: Iterable[Granted], steps: Iterable[Declared], today: date) -> list[Turn]:
    """All that happened up to a day and is decided or stated for later, the latest first."""
    found = [Turn(step.on, step.step, step) for step in steps]
    for held in accreditations:
        decisions = recorded(held.decisions)
        found += [Turn(decision.effective_on, decision.kind, held, decision) for decision in decisions]
        if not any(decision.kind is DecisionKind.GRANTED for decision in decisions):
            found.append(Turn(held.granted_on, DecisionKind.GRANTED, held))
        found += [
            Turn(span.first_day, span.standing, held)
            for span in spans(held)
            if span.standing is Standing.EXPIRED and span.first_day <= today
        ]
    return sorted(found, key=lambda turn: turn.on, reverse=True)


def has_prepared(accreditations: Iterable[Granted], steps: Sequence[Declared], said: Iso17025Status, day: date) -> bool:
    """Whether a laboratory had prepared by a day: declared it, `said` it before steps were kept, or was accredited."""
    declared = any(one.step is Step.PREPARING and one.on <= day for one in steps)
    before_steps = not steps and said is not Iso17025Status.NONE
    return declared or before_steps or any(held.granted_on <= day for held in accreditations)


def check_step(step: Step, on: date, accreditations: Iterable[Granted], today: date, *, prepared: bool) -> None:
    """A step is declared of the past, applying once `prepared`, and not that nothing is done while accredited."""
    if step is Step.APPLIED and not prepared:
        text = _("A laboratory prepares before it applies, and had not by that day; declare first since when it did.")
        raise Invalid({"step": [text]})
    if on > today:
        raise Invalid({"on": [_("This day is still to come; declare the step once it is taken.")]})
    if step is Step.NONE and status_on(accreditations, (), on) in ACCREDITED:
        raise Invalid({"step": [_("On that day an accreditation was in force; record what its body decided instead.")]})


def _in_force(held: Granted, day: date) -> LabStatus:
    changes = [decision.kind for decision in in_order(held.decisions) if decision.effective_on <= day]
    changing = [CHANGING[kind] for kind in changes if kind in CHANGING]
    return changing[-1] if changing else LabStatus.ACCREDITED


def _lapsed(held: Granted, day: date) -> date:
    """Since when an accreditation that had lapsed on a day had done so."""
    since = [span.first_day for span in spans(held) if span.standing in LAPSED and span.first_day <= day]
    return max(since, default=held.granted_on)
