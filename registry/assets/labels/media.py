"""What labels are printed on: sheets of A4, tapes whose length is chosen, and rolls for thermal printers. All in mm."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown

A4: Final = (210.0, 297.0)
INCH: Final = 25.4
SHORTEST: Final = 15
LONGEST: Final = 300


class Family(StrEnum):
    SHEET = "sheet"
    TAPE = "tape"
    THERMAL = "thermal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """Labels of one size and how they lie on a page: `columns` × `rows` of them, the first at `left`, `top`.

    `pitch_x` and `pitch_y` lead from one label to the next; `margin` is what stays white inside each edge of a label.
    `dpi` is the coarsest printer it is meant for: modules are whole dots of it.
    """

    name: str
    family: Family
    width: float
    height: float
    margin: float
    dpi: int
    columns: int = 1
    rows: int = 1
    left: float = 0
    top: float = 0
    pitch_x: float = 0
    pitch_y: float = 0

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of what goes through the printer at once."""
        return A4 if self.family is Family.SHEET else (self.width, self.height)

    @property
    def per_page(self) -> int:
        """How many labels a page holds."""
        return self.columns * self.rows

    @property
    def dot(self) -> float:
        """The side of a printer's dot."""
        return INCH / self.dpi

    def place(self, number: int) -> tuple[float, float]:
        """The upper left corner of a label, counted from 0, row by row."""
        row, column = divmod(number, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y


def _sheet(columns: int, rows: int, size: tuple[float, float], gap_x: float = 0, margin: float = 1.5) -> Medium:
    """A grid in the middle of A4, with gaps between columns and none between rows."""
    (width, height), pitch_x = size, size[0] + gap_x
    return Medium(
        name=f"a4-{columns}x{rows}",
        family=Family.SHEET,
        width=width,
        height=height,
        margin=margin,
        dpi=300,
        columns=columns,
        rows=rows,
        left=round((A4[0] - columns * pitch_x + gap_x) / 2, 2),
        top=round((A4[1] - rows * height) / 2, 2),
        pitch_x=pitch_x,
        pitch_y=height,
    )


def _tape(height: float, length: float, dpi: int, margin: float) -> Medium:
    """A tape, printed along its length; what its printer cannot reach at both edges is margin."""
    return Medium(name=f"tape-{height:g}", family=Family.TAPE, width=length, height=height, margin=margin, dpi=dpi)


def _thermal(width: float, height: float, dpi: int, margin: float = 1) -> Medium:
    name = f"thermal-{width:g}x{height:g}-{dpi}"
    return Medium(name=name, family=Family.THERMAL, width=width, height=height, margin=margin, dpi=dpi)


# The grids are those that label makers share; sheets without gaps reach into what most printers leave white.
_ALL: Final = (
    _sheet(2, 4, (99.1, 67.7), 2.5),
    _sheet(2, 7, (99.1, 38.1), 2.5),
    _sheet(3, 7, (63.5, 38.1), 2.5),
    _sheet(3, 8, (70, 37), margin=4.5),
    _sheet(4, 10, (48.5, 25.4)),
    _sheet(4, 12, (45.7, 21.2), 2.6, 1),
    _sheet(5, 13, (38.1, 21.2), 2.5, 1),
    _tape(24, 60, 180, 3),
    _tape(29, 60, 300, 1.6),
    _tape(36, 70, 180, 2),
    _tape(38, 70, 300, 1.6),
    _tape(50, 80, 300, 1.6),
    _tape(62, 90, 300, 1.6),
    *(_thermal(*size, dpi) for dpi in (203, 300) for size in ((100, 50), (70, 40), (50, 30), (40, 20), (25, 25))),
    *(_thermal(*size, dpi, margin=0.5) for dpi in (203, 300) for size in ((25, 10), (10, 10))),
)
MEDIA: Final[Mapping[str, Medium]] = {medium.name: medium for medium in _ALL}
USUAL: Final = "a4-3x8"


def medium(name: str, length: float | None = None) -> Medium:
    """A medium by name, a tape cut to a length in mm. Raises Invalid."""
    found = MEDIA.get(name)
    if found is None:
        text = _("“%(name)s” is not a medium; give one of: %(names)s.", name=shown(name), names=", ".join(MEDIA))
        raise Invalid({"sheet": [text]})
    if length is None:
        return found
    if found.family is not Family.TAPE:
        raise Invalid({"length": [_("Only a tape is cut to a length; leave it out.")]})
    if not SHORTEST <= length <= LONGEST:
        raise Invalid({"length": [_("Give a length from %(low)s to %(high)s mm.", low=SHORTEST, high=LONGEST)]})
    return replace(found, width=length)
