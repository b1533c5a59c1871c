"""Where everything stands on a label: the code with its quiet zone first, then as much text as fits beside or beneath.

Lengths are in mm, from the label's upper left corner; a text stands on its baseline.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import Final, NamedTuple

from registry.assets import tags
from registry.assets.labels import codes
from registry.assets.labels.media import Medium
from registry.kernel import fonts
from registry.kernel.fonts import ELLIPSIS, Face

SMALLEST_MODULE: Final = 0.33  # what a hand scanner and a phone still resolve
LARGEST_MODULE: Final = 2.0
SMALL_MODULE: Final = 0.6  # below it a larger module is worth more than redundancy
GOOD_TEXT: Final = 2.6
BEST_TEXT: Final = 4.4  # on a large label, whose code and text both grow
TEXT_OF_HEIGHT: Final = 1 / 16
GAP: Final = 1.0
LEADING: Final = 1.22
ASCENT: Final = 0.95  # of the highest Vietnamese capitals, in ems
DESCENT: Final = 0.24
SIZES: Final = (5.0, 4.4, 3.8, 3.4, 3.0, 2.6, 2.3, 2.0, 1.8, 1.6)
TAG_TO_BODY: Final = 1.35
BODY_EMS: Final = 9.3  # a narrower line would not hold a date with its word
TAG_EMS: Final = (8.6, 6.4, 3.6)  # what a tag takes on one, two and three lines; a wider one is set smaller
LEAST_SHARE: Final = 0.6  # of the arranged size: what is too long for that is cut
SLACK: Final = 1e-9  # by which sums of lengths may be off
MOST_LINES: Final = 4  # where there is room: neither a name nor an owner is cut then
Measure = Callable[[str, Face, float], float]
Wide = Callable[[str], float]


class Box(NamedTuple):
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float


class Content(NamedTuple):
    """What one label says: the tag, and in the order of their weight what else was asked for."""

    tag: str
    name: str | None = None
    others: tuple[str, ...] = ()


class Line(NamedTuple):
    """A text on its baseline, from x on."""

    x: float
    y: float
    size: float
    face: Face
    text: str


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A code of a size and the room for text: `tag_lines` of `tag_size`, then up to `rows` lines of `body_size`."""

    codes: codes.Codes
    module: float
    code: Box
    text: Box
    centred: bool
    tag_lines: int
    tag_size: float
    body_size: float
    rows: int


def arrange(medium: Medium, base_url: str, wanted: int) -> Arrangement:
    """The arrangement for labels with `wanted` lines of text beside the tag (a name counts for two).

    The first kind of code wins that leaves room for the tag in letters: QR, else Data Matrix. A weaker correction is
    taken on small labels where it saves a version. A label too small for letters has its code alone.
    """
    return _arranged(medium, base_url, wanted)


def lines(arrangement: Arrangement, content: Content, measure: Measure) -> Iterator[Line]:
    """The texts of a label, each inside the room for text; what is too long ends in an ellipsis."""
    room, texts = arrangement.text, list(_set(arrangement, content, measure))
    spare = room.height - LEADING * sum(size for _text, size, _face in texts)
    y = room.y + (0 if arrangement.centred else spare / 2)
    for text, size, face in texts:
        x = room.x + (room.width - measure(text, face, size)) / 2 if arrangement.centred else room.x
        yield Line(max(x, room.x), y + ASCENT * size, size, face, text)
        y += LEADING * size


def ems(text: str, face: Face, size: float) -> float:
    """The width of a text as the fonts say it: a Measure."""
    return fonts.em_width(text, face) * size


def _set(arrangement: Arrangement, content: Content, measure: Measure) -> Iterator[tuple[str, float, Face]]:
    """Each line with its size and face, from top to bottom."""
    width = arrangement.text.width
    for part in _tag_parts(content.tag, arrangement.tag_lines):
        shrunk = min(1, width / measure(part, Face.BOLD, arrangement.tag_size))
        yield part, arrangement.tag_size * shrunk, Face.BOLD
    size, said = _body(arrangement, content, measure)
    yield from ((line, size, Face.REGULAR) for line in said)


