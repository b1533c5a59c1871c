"""How outsiders say reference materials."""

from typing import Final

from marshmallow import fields

from registry.assets.characteristics import unknown_units
from registry.assets.materials.models import Material
from registry.assets.materials.rules import TimeUnit
from registry.assets.schemas import WARNINGS, UnitText, at_most, optional
from registry.kernel.schema import Choice, Day, Exact, ListQuery, Schema, Text, Whole, unsigned

MOST_VALUES: Final = 200
LONGEST_STABILITY: Final = 3650


class CertifiedValueSchema(Schema):
    """A certified property; value and expanded uncertainty are in `unit`."""

    property = Text(200, required=True)
    value = Exact(required=True)
    expanded_uncertainty = Exact(
        load_default=None, allow_none=True, metadata=unsigned("Expanded uncertainty U, without its ±.")
    )
    coverage_factor = Exact(
        load_default=None, allow_none=True, metadata=unsigned("Coverage factor k of that uncertainty, at least 1.")
    )
    unit = UnitText(required=True)


class MaterialIn(Schema):
    """The whole data sheet of a reference material: what is left out is emptied."""

    producer = optional()
    certificate_no = optional(100)
    expires_on = Day(allow_none=True, metadata={"description": "The last day of the certified shelf life, inclusive."})
    opened_on = Day(allow_none=True)
    stable_for = Whole(
        1, LONGEST_STABILITY, allow_none=True, metadata={"description": "How long it keeps after opening."}
    )
    stable_unit = Choice(TimeUnit, allow_none=True)
    storage = optional(500, metadata={"description": "Storage conditions."})
    quantity = Exact(allow_none=True, metadata=unsigned("How much was received, in `unit`."))
    unit = UnitText(blank=True, allow_none=True)
    certified_values = fields.List(fields.Nested(CertifiedValueSchema), validate=at_most(MOST_VALUES))


class MaterialOut(Schema):
    """The data sheet of a reference material and how much of it is left."""

    producer = fields.String(required=True, allow_none=True)
    certificate_no = fields.String(required=True, allow_none=True)
    expires_on = fields.Date(required=True, allow_none=True)
    opened_on = fields.Date(required=True, allow_none=True)
    stable_for = fields.Integer(required=True, allow_none=True)
    stable_unit = Choice(TimeUnit, required=True, allow_none=True)
    usable_until = fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "The earlier of the certified end and the end after opening, inclusive."},
    )
    storage = fields.String(required=True, allow_none=True)
    quantity = Exact(required=True, allow_none=True)
    remaining = Exact(required=True, allow_none=True)
    unit = fields.String(required=True, allow_none=True)
    certified_values = fields.List(fields.Nested(CertifiedValueSchema), required=True)


class OneMaterialOut(MaterialOut):
    """A data sheet, and what was accepted although it is to be looked at; its ETag is that of the rest."""

    warnings = fields.Method("all_warnings", required=True, metadata=WARNINGS)

    def all_warnings(self, row: Material) -> list[str]:
        """Derived from the units that are said."""
        return unknown_units([row.unit or "", *(value.unit for value in row.certified_values)])


class DrawIn(Schema):
    """What is taken of a material; today, by who asks, in the unit of the stock, unless said otherwise."""

    amount = Exact(positive=True, required=True)
    unit = UnitText(
        blank=True,
        allow_none=True,
        metadata={"description": "Another unit of the same dimension is turned into the stock's."},
    )
    taken_on = Day(allow_none=True)
    taken_by = optional()
    note = optional(500)


class DrawOut(Schema):
    """What was taken of a material, in the unit of the stock, and what was left of it."""

    taken_on = fields.Date(required=True)
    taken_by = fields.String(required=True)
    amount = Exact(required=True)
    unit = fields.String(required=True)
    remaining = Exact(required=True)
    note = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)


class DrawQuery(ListQuery):
    """Which page of what was taken."""

    class Meta(ListQuery.Meta):
        """What was taken is not searched."""

        exclude = ("q",)
