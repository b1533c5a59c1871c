"""The board of a plan as of a day: as many statements for a plan with much evidence as for an empty one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.kernel.i18n import current_locale
from registry.plan import measures
from registry.plan import queries as plans
from registry.plan.board import places
from registry.plan.board.places import Place
from registry.plan.board.rules import Gap, Lack, mark, ordered
from registry.plan.board.waiting import Waiting, waiting
from registry.plan.duties import queries as duties
from registry.plan.duties.queries import Task
from registry.plan.duties.rules import State
from registry.plan.focus import queries as focus
from registry.plan.focus.queries import Standing
from registry.plan.focus.rules import is_stale
from registry.plan.going_on import goes_on_from
from registry.plan.models import Plan, PlanRow
from registry.plan.progress import IndicatorProgress, Rollup, targets_of
from registry.plan.rules import Mode, PeriodResult, Verdict

AHEAD: Final = timedelta(days=365)
LACKS: Final[Mapping[Verdict, Lack]] = {Verdict.MISSED: Lack.MISSED, Verdict.BEHIND: Lack.BEHIND}


class Board(NamedTuple):
    """All of it: `marks` says where a steady pace would stand, in percent, by (row code, period code).

    `counted_at` is the moment of what is said to wait for a decision, None where that is of now or not said.
    """

    rollup: Rollup
    marks: Mapping[tuple[str, str], float]
    places: Sequence[Place]
    calendar: Sequence[Task]
    gaps: Sequence[Gap]
    focus: Standing
    counted_at: datetime | None = None


def board(plan: Plan, person: Person | None, on: date) -> Board:
    """The board as of a day; places and what proposes itself only as far as the person may see them."""
    rollup = plans.rollup(plan, on)
    tasks = [task for task in duties.tasks(plan, on, until=on + AHEAD) if task.state is not State.DONE]
    standing = focus.standing(plan, on)
    by_code = {line.row.code: line for line in rollup.indicators}
    proposed = _proposed(rollup, person)
    numbers = _of_numbers(rollup, proposed.numbers)
    return Board(
        rollup=rollup,
        marks={
            (line.row.code, result.span.code): mark(
                result.official.target or 0, result.span, on, _base(line, result, by_code)
            )
            for line in rollup.indicators
            for result in line.periods
        },
        places=places.places(person, on),
        calendar=tasks,
        gaps=ordered([*numbers, *_of_money(rollup), *_of_duties(tasks), *_of_focus(standing, on)]),
        focus=standing,
        counted_at=proposed.counted_at,
    )


def _base(line: IndicatorProgress, result: PeriodResult, by_code: Mapping[str, IndicatorProgress]) -> int:
    """Where a running total starts: the most promised for an earlier period, here or by what it goes on from."""
    if result.official.mode is not Mode.CUMULATIVE:
        return 0
    rows = {code: one.row for code, one in by_code.items()}
    earlier = {one.span.code for one in line.periods if one.span.end < result.span.start}
    promised, row = [line.base or 0], line.row
    while True:
        promised += [value or 0 for code, value in targets_of(row).items() if code in earlier]
        before = goes_on_from(row, rows)
        if before is None:
            return max(promised)
        row = before


def _of_numbers(rollup: Rollup, proposed: Mapping[int, int]) -> Iterator[Gap]:
    """Rows that are missed or behind, and those that count what does not hold any more."""
    for line in rollup.indicators:
        own = line.row.indicator_id or 0
        waiting, gone = proposed.get(own, 0), rollup.gone.get(own, 0) + (line.in_doubt or 0)
        late = [one for one in line.periods if one.official.verdict in LACKS]
        for one in late[-1:]:
            yield Gap(
                LACKS[one.official.verdict],
                code=line.row.code,
                title=titled(line.row),
                period=one.span.code,
                value=one.official.value,
                target=one.official.target or 0,
                proposed=waiting,
                fallen=gone,
            )
        if not late and gone:
            yield Gap(Lack.FALLEN, code=line.row.code, title=titled(line.row), proposed=waiting, fallen=gone)


def _of_money(rollup: Rollup) -> Iterator[Gap]:
    for line in rollup.money:
        left = line.total.allocated - line.total.disbursed
        if left > 0:
            yield Gap(Lack.UNSPENT, code=line.row.code, title=titled(line.row), amount=left)


def _of_duties(tasks: Sequence[Task]) -> Iterator[Gap]:
    for task in tasks:
        if task.state is State.OVERDUE:
            yield Gap(Lack.OVERDUE, code=task.duty.code, title=task.called, key=task.duty.id, day=task.duty.due_on)


def _of_focus(standing: Standing, on: date) -> Iterator[Gap]:
    if standing.confirmed and is_stale(standing.reviewed_on, on):
        yield Gap(Lack.STALE, day=standing.reviewed_on)


def _proposed(rollup: Rollup, person: Person | None) -> Waiting:
    """How many records wait for a decision at each indicator, for who decides about them."""
    if person is not None and not accounts.may(person, Verb.EVIDENCE_DECIDE, rollup.plan.lead_id):
        return Waiting({})
    asked = measures.question(rollup.plan, rollup.version, rollup.on, None)
    return waiting(asked, [line.row for line in rollup.indicators])


def titled(row: PlanRow) -> str:
    """A row's title in the language of the request."""
    return row.title_en if current_locale() == "en" else row.title_vi
