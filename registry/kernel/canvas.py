"""The paper plots are drawn on: elements, scales, axes and a key.

A plot is as wide as its place and keeps its proportions; its texts are meant to be read at the width of a phone.
Colours are the tokens of the style sheet, and the text's own colour where there is none, so that a plot follows dark
mode and print. What an element is, is also its class (`plot-limit`), where a style sheet can say otherwise. Nothing
is told by colour alone: lines differ in their dashes and points in their shapes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil, floor, log10
from typing import Final, NamedTuple

from markupsafe import Markup, escape

WIDTH: Final = 330  # what a phone leaves of its width
TEXT: Final = 12
LETTER: Final = 0.6  # of its size: how wide a letter is in a wide face
HEAVY: Final = 0.7  # and in its bold
LINE: Final = 16  # from one line of text to the next
EDGE: Final = 8
MARK: Final = 4.5  # from the middle of a point to its edge
MOST_TICKS: Final = 6
MOST_MARGIN: Final = 0.35  # of the width, for labels at one side

INK, SOFT = "var(--ink, currentColor)", "var(--ink-soft, currentColor)"
LOUD, BAD, GOOD = "var(--brand, currentColor)", "var(--bad-text, currentColor)", "var(--ok-text, currentColor)"
PAPER: Final = "var(--surface, Canvas)"

LOOKS: Final[Mapping[str, Mapping[str, str]]] = {
    "grid": {"stroke": "var(--line, #8888)", "stroke-width": "0.75"},
    "axis": {"stroke": "var(--line-strong, currentColor)", "stroke-width": "1"},
    "text": {"fill": SOFT, "stroke": "none"},
    "value": {"fill": INK, "stroke": "none", "font-weight": "600"},
    "series": {"stroke": LOUD, "stroke-width": "1.5", "fill": "none"},
    "line": {"stroke": LOUD, "stroke-width": "2", "fill": "none"},
    "band": {"fill": LOUD, "fill-opacity": "0.16", "stroke": LOUD, "stroke-width": "0.75", "stroke-opacity": "0.6"},
    "bar": {"stroke": INK, "stroke-width": "1.25"},
    "point": {"fill": LOUD, "stroke": PAPER, "stroke-width": "1"},
    "point-outside": {"fill": BAD, "stroke": PAPER, "stroke-width": "1"},
    "count": {"fill": LOUD, "fill-opacity": "0.55", "stroke": LOUD, "stroke-width": "1"},
    "centre": {"stroke": INK, "stroke-width": "1.25"},
    "limit": {"stroke": BAD, "stroke-width": "1.5", "stroke-dasharray": "7 4"},
    "target": {"stroke": GOOD, "stroke-width": "1.5", "stroke-dasharray": "7 4"},
    "moment": {"stroke": INK, "stroke-width": "1.5", "stroke-dasharray": "2 3"},
    "moment-mark": {"fill": INK, "stroke": PAPER, "stroke-width": "1"},
}

Number = Callable[[Decimal], str]
Day = Callable[[date], str]


class Formats(NamedTuple):
    """How the readers' language writes values, shares (given as 0.95) and days."""

    number: Number
    percent: Number
    day: Day


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What a plot says in the readers' language: its title, a description in place of the sight, and the upright axis.

    `name` is the plot's own among those of a page; `heading` says what is measured and in which unit.
    """

    name: str
    title: str
    desc: str
    heading: str


@dataclass(frozen=True)
class Scale:
    """From a value to a place on the paper, straight: `low` lies at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


class Tick(NamedTuple):
    at: float
    label: str


class KeyEntry(NamedTuple):
    """A line of the key: a sample, drawn around the middle of a small field, and what it stands for."""

    sample: Markup
    words: str


class Area(NamedTuple):
    """Where the plot proper lies within the paper."""

    left: float
    right: float
    top: float
    bottom: float


SAMPLE: Final = 22  # the width of a sample in the key
GAP: Final = 14  # between two entries


