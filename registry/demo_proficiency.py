"""Sample proficiency tests: a round of the department with one bad result, one of another provider, and a plan."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from registry.accounts.models import Person
from registry.demo_people import CENTRE, DEPARTMENT
from registry.kernel import clock
from registry.kernel.calendar import months_later
from registry.labs import actions as labs
from registry.labs.proficiency import actions, entering, evaluating, planning
from registry.labs.proficiency.models import PtRound
from registry.labs.proficiency.rules import Judged, MeasurandValues, RoundState, SchemeKind, Source
from registry.labs.queries import lab_field

WEIGHT: Final[MeasurandValues] = {
    "name": "Quả cân 1 kg",
    "unit": "g",
    "judged_by": Judged.EN,
    "source": Source.REFERENCE,
    "assigned_value": Decimal("1000.0010"),
    "assigned_uncertainty": Decimal("0.0006"),
    "assigned_factor": Decimal(2),
    "assigned_by": "VMI",
}
NEXT: Final[MeasurandValues] = {"name": "Quả cân 2 kg", "unit": "g", "assigned_by": "VMI"}
PRESSURE: Final[MeasurandValues] = {
    "name": "Áp suất 6 bar",
    "unit": "bar",
    "judged_by": Judged.Z,
    "source": Source.REFERENCE,
    "assigned_value": Decimal("6.002"),
    "assigned_uncertainty": Decimal("0.004"),
    "assigned_factor": Decimal(2),
    "sigma": Decimal("0.012"),
}
RESULTS: Final = (  # of 1 kg: value and U in g
    ("1000.0021", "0.0010"),
    ("1000.0004", "0.0012"),
    ("1000.0052", "0.0015"),
    ("1000.0013", "0.0008"),
    ("1000.0001", "0.0020"),
)
OTHERS: Final = ("BENHVIEN-MAU", "XANGDAU-MAU", "NUOC-MAU", CENTRE)


def take_part(local_lab: str, by: Person) -> None:
    """Let laboratories take part: the local one did badly in the round of the department, well in that of VMI."""
    today = clock.today()
    others = [f"PTN-{place}-MAU" for place, _owner in enumerate(OTHERS, 1)]
    for code, owner in zip(others, OTHERS, strict=True):
        labs.register(code=code, name=f"Phòng đo {code} (mẫu)", organisation=owner, by=None)
    own = actions.add_scheme(
        organisation=DEPARTMENT,
        name="SSLP khối lượng của tỉnh (mẫu)",
        kind=SchemeKind.COMPARISON,
        is_own=True,
        quantity="Khối lượng",
        unit="g",
        range_low=Decimal(1),
        range_high=Decimal(2000),
        by=None,
    )
    row = _round(own.id, "KL-1", "Quả cân F1 1 kg, gửi vòng", WEIGHT, months_later(today, -2))
    for code, (value, expanded) in zip([others[0], others[1], local_lab, *others[2:]], RESULTS, strict=True):
        actions.invite(row, lab=code, by=None)
        _enter(row, code, value, expanded)
    _judge(row)
    foreign = actions.add_scheme(
        organisation=CENTRE,
        name="VMI TNTT áp suất (mẫu)",
        provider="Viện Đo lường Việt Nam (mẫu)",
        kind=SchemeKind.PROFICIENCY_TEST,
        quantity="Áp suất",
        unit="bar",
        range_low=Decimal(0),
        range_high=Decimal(10),
        by=None,
    )
    row = _round(foreign.id, "AS-2", "Áp kế chuẩn 10 bar", PRESSURE, months_later(today, -5))
    actions.invite(row, lab=local_lab, code="17", by=None)
    _enter(row, local_lab, "6.011", "0.010")
    _judge(row)
    row = _round(own.id, "KL-2", "Quả cân F1 2 kg, gửi vòng", NEXT, months_later(today, 1))
    actions.invite(row, lab=local_lab, by=None)
    lab = lab_field(local_lab)
    planning.plan(lab, quantity="Khối lượng", due_on=today + timedelta(days=200), scheme=own.id, by=by)
    planning.plan(lab, quantity="Nhiệt độ", due_on=today + timedelta(days=25), scheme_name="TNTT nhiệt kế", by=by)


def _round(scheme: int, code: str, item: str, measurand: MeasurandValues, due_on: date) -> PtRound:
    row = actions.add_round(
        scheme=scheme,
        code=code,
        item=item,
        opens_on=due_on - timedelta(days=60),
        due_on=due_on,
        measurands=[measurand],
        by=None,
    )
    return evaluating.turn(row, to=RoundState.OPEN, by=None)


def _enter(row: PtRound, lab: str, value: str, expanded: str) -> None:
    entering.enter(row, lab=lab, measurand=1, value=Decimal(value), expanded_uncertainty=Decimal(expanded), by=None)


def _judge(row: PtRound) -> None:
    evaluating.turn(row, to=RoundState.CLOSED, by=None)
    evaluating.evaluate(row, by=None)
    if row.state is RoundState.EVALUATED:
        evaluating.turn(row, to=RoundState.PUBLISHED, by=None)
