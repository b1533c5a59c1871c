"""A chain as a picture: from the item at the foot up to the SI, in as many columns as the page is wide.

Only places and texts are worked out here; a template draws them. Lengths are in units of the picture.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from registry.calibration.rules import RecordStatus
from registry.calibration.traceability.comparing import Code, Verdict, worst
from registry.calibration.traceability.rules import Chain, Node, NodeKind
from registry.calibration.traceability.words import check_text
from registry.kernel.i18n import _, said_day

GAP: Final = 12.0
RISE: Final = 44.0  # between two rows, for the steps
PADDING: Final = 10.0
SIGN: Final = 26.0
LINE: Final = 15.0
WIDEST: Final = 250.0
LETTER: Final = 7.9  # how wide a letter of a title is, on the whole, in the widest of the fonts that are used
SMALL_LETTER: Final = 6.9
TITLE_LINES: Final = 2


class Look(NamedTuple):
    """How wide a picture is, and how many boxes stand beside each other."""

    name: str
    width: float
    columns: int


NARROW: Final = Look("narrow", 340, 2)
WIDE: Final = Look("wide", 1040, 4)


class Box(NamedTuple):
    """A node with its upper left corner, its title and what stands under it."""

    x: float
    y: float
    width: float
    height: float
    kind: NodeKind
    verdict: Verdict
    title: Sequence[str]
    lines: Sequence[str]
    is_void: bool = False

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


class Step(NamedTuple):
    """A step up, as a path, with the middle of it."""

    path: str
    verdict: Verdict
    x: float
    y: float


class Drawing(NamedTuple):
    """A picture of a chain."""

    look: Look
    height: float
    boxes: Sequence[Box]
    steps: Sequence[Step]


def drawn(chain: Chain, look: Look) -> Drawing:
    """The picture of a chain."""
    boxes: dict[str, Box] = {}
    found = _verdicts(chain)
    y = GAP
    for row in reversed(_rows(chain, look.columns)):
        width = min(WIDEST, (look.width - GAP * (len(row) + 1)) / len(row))
        left = (look.width - len(row) * width - GAP * (len(row) - 1)) / 2
        made = [
            _box(node._replace(verdict=found[node.key]), left + place * (width + GAP), y, width)
            for place, node in enumerate(row)
        ]
        height = max(box.height for box in made)
        for node, box in zip(row, made, strict=True):
            boxes[node.key] = _lowered(box, y + height - box.height)
        y += height + RISE
    steps = [_step(boxes[edge.child], boxes[edge.parent], edge.verdict) for edge in chain.edges]
    return Drawing(look, y - RISE + GAP, list(boxes.values()), steps)


def _verdicts(chain: Chain) -> Mapping[str, Verdict]:
    """What each box says: nothing is in order that a broken step leads to."""
    found = {node.key: [node.verdict] for node in chain.nodes}
    for edge in chain.edges:
        found[edge.parent].append(edge.verdict)
    return {key: worst(verdicts) for key, verdicts in found.items()}


def _rows(chain: Chain, columns: int) -> list[list[Node]]:
    """Nodes in rows from the item up; each layer ordered by what it stands on, and broken where it is too wide."""
    below: dict[str, list[str]] = {}
    for edge in chain.edges:
        below.setdefault(edge.parent, []).append(edge.child)
    layers: dict[int, list[Node]] = {}
    for node in chain.nodes:
        layers.setdefault(node.depth, []).append(node)
    rows: list[list[Node]] = []
    place: dict[str, float] = {}
    for depth in sorted(layers):
        layer = sorted(layers[depth], key=lambda node: (_mean(below.get(node.key, ()), place), node.key))
        for at, node in enumerate(layer):
            place[node.key] = (at + 0.5) / len(layer)
        rows += [layer[start : start + columns] for start in range(0, len(layer), columns)]
    return rows


def _mean(keys: Sequence[str], place: Mapping[str, float]) -> float:
    known = [place[key] for key in keys if key in place]
    return sum(known) / len(known) if known else 0.5


def _box(node: Node, x: float, y: float, width: float) -> Box:
    letters = int((width - 2 * PADDING - SIGN) / LETTER)
    title, lines = _texts(node)
    shown = _wrapped(title, letters, TITLE_LINES)
    under = [_cut(line, int((width - 2 * PADDING) / SMALL_LETTER)) for line in lines]
    height = 2 * PADDING + LINE * (len(shown) + len(under))
    return Box(x, y, width, height, node.kind, node.verdict, shown, under, is_void=_is_void(node))


def _is_void(node: Node) -> bool:
    return node.record is not None and node.record.status is RecordStatus.VOID


def _texts(node: Node) -> tuple[str, list[str]]:
    """What a box is called, and what else it says."""
    if node.kind is NodeKind.SI:
        return _("SI units"), []
    if node.record is not None:
        record = node.record
        number = record.certificate_no or _("no certificate number")
        lines = [number, said_day(record.performed_on), *([record.lab.name] if record.lab else [])]
        return record.asset.name, [_("Void"), *lines] if _is_void(node) else lines
    if node.asset is not None:
        return node.asset.name, []
    check = node.checks[0]
    return (_("No standard is named") if check.code is Code.NO_STANDARDS else check_text(check)), []


def _wrapped(text: str, letters: int, most: int) -> list[str]:
    lines, rest = [""], text.split()
    for word in rest:
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= letters or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(word)
    shown = [_cut(line, letters) for line in lines[:most]]
    if len(lines) > most:
        shown[-1] = _cut(f"{shown[-1]} {lines[most]}", letters)
    return shown


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: max(letters - 1, 1)].rstrip()}…"


def _lowered(box: Box, y: float) -> Box:
    """A box at the foot of its row, so that the steps below it are of one length."""
    return box._replace(y=y)


def _step(child: Box, parent: Box, verdict: Verdict) -> Step:
    start, end = child.y, parent.y + parent.height
    half = (start + end) / 2
    path = (
        f"M{child.middle:.1f} {start:.1f}C{child.middle:.1f} {half:.1f} {parent.middle:.1f} {half:.1f} "
        f"{parent.middle:.1f} {end:.1f}"
    )
    return Step(path, verdict, (child.middle + parent.middle) / 2, half)
