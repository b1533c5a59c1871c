"""API doors of plans, their evidence and their money."""

from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged
from registry.plan import actions, queries
from registry.plan.evidence import actions as decisions
from registry.plan.evidence import queries as evidenced
from registry.plan.evidence.lines import EvidenceLine
from registry.plan.models import EvidenceState, MoneyEntry, Plan
from registry.plan.progress import Rollup
from registry.plan.rollups import queries as rollups
from registry.plan.schemas import (
    EvidenceEdit,
    EvidenceIn,
    EvidenceOut,
    EvidenceQuery,
    MoneyIn,
    MoneyOut,
    MoneyQuery,
    PlanOut,
    PlanQuery,
    ReverseIn,
    RollupOut,
    RollupQuery,
)

blp = Blueprint("plans", __name__, description="Plans: how far they are, what counts for them, their money.")


@blp.route("/plans")
@blp.arguments(PlanQuery, location="query")
@blp.response(200, paged(PlanOut))
def plans(query: dict[str, Any]) -> Page[Plan]:
    """List plans."""
    return queries.page_of(signin.person(), **query)


@blp.route("/plans/<code:code>")
@blp.etag
@blp.response(200, PlanOut)
def plan(code: str) -> Plan:
    """One plan."""
    return queries.by_code(code, signin.person())


@blp.route("/plans/<code:code>/rollup")
@blp.arguments(RollupQuery, location="query")
@blp.response(200, RollupOut)
def rollup(query: dict[str, Any], code: str) -> Rollup:
    """A plan as of a day: every indicator's value, target, percent and verdict by period, and the money.

    With `known` it is what the registry would have answered then, whatever was recorded since.
    """
    found, known = queries.by_code(code, signin.person()), query.get("known")
    on = rollups.day_of(query.get("on"), known)
    return rollups.rollup(found, on, rollups.instant_of(known, on))


@blp.route("/plans/<code:code>/evidence")
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, paged(EvidenceOut))
def evidence(query: dict[str, Any], code: str) -> Page[EvidenceLine]:
    """What counts and what does not; with `state=proposed`, what nobody has decided yet.

    With `known` it is what had been decided then, as it was decided then; proposals are then those made by hand.
    """
    person = signin.person()
    found = queries.by_code(code, person)
    on, known = query.pop("on", None), query.pop("known", None)
    if known is None and query.get("state") is EvidenceState.PROPOSED and not query.get("fallen"):
        query = {name: said for name, said in query.items() if name not in {"state", "fallen"}}
        return evidenced.proposals(found, person, on or clock.today(), **query)
    known_at = rollups.instant_of(known, rollups.day_of(on, known))
    return evidenced.evidence_page(found, person, on=on, known_at=known_at, **query)


@blp.route("/plans/<code:code>/evidence", methods=["POST"])
@idempotent
@blp.arguments(EvidenceIn)
@blp.response(201, EvidenceOut)
def count_evidence(data: dict[str, Any], code: str) -> EvidenceLine:
    """Decide that a record counts for an indicator, does not, or is proposed."""
    person = signin.person()
    row = decisions.count_evidence(queries.by_code(code, person), **data, by=person)
    db.session.commit()
    return evidenced.line(row, person)


@blp.route("/plans/<code:code>/evidence/<key:evidence_id>")
@blp.etag
@blp.response(200, EvidenceOut)
def one_evidence(code: str, evidence_id: int) -> EvidenceLine:
    """One decision."""
    person = signin.person()
    return evidenced.line(evidenced.evidence_by_id(queries.by_code(code, person), evidence_id, person), person)


@blp.route("/plans/<code:code>/evidence/<key:evidence_id>", methods=["PATCH"])
@blp.etag
@blp.arguments(EvidenceEdit)
@blp.response(200, EvidenceOut)
def decide(data: dict[str, Any], code: str, evidence_id: int) -> EvidenceLine:
    """Change a decision."""
    person = signin.person()
    found = queries.by_code(code, person)
    row = evidenced.evidence_by_id(found, evidence_id, person, lock=True)
    blp.check_etag(evidenced.line(row, person), EvidenceOut)
    decisions.decide(found, row, **data, by=person)
    db.session.commit()
    return evidenced.line(evidenced.evidence_by_id(found, evidence_id, person), person)


@blp.route("/plans/<code:code>/money")
@blp.arguments(MoneyQuery, location="query")
@blp.response(200, paged(MoneyOut))
def money(query: dict[str, Any], code: str) -> Page[MoneyEntry]:
    """List money that was given or spent."""
    return queries.money_page(queries.by_code(code, signin.person()), **query)


@blp.route("/plans/<code:code>/money", methods=["POST"])
@idempotent
@blp.arguments(MoneyIn)
@blp.response(201, MoneyOut)
def book_money(data: dict[str, Any], code: str) -> MoneyEntry:
    """Book money given to an annex row or spent on it, in đồng."""
    person = signin.person()
    entry = actions.book_money(queries.by_code(code, person), **data, by=person)
    db.session.commit()
    return entry


@blp.route("/plans/<code:code>/money/<key:entry_id>/reverse", methods=["POST"])
@idempotent
@blp.arguments(ReverseIn)
@blp.response(201, MoneyOut)
def reverse_money(data: dict[str, Any], code: str, entry_id: int) -> MoneyEntry:
    """Undo an entry by its opposite; both stay."""
    person = signin.person()
    plan = queries.by_code(code, person)
    entry = actions.reverse_money(plan, queries.money_by_id(plan, entry_id), **data, by=person)
    db.session.commit()
    return entry
