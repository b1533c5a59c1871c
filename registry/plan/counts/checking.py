"""The counts that are kept against all evidence, counted anew."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from registry.kernel.db import db
from registry.plan import progress, tallies
from registry.plan.adjustments.queries import version_on
from registry.plan.counts import queries
from registry.plan.models import Plan
from registry.plan.rules import Tally


class Difference(NamedTuple):
    """A row of a plan whose count is not what its evidence says, in a period, as (in the period, running)."""

    plan: str
    row: str
    period: str
    kept: Tally
    counted: Tally

    def __str__(self) -> str:
        return f"{self.plan} {self.row} {self.period}: {self.kept}, {self.counted}"


def differences(on: date) -> list[Difference]:
    """Where what is kept of any plan differs from its evidence, as of a day.

    What changed since it was folded in is put right first, as it is for every reader; where that is too much nothing
    is kept that could be wrong.
    """
    found = []
    for plan in db.session.scalars(select(Plan).order_by(Plan.code)).all():
        version = version_on(plan, on)
        rows, spans = progress.counted_rows(version), progress.spans_of(version)
        kept = queries.present(rows, spans, on)
        if kept is None:
            continue
        was, now = tallies.kept_tallies(rows, spans, on, kept), tallies.tallies(rows, spans, on)
        for row in rows:
            for span in spans:
                one, other = (some.get(row.code, {}).get(span.code, Tally()) for some in (was, now))
                if one != other:
                    found.append(Difference(plan.code, row.code, span.code, one, other))
    return found
