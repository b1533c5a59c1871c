"""Sample records to click through: invented people, bodies, laboratories and assets around the real plan."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from registry import (
    demo_activities,
    demo_assessments,
    demo_custody,
    demo_history,
    demo_inspections,
    demo_labs,
    demo_planning,
    demo_proficiency,
    demo_records,
)
from registry.accounts import actions as accounts
from registry.accounts import queries as people
from registry.accounts.models import Person
from registry.accounts.rules import OrganisationKind, Role
from registry.assets import actions as assets
from registry.assets.models import Asset
from registry.assets.rules import CharacteristicValues, Kind, ScheduleKind, Status
from registry.assets.types import actions as types
from registry.calibration import actions as calibrations
from registry.calibration.rules import Outcome
from registry.calibration.standings import standings as standings_on
from registry.demo_people import CENTRE, DEPARTMENT, PASSWORD, PEOPLE
from registry.demo_scope import SCOPE
from registry.kernel import clock
from registry.kernel.calendar import MONTHS_A_YEAR, months_later
from registry.kernel.db import db
from registry.labs import actions as labs
from registry.labs.rules import AccreditationStatus, AccreditationValues
from registry.plan import files, queries, versions
from registry.plan.evidence import actions as evidence
from registry.plan.models import RecordType
from registry.plan.records import Record

PLAN = "436-KH-UBND"
LOCAL_LAB, CHIEF_LAB = "PTN-MAU", "PTN-CHUAN-MAU"
BODIES = (
    (
        CENTRE,
        "Trung tâm Kỹ thuật Đo lường (mẫu)",
        "Centre for Measurement (sample)",
        OrganisationKind.PUBLIC_SERVICE,
        DEPARTMENT,
    ),
    (
        "XANGDAU-MAU",
        "Công ty Xăng dầu “Sông Cầu” (mẫu)",
        "“Song Cau” Fuel Company (sample)",
        OrganisationKind.ENTERPRISE,
        "UBND-THAINGUYEN",
    ),
    (
        "CHO-MAU",
        "Ban quản lý chợ Đức Xuân (mẫu)",
        "Duc Xuan market board (sample)",
        OrganisationKind.OTHER,
        "UBND-THAINGUYEN",
    ),
    (
        "BENHVIEN-MAU",
        "Bệnh viện khu vực (mẫu)",
        "Regional hospital (sample)",
        OrganisationKind.PUBLIC_SERVICE,
        "UBND-THAINGUYEN",
    ),
    (
        "NUOC-MAU",
        "Hợp tác xã Nước sạch Na Rì (mẫu)",
        "Na Ri water cooperative (sample)",
        OrganisationKind.ENTERPRISE,
        "UBND-THAINGUYEN",
    ),
)


class Sort(NamedTuple):
    """What standards have in common, and instruments: the work they need and who does it."""

    kind: Kind
    work: ScheduleKind
    lab: str


STANDARD = Sort(Kind.STANDARD, ScheduleKind.CALIBRATION, CHIEF_LAB)
INSTRUMENT = Sort(Kind.INSTRUMENT, ScheduleKind.VERIFICATION, LOCAL_LAB)
LABS = (
    (LOCAL_LAB, "Phòng thí nghiệm đo lường (mẫu)", CENTRE, "VILAS 0001 (mẫu)", -14),
    (CHIEF_LAB, "Phòng chuẩn đo lường cấp trên (mẫu)", "BKHCN", "VILAS 0002 (mẫu)", -20),
)
ACCREDITED_MONTHS = 36
YEARS_KEPT_UP = 4
MASS: CharacteristicValues = {
    "quantity": "Khối lượng",
    "unit": "g",
    "range_low": Decimal("0.001"),
    "range_high": Decimal(20000),
    "mpe": None,
    "accuracy_class": "F1",
    "resolution": None,
}


class Sample(NamedTuple):
    """An asset and how it should stand: `due_in` days until its last valid day, None when it was never calibrated."""

    name: str
    owner: str
    months: int = 12
    due_in: int | None = None
    outcome: Outcome = Outcome.PASS
    status: Status = Status.IN_SERVICE
    commissioned_on: date | None = None
    location: str = ""
    serial_no: str = ""
    type_: str | None = None


STANDARDS = (
    Sample(
        name="Bộ quả cân chuẩn F1 (1 mg đến 20 kg)",
        owner=CENTRE,
        due_in=240,
        commissioned_on=date(2021, 3, 15),
        serial_no="F1-0287",
    ),
    Sample(
        name="Bộ quả cân chuẩn M1 (1 kg đến 20 kg)",
        owner=CENTRE,
        due_in=33,
        commissioned_on=date(2022, 9, 2),
        serial_no="M1-1140",
    ),
    Sample(
        name="Nhiệt kế chuẩn điện trở Pt100",
        owner=CENTRE,
        due_in=150,
        commissioned_on=date(2023, 5, 20),
        serial_no="PT-77-012",
    ),
    Sample(
        name="Áp kế chuẩn kiểu píttông",
        owner=CENTRE,
        months=24,
        due_in=-1,
        commissioned_on=date(2024, 2, 29),
        serial_no="DWT 2041",
    ),
    Sample(
        name="Bình chuẩn kim loại 20 L",
        owner=CENTRE,
        months=24,
        due_in=410,
        commissioned_on=date(2026, 1, 12),
        serial_no="BC20-09",
    ),
    Sample(
        name="Bình chuẩn kim loại 5 L",
        owner=CENTRE,
        months=24,
        due_in=0,
        commissioned_on=date(2026, 4, 1),
        serial_no="BC05-17",
    ),
    Sample(
        name="Đồng hồ chuẩn đo nước DN15",
        owner=CENTRE,
        due_in=95,
        outcome=Outcome.FAIL,
        commissioned_on=date(2026, 2, 28),
        serial_no="0015-88",
    ),
    Sample(
        name="Bộ quả cân kiểm tra lưu động",
        owner="SKHCN",
        due_in=190,
        commissioned_on=date(2020, 11, 5),
        serial_no="KT-03",
    ),
    Sample(
        name="Ca đong chuẩn kiểm tra xăng dầu 2 L",
        owner="SKHCN",
        due_in=61,
        commissioned_on=date(2021, 6, 18),
        serial_no="CD2-41",
    ),
)
INSTRUMENTS = (
    Sample(
        name="Cột đo xăng dầu số 1",
        owner="XANGDAU-MAU",
        due_in=120,
        location="Cửa hàng số 3, Quốc lộ 3",
        serial_no="TATSUNO 5521",
    ),
    Sample(
        name="Cột đo xăng dầu số 2",
        owner="XANGDAU-MAU",
        due_in=-12,
        location="Cửa hàng số 3, Quốc lộ 3",
        serial_no="TATSUNO 5522",
    ),
    Sample(
        name='Cột đo xăng dầu số 3 — vòi "E5"',
        owner="XANGDAU-MAU",
        due_in=60,
        location="Cửa hàng số 7, Chợ Mới",
        serial_no="TATSUNO 5610",
    ),
    Sample(
        name="Cân ô tô 80 t",
        owner="XANGDAU-MAU",
        due_in=9,
        location="Kho trung chuyển",
        serial_no="SCS-80/118",
        type_="Cân ô tô",
    ),
    Sample(
        name="Cân đồng hồ lò xo 30 kg",
        owner="CHO-MAU",
        months=24,
        due_in=500,
        location="Quầy thịt 12",
        serial_no="NH 30-4471",
        type_="Cân đồng hồ lò xo",
    ),
    Sample(
        name="Cân đồng hồ lò xo 60 kg",
        owner="CHO-MAU",
        months=24,
        due_in=None,
        location="Quầy rau 3",
        serial_no="NH 60-0093",
        type_="Cân đồng hồ lò xo",
    ),
    Sample(
        name="Cân bàn 100 kg",
        owner="CHO-MAU",
        due_in=-47,
        outcome=Outcome.FAIL,
        location="Cổng chợ",
        serial_no="CB-100-7",
        type_="Cân bàn",
    ),
    Sample(name="Huyết áp kế lò xo", owner="BENHVIEN-MAU", due_in=31, location="Khoa khám bệnh", serial_no="HAK-2210"),
    Sample(
        name="Cân phân tích 220 g",
        owner="BENHVIEN-MAU",
        due_in=210,
        status=Status.QUARANTINED,
        location="Khoa xét nghiệm",
        serial_no="AX224-55",
        type_="Cân phân tích",
    ),
    Sample(
        name="Đồng hồ nước lạnh cơ khí DN15",
        owner="NUOC-MAU",
        months=60,
        due_in=900,
        location="Yến Lạc, hộ 118",
        serial_no="DHN-000118",
        type_="Đồng hồ nước lạnh cơ khí",
    ),
    Sample(
        name="Đồng hồ nước lạnh có cơ cấu điện tử",
        owner="NUOC-MAU",
        months=36,
        due_in=-3,
        location="Yến Lạc, hộ 204",
        serial_no="DHN-E-204",
        type_="Đồng hồ nước lạnh có cơ cấu điện tử",
    ),
    Sample(
        name="Cân kỹ thuật 3 kg",
        owner=CENTRE,
        due_in=77,
        location="Phòng khối lượng",
        serial_no="CK3-002",
        type_="Cân kỹ thuật",
    ),
)
COUNTED = {"F1-0287": "II.2.a", "M1-1140": "II.2.a", "BC20-09": "II.2.a", "KT-03": "II.3.a.2"}


def fill_if_empty() -> bool:
    """Fill an empty database in one transaction; one that was filled before stays as people left it."""
    if people.has_people():
        return False
    types.load_shipped()
    versions.load(files.read(PLAN), by=None)
    for code, name_vi, name_en, kind, parent in BODIES:
        accounts.add_organisation(code=code, name_vi=name_vi, name_en=name_en, kind=kind, parent=parent, by=None)
    technician, manager, inspector, planner, admin = [_person(*given) for given in PEOPLE]
    _make_labs()
    demo_labs.complete(LOCAL_LAB, CHIEF_LAB)
    standards = [_made(sample, STANDARD, standards=(), signer=admin) for sample in STANDARDS]
    _keep_up(standards[0], admin)
    instruments = [_made(sample, INSTRUMENT, standards=standards[:1], signer=technician) for sample in INSTRUMENTS]
    demo_records.complete(standards, CENTRE, technician)
    demo_custody.hand_out([*standards, *instruments], DEPARTMENT, technician)
    _count(standards, planner)
    demo_activities.carry_out(queries.by_code(PLAN, None), "SKHCN", planner)
    demo_assessments.begin(CENTRE, technician, manager)
    demo_history.tell(demo_history.Team(CENTRE, CHIEF_LAB, LOCAL_LAB, admin, technician, manager))
    demo_proficiency.take_part(LOCAL_LAB, manager)
    demo_inspections.inspect(DEPARTMENT, CENTRE, inspector)
    demo_planning.carry_out(queries.by_code(PLAN, None), CENTRE, planner)
    calibrations.flag_overdue(clock.today())
    return True


def _person(email: str, name: str, role: Role, where: str) -> Person:
    person, secret = accounts.add_person(email=email, name=name, role=role, organisation=where, by=None)
    db.session.flush()
    return accounts.claim(email=person.email, secret=secret, password=PASSWORD)


def _make_labs() -> None:
    today = clock.today()
    for code, name, organisation, number, granted in LABS:
        granted_on = months_later(today, granted)
        accreditation: AccreditationValues = {
            "body": "BoA",
            "number": number,
            "standard": "ISO/IEC 17025:2017",
            "granted_on": granted_on,
            "valid_until": months_later(granted_on, ACCREDITED_MONTHS) - timedelta(days=1),
            "status": AccreditationStatus.ACTIVE,
        }
        labs.register(
            code=code, name=name, organisation=organisation, accreditations=[accreditation], scope=SCOPE, by=None
        )


def _made(sample: Sample, sort: Sort, *, standards: Sequence[Asset], signer: Person) -> Asset:
    due_on = None if sample.due_in is None else clock.today() + timedelta(days=sample.due_in)
    performed_on = None if due_on is None else months_later(due_on, -sample.months)
    since = [day for day in (sample.commissioned_on, performed_on) if day is not None]
    asset = assets.register(
        kind=sort.kind,
        name=sample.name,
        owner=sample.owner,
        serial_no=sample.serial_no,
        location=sample.location,
        commissioned_on=min(since) if sample.commissioned_on else None,
        status=sample.status,
        instrument_type=sample.type_,
        characteristics=[MASS] if "quả cân" in sample.name else [],
        schedules=[{"kind": sort.work, "interval_months": sample.months}],
        by=None,
    )
    if performed_on is not None:
        then = standings_on(standards, performed_on)
        calibrations.record(
            asset=asset.tag,
            kind=sort.work,
            performed_on=performed_on,
            lab=sort.lab,
            outcome=sample.outcome,
            certificate_no=f"GCN-{asset.tag[:4]}",
            standards=[one.tag for one in standards if then[one.id].was_valid],
            by=signer,
        )
    return asset


def _keep_up(standard: Asset, signer: Person) -> None:
    """Let a standard have been calibrated every year before, so that what was verified with it is traceable."""
    last_on = next(schedule.last_performed_on for schedule in standard.required_schedules)
    for years in range(1, YEARS_KEPT_UP + 1):
        if last_on is not None:
            calibrations.record(
                asset=standard.tag,
                kind=STANDARD.work,
                performed_on=months_later(last_on, -MONTHS_A_YEAR * years),
                lab=STANDARD.lab,
                on_site=False,
                outcome=Outcome.PASS,
                certificate_no=f"GCN-{standard.tag[:4]}-{years}",
                by=signer,
            )


def _count(standards: Sequence[Asset], planner: Person) -> None:
    plan = queries.by_code(PLAN, None)
    for asset in standards:
        row = COUNTED.get(asset.serial_no or "")
        if row is not None:
            evidence.count_evidence(plan, indicator=row, record=Record(RecordType.ASSET, asset.tag), by=planner)
