"""Sample equipment records: a set with its weights, errors as formulas, firmware, and reference materials."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from registry.accounts.models import Person
from registry.assets import actions as assets
from registry.assets.materials import actions as materials
from registry.assets.materials.rules import CertifiedValues, TimeUnit
from registry.assets.models import Asset
from registry.assets.rules import CharacteristicValues, Kind, StandardClass
from registry.assets.software import actions as software
from registry.assets.software.rules import SoftwareKind
from registry.calibration.procedures import actions as procedures
from registry.calibration.procedures.rules import Setpoint
from registry.calibration.rules import CalibrationKind, DecisionRule, Stage
from registry.kernel import clock

PLATINUM: Final[CharacteristicValues] = {
    "quantity": "Nhiệt độ",
    "unit": "°C",
    "range_low": Decimal(-30),
    "range_high": Decimal(300),
    "mpe": Decimal("0.15"),
    "mpe_percent_of_reading": Decimal("0.2"),
    "accuracy_class": "A",
}
VOLTAGE: Final[CharacteristicValues] = {
    "quantity": "Điện áp một chiều",
    "unit": "V",
    "range_low": Decimal(0),
    "range_high": Decimal(10),
    "mpe_percent_of_reading": Decimal("0.0035"),
    "mpe_percent_of_range": Decimal("0.0005"),
    "resolution": Decimal("0.00001"),
}
WEIGHTS: Final = (("Quả cân F1 10 kg", "F1-0287-10"), ("Quả cân F1 20 kg", "F1-0287-20"))
CLASSES: Final = {
    "F1-0287": StandardClass.REFERENCE,
    "M1-1140": StandardClass.WORKING,
    "KT-03": StandardClass.TRAVELLING,
}
PH: Final[CertifiedValues] = {
    "property": "pH ở 25 °C",
    "value": Decimal("7.00"),
    "unit": "pH",
    "expanded_uncertainty": Decimal("0.02"),
    "coverage_factor": Decimal(2),
}
CONDUCTIVITY: Final[CertifiedValues] = {
    "property": "Độ dẫn điện ở 25 °C",
    "value": Decimal(1413),
    "unit": "µS/cm",
    "expanded_uncertainty": Decimal(7),
    "coverage_factor": Decimal(2),
}

MATERIALS: Final = (
    ("Dung dịch chuẩn pH 7,00", "PH7-2606", PH, 300),
    ("Dung dịch chuẩn độ dẫn điện 1413 µS/cm", "DD-2411", CONDUCTIVITY, -5),
)


def complete(standards: list[Asset], owner: str, technician: Person) -> None:
    """Add to the sample standards what a full record holds, and to their owner what only such records show."""
    by_serial = {asset.serial_no: asset for asset in standards}
    for serial_no, standard_class in CLASSES.items():
        assets.edit(by_serial[serial_no], standard_class=standard_class, by=None)
    assets.edit(by_serial["PT-77-012"], characteristics=[PLATINUM], by=technician)
    for name, serial_no in WEIGHTS:
        assets.register(
            kind=Kind.STANDARD,
            name=name,
            owner=owner,
            serial_no=serial_no,
            parent=by_serial["F1-0287"].tag,
            standard_class=StandardClass.REFERENCE,
            by=technician,
        )
    _meter(owner, technician)
    today = clock.today()
    for name, lot_no, certified, days_left in MATERIALS:
        asset = assets.register(kind=Kind.REFERENCE_MATERIAL, name=name, owner=owner, lot_no=lot_no, by=technician)
        _describe(asset, certified, today + timedelta(days=days_left), technician)


def _meter(owner: str, by: Person) -> None:
    meter = assets.register(
        kind=Kind.INSTRUMENT,
        name="Đồng hồ vạn năng hiện số",
        owner=owner,
        manufacturer="Hãng mẫu",
        model="DMM 6500",
        serial_no="DMM-04512",
        characteristics=[VOLTAGE],
        by=by,
    )
    _procedure(owner)
    for version, age in (("1.0.04b", 700), ("1.7.12", 90)):
        since_on = clock.today() - timedelta(days=age)
        software.install(meter, kind=SoftwareKind.FIRMWARE, version=version, since_on=since_on, by=by)


def _procedure(owner: str) -> None:
    point: Setpoint = {
        "quantity": VOLTAGE["quantity"],
        "unit": None,
        "nominal": None,
        "percent_of_range": None,
        "stage": Stage.AS_FOUND,
        "repetitions": 1,
        "lower_limit": None,
        "upper_limit": None,
    }
    at: list[Setpoint] = [point | {"percent_of_range": Decimal(percent)} for percent in (0, 10, 50, 100)]
    procedures.add(
        code="QT-DC-01",
        kind=CalibrationKind.CALIBRATION,
        owner=owner,
        title_vi="Hiệu chuẩn đồng hồ vạn năng: điện áp một chiều",
        title_en="Calibration of multimeters: direct voltage",
        quantity=VOLTAGE["quantity"],
        decision_rule=DecisionRule.SIMPLE,
        setpoints=at,
        environment=[{"quantity": "Nhiệt độ", "unit": "°C", "low": Decimal(21), "high": Decimal(25)}],
        standards_needed="Nguồn chuẩn điện áp một chiều đến 10 V",
        by=None,
    )


def _describe(asset: Asset, certified: CertifiedValues, expires_on: date, by: Person) -> None:
    materials.describe(
        asset,
        producer="Nhà sản xuất chất chuẩn (mẫu)",
        certificate_no=f"CoA-{asset.lot_no}",
        expires_on=expires_on,
        opened_on=expires_on - timedelta(days=330),
        stable_for=12,
        stable_unit=TimeUnit.MONTHS,
        storage="15 °C đến 25 °C, tránh ánh sáng",
        quantity=Decimal(500),
        unit="mL",
        certified_values=[certified],
        by=by,
    )
    taken_on = expires_on - timedelta(days=320)
    materials.draw(asset, amount=Decimal(50), taken_on=taken_on, note="Kiểm tra máy đo", by=by)
