"""Sample laboratories' histories: one was suspended for a while, one prepares, one is designated by the state."""

from datetime import date, timedelta
from typing import cast

from registry.demo_people import CENTRE
from registry.kernel import clock
from registry.kernel.calendar import months_later
from registry.labs import actions, queries
from registry.labs.decisions import actions as decisions
from registry.labs.journey import Step
from registry.labs.rules import LabKind, RecognitionKind, RecognitionValues
from registry.labs.staff import actions as staff
from registry.labs.staff.rules import Duty, StaffValues
from registry.labs.standing import DecisionKind

PREPARING, DESIGNATED = "PTN-KHOILUONG-MAU", "PTN-KIEMDINH-MAU"


def complete(local: str, chief: str) -> None:
    """Give the sample laboratories of the plan's province their kinds, people and past."""
    today = clock.today()
    _suspend(chief, today)
    kinds = [LabKind.CALIBRATION, LabKind.VERIFICATION]
    actions.edit(queries.by_code(local), kinds=kinds, sites=[{"name": "Cơ sở chính (mẫu)", "address": ""}], by=None)
    people = [
        _person(Duty.MANAGER, "Hà Thị Quản", title="Trưởng phòng"),
        _person(Duty.SIGNATORY, "Nông Văn Kỹ", covers="Khối lượng", valid_until=today + timedelta(days=25)),
        _person(Duty.VERIFIER, "Triệu Văn Cân (mẫu)", number="KĐV 0001 (mẫu)", valid_until=months_later(today, 20)),
    ]
    staff.replace(queries.by_code(local), staff=people, by=None)
    actions.register(
        code=PREPARING,
        name="Phòng khối lượng (mẫu)",
        organisation=CENTRE,
        kinds=[LabKind.CALIBRATION, LabKind.IN_HOUSE],
        by=None,
    )
    evidence = "Kế hoạch xây dựng hệ thống quản lý (mẫu)"
    decisions.declare_step(
        queries.by_code(PREPARING), step=Step.PREPARING, on=months_later(today, -5), evidence=evidence, by=None
    )
    designation: RecognitionValues = {
        "kind": RecognitionKind.DESIGNATION,
        "number": "0001/QĐ-TĐC (mẫu)",
        "issuer": "Cơ quan chỉ định (mẫu)",
        "granted_on": months_later(today, -10),
        "valid_until": months_later(today, 50),
        "ended_on": None,
        "covers": "Kiểm định cân và đồng hồ nước",
    }
    actions.register(
        code=DESIGNATED,
        name="Phòng kiểm định được chỉ định (mẫu)",
        organisation=CENTRE,
        kinds=[LabKind.VERIFICATION],
        recognitions=[designation],
        by=None,
    )


def _suspend(code: str, today: date) -> None:
    """A laboratory was suspended for six weeks last year, and reinstated."""
    held = queries.by_code(code).accreditations[-1]
    first = months_later(held.granted_on, 3)
    for kind, day, number in (
        (DecisionKind.SUSPENDED, first, "0010/QĐ (mẫu)"),
        (DecisionKind.REINSTATED, first + timedelta(days=42), "0015/QĐ (mẫu)"),
    ):
        decisions.record(
            queries.by_code(code),
            accreditation=held.number,
            kind=kind,
            effective_on=day,
            decided_on=min(day, today),
            number=number,
            reason="Theo yêu cầu của phòng khi chuyển địa điểm (mẫu)",
            by=None,
        )
    actions.edit(queries.by_code(code), kinds=[LabKind.CALIBRATION], by=None)


def _person(duty: Duty, name: str, **said: str | date) -> StaffValues:
    """A person of a laboratory, of whom only what is said here is known."""
    unsaid = dict.fromkeys(
        ("person", "title", "phone", "email", "number", "issuer", "covers", "valid_from", "valid_until")
    )
    return cast("StaffValues", {"duty": duty, "name": name} | unsaid | said)
