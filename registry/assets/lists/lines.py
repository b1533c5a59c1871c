"""What a list reads of an asset, without an entity: enough for a line of a page and for AssetOut."""

from collections import defaultdict, namedtuple
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, String, Table, select, type_coerce

from registry.assets.fitness import Lack
from registry.assets.lacking import lacks_among
from registry.assets.lists.conditions import asset, organisation
from registry.assets.models import Characteristic, Schedule
from registry.assets.rules import Doubt, Kind, Proof, StandardClass, Status, earliest
from registry.kernel.db import Exact
from registry.kernel.i18n import current_locale
from registry.kernel.reads import Read, among

schedule = cast("Table", Schedule.__table__)
characteristic = cast("Table", Characteristic.__table__)
over = asset.alias("over")


class Owner(NamedTuple):
    """An owner's code and names."""

    code: str
    name_vi: str
    name_en: str

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return self.name_en if current_locale() == "en" else self.name_vi


class Line(NamedTuple):
    """An asset's columns, its owner's names, the tag of its set, lists of its characteristics and schedules, its lack.

    `lacks` is the component that a set lacks. Its attributes are those that AssetOut reads of an asset.
    """

    id: int
    tag: str
    kind: Kind
    name: str
    status: Status
    status_since_on: date | None
    restriction: str | None
    manufacturer: str | None
    model: str | None
    serial_no: str | None
    asset_no: str | None
    location: str | None
    custodian: str | None
    instrument_type: str | None
    commissioned_on: date | None
    standard_class: StandardClass | None
    lot_no: str | None
    expires_on: date | None
    doubt: Doubt | None
    contradicted: bool
    unverified: bool
    repaired_on: date | None
    altered_on: date | None
    set_status: Status | None
    instrument_type_id: int | None
    parent_id: int | None
    proof: Proof
    due_on: date | None
    due_order: date
    name_order: str
    version: int
    label_tag: str | None
    owner_code: str
    owner_name_vi: str
    owner_name_en: str
    parent_tag: str | None
    characteristics: Sequence[Any]
    required_schedules: Sequence[Any]
    lacks: Lack | None

    @property
    def current_tag(self) -> str:
        """What the label that is on it says."""
        return self.label_tag or self.tag

    @property
    def owner(self) -> Owner:
        """The owner."""
        return Owner(self.owner_code, self.owner_name_vi, self.owner_name_en)

    @property
    def planned_on(self) -> date | None:
        """The day on which the next work is planned, if any is."""
        return earliest(schedule.planned_on for schedule in self.required_schedules)


JOINED: Final = {
    "owner_code": organisation.c.code,
    "owner_name_vi": organisation.c.name_vi,
    "owner_name_en": organisation.c.name_en,
    "parent_tag": over.c.tag,
}
COLUMNS: Final = tuple(JOINED[name].label(name) if name in JOINED else asset.c[name] for name in Line._fields[:-3])


def lines() -> Select[Any]:
    """A select of lines. Its joins are outer ones, which leaves the assets first on SQLite."""
    return select(*COLUMNS).select_from(
        asset.join(organisation, organisation.c.id == asset.c.owner_id, isouter=True).join(
            over, over.c.id == asset.c.parent_id, isouter=True
        )
    )


def completed(rows: Sequence[Sequence[Any]], dialect: str, today: date) -> list[Line]:
    """Lines with their characteristics and schedules, and what sets among them lack, read in one statement each."""
    if not rows:
        return []
    keys = [row[0] for row in rows]
    described = _by_asset(_characteristics(dialect).rows(keys=keys), CHARACTERISTIC)
    scheduled = _by_asset(_schedules(dialect).rows(keys=keys), SCHEDULE)
    lacking = lacks_among(keys, dialect, today)
    return [
        Line._make((*row, described.get(row[0], ()), scheduled.get(row[0], ()), lacking.get(row[0]))) for row in rows
    ]


def _plain(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Decimals as they are stored, which is how they are said."""
    return type_coerce(column, String).label(column.key) if isinstance(column.type, Exact) else column


CHARACTERISTIC_COLUMNS: Final = tuple(_plain(column) for column in characteristic.c if column.name != "id")
SCHEDULE_COLUMNS: Final = tuple(_plain(column) for column in schedule.c if column.name != "id")
Row = Callable[[Sequence[Any]], Any]


def _rows_of(columns: Sequence[ColumnElement[Any]]) -> Row:
    """What makes a row with attributes of a plain one."""
    made: Row = namedtuple("Row", [str(column.key) for column in columns])._make  # type: ignore[attr-defined]  # noqa: PYI024 — its fields are the table's
    return made


CHARACTERISTIC: Final = _rows_of(CHARACTERISTIC_COLUMNS)
SCHEDULE: Final = _rows_of(SCHEDULE_COLUMNS)


@lru_cache
def _characteristics(dialect: str) -> Read:
    wanted = select(*CHARACTERISTIC_COLUMNS).where(among(characteristic.c.asset_id, "keys", dialect))
    return Read(wanted.order_by(characteristic.c.asset_id, characteristic.c.position))


@lru_cache
def _schedules(dialect: str) -> Read:
    wanted = select(*SCHEDULE_COLUMNS).where(among(schedule.c.asset_id, "keys", dialect))
    return Read(wanted.where(schedule.c.proof != Proof.NOT_REQUIRED).order_by(schedule.c.asset_id, schedule.c.id))


def _by_asset(rows: Iterable[tuple[Any, ...]], made: Row) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        one = made(row)
        found[one.asset_id].append(one)
    return found
