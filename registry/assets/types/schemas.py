"""How outsiders say instrument types."""

from typing import Any, Final

from marshmallow import fields

from registry.assets.rules import Kind
from registry.assets.schemas import LONGEST_INTERVAL, ScheduleSchema, at_most, optional
from registry.assets.types.rules import ControlGroup, Terms, in_force, proposal
from registry.kernel import clock
from registry.kernel.schema import Choice, Code, Day, Flag, ListQuery, Schema, Text, Whole

MOST_VERSIONS: Final = 50
MEASURE: Final = {"description": "Null: not known, which is not the same as not needed."}
VERIFIED: Final = {"description": "Months between periodic verifications, as the document lays down."}
CALIBRATED: Final = {"description": "Months between calibrations, as the owner of a type of group 1 decides."}


def measure(**kwargs: Any) -> Flag:  # noqa: ANN401 — marshmallow's own words
    """Whether a control measure applies."""
    return Flag(allow_none=True, metadata=MEASURE, **kwargs)


def months(metadata: dict[str, str]) -> Whole:
    """A number of months, or none."""
    return Whole(1, LONGEST_INTERVAL, load_default=None, allow_none=True, metadata=metadata)


class InstrumentTypeVersionIn(Schema):
    """What is asked of a type from a day on. It ends the version before it, or corrects one from the same first day."""

    valid_from = Day(required=True, metadata={"description": "The first day, inclusive."})
    valid_to = Day(load_default=None, allow_none=True, metadata={"description": "The last day; null until further."})
    circular = optional(100, load_default=None, metadata={"description": "The document that says it."})
    source = optional(500, load_default=None, metadata={"description": "Where it can be read."})
    type_approval = measure(load_default=None)
    initial = measure(load_default=None)
    periodic = measure(load_default=None)
    after_repair = measure(load_default=None)
    period_months = months(VERIFIED)
    calibration_interval_months = months(CALIBRATED)
    note = Text(500, blank=True, load_default="")


class InstrumentTypeEdit(Schema):
    """What may be changed of a type; everything else is a new version."""

    name_vi = Text()
    name_en = Text()


class InstrumentTypeIn(InstrumentTypeEdit):
    """A new type. Without an owner it is for everybody; an organisation's own types are of group 1."""

    code = Code(required=True)
    name_vi = Text(required=True)
    name_en = optional(metadata={"description": "Without it the Vietnamese name is used."})
    group = Choice(ControlGroup, required=True)
    owner = Code(allow_none=True, metadata={"description": "Code of the organisation whose own type it is."})
    versions = fields.List(fields.Nested(InstrumentTypeVersionIn), validate=at_most(MOST_VERSIONS))


class InstrumentTypeVersionOut(Schema):
    """A version; one with `replaced_at` was corrected and holds on no day."""

    valid_from = fields.Date(required=True)
    valid_to = fields.Date(required=True, allow_none=True)
    circular = fields.String(required=True, allow_none=True)
    source = fields.String(required=True, allow_none=True)
    type_approval = measure(required=True)
    initial = measure(required=True)
    periodic = measure(required=True)
    after_repair = measure(required=True)
    period_months = fields.Integer(required=True, allow_none=True, metadata=VERIFIED)
    calibration_interval_months = fields.Integer(required=True, allow_none=True, metadata=CALIBRATED)
    note = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    replaced_at = fields.AwareDateTime(required=True, allow_none=True)


class InForce(fields.Nested):
    """The version in force today."""

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> Terms | None:  # noqa: ANN401, ARG002 — marshmallow's signature
        """Derived from the versions and today."""
        return in_force(obj.versions, clock.today())


class Proposal(fields.List[Any]):
    """The schedules that a new asset of the type starts with."""

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> list[Any]:  # noqa: ANN401, ARG002 — marshmallow's signature
        """Derived from the version in force today."""
        return list(proposal(obj.group, in_force(obj.versions, clock.today())))


class InstrumentTypeOut(Schema):
    """A type, its history oldest first, and what follows from it today."""

    code = fields.String(required=True)
    name_vi = fields.String(required=True)
    name_en = fields.String(required=True)
    group = Choice(ControlGroup, required=True)
    owner = fields.String(attribute="owner.code", required=True, allow_none=True, dump_default=None)
    in_force = InForce(InstrumentTypeVersionOut, required=True, allow_none=True)
    proposal = Proposal(fields.Nested(ScheduleSchema), required=True)
    versions = fields.List(fields.Nested(InstrumentTypeVersionOut), required=True)


class InstrumentTypeQuery(ListQuery):
    """Filters of the list of types."""

    group = Choice(ControlGroup)
    owner = Code(metadata={"description": "Code of the organisation whose own types are wanted."})
    in_force_on = Day(metadata={"description": "With a version in force on this day."})


class ProposalQuery(Schema):
    """What was typed as the type of an asset, what that is, and whose it is to be."""

    type = Text(required=True)
    kind = Choice(Kind, load_default=Kind.INSTRUMENT)
    owner = Code()
