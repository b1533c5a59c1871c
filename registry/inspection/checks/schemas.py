"""How outsiders say checks."""

from typing import Any

from marshmallow import fields

from registry.assets.rules import Kind, Validity
from registry.inspection.checks.rules import MOST_AT_ONCE, MOST_REVISIONS, Because, Finding, Seal, Verdict, Which
from registry.inspection.schemas import MAX_KEY, few
from registry.kernel.i18n import lazy, say
from registry.kernel.schema import Choice, Code, Day, Exact, Flag, ListQuery, Schema, Several, Text, Whole, WholeText

INSTANT: dict[str, Any] = {
    "invalid": lazy("This is not an instant; write one such as 2026-01-31T08:30:00+07:00."),
    "invalid_awareness": lazy("This instant needs its time zone, such as 2026-01-31T08:30:00+07:00."),
}


class CheckShownIn(Schema):
    """What a phone showed of an instrument without a connection."""

    prepared_at = fields.AwareDateTime(required=True, error_messages=INSTANT)
    validity = Choice(Validity, allow_none=True)
    fit_for_use = Flag(allow_none=True)
    due_on = Day(allow_none=True)


class InspectionCheckIn(Schema):
    """What was seen on one instrument: by the tag of its label, or by its name where it is not in the registry."""

    key = Code(
        required=True,
        metadata={"description": "Made by the device, the same whenever this check is sent: it is recorded once."},
    )
    origin = Code(
        allow_none=True,
        metadata={"description": "Key of the first revision, where a check was changed after it may have arrived."},
    )
    revision = Whole(0, MOST_REVISIONS, load_default=0, metadata={"description": "The newest of an origin counts."})
    tag = Text(200, blank=True, allow_none=True, metadata={"description": "What the label says or what was typed."})
    at = fields.AwareDateTime(
        allow_none=True, error_messages=INSTANT, metadata={"description": "When it was seen, by the device's clock."}
    )
    kind = Text(200, blank=True, allow_none=True, metadata={"description": "The type of an unregistered instrument."})
    name = Text(200, blank=True, allow_none=True)
    manufacturer = Text(200, blank=True, allow_none=True)
    model = Text(200, blank=True, allow_none=True)
    serial_no = Text(100, blank=True, allow_none=True)
    present = Flag(load_default=True)
    seal = Choice(Seal, allow_none=True)
    stamp_no = Text(100, blank=True, allow_none=True)
    stamp_valid_until = Day(allow_none=True)
    in_use = Flag(allow_none=True)
    error_value = Exact(allow_none=True)
    error_limit = Exact(allow_none=True)
    error_unit = Text(40, blank=True, allow_none=True)
    findings = Several(Finding)
    violation = Flag(allow_none=True, metadata={"description": "Unsaid: whether anything was found."})
    remark = Text(2000, blank=True, allow_none=True)
    shown = fields.Nested(CheckShownIn, allow_none=True)


class OneInspectionCheckIn(InspectionCheckIn):
    """One check, and what the device's clock says when it is sent."""

    sent_at = fields.AwareDateTime(allow_none=True, error_messages=INSTANT)


class InspectionChecksIn(Schema):
    """Checks in the order they were made, and what the device's clock says when they are sent."""

    checks = fields.List(fields.Nested(InspectionCheckIn), required=True, validate=few(MOST_AT_ONCE, least=1))
    sent_at = fields.AwareDateTime(allow_none=True, error_messages=INSTANT)


class PhoneInspectionChecksIn(InspectionChecksIn):
    """Checks of the page that records, and whose page it is: somebody else may have signed in beside it meanwhile."""

    person = fields.Integer(required=True)


class PhoneQuery(Schema):
    """Whose page asks or sends."""

    person = WholeText(1, MAX_KEY)


class AnswerQuery(PhoneQuery):
    """Of which label the answer is asked."""

    tag = Text(200, required=True)


class SerialQuery(PhoneQuery):
    """Of which serial number the answer is asked."""

    serial = Text(100, required=True)


