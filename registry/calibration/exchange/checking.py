"""Rows as records: each with the rows of its points under it, cell by cell as the API's own schemas read them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from marshmallow import ValidationError

from registry.assets.tags import LENGTH
from registry.calibration.exchange.columns import POINT
from registry.calibration.rules import certificate_key
from registry.calibration.schemas import MOST_POINTS, CalibrationIn, PointSchema
from registry.kernel.errors import flat_messages
from registry.kernel.i18n import _
from registry.sheets.columns import BEYOND, Column
from registry.sheets.headings import Table
from registry.sheets.loading import Loader
from registry.sheets.reading import CLEARED, Known, Misread, Reader
from registry.sheets.tables import Cell

RECORD: Final = Loader(CalibrationIn())
MEASURED: Final = Loader(PointSchema())
OURS: Final = frozenset({"tag", "owner", "serial_no", "standards"})  # looked up, not loaded
ASSET: Final = ("tag", "owner", "serial_no")
CARRIED: Final = ("quantity", "unit", "stage")  # said once for the points that follow
BETWEEN_TAGS: Final = re.compile(r"[\s,;]+")


class Fault(NamedTuple):
    """What is wrong in a field of a row, with the remedy."""

    field: str
    message: str
    number: int
    cells: list[Cell]


class Point(NamedTuple):
    """What a row says of a point."""

    number: int
    cells: list[Cell]
    said: dict[str, Any]


@dataclass(slots=True)
class Said:
    """What a record says, loaded: only the fields that it mentions; `number` is its first row."""

    number: int
    cells: list[Cell]
    plain: dict[str, Any] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, name: str, message: str) -> None:
        """Say what is wrong in a field: of the record, or of one of its points, `points.2.unit`."""
        first, _dot, rest = name.partition(".")
        place, _dot, inner = rest.partition(".")
        if first == "points" and place.isdecimal() and int(place) < len(self.points):
            point = self.points[int(place)]
            self.faults.append(Fault(POINT + inner, message, point.number, point.cells))
        else:
            self.faults.append(Fault(first, message, self.number, self.cells))


def records(table: Table, known: Mapping[str, Known]) -> Iterator[Said]:
    """Every record of a table: a row, with those under it that say points of the same certificate and asset."""
    reader = Reader(table.style, known, LENGTH)
    before: Said | None = None
    for number, cells in table.rows:
        said = _row(number, cells, table.columns, reader)
        if wrong := table.beyond(cells):
            said.faults.append(Fault(*wrong, number, cells))
        if not (said.plain or said.points or said.faults):
            continue
        if before is not None and _goes_on(before, said):
            _join(before, said)
            continue
        if before is not None:
            yield before
        before = said
    if before is not None:
        yield before


def tags_in(text: str) -> list[str]:
    """The tags that a cell lists."""
    return [tag for tag in BETWEEN_TAGS.split(text) if tag]


def _row(number: int, cells: list[Cell], columns: list[tuple[int, Column]], reader: Reader) -> Said:
    said, point = Said(number, cells), dict[str, Any]()
    for place, column in columns:
        cell = cells[place] if place < len(cells) else ""
        if cell == "":
            continue
        key = column.key
        try:
            value = reader.value(column, cell)
            if value is None or value is CLEARED:
                continue
            if key.startswith(POINT):
                point[key.removeprefix(POINT)] = _of_point(key.removeprefix(POINT), value)
            else:
                said.plain[key] = value if key in OURS else RECORD.value(key, value)
        except Misread as misread:
            said.faults.append(Fault(key, str(misread), number, cells))
        except ValidationError as error:
            texts = (text for texts in flat_messages(error.messages).values() for text in texts)
            said.faults += [Fault(key, text, number, cells) for text in texts]
    if point:
        said.points.append(Point(number, cells, point))
    return said


def _of_point(name: str, value: object) -> Any:  # noqa: ANN401 — whatever the field loads
    return MEASURED.value("indication" if name == "error" else name, value)


def _goes_on(before: Said, said: Said) -> bool:
    """Whether a row says another point of the record above it: nothing else, or the same certificate and asset."""
    if not said.points:
        return False
    if not said.plain:
        return not said.faults or all(fault.field.startswith((POINT, BEYOND)) for fault in said.faults)
    number = said.plain.get("certificate_no")
    if number is None or certificate_key(number) != certificate_key(before.plain.get("certificate_no") or ""):
        return False
    return all(said.plain.get(name) in {None, before.plain.get(name)} for name in (*ASSET, "lab", "kind"))


def _join(before: Said, said: Said) -> None:
    """Take the point of a row into the record above it; what it says otherwise than that one is wrong."""
    before.faults += said.faults
    for name, value in said.plain.items():
        if name != "certificate_no" and name not in before.plain:
            before.plain[name] = value
        elif name != "certificate_no" and value != before.plain[name]:
            text = _(
                "Row %(row)s says something else here of the same certificate; let both say the same, or empty this.",
                row=before.number,
            )
            before.faults.append(Fault(name, text, said.number, said.cells))
    if len(before.points) >= MOST_POINTS:
        text = _("A record has at most %(most)s points; divide it.", most=MOST_POINTS)
        before.faults.append(Fault("certificate_no", text, said.number, said.cells))
        return
    last = before.points[-1].said if before.points else {}
    carried = {name: last[name] for name in CARRIED if name in last}
    before.points.append(said.points[0]._replace(said=carried | said.points[0].said))
