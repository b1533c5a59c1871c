"""Whether a plan file contradicts itself in what it changes: its decision, codes, what is given up."""

from collections.abc import Iterator

from registry.kernel.i18n import _, said_day
from registry.plan.document import Counted, Document, Leaf

Problem = tuple[str, str]


def problems(document: Document) -> Iterator[Problem]:
    """Every contradiction as (place in the file, message)."""
    yield from _decision(document)
    yield from _former_codes(document)
    yield from _ended(document)


def placed(document: Document) -> list[tuple[str, Counted]]:
    """Everything that has a value, with its place in the file."""
    found: list[tuple[str, Counted]] = [(f"indicators.{at}", goal) for at, goal in enumerate(document.indicators)]
    return found + [(f"rows.{at}", row) for at, row in enumerate(document.rows) if isinstance(row, Leaf)]


def _decision(document: Document) -> Iterator[Problem]:
    decision = document.plan.decision
    if decision is None:
        return
    if decision.on < document.plan.issued_on:
        issued = said_day(document.plan.issued_on)
        yield "plan.decision.on", _("The decision was signed before the plan was issued on %(day)s.", day=issued)
    if decision.in_force_from is not None and decision.in_force_from < decision.on:
        yield "plan.decision.in_force_from", _("A decision is not in force before the day it was signed.")


def _former_codes(document: Document) -> Iterator[Problem]:
    codes = {row.code for row in (*document.indicators, *document.rows)}
    former: set[str] = set()
    for place, row in placed(document):
        if row.was is None:
            continue
        if row.was in codes:
            message = _("%(code)s stands in this file; a code that was given up is not used again.", code=row.was)
            yield f"{place}.was", message
        elif row.was in former:
            yield f"{place}.was", _("Another row was %(code)s already.", code=row.was)
        former.add(row.was)


def _ended(document: Document) -> Iterator[Problem]:
    standing = {row.code for _place, row in placed(document) if row.ended is None}
    for place, row in placed(document):
        if row.ended is None:
            continue
        heir = row.ended.continues_in
        if heir is not None and heir not in standing:
            yield f"{place}.ended.continues_in", _("%(code)s is no indicator of this file that goes on.", code=heir)
        for period in document.periods:
            cell = row.targets.get(period.code)
            if period.start > row.ended.on and cell is not None and cell.value is not None:
                message = _("What was given up on %(day)s has no target after it.", day=said_day(row.ended.on))
                yield f"{place}.targets.{period.code}", message
