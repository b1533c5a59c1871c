"""API door of many decisions at once."""

from typing import Any

from registry.accounts import signin
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.plan.evidence import bulk, queries
from registry.plan.evidence.bulk import Answers
from registry.plan.evidence.queries import Fallen
from registry.plan.evidence.repeats import Repeats
from registry.plan.evidence.schemas import EvidenceAnswersOut, EvidenceBulkIn, FallenOut, FallenQuery, RepeatsOut
from registry.plan.queries import by_code
from registry.plan.rollups import queries as rollups
from registry.plan.schemas import RollupQuery

blp = Blueprint("evidence", __name__, description="Many decisions about what counts, at once.")


@blp.route("/plans/<code:code>/fallen")
@blp.arguments(FallenQuery, location="query")
@blp.response(200, FallenOut)
def fallen(query: dict[str, Any], code: str) -> Fallen:
    """What counts and fell since, and the numbers that rest on it."""
    person = signin.person()
    return queries.fallen(by_code(code, person), person, clock.today(), **query)


@blp.route("/plans/<code:code>/indicators/<code:indicator>/repeats")
@blp.arguments(RollupQuery, location="query")
@blp.response(200, RepeatsOut)
def repeats(query: dict[str, Any], code: str, indicator: str) -> Repeats:
    """What may be counted twice at an indicator: bodies in several periods, and records that other rows count too."""
    person, known = signin.person(), query.get("known")
    on = rollups.day_of(query.get("on"), known)
    known_at = rollups.instant_of(known, on)
    return queries.repeats_at(by_code(code, person), indicator, on, person, known_at=known_at)


@blp.route("/plans/<code:code>/evidence/bulk", methods=["POST"])
@idempotent
@blp.arguments(EvidenceBulkIn)
@blp.response(200, EvidenceAnswersOut)
def decide(data: dict[str, Any], code: str) -> Answers:
    """Count or exclude many records at an indicator with one reason; each has its outcome."""
    person = signin.person()
    answers = bulk.decide_many(by_code(code, person), **data, by=person)
    db.session.commit()
    return answers
