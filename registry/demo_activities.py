"""Sample activities and money around the real plan: invented courses, meetings, programmes and decisions."""

from datetime import date
from typing import Any

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.kernel import clock
from registry.plan import actions as plans
from registry.plan.activities import actions
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import ActivityKind, Aspect, Ownership, ParticipantKind, Stage, StepValues
from registry.plan.activities.rules import Person as Listed
from registry.plan.evidence import actions as evidence
from registry.plan.models import MoneyKind, Plan, RecordType
from registry.plan.records import Record

NEWEST = date(2026, 3, 25)
ENTERPRISES = (
    ("XANGDAU-MAU", "Xăng dầu", Ownership.STATE, "Đức Xuân"),
    ("NUOC-MAU", "Nước sạch", Ownership.COOPERATIVE, "Na Rì"),
)
NAMES = ("Nguyễn Văn An", "Hoàng Thị Bích", "Nông Văn Chiến", "Triệu Thị Dung", "Lý Văn Em", "Bàn Thị Giang")
DONE, SORT = ActivityKind, Aspect
PLAIN = (
    (
        DONE.COMMUNICATION,
        "Phóng sự “Đo lường đúng, mua bán công bằng”",
        date(2020, 10, 12),
        SORT.TELEVISION,
        2,
        "I.1",
    ),
    (DONE.COMMUNICATION, "Chuyên mục đo lường trên Báo Bắc Kạn", date(2023, 5, 18), SORT.PRESS, 3, "I.1"),
    (
        DONE.CONFERENCE,
        "Kỷ niệm Ngày Đo lường Việt Nam 20/01",
        date(2022, 1, 20),
        SORT.METROLOGY_DAY,
        1,
        "I.2",
    ),
    (DONE.CONFERENCE, "Hội thảo liên kết chuẩn đo lường", date(2026, 1, 20), SORT.SEMINAR, 1, "I.2"),
    (
        DONE.POLICY_REVIEW,
        "Rà soát văn bản về đo lường của tỉnh",
        date(2021, 9, 30),
        SORT.AMENDED,
        2,
        "II.1.-",
    ),
    (
        DONE.COORDINATION,
        "Trao đổi kinh nghiệm với tỉnh Cao Bằng",
        date(2024, 2, 29),
        SORT.OUTSIDE,
        1,
        "II.3.b",
    ),
    (DONE.SURVEY, "Khảo sát doanh nghiệp xăng dầu, nước sạch", date(2022, 6, 15), None, 6, "II.4.a"),
    (DONE.SURVEY, "Khảo sát doanh nghiệp chế biến nông sản", date(2026, 3, 25), None, 4, None),
)
MONEY = (
    ("I.1", MoneyKind.ALLOCATED, 60_000_000, date(2020, 2, 10), "local_budget", "215/QĐ-UBND"),
    ("I.1", MoneyKind.DISBURSED, 57_500_000, date(2020, 11, 30), "local_budget", "UNC 118"),
    ("II.2.c", MoneyKind.ALLOCATED, 400_000_000, date(2021, 1, 20), "local_budget", "96/QĐ-UBND"),
    ("II.2.c", MoneyKind.DISBURSED, 312_450_000, date(2021, 8, 12), "local_budget", "UNC 64"),
    ("II.2.a", MoneyKind.ALLOCATED, 1_500_000_000, date(2021, 1, 20), "central_support", "97/QĐ-UBND"),
    ("II.2.a", MoneyKind.DISBURSED, 1_486_300_000, date(2021, 4, 29), "central_support", "UNC 31"),
)


def carry_out(plan: Plan, department: str, planner: Person) -> None:
    """What was done from 2019 to 2026, some of it counted, some waiting to be decided, and money that moved."""
    if clock.today() < NEWEST:  # what has not come yet is not recorded
        return
    for code, sector, ownership, commune in ENTERPRISES:
        said: dict[str, Any] = {"sector": sector, "ownership": ownership, "commune": commune}
        actions.register_enterprise(code=code, name_vi=code, parent="UBND-THAINGUYEN", by=None, **said)
    for kind, title, day, aspect, quantity, counted in PLAIN:
        what: dict[str, Any] = {"kind": kind, "title": title, "aspect": aspect, "quantity": quantity}
        made = actions.record(**what, organiser=_now(department, day), held_from=day, by=None)
        _count(plan, made, counted, planner)
    for day, names, counted in ((date(2021, 7, 6), NAMES[:4], "II.2.c"), (date(2025, 4, 8), NAMES[2:], "II.2.c")):
        course: dict[str, Any] = {
            "kind": ActivityKind.TRAINING,
            "title": "Tập huấn quản lý đo lường tại doanh nghiệp",
            "sessions": 2,
        }
        made = actions.record(**course, organiser=_now(department, day), held_from=day, by=None)
        people = [Listed(name, "Công ty Xăng dầu Sông Cầu", ParticipantKind.ENTERPRISE) for name in names]
        actions.list_people(made, people=people, by=None)
        _count(plan, made, counted, planner)
    _adopt(plan, department, planner)
    for indicator, moved, amount, on, source, document in MONEY:
        booked: dict[str, Any] = {"indicator": indicator, "kind": moved, "amount": amount, "on": on, "source": source}
        plans.book_money(plan, **booked, document=document, document_on=on, by=planner)


def _now(department: str, day: date) -> str:
    """Who answers for the department on a day: provinces were merged in 2025."""
    return accounts.successor(accounts.organisation_field(department), day).code


def _adopt(plan: Plan, department: str, planner: Person) -> None:
    """One enterprise adopted its programme, another is still on the way."""
    stages = ((Stage.SELECTED, date(2022, 7, 1), None), (Stage.ADOPTED, date(2023, 3, 15), "12/QĐ-XD"))
    programme: dict[str, Any] = {"kind": ActivityKind.ADOPTION, "title": "Chương trình đảm bảo đo lường"}
    for subject, reached in (("XANGDAU-MAU", stages), ("NUOC-MAU", stages[:1])):
        steps = [StepValues(stage=stage, on=on, document_no=document) for stage, on, document in reached]
        made = actions.record(
            **programme, aspect=Aspect.PRIVATE, organiser=department, subject=subject, steps=steps, by=None
        )
        _count(plan, made, "B25.3" if reached is stages else None, planner)


def _count(plan: Plan, made: Activity, indicator: str | None, planner: Person) -> None:
    if indicator is not None:
        evidence.count_evidence(plan, indicator=indicator, record=Record(RecordType.ACTIVITY, str(made.id)), by=planner)