def _body(arrangement: Arrangement, content: Content, measure: Measure) -> tuple[float, list[str]]:
    """The lines beside the tag and their size: smaller than arranged where that keeps a name or an owner whole."""
    arranged = arrangement.body_size
    if not arrangement.rows:
        return arranged, []
    for size in SIZES:
        if LEAST_SHARE * arranged <= size <= arranged:
            said, is_whole = _body_of(size, arrangement, content, measure)
            if is_whole:
                return size, said
    return arranged, _body_of(arranged, arrangement, content, measure)[0]


def _body_of(size: float, arrangement: Arrangement, content: Content, measure: Measure) -> tuple[list[str], bool]:
    """The lines beside the tag in one size, and whether nothing of them was cut."""

    def wide(text: str) -> float:
        return measure(text, Face.REGULAR, size)

    room, named = arrangement.text, content.name is not None
    others = content.others[: arrangement.rows - named]
    free = floor((room.height / LEADING - arrangement.tag_lines * arrangement.tag_size) / size + SLACK) - len(others)
    found: list[str] = []
    is_whole = True
    for text, spare in ((content.name, 0), *((other, 1) for other in others)):
        lines = wrapped(text, room.width, min(MOST_LINES, spare + free), wide) if text else []
        free -= len(lines) - spare
        is_whole = is_whole and not (lines and lines[-1].endswith(ELLIPSIS))
        found += lines
    return found, is_whole


def _tag_parts(tag: str, count: int) -> Sequence[str]:
    first, second, third = tags.grouped(tag).split("-")
    return ((), (f"{first}-{second}-{third}",), (f"{first}-{second}-", third), (f"{first}-", f"{second}-", third))[
        count
    ]


def cut(text: str, width: float, wide: Wide) -> str:
    """A text that is no wider than `width`, ending in an ellipsis where something was left out."""
    if wide(text) <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = wide(text[:middle].rstrip() + ELLIPSIS) <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + ELLIPSIS


def wrapped(text: str, width: float, most: int, wide: Wide) -> list[str]:
    """A text on at most `most` lines; a word too long for a line is broken, the last line ends in an ellipsis."""
    found: list[str] = []
    rest = text
    while rest and len(found) < most - 1 and wide(rest) > width:
        line = _beginning(rest, width, wide)
        found.append(line)
        rest = rest[len(line) :].lstrip()
    if rest and len(found) < most:
        found.append(cut(rest, width, wide))
    return found


def _beginning(text: str, width: float, wide: Wide) -> str:
    """As many whole words as fit on a line, or as many letters of the first word."""
    fitting = cut(text, width, wide).removesuffix(ELLIPSIS)
    if text[len(fitting) : len(fitting) + 1].isspace():
        return fitting
    return fitting[: fitting.rfind(" ") + 1].rstrip() or fitting or text[:1]


@lru_cache(maxsize=256)
def _arranged(medium: Medium, base_url: str, wanted: int) -> Arrangement:
    from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M  # noqa: PLC0415 — 30 ms no start should pay

    strong, weak = codes.qr(base_url, ERROR_CORRECT_M), codes.qr(base_url, ERROR_CORRECT_L)
    found = _best(medium, strong, wanted)
    if (found is None or found.module < SMALL_MODULE) and weak.side < strong.side:
        found = _best(medium, weak, wanted) or found
    if found is not None:
        return found
    addresses, bare = codes.data_matrix(base_url), codes.data_matrix(None)
    found = _best(medium, addresses, wanted) or _best(medium, bare, wanted)
    return found or _alone(medium, addresses) or _alone(medium, bare) or _squeezed(medium, bare)


