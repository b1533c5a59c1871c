"""How outsiders say assets."""

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from registry.accounts.schemas import Commune
from registry.assets import tags
from registry.assets.characteristics import unknown_units
from registry.assets.custody.rules import HoldingKind
from registry.assets.duplicates import spelt_otherwise
from registry.assets.models import Asset, Schedule
from registry.assets.rules import (
    Doubt,
    Doubted,
    Kind,
    ScheduleKind,
    StandardClass,
    Status,
    Use,
    Validity,
    fit_for_use,
    resting,
    validity,
)
from registry.assets.schedules import LONGEST, Anchor, Ends, interval_of
from registry.kernel import clock
from registry.kernel.calendar import IntervalUnit
from registry.kernel.i18n import lazy
from registry.kernel.schema import (
    Choice,
    Code,
    Day,
    Exact,
    Flag,
    ListQuery,
    Schema,
    Several,
    Text,
    Whole,
    WholeText,
    unsigned,
)
from registry.kernel.text import says_none
from registry.kernel.unit_names import spelt

MOST_LINES: Final = 200
MOST_KEYS: Final = 2**31 - 1
LONGEST_INTERVAL: Final = 600
EVERY_DIGIT: Final = r"^[+-]?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"  # what was calculated is not cut to what may be said
WARNINGS: Final = {
    "type": "array",
    "items": {"type": "string"},
    "description": "In the language of the request: units that are not in the vocabulary.",
}
SORTS: Final = ("name", "-name", "due_on", "-due_on", "tag", "-tag")


def optional(most: int = 200, **kwargs: Any) -> Text:  # noqa: ANN401 — marshmallow's own words
    """A text that may be left out, empty or null."""
    return Text(most, blank=True, allow_none=True, **kwargs)


class NumberText(Text):
    """A number that a thing has of its maker or owner; `N/A` and the like are none."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(100, blank=True, allow_none=True, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401 — marshmallow's signature
        said = super()._deserialize(value, attr, data, **kwargs)
        return "" if says_none(said) else said


class UnitText(Text):
    """A unit of measurement; one that is written out as a name is kept as its symbol: `ki lô gam` is `kg`."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(40, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401 — marshmallow's signature
        return spelt(super()._deserialize(value, attr, data, **kwargs))


def at_most(most: int) -> validate.Length:
    """A list that is not endless."""
    return validate.Length(max=most, error=lazy("Give at most %(most)s lines.", most=most))


class CharacteristicSchema(Schema):
    """A metrological characteristic; its numbers are in `unit`.

    The maximum permissible error is the sum of the parts that are given: ±(0.02 % of reading + 0.5 mV) has
    `mpe_percent_of_reading` 0.02 and `mpe` 0.5.
    """

    quantity = Text(100, required=True)
    unit = UnitText(required=True)
    range_low = Exact(load_default=None, allow_none=True)
    range_high = Exact(load_default=None, allow_none=True)
    mpe = Exact(load_default=None, allow_none=True, metadata=unsigned("Maximum permissible error, without its ±."))
    mpe_percent_of_reading = Exact(
        load_default=None, allow_none=True, metadata=unsigned("A further part of it, in percent of what is shown.")
    )
    mpe_percent_of_range = Exact(
        load_default=None,
        allow_none=True,
        metadata=unsigned("A further part of it, in percent of the span from `range_low` to `range_high`."),
    )
    accuracy_class = optional(40, load_default=None)
    resolution = Exact(load_default=None, allow_none=True, metadata=unsigned("Smallest change it shows."))


class ScheduleSchema(Schema):
    """What an asset has to undergo and how often: in months, or a number with a unit. Policies not given stay."""

    kind = Choice(ScheduleKind, required=True)
    interval_months = Whole(1, LONGEST_INTERVAL, allow_none=True, metadata={"description": "How often, in months."})
    interval = Whole(
        1,
        max(LONGEST.values()),
        allow_none=True,
        metadata={"description": "How often, in `interval_unit`: at most 50 years. It stands for `interval_months`."},
    )
    interval_unit = Choice(IntervalUnit, allow_none=True, metadata={"description": "Without it, months."})
    ends = Choice(Ends, metadata={"description": "The day itself, or the last day of its month."})
    anchor = Choice(Anchor, metadata={"description": "From which day the interval counts."})
    early_days = Whole(
        1,
        LONGEST_INTERVAL,
        allow_none=True,
        metadata={"description": "Work done at most so many days before the due date does not shift it."},
    )
    late_keeps = Flag(metadata={"description": "Whether the due date after late work counts from the old one."})
    usage_limit = Exact(
        allow_none=True, metadata=unsigned("How much use ends a proof before its day; see the readings.")
    )
    usage_unit = optional(40, metadata={"description": "What use is counted in, such as hours."})


