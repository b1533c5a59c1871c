"""The money of plans that moved: given, spent, and undone."""

from datetime import date

from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.plan import money, queries
from registry.plan.closing import queries as closing
from registry.plan.models import (
    MoneyEntry,
    MoneyKind,
    Plan,
    PlanRow,
)


def book_money(
    plan: Plan,
    *,
    indicator: str,
    kind: MoneyKind,
    amount: int,
    on: date,
    year: int | None = None,
    source: str,
    document: str | None = None,
    document_on: date | None = None,
    reason: str | None = None,
    by: Person | None,
) -> MoneyEntry:
    """Book money given to an annex row or spent on it, in đồng; a negative amount corrects, with a reason.

    Money is given in the budget of a year, by default that of the day. Spending more than that source gave up to that
    year needs a reason too. Nothing is booked on a day that is closed: a correction stands on a later day.
    """
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    found, row, version = queries.indicator_field(plan, indicator)
    entry = MoneyEntry(
        indicator_id=found.id,
        kind=kind,
        amount=amount,
        on=on,
        year=on.year if year is None else year,
        source=source,
        document=document,
        document_on=document_on,
        reason=reason,
        recorded_by_id=by.id if by else None,
        recorded_at=clock.now(),
    )
    money.check(entry, row, version)
    closing.check_money(plan, on, entry.year)
    db.session.add(entry)
    audit.record(f"money.{kind}", _subject(plan, row), audit.changes_of(entry), by=by)
    db.session.flush()
    return entry


def reverse_money(plan: Plan, entry: MoneyEntry, *, reason: str, by: Person | None) -> MoneyEntry:
    """Undo an entry by its opposite, on its own day and with a reason; both stay. Raises Conflict for a second time."""
    require(by, Verb.PLAN_WRITE, plan.lead_id)
    _found, row, _version = queries.indicator_field(plan, entry.indicator.code)
    if entry.reverses_id is not None:
        raise Conflict(_("This entry undoes another one; book the money anew instead."))
    undone = MoneyEntry(
        indicator_id=entry.indicator_id,
        kind=entry.kind,
        amount=-entry.amount,
        on=entry.on,
        year=entry.year,
        source=entry.source,
        document=entry.document,
        document_on=entry.document_on,
        reason=reason,
        recorded_by_id=by.id if by else None,
        recorded_at=clock.now(),
        reverses_id=entry.id,
    )
    closing.check_money(plan, entry.on, entry.year)
    if queries.undone_among([entry]):
        raise Conflict(_("This entry was undone already."))
    money.check_remains(undone)
    changes = audit.changes_of(undone)
    try:
        with db.session.begin_nested():
            db.session.add(undone)
    except IntegrityError as error:
        raise Conflict(_("This entry was undone already.")) from error
    audit.record("money.reversed", _subject(plan, row), changes, by=by)
    return undone


def _subject(plan: Plan, row: PlanRow) -> tuple[str, str]:
    return "indicator", f"{plan.code}/{row.code}"
