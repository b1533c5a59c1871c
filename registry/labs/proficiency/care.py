"""How outsiders say what is followed up and what is planned; see schemas for schemes and rounds."""

from marshmallow import fields

from registry.kernel import clock
from registry.kernel.schema import Choice, Code, Day, Exact, ListQuery, Schema, Text, Whole
from registry.labs.proficiency.coverage import State
from registry.labs.proficiency.models import PtFollowUp
from registry.labs.proficiency.rules import FollowUpState, follow_up_state
from registry.labs.proficiency.schemas import MOST_KEYS
from registry.labs.proficiency.scores import Verdict


class FollowUpIn(Schema):
    """What is done about a result that was not satisfactory."""

    cause = Text(2000, blank=True, allow_none=True)
    corrective_action = Text(2000, blank=True, allow_none=True)
    owner = Text(200, blank=True, allow_none=True, metadata={"description": "Who does it."})
    due_on = Day()
    evidence = Text(2000, blank=True, allow_none=True)


class FollowUpCloseIn(Schema):
    """Why what was done is enough."""

    conclusion = Text(2000, required=True)


def _state_of(row: PtFollowUp) -> str:
    return follow_up_state(row.due_on, clock.today(), is_closed=row.closed_at is not None).value


class FollowUpOut(Schema):
    """A follow-up."""

    id = fields.Integer(required=True)
    lab = fields.String(attribute="lab.code", required=True)
    round = fields.Integer(attribute="participant.round_id", required=True)
    measurand = fields.Integer(attribute="measurand.number", required=True)
    verdict = Choice(Verdict, required=True)
    state = fields.Function(
        _state_of, required=True, metadata={"type": "string", "enum": [state.value for state in FollowUpState]}
    )
    due_on = fields.Date(required=True)
    cause = fields.String(required=True, allow_none=True)
    corrective_action = fields.String(required=True, allow_none=True)
    owner = fields.String(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)
    written_by = fields.String(attribute="written_by.name", dump_default=None, required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.String(attribute="closed_by.name", dump_default=None, required=True, allow_none=True)
    conclusion = fields.String(required=True, allow_none=True)
    settled_in = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the evaluation that found the result satisfactory, and closed this."},
    )


class FollowUpQuery(ListQuery):
    """Filters of the list of follow-ups."""

    class Meta:
        """Nothing is searched here."""

        exclude = ("q",)

    state = Choice(FollowUpState)
    lab = Code()


class PlanLineIn(Schema):
    """A participation that is planned until a day, in a scheme of the list or one by its name."""

    quantity = Text(120, required=True)
    unit = Text(40)
    range_low = Exact()
    range_high = Exact()
    due_on = Day(required=True)
    scheme = Whole(1, MOST_KEYS)
    scheme_name = Text(200)
    note = Text(1000, blank=True)


class CancelIn(Schema):
    """Why a planned participation is given up."""

    reason = Text(500, required=True)


class DoneOut(Schema):
    """A participation that was judged, by the worst verdict of its measurands."""

    on = fields.Date(required=True)
    round = fields.Integer(required=True)
    title = fields.String(required=True)
    verdict = Choice(Verdict, required=True)


class PlanLineOut(Schema):
    """A planned participation."""

    id = fields.Integer(required=True)
    quantity = fields.String(required=True)
    unit = fields.String(required=True, allow_none=True)
    range_low = Exact(required=True, allow_none=True)
    range_high = Exact(required=True, allow_none=True)
    due_on = fields.Date(required=True)
    scheme = fields.Integer(attribute="scheme_id", required=True, allow_none=True)
    scheme_name = fields.String(required=True, allow_none=True)
    note = fields.String(required=True)
    cancelled_because = fields.String(required=True, allow_none=True)


class CoveredOut(Schema):
    """A line of the scope, by its place from 0, and how it stands in the cycle."""

    place = fields.Integer(required=True)
    state = Choice(State, required=True)
    last = fields.Nested(DoneOut, required=True, allow_none=True)
    next_on = fields.Date(attribute="next.due_on", dump_default=None, required=True, allow_none=True)


class CoverageOut(Schema):
    """How a laboratory's participations cover its scope over the accreditation cycle, both its days inclusive."""

    cycle_start = fields.Date(attribute="cycle.start", required=True)
    cycle_end = fields.Date(attribute="cycle.end", required=True)
    scope = fields.List(fields.Nested(CoveredOut), attribute="lines", required=True)
    planned = fields.Function(
        lambda plan: [PlanLineOut().dump(row) | {"done": done and DoneOut().dump(done)} for row, done in plan.planned],
        required=True,
        metadata={
            "type": "array",
            "items": {"type": "object"},
            "description": "Each as a planned participation, with `done`: the participation that did it, or null.",
        },
    )
    done = fields.List(fields.Nested(DoneOut), required=True)
