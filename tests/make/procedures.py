"""Procedures for tests: made in an application context, flushed, and left to the caller to commit."""

from decimal import Decimal
from typing import Any, cast

from registry.calibration.procedures import actions
from registry.calibration.procedures.models import CalibrationProcedure
from registry.calibration.procedures.rules import Setpoint
from registry.calibration.rules import CalibrationKind, Stage
from tests.people import CENTRE

QUANTITY = "Khối lượng"


def setpoint(**changes: Any) -> dict[str, Any]:
    """A setpoint as the API is told."""
    return {"quantity": QUANTITY, "unit": "g", "nominal": "100.00"} | changes


def place(nominal: str, **changes: Any) -> Setpoint:
    """A setpoint as the action is told."""
    usual = {"percent_of_range": None, "stage": Stage.AS_FOUND, "repetitions": 1, "lower_limit": None}
    return cast(
        "Setpoint",
        {"quantity": QUANTITY, "unit": "g", "nominal": Decimal(nominal), "upper_limit": None} | usual | changes,
    )


def said(**changes: Any) -> dict[str, Any]:
    """The body that adds a procedure of the centre through the API."""
    body = {"code": "QT-01", "kind": "calibration", "owner": CENTRE, "title_vi": "Hiệu chuẩn cân", "title_en": "Scales"}
    return body | {"setpoints": [setpoint()]} | changes


def terms(**changes: Any) -> dict[str, Any]:
    """The body of its next version."""
    return {name: value for name, value in said(**changes).items() if name not in {"code", "kind", "owner"}}


def procedure(code: str = "QT-01", *, owner: str | None = CENTRE, **changes: Any) -> CalibrationProcedure:
    """A procedure of the centre for calibrations."""
    usual = {"kind": CalibrationKind.CALIBRATION, "title_vi": "Hiệu chuẩn cân"}
    return actions.add(code=code, owner=owner, **usual | changes, by=None)