def _best(medium: Medium, kind: codes.Codes, wanted: int) -> Arrangement | None:
    """The code beside or above its text, whichever shows more lines, then the larger code; None when none fits."""
    inner = _inside(medium)
    found = [
        arranged
        for stacked in (False, True)
        for module in _modules(medium, kind, inner)
        if (arranged := _with_text(inner, kind, module, wanted, stacked=stacked)) is not None
    ]
    good = min(max(GOOD_TEXT, medium.height * TEXT_OF_HEIGHT), BEST_TEXT)
    return max(found, key=lambda arrangement: _worth(arrangement, good), default=None)


def _worth(arrangement: Arrangement, good: float) -> tuple[int, float, float]:
    """Text that was asked for counts most, then that code and text are both large enough, then the code."""
    code = min(arrangement.module / SMALL_MODULE, 1)
    return arrangement.rows, code * min(arrangement.body_size / good, 1), arrangement.module


def _modules(medium: Medium, kind: codes.Codes, inner: Box) -> list[float]:
    """The sizes a module may have: whole dots, from the smallest that can be read to the largest that fits."""
    across = kind.side + 2 * kind.quiet
    most = min(LARGEST_MODULE, min(inner.width, inner.height) / across)
    dots = range(1, floor(most / medium.dot + SLACK) + 1)
    return [count * medium.dot for count in dots if count * medium.dot >= SMALLEST_MODULE]


def _with_text(inner: Box, kind: codes.Codes, module: float, wanted: int, *, stacked: bool) -> Arrangement | None:
    side = (kind.side + 2 * kind.quiet) * module
    if stacked:
        code = Box(inner.x + (inner.width - side) / 2, inner.y, side, side)
        room = Box(inner.x, inner.y + side, inner.width, inner.height - side)
    else:
        code = Box(inner.x, inner.y + (inner.height - side) / 2, side, side)
        room = Box(inner.x + side + GAP, inner.y, inner.width - side - GAP, inner.height)
    for tag_lines in (1, 2, 3):
        fitting = _sizes(room, tag_lines, wanted)
        if fitting is not None:
            return Arrangement(kind, module, code, room, stacked, tag_lines, *fitting)
    return None


def _sizes(room: Box, tag_lines: int, wanted: int) -> tuple[float, float, int] | None:
    """Sizes of tag and body and the number of body lines: all that are wanted if any size lets them fit."""
    for rows in range(wanted, -1, -1):
        for body in SIZES:
            if rows and body * BODY_EMS > room.width:
                continue
            widest = min(room.width / TAG_EMS[tag_lines - 1], body * TAG_TO_BODY)
            tag = next((size for size in SIZES if size <= widest), 0.0)
            if tag and LEADING * (tag_lines * tag + rows * body) <= room.height:
                return tag, body, rows
    return None


def _alone(medium: Medium, kind: codes.Codes) -> Arrangement | None:
    """A code as large as the label, without text; None when its modules would be too small."""
    modules = _modules(medium, kind, _inside(medium))
    return _centred(medium, kind, modules[-1]) if modules else None


def _squeezed(medium: Medium, kind: codes.Codes) -> Arrangement:
    """The same, whatever size its modules get."""
    inner = _inside(medium)
    return _centred(medium, kind, min(inner.width, inner.height) / (kind.side + 2 * kind.quiet))


def _centred(medium: Medium, kind: codes.Codes, module: float) -> Arrangement:
    side = module * (kind.side + 2 * kind.quiet)
    code = Box((medium.width - side) / 2, (medium.height - side) / 2, side, side)
    return Arrangement(kind, module, code, Box(0, 0, 0, 0), centred=True, tag_lines=0, tag_size=0, body_size=0, rows=0)


def _inside(medium: Medium) -> Box:
    margin = medium.margin
    return Box(margin, margin, medium.width - 2 * margin, medium.height - 2 * margin)
