"""What a list of assets can be asked for."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from registry.assets.custody.rules import HoldingKind
from registry.assets.rules import SOON_DAYS, Doubted, Kind, StandardClass, Status, Use, Validity

SEVERAL: Final = frozenset({"kind", "status", "validity", "standard_class", "custody", "doubt"})
SORTS: Final = ("name", "-name", "due_on", "-due_on", "tag", "-tag")


class Column(StrEnum):
    """What a line of the list can show beside the name and the tag, which it always shows."""

    VALIDITY = "validity"
    DUE_ON = "due_on"
    PLANNED_ON = "planned_on"
    STATUS = "status"
    SERIAL_NO = "serial_no"
    OWNER = "owner"
    LOCATION = "location"
    KIND = "kind"
    ASSET_NO = "asset_no"
    MANUFACTURER = "manufacturer"
    MODEL = "model"
    CUSTODIAN = "custodian"
    INSTRUMENT_TYPE = "instrument_type"
    STANDARD_CLASS = "standard_class"
    COMMISSIONED_ON = "commissioned_on"


USUAL: Final = (
    Column.VALIDITY,
    Column.DUE_ON,
    Column.STATUS,
    Column.SERIAL_NO,
    Column.OWNER,
    Column.LOCATION,
)


class Filters(NamedTuple):
    """What narrows a list; everything that is given must hold, and of several values of one thing any.

    `due_before` leaves the day itself out, `due_within` is in days from today on, `parent` the tag of a set,
    `imported` the number of an import: what it made or changed.
    """

    q: str | None = None
    kind: tuple[Kind, ...] | None = None
    owner: str | None = None
    commune: str | None = None
    status: tuple[Status, ...] | None = None
    validity: tuple[Validity, ...] | None = None
    location: str | None = None
    instrument_type: str | None = None
    standard_class: tuple[StandardClass, ...] | None = None
    due_before: date | None = None
    due_within: int | None = None
    parent: str | None = None
    imported: int | None = None
    custody: tuple[HoldingKind, ...] | None = None
    doubt: tuple[Doubted, ...] | None = None
    use: Use | None = None

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> "Filters":
        """The filters among the words of a request; of what may have several values one may stand alone."""
        known = set(cls._fields)
        given: dict[str, Any] = {}
        for name, value in query.items():
            if name in known and value not in (None, "", []):
                given[name] = _several(value) if name in SEVERAL else value
        return cls(**given)

    def without(self, name: str) -> "Filters":
        """The others."""
        return self._replace(**{name: None})

    def given(self) -> dict[str, Any]:
        """Those that narrow."""
        values = zip(self._fields, self, strict=True)
        return {name: value for name, value in values if value is not None}


def _several(said: Any) -> tuple[Any, ...]:  # noqa: ANN401 — one value or a list of them
    return (said,) if isinstance(said, str) else tuple(dict.fromkeys(said))


def soon(today: date) -> date:
    """The last day on which something that ends counts as due soon."""
    return today + timedelta(days=SOON_DAYS)