def element(name: str, look: str | None = None, *inside: str, **attributes: str | float) -> Markup:
    """An SVG element with its looks; `inside` is escaped unless it is markup, underscores in attributes are dashes."""
    written = dict(LOOKS[look]) | {"class": f"plot-{look}"} if look else {}
    written |= {key.strip("_").replace("_", "-"): text(value) for key, value in attributes.items()}
    head = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in written.items())
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), head, Markup("").join(map(escape, inside)))  # noqa: S704 — ours


def text(value: str | float) -> str:
    """A number to a hundredth of a unit of the paper, which no eye tells apart; words as they are."""
    return value if isinstance(value, str) else f"{round(value, 2) + 0.0:.12g}"


def path(points: Sequence[tuple[float, float]], look: str, **attributes: str | float) -> Markup:
    """A line through points."""
    d = "M" + "L".join(f"{text(x)} {text(y)}" for x, y in points)
    return element("path", look, d=d, **attributes)


def horizontal(where: Area, y: float, look: str) -> Markup:
    return element("line", look, x1=where.left, x2=where.right, y1=y, y2=y)


def vertical(where: Area, x: float, look: str) -> Markup:
    return element("line", look, x1=x, x2=x, y1=where.top, y2=where.bottom)


def dot(x: float, y: float, look: str = "point", *, radius: float = MARK - 0.5, note: str = "") -> Markup:
    return element("circle", look, *_noted(note), cx=x, cy=y, r=radius)


def diamond(x: float, y: float, look: str = "point-outside", *, note: str = "") -> Markup:
    """What lies outside: another shape, and larger."""
    reach = MARK + 1.5
    d = f"M{text(x)} {text(y - reach)}l{reach} {reach}l{-reach} {reach}l{-reach} {-reach}z"
    return element("path", look, *_noted(note), d=d)


def words(x: float, y: float, said: str, *, look: str = "text", anchor: str = "start") -> Markup:
    """Text with a rim of paper around it, so that lines beneath it do not cross it out."""
    rim = {"paint_order": "stroke", "stroke": PAPER, "stroke_width": "3", "stroke_linejoin": "round"}
    return element("text", look, said, x=x, y=y, text_anchor=anchor, **rim)


def moment(where: Area, at: float, said: str) -> list[Markup]:
    """A time that matters: a dotted line, a triangle at its head, and above it what is said of it, within the paper."""
    half = breadth(said, HEAVY) / 2
    middle = min(max(at, half + EDGE), WIDTH - half - EDGE)
    triangle = f"M{text(at - 5)} {text(where.top - 5)}h10l-5 8z"
    return [
        vertical(where, at, "moment"),
        element("path", "moment-mark", d=triangle),
        words(middle, where.top - 9, said, look="value", anchor="middle"),
    ]


def breadth(said: str, letter: float = LETTER) -> float:
    """How wide a text is, about; rather too wide than too narrow."""
    return len(said) * TEXT * letter


def area(levels: Sequence[Tick], names: Sequence[str], top: float, bottom: float) -> Area:
    """What the labels of the levels at the left and the names of lines at the right leave, and never too little."""
    left = max(breadth(tick.label) for tick in levels) + EDGE + 6
    right = max((breadth(name, HEAVY) for name in names), default=0) + EDGE
    return Area(min(left, WIDTH * MOST_MARGIN), WIDTH - min(right, WIDTH * MOST_MARGIN), top, bottom)


def spread(values: Sequence[float], *, margin: float = 0.08) -> tuple[float, float]:
    """The least and greatest of values with some air around; a little to either side when they are all the same."""
    low, high = min(values), max(values)
    air = (high - low) * margin or abs(high) * margin or 1.0
    return low - air, high + air


