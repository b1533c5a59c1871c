"""Findings as plots: a control chart over all values, and the drift with its band and the day a limit is met."""

from datetime import date
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from registry.calibration.plots import control_chart, drift_chart
from registry.calibration.stability.findings import Finding
from registry.calibration.stability.rules import Series, Value
from registry.calibration.stability.words import forecast_sentence
from registry.kernel.canvas import Formats
from registry.kernel.i18n import _, ngettext, said_day, said_number, said_value

FINER: Final = 1  # digits more than the values have, for what is computed of them
MOST_DIGITS: Final = 12  # of a value; what has more was computed
USUAL_EXPONENT: Final = -6  # where all values are means


def control(finding: Finding) -> Markup | None:
    """The control chart of a series; None where there is none."""
    found, values = finding.control, finding.series.values
    if found is None:
        return None
    count = len(found.outside)
    span = _span(finding.series)
    outside = ngettext("%(num)s value lies outside.", "%(num)s values lie outside.", count)
    inside = _("All values lie within the limits.")
    labels = control_chart.Labels(
        name=f"control-{finding.series.id}",
        title=_("Control chart"),
        desc=f"{span} {outside if count else inside}",
        heading=heading(finding.series),
        value=_("value"),
        outside=_("outside"),
        centre=_("mean"),
        limits=_("limits of natural variation"),
    )
    levels = control_chart.Levels(lower=found.lower, centre=found.centre, upper=found.upper)
    points = [control_chart.Point(value.on, value.error, _note(value)) for value in values]
    return control_chart.draw(points, found.outside, levels, labels, formats(finding.series, computed=True))


def moving_range(finding: Finding) -> Markup | None:
    """How far each value lies from the one before, with the mean and the upper limit; None where there is none."""
    found, values = finding.control, finding.series.values
    if found is None:
        return None
    count = len(found.outside_ranges)
    outside = ngettext("%(num)s range lies outside.", "%(num)s ranges lie outside.", count)
    inside = _("All ranges lie within the limit.")
    labels = control_chart.Labels(
        name=f"range-{finding.series.id}",
        title=_("Moving range"),
        desc=f"{_span(finding.series)} {outside if count else inside}",
        heading=_("Moving range, %(unit)s", unit=finding.series.unit),
        value=_("range"),
        outside=_("outside"),
        centre=_("mean"),
        limits=_("0 and upper limit"),
    )
    levels = control_chart.Levels(lower=Decimal(0), centre=found.mean_range, upper=found.upper_range)
    points = [
        control_chart.Point(value.on, moved, f"{said_day(value.on)}: {said_value(moved)}")
        for value, moved in zip(values[1:], found.ranges, strict=True)
    ]
    marked = [place - 1 for place in found.outside_ranges]
    return control_chart.draw(points, marked, levels, labels, formats(finding.series, computed=True))


def drift(finding: Finding) -> Markup | None:
    """The drift of a series since its last adjustment; None where there is none."""
    if finding.drift is None:
        return None
    newest, met_on = finding.newest, finding.met_on
    labels = drift_chart.Labels(
        name=f"drift-{finding.series.id}",
        title=_("Drift"),
        desc=f"{_span(finding.series)} {forecast_sentence(finding)}",
        heading=heading(finding.series),
        value=_("value with U"),
        line=_("drift"),
        band=_("one more value with its U") if finding.forecast else _("where one more value lies"),
        limits=_("limits of error"),
        forecast=said_day(met_on) if met_on else "",
    )
    points = [
        drift_chart.Point(value.on, value.error, value.expanded_uncertainty, _note(value)) for value in finding.settled
    ]
    days = (date.fromordinal(round(one.time)) for one in finding.expected)
    line = [
        drift_chart.Expected(on, one.value, one.low, one.high) for on, one in zip(days, finding.expected, strict=True)
    ]
    marks = drift_chart.Marks(lower=newest.lower_limit, upper=newest.upper_limit, forecast_on=met_on)
    return drift_chart.draw(points, line, marks, labels, formats(finding.series))


def formats(series: Series, *, computed: bool = False) -> Formats:
    """How the language writes the numbers of a series: as they are, and what is computed a digit finer.

    Where all of them are `computed`, as means and limits of natural variation are, none has more digits than that.
    """
    exponents = [value.error.as_tuple().exponent for value in series.values if value.readings == 1]
    finest = min((exponent for exponent in exponents if isinstance(exponent, int)), default=USUAL_EXPONENT) - FINER

    def number(value: Decimal) -> str:
        exponent = value.as_tuple().exponent
        is_finer = isinstance(exponent, int) and exponent < finest
        rounds = is_finer if computed else len(value.as_tuple().digits) > MOST_DIGITS
        return said_value(value.quantize(Decimal(1).scaleb(finest)) if rounds else value)

    def percent(share: Decimal) -> str:
        return _("%(percent)s %%", percent=said_number((share * 100).normalize()))

    return Formats(number=number, percent=percent, day=said_day)


def heading(series: Series) -> str:
    """What is measured, and in which unit."""
    return _("Error, %(unit)s", unit=series.unit)


def _span(series: Series) -> str:
    """How many values there are, and of which time."""
    first, last = series.values[0].on, series.values[-1].on
    count = len(series.values)
    text = ngettext("%(num)s value", "%(num)s values", count)
    return _("%(values)s from %(first)s to %(last)s.", values=text, first=said_day(first), last=said_day(last))


def _note(value: Value) -> str:
    """What a pointer resting on a point is told."""
    said = f"{said_day(value.on)}: {said_value(value.error)}"
    return f"{said} ± {said_value(value.expanded_uncertainty)}" if value.expanded_uncertainty is not None else said
