"""How outsiders are told of stability: series of results with control chart, drift and forecast."""

from decimal import Decimal
from math import isfinite

from marshmallow import fields

from registry.calibration.drift import Meeting
from registry.calibration.rules import CalibrationKind, Stage
from registry.calibration.stability.words import apart, forecast_sentence
from registry.calibration.statements import Derived
from registry.kernel.schema import Choice, Exact, Schema, Share, Text, WholeText

MOST_SERIES = 50
LONGEST = 600  # months
SERIES = "[0-9a-f]{12}"
REFUSED = {"description": "Why there is none."}


class ChartsQuery(Schema):
    """Which series, and how far and how surely is looked ahead."""

    limit = WholeText(1, MOST_SERIES, load_default=12, metadata={"description": "How many series at most."})
    cursor = Text(12, pattern=SERIES, metadata={"description": "The `next` of the page before."})
    series = Text(12, pattern=SERIES, metadata={"description": "Only the series with this `id`."})
    probability = Share(
        load_default=Decimal("0.95"),
        metadata={"description": "With which the limits are to be kept, and of the band."},
    )
    horizon_months = WholeText(
        1, LONGEST, load_default=120, metadata={"description": "How far ahead of today, or of a later newest value."}
    )


class SeriesValueOut(Schema):
    """What one record says of the point; with several `readings` it is their mean."""

    calibration = fields.Integer(attribute="record", required=True, metadata={"description": "Key of the record."})
    kind = Choice(CalibrationKind, required=True)
    performed_on = fields.Date(attribute="on", required=True)
    certificate_no = fields.String(required=True, allow_none=True)
    value = Derived(attribute="error", required=True, metadata={"description": "The error of indication."})
    expanded_uncertainty = Derived(required=True, allow_none=True)
    lower_limit = Derived(required=True, allow_none=True)
    upper_limit = Derived(required=True, allow_none=True)
    readings = fields.Integer(required=True)
    adjusted = fields.Boolean(required=True, metadata={"description": "Whether it was adjusted on that occasion."})
    unit_then = fields.String(required=True, metadata={"description": "The unit of the record."})
    e_n = fields.Function(
        lambda value: None if value.score is None else str(value.score.score),
        required=True,
        metadata={"type": ["string", "null"], "description": "Of a check: against `compared_with`."},
    )
    agrees = fields.Function(
        lambda value: None if value.score is None else value.score.is_satisfactory,
        required=True,
        metadata={"type": ["boolean", "null"], "description": "Whether |Eₙ| is at most 1."},
    )
    compared_with = fields.Integer(
        attribute="certificate",
        required=True,
        allow_none=True,
        metadata={"description": "Key of the calibration or verification before the check."},
    )


class ControlOut(Schema):
    """A chart of individuals and moving ranges over all values; places count from 0."""

    centre = Derived(required=True)
    lower = Derived(required=True)
    upper = Derived(required=True)
    mean_range = Derived(required=True)
    upper_range = Derived(required=True)
    sigma = Derived(required=True, metadata={"description": "Mean range / 1.128."})
    outside = fields.List(fields.Integer(), required=True)
    outside_ranges = fields.List(fields.Integer(), required=True)


class DriftOut(Schema):
    """The straight line through the values since the last adjustment, by least squares, per day."""

    values = fields.Integer(attribute="points", required=True)
    slope_per_day = fields.Float(attribute="slope", required=True)
    s = fields.Float(required=True, metadata={"description": "Standard deviation of the residuals."})
    t_slope = fields.Function(
        lambda line: line.t_slope if isfinite(line.t_slope) else None,
        required=True,
        metadata={"type": ["number", "null"], "description": "Null when all values lie on a sloping line."},
    )
    p_slope = fields.Float(required=True, metadata={"description": "Probability of one as steep by chance."})
    critical = fields.Float(required=True, metadata={"description": "t(0.975; n - 2)."})
    is_significant = fields.Boolean(required=True)


class ForecastOut(Schema):
    """When a value may meet a limit, if it keeps drifting as it did; `quantile` is that of Student's t."""

    meeting = Choice(Meeting, required=True)
    quantile = fields.Float(required=True)


class SeriesOut(Schema):
    """The values of a point, the oldest first, and what they show; all numbers are in `unit`."""

    id = fields.String(attribute="series.id", required=True)
    quantity = fields.String(attribute="series.quantity", required=True)
    unit = fields.String(attribute="series.unit", required=True)
    nominal = Exact(attribute="series.nominal", required=True, allow_none=True)
    stage = Choice(Stage, attribute="series.stage", required=True)
    values = fields.List(fields.Nested(SeriesValueOut), attribute="series.values", required=True)
    control = fields.Nested(ControlOut, required=True, allow_none=True)
    control_refused = fields.String(required=True, allow_none=True, metadata=REFUSED)
    adjusted_on = fields.Date(required=True, allow_none=True)
    drift = fields.Nested(DriftOut, required=True, allow_none=True)
    drift_refused = fields.String(required=True, allow_none=True, metadata=REFUSED)
    forecast = fields.Nested(ForecastOut, required=True, allow_none=True)
    met_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Until when the limits are expected to be kept."}
    )
    text = fields.Function(forecast_sentence, required=True, metadata={"type": "string"})
    forecast_refused = fields.String(required=True, allow_none=True, metadata=REFUSED)


class ChartsOut(Schema):
    """What the results of an asset show."""

    asset = fields.String(attribute="asset.tag", required=True)
    records = fields.Integer(required=True, metadata={"description": "How many records the series are made of."})
    is_cut = fields.Boolean(required=True, metadata={"description": "Whether older ones were left out."})
    probability = Exact(attribute="asked.probability", required=True)
    horizon_months = fields.Integer(attribute="asked.horizon_months", required=True)
    items = fields.List(fields.Nested(SeriesOut), required=True)
    total = fields.Function(lambda charts: len(charts.gathered.series), required=True, metadata={"type": "integer"})
    next = fields.String(required=True, allow_none=True)
    apart = fields.Function(
        lambda charts: [apart(one) for one in charts.gathered.apart],
        required=True,
        metadata={"type": "array", "items": {"type": "string"}, "description": "Units that cannot be compared."},
    )
    valueless = fields.Integer(
        attribute="gathered.valueless", required=True, metadata={"description": "Points without an error."}
    )
    nameless = fields.Integer(
        attribute="gathered.nameless",
        required=True,
        metadata={"description": "Points without a nominal value, of which their record has several."},
    )
