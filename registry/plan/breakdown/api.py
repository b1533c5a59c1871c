"""API doors to what the numbers of plans are made of."""

from typing import Any

from registry.accounts import signin
from registry.kernel.http import Blueprint
from registry.plan.breakdown import queries
from registry.plan.breakdown.queries import Breakdown
from registry.plan.breakdown.schemas import (
    BreakdownOut,
    BreakdownQuery,
    PartRecordsOut,
    PartsQuery,
    RecordsQuery,
    SharesOut,
)
from registry.plan.queries import by_code

blp = Blueprint("breakdown", __name__, description="What numbers of plans are made of, by place, body and year.")


@blp.route("/plans/<code:code>/breakdown")
@blp.arguments(BreakdownQuery, location="query")
@blp.response(200, BreakdownOut)
def breakdown(query: dict[str, Any], code: str) -> Breakdown:
    """Every number of a period by place, province, organisation or year, with its biggest parts.

    Parts add up to the number and its `overlap`: somebody who was trained in two communes counts in both and once in
    all. What belonged to a body that was taken over by the day stands under its successor.
    """
    person = signin.person()
    return queries.breakdown(by_code(code, person), person, queries.seen(**query))


@blp.route("/plans/<code:code>/indicators/<code:indicator>/breakdown")
@blp.arguments(PartsQuery, location="query")
@blp.response(200, SharesOut)
def parts(query: dict[str, Any], code: str, indicator: str) -> dict[str, Any]:
    """All parts of one number, the biggest first; years in their order."""
    person = signin.person()
    paging = {name: query.pop(name) for name in ("limit", "cursor") if name in query}
    found = queries.breakdown(by_code(code, person), person, queries.seen(**query), indicator=indicator)
    (line,) = found.lines
    page = queries.page_of(line, **paging)
    said = {"by": found.by, "period": found.span.code, "on": found.on, "known_at": found.known_at}
    whole = {name: getattr(line, name) for name in ("row", "title", "unit", "value", "overlap")}
    return {**whole, **said, "items": page.items, "next": page.next, "total": page.total}


@blp.route("/plans/<code:code>/indicators/<code:indicator>/breakdown/records")
@blp.arguments(RecordsQuery, location="query")
@blp.response(200, PartRecordsOut)
def records(query: dict[str, Any], code: str, indicator: str) -> dict[str, Any]:
    """What counts in a part and you may see, as it is decided now, the newest day first."""
    person = signin.person()
    own = {name: query.pop(name) for name in ("limit", "cursor", "part") if name in query}
    _line, part, page = queries.records_of(
        by_code(code, person), person, queries.seen(**query), indicator=indicator, **own
    )
    return {"part": part, "items": page.items, "next": page.next}
