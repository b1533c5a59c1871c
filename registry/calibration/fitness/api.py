"""API door of the forecast of fitness."""

from typing import Any

from registry.accounts import signin
from registry.calibration.fitness import actions, queries
from registry.calibration.fitness.models import FitnessSetting
from registry.calibration.fitness.queries import Line
from registry.calibration.fitness.schemas import (
    FitnessOut,
    FitnessQuery,
    FitnessSettingIn,
    FitnessSettingOut,
    SettingsQuery,
)
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("fitness", __name__, description="Which things could serve as standards in the years to come.")


@blp.route("/fitness")
@blp.arguments(FitnessQuery, location="query")
@blp.response(200, paged(FitnessOut))
def forecast(query: dict[str, Any]) -> Page[Line]:
    """List standards and instruments with whether they could serve as traceable standards, and why."""
    return queries.page_of(signin.person(), clock.today(), **query)


@blp.route("/fitness/settings")
@blp.arguments(SettingsQuery, location="query")
@blp.response(200, paged(FitnessSettingOut))
def settings(query: dict[str, Any]) -> Page[FitnessSetting]:
    """List what was decided that the verdicts assume, the newest first; where there is nothing, the usual numbers are.

    These are a ratio of 3, 5 years ahead, a probability of 0.95, a share of 0.8 and 15 years of service.
    """
    return queries.settings_page(**query)


@blp.route("/fitness/settings", methods=["POST"])
@idempotent
@blp.arguments(FitnessSettingIn)
@blp.response(201, FitnessSettingOut)
def decide(data: dict[str, Any]) -> FitnessSetting:
    """Decide what the verdicts assume from now on, with a reason."""
    made = actions.decide(**data, by=signin.person())
    db.session.commit()
    return made
