"""Where a planner sees what the numbers of a plan are made of: by commune, province, organisation and year."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template

from registry.accounts import signin
from registry.plan import belonging
from registry.plan import queries as plans
from registry.plan.breakdown import queries, words
from registry.plan.breakdown.queries import Breakdown
from registry.plan.breakdown.rules import By
from registry.plan.breakdown.schemas import PageQuery, PartPageQuery
from registry.plan.models import Plan
from registry.web.forms import listed
from registry.web.shell import form_key

blp = Blueprint("plan_breakdown", __name__)


@blp.get("/plan/<code:code>/breakdown")
def show(code: str) -> str:
    """Every number of a period with its biggest parts, or all parts of one."""
    me = signin.person()
    plan = plans.by_code(code, me)
    query = listed(PageQuery)
    cursor = query.pop("cursor", None)
    found = _found(plan, query)
    asked = {name: said for name, said in _said(query).items() if name != "indicator"}
    one = found.lines[0] if "indicator" in query else None
    page = queries.page_of(one, cursor=cursor) if one else None
    return render_template(
        "plan_breakdown/show.html",
        found=found,
        one=one,
        page=page,
        asked=asked,
        form_key=form_key(),
        bys=list(By),
        words=words,
        nothing=[line.row for line in found.lines if not line.parts],
    )


@blp.get("/plan/<code:code>/breakdown/<code:indicator>/records")
def records(code: str, indicator: str) -> str:
    """The records behind one part of a number."""
    me = signin.person()
    plan = plans.by_code(code, me)
    query = listed(PartPageQuery)
    part, cursor = query.pop("part"), query.pop("cursor", None)
    seen = queries.seen(**query)
    line, named, page = queries.records_of(plan, me, seen, indicator=indicator, part=part, cursor=cursor)
    return render_template(
        "plan_breakdown/records.html",
        plan=plan,
        line=line,
        part=named,
        by=seen.by,
        on=seen.on,
        page=page,
        asked=_said(query),
        words=words,
        labs=belonging.labs_of(one.record for one in page.items),
    )


def _found(plan: Plan, query: dict[str, Any]) -> Breakdown:
    said = {name: value for name, value in query.items() if name != "indicator"}
    return queries.breakdown(plan, signin.person(), queries.seen(**said), indicator=query.get("indicator"))


def _said(query: Mapping[str, Any]) -> dict[str, str]:
    """What is asked for, as an address says it."""
    return {name: said if isinstance(said, str) else said.isoformat() for name, said in query.items()}
