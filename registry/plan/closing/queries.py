"""Up to which day a plan is closed."""

from collections.abc import Iterable
from datetime import date
from typing import cast

from sqlalchemy import Select, Table, select

from registry.kernel import paging
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _, said_day
from registry.plan.closing.models import PeriodClosure
from registry.plan.models import Plan

closures = cast("Table", PeriodClosure.__table__)
NEWEST = paging.Order((closures.c.id,), descending=True)


def page_of(
    plan: Plan, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[PeriodClosure]:
    """Every closure of a plan, also those that were opened again, the newest first."""
    wanted = select(PeriodClosure).where(PeriodClosure.plan_id == plan.id)
    return paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)


def closure(plan: Plan) -> PeriodClosure | None:
    """The closure in force that reaches furthest; None while everything is open."""
    return db.session.scalar(_in_force(plan).order_by(PeriodClosure.up_to_on.desc()).limit(1))


def by_id(plan: Plan, key: int) -> PeriodClosure:
    """One closure; raises NotFound."""
    found = db.session.scalar(
        select(PeriodClosure).where(PeriodClosure.plan_id == plan.id, PeriodClosure.id == key).limit(1)
    )
    if found is None:
        raise NotFound(_("This plan has no closure with the number %(id)s.", id=key))
    return found


def check_open(plan: Plan, days: Iterable[date], field: str) -> None:
    """Raise Invalid beside a field when one of some days is closed; until the commit nobody closes it meanwhile."""
    deciding(plan)
    check(closure(plan), days, field)


def check_money(plan: Plan, on: date, year: int) -> None:
    """Raise Invalid beside `on` or `year` where money would move in what is closed, as `check_open` does."""
    deciding(plan)
    found = closure(plan)
    for field, day in (("on", on), ("year", date(year, 12, 31))):
        if found is not None and day <= found.up_to_on:
            message = _(
                "The plan is closed up to %(closed)s (%(why)s). Until it is opened again, a correction is booked on a "
                "later day and in a later year.",
                closed=said_day(found.up_to_on),
                why=found.report or found.reason,
            )
            raise Invalid({field: [message]})


def check(found: PeriodClosure | None, days: Iterable[date], field: str) -> None:
    """Raise Invalid beside a field when one of some days is closed by a closure."""
    closed = [day for day in days if found is not None and day <= found.up_to_on]
    if found is None or not closed:
        return
    message = _(
        "%(day)s lies in a period that is closed up to %(closed)s (%(why)s). Until it is opened again, a record that "
        "counts there can only be excluded, with a reason.",
        day=said_day(closed[0]),
        closed=said_day(found.up_to_on),
        why=found.report or found.reason,
    )
    raise Invalid({field: [message]})


def deciding(plan: Plan) -> None:
    """Wait until nobody else decides about a plan, and be the only one until the transaction ends."""
    one_at_a_time(f"deciding {plan.id}")


def _in_force(plan: Plan) -> Select[PeriodClosure]:
    return select(PeriodClosure).where(PeriodClosure.plan_id == plan.id, PeriodClosure.reopened_at.is_(None))
