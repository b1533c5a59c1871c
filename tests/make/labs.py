"""Laboratories for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from registry.kernel.db import db
from registry.labs import actions, queries
from registry.labs.decisions import actions as decisions
from registry.labs.models import AccreditationDecision, Lab, ScopeLine
from registry.labs.rules import AccreditationStatus, AccreditationValues
from registry.labs.scope.actions import set_lines
from registry.labs.scope.lines import LineValues
from registry.labs.standing import DecisionKind
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


def scope_line(code: str, **changes: Any) -> ScopeLine:
    """The only line of a scope: mass up to 20 kg with 0.0001 g."""
    usual = {"quantity": "Khối lượng", "unit": "g", "range_low": Decimal(0), "range_high": Decimal(20000)}
    found = queries.by_code(code)
    set_lines(found, [cast("LineValues", usual | {"cmc": Decimal("0.0001")} | changes)])
    db.session.flush()
    return found.lines[-1]


def scope_lines(code: str, number: int) -> None:
    """A scope of so many lines, each with its best uncertainty."""
    usual = {"quantity": "Khối lượng", "unit": "g", "range_low": Decimal(0)}
    lines = [usual | {"range_high": Decimal(at + 1), "cmc": Decimal("0.0001")} for at in range(number)]
    set_lines(queries.by_code(code), cast("list[LineValues]", lines))
    db.session.flush()


def said(code: str = LAB, **changes: Any) -> dict[str, Any]:
    """The body that registers a laboratory of the centre through the API."""
    return {"code": code, "name": "Phòng hiệu chuẩn “Đồng hồ” số 1", "organisation": CENTRE} | changes


def said_accreditation(**changes: Any) -> dict[str, Any]:
    """An accreditation as the API is told."""
    dates = {"granted_on": "2024-03-13", "valid_until": "2027-03-13"}
    return {"body": "BoA", "number": "VILAS 999"} | dates | changes


def decision(code: str, kind: str, day: date, *, annulled: bool = False, **said: Any) -> AccreditationDecision:
    """A decision about the only accreditation of a laboratory."""
    found = queries.by_code(code)
    usual = {"accreditation": "VILAS 999", "number": "1/QĐ-VPCNCL", "decided_on": min(day, date(2026, 6, 15))}
    told = decisions.record(found, kind=DecisionKind(kind), effective_on=day, **usual | said, by=None)
    return decisions.annul(found, told, reason="Ghi nhầm", by=None) if annulled else told