class NewsQuery(PhoneQuery):
    """What a phone has heard of already."""

    after = WholeText(0, MAX_KEY, load_default=0)


class CheckPhotoOut(Schema):
    """A photo of what was seen."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    sha256 = fields.String(attribute="stored.sha256", required=True)


class InspectionCheckOut(Schema):
    """What was seen, beside what the registry knew; `standing` is the one check of a thing that counts."""

    id = fields.Integer(required=True)
    key = fields.String(attribute="client_key", required=True)
    standing = fields.Boolean(required=True)
    tag = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    kind = Choice(Kind, required=True, allow_none=True)
    instrument_type = fields.String(required=True, allow_none=True)
    manufacturer = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    serial_no = fields.String(required=True, allow_none=True)
    seen_at = fields.AwareDateTime(required=True)
    said_at = fields.AwareDateTime(required=True, allow_none=True)
    clock_ahead = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Seconds by which the device's clock was put right."}
    )
    received_at = fields.AwareDateTime(required=True)
    seen_by = fields.Function(
        lambda row: row.person.name if row.person else None, required=True, metadata={"type": ["string", "null"]}
    )
    present = fields.Boolean(required=True)
    seal = Choice(Seal, required=True, allow_none=True)
    stamp_no = fields.String(required=True, allow_none=True)
    stamp_valid_until = fields.Date(required=True, allow_none=True)
    stamp_differs = fields.Boolean(required=True)
    in_use = fields.Boolean(required=True, allow_none=True)
    error_value = Exact(required=True, allow_none=True)
    error_limit = Exact(required=True, allow_none=True)
    error_unit = fields.String(required=True, allow_none=True)
    over_limit = fields.Boolean(required=True)
    findings = fields.List(Choice(Finding), attribute="kinds", required=True)
    violation = fields.Boolean(required=True)
    remark = fields.String(required=True, allow_none=True)
    answer = fields.Function(
        lambda row: said_answer(row.answer),
        required=True,
        metadata={"type": ["object", "null"], "description": "What the registry knew of it at that moment."},
    )
    shown = fields.Dict(
        required=True, allow_none=True, metadata={"description": "What the phone showed, where that is another."}
    )
    registered_as = fields.String(
        attribute="registered.tag",
        dump_default=None,
        required=True,
        allow_none=True,
        metadata={"description": "Tag of the asset that was made of it, for whoever may see that."},
    )
    photos = fields.List(fields.Nested(CheckPhotoOut), required=True)


class CheckToldOut(Schema):
    """What became of a check."""

    key = fields.String(required=True)
    verdict = Choice(Verdict, required=True)
    first_by = fields.String(required=True, allow_none=True)
    because = Choice(Because, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True, allow_none=True)
    check = fields.Nested(InspectionCheckOut, required=True, allow_none=True)
    late = fields.Boolean(
        required=True, metadata={"description": "It came after the minutes were signed; the leader amends them."}
    )


class ChecksToldOut(Schema):
    """What became of checks, in the order they were sent."""

    told = fields.List(fields.Nested(CheckToldOut), required=True)


class InspectionCheckQuery(ListQuery):
    """Which checks of an inspection."""

    class Meta(ListQuery.Meta):
        """Nothing is searched."""

        exclude = ("q",)

    which = Choice(
        Which,
        load_default=Which.STANDING,
        metadata={"description": "`every`: also what was replaced, and what colleagues saw as well."},
    )


class RegisterCheckedIn(Schema):
    """The owner of an asset that is made of a thing which was not in the registry."""

    owner = Code(required=True)
    kind = Choice(Kind, load_default=Kind.INSTRUMENT)


def said_answer(answer: Any) -> Any:  # noqa: ANN401 — JSON as it was frozen
    """A frozen answer with its reasons in the language of the request."""
    if not answer:
        return answer
    return dict(answer) | {"reasons": [one | {"text": str(say(one["text"]))} for one in answer["reasons"]]}
