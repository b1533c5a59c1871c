"""A reliability chart: the fitted curve, the observed shares as dots as large as their counts, target and interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import Final, NamedTuple

from markupsafe import Markup

from registry.kernel import canvas
from registry.kernel.canvas import Formats, KeyEntry, Scale, Telling

TOP: Final = 46
BOTTOM: Final = 216
HIGHEST: Final = 1.1  # of the scale: the dot of a share of 1 stays clear of what is said above
LARGEST: Final = 9.0  # radius of the dot with the greatest count
SMALLEST: Final = 2.5


@dataclass(frozen=True)
class Observed:
    """The share found in tolerance after a time, of how many; `note` is what a pointer resting on it is told."""

    time: float
    share: float
    count: int
    note: str = ""


class Marks(NamedTuple):
    """The share to be kept, and the interval proposed, in the unit of the times."""

    target: Decimal
    proposed: float | None


@dataclass(frozen=True, kw_only=True)
class Labels(Telling):
    """The words of the key; `time` says which time and in which unit, `proposed` stands at the interval."""

    time: str
    observed: str
    curve: str
    target: str
    proposed: str = ""


def draw(
    curve: Sequence[tuple[float, float]], observed: Sequence[Observed], marks: Marks, labels: Labels, formats: Formats
) -> Markup:
    """The curve as `(time, share)` in the order of times, and at least one observation."""
    times = (
        [time for time, _share in curve]
        + [seen.time for seen in observed]
        + ([marks.proposed] if marks.proposed else [])
    )
    longest = max(times)
    levels = canvas.number_ticks(0, 1, formats.percent)
    named = formats.percent(marks.target)
    area = canvas.area(levels, [named], TOP, BOTTOM)
    x, y = Scale(0, longest * 1.04, area.left, area.right), Scale(0, HIGHEST, area.bottom, area.top)
    largest = max(seen.count for seen in observed)
    key, height = canvas.key(_entries(labels, drawn=bool(curve)), area.bottom + 2 * canvas.LINE + 4)
    return canvas.paper(
        labels,
        height,
        canvas.value_axis(area, y, levels, labels.heading),
        canvas.foot_axis(area, x, canvas.number_ticks(0, longest * 1.04, formats.number)),
        canvas.words((area.left + area.right) / 2, area.bottom + 2 * canvas.LINE + 2, labels.time, anchor="middle"),
        canvas.horizontal(area, y(float(marks.target)), "target"),
        canvas.words(area.right + 5, y(float(marks.target)) + 4, named, look="value"),
        *([canvas.path([(x(time), y(share)) for time, share in curve], "line")] if curve else ()),
        *(canvas.moment(area, x(marks.proposed), labels.proposed) if marks.proposed else ()),
        *(_seen(seen, x, y, largest) for seen in observed),
        key,
        clip=area,
    )


def _seen(seen: Observed, x: Scale, y: Scale, largest: int) -> Markup:
    """A dot whose area is as its count."""
    radius = max(SMALLEST, LARGEST * sqrt(seen.count / largest))
    return canvas.dot(x(seen.time), y(seen.share), "count", radius=radius, note=seen.note)


def _entries(labels: Labels, *, drawn: bool) -> list[KeyEntry]:
    seen = KeyEntry(canvas.dot(canvas.SAMPLE / 2, 0, "count", radius=6), labels.observed)
    fitted = [KeyEntry(canvas.line_sample("line"), labels.curve)] if drawn else []
    return [seen, *fitted, KeyEntry(canvas.line_sample("target"), labels.target)]
