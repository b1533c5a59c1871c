"""A sample laboratory on its way to ISO/IEC 17025: half of its self-assessment, some gaps, one of them late."""

from datetime import timedelta
from typing import Final, NamedTuple

from registry.accounts.models import Person
from registry.kernel import clock
from registry.kernel.db import db
from registry.labs import actions as labs
from registry.labs.criteria import actions, correcting, files, gaps, loading, queries
from registry.labs.criteria.models import Assessment
from registry.labs.criteria.rules import Grade, Kind, Mark
from registry.labs.rules import Iso17025Status

SET: Final = "ISO-IEC-17025-2017"
LAB: Final = "PTN-CHUANBI-MAU"
HALF: Final = 40


class Gap(NamedTuple):
    """What was found at a criterion, and what is done about it: until so many days from today, None for nothing yet."""

    mark: Mark
    grade: Grade
    finding: str
    what: str = ""
    due_in: int | None = None


GAPS: Final = {
    "4.1.b": Gap(Mark.PARTLY, Grade.MINOR, "Đã nêu nguy cơ mất khách quan nhưng chưa có biện pháp cho từng nguy cơ"),
    "6.2.c": Gap(
        Mark.NO,
        Grade.MAJOR,
        "Chưa có văn bản giao quyền ký kết quả và duyệt phương pháp",
        "Ban hành quyết định giao quyền cho từng phép đo",
        -9,
    ),
    "6.4.7": Gap(
        Mark.PARTLY,
        Grade.MINOR,
        "Chương trình hiệu chuẩn có, chưa nêu căn cứ của chu kỳ",
        "Xem xét chu kỳ theo kết quả các lần trước, ghi căn cứ",
        25,
    ),
    "6.4.10": Gap(
        Mark.NO,
        Grade.OBSERVATION,
        "Quả cân chuẩn chưa được kiểm tra giữa kỳ",
        "Viết quy trình kiểm tra giữa kỳ và lập biểu đồ kiểm soát",
        40,
    ),
    "6.5.2": Gap(
        Mark.PARTLY,
        Grade.MAJOR,
        "Hai giấy chứng nhận không cho thấy phạm vi được công nhận vào ngày hiệu chuẩn",
        "Hỏi nơi hiệu chuẩn, bổ sung bằng chứng hoặc hiệu chuẩn lại",
        12,
    ),
}


def begin(organisation: str, technician: Person, manager: Person) -> None:
    """A laboratory that prepares, and the half of its self-assessment."""
    loading.load(files.read(SET), by=None)
    labs.register(
        code=LAB,
        name="Phòng hiệu chuẩn khối lượng (mẫu)",
        organisation=organisation,
        iso17025_status=Iso17025Status.PREPARING,
        by=None,
    )
    made = actions.open_assessment(
        criteria_set=SET,
        kind=Kind.SELF,
        lab=LAB,
        assessors=[manager.name, technician.name],
        started_on=clock.today() - timedelta(days=30),
        by=technician,
    )
    found = queries.by_id(technician, made.id)
    for line in queries.lines(found)[:HALF]:
        gap = GAPS.get(line.criterion.code)
        if gap is None:
            actions.answer(found, line, mark=Mark.YES, by=technician)
        else:
            _found(found, line, gap, technician, manager)


def _found(found: Assessment, line: queries.Line, gap: Gap, technician: Person, manager: Person) -> None:
    given = actions.answer(found, line, mark=gap.mark, words="", grade=gap.grade, finding=gap.finding, by=technician)
    if gap.due_in is None:
        return
    finding, due_on = gaps.finding(manager, given.id), clock.today() + timedelta(days=gap.due_in)
    action = correcting.plan(
        finding, what=gap.what, owner=technician.email, due_on=max(due_on, clock.today()), by=manager
    )
    action.due_on = due_on  # nobody may plan for a day that has passed; this one was planned before it
    db.session.flush()
