"""How outsiders say duties of a plan."""

from typing import Any

from marshmallow import fields

from registry.kernel.schema import Choice, Code, Day, ListQuery, Schema, Text
from registry.plan.duties.models import NOTE
from registry.plan.duties.rules import Repeat, State


class DutyEdit(Schema):
    """What may be said of a duty; a change of `state` takes a `reason`, and null takes the owner away."""

    state = Choice(State, metadata={"description": "Never `overdue`, which follows from the due date."})
    done_on = Day(metadata={"description": "With `state` done: on which day, today when left out."})
    reason = Text(500)
    owner = Text(254, allow_none=True, metadata={"description": "E-mail address of who looks after it."})
    note = Text(NOTE, blank=True)


class DutyBodyOut(Schema):
    """A body as the plan names it, and who answers for it now; `ended` says that nobody does."""

    code = fields.String(attribute="named.code", required=True)
    now = fields.String(attribute="now.code", required=True)
    ended = fields.Boolean(required=True)


class DutyLeadOut(Schema):
    """Bodies, and the words that the plan has for them."""

    bodies = fields.List(fields.Nested(DutyBodyOut), required=True)
    raw = fields.String(required=True)


class DutyOut(Schema):
    """A duty as it stands on a day; `year` is 0 for what is not asked for every year."""

    id = fields.Integer(attribute="duty.id", required=True)
    code = fields.String(attribute="duty.code", required=True)
    year = fields.Integer(attribute="duty.year", required=True)
    title = fields.Function(lambda task: task.title, required=True, metadata={"type": "string"})
    clause = fields.String(attribute="said.clause", required=True)
    repeats = fields.String(attribute="said.repeats", required=True, metadata={"enum": [one.value for one in Repeat]})
    due_on = fields.Date(attribute="duty.due_on", required=True, allow_none=True)
    state = Choice(State, required=True)
    done_on = fields.Date(attribute="duty.done_on", required=True, allow_none=True)
    lead = fields.Nested(DutyLeadOut, required=True)
    cooperating = fields.Nested(DutyLeadOut, required=True)
    indicators = fields.List(fields.String(), attribute="said.indicators", required=True)
    owner = fields.String(attribute="duty.owner.email", required=True, allow_none=True, dump_default=None)
    note = fields.String(attribute="duty.note", required=True)


class DutyQuery(ListQuery):
    """Filters of the list of duties."""

    class Meta(ListQuery.Meta):
        """A plan has a few dozen duties, found by their bodies."""

        exclude = ("q",)

    on = Day(metadata={"description": "As of this day; today when left out."})
    state = Choice(State)
    body = Code(metadata={"description": "Code of a body that leads or cooperates, or took over from one that does."})
    indicator = Code(metadata={"description": "Code of an indicator that the duty serves."})
    until = Day(metadata={"description": "Due on or before this day."})


class DutyDayQuery(Schema):
    """As of which day."""

    on = Day(metadata={"description": "As of this day; today when left out."})


def drawn(task: Any) -> dict[str, Any]:  # noqa: ANN401 — a Task, which schemas do not know
    """What a form of a duty holds at first."""
    duty = task.duty
    said = {"state": duty.state.value, "done_on": duty.done_on, "note": duty.note}
    return said | {"owner": duty.owner.email if duty.owner else ""}
