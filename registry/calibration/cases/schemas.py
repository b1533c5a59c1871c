"""How outsiders say cases and what is decided in them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from registry.accounts.schemas import own_password
from registry.assets.rules import Doubt
from registry.calibration.cases.rules import Bearing, CaseState, Disposition, Significance, Trigger, Way
from registry.calibration.rules import CalibrationKind, Outcome, RecordStatus
from registry.kernel.i18n import lazy
from registry.kernel.schema import Choice, Code, Day, Exact, ListQuery, Schema, Text, Whole, unsigned

MOST_ITEMS = 500
MOST_RANGES = 50
MOST_KEY = 2**31 - 1
NULLABLE_KEY = {"type": ["integer", "null"]}


class Decided(StrEnum):
    """Whether something was decided about an item."""

    YES = "yes"
    NO = "no"


class RangeSchema(Schema):
    """Where a standard was bad: above `low` and below `high`, which are good themselves; null is no end."""

    quantity = Text(120, required=True)
    unit = Text(40, required=True)
    low = Exact(load_default=None, allow_none=True)
    high = Exact(load_default=None, allow_none=True)
    shift = Exact(load_default=None, allow_none=True, metadata=unsigned("How far its error moved, without a sign."))


class CaseIn(Schema):
    """A case by hand: why, and which days and ranges it is about."""

    reason = Text(2000, required=True)
    since = Day(allow_none=True, metadata={"description": "The first day; that of its last good result if left out."})
    until = Day(allow_none=True, metadata={"description": "The last day; left out while the standard stays bad."})
    ranges = fields.List(
        fields.Nested(RangeSchema),
        validate=validate.Length(max=MOST_RANGES, error=lazy("Give at most %(most)s lines.", most=MOST_RANGES)),
        metadata={"description": "Where it was bad; everywhere when left out."},
    )


class DispositionIn(Schema):
    """What is decided about some items, or about all undecided ones of a significance."""

    disposition = Choice(Disposition, required=True)
    reason = Text(2000, required=True)
    items = fields.List(
        Whole(1, MOST_KEY),
        validate=validate.Length(1, MOST_ITEMS, error=lazy("Choose 1 to %(most)s items.", most=MOST_ITEMS)),
        metadata={"description": "Keys of items."},
    )
    significance = Choice(Significance, metadata={"description": "All undecided items of this significance."})
    work_due_on = Day(
        allow_none=True,
        metadata={"description": "Up to when it may be calibrated or verified again; today if left out."},
    )
    seen = fields.AwareDateTime(
        metadata={
            "description": "The newest `disposed_at` of the items as they were shown. What is decided already is "
            "decided anew only with this, and only if no decision is newer."
        }
    )

    @validates_schema
    def _one_of_them(self, data: Mapping[str, Any], **_kwargs: object) -> None:
        if ("items" in data) is ("significance" in data):
            raise ValidationError(lazy("Give either items or a significance."), "items")


class HandTellingIn(Schema):
    """A call or letter by which an owner was told of its items."""

    owner = Code(required=True, metadata={"description": "Code of the organisation that owns them."})
    way = Choice(Way, required=True)
    on = Day(metadata={"description": "The day; today when it is left out."})
    whom = Text(200, required=True, metadata={"description": "Who was spoken or written to."})
    said = Text(2000, required=True, metadata={"description": "What was said."})


class HandTellingOut(Schema):
    """A call or letter as it was written down."""

    id = fields.Integer(required=True)
    owner = fields.String(attribute="organisation.code", required=True)
    way = Choice(Way, required=True)
    on = fields.Date(required=True)
    whom = fields.String(required=True)
    said = fields.String(required=True)
    by = fields.String(attribute="actor", required=True)
    at = fields.AwareDateTime(required=True)


class HeardOut(Schema):
    """An owner of whose items a case says something, and whether it was told."""

    owner = fields.String(attribute="owner.code", required=True)
    name = fields.String(attribute="owner.name", required=True)
    items = fields.Integer(required=True)
    told = fields.Boolean(attribute="is_told", required=True)
    reachable = fields.Boolean(
        attribute="is_reached",
        required=True,
        metadata={"description": "Somebody works for it in the registry, or a program of it listens."},
    )
    notices = fields.Function(
        lambda one: len(one.tellings),
        required=True,
        metadata={"type": "integer", "description": "How many notices the registry made for it."},
    )
    by_hand = fields.List(fields.Nested(HandTellingOut), required=True)


class HeardList(Schema):
    """The owners a case says something to, at most two hundred."""

    items = fields.List(fields.Nested(HeardOut), required=True)


class DecidedOut(Schema):
    """How many items were decided."""

    decided = fields.Integer(required=True)


class SignOffIn(Schema):
    """What the case came to."""

    conclusion = Text(4000, required=True)
    password = own_password()


class CaseLine(Schema):
    """A standard that was out of tolerance, and the days on which it was relied on meanwhile, both inclusive."""

    id = fields.Integer(required=True)
    asset = fields.String(attribute="asset.tag", required=True)
    name = fields.String(attribute="asset.name", required=True)
    trigger = Choice(Trigger, required=True)
    state = Choice(CaseState, required=True)
    reason = fields.String(required=True)
    from_on = fields.Date(required=True, allow_none=True, metadata={"description": "Null: it was never good."})
    until_on = fields.Date(required=True, allow_none=True, metadata={"description": "Null: it is bad still."})
    calibration = fields.Integer(attribute="calibration_id", required=True, allow_none=True)
    fault = fields.Integer(attribute="fault_id", required=True, allow_none=True)
    last_good = fields.Integer(attribute="last_good_id", required=True, allow_none=True)
    ranges = fields.List(fields.Nested(RangeSchema), required=True)
    opened_at = fields.AwareDateTime(required=True)
    opened_by = fields.String(attribute="actor", required=True)
    gathered_at = fields.AwareDateTime(required=True, allow_none=True)
    problem = fields.String(required=True, allow_none=True)
    conclusion = fields.String(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_by = fields.String(attribute="closed_actor", required=True, allow_none=True)


class ProgressOut(Schema):
    """How far a case is; numbers of items."""

    found = fields.Integer(required=True)
    pending = fields.Integer(required=True, metadata={"description": "Not judged yet."})
    in_scope = fields.Integer(required=True)
    outside = fields.Integer(required=True)
    disposed = fields.Integer(required=True)
    open = fields.Integer(required=True)
    by_significance = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    by_disposition = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class CaseOut(CaseLine):
    """A case and how far it is."""

    progress = fields.Nested(ProgressOut, required=True)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:  # noqa: ANN401 — marshmallow's signature
        """Everything but the progress is the case's own."""
        return obj.progress if attr == "progress" else super().get_attribute(obj.case, attr, default)


