"""How outsiders say scopes: their lines, decisions about them, and corrections."""

from typing import Any, Final

from marshmallow import fields, validate

from registry.kernel.i18n import lazy
from registry.kernel.schema import CURSOR, Choice, Code, Day, Exact, Schema, Text, Whole, WholeText
from registry.labs.scope.rules import Combined, Place, RelativeUnit, ScopeChange, Which

MOST_LINES: Final = 1000
MOST_PRICE: Final = 10**12


def at_most(most: int) -> validate.Length:
    """A list that is not endless."""
    return validate.Length(max=most, error=lazy("Give at most %(most)s lines.", most=most))


def _may(field: Any, *args: Any, about: str = "", **kwargs: Any) -> Any:  # noqa: ANN401 — any field
    """A field that may be left out or null."""
    if about:
        kwargs["metadata"] = {"description": about}
    return field(*args, load_default=None, allow_none=True, **kwargs)


class ScopeLineSchema(Schema):
    """A line of the scope; the range is in `unit`, and so is the best uncertainty unless `cmc_unit` says otherwise.

    The CMC is `cmc` + `cmc_relative` of the reading, or the root of the sum of their squares.
    """

    quantity = Text(120, required=True)
    unit = Text(40, required=True)
    range_low = _may(Exact)
    range_high = _may(Exact)
    cmc = _may(Exact, about="Best expanded uncertainty (CMC, k = 2), or its part that does not depend on the reading.")
    method = _may(Text, 200)
    measurand = _may(Text, 200, about="What is measured or calibrated, in the words of the scope.")
    instrument_type = _may(Code, about="Code of the instrument type it is for; without it for any.")
    cmc_unit = _may(Text, 40, about="Unit of `cmc` where it is not that of the range, such as µm beside m.")
    cmc_relative = _may(Exact, about="The part of the CMC that grows with the reading.")
    cmc_relative_unit = _may(Choice, RelativeUnit)
    cmc_combined = _may(Choice, Combined, about="How both parts go together; without it they are added.")
    place = _may(Choice, Place, about="Where it holds; without it anywhere.")
    site = _may(Text, 200, about="Which of its sites, where it has several.")
    price = _may(Whole, 0, MOST_PRICE, about="What the work costs, in đồng.")
    valid_from = _may(Day, about="First day; without it as long as the accreditation holds.")
    valid_to = _may(Day, about="Last day, inclusive.")
    accreditation = _may(
        Text,
        60,
        about="Number of the accreditation it belongs to, of those of the laboratory; needed where it has several.",
    )


class ScopeDecisionOut(Schema):
    """A decision about a scope; one that was undone says when and why."""

    id = fields.Integer(required=True)
    number = fields.String(required=True)
    effective_on = Day(required=True)
    kind = Choice(ScopeChange, required=True)
    note = fields.String(required=True)
    made_at = fields.AwareDateTime(required=True)
    undone_at = fields.AwareDateTime(required=True, allow_none=True)
    undone_reason = fields.String(required=True, allow_none=True)
    waits = fields.Boolean(
        required=True, metadata={"description": "It ends nothing yet: none of its lines is confirmed."}
    )


class StoredLineOut(ScopeLineSchema):
    """A line as it is kept, with the decisions it began and ended by, and what was corrected."""

    id = fields.Integer(required=True)
    confirmed = fields.Boolean(
        required=True, metadata={"description": "False: stated by the laboratory, not confirmed."}
    )
    awaits_confirmation = fields.Boolean(
        required=True,
        metadata={"description": "It betters what the laboratory had, and counts only once it is confirmed."},
    )
    decision = fields.Nested(ScopeDecisionOut, required=True, allow_none=True)
    ended_by = fields.Nested(ScopeDecisionOut, required=True, allow_none=True)
    corrects = fields.Integer(attribute="corrects_id", required=True, allow_none=True)
    corrected_at = fields.AwareDateTime(required=True, allow_none=True)
    correction_reason = fields.String(required=True, allow_none=True)


class ScopeDecisionIn(Schema):
    """A decision: it replaces all lines by `lines`, or adds these, or ends those named by `ends`, from a day on."""

    number = Text(60, required=True, metadata={"description": "Number of the decision, such as 123/QĐ-VPCNCL."})
    effective_on = Day(required=True, metadata={"description": "First day; what ends by it ends the day before."})
    kind = Choice(ScopeChange, required=True)
    lines = fields.List(fields.Nested(ScopeLineSchema), validate=at_most(MOST_LINES))
    ends = fields.List(Whole(1, 2**31 - 1), validate=at_most(MOST_LINES))
    note = Text(500, blank=True)


class ScopeUndoIn(Schema):
    """Why a decision about a scope is taken back."""

    reason = Text(500, required=True)


class CorrectionIn(Schema):
    """What should have been registered instead of a line; without it the line should never have been."""

    reason = Text(500, required=True)
    corrected = fields.Nested(ScopeLineSchema, allow_none=True)


class LinesQuery(Schema):
    """Which lines: those of a day, or of today without one; or all there ever were."""

    on = Day(metadata={"description": "The lines that held on this day, by all that is known now; without it today."})
    which = Choice(
        Which,
        load_default=Which.CURRENT,
        metadata={"description": "`all`: whatever day they held on, also those that were corrected."},
    )


class DecisionsQuery(Schema):
    """Which page of decisions."""

    limit = WholeText(1, 200, load_default=50, metadata={"description": "How many items at most."})
    cursor = Text(1200, pattern=CURSOR, metadata={"description": "The `next` of the page before."})


class SheetErrorOut(Schema):
    """What is wrong in a cell of a sheet."""

    row = fields.String(required=True)
    cell = fields.String(required=True)
    field = fields.String(required=True)
    value = fields.String(required=True)
    message = fields.String(required=True)


class SheetOut(Schema):
    """What a sheet says: lines as a decision takes them, and what is wrong with some."""

    lines = fields.List(fields.Nested(ScopeLineSchema), required=True)
    errors = fields.List(fields.Nested(SheetErrorOut), required=True)


class LinesOut(Schema):
    """Lines of a scope."""

    items = fields.List(fields.Nested(StoredLineOut), required=True)
