"""What outsiders are told of the verdicts on laboratories."""

from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError, fields

from registry.assets.rules import ScheduleKind
from registry.calibration.competence.capable import USUAL_RATIO, Order
from registry.kernel.i18n import _
from registry.kernel.schema import CURSOR, Choice, Code, Day, Exact, Schema, Text, WholeText
from registry.labs.scope.rules import Bearing, Competence, Place
from registry.labs.scope.words import change_text
from registry.labs.standing import Standing

LEAST_RATIO: Final = Decimal(1)
MOST_RATIO: Final = Decimal(100)


class RatioText(Exact):
    """How many times smaller than a limit an uncertainty is to be, from 1 to 100."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        pattern = r"^(100|[1-9][0-9]?(\.[0-9]{1,6})?)$"
        super().__init__(metadata={"pattern": pattern} | kwargs.pop("metadata", {}), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:  # noqa: ANN401 — marshmallow's signature
        number = super()._deserialize(value, attr, data, **kwargs)
        if not LEAST_RATIO <= number <= MOST_RATIO:
            raise ValidationError(_("Give a number from 1 to 100, such as 3; “%(value)s” is not.", value=str(number)))
        return number


class SaidOut(Schema):
    """A verdict with its reasons in the language of the request."""

    competence = Choice(Competence, required=True)
    text = fields.String(required=True)
    bearing = Choice(Bearing, required=True, metadata={"description": "What it is about: a designation to verify."})
    standing = Choice(
        Standing,
        required=True,
        allow_none=True,
        metadata={
            "description": "How that stood on the day; a verification with a designation in force stays `unknown`, as "
            "the field of the designation is prose that no machine reads."
        },
    )
    reasons = fields.List(fields.String(), required=True)
    confirmed = fields.Boolean(
        required=True, metadata={"description": "False: it rests on what the laboratory states, not confirmed."}
    )
    is_remarked = fields.Boolean(
        required=True,
        metadata={
            "description": "The last reasons are remarks: the accreditation body was not in the ILAC arrangement "
            "on that day, that is not known, or the organisation of the laboratory had ceased."
        },
    )


class CompetenceOut(Schema):
    """Whether a laboratory was accredited or designated for a result on its day: as known now, and as it was found."""

    now = fields.Nested(SaidOut, required=True)
    found = fields.Nested(
        SaidOut, required=True, allow_none=True, metadata={"description": "When it was issued; frozen since then."}
    )
    found_at = fields.AwareDateTime(required=True, allow_none=True)
    holder = fields.String(
        required=True, metadata={"description": "The laboratory whose accreditation or designation decides."}
    )
    is_changed = fields.Boolean(required=True)
    changed_at = fields.AwareDateTime(required=True, allow_none=True)
    changed_since = Day(required=True, allow_none=True, metadata={"description": "From which day the change counts."})
    changed_by = fields.String(
        required=True, allow_none=True, metadata={"description": "The decision or correction that changed it."}
    )


class ChangedLine(Schema):
    """A record of which something else is known now than was found."""

    calibration = fields.Integer(attribute="calibration_id", required=True)
    asset = fields.String(attribute="calibration.asset.tag", required=True)
    certificate_no = fields.String(attribute="calibration.certificate_no", required=True, allow_none=True)
    performed_on = Day(required=True)
    found = Choice(Competence, attribute="competence_found", required=True)
    now = Choice(Competence, attribute="competence", required=True)
    confirmed = fields.Boolean(
        attribute="is_confirmed",
        required=True,
        metadata={"description": "What is known now rests on nothing that only the laboratory itself states."},
    )
    changed_at = fields.AwareDateTime(required=True, allow_none=True)
    changed_since = Day(required=True, allow_none=True)
    changed_by = fields.Function(
        lambda row: row.changed_by and change_text(row.changed_by),
        required=True,
        metadata={"type": ["string", "null"]},
    )


class CapableQuery(Schema):
    """Who can calibrate an item: when, where, and how small the uncertainty is to be."""

    on = Day(metadata={"description": "On this day; without it today."})
    ratio = RatioText(
        load_default=USUAL_RATIO, metadata={"description": "U is at most the permissible error divided by this."}
    )
    place = Choice(Place, metadata={"description": "Where the work is to be done; `both` and nothing mean anywhere."})
    sort = Choice(Order, load_default=Order.NEAREST)


class CandidateOut(Schema):
    """A laboratory, and why it can or cannot do the work."""

    lab = fields.String(attribute="lab.code", required=True)
    name = fields.String(attribute="lab.name", required=True)
    competence = Choice(Competence, attribute="verdict.competence", required=True)
    reasons = fields.List(fields.String(), required=True)
    confirmed = fields.Boolean(
        attribute="said.confirmed",
        required=True,
        metadata={"description": "False: it rests on what the laboratory states, not confirmed."},
    )
    is_remarked = fields.Boolean(
        attribute="said.is_remarked",
        required=True,
        metadata={"description": "There are remarks on its accreditation; such a laboratory comes after all others."},
    )
    near = fields.Integer(
        required=True,
        metadata={
            "description": "By administrative unit, not by road: 0 the owner itself, 1 in its commune or district or "
            "right over or under it, 2 in its province, 3 elsewhere."
        },
    )
    price = fields.Integer(required=True, allow_none=True, metadata={"description": "In đồng, where all is priced."})


class CapableOut(Schema):
    """Who can calibrate an item, and who cannot although it measures the quantity."""

    capable = fields.List(fields.Nested(CandidateOut), required=True)
    others = fields.List(fields.Nested(CandidateOut), required=True)
    has_limits = fields.Boolean(
        required=True, metadata={"description": "Without permissible errors no uncertainty can be asked for."}
    )
    has_characteristics = fields.Boolean(required=True)
    is_cut = fields.Boolean(
        required=True,
        metadata={"description": "Very many measure it: only the first were looked at, accredited first."},
    )


class ForeseenQuery(Schema):
    """Which laboratory shall do which work, and when."""

    kind = Choice(ScheduleKind, load_default=ScheduleKind.CALIBRATION)
    lab = Code(metadata={"description": "Code of the laboratory; without one that of the last time."})
    on = Day(metadata={"description": "The day it is planned for; without one the next planned or due day."})
    ratio = RatioText(load_default=USUAL_RATIO, metadata={"description": "As in `capable-labs`."})


class ForeseenOut(Schema):
    """What is known now of a laboratory for work on a day, and today."""

    lab = fields.String(attribute="lab.code", required=True)
    name = fields.String(attribute="lab.name", required=True)
    on = Day(required=True)
    then = fields.Nested(SaidOut, required=True)
    today = fields.Nested(SaidOut, required=True)


class ChangedQuery(Schema):
    """Which page."""

    limit = WholeText(1, 200, load_default=50, metadata={"description": "How many items at most."})
    cursor = Text(1200, pattern=CURSOR, metadata={"description": "The `next` of the page before."})
