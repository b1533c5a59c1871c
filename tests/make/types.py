"""Instrument types for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date
from typing import Any

from registry.assets.types import actions
from registry.assets.types.models import InstrumentType
from registry.assets.types.rules import ControlGroup, VersionValues

FIRST, SECOND = date(2020, 1, 1), date(2024, 10, 15)


def version(valid_from: date = FIRST, **said: Any) -> VersionValues:
    """A version of a type of group 2, verified every year."""
    measures = dict.fromkeys(("type_approval", "initial", "periodic", "after_repair"), True)
    defaults = measures | {"circular": "07/2019/TT-BKHCN", "source": "congbao.example", "period_months": 12, "note": ""}
    return VersionValues(**{"valid_from": valid_from} | defaults | said)


def own_version(valid_from: date = FIRST, months: int | None = 6) -> VersionValues:
    """A version of an own type, calibrated every so many months."""
    return VersionValues(valid_from=valid_from, calibration_interval_months=months)


def type_(code: str = "TAXIMET-THU", **said: Any) -> InstrumentType:
    """A type for everybody, of group 2, with one version; with an owner, an own type of group 1."""
    own = said.get("owner") is not None
    defaults = {
        "name_vi": "Đồng hồ thử" if own else "Taximet thử",
        "name_en": "Test gauge" if own else "Test taximeter",
        "group": ControlGroup.ONE if own else ControlGroup.TWO,
        "versions": [own_version() if own else version()],
    }
    return actions.add(code=code, **defaults | said, by=None)


def said(**changes: Any) -> dict[str, Any]:
    """The body that adds a type of group 2 through the API."""
    body = {"code": "TAXIMET-THU", "name_vi": "Taximet thử", "name_en": "Test taximeter", "group": "2"}
    return body | {"versions": [said_version()]} | changes


def said_own(owner: str, **changes: Any) -> dict[str, Any]:
    """The body that adds an own type through the API."""
    own = {"code": "DONG-HO-THU", "name_vi": "Đồng hồ thử", "group": "1", "owner": owner}
    return own | {"versions": [{"valid_from": "2020-01-01", "calibration_interval_months": 6}]} | changes


def said_version(**changes: Any) -> dict[str, Any]:
    """A version of group 2 as the API takes it."""
    defaults = {"valid_from": "2020-01-01", "circular": "07/2019/TT-BKHCN", "source": "congbao.example"}
    return defaults | {"periodic": True, "initial": True, "period_months": 12} | changes
