"""What states and steps on a list of focus enterprises are called."""

from collections.abc import Mapping
from typing import Final

from registry.kernel.i18n import lazy
from registry.plan.focus.rules import State, Step

STATES: Final[Mapping[State, str]] = {
    State.PROPOSED: lazy("Proposed"),
    State.CONFIRMED: lazy("Confirmed"),
    State.REMOVED: lazy("Taken off the list"),
}
STEPS: Final[Mapping[Step, str]] = {
    Step.PROPOSE: lazy("Propose"),
    Step.CONFIRM: lazy("Confirm"),
    Step.KEEP: lazy("Keep"),
    Step.REMOVE: lazy("Take off the list"),
}
TAKEN: Final[Mapping[Step, str]] = {
    Step.PROPOSE: lazy("Proposed"),
    Step.CONFIRM: lazy("Confirmed"),
    Step.KEEP: lazy("Kept on the list"),
    Step.REMOVE: lazy("Taken off the list"),
}
REVIEWED: Final[Mapping[Step, str]] = {
    Step.CONFIRM: lazy("Added"),
    Step.REMOVE: lazy("Taken off the list"),
    Step.KEEP: lazy("Kept on the list"),
}
DEEDS: Final[Mapping[str, str]] = {
    "focus.step": lazy("Step on the list of focus enterprises"),
    "focus.review": lazy("List of focus enterprises reviewed"),
}
FIELDS: Final[Mapping[str, str]] = {
    "enterprise": lazy("Enterprise"),
    "focus.step.state": lazy("State"),
    **{f"focus.review.{step.value}": text for step, text in REVIEWED.items()},
    "focus.review.decision_no": lazy("Number of the decision"),
    "focus.review.decision_on": lazy("Day of the decision"),
}
