"""What is true of a list of focus enterprises: which steps there are and what they lead to."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

REVIEWED_EVERY: Final = timedelta(days=366)


class State(StrEnum):
    """How an enterprise stands on the list."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REMOVED = "removed"


class Step(StrEnum):
    """What happened to an enterprise on the list."""

    PROPOSE = "propose"
    CONFIRM = "confirm"
    KEEP = "keep"
    REMOVE = "remove"


class Decision(NamedTuple):
    """What a review decides about one enterprise."""

    enterprise: str
    step: Step
    reason: str


LEADS_TO: Final[Mapping[Step, State]] = {
    Step.PROPOSE: State.PROPOSED,
    Step.CONFIRM: State.CONFIRMED,
    Step.KEEP: State.CONFIRMED,
    Step.REMOVE: State.REMOVED,
}
FROM: Final[Mapping[Step, frozenset[State | None]]] = {
    Step.PROPOSE: frozenset({None, State.REMOVED}),
    Step.CONFIRM: frozenset({State.PROPOSED}),
    Step.KEEP: frozenset({State.CONFIRMED}),
    Step.REMOVE: frozenset({State.PROPOSED, State.CONFIRMED}),
}


def is_stale(reviewed_on: date | None, on: date) -> bool:
    """Whether a list that has enterprises on it was not reviewed within a year."""
    return reviewed_on is None or on - reviewed_on > REVIEWED_EVERY
