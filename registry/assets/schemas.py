"""How outsiders say assets."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from marshmallow import fields, validate

from registry.assets import tags
from registry.assets.characteristics import unknown_units
from registry.assets.custody.rules import HoldingKind
from registry.assets.fitness import Doubt, Reason, ScanFacts, told_of
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Kind, ScheduleKind, StandardClass, Status, Validity, fit_for_use, validity
from registry.kernel import clock
from registry.kernel.i18n import _, current_locale, lazy, said_day
from registry.kernel.schema import (
    Choice,
    Code,
    Day,
    Exact,
    ListQuery,
    Schema,
    Several,
    Text,
    Whole,
    WholeText,
    unsigned,
)
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
    """What an asset has to undergo and how often."""

    kind = Choice(ScheduleKind, required=True)
    interval_months = Whole(1, LONGEST_INTERVAL, required=True)


class AssetEdit(Schema):
    """What may be changed of an asset: null empties a field, a list that is given replaces the one before."""

    kind = Choice(Kind)
    name = Text()
    owner = Code(metadata={"description": "Code of the organisation that owns it."})
    manufacturer = optional()
    model = optional()
    serial_no = optional(100)
    asset_no = optional(100, metadata={"description": "The owner's inventory number."})
    location = optional()
    custodian = optional()
    instrument_type = optional()
    status = Choice(Status)
    status_reason = optional(1000, metadata={"description": "Why the status changes."})
    restriction = optional(metadata={"description": "What limited use is limited to; anybody who scans is told."})
    commissioned_on = Day(allow_none=True)
    standard_class = Choice(StandardClass, allow_none=True, metadata={"description": "Only of a standard."})
    lot_no = optional(100, metadata={"description": "Lot or batch number, where there is no serial number."})
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
    interval_months = fields.Integer(required=True)
    due_on = fields.Date(required=True, allow_none=True)
    last_performed_on = fields.Date(required=True, allow_none=True)
    validity = fields.Method("validity_today", required=True, metadata={"type": "string", "enum": list(Validity)})

    def validity_today(self, row: Asset | Schedule) -> Validity:
        """Derived from what is recorded and today."""
        return validity(row.proof, row.due_on, clock.today())


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

    def validity_today(self, row: Asset) -> Validity:
        """Derived from what is recorded and today."""
        return validity(row.proof, row.due_on, clock.today())

    def fit_today(self, row: Asset) -> bool:
        """Derived from the status and the validity."""
        return fit_for_use(row.status, self.validity_today(row))


class OneAssetOut(AssetOut):
    """One asset, and what was accepted although it is to be looked at; its ETag is that of the rest."""

    warnings = fields.Method("all_warnings", required=True, metadata=WARNINGS)

    def all_warnings(self, row: Asset) -> list[str]:
        """Derived from the units that are said."""
        return unknown_units(held.unit for held in row.characteristics)


class AssetQuery(ListQuery):
    """Filters of the list of assets; all that are given must hold."""

    kind = Several(Kind)
    owner = Code(metadata={"description": "Code of the organisation that owns them."})
    status = Several(Status)
    validity = Several(Validity)
    due_before = Day(metadata={"description": "Due before this day, the day itself left out."})
    parent = Text(40, metadata={"description": "Tag of a set: only its components."})
    imported = WholeText(1, MOST_KEYS, metadata={"description": "Number of an import: only what it made or changed."})
    due_within = WholeText(0, 3660, metadata={"description": "Due from today on within so many days."})
    location = Text()
    instrument_type = Text()
    standard_class = Several(StandardClass)
    custody = Several(HoldingKind, about="Only what is checked out, at a laboratory, or offered to others.")
    sort = fields.String(
        load_default="name",
        validate=validate.OneOf(SORTS, error=lazy("Give one of: {choices}.")),
        metadata={"description": "What to sort by; `-` before it turns the order round."},
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


def scan_answer(facts: ScanFacts, now: datetime) -> dict[str, Any]:
    """What anybody who scans a label is told; ScanOut's public fields, unformatted."""
    state, due_on, fit, against = told_of(facts, clock.local(now).date())
    return {
        "tag": facts.tag,
        "kind": facts.kind,
        "name": facts.name,
        "validity": state,
        "fit_for_use": fit,
        "due_on": due_on,
        "reasons": [{"code": reason.code, "text": reason_text(reason)} for reason in against],
        "checked_at": now,
    }