def number_ticks(low: float, high: float, number: Number, most: int = MOST_TICKS) -> list[Tick]:
    """Round values, 1, 2 or 5 times a power of ten apart, at most `most` of them, all with as many decimals."""
    rough = (high - low) / (most - 1)
    power = Decimal(10) ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if float(power * factor) >= rough * (1 - 1e-9))
    first, last = ceil(low / float(step) - 1e-9), floor(high / float(step) + 1e-9)
    levels = [step * place for place in range(first, last + 1)]
    if step < 1:
        levels = [level.quantize(Decimal(1).scaleb(step.adjusted())) for level in levels]
    return [Tick(float(level), number(level + 0)) for level in levels]  # + 0, for there is no level of -0


def paper(telling: Telling, height: float, *drawn: Markup, clip: Area) -> Markup:
    """The whole picture. What is drawn may be clipped to the area by `clipped`."""
    title, desc = f"{telling.name}-title", f"{telling.name}-desc"
    size = {"width": clip.right - clip.left, "height": clip.bottom - clip.top}
    window = element("rect", None, x=clip.left, y=clip.top, **size)
    return element(
        "svg",
        None,
        element("title", None, telling.title, id=title),
        element("desc", None, telling.desc, id=desc),
        element("defs", None, element("clipPath", None, window, id=f"{telling.name}-area")),
        *drawn,
        xmlns="http://www.w3.org/2000/svg",
        class_="plot",
        role="img",
        aria_labelledby=f"{title} {desc}",
        viewBox=f"0 0 {WIDTH} {text(height)}",
        font_size=TEXT,
        fill="currentColor",
    )


def clipped(telling: Telling, *drawn: Markup) -> Markup:
    """What may run beyond the area and is cut off at its edges."""
    return element("g", None, *drawn, clip_path=f"url(#{telling.name}-area)")


def value_axis(where: Area, y: Scale, ticks: Sequence[Tick], heading: str) -> Markup:
    """Levels across the area, their values at the left, and above them what is measured and its unit."""
    drawn = [words(EDGE, LINE, heading)]
    for tick in ticks:
        at = y(tick.at)
        drawn += [horizontal(where, at, "grid"), words(where.left - 6, at + 4, tick.label, anchor="end")]
    return element("g", None, *drawn)


def foot_axis(where: Area, x: Scale, ticks: Sequence[Tick]) -> Markup:
    """The lower edge with short strokes and labels, those at the ends kept on the paper."""
    drawn = [horizontal(where, where.bottom, "axis")]
    for tick in ticks:
        at, half = x(tick.at), breadth(tick.label) / 2
        drawn.append(element("line", "axis", x1=at, x2=at, y1=where.bottom, y2=where.bottom + 4))
        middle = min(max(at, half + 2), WIDTH - half - 2)
        drawn.append(words(middle, where.bottom + LINE + 2, tick.label, anchor="middle"))
    return element("g", None, *drawn)


def line_sample(look: str) -> Markup:
    return element("line", look, x1=0, x2=SAMPLE, y1=0, y2=0)


def key(entries: Sequence[KeyEntry], top: float) -> tuple[Markup, float]:
    """The key beneath a plot, in as many lines as it needs, and where it ends."""
    drawn, x, y = [], float(EDGE), top + LINE
    for entry in entries:
        wide = SAMPLE + 6 + breadth(entry.words)
        if x > EDGE and x + wide > WIDTH - EDGE:
            x, y = float(EDGE), y + LINE + 2
        sample = element("g", None, entry.sample, transform=f"translate({text(x)} {text(y - 4)})")
        drawn += [sample, words(x + SAMPLE + 6, y, entry.words)]
        x += wide + GAP
    return element("g", None, *drawn), y + EDGE


def apart(places: Sequence[float], least: float) -> list[float]:
    """Places in their order, top to bottom, pushed down where two would be nearer than `least`."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least) if moved else place)
    return moved


def _noted(note: str) -> list[Markup]:
    """What a pointer resting on it is told."""
    return [element("title", None, note)] if note else []
