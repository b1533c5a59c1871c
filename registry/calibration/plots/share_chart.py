"""A share of a limit as a bar, against the share up to which it counts as small and the limit itself."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from markupsafe import Markup

from registry.kernel import canvas
from registry.kernel.canvas import Area, Formats, KeyEntry, Scale, Telling

TOP: Final = 34
BOTTOM: Final = 84
LEAST: Final = 1.2  # how far the scale reaches at least, so that the limit lies within
BAR: Final = 20


class Marks(NamedTuple):
    """The share that is shown and that up to which it is small; the limit is 1."""

    share: float
    threshold: float


@dataclass(frozen=True, kw_only=True)
class Labels(Telling):
    """The words of the key."""

    share: str
    threshold: str
    limit: str


def draw(marks: Marks, labels: Labels, formats: Formats) -> Markup:
    """The bar; what lies beyond the limit ends in a diamond."""
    most = max(LEAST, marks.share * 1.1)
    area = Area(canvas.EDGE, canvas.WIDTH - canvas.EDGE, TOP, BOTTOM)
    x, middle = Scale(0, most, area.left, area.right), (TOP + BOTTOM) / 2
    end = x(marks.share)
    entries = [
        KeyEntry(canvas.dot(canvas.SAMPLE / 2, 0), labels.share),
        KeyEntry(canvas.line_sample("target"), labels.threshold),
        KeyEntry(canvas.line_sample("limit"), labels.limit),
    ]
    key, height = canvas.key(entries, area.bottom + canvas.LINE + 4)
    size = {"x": area.left, "y": middle - BAR / 2, "width": end - area.left, "height": BAR}
    return canvas.paper(
        labels,
        height,
        canvas.words(canvas.EDGE, canvas.LINE, labels.heading),
        canvas.foot_axis(area, x, canvas.number_ticks(0, most, formats.percent)),
        canvas.element("rect", "count", **size),
        canvas.vertical(area, x(marks.threshold), "target"),
        canvas.vertical(area, x(1), "limit"),
        (canvas.diamond if marks.share > 1 else canvas.dot)(end, middle),
        key,
        clip=area,
    )
