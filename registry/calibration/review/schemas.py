"""How outsiders say reviews of intervals."""

from decimal import Decimal

from marshmallow import fields

from registry.accounts.schemas import own_password
from registry.assets.rules import ScheduleKind
from registry.assets.schedules import LONGEST as LONGEST_INTERVAL
from registry.calibration.review.proposal import Because, Method
from registry.calibration.review.rules import Decision, Scope
from registry.calibration.review.variables import HIGHEST_ORDER
from registry.calibration.review.words import sentences
from registry.kernel.calendar import IntervalUnit
from registry.kernel.schema import Choice, Schema, Share, Text, Whole

MOST_STEPS = LONGEST_INTERVAL[IntervalUnit.DAYS]
STEPS = "In months, or in days for an interval of days or weeks."


class IntervalReviewIn(Schema):
    """What is asked of a review."""

    method = Choice(Method, required=True)
    scope = Choice(Scope, load_default=Scope.SCHEDULE)
    target = Share(
        load_default=Decimal("0.95"),
        metadata={"description": "The share to be found in tolerance, or the probability of keeping the limits."},
    )
    order = Whole(1, HIGHEST_ORDER, load_default=1, metadata={"description": "Of the curve of measured changes."})
    shortest = Whole(1, MOST_STEPS, metadata={"description": f"No shorter than this. {STEPS}"})
    longest = Whole(1, MOST_STEPS, metadata={"description": f"No longer than this. {STEPS}"})


class IntervalChangeIn(Schema):
    """Another interval than the proposed one, and why."""

    interval = Whole(1, MOST_STEPS, required=True)
    interval_unit = Choice(IntervalUnit, load_default=IntervalUnit.MONTHS)
    reason = Text(1000, required=True)
    password = own_password()


class AcceptanceIn(Schema):
    """The acceptance of what is proposed: why, and the password of whoever answers for it."""

    reason = Text(1000, required=True)
    password = own_password()


class RejectionIn(Schema):
    """Why the interval stays as it is."""

    reason = Text(1000, required=True)


class ReviewReasonOut(Schema):
    """Why something is proposed: a word for programs with its numbers, and a sentence for people."""

    code = Choice(Because, required=True)
    values = fields.Dict(required=True)
    text = fields.String(required=True)


class IntervalReviewOut(Schema):
    """A proposal with what it rests on, and what was decided of it."""

    id = fields.Integer(required=True)
    scope = Choice(Scope, required=True)
    method = Choice(Method, required=True)
    interval = fields.Integer(required=True, metadata={"description": "Of the schedule then."})
    interval_unit = Choice(IntervalUnit, required=True)
    terms = fields.Dict(required=True, metadata={"description": "What was asked for."})
    schedules = fields.Function(
        lambda review: len(review.data["schedules"]),
        required=True,
        metadata={"type": "integer", "description": "How many schedules it looks at and is for."},
    )
    records = fields.Function(
        lambda review: review.data["records"],
        required=True,
        metadata={"type": "array", "items": {"type": "integer"}, "description": "Keys of the records looked at."},
    )
    used = fields.Function(
        lambda review: review.data.get("used"),
        required=True,
        metadata={
            "type": ["array", "null"],
            "items": {"type": "integer"},
            "description": "Keys of the records whose values made the proposal; null where that was not kept.",
        },
    )
    left_out = fields.Function(
        lambda review: review.data["left_out"],
        required=True,
        metadata={"type": "integer", "description": "How many calibrations or points said nothing to this method."},
    )
    numbers = fields.Dict(required=True, metadata={"description": "What the method found, by name."})
    reasons = fields.Function(
        lambda review: [
            reason | {"text": text} for reason, text in zip(review.reasons, sentences(review), strict=True)
        ],
        required=True,
        metadata={"type": "array", "items": {"type": "object"}},
    )
    proposed = fields.Integer(required=True)
    proposed_unit = Choice(IntervalUnit, required=True)
    made_at = fields.AwareDateTime(required=True)
    made_by = fields.String(required=True)
    decision = Choice(Decision, required=True, allow_none=True)
    decided_interval = fields.Integer(required=True, allow_none=True)
    decided_unit = Choice(IntervalUnit, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)


class WaitingReviewOut(IntervalReviewOut):
    """A proposal that waits for a decision, and of what."""

    asset = fields.String(attribute="asset.tag", required=True)
    name = fields.String(attribute="asset.name", required=True)
    kind = Choice(ScheduleKind, attribute="schedule.kind", required=True)
