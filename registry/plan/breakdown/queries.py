"""What the numbers of a plan are made of as of a day, and the records behind a part."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import String, literal_column, or_, select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _, current_locale
from registry.kernel.text import shown
from registry.plan import progress, records
from registry.plan.breakdown.bodies import MOST_NAMED, Bodies
from registry.plan.breakdown.cells import Asked, spreads
from registry.plan.breakdown.ownership import owner
from registry.plan.breakdown.parts import HIDDEN, UNKNOWN, Cut, Part, parts
from registry.plan.breakdown.rules import Broken, By, Spread, broken, cells, scoped
from registry.plan.counts.wanted import feeds
from registry.plan.evidence import queries as evidenced
from registry.plan.evidence.lines import EvidenceLine
from registry.plan.links import carrying
from registry.plan.links.carrying import Counting
from registry.plan.models import Evidence, EvidenceState, Plan, PlanRow, PlanVersion
from registry.plan.rollups import knowledge
from registry.plan.rollups.queries import Known, day_of, instant_of, version_on
from registry.plan.rules import Mode, Span

FIRST: Final = 5
BY_PART: Final = paging.Order((literal_column("part_of_number", String),))


class Line(NamedTuple):
    """One number and its parts: they add up to `value` and `overlap`, what counts in several parts and once in all."""

    row: PlanRow
    value: int
    overlap: int
    parts: Sequence[Part]

    @property
    def title(self) -> str:
        """What the number is called, in the language of the request."""
        return str(getattr(self.row, f"title_{current_locale()}"))

    @property
    def unit(self) -> str | None:
        """What is counted, likewise."""
        said: str | None = getattr(self.row, f"unit_{current_locale()}")
        return said

    @property
    def first(self) -> Sequence[Part]:
        """The parts that are told at once."""
        return self.parts[:FIRST]

    @property
    def parts_total(self) -> int:
        """How many parts there are."""
        return len(self.parts)


class Breakdown(NamedTuple):
    """Numbers of a period of a plan as of a day; `known_at` is the instant up to which things are known, None is now.

    Who took over from whom, and who holds what, is as the registry knows it now.
    """

    plan: Plan
    version: PlanVersion
    on: date
    known_at: datetime | None
    by: By
    span: Span
    lines: Sequence[Line]


class Seen(NamedTuple):
    """How a plan is looked at: by what, in which period, as of when, as known when."""

    by: By
    on: date
    known_at: datetime | None = None
    period: str | None = None


def seen(*, by: By, period: str | None = None, on: date | None = None, known: Known | None = None) -> Seen:
    """How a plan is looked at, as addresses say it."""
    day = day_of(on, known)
    return Seen(by, day, instant_of(known, day), period)


def breakdown(plan: Plan, person: Person | None, seen: Seen, *, indicator: str | None = None) -> Breakdown:
    """Every number of a period by parts, or that of one indicator; raises NotFound and Invalid.

    As many statements for much evidence and many organisations as for none. What belongs to organisations whose
    records are not for the person is one part without a name.
    """
    version = version_on(plan, seen.on, seen.known_at)
    counts = carrying.counting(version, seen.on, seen.known_at)
    at = _period(counts, seen)
    found = _spreads(version, seen, counts, at, indicator)
    spread_of = {row.code: scoped(spread, row.mode or Mode.PER_PERIOD, at) for row, spread in found}
    cut = _cut(spread_of.values(), person, seen)
    return Breakdown(
        plan=plan,
        version=version,
        on=seen.on,
        known_at=seen.known_at,
        by=seen.by,
        span=counts.spans[at],
        lines=[_line(row, spread_of[row.code], cut) for row, _spread in found],
    )


def page_of(line: Line, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None) -> paging.Page[Part]:
    """Some of the parts of a number, in their order."""
    after = paging.place_of(cursor, BY_PART)[0] if cursor else None
    first = next((at + 1 for at, part in enumerate(line.parts) if part.key == after), 0)
    found = line.parts[first : first + limit]
    more = first + limit < len(line.parts)
    return paging.Page(found, paging.cursor_after([found[-1].key], BY_PART) if more else None, len(line.parts))


def records_of(
    plan: Plan,
    person: Person | None,
    seen: Seen,
    *,
    indicator: str,
    part: str,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
) -> tuple[Line, Part, paging.Page[EvidenceLine]]:
    """What counts in a part of a number and the person may see, newest day first; raises NotFound.

    These are the decisions as they stand now, up to the day.
    """
    version = version_on(plan, seen.on, seen.known_at)
    counts = carrying.counting(version, seen.on, seen.known_at)
    spans, at = counts.spans, _period(counts, seen)
    ((row, spread),) = _spreads(version, seen, counts, at, indicator)
    mode = row.mode or Mode.PER_PERIOD
    mine = scoped(spread, mode, at)
    cut = _cut([mine], person, seen)
    line = _line(row, mine, cut)
    named = next((one for one in line.parts if one.key == part), None)
    if named is None or named.key == HIDDEN:
        raise NotFound(_("This number has no such part: %(part)s.", part=shown(part)))
    first = spans[0 if mode is Mode.CUMULATIVE else at].start
    wanted = select(Evidence).where(
        Evidence.indicator_id.in_(feeds(counts.rows)[row.code]),
        Evidence.state == EvidenceState.COUNTED,
        Evidence.counted_on.between(first, min(seen.on, spans[at].end)),
        records.visible_evidence(person),
    )
    if seen.by is By.YEAR:
        year = int(part)
        wanted = wanted.where(Evidence.counted_on.between(date(year, 1, 1), date(year, 12, 31)))
    else:
        whose = owner(knowledge.NOW)
        keys = sorted(_own(mine, cut).get(part, ()))
        among = (whose.in_(keys[start : start + MOST_NAMED]) for start in range(0, len(keys), MOST_NAMED))
        wanted = wanted.where(whose.is_(None) if part == UNKNOWN and not keys else or_(*among))
    page = paging.page(wanted, evidenced.NEWEST, limit=limit, cursor=cursor)
    return line, named, paging.Page(evidenced.lines(page.items, person), page.next)


def _period(counts: Counting, seen: Seen) -> int:
    """The place of the period asked for; when none is, of the one that holds the day, or else began last."""
    own = {span.code: at for at, span in enumerate(counts.spans) if span.code != carrying.BEFORE}
    if seen.period is None:
        return max((at for at in own.values() if counts.spans[at].start <= seen.on), default=min(own.values()))
    if seen.period in own:
        return own[seen.period]
    codes = ", ".join(own)
    message = _("The plan has no period %(code)s; it has these: %(codes)s.", code=shown(seen.period), codes=codes)
    raise Invalid({"period": [message]})


def _spreads(
    version: PlanVersion, seen: Seen, counts: Counting, at: int, indicator: str | None
) -> list[tuple[PlanRow, Spread]]:
    rows = progress.counted_rows(version)
    asked_for = [row for row in rows if indicator in {None, row.code}]
    if not asked_for:
        raise NotFound(_("The plan has no indicator with the code “%(code)s”.", code=shown(indicator or "")))
    known = knowledge.at(seen.known_at, counts.ids)
    found = spreads(asked_for, feeds(counts.rows), Asked(counts.spans[: at + 1], seen.on, known))
    return [(row, found[row.code]) for row in asked_for]


def _cut(found: Collection[Spread], person: Person | None, seen: Seen) -> Cut:
    if seen.by is By.YEAR:
        return Cut(seen.by, Bodies((), seen.on), None)
    ids = {cell.body for spread in found for cell in cells(spread) if cell.body is not None}
    reach = accounts.reach(person) if person is not None else None
    mine = None if reach is None else set(db.session.scalars(reach))
    return Cut(seen.by, Bodies(ids, seen.on), mine)


def _own(spread: Spread, cut: Cut) -> Mapping[str, set[int]]:
    """The bodies whose records are in each part."""
    own: dict[str, set[int]] = {}
    for cell in cells(spread):
        if cell.body is not None:
            own.setdefault(cut.part_of(cell), set()).add(cell.body)
    return own


def _line(row: PlanRow, spread: Spread, cut: Cut) -> Line:
    whole: Broken = broken(spread, cut.part_of)
    return Line(row, whole.whole, whole.overlap, parts(whole, cut, _own(spread, cut)))