class ItemOut(Schema):
    """A record that relied on the standard, how it bears on the affected range, and what was decided about it."""

    id = fields.Integer(required=True)
    calibration = fields.Integer(attribute="calibration_id", required=True)
    asset = fields.String(attribute="asset.tag", required=True)
    name = fields.String(attribute="asset.name", required=True)
    owner = fields.String(attribute="owner.code", required=True)
    kind = Choice(CalibrationKind, attribute="calibration.kind", required=True)
    certificate_no = fields.String(attribute="calibration.certificate_no", required=True, allow_none=True)
    outcome = Choice(Outcome, attribute="calibration.outcome", required=True)
    status = Choice(RecordStatus, attribute="calibration.status", required=True)
    performed_on = fields.Date(required=True)
    depth = fields.Integer(required=True)
    bearing = Choice(Bearing, required=True)
    significance = Choice(Significance, required=True, allow_none=True)
    shift = Exact(required=True, allow_none=True, metadata={"description": "Of the standard, in `unit`."})
    unit = fields.String(required=True, allow_none=True)
    of_uncertainty = Exact(required=True, allow_none=True, metadata={"description": "The shift as a part of U."})
    of_limit = Exact(
        required=True, allow_none=True, metadata={"description": "The shift as a part of half the tolerance."}
    )
    doubt = Choice(Doubt, required=True, allow_none=True)
    disposition = Choice(Disposition, required=True, allow_none=True)
    disposition_reason = fields.String(required=True, allow_none=True)
    disposed_at = fields.AwareDateTime(required=True, allow_none=True)
    disposed_by = fields.String(attribute="disposed_actor", required=True, allow_none=True)
    work_due_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Up to when the decision asks for new work."}
    )


class CaseQuery(ListQuery):
    """Which cases, and which page of them."""

    class Meta(ListQuery.Meta):
        """Cases are not searched."""

        exclude = ("q",)

    state = Choice(CaseState)
    asset = Text(60, metadata={"description": "Tag of the standard."})


class ItemQuery(ListQuery):
    """Which items of a case, and which page of them; without `bearing` those within its scope."""

    class Meta(ListQuery.Meta):
        """Items are not searched."""

        exclude = ("q",)

    bearing = Choice(Bearing)
    significance = Choice(Significance)
    disposition = Choice(Disposition)
    decided = Choice(Decided)


class PartQuery(ListQuery):
    """Whose items, and which page of them."""

    class Meta(ListQuery.Meta):
        """Items are not searched."""

        exclude = ("q",)

    owner = Code(metadata={"description": "Code of the organisation that owns them."})
