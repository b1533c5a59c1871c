"""How outsiders say notices: preferences, snoozes, the log, the calendar's address, webhooks and the outbox."""

from typing import Any

from marshmallow import fields, validate

from registry.calibration.notices.rules import FARTHEST, MOST_OFFSETS, WEEK, Delivery, DueKind, Subject, Weekday
from registry.calibration.notices.words import counts_text, delivery_of, error_text
from registry.config import LOCALES
from registry.kernel.i18n import lazy
from registry.kernel.outbox.rules import Channel, MessageState
from registry.kernel.schema import Choice, Code, Day, Flag, ListQuery, Schema, Text, Whole
from registry.labs.lapses.rules import LapseKind

MOST_ESCALATION_DAYS = 365


def _email(told: Any) -> str | None:  # noqa: ANN401 — a Telling, which schemas do not know
    return told.person.email if told.person else None


def _delivery(told: Any) -> str:  # noqa: ANN401 — see _email
    return delivery_of(told.message.state if told.message else None).value


def offsets() -> fields.List[int]:
    """Days before a due date."""
    many = lazy("Give at most %(most)s numbers.", most=MOST_OFFSETS)
    return fields.List(
        Whole(-FARTHEST, FARTHEST),
        validate=validate.Length(max=MOST_OFFSETS, error=many),
        metadata={"description": "Days before the last valid day at which to tell, negative after it."},
    )


class PreferenceEdit(Schema):
    """How one wants to be told."""

    email_on = Flag(metadata={"description": "Whether to write at all."})
    days = fields.List(
        Choice(Weekday),
        validate=validate.Length(max=WEEK, error=lazy("Give at most %(most)s days.", most=WEEK)),
        metadata={"description": "The days of the week on which a digest may come; none for never."},
    )
    offsets = offsets()
    escalation_days = Whole(
        0,
        MOST_ESCALATION_DAYS,
        allow_none=True,
        metadata={"description": "As a manager: tell of what is overdue for more days and put off by nobody."},
    )
    locale = fields.String(
        validate=validate.OneOf(LOCALES), allow_none=True, metadata={"description": "Null is the person's own."}
    )


class PreferenceOut(Schema):
    """How one is told."""

    email_on = fields.Boolean(required=True)
    days = fields.List(fields.String(), required=True)
    offsets = fields.List(fields.Integer(), required=True)
    escalation_days = fields.Integer(required=True, allow_none=True)
    locale = fields.String(required=True, allow_none=True)


class SnoozeIn(Schema):
    """A due date one does not want to hear of before a day."""

    asset = Text(60, required=True, metadata={"description": "Tag of the asset."})
    kind = Choice(DueKind, required=True)
    until = Day(required=True, metadata={"description": "The day on which it is told again."})
    reason = Text(500, required=True)


class SnoozeOut(Schema):
    """A due date that somebody put off."""

    id = fields.Integer(required=True)
    asset = fields.String(attribute="asset.tag", required=True)
    kind = Choice(DueKind, attribute="due_kind", required=True)
    due_on = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True)
    person = fields.String(attribute="person.name", required=True)
    made_at = fields.AwareDateTime(required=True)
    ended_on = fields.Date(required=True, allow_none=True)


class LapseSnoozeIn(Schema):
    """Something of a laboratory that lapses, and of which one does not want to hear before a day."""

    lab = Code(required=True)
    kind = Choice(LapseKind, required=True)
    what = Text(300, required=True, metadata={"description": "Its number or name, as it is told."})
    lapses_on = Day(required=True)
    until = Day(required=True, metadata={"description": "The day on which it is told again."})
    reason = Text(500, required=True)


class LapseSnoozeOut(Schema):
    """What one put off."""

    id = fields.Integer(required=True)
    lab = fields.String(attribute="lab.code", required=True)
    kind = fields.String(required=True, metadata={"enum": list(LapseKind)})
    what = fields.String(required=True)
    lapses_on = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    ended_on = fields.Date(required=True, allow_none=True)


class LapseSnoozesOut(Schema):
    """All that one put off and was not told again."""

    items = fields.List(fields.Nested(LapseSnoozeOut), required=True)


class PlainQuery(ListQuery):
    """A list without search."""

    class Meta(ListQuery.Meta):
        """Nothing is searched."""

        exclude = ("q",)


class OutboxQuery(PlainQuery):
    """Filters of the outbox."""

    state = Choice(MessageState)


class TellingQuery(PlainQuery):
    """Filters of what was told to whom."""

    reader = Text(200, metadata={"description": "The e-mail address of whoever was told."})
    about = Choice(Subject)
    delivery = Choice(Delivery)


class TellingLine(Schema):
    """That somebody was told about an organisation's things, and of how many by what was told of them."""

    id = fields.Integer(required=True)
    about = Choice(Subject, required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    text = fields.Function(lambda one: counts_text(one.counts), required=True, metadata={"type": "string"})
    case = fields.Integer(attribute="case_id", required=True, allow_none=True)
    made_at = fields.AwareDateTime(required=True)
    noted_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When the person noted it."}
    )


class TellingOut(TellingLine):
    """What was told to whom, and what became of it."""

    person = fields.Function(_email, required=True, metadata={"type": ["string", "null"], "description": "E-mail."})
    webhook = fields.Integer(attribute="webhook_id", required=True, allow_none=True)
    delivery = fields.Function(_delivery, required=True, metadata={"type": "string", "enum": list(Delivery)})
    attempts = fields.Function(
        lambda one: one.message.attempts if one.message else 0, required=True, metadata={"type": "integer"}
    )
    error = fields.Function(
        lambda one: error_text(one.message.error) if one.message else None,
        required=True,
        metadata={"type": ["string", "null"], "description": "What keeps it from arriving, in words."},
    )


class MessageOut(Schema):
    """A message and what became of it."""

    id = fields.Integer(required=True)
    message_id = fields.String(required=True)
    channel = Choice(Channel, required=True)
    address = fields.String(required=True, allow_none=True)
    webhook = fields.Integer(attribute="webhook_id", required=True, allow_none=True)
    subject = fields.String(required=True)
    state = Choice(MessageState, required=True)
    attempts = fields.Integer(required=True)
    made_at = fields.AwareDateTime(required=True)
    next_at = fields.AwareDateTime(required=True, metadata={"description": "When it is looked at next, while open."})
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)


class LetterOut(MessageOut):
    """A message with its text."""

    text = fields.String(required=True)


class FeedOut(Schema):
    """The calendar's address: `url` only when it was just made, for only its hash is kept."""

    made_at = fields.AwareDateTime(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)


class WebhookEdit(Schema):
    """What may be changed of a webhook."""

    name = Text(100)
    url = Text(500, metadata={"description": "An https address on the public internet."})
    offsets = offsets()
    active = Flag()


class WebhookIn(Schema):
    """A program that wants to be told."""

    organisation = Code(required=True, metadata={"description": "Its due dates, and those below it."})
    name = Text(100, required=True)
    url = Text(500, required=True, metadata={"description": "An https address on the public internet."})
    offsets = offsets()


class WebhookOut(Schema):
    """A webhook, without its secret."""

    id = fields.Integer(required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    name = fields.String(required=True)
    url = fields.String(required=True)
    offsets = fields.List(fields.Integer(), required=True)
    active = fields.Boolean(required=True)
    made_at = fields.AwareDateTime(required=True)


class WebhookWithSecret(WebhookOut):
    """A webhook with its secret, which is shown once."""

    secret = fields.String(
        required=True, allow_none=True, metadata={"description": "Null when the request is only answered again."}
    )
