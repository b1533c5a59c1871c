"""Calibrations for tests: made in an application context, flushed, and left to the caller to commit."""

from datetime import date
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import exists, select
from werkzeug.test import TestResponse

from registry.assets.models import Asset
from registry.calibration import actions, life
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Outcome, PointValues, RecordStatus, Stage
from registry.kernel.db import db
from registry.labs.models import Lab
from tests.make import labs
from tests.people import Caller


def calibration(asset: Asset, performed_on: date, *, lab: str | None = labs.LAB, **said: Any) -> Calibration:
    """An issued, passed calibration by a laboratory, which is made when it is not there."""
    if lab is not None and not db.session.scalar(select(exists().where(Lab.code == lab))):
        labs.lab(lab)
    usual = {"kind": CalibrationKind.CALIBRATION, "outcome": Outcome.PASS, "certificate_no": f"GCN-{performed_on}"}
    return actions.record(asset=asset.tag, performed_on=performed_on, lab=lab, **usual | said, by=None)


def said(tag: str, performed_on: date | str, **changes: Any) -> dict[str, Any]:
    """The body that records a passed calibration through the API."""
    usual = {"kind": "calibration", "outcome": "pass", "lab": labs.LAB, "certificate_no": f"GCN-{performed_on}"}
    return {"asset": tag, "performed_on": str(performed_on)} | usual | changes


def point(**changes: Any) -> dict[str, Any]:
    """A measured point as the API is told."""
    return {"quantity": "khối lượng", "unit": "g", "nominal": "100.000"} | changes


def values(**numbers: str) -> PointValues:
    """A measured point as the action is told."""
    point: dict[str, Any] = dict.fromkeys(PointValues.__annotations__)
    point |= {"quantity": "khối lượng", "unit": "g", "stage": Stage.AS_FOUND}
    point |= {field: Decimal(value) for field, value in numbers.items()}
    return cast("PointValues", point)


def handed_in(caller: Caller, address: str) -> str:
    """Have a draft handed in by whoever wrote it, if it still is one; gives its address, which has its key."""
    key = int(address.removesuffix("/approve").rpartition("/")[2])
    with caller.app.app_context():
        record = db.session.get_one(Calibration, key)
        if record.status is RecordStatus.DRAFT:
            life.submit(record, by=None)
            db.session.commit()
    return address


def sign(caller: Caller, address: str, **asked: Any) -> TestResponse:
    """Ask the API to approve a record, which was handed in before."""
    return caller.post(handed_in(caller, address), **asked)


def approve(record: Calibration, **said: Any) -> Calibration:
    """Approve a record, which is handed in before."""
    if record.status is RecordStatus.DRAFT:
        life.submit(record, by=None)
    return actions.approve(record, **said)
