"""What states and repeats of duties are called."""

from collections.abc import Mapping
from typing import Final

from registry.kernel.i18n import lazy
from registry.plan.duties.rules import Repeat, State

STATES: Final[Mapping[State, str]] = {
    State.OVERDUE: lazy("Overdue"),
    State.NOT_STARTED: lazy("Not started"),
    State.UNDER_WAY: lazy("Under way"),
    State.DONE: lazy("Done"),
}
REPEATS: Final[Mapping[Repeat, str]] = {
    Repeat.ONCE: lazy("Once"),
    Repeat.YEARLY: lazy("Every year"),
    Repeat.CONTINUING: lazy("All the time"),
}
DEEDS: Final[Mapping[str, str]] = {
    "duty.report": lazy("Said how it stands"),
    "duty.move": lazy("Due date follows the plan"),
    "duty.attach_file": lazy("File attached"),
    "duty.remove_file": lazy("File removed"),
}
FIELDS: Final[Mapping[str, str]] = {"done_on": lazy("Done on"), "duty.report.state": lazy("State")}