class AssetEdit(Schema):
    """What may be changed of an asset: null empties a field, a list that is given replaces the one before."""

    kind = Choice(Kind)
    name = Text()
    owner = Code(metadata={"description": "Code of the organisation that owns it."})
    manufacturer = optional()
    model = optional()
    serial_no = NumberText()
    asset_no = NumberText(metadata={"description": "The owner's inventory number."})
    location = optional()
    custodian = optional()
    instrument_type = optional()
    status = Choice(Status)
    status_reason = optional(1000, metadata={"description": "Why the status changes."})
    restriction = optional(metadata={"description": "What limited use is limited to; anybody who scans is told."})
    commissioned_on = Day(allow_none=True)
    standard_class = Choice(StandardClass, allow_none=True, metadata={"description": "Only of a standard."})
    lot_no = NumberText(metadata={"description": "Lot or batch number, where there is no serial number."})
    parent = optional(40, metadata={"description": "Tag of the set it belongs to, which has the same owner."})
    characteristics = fields.List(fields.Nested(CharacteristicSchema), validate=at_most(MOST_LINES))
    schedules = fields.List(fields.Nested(ScheduleSchema), validate=at_most(len(ScheduleKind)))


class AssetIn(AssetEdit):
    """A new asset; its tag is made here."""

    class Meta(Schema.Meta):
        """What begins needs no reason."""

        exclude = ("status_reason",)

    kind = Choice(Kind, required=True)
    name = Text(required=True)
    owner = Code(required=True, metadata={"description": "Code of the organisation that owns it."})


class ScheduleOut(Schema):
    """A schedule and how it stands today; `due_on` is the last valid day."""

    kind = Choice(ScheduleKind, required=True)
    interval_months = fields.Method(
        "in_months",
        required=True,
        metadata={"type": ["integer", "null"], "description": "Null when the interval is in days or weeks."},
    )
    interval = fields.Integer(required=True)
    interval_unit = Choice(IntervalUnit, required=True)
    ends = Choice(Ends, required=True)
    anchor = Choice(Anchor, required=True)
    early_days = fields.Integer(required=True, allow_none=True)
    late_keeps = fields.Boolean(required=True)
    usage_limit = Exact(required=True, allow_none=True)
    usage_unit = fields.String(required=True, allow_none=True)
    first_use_on = fields.Date(required=True, allow_none=True)
    planned_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "When the next work is planned; never after `due_on`."}
    )
    due_on = fields.Date(required=True, allow_none=True)
    last_performed_on = fields.Date(required=True, allow_none=True)
    validity = fields.Method("validity_today", required=True, metadata={"type": "string", "enum": list(Validity)})

    def validity_today(self, row: Asset | Schedule) -> Validity:
        """Derived from what is recorded and today."""
        return validity(row.proof, row.due_on, clock.today())

    def in_months(self, row: Schedule) -> int | None:
        """The interval as whole months, where it is some."""
        return interval_of(row).months


class AssetOut(Schema):
    """An asset and how it stands today; `due_on` is the last day on which all its schedules are valid."""

    tag = fields.String(required=True)
    current_tag = fields.String(
        required=True, metadata={"description": "What the label on it says: another than `tag` once it was replaced."}
    )
    kind = Choice(Kind, required=True)
    name = fields.String(required=True)
    manufacturer = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    serial_no = fields.String(required=True, allow_none=True)
    asset_no = fields.String(required=True, allow_none=True)
    owner = fields.String(attribute="owner.code", required=True)
    location = fields.String(required=True, allow_none=True)
    custodian = fields.String(required=True, allow_none=True)
    instrument_type = fields.String(required=True, allow_none=True)
    status = Choice(Status, required=True)
    status_since_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Day of the last change of status, if it changed."}
    )
    restriction = fields.String(required=True, allow_none=True)
    commissioned_on = fields.Date(required=True, allow_none=True)
    standard_class = Choice(StandardClass, required=True, allow_none=True)
    lot_no = fields.String(required=True, allow_none=True)
    parent = fields.String(attribute="parent_tag", required=True, allow_none=True)
    expires_on = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Last day of the shelf life of a reference material; it limits `due_on`."},
    )
    characteristics = fields.List(fields.Nested(CharacteristicSchema), required=True)
    schedules = fields.List(fields.Nested(ScheduleOut), attribute="required_schedules", required=True)
    validity = fields.Method("validity_today", required=True, metadata={"type": "string", "enum": list(Validity)})
    fit_for_use = fields.Method("fit_today", required=True, metadata={"type": "boolean"})
    due_on = fields.Date(required=True, allow_none=True)
    doubt = Choice(
        Doubt,
        required=True,
        allow_none=True,
        metadata={
            "description": "What cases about standards say of the results it rests on, or that a state inspection "
            "stopped its use; it changes no validity."
        },
    )
    contradicted = fields.Boolean(
        required=True,
        metadata={"description": "Whether a result it rests on is declared good while its points fail; see `doubt`."},
    )
    unverified = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether the law asks for a verification that is not kept: it is not fit for use, and its "
            "`validity` is never a good one."
        },
    )

    def validity_today(self, row: Asset) -> Validity:
        """Derived from what is recorded and today."""
        return validity(row.proof, row.due_on, clock.today())

    def fit_today(self, row: Asset) -> bool:
        """Derived from the status, the validity and what cases decided."""
        return fit_for_use(resting(row.status, row.set_status), self.validity_today(row), row.doubt)


