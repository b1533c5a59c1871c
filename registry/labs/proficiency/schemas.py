"""How outsiders say schemes, rounds, results and follow-up."""

from decimal import Decimal
from typing import Any

from marshmallow import fields, validate

from registry.kernel.i18n import lazy
from registry.kernel.schema import (
    Choice,
    Code,
    Day,
    Exact,
    Flag,
    ListQuery,
    Schema,
    Text,
    Whole,
    WholeText,
)
from registry.kernel.text import digits
from registry.labs.proficiency.models import PtMeasurand
from registry.labs.proficiency.rules import (
    MOST_MEASURANDS,
    USUAL_LEAST,
    Judged,
    RoundOrder,
    RoundState,
    SchemeKind,
    Source,
)
from registry.labs.proficiency.scores import USUAL_FACTOR, Kind, Verdict

MOST_KEYS = 2**31 - 1
MOST_PASTED = 500
LEAST_OF_A_CONSENSUS = 5
FEW = lazy("Give between %(least)s and %(most)s lines.", least=1, most=MOST_MEASURANDS)
EVERY_DIGIT = {"pattern": r"^[+-]?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$"}  # what was computed is not cut


def computed(**kwargs: Any) -> Exact:  # noqa: ANN401 — marshmallow's own words
    """A decimal that was computed."""
    return Exact(metadata=EVERY_DIGIT, **kwargs)


class SchemeEdit(Schema):
    """What may be changed of a scheme."""

    name = Text()
    provider = Text(metadata={"description": "Who runs it; left out where the organisation does itself."})
    kind = Choice(SchemeKind)
    quantity = Text(120)
    unit = Text(40)
    range_low = Exact(allow_none=True)
    range_high = Exact(allow_none=True)
    note = Text(2000, blank=True)


class SchemeIn(SchemeEdit):
    """A new scheme; its range is in `unit`."""

    organisation = Code(required=True, metadata={"description": "Code of the organisation that keeps it here."})
    name = Text(required=True)
    kind = Choice(SchemeKind, required=True)
    quantity = Text(120, required=True)
    unit = Text(40, required=True)
    is_own = Flag(load_default=False, metadata={"description": "Whether that organisation runs the rounds itself."})


class SchemeOut(Schema):
    """A scheme."""

    id = fields.Integer(required=True)
    organisation = fields.String(attribute="organisation.code", required=True)
    name = fields.String(required=True)
    provider = fields.String(required=True)
    kind = Choice(SchemeKind, required=True)
    is_own = fields.Boolean(required=True)
    quantity = fields.String(required=True)
    unit = fields.String(required=True)
    range_low = Exact(required=True, allow_none=True)
    range_high = Exact(required=True, allow_none=True)
    note = fields.String(required=True)


class SchemeQuery(ListQuery):
    """Filters of the list of schemes."""

    kind = Choice(SchemeKind)
    quantity = Text(120, metadata={"description": "A quantity by any of its names."})
    organisation = Code(metadata={"description": "Code of the organisation that keeps it."})


class AssignedIn(Schema):
    """What a measurand is judged by: a reference value with U and k, or a consensus of the results; sigma is sigma_pt.

    Without sigma, z takes the robust standard deviation of the results.
    """

    source = Choice(Source, load_default=Source.REFERENCE)
    judged_by = Choice(Judged)
    assigned_value = Exact(allow_none=True)
    assigned_uncertainty = Exact(positive=True, allow_none=True, metadata={"description": "U, expanded."})
    assigned_factor = Exact(positive=True, allow_none=True, metadata={"description": "The k of U."})
    assigned_by = Text(200, blank=True, allow_none=True, metadata={"description": "Such as the reference laboratory."})
    sigma = Exact(positive=True, allow_none=True)
    least_results = Whole(
        LEAST_OF_A_CONSENSUS,
        1000,
        metadata={"description": f"How many results may make a value of their own; {USUAL_LEAST} unless said."},
    )


class MeasurandIn(AssignedIn):
    """A measurand of a round."""

    name = Text(required=True)
    unit = Text(40, required=True)
    judged_by = Choice(Judged, load_default=Judged.EN)


