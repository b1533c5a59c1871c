"""Sample inspections: one that was signed and has something to follow up, and one that is prepared for today."""

from datetime import timedelta
from decimal import Decimal

from registry.accounts.models import Person
from registry.inspection import actions as inspections
from registry.inspection.checks import actions as checks
from registry.inspection.checks.rules import CheckValues, Finding, Seal
from registry.inspection.measures import actions as measures
from registry.inspection.measures.rules import MeasureKind
from registry.inspection.minutes import actions as minutes
from registry.inspection.rules import MemberValues, State, TeamRole
from registry.kernel import clock

DECISION = "12/QĐ-SKHCN"


def inspect(department: str, inspected: str, by: Person) -> None:
    """Plan a year, and lead two visits of it."""
    today = clock.today()
    decided_on = today - timedelta(days=30)
    plan = inspections.plan_year(
        authority=department, year=today.year, title="Kế hoạch kiểm tra nhà nước về đo lường (mẫu)", by=by
    )
    team: list[MemberValues] = [{"person": by.email, "role": TeamRole.LEADER, "certificate_no": "CC-0042"}]
    sold = inspections.plan_visit(
        authority=department,
        plan=plan.id,
        subject_name="Cửa hàng xăng dầu số 7 (mẫu)",
        subject_address="Xã Chợ Mới",
        place="Xã Chợ Mới",
        planned_from=today,
        subject_types="Cột đo xăng dầu",
        team=team,
        by=by,
        decision_no=DECISION,
        decision_on=decided_on,
    )
    inspections.turn(sold, to=State.PREPARED, by=by)
    checks.receive(sold, checks=PUMPS, by=by)
    measures.decide(
        sold,
        kind=MeasureKind.REVERIFICATION,
        text="Kiểm định lại sau khi niêm phong",
        check="pump-2",
        due_on=today + timedelta(days=15),
        responsible="Chủ cửa hàng",
        by=by,
    )
    minutes.sign(sold, minutes_no="01/BB-KT", representatives=[{"name": "Chủ cửa hàng", "title": None}], by=by)
    ready = inspections.plan_visit(
        authority=department,
        plan=plan.id,
        organisation=inspected,
        planned_from=today,
        subject_types="Cân, quả cân, bình đong",
        team=team,
        by=by,
        decision_no=DECISION,
        decision_on=decided_on,
    )
    inspections.turn(ready, to=State.PREPARED, by=by)


PUMPS: list[CheckValues] = [
    {
        "key": "pump-1",
        "name": "Cột đo xăng dầu 1",
        "kind": "Cột đo xăng dầu",
        "serial_no": "T-101",
        "seal": Seal.INTACT,
    },
    {
        "key": "pump-2",
        "name": "Cột đo xăng dầu 2",
        "kind": "Cột đo xăng dầu",
        "serial_no": "T-102",
        "seal": Seal.BROKEN,
        "error_value": Decimal("-0.62"),
        "error_limit": Decimal("0.5"),
        "error_unit": "%",
        "findings": [Finding.ALTERED],
        "remark": "Kẹp chì bộ đếm bị đứt",
    },
]