def reason_text(reason: Reason) -> str:
    """A reason as a sentence in the language of the request."""
    return _sentence(reason, current_locale())


@lru_cache(maxsize=4096)
def _sentence(reason: Reason, _locale: str) -> str:
    """Scans ask for the same sentences again and again; looking one up costs a fifth of an answer."""
    if reason.whole is not None:
        why = _plain_sentence(reason, _("Calibration or verification"))
        return _("The set it belongs to, %(tag)s: %(why)s", tag=tags.grouped(reason.whole), why=why)
    return _plain_sentence(reason, _schedule_text(reason.schedule))


def _plain_sentence(reason: Reason, what: str) -> str:
    if isinstance(reason.code, Doubt):
        return _doubt_text(reason.code)
    if isinstance(reason.code, Status):
        limited = _("Limited use: %(restriction)s", restriction=reason.restriction)
        return limited if reason.restriction else _status_text(reason.code)
    return _validity_text(reason, what)


def _validity_text(reason: Reason, what: str) -> str:
    due = said_day(reason.due_on) if reason.due_on else ""
    if reason.code is Validity.FAILED:
        return _("%(what)s: the newest result is a failure.", what=what)
    if reason.code is Validity.NEVER:
        return _("%(what)s: no valid record.", what=what)
    return (
        _overdue_text(what, due, reason.days) if reason.code is Validity.OVERDUE else _due_text(what, due, reason.days)
    )


def _overdue_text(what: str, due: str, days: int | None) -> str:
    if days == 1:
        return _("%(what)s: valid until yesterday, %(due)s.", what=what, due=due)
    return _("%(what)s: valid until %(due)s, overdue by %(days)s days.", what=what, due=due, days=days)


def _due_text(what: str, due: str, days: int | None) -> str:
    if not days:
        return _("%(what)s: today, %(due)s, is the last valid day.", what=what, due=due)
    if days == 1:
        return _("%(what)s: tomorrow, %(due)s, is the last valid day.", what=what, due=due)
    return _("%(what)s: valid until %(due)s, %(days)s days left.", what=what, due=due, days=days)


def _doubt_text(doubt: Doubt) -> str:
    if doubt is Doubt.UNVERIFIED:
        return _("The law has instruments of this type verified, and no verification is recorded.")
    return _("Nobody has stated whether and how often it has to be calibrated; ask whoever keeps it.")


def _status_text(status: Status) -> str:
    return {
        Status.PLANNED: _("It is planned and not in service yet."),
        Status.PROCURED: _("It was bought and is not accepted yet."),
        Status.ACCEPTED: _("It was accepted and is not in service yet."),
        Status.IN_SERVICE: _("It is in service."),
        Status.LIMITED_USE: _("It is for limited use only."),
        Status.OUT_FOR_CALIBRATION: _("It is out for calibration."),
        Status.OUT_OF_SERVICE: _("It is out of service."),
        Status.QUARANTINED: _("It is quarantined: its results are in doubt."),
        Status.RETIRED: _("It was withdrawn from use."),
        Status.DISPOSED: _("It was disposed of."),
    }[status]


def _schedule_text(kind: ScheduleKind | None) -> str:
    match kind:
        case ScheduleKind.CALIBRATION:
            return _("Calibration")
        case ScheduleKind.VERIFICATION:
            return _("Verification")
        case ScheduleKind.INTERMEDIATE_CHECK:
            return _("Intermediate check")
        case ScheduleKind.TESTING:
            return _("Testing")
        case None:
            return _("Shelf life")