class AssignIn(AssignedIn):
    """The same of a measurand that stands; once it was evaluated with a reason."""

    reason = Text(1000, blank=True, allow_none=True)


class RoundEdit(Schema):
    """What may be changed of a round until it is evaluated."""

    item = Text(500)
    opens_on = Day()
    due_on = Day(metadata={"description": "The last day for results, inclusive."})


class RoundIn(RoundEdit):
    """A new round."""

    scheme = Whole(1, MOST_KEYS, required=True, metadata={"description": "The `id` of its scheme."})
    code = Code(required=True)
    item = Text(500, required=True)
    opens_on = Day(required=True)
    due_on = Day(required=True, metadata={"description": "The last day for results, inclusive."})
    measurands = fields.List(
        fields.Nested(MeasurandIn), required=True, validate=validate.Length(min=1, max=MOST_MEASURANDS, error=FEW)
    )


def told(field: str) -> fields.Function:
    """A part of the assigned value, None for who may not know it yet."""

    def part(measurand: PtMeasurand) -> str | None:
        value = getattr(measurand, field) if measurand.is_told else None
        return digits(value) if isinstance(value, Decimal) else value

    return fields.Function(part, required=True, allow_none=True, metadata={"type": "string"})


class MeasurandOut(Schema):
    """A measurand; before a round is published only who organises it is told the assigned value."""

    number = fields.Integer(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    judged_by = Choice(Judged, required=True)
    source = Choice(Source, required=True)
    assigned_value = told("assigned_value")
    assigned_uncertainty = told("assigned_uncertainty")
    assigned_factor = told("assigned_factor")
    assigned_by = told("assigned_by")
    sigma = told("sigma")
    least_results = fields.Integer(required=True)


class RoundLine(Schema):
    """A round in a list."""

    id = fields.Integer(required=True)
    scheme = fields.Integer(attribute="scheme_id", required=True)
    scheme_name = fields.String(attribute="scheme.name", required=True)
    code = fields.String(required=True)
    item = fields.String(required=True)
    opens_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    state = Choice(RoundState, required=True)


class RoundOut(RoundLine):
    """A round with what is measured; `evaluation` is the number of the one that stands, 0 before the first."""

    evaluation = fields.Integer(required=True)
    measurands = fields.List(fields.Nested(MeasurandOut), required=True)


class RoundQuery(ListQuery):
    """Filters of the list of rounds."""

    sort = Choice(RoundOrder, load_default=RoundOrder.DUE_ON_DOWN)
    state = Choice(RoundState)
    scheme = WholeText(1, MOST_KEYS)
    lab = Code(metadata={"description": "Where this laboratory takes part."})


class TurnIn(Schema):
    """Where a round goes next."""

    to = Choice(RoundState, required=True)


class ParticipantIn(Schema):
    """A laboratory that takes part; a code is drawn by lot unless one is given."""

    lab = Code(required=True)
    code = Text(20, pattern="[A-Za-z0-9][A-Za-z0-9._-]*")


class ExcuseIn(Schema):
    """A laboratory by its code."""

    lab = Code(required=True)


class ResultIn(Schema):
    """A result, U with its k; it is corrected by giving it again with a reason."""

    lab = Code(required=True)
    measurand = Whole(1, MOST_MEASURANDS, required=True, metadata={"description": "Its number in the round."})
    value = Exact(required=True)
    unit = Text(40, metadata={"description": "That of the measurand unless said."})
    expanded_uncertainty = Exact(required=True, metadata={"description": "U, above zero."})
    coverage_factor = Exact(load_default=USUAL_FACTOR, metadata={"description": "The k of U, from 1 to 20."})
    reason = Text(1000)


class LineIn(Schema):
    """One of several results."""

    measurand = Whole(1, MOST_MEASURANDS, required=True)
    value = Exact(required=True)
    unit = Text(40)
    expanded_uncertainty = Exact(required=True)
    coverage_factor = Exact(load_default=USUAL_FACTOR)


class ResultsIn(Schema):
    """All results of a laboratory at once, as the page gives them."""

    lab = Code(required=True)
    results = fields.List(fields.Nested(LineIn), required=True, validate=validate.Length(max=MOST_MEASURANDS))
    reason = Text(1000)


class PastedLineIn(Schema):
    """A result of a participant, by its code in the round or that of its laboratory."""

    participant = Text(64, required=True)
    value = Exact(required=True)
    unit = Text(40)
    expanded_uncertainty = Exact(required=True)
    coverage_factor = Exact(load_default=USUAL_FACTOR)


class PastedIn(Schema):
    """A measurand's results of many participants at once, as the page gives them."""

    measurand = Whole(1, MOST_MEASURANDS, required=True)
    results = fields.List(
        fields.Nested(PastedLineIn),
        required=True,
        validate=validate.Length(
            min=1,
            max=MOST_PASTED,
            error=lazy("Give between %(least)s and %(most)s lines.", least=1, most=MOST_PASTED),
        ),
    )
    reason = Text(1000)


class GivenOut(Schema):
    """A result as it was said."""

    measurand = fields.Integer(attribute="measurand.number", required=True)
    value = Exact(required=True)
    unit = fields.String(required=True)
    expanded_uncertainty = Exact(required=True)
    coverage_factor = Exact(required=True)
    entered_at = fields.AwareDateTime(required=True)


class ScoreOut(Schema):
    """A result as it was judged; `found_value` is in the unit of the round."""

    code = fields.String(attribute="participant.code", required=True)
    measurand = fields.Integer(attribute="measurand.number", required=True)
    value = Exact(required=True)
    unit = fields.String(required=True)
    expanded_uncertainty = Exact(required=True)
    coverage_factor = Exact(required=True)
    found_value = computed(required=True)
    found_uncertainty = computed(required=True)
    decides = Choice(Kind, required=True)
    en = computed(required=True, allow_none=True)
    z = computed(required=True, allow_none=True)
    z_prime = computed(required=True, allow_none=True)
    zeta = computed(required=True, allow_none=True)
    verdict = Choice(Verdict, required=True)


class PlaceOut(Schema):
    """Who takes part: the laboratory only for who may know it, results of those alone, scores once published."""

    code = fields.String(required=True)
    lab = fields.String(attribute="lab.code", dump_default=None, required=True, allow_none=True)
    results = fields.List(fields.Nested(GivenOut), required=True)


class BasisOut(Schema):
    """What the results of a measurand were judged by, and their robust statistics."""

    number = fields.Integer(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    assigned_by = fields.String(required=True, allow_none=True)
    judged_by = fields.String(required=True)
    source = fields.String(required=True)
    assigned_value = fields.String(required=True)
    assigned_uncertainty = fields.String(required=True)
    assigned_factor = fields.String(required=True)
    sigma = fields.String(required=True, allow_none=True)
    sigma_from_results = fields.Boolean(required=True)
    least_results = fields.Integer(required=True)
    results = fields.Integer(required=True)
    median = fields.String(required=True, allow_none=True)
    median_deviation = fields.String(required=True, allow_none=True)
    robust_mean = fields.String(required=True, allow_none=True)
    robust_deviation = fields.String(required=True, allow_none=True)
    robust_uncertainty = fields.String(required=True, allow_none=True)
    iterations = fields.Integer(required=True, allow_none=True)
    from_spread = fields.Boolean(required=True)
    is_identical = fields.Boolean(required=True)


class EvaluateIn(Schema):
    """Why a round is evaluated again; the first time needs no reason."""

    reason = Text(1000, blank=True, allow_none=True)


class EvaluationLine(Schema):
    """An evaluation in a list."""

    number = fields.Integer(required=True)
    made_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, allow_none=True)


class EvaluationOut(EvaluationLine):
    """An evaluation as it was made, with what it was made from."""

    measurands = fields.List(fields.Nested(BasisOut), required=True)
    scores = fields.List(fields.Nested(ScoreOut), required=True)
