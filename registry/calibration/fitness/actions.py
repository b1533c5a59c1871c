"""Deciding what the forecast of fitness assumes."""

from decimal import Decimal

from registry.accounts.models import Person
from registry.calibration.fitness import queries
from registry.calibration.fitness.models import FitnessSetting
from registry.calibration.fitness.rules import Assumed
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden
from registry.kernel.i18n import _


def check_may(person: Person | None) -> None:
    """Raise Forbidden unless a person decides what the verdicts assume; None is the system itself."""
    if person is not None and not queries.may_decide(person):
        raise Forbidden(
            _("What the forecast assumes holds for everybody: it is decided by planners of the body that leads a plan.")
        )


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
    """Let verdicts assume other numbers from now on, see `queries.may_decide`.

    Raises Conflict where they are what is assumed already.
    """
    check_may(by)
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
