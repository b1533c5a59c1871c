"""The whole plan as of a day, as it is known now or exactly as it was known at an instant."""

from datetime import date, datetime, timedelta

from registry.kernel import clock
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day
from registry.plan import doubting, progress, tallies
from registry.plan.adjustments import queries as adjustments
from registry.plan.counts import queries as counts
from registry.plan.document import RowKind
from registry.plan.links import carrying
from registry.plan.models import Plan, PlanVersion
from registry.plan.progress import Rollup
from registry.plan.rollups import knowledge

Known = str | date | datetime  # a text is "then": what was known on the day that is asked about


def instant_of(known: Known | None, on: date) -> datetime | None:
    """The instant up to which things are known: an instant itself, or the last one of a day; None is now."""
    if known is None or isinstance(known, datetime):
        return known
    day = known if isinstance(known, date) else on
    return clock.start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def day_of(on: date | None, known: Known | None) -> date:
    """The day to look at: the one that is said, or else the one up to which things are known, or today."""
    if on is not None or known is None or isinstance(known, str):
        return on or clock.today()
    return clock.local(known).date() if isinstance(known, datetime) else known


def current_version(plan: Plan) -> PlanVersion:
    """The version in force today, whenever it was loaded, with its periods, rows, targets and budgets."""
    return adjustments.version_on(plan, clock.today())


def version_on(plan: Plan, on: date, known_at: datetime | None) -> PlanVersion:
    """The version in force on a day, as is known now or was known at an instant; raises Invalid beside `known`."""
    found = adjustments.version_on(plan, on, known_at=known_at)
    if known_at is not None and found.loaded_at > known_at:
        day = said_day(clock.local(found.loaded_at).date())
        message = _("The registry knows this plan since %(day)s; ask for what was known later.", day=day)
        raise Invalid({"known": [message]})
    return found


def rollup(plan: Plan, on: date, known_at: datetime | None = None) -> Rollup:
    """The whole plan as of a day; the number of statements does not depend on its evidence.

    It is judged by the version in force on that day. Without `known_at` the day is seen with all that is known now.
    With it, this is what the registry would have answered at that instant, see `knowledge`. Doubts are those of that
    day, or of that instant, see `doubting`.
    """
    version = version_on(plan, on, known_at)
    rows, spans = progress.counted_rows(version), progress.spans_of(version)
    reach = carrying.counting(version, on, known_at)
    known = knowledge.at(known_at, reach.ids)
    by_row = {row.code: row for row in rows}
    kept = counts.present(reach.rows, reach.spans, on) if known_at is None else None
    every, some = tallies.tallies, tallies.kept_tallies
    about = reach.rows, reach.spans, on
    counted = every(*about, known) if kept is None else some(*about, kept)
    doubted = doubting.in_doubt(reach.rows, on, known, kept)
    leaves = [row for row in rows if row.kind is RowKind.LEAF]
    sums = tallies.moved([row.indicator_id for row in leaves if row.indicator_id], spans, on, known_at)
    money = [progress.money(row, sums, spans) for row in leaves]
    return Rollup(
        gone=tallies.gone(rows, on) if kept is None else kept.gone,
        plan=plan,
        version=version,
        on=on,
        known_at=known_at,
        indicators=[
            progress.indicator(
                row,
                by_row,
                counted.get(row.code, {}),
                spans,
                on,
                doubts=doubted.get(row.code, ()),
                base=reach.base(row.code, counted),
            )
            for row in rows
        ],
        money=money,
        money_periods=progress.by_period(money, spans),
        money_total=progress.added(None, [row.total for row in money]),
    )
