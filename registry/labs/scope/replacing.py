"""What a decision ends: at once, or, where the laboratory itself recorded it, once its first line is confirmed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day
from registry.labs.models import Lab, ScopeDecision, ScopeLine
from registry.labs.scope.rules import ScopeChange

DAY: Final = timedelta(days=1)


def ending(
    standing: Sequence[ScopeLine], kind: ScopeChange, ends: Sequence[int], effective_on: date
) -> list[ScopeLine]:
    """The lines that end the day before; refused where one of them begins later. Raises Invalid."""
    if kind is ScopeChange.ADD:
        return []
    by_key = {line.id: line for line in standing}
    unknown = [key for key in ends if key not in by_key]
    if unknown:
        message = _("There is no line %(key)s in this scope; choose one of its current lines.", key=unknown[0])
        raise Invalid({"ends": [message]})
    chosen = [by_key[key] for key in ends] if kind is ScopeChange.END else standing
    open_then = [line for line in chosen if line.valid_to is None or line.valid_to >= effective_on]
    late = [line.valid_from for line in open_then if line.valid_from is not None and line.valid_from >= effective_on]
    if late:
        message = _(
            "A line of this scope begins on %(day)s, not before this decision; give a later day, or correct that line.",
            day=said_day(max(late)),
        )
        raise Invalid({"effective_on": [message]})
    return open_then


def end(lines: Sequence[ScopeLine], made: ScopeDecision) -> None:
    """Let lines end the day before a decision counts."""
    for line in lines:
        line.valid_to_before = line.valid_to
        line.valid_to, line.ended_by_id = made.effective_on - DAY, made.id


def let_replace(lab: Lab, made: ScopeDecision) -> None:
    """Let a decision that waited do what it says: a line of it is confirmed. Raises Invalid."""
    if made.waits and made.kind is ScopeChange.REPLACE:
        others = [line for line in lab.lines if line.corrected_at is None and line.decision_id != made.id]
        end(ending(others, made.kind, (), made.effective_on), made)
    made.waits = False
