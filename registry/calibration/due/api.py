"""API doors of due dates: why a day is due, readings of counters, first use, and grace."""

from typing import Any

from registry.accounts import reauthentication, signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset, Schedule
from registry.assets.schemas import HistoryQuery, ScheduleOut
from registry.calibration import waiting
from registry.calibration.due import actions, queries
from registry.calibration.due.models import DueExtension, UsageReading
from registry.calibration.due.queries import Explanation
from registry.calibration.due.schemas import (
    DueExtensionIn,
    DueExtensionOut,
    DueOut,
    FirstUseIn,
    GrantIn,
    TakenBackIn,
    UsageReadingIn,
    UsageReadingOut,
    WaitingExtensionOut,
)
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent
from registry.kernel.paging import Page
from registry.kernel.schema import paged

blp = Blueprint("due_dates", __name__, description="Why a day is due, use that ends a proof early, and grace.")
ONE = "/assets/<string:tag>/schedules/<string:kind>"


@blp.route("/extensions")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(WaitingExtensionOut))
def waiting_extensions(query: dict[str, Any]) -> Page[DueExtension]:
    """Extensions that others asked for and that one may grant, the oldest first."""
    require(signin.person(), Verb.CALIBRATION_APPROVE)
    return waiting.extension_page(signin.person(), **query)


@blp.route(f"{ONE}/due")
@blp.response(200, DueOut)
def due(tag: str, kind: str) -> Explanation:
    """Why a schedule is due on its day."""
    return queries.explained(*_found(tag, kind))


@blp.route(f"{ONE}/first-use", methods=["POST"])
@idempotent
@blp.arguments(FirstUseIn)
@blp.response(200, ScheduleOut)
def use_first(data: dict[str, Any], tag: str, kind: str) -> Schedule:
    """Record, once, the first use after the newest work."""
    made = actions.use_first(*_locked(tag, kind), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route(f"{ONE}/readings")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(UsageReadingOut))
def readings(query: dict[str, Any], tag: str, kind: str) -> Page[UsageReading]:
    """What a usage counter showed, newest first."""
    return queries.reading_page(_found(tag, kind)[1], **query)


@blp.route(f"{ONE}/readings", methods=["POST"])
@idempotent
@blp.arguments(UsageReadingIn)
@blp.response(201, UsageReadingOut)
def read_usage(data: dict[str, Any], tag: str, kind: str) -> UsageReading:
    """Record what a usage counter shows."""
    made = actions.read_usage(*_locked(tag, kind), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route(f"{ONE}/readings/<key:key>/withdraw", methods=["POST"])
@idempotent
@blp.arguments(TakenBackIn)
@blp.response(200, UsageReadingOut)
def withdraw_reading(data: dict[str, Any], tag: str, kind: str, key: int) -> UsageReading:
    """Take a wrong reading out of account."""
    asset, schedule = _locked(tag, kind)
    reading = queries.reading_of(schedule, key)
    actions.withdraw_reading(asset, schedule, reading, **data, by=signin.person())
    db.session.commit()
    return reading


@blp.route(f"{ONE}/extensions")
@blp.arguments(HistoryQuery, location="query")
@blp.response(200, paged(DueExtensionOut))
def extensions(query: dict[str, Any], tag: str, kind: str) -> Page[DueExtension]:
    """Extensions of due dates, newest first."""
    return queries.extension_page(_found(tag, kind)[1], **query)


@blp.route(f"{ONE}/extensions", methods=["POST"])
@idempotent
@blp.arguments(DueExtensionIn)
@blp.response(201, DueExtensionOut)
def ask(data: dict[str, Any], tag: str, kind: str) -> DueExtension:
    """Ask for a later due date."""
    made = actions.ask_extension(*_locked(tag, kind), **data, by=signin.person())
    db.session.commit()
    return made


@blp.route(f"{ONE}/extensions/<key:key>/grant", methods=["POST"])
@reauthentication.counted
@idempotent
@blp.arguments(GrantIn)
@blp.alt_response(429, "TOO_MANY_REQUESTS")
@blp.response(200, DueExtensionOut)
def grant(data: dict[str, Any], tag: str, kind: str, key: int) -> DueExtension:
    """Grant an extension that somebody else asked for."""
    asset, schedule = _locked(tag, kind)
    extension = queries.extension_of(schedule, key)
    actions.grant_extension(asset, schedule, extension, **data, by=signin.person())
    db.session.commit()
    return extension


@blp.route(f"{ONE}/extensions/<key:key>/end", methods=["POST"])
@idempotent
@blp.arguments(TakenBackIn)
@blp.response(200, DueExtensionOut)
def end(data: dict[str, Any], tag: str, kind: str, key: int) -> DueExtension:
    """Decline, take back or revoke an extension."""
    asset, schedule = _locked(tag, kind)
    extension = queries.extension_of(schedule, key)
    actions.end_extension(asset, schedule, extension, **data, by=signin.person())
    db.session.commit()
    return extension


def _found(tag: str, kind: str) -> tuple[Asset, Schedule]:
    return queries.asset_schedule(signin.person(), tag, kind)


def _locked(tag: str, kind: str) -> tuple[Asset, Schedule]:
    return queries.asset_schedule(signin.person(), tag, kind, lock=True)
