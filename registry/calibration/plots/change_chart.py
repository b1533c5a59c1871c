"""A chart of changes: how far readings moved after a time, and the curve that was fitted to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup

from registry.kernel import canvas
from registry.kernel.canvas import Formats, KeyEntry, Scale, Telling

TOP: Final = 46
BOTTOM: Final = 216


class Seen(NamedTuple):
    """A change after a time; `note` is what a pointer resting on it is told."""

    time: float
    change: float
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Labels(Telling):
    """The words of the key; `time` says which time and in which unit, `proposed` stands at the interval."""

    time: str
    change: str
    curve: str
    proposed: str


def draw(
    curve: Sequence[tuple[float, float]], seen: Sequence[Seen], proposed: float, labels: Labels, formats: Formats
) -> Markup:
    """The curve as `(time, change)` in the order of times, not empty, and the changes it was fitted to."""
    longest = max(proposed, *(time for time, _change in curve), *(one.time for one in seen)) * 1.04
    low, high = canvas.spread([0.0, *(change for _time, change in curve), *(one.change for one in seen)])
    levels = canvas.number_ticks(low, high, formats.number)
    area = canvas.area(levels, [], TOP, BOTTOM)
    x, y = Scale(0, longest, area.left, area.right), Scale(low, high, area.bottom, area.top)
    entries = [
        KeyEntry(canvas.dot(canvas.SAMPLE / 2, 0), labels.change),
        KeyEntry(canvas.line_sample("line"), labels.curve),
    ]
    key, height = canvas.key(entries, area.bottom + 2 * canvas.LINE + 4)
    return canvas.paper(
        labels,
        height,
        canvas.value_axis(area, y, levels, labels.heading),
        canvas.foot_axis(area, x, canvas.number_ticks(0, longest, formats.number)),
        canvas.words((area.left + area.right) / 2, area.bottom + 2 * canvas.LINE + 2, labels.time, anchor="middle"),
        canvas.horizontal(area, y(0), "centre"),
        canvas.path([(x(time), y(change)) for time, change in curve], "line"),
        *canvas.moment(area, x(proposed), labels.proposed),
        *(canvas.dot(x(one.time), y(one.change), note=one.note) for one in seen),
        key,
        clip=area,
    )
