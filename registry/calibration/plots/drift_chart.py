"""A drift chart: values with their uncertainties, the line through them, its band, the limits and the forecast day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from markupsafe import Markup

from registry.calibration.plots.days import day_scale, day_ticks
from registry.kernel import canvas
from registry.kernel.canvas import Formats, KeyEntry, Scale, Telling

TOP: Final = 46
BOTTOM: Final = 230
SMALL: Final = 3.0  # radius of a point, so that it does not hide its bar
CAP: Final = 3.5  # half the width of the strokes that end an error bar


class Point(NamedTuple):
    """A value on a day with its expanded uncertainty, if known; `note` is what a pointer resting on it is told."""

    on: date
    value: Decimal
    expanded_uncertainty: Decimal | None
    note: str = ""


class Expected(NamedTuple):
    """The line on a day, and the ends of its band."""

    on: date
    value: float
    low: float
    high: float


class Marks(NamedTuple):
    """The limits the values have to keep, and the day they are expected to meet one; each may be None."""

    lower: Decimal | None
    upper: Decimal | None
    forecast_on: date | None


@dataclass(frozen=True, kw_only=True)
class Labels(Telling):
    """The words of the key; `forecast` stands at its day."""

    value: str
    line: str
    band: str
    limits: str
    forecast: str = ""


def draw(points: Sequence[Point], line: Sequence[Expected], marks: Marks, labels: Labels, formats: Formats) -> Markup:
    """The chart of at least one point; the line, in the order of its days, reaches as far as it is to be shown."""
    limits = [limit for limit in (marks.upper, marks.lower) if limit is not None]
    ends = [end for point in points for end in _ends(point)]
    low, high = canvas.spread([*map(float, (*ends, *limits)), *(expected.value for expected in line)])
    ticks = canvas.number_ticks(low, high, formats.number)
    names = [formats.number(limit) for limit in limits]
    area = canvas.area(ticks, names, TOP, BOTTOM)
    y = Scale(low, high, area.bottom, area.top)
    days = [*(point.on for point in points), *(expected.on for expected in line)]
    days += [] if marks.forecast_on is None else [marks.forecast_on]
    first, last = min(days), max(days)
    x = day_scale(area, first, last)
    key, height = canvas.key(_entries(labels, lined=bool(line), limited=bool(limits)), area.bottom + canvas.LINE + 4)
    return canvas.paper(
        labels,
        height,
        canvas.value_axis(area, y, ticks, labels.heading),
        canvas.foot_axis(area, x, day_ticks(x, first, last, formats.day)),
        canvas.clipped(labels, *_line(line, x, y)),
        *(canvas.horizontal(area, y(float(limit)), "limit") for limit in limits),
        *(
            canvas.words(area.right + 5, y(float(limit)) + 4, name, look="value")
            for limit, name in zip(limits, names, strict=True)
        ),
        *(canvas.moment(area, x(marks.forecast_on.toordinal()), labels.forecast) if marks.forecast_on else ()),
        *(mark for point in points for mark in _marks(point, x, y)),
        key,
        clip=area,
    )


def _ends(point: Point) -> tuple[Decimal, Decimal]:
    reach = point.expanded_uncertainty or Decimal(0)
    return point.value - reach, point.value + reach


def _line(line: Sequence[Expected], x: Scale, y: Scale) -> list[Markup]:
    if not line:
        return []
    across = [x(expected.on.toordinal()) for expected in line]
    over = [(place, y(expected.high)) for place, expected in zip(across, line, strict=True)]
    under = [(place, y(expected.low)) for place, expected in zip(across, line, strict=True)]
    middle = [(place, y(expected.value)) for place, expected in zip(across, line, strict=True)]
    return [canvas.path([*over, *reversed(under)], "band"), canvas.path(middle, "line")]


def _marks(point: Point, x: Scale, y: Scale) -> list[Markup]:
    across = x(point.on.toordinal())
    drawn = []
    if point.expanded_uncertainty:
        low, high = (y(float(end)) for end in _ends(point))
        drawn.append(canvas.element("line", "bar", x1=across, x2=across, y1=high, y2=low))
        drawn += [
            canvas.element("line", "bar", x1=across - CAP, x2=across + CAP, y1=end, y2=end) for end in (high, low)
        ]
    return [*drawn, canvas.dot(across, y(float(point.value)), radius=SMALL, note=point.note)]


def _entries(labels: Labels, *, lined: bool, limited: bool) -> list[KeyEntry]:
    middle = canvas.SAMPLE / 2
    bar = canvas.element("line", "bar", x1=middle, x2=middle, y1=-7, y2=7)
    field = canvas.element("rect", "band", x=0, y=-5, width=canvas.SAMPLE, height=10)
    line = [KeyEntry(canvas.line_sample("line"), labels.line), KeyEntry(field, labels.band)] if lined else []
    limits = [KeyEntry(canvas.line_sample("limit"), labels.limits)] if limited else []
    return [KeyEntry(bar + canvas.dot(middle, 0, radius=SMALL), labels.value), *line, *limits]
