"""Rows as the API's own schema reads them: cell by cell, what was loaded once is not loaded again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from marshmallow import ValidationError

from registry.assets.materials.schemas import CertifiedValueSchema, MaterialIn
from registry.assets.rules import ScheduleKind
from registry.assets.schedules import LONGEST as LONGEST_INTERVAL
from registry.assets.schemas import AssetEdit, AssetIn, CharacteristicSchema, ScheduleSchema
from registry.assets.software.schemas import SoftwareIn
from registry.assets.tags import LENGTH
from registry.kernel.calendar import Interval
from registry.kernel.errors import flat_messages
from registry.kernel.i18n import _
from registry.sheets.columns import Column
from registry.sheets.headings import Table
from registry.sheets.loading import Loader
from registry.sheets.reading import CLEARED, Known, Misread, Reader
from registry.sheets.tables import Cell

TAG: Final = "tag"
STOCK: Final = {"remaining": "quantity"}  # a sheet says what is left, the action what was received


@dataclass(slots=True)
class Said:
    """What a row says, loaded: only the fields that it mentions; CLEARED where a field shall be emptied.

    `faults` are pairs of a field and what is wrong with it, with the remedy.
    """

    number: int
    raw: list[Cell]
    plain: dict[str, Any] = field(default_factory=dict)
    characteristics: dict[int, dict[str, Any]] = field(default_factory=dict)
    schedules: dict[ScheduleKind, Any] = field(default_factory=dict)
    belongings: dict[str, Any] = field(default_factory=dict)
    faults: list[tuple[str, str]] = field(default_factory=list)


ONE: Final = Loader(AssetEdit())
NEW: Final = Loader(AssetIn())
CHARACTERISTIC: Final = Loader(CharacteristicSchema())
SCHEDULE: Final = Loader(ScheduleSchema())
MATERIAL: Final = Loader(MaterialIn())
CERTIFIED: Final = Loader(CertifiedValueSchema())
SOFTWARE: Final = Loader(SoftwareIn())


def readable(columns: Iterable[Column]) -> list[Column]:
    """The columns whose fields the API knows."""
    return [column for column in columns if column.key == TAG or part_of(column.key)[0].knows(part_of(column.key)[1])]


def rows(table: Table, owners: Known) -> Iterator[Said]:
    """Every row of a table that says anything."""
    reader = Reader(table.decimals, {"owner": owners}, LENGTH)
    known = {column.key for column in readable(column for _place, column in table.columns)}
    columns = [(place, column, *part_of(column.key)) for place, column in table.columns if column.key in known]
    for number, cells in table.rows:
        said = _row(number, cells, columns, reader)
        if said.plain or said.characteristics or said.schedules or said.belongings or said.faults:
            yield said


def _row(number: int, cells: list[Cell], columns: list[tuple[int, Column, Loader, str]], reader: Reader) -> Said:
    said = Said(number, cells)
    width = len(cells)
    for place, column, loader, name in columns:
        cell = cells[place] if place < width else ""
        if cell == "":
            continue
        key = column.key
        try:
            value = reader.value(column, cell)
            if value is None:
                continue
            _put(said, key, _loaded(loader, name, key, value))
        except Misread as misread:
            said.faults.append((key, str(misread)))
        except ValidationError as error:
            said.faults += [(key, text) for texts in flat_messages(error.messages).values() for text in texts]
    return said


def _loaded(loader: Loader, name: str, key: str, value: object) -> Any:  # noqa: ANN401 — see Loader.value
    if key == TAG:
        return value
    if value is CLEARED:
        if not key.startswith(("schedules.", "characteristics.")) and not loader.clears(name):
            raise ValidationError(_("This cannot be emptied; leave the cell empty to keep what is recorded."))
        return CLEARED
    if loader is SCHEDULE:
        return _interval(value)
    return loader.value(name, value)


def _interval(value: object) -> Interval:
    """An interval of an allowed length. Raises ValidationError."""
    if not isinstance(value, Interval):
        return Interval(SCHEDULE.value("interval_months", value))
    most = LONGEST_INTERVAL[value.unit]
    if not 1 <= value.number <= most:
        raise ValidationError(_("Give a whole number from %(low)s to %(high)s.", low=1, high=most))
    return value


def part_of(key: str) -> tuple[Loader, str]:
    """What loads a column, and the name of its field there."""
    first, _dot, rest = key.partition(".")
    match first:
        case "characteristics":
            return CHARACTERISTIC, rest.partition(".")[2]
        case "schedules":
            return SCHEDULE, "interval_months"
        case "material":
            name = rest.rpartition(".")[2]
            return CERTIFIED if rest.startswith("certified.") else MATERIAL, STOCK.get(name, name)
        case "software":
            return SOFTWARE, "version"
        case _:
            return ONE, key


def _put(said: Said, key: str, value: object) -> None:
    if "." not in key:
        said.plain[key] = value
        return
    first, _dot, rest = key.partition(".")
    if first in {"material", "software"}:
        said.belongings[key] = None if value is CLEARED else value
    elif first == "schedules":
        said.schedules[ScheduleKind(rest)] = value
    else:
        place, _dot, name = rest.partition(".")
        said.characteristics.setdefault(int(place), {})[name] = value
