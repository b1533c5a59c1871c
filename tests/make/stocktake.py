"""Stock-takes for tests: made in an application context, flushed, and left to the caller to commit."""

from itertools import count
from typing import Any
from uuid import uuid4

from registry.assets.models import Asset
from registry.assets.stocktake import actions
from registry.assets.stocktake.models import StockTake
from tests.make import assets as make
from tests.people import CENTRE

PLACE = "Phòng 1"
_numbers = count(1)


def at(location: str | None = PLACE, **said: Any) -> Asset:
    """An asset at a place."""
    return make.asset(**{"name": f"Cân {next(_numbers):04}", "location": location} | said)


def take(location: str | None = PLACE, *, by: Any = None, **said: Any) -> StockTake:
    """An open stock-take of the centre."""
    return actions.begin(**{"organisation": CENTRE} | said, location=location, by=by)


def scan(tag: str, key: str | None = None, **said: Any) -> dict[str, Any]:
    """One scan as a device sends it."""
    return {"key": key or str(uuid4()), "tag": tag} | said


def said(**changes: Any) -> dict[str, Any]:
    """The body that opens a stock-take of the centre through the API."""
    return {"organisation": CENTRE, "location": PLACE} | changes
