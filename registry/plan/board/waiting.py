"""How many records that measures propose wait for a decision: counted in the background, said with the moment.

Only what is many is kept: assets and activities. What a measure proposes of them on a day is what it proposes later and
counts by that day, so that one count by day answers for every day. The rest is few, and counted for every look.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Final, NamedTuple

from sqlalchemy import and_, delete, func, insert, select

from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db, one_at_a_time
from registry.plan import measures, progress
from registry.plan.board.models import ProposalCount, ProposalsCounted
from registry.plan.document import Fact
from registry.plan.measures import Question
from registry.plan.models import Plan, PlanRow, PlanVersion

KEPT: Final = frozenset({Fact.COMMISSIONED_ASSETS, Fact.ACTIVITIES})
SHARE: Final = 20  # at most a twentieth of the time is spent on counting
OPEN: Final = timedelta(minutes=10)  # so long may a transaction take that has written to the log and is not seen yet
ROWS: Final = 2000  # of a statement


class Waiting(NamedTuple):
    """How much waits by indicator; `counted_at` is the moment of what is kept, None where everything is of now."""

    numbers: Mapping[int, int]
    counted_at: datetime | None = None


def waiting(asked: Question, rows: Sequence[PlanRow]) -> Waiting:
    """What waits for a decision at some rows of a version: two statements; what is not kept yet is counted."""
    of_version = ProposalCount.version_id == ProposalsCounted.version_id
    wanted = select(ProposalsCounted.counted_at, ProposalCount.indicator_id, func.sum(ProposalCount.number))
    wanted = wanted.outerjoin(ProposalCount, and_(of_version, ProposalCount.on <= asked.last_day))
    wanted = wanted.where(ProposalsCounted.version_id == asked.version.id)
    kept = db.session.execute(wanted.group_by(ProposalsCounted.counted_at, ProposalCount.indicator_id)).all()
    few = measures.numbers(asked, rows, without=KEPT if kept else ())
    if few is None:
        return Waiting({})
    numbers: Counter[int] = Counter()
    for indicator_id, number in db.session.execute(few):
        numbers[indicator_id] += number
    for _at, indicator_id, number in kept:
        if indicator_id is not None:
            numbers[indicator_id] += int(number)
    return Waiting(numbers, kept[0].counted_at if kept else None)


class Counted(NamedTuple):
    """What waited at the rows of a version at a moment, by indicator and day; `took` is in ms."""

    version_id: int
    counted_at: datetime
    took: int
    numbers: Mapping[tuple[int, date], int]


def due() -> list[int]:
    """The keys of versions that were never counted, or since when anything was done that may change what waits.

    After each counting comes a pause of SHARE times what all of them took.
    """
    done = ProposalsCounted
    wanted = select(PlanVersion.id, done.counted_at, func.coalesce(done.took, 0).label("took"))
    found = db.session.execute(wanted.outerjoin(done, done.version_id == PlanVersion.id).order_by(PlanVersion.id)).all()
    pause = timedelta(milliseconds=SHARE * sum(row.took for row in found))
    last, now = db.session.scalar(select(AuditEntry.at).order_by(AuditEntry.at.desc()).limit(1)), clock.now()

    def may_have_changed(since: datetime | None) -> bool:
        return since is None or (now >= since + pause and last is not None and last > since - OPEN)

    return [row.id for row in found if may_have_changed(row.counted_at)]


def count(version_id: int) -> Counted:
    """What waits at the rows of a version, on whatever day of its plan; reads all that its measures read."""
    now, since = clock.now(), perf_counter()
    wanted = select(Plan, PlanVersion).join(PlanVersion, PlanVersion.plan_id == Plan.id)
    plan, version = db.session.execute(wanted.where(PlanVersion.id == version_id)).one()
    asked = measures.question(plan, version, version.periods[-1].end_on, None)
    union = measures.measured(asked, progress.counted_rows(version), KEPT)
    numbers: dict[tuple[int, date], int] = {}
    if union is not None:
        found = union.subquery("proposed")
        grouped = select(found.c.indicator_id, found.c.counted_on, func.count())
        for indicator_id, on, number in db.session.execute(grouped.group_by(found.c.indicator_id, found.c.counted_on)):
            numbers[indicator_id, on] = number
    return Counted(version_id, now, round(1000 * (perf_counter() - since)), numbers)


def keep(counted: Counted) -> None:
    """Put what was counted in the place of what was kept, unless that is of a later moment."""
    one_at_a_time("proposal counts")
    version_id, counted_at, took, numbers = counted
    kept = db.session.scalar(select(ProposalsCounted.counted_at).where(ProposalsCounted.version_id == version_id))
    if kept is not None and kept > counted_at:
        return
    connection = db.session.connection()  # what is kept is no object of anybody's
    connection.execute(delete(ProposalCount).where(ProposalCount.version_id == version_id))
    connection.execute(delete(ProposalsCounted).where(ProposalsCounted.version_id == version_id))
    rows = [
        {"version_id": version_id, "indicator_id": indicator_id, "on": on, "number": number}
        for (indicator_id, on), number in sorted(numbers.items())
    ]
    for first in range(0, len(rows), ROWS):
        connection.execute(insert(ProposalCount), rows[first : first + ROWS])
    connection.execute(insert(ProposalsCounted).values(version_id=version_id, counted_at=counted_at, took=took))