class OneAssetOut(AssetOut):
    """One asset, and what was accepted although it is to be looked at; its ETag is that of the rest."""

    warnings = fields.Method("all_warnings", required=True, metadata=WARNINGS)

    def all_warnings(self, row: Asset) -> list[str]:
        """Derived from the units and the serial number that are said."""
        return [*unknown_units(held.unit for held in row.characteristics), *spelt_otherwise(row)]


class TagText(Text):
    """A tag as people type it, without what forgiveness allows; the registry need not know it."""

    def __init__(self, **kwargs: Any) -> None:  # noqa: ANN401 — passed on
        super().__init__(40, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401 — marshmallow's signature
        try:
            return tags.parse(super()._deserialize(value, attr, data, **kwargs))
        except tags.MistypedTag as mistyped:
            raise ValidationError(mistyped.detail) from mistyped


class AssetQuery(ListQuery):
    """Filters of the list of assets; all that are given must hold."""

    kind = Several(Kind)
    owner = Code(metadata={"description": "Code of the organisation that owns them."})
    commune = Commune()
    status = Several(Status)
    validity = Several(Validity)
    due_before = Day(metadata={"description": "Due before this day, the day itself left out."})
    parent = TagText(metadata={"description": "Tag of a set: only its components."})
    imported = WholeText(1, MOST_KEYS, metadata={"description": "Number of an import: only what it made or changed."})
    due_within = WholeText(0, 3660, metadata={"description": "Due from today on within so many days."})
    location = Text()
    instrument_type = Text()
    standard_class = Several(StandardClass)
    custody = Several(HoldingKind, about="Only what is checked out, at a laboratory, or offered to others.")
    doubt = Several(
        Doubted, about="Only what a case about a standard, or a record that contradicts itself, puts in doubt so."
    )
    use = Choice(
        Use,
        metadata={
            "description": "Only what must not be used until that is settled: called back, quarantined, or in use and "
            "overdue, failed or without a record."
        },
    )
    sort = fields.String(
        load_default=None,
        validate=validate.OneOf(SORTS, error=lazy("Give one of: {choices}.")),
        metadata={
            "description": "What to sort by; `-` before it turns the order round. Without it by name: of a search, "
            "what has all the words itself before what its owner's name helps to find."
        },
    )


class LimitQuery(Schema):
    """At which reading the permissible error is asked for."""

    at = Exact(required=True, metadata={"description": "The reading."})
    unit = Text(40, metadata={"description": "Its unit; without it, that of each characteristic."})


class LimitOut(Schema):
    """The maximum permissible error at a reading, by one characteristic; both numbers are in its `unit`."""

    quantity = fields.String(required=True)
    unit = fields.String(required=True)
    ucum = fields.String(
        required=True, allow_none=True, metadata={"description": "The unit's UCUM code, where the unit is known."}
    )
    at = Exact(required=True, metadata={"pattern": EVERY_DIGIT})
    limit = Exact(
        required=True,
        allow_none=True,
        metadata={"pattern": EVERY_DIGIT, "description": "Without its ±; null when none is stated."},
    )


class HistoryQuery(ListQuery):
    """Which page of a history."""

    class Meta(ListQuery.Meta):
        """A history is not searched."""

        exclude = ("q",)


class HistoryOut(Schema):
    """Who changed what: `changes` gives old and new value by field."""

    at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    action = fields.String(required=True)
    changes = fields.Dict(keys=fields.String(), values=fields.List(fields.Raw(allow_none=True)), required=True)


class ReasonOut(Schema):
    """What stands against the use of an asset, in a word for programs and a sentence for people."""

    code = fields.String(required=True)
    text = fields.String(required=True)


class ScanOut(Schema):
    """What a label tells; the fields after `checked_at` are only for people who may read the owner's records."""

    tag = fields.String(required=True)
    kind = Choice(Kind, required=True)
    name = fields.String(required=True)
    validity = Choice(Validity, required=True)
    fit_for_use = fields.Boolean(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    reasons = fields.List(fields.Nested(ReasonOut), required=True)
    checked_at = fields.AwareDateTime(required=True)
    owner = fields.String()
    location = fields.String(allow_none=True)
    serial_no = fields.String(allow_none=True)
    history = fields.String(metadata={"description": "Address of its history."})
