"""Deciding what the forecast of fitness assumes."""

from decimal import Decimal

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.fitness import queries
from registry.calibration.fitness.models import FitnessSetting
from registry.calibration.fitness.rules import Assumed
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _


def decide(
    *,
    ratio: int,
    horizon_years: int,
    probability: Decimal,
    least_share: Decimal,
    old_years: int,
    reason: str,
    by: Person | None,
) -> FitnessSetting:
    """Let verdicts assume other numbers from now on. Raises Conflict where they are what is assumed already."""
    require(by, Verb.PLAN_WRITE)
    before, now = queries.assumed(), Assumed(ratio, horizon_years, probability, least_share, old_years)
    if now == before:
        raise Conflict(_("These numbers are in force already; nothing was changed."))
    made = FitnessSetting(**now._asdict(), reason=reason, set_at=clock.now(), set_by_id=by.id if by else None)
    db.session.add(made)
    db.session.flush()
    pairs = zip(Assumed._fields, before, now, strict=True)
    changes: audit.Changes = {name: [old, new] for name, old, new in pairs if old != new}
    audit.record("fitness.decide", ("fitness_setting", str(made.id)), changes | {"reason": [None, reason]}, by=by)
    return made
