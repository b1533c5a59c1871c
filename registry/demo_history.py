"""Sample histories: a weight that drifts over years, and a standard found out of tolerance with what relied on it."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets import actions as assets
from registry.assets.models import Asset
from registry.assets.rules import Kind, ScheduleKind, StandardClass
from registry.calibration import actions as calibrations
from registry.calibration.cases import actions as cases
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import Disposition
from registry.calibration.review import actions as reviews
from registry.calibration.review.proposal import Method
from registry.calibration.rules import Outcome, PointValues, Stage
from registry.kernel import clock
from registry.kernel.calendar import months_later
from registry.kernel.db import db

ERRORS: Final = ("0.00021", "0.00029", "0.00042", "0.00049", "0.00063", "0.00070")  # g, one each year


class Team(NamedTuple):
    """Whose the samples are and who works for them: `chief` calibrates standards, `lab` verifies with them."""

    owner: str
    chief: str
    lab: str
    signer: Person
    technician: Person
    manager: Person


class Scale(NamedTuple):
    """What the points of a record have in common, in the unit: the expanded uncertainty, and ± the limit of error."""

    quantity: str
    unit: str
    u: str
    limit: str


class Done(NamedTuple):
    """A record: who did it when, and what was found."""

    lab: str
    day: date
    points: Sequence[PointValues]
    outcome: Outcome = Outcome.PASS
    standards: Sequence[str] = ()


class Gauge(NamedTuple):
    """What was verified with the standard that failed later, how many days ago, and what was decided about it."""

    name: str
    owner: str
    location: str
    serial_no: str
    days: int
    error: str
    decided: tuple[Disposition, str] | None


WEIGHT: Final = Scale("Khối lượng", "g", "0.0005", "0.0016")
PRESSURE: Final = Scale("Áp suất", "bar", "0.004", "0.016")
GAUGE: Final = Scale("Áp suất", "bar", "0.02", "0.16")
GAUGES: Final = (
    Gauge(
        "Áp kế lò xo 0–10 bar, nồi hấp số 1",
        "BENHVIEN-MAU",
        "Khoa kiểm soát nhiễm khuẩn",
        "AK10-3307",
        150,
        "0.14",
        (Disposition.RECALL, "Sai số sau khi hiệu chỉnh vượt giới hạn; áp kế dùng cho an toàn nồi hấp"),
    ),
    Gauge(
        "Áp kế lò xo 0–10 bar, máy nén khí",
        "XANGDAU-MAU",
        "Cửa hàng số 3, Quốc lộ 3",
        "AK10-0916",
        90,
        "0.02",
        (Disposition.NO_EFFECT, "Độ lệch của chuẩn nhỏ so với phần giới hạn còn lại"),
    ),
    Gauge("Áp kế lò xo 0–10 bar, trạm bơm", "NUOC-MAU", "Trạm bơm Yến Lạc", "AK10-2054", 40, "0.06", None),
)


def tell(team: Team) -> None:
    """Record both histories."""
    _drifting(team)
    _failing(team)


def _drifting(team: Team) -> None:
    asset = _standard("Quả cân chuẩn E2 1 kg", "E2-1K-014", team)
    for place, error in enumerate(reversed(ERRORS)):
        day = months_later(clock.today() - timedelta(days=45), -12 * place)
        _record(asset, Done(team.chief, day, [_point("1000", error, WEIGHT)]), team)
    (schedule,) = asset.schedules
    reviews.propose(asset, schedule, method=Method.STAIRCASE, by=team.technician)


def _failing(team: Team) -> None:
    today = clock.today()
    standard = _standard("Áp kế chuẩn hiện số 0–16 bar", "PG-16-221", team)
    good = [_point("10", "0.004", PRESSURE), _point("16", "0.006", PRESSURE)]
    _record(standard, Done(team.chief, months_later(today, -13), good), team)
    for gauge in GAUGES:
        asset = assets.register(
            kind=Kind.INSTRUMENT,
            name=gauge.name,
            owner=gauge.owner,
            location=gauge.location,
            serial_no=gauge.serial_no,
            schedules=[{"kind": ScheduleKind.VERIFICATION, "interval_months": 12}],
            by=None,
        )
        day, points = today - timedelta(days=gauge.days), [_point("10", gauge.error, GAUGE)]
        _record(asset, Done(team.lab, day, points, standards=[standard.tag]), team)
    bad = [_point("10", "0.070", PRESSURE), _point("16", "0.012", PRESSURE)]
    _record(standard, Done(team.chief, today - timedelta(days=12), bad, Outcome.FAIL), team)
    _decide(standard, team.manager)


def _decide(standard: Asset, manager: Person) -> None:
    case = db.session.scalars(select(Case).where(Case.asset_id == standard.id)).one()
    found = db.session.scalars(select(CaseItem).where(CaseItem.case_id == case.id))
    items = {item.asset.serial_no: item.id for item in found}
    for gauge in GAUGES:
        if gauge.decided is not None:
            disposition, reason = gauge.decided
            cases.dispose(case, disposition=disposition, reason=reason, items=[items[gauge.serial_no]], by=manager)


def _standard(name: str, serial_no: str, team: Team) -> Asset:
    return assets.register(
        kind=Kind.STANDARD,
        name=name,
        owner=team.owner,
        serial_no=serial_no,
        standard_class=StandardClass.REFERENCE,
        schedules=[{"kind": ScheduleKind.CALIBRATION, "interval_months": 12}],
        by=team.technician,
    )


def _record(asset: Asset, done: Done, team: Team) -> None:
    calibrations.record(
        asset=asset.tag,
        kind=asset.schedules[0].kind,
        performed_on=done.day,
        lab=done.lab,
        outcome=done.outcome,
        certificate_no=f"GCN-{asset.tag[:4]}-{done.day:%y}",
        standards=done.standards,
        points=done.points,
        by=team.signer,
    )


def _point(value: str, error: str, scale: Scale) -> PointValues:
    nominal = Decimal(value)
    return {
        "quantity": scale.quantity,
        "unit": scale.unit,
        "nominal": nominal,
        "reference": nominal,
        "indication": nominal + Decimal(error),
        "expanded_uncertainty": Decimal(scale.u),
        "coverage_factor": Decimal(2),
        "lower_limit": -Decimal(scale.limit),
        "upper_limit": Decimal(scale.limit),
        "stage": Stage.AS_FOUND,
    }
