"""Years of records from a sheet: each what it would be by hand, tried and done by the same code."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from registry.accounts.queries import person_by_email
from registry.assets.rules import Proof, ScheduleKind
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.content import digest
from registry.calibration.exchange import actions
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard, Signature
from registry.calibration.rules import CalibrationKind, Outcome, RecordStatus, Stage, VerificationKind
from registry.calibration.traceability.models import Reliance
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.sheets.models import ImportState, Mode
from registry.sheets.running import NotAllGood
from tests import statements
from tests.make import assets as make_assets
from tests.make import calibration as by_hand
from tests.make import history as make
from tests.make import sheets
from tests.people import CENTRE, ELSEWHERE


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def records(**said):
    db.session.expire_all()
    return list(db.session.scalars(select(Calibration).filter_by(**said).order_by(Calibration.performed_on)))


POINTS = (
    {"nominal": "50", "reference": "50,0001", "indication": "50,002", "expanded_uncertainty": "0,001", "unit": "g"},
    {"nominal": "100", "reference": "100,0002", "error": "0,0008", "expanded_uncertainty": "0,001"},
)


def with_points(tag, day, **changes):
    first, second = POINTS
    number = f"GCN {day}"
    return [make.row(tag, day, **changes) | first, {"certificate_no": number} | second]


def test_a_sheet_is_tried_without_changing_anything_and_then_imported(scale, known):
    rows = [make.row(scale.tag, "15/03/2024"), make.row(scale.tag, "14/03/2025"), *with_points(scale.tag, "13/03/2026")]
    found = make.checked(make.text(*rows))
    assert (found.state, found.counted, found.total) == (ImportState.CHECKED, {"new": 3}, 3)
    assert [count(table) for table in (Calibration, CalibrationPoint, CalibrationStandard)] == [0, 0, 0]
    assert not db.session.scalars(select(AuditEntry).filter_by(action="calibration.record")).all()
    actions.ask_apply(found, mode=Mode.ALL, by=None)
    actions.apply(found, step=db.session.commit)
    db.session.commit()
    first, _second, last = records()
    assert (found.state, found.counted) == (ImportState.APPLIED, {"new": 3})
    assert (first.status, first.kind, first.outcome) == (RecordStatus.ISSUED, CalibrationKind.CALIBRATION, Outcome.PASS)
    assert (first.import_id, first.approved_by_id, count(Signature)) == (found.id, None, 0)
    assert [one.due_on for one in records()] == [date(2025, 3, 15), date(2026, 3, 14), date(2027, 3, 13)]
    assert [one.moved for one in records()] == [False, False, True]
    (schedule,) = scale.schedules
    assert (scale.due_on, scale.proof, schedule.last_performed_on) == (date(2027, 3, 13), Proof.GOOD, date(2026, 3, 13))
    assert [(point.nominal, point.indication, point.unit, point.quantity) for point in last.points] == [
        (Decimal(50), Decimal("50.002"), "g", "khối lượng"),
        (Decimal(100), Decimal("100.0010"), "g", "khối lượng"),
    ]
    one, _two, three = make.judged(found)
    assert (one.number, one.calibration_id, one.name) == (2, first.id, scale.name)
    assert three.changes["points"] == 2


def compared(record):
    columns = {column.name: getattr(record, column.name) for column in Calibration.__table__.columns}
    for name in ("id", "asset_id", "import_id", "recorded_at", "content_hash"):
        columns.pop(name)
    names = sorted({column.name for column in CalibrationPoint.__table__.columns} - {"id", "calibration_id"})
    points = [{name: getattr(point, name) for name in names} for point in record.points]
    standards = [(used.asset_id, used.due_on_then, used.was_valid, used.relied_on_id) for used in record.standards]
    return columns, points, standards


def test_a_record_from_a_sheet_is_what_it_is_by_hand(scale, known):
    other = make.scale(serial_no="S-2")
    standard = make_assets.asset(name="Quả cân E2", schedules=[make_assets.schedule()])
    held = by_hand.calibration(standard, date(2023, 1, 10))
    rows = with_points(scale.tag, "15/03/2024", standards=standard.tag, note="Đã lau sạch")
    made = make.imported(make.text(*rows))
    numbers = [
        {"nominal": "50", "reference": "50.0001", "indication": "50.002", "expanded_uncertainty": "0.001"},
        {"nominal": "100", "reference": "100.0002", "indication": "100.0010", "expanded_uncertainty": "0.001"},
    ]
    twin = by_hand.calibration(
        other,
        date(2024, 3, 15),
        certificate_no="GCN 15/03/2024",
        standards=[standard.tag],
        points=[by_hand.values(**one) for one in numbers],
        note="Đã lau sạch",
    )
    db.session.commit()
    (record,) = records(import_id=made.id)
    assert compared(record) == compared(db.session.get(Calibration, twin.id))
    assert record.standards[0].relied_on_id == held.id
    assert record.content_hash == digest(record)
    edges = select(Reliance.parent_id, Reliance.standard_id, Reliance.performed_on).order_by(Reliance.child_id)
    first, second = db.session.execute(edges).all()
    assert first == second == (held.id, standard.id, date(2024, 3, 15))
    told = {
        entry.subject_key: entry.changes
        for entry in db.session.scalars(select(AuditEntry).filter_by(action="calibration.record"))
    }
    one, two = told[str(record.id)], told[str(twin.id)]
    assert one["import_id"] == [None, made.id]
    assert one["calendar_due_on"] == [None, "2025-03-15"]
    assert (one["status"], record.status) == ([None, "draft"], RecordStatus.ISSUED)  # until the sheet is whole
    beside = {"asset", "asset_id", "recorded_at", "environment", "lab_id", "status"}
    assert {name: pair for name, pair in two.items() if name not in beside} == {
        name: pair for name, pair in one.items() if name in two and name not in beside
    }


def test_history_never_rewinds_a_newer_due_date(scale):
    by_hand.calibration(scale, date(2026, 5, 1))
    db.session.commit()
    before = (scale.due_on, scale.version)
    make.imported(make.text(make.row(scale.tag, "15/03/2024"), make.row(scale.tag, "14/03/2025")))
    db.session.refresh(scale)
    assert (scale.due_on, scale.version) == before
    assert [one.moved for one in records()] == [False, False, True]


def test_the_order_of_the_sheet_does_not_matter(scale):
    make.imported(make.text(make.row(scale.tag, "14/03/2026"), make.row(scale.tag, "15/03/2024", outcome="Không đạt")))
    db.session.refresh(scale)
    assert (scale.due_on, scale.proof) == (date(2027, 3, 14), Proof.GOOD)


def test_a_printed_day_wins_and_a_failure_leaves_none(scale):
    other = make.scale(serial_no="S-2")
    rows = (
        make.row(scale.tag, "14/03/2026", valid_until="30/06/2026"),
        make.row(other.tag, "14/03/2026", outcome="Không đạt", certificate_no="X"),
    )
    make.imported(make.text(*rows))
    for one in (scale, other):
        db.session.refresh(one)
    assert (scale.due_on, other.due_on, other.proof) == (date(2026, 6, 30), None, Proof.FAILED)


def test_early_work_keeps_the_day_it_came_up_against(known):
    early = make_assets.schedule(early_days=31)
    scale = make.scale(schedules=[early])
    db.session.commit()
    make.imported(make.text(make.row(scale.tag, "15/03/2025"), make.row(scale.tag, "01/03/2026")))
    assert [one.calendar_due_on for one in records()] == [date(2026, 3, 15), date(2027, 3, 15)]


def test_the_same_sheet_again_changes_nothing(scale, known):
    content = make.text(*with_points(scale.tag, "15/03/2024", outcome=""), make.row(scale.tag, "14/03/2025"))
    make.imported(content)
    before = [compared(one) for one in records()]
    again = make.checked(content)
    assert again.counted == {"unchanged": 2}
    assert make.judged(again)[0].calibration_id == records()[0].id
    assert make.imported(content).counted == {"unchanged": 2}
    assert [compared(one) for one in records()] == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": "Không đạt"}, "outcome"),
        ({"performed_on": "14/03/2024"}, "performed_on"),
        ({"note": "khác"}, "note"),
        ({"indication": "50,003"}, "points.indication"),
    ],
)
def test_an_issued_record_is_never_changed_by_a_sheet(scale, changes, field):
    first, second = with_points(scale.tag, "15/03/2024")
    make.imported(make.text(first, second))
    found = make.checked(make.text(first | changes | {"certificate_no": "gcn  15/03/2024"}, second))
    ((where, message),) = make.wrong(found).items()
    assert where.startswith(f"{field} ")
    assert f"record {records()[0].id}" in message
    assert "amend it" in message


WRONG = {
    "in the future": ({"performed_on": "16/06/2026"}, "performed_on", "is in the future"),
    "after it was issued": ({"issued_on": "14/03/2024"}, "issued_on", "is before the day the work was done"),
    "long before the asset": ({"performed_on": "15/03/1999"}, "performed_on", "years before this asset"),
    "an unknown tag": ({"tag": "0000000000A"}, "tag", "mistyped"),
    "an unknown laboratory": ({"lab": "Phòng lạ"}, "lab", "There is no laboratory “Phòng lạ”"),
    "no laboratory": ({"lab": ""}, "lab", "Choose the laboratory"),
    "no certificate": ({"certificate_no": ""}, "certificate_no", "is needed"),
    "no day": ({"performed_on": ""}, "performed_on", "is needed"),
    "an unknown kind": ({"kind": "Sửa"}, "kind", "is not one of"),
    "no standard like this": ({"standards": "ABC"}, "standards", "compare it with the label"),
    "another unit": ({"nominal": "1", "unit": "m"}, "points.unit", "not measured in m"),
    "no unit": ({"nominal": "1"}, "points.unit", "in which unit"),
    "an error of nothing": ({"error": "1", "unit": "g"}, "points.error", "of something"),
    "another error": ({"reference": "1", "indication": "3", "error": "1", "unit": "g"}, "points.error", "not 1"),
    "k without U": ({"nominal": "1", "coverage_factor": "2", "unit": "g"}, "points.coverage_factor", "needs"),
    "a date that is none": ({"performed_on": "31/02/2024"}, "performed_on", "no day"),
    "a number that is none": ({"nominal": "mười", "unit": "g"}, "points.nominal", "mười"),
}


@pytest.mark.parametrize("why", WRONG)
def test_what_cannot_be_is_told_beside_its_cell(scale, why):
    scale.commissioned_on = date(2020, 1, 1)
    db.session.commit()
    changes, field, said = WRONG[why]
    found = make.checked(make.text(make.row(scale.tag, "15/03/2024") | changes))
    ((where, message),) = make.wrong(found).items()
    assert (where.partition(" ")[0], found.counted) == (field, {"error": 1})
    assert said in message
    assert where.endswith("2")
    with pytest.raises(NotAllGood, match="nothing was imported"):
        make.imported(make.text(make.row(scale.tag, "15/03/2024") | changes))
    db.session.rollback()
    assert count(Calibration) == 0


def test_a_standard_is_not_used_on_itself_nor_in_a_ring(scale, known):
    first = make.checked(make.text(make.row(scale.tag, "15/03/2024", standards=scale.tag)))
    assert "not its own standard" in "".join(make.wrong(first).values())
    other = make.scale(serial_no="S-2")
    db.session.commit()
    rows = (
        make.row(other.tag, "15/03/2024", standards=scale.tag, certificate_no="A"),
        make.row(scale.tag, "14/03/2024", certificate_no="B"),
        make.row(scale.tag, "16/03/2024", standards=other.tag, certificate_no="C"),
    )
    found = make.checked(make.text(*rows))
    assert {where.partition(" ")[0]: row for where, row in make.wrong(found).items()}.keys() == {"standards"}
    done = make.imported(make.text(*rows), mode=Mode.GOOD)
    assert (done.counted, len(records())) == ({"new": 2, "error": 1}, 2)


def test_a_certificate_is_recorded_once_in_a_sheet_and_of_one_kind_and_day(scale, known):
    other = make.scale(serial_no="S-2")
    db.session.commit()
    rows = (
        make.row(scale.tag, "15/03/2024", certificate_no="7/2024"),
        make.row(scale.tag, "16/03/2024", certificate_no="7/2024 "),
        make.row(other.tag, "15/03/2024", certificate_no="7/2024"),
        make.row(other.tag, "17/03/2024", certificate_no="7/2024", kind="Kiểm định"),
    )
    found = make.checked(make.text(*rows))
    assert [row.outcome for row in make.judged(found)] == ["new", "error", "new", "error"]
    assert [where.partition(" ")[0] for where in make.wrong(found)] == ["certificate_no", "certificate_no"]


def test_a_certificate_of_another_kind_in_the_registry_is_another(scale, known):
    other = make.scale(serial_no="S-2")
    by_hand.calibration(other, date(2024, 3, 15), certificate_no="7/2024")
    db.session.commit()
    found = make.checked(make.text(make.row(scale.tag, "15/03/2024", certificate_no="7/2024", kind="Kiểm định")))
    ((where, message),) = make.wrong(found).items()
    assert (where.partition(" ")[0], "is recorded already" in message) == ("certificate_no", True)


def test_assets_are_found_by_owner_and_serial_number(known):
    scale, twin = make.scale(serial_no="00123"), make.scale(serial_no="S-9")
    make.scale(serial_no="S-9", name="Cân khác")
    hidden = make.scale(serial_no="S-7", owner=ELSEWHERE)
    db.session.commit()
    more = {"owner": "Đơn vị sở hữu", "serial_no": "Số chế tạo"}
    row = {"performed_on": "15/03/2024"} | make.USUAL
    rows = (
        row | {"owner": "Trung tâm đo lường", "serial_no": "00123", "certificate_no": "1"},
        row | {"owner": CENTRE, "serial_no": twin.serial_no, "certificate_no": "2"},
        row | {"owner": ELSEWHERE, "serial_no": hidden.serial_no, "certificate_no": "3"},
        row | {"certificate_no": "4"},
    )
    technician = person_by_email(known.technician.email)
    found = make.checked(make.text(*rows, **more), by=technician)
    judged = make.judged(found)
    assert [(row.outcome, row.tag) for row in judged] == [("new", scale.tag), *[("error", None)] * 3]
    said = list(make.wrong(found).values())
    assert "2 assets of this owner" in said[0]
    assert "no asset with the serial number" in said[1]
    assert "Say which asset" in said[2]


def test_a_stranger_records_nothing_about_others(scale, known):
    stranger = person_by_email(known.stranger.email)
    found = make.checked(make.text(make.row(scale.tag, "15/03/2024")), by=stranger)
    assert (found.counted, *make.wrong(found)) == ({"error": 1}, "tag A2")


def test_a_failing_standard_opens_a_case_about_what_relied_on_it(scale, known):
    standard = make_assets.asset(name="Quả cân E2", schedules=[make_assets.schedule()])
    db.session.commit()
    rows = (
        make.row(standard.tag, "10/01/2023", certificate_no="S1"),
        make.row(scale.tag, "15/03/2023", certificate_no="C1", standards=standard.tag),
        make.row(standard.tag, "10/01/2024", certificate_no="S2", outcome="Không đạt"),
        make.row(standard.tag, "20/01/2024", certificate_no="S3"),
    )
    make.imported(make.text(*rows))
    (case,) = db.session.scalars(select(Case))
    assert (case.asset_id, case.from_on, case.until_on) == (standard.id, date(2023, 1, 10), date(2024, 1, 20))
    assert list(db.session.scalars(select(CaseItem.asset_id).filter_by(case_id=case.id))) == [scale.id]


def test_a_verification_carries_its_stamp_and_its_kind(known):
    meter = make.scale(schedules=[make_assets.schedule(ScheduleKind.VERIFICATION)])
    db.session.commit()
    more = {"stamp_no": "Số tem", "verification_kind": "Chế độ kiểm định", "received_on": "Ngày nhận"}
    row = make.row(meter.tag, "15/03/2026", kind="Kiểm định", stamp_no="T-01", verification_kind="Ban đầu")
    make.imported(make.text(row | {"received_on": "12/03/2026"}, **more))
    (record,) = records()
    assert (record.stamp_no, record.verification_kind) == ("T-01", VerificationKind.INITIAL)
    assert record.received_on == date(2026, 3, 12)


def test_a_workbook_with_dates_and_numbers_of_excel(scale):
    rows = make.lines(
        make.row(scale.tag, date(2024, 3, 15)) | {"certificate_no": "Số 1/ĐL", "nominal": 50.0, "unit": "g"},
        {"nominal": 100.0, "indication": 100.002, "stage": "Sau hiệu chỉnh"},
    )
    made = make.imported(sheets.workbook(*rows))
    (record,) = records(import_id=made.id)
    assert (record.performed_on, record.certificate_no) == (date(2024, 3, 15), "Số 1/ĐL")
    assert [(point.nominal, point.stage) for point in record.points] == [
        (Decimal(50), Stage.AS_FOUND),
        (Decimal(100), Stage.AS_LEFT),
    ]


def test_points_that_say_something_else_of_their_record_are_wrong(scale):
    first, second = with_points(scale.tag, "15/03/2024")
    found = make.checked(make.text(first, second | {"outcome": "Không đạt"}))
    ((where, message),) = make.wrong(found).items()
    assert (where.partition(" ")[0], where[-1]) == ("outcome", "3")
    assert "Row 2 says something else" in message


def test_a_sheet_of_many_records_takes_as_many_statements_a_part(scale, known):
    standard = make_assets.asset(name="Quả cân E2", schedules=[make_assets.schedule()])
    db.session.commit()

    def sent(number, first):
        days = [date(2000 + place % 20, 1 + place % 12, 1 + place % 27) for place in range(number)]
        rows = [
            make.row(scale.tag, day.isoformat(), certificate_no=f"{first}-{place}", standards=standard.tag) | POINTS[0]
            for place, day in enumerate(days)
        ]
        with statements.sent() as found:
            make.imported(make.text(*rows))
        return len(found)

    sent(1, "first")  # which asks for the work that follows an import, once for all of them
    few, many = sent(3, "a"), sent(240, "b")
    assert many == few
