"""Laboratories for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date
from typing import Any, cast

from registry.labs import actions
from registry.labs.models import Lab
from registry.labs.rules import AccreditationStatus, AccreditationValues
from tests.people import CENTRE

LAB = "PTN-1"


def lab(code: str = LAB, *, organisation: str = CENTRE, **said: Any) -> Lab:
    """A laboratory of an organisation."""
    return actions.register(code=code, organisation=organisation, **{"name": "Phòng hiệu chuẩn"} | said, by=None)


def accreditation(**changes: Any) -> AccreditationValues:
    """An accreditation as an action is told; the real VILAS numbers have two or three digits."""
    usual: AccreditationValues = {
        "body": "BoA",
        "number": "VILAS 999",
        "standard": "ISO/IEC 17025:2017",
        "granted_on": date(2024, 3, 13),
        "valid_until": date(2027, 3, 13),
        "status": AccreditationStatus.ACTIVE,
    }
    return cast("AccreditationValues", usual | changes)


def said(code: str = LAB, **changes: Any) -> dict[str, Any]:
    """The body that registers a laboratory of the centre through the API."""
    return {"code": code, "name": "Phòng hiệu chuẩn “Đồng hồ” số 1", "organisation": CENTRE} | changes


def said_accreditation(**changes: Any) -> dict[str, Any]:
    """An accreditation as the API is told."""
    dates = {"granted_on": "2024-03-13", "valid_until": "2027-03-13"}
    return {"body": "BoA", "number": "VILAS 999"} | dates | changes
