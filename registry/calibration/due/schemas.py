"""How outsiders say due dates: the steps to one, readings of counters, and grace."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from marshmallow import fields

from registry.accounts.schemas import own_password
from registry.assets.rules import ScheduleKind
from registry.assets.schemas import optional
from registry.calibration.due.rules import ExtensionState, state_of
from registry.calibration.due.words import sentence
from registry.calibration.intervals import StepCode
from registry.kernel.schema import Choice, Day, Exact, Flag, Schema, Text
from registry.kernel.text import digits

TODAY_OR = {"description": "The day; today when it is left out."}
STATES = {"type": "string", "enum": list(ExtensionState)}


class DueStepOut(Schema):
    """One step of the way to a due date: a word for programs, a sentence for people, the day it leads to."""

    code = Choice(StepCode, required=True)
    text = fields.Function(sentence, required=True, metadata={"type": "string"})
    on = fields.Date(required=True, allow_none=True)
    facts = fields.Function(
        lambda step: plain(step.facts),
        required=True,
        metadata={"type": "object", "description": "What it rests on, by name."},
    )


class DueOut(Schema):
    """Why a schedule is due on its day: the steps in order, and warnings beside them."""

    kind = Choice(ScheduleKind, attribute="schedule.kind", required=True)
    due_on = fields.Date(attribute="on", required=True, allow_none=True)
    planned_on = fields.Date(attribute="schedule.planned_on", required=True, allow_none=True)
    record = fields.Function(
        lambda why: why.record.id if why.record else None,
        required=True,
        metadata={"type": ["integer", "null"], "description": "Key of the calibration that decides."},
    )
    steps = fields.List(fields.Nested(DueStepOut), attribute="way", required=True)
    warnings = fields.List(fields.Nested(DueStepOut), required=True)


class UsageReadingIn(Schema):
    """What a usage counter shows."""

    value = Exact(required=True)
    on = Day(metadata=TODAY_OR)
    restarted = Flag(metadata={"description": "The counter was replaced or set back; it counts from this value on."})
    note = optional(500)


class UsageReadingOut(Schema):
    """What a usage counter showed at the end of a day; a withdrawn reading does not count."""

    id = fields.Integer(required=True)
    on = fields.Date(required=True)
    value = Exact(required=True)
    restarted = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    withdrawn_at = fields.AwareDateTime(required=True, allow_none=True)
    withdrawn_because = fields.String(required=True, allow_none=True)


class FirstUseIn(Schema):
    """The first use after the newest work."""

    on = Day(metadata=TODAY_OR)


class DueExtensionIn(Schema):
    """A later due date that somebody else shall grant."""

    until = Day(required=True, metadata={"description": "Its last valid day, inclusive."})
    reason = Text(1000, required=True)
    evidence = Text(2000, required=True, metadata={"description": "The data that show it is safe."})


class GrantIn(Schema):
    """The grant of an extension, with the password of whoever grants it."""

    password = own_password()


class TakenBackIn(Schema):
    """Why something is taken back."""

    reason = Text(500, required=True)


class DueExtensionOut(Schema):
    """An extension; `due_on` was due without it."""

    id = fields.Integer(required=True)
    state = fields.Function(state_of, required=True, metadata=STATES)
    due_on = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True)
    evidence = fields.String(required=True)
    calibration = fields.Integer(attribute="calibration_id", required=True)
    asked_at = fields.AwareDateTime(required=True)
    asked_by = fields.String(required=True)
    granted_at = fields.AwareDateTime(required=True, allow_none=True)
    granted_by = fields.String(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)


class WaitingExtensionOut(DueExtensionOut):
    """An extension that waits for a second person, and of what."""

    asset = fields.String(attribute="asset.tag", required=True)
    name = fields.String(attribute="asset.name", required=True)
    kind = Choice(ScheduleKind, attribute="schedule.kind", required=True)


def plain(facts: Mapping[str, object]) -> dict[str, Any]:
    """Facts as JSON says them."""
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case Decimal():
            return digits(value)
        case _:
            return value
