"""A control chart: values in the order of their days, the centre line, the limits, and the points beyond them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from markupsafe import Markup

from registry.calibration.plots.days import day_scale, day_ticks
from registry.kernel import canvas
from registry.kernel.canvas import Area, Formats, KeyEntry, Scale, Telling

TOP: Final = 30
BOTTOM: Final = 210
LOOKS_OF_LINES: Final = ("limit", "centre", "limit")  # from the upper to the lower


class Point(NamedTuple):
    """A value on a day; `note` is what a pointer resting on it is told."""

    on: date
    value: Decimal
    note: str = ""


class Levels(NamedTuple):
    lower: Decimal
    centre: Decimal
    upper: Decimal


@dataclass(frozen=True, kw_only=True)
class Labels(Telling):
    """The words of the key."""

    value: str
    outside: str
    centre: str
    limits: str


def draw(points: Sequence[Point], outside: Collection[int], levels: Levels, labels: Labels, formats: Formats) -> Markup:
    """The chart of at least one point; `outside` holds the places of those to be marked, as `charts` found them."""
    lines = [levels.upper, levels.centre, levels.lower]
    low, high = canvas.spread([float(value) for value in (*lines, *(point.value for point in points))])
    ticks = canvas.number_ticks(low, high, formats.number)
    names = [formats.number(line) for line in lines]
    area = canvas.area(ticks, names, TOP, BOTTOM)
    y = Scale(low, high, area.bottom, area.top)
    first, last = min(point.on for point in points), max(point.on for point in points)
    x = day_scale(area, first, last)
    places = [(x(point.on.toordinal()), y(float(point.value))) for point in points]
    marks = [
        canvas.diamond(*place, note=point.note) if order in outside else canvas.dot(*place, note=point.note)
        for order, (place, point) in enumerate(zip(places, points, strict=True))
    ]
    key, height = canvas.key(_entries(labels, marked=bool(outside)), area.bottom + canvas.LINE + 4)
    return canvas.paper(
        labels,
        height,
        canvas.value_axis(area, y, ticks, labels.heading),
        canvas.foot_axis(area, x, day_ticks(x, first, last, formats.day)),
        *(canvas.horizontal(area, y(float(level)), look) for level, look in zip(lines, LOOKS_OF_LINES, strict=True)),
        *_named(area, [y(float(level)) for level in lines], names),
        canvas.path(places, "series"),
        *marks,
        key,
        clip=area,
    )


def _named(area: Area, levels: Sequence[float], names: Sequence[str]) -> list[Markup]:
    """The value of each line at its right end."""
    return [
        canvas.words(area.right + 5, level + 4, name, look="value")
        for level, name in zip(canvas.apart(levels, canvas.TEXT + 1), names, strict=True)
    ]


def _entries(labels: Labels, *, marked: bool) -> list[KeyEntry]:
    middle = canvas.SAMPLE / 2
    entries = [
        KeyEntry(canvas.dot(middle, 0), labels.value),
        KeyEntry(canvas.line_sample("centre"), labels.centre),
        KeyEntry(canvas.line_sample("limit"), labels.limits),
    ]
    if marked:
        entries.insert(1, KeyEntry(canvas.diamond(middle, 0), labels.outside))
    return entries
