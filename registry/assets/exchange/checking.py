"""Rows as the API's own schema reads them: cell by cell, what was loaded once is not loaded again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, NamedTuple

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

MOST_REMEMBERED: Final = 4_000  # what repeats does so early; serial numbers never do
ALIKE: Final = frozenset({str, float, date, datetime})  # whatever equals one of these is read alike
NEW_HERE: Final = object()
TAG: Final = "tag"
OWNER: Final = "owner"
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


class _Place(NamedTuple):
    """A column of a sheet: where it stands, where what it says goes, and what its cells have said before."""

    at: int
    column: Column
    loader: Loader
    name: str
    group: str
    inner: Any
    remembered: dict[Cell, Any]


def rows(table: Table, owners: Known) -> Iterator[Said]:
    """Every row of a table that says anything.

    What has no tag is of the only organisation one may write for, where no column says whose it is; the table tells so.
    """
    usual = owners.offered[0] if len(owners.offered) == 1 and not table.has(OWNER) else None
    if usual is not None:
        table.told.append({OWNER: usual})
    reader = Reader(table.style, {"owner": owners}, LENGTH)
    known = {column.key for column in readable(column for _place, column in table.columns)}
    places = [_place(at, column) for at, column in table.columns if column.key in known]
    for number, cells in table.rows:
        said = _row(number, cells, places, reader)
        if wrong := table.beyond(cells):
            said.faults.append(wrong)
        if said.plain or said.characteristics or said.schedules or said.belongings or said.faults:
            if usual is not None and TAG not in said.plain:
                said.plain[OWNER] = usual
            yield said


def _row(number: int, cells: list[Cell], places: list[_Place], reader: Reader) -> Said:
    said = Said(number, cells)
    width = len(cells)
    for place in places:
        cell = cells[place.at] if place.at < width else ""
        if cell == "":
            continue
        try:
            value = place.remembered.get(cell, NEW_HERE) if type(cell) in ALIKE else NEW_HERE
            if value is NEW_HERE:
                value = _value(place, cell, reader)
        except Misread as misread:
            said.faults.append((place.column.key, str(misread)))
        except ValidationError as error:
            messages = flat_messages(error.messages).values()
            said.faults += [(place.column.key, text) for texts in messages for text in texts]
        else:
            if value is not None:
                _put(said, place, value)
    return said


def _value(place: _Place, cell: Cell, reader: Reader) -> Any:  # noqa: ANN401 — see Loader.value
    """What a cell says as its field loads it, None for nothing. Raises Misread and ValidationError."""
    value = reader.value(place.column, cell)
    if value is not None:
        value = _loaded(place.loader, place.name, place.column.key, value)
    if len(place.remembered) < MOST_REMEMBERED and type(cell) in ALIKE:
        place.remembered[cell] = value
    return value


def _put(said: Said, place: _Place, value: object) -> None:
    match place.group:
        case "plain":
            said.plain[place.inner] = value
        case "characteristics":
            number, name = place.inner
            said.characteristics.setdefault(number, {})[name] = value
        case "schedules":
            said.schedules[place.inner] = value
        case _:
            said.belongings[place.inner] = None if value is CLEARED else value


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


def _place(at: int, column: Column) -> _Place:
    """A column and where in a row's words it belongs; `inner` is the key there."""
    first, _dot, rest = column.key.partition(".")
    group: str
    inner: object
    match first:
        case "material" | "software":
            group, inner = "belongings", column.key
        case "schedules":
            group, inner = first, ScheduleKind(rest)
        case "characteristics":
            number, _dot, name = rest.partition(".")
            group, inner = first, (int(number), name)
        case _:
            group, inner = "plain", column.key
    return _Place(at, column, *part_of(column.key), group, inner, {})
