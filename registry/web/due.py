"""Where people see why a day is due, read counters, and ask for an extension or grant one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, render_template, url_for

from registry.accounts import queries as accounts
from registry.accounts import reauthentication, signin
from registry.accounts.rules import Verb
from registry.assets.models import Asset, Schedule
from registry.assets.rules import Proof, ScheduleKind
from registry.assets.schedules import Anchor
from registry.calibration.cases import parts
from registry.calibration.cases.queries import doubts_on
from registry.calibration.competence import queries as checks
from registry.calibration.competence.foreseen import Foreseen, Planned, foreseen
from registry.calibration.competence.telling import Told, told
from registry.calibration.due import actions, queries
from registry.calibration.due.rules import state_of
from registry.calibration.due.schemas import DueExtensionIn, FirstUseIn, GrantIn, TakenBackIn, UsageReadingIn
from registry.calibration.models import Calibration
from registry.kernel import clock
from registry.kernel.errors import Messages
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.kernel.schema import Schema
from registry.web.forms import Form
from registry.web.schedules import Answer, attempted, locked
from registry.web.shell import form_key

blp = Blueprint("due", __name__, url_prefix="/assets/<string:tag>/schedules/<string:kind>")
LATEST = 50
DECIMALS = frozenset({"value"})


@blp.get("")
def show(tag: str, kind: str) -> Answer:
    """One schedule: its terms, why it is due on its day, use and grace."""
    return _page(tag, kind, {}, {}, None), 200


@blp.post("/first-use")
@idempotent
def use_first(tag: str, kind: str) -> Answer:
    """Record the first use after the newest work."""
    asset, schedule = locked(tag, kind)
    done = _("Saved. The due date counts from that day.")
    return _attempted(asset, schedule, FirstUseIn, partial(actions.use_first, asset, schedule), done)


@blp.post("/readings")
@idempotent
def read_usage(tag: str, kind: str) -> Answer:
    """Record what a usage counter shows."""
    asset, schedule = locked(tag, kind)
    done = _("The reading is recorded.")
    return _attempted(asset, schedule, UsageReadingIn, partial(actions.read_usage, asset, schedule), done)


@blp.post("/readings/<key:key>/withdraw")
@idempotent
def withdraw_reading(tag: str, kind: str, key: int) -> Answer:
    """Take a wrong reading out of account."""
    asset, schedule = locked(tag, kind)
    act = partial(actions.withdraw_reading, asset, schedule, queries.reading_of(schedule, key))
    return _attempted(asset, schedule, TakenBackIn, act, _("The reading no longer counts."))


@blp.post("/extensions")
@idempotent
def ask(tag: str, kind: str) -> Answer:
    """Ask for a later due date."""
    asset, schedule = locked(tag, kind)
    done = _("Asked for. The due date stays until a second person grants it.")
    return _attempted(asset, schedule, DueExtensionIn, partial(actions.ask_extension, asset, schedule), done)


@blp.post("/extensions/<key:key>/grant")
@reauthentication.counted
@idempotent
def grant(tag: str, kind: str, key: int) -> Answer:
    """Grant an extension that somebody else asked for."""
    asset, schedule = locked(tag, kind)
    act = partial(actions.grant_extension, asset, schedule, queries.extension_of(schedule, key))
    return _attempted(asset, schedule, GrantIn, act, _("Granted. The due date has moved."))


@blp.post("/extensions/<key:key>/end")
@idempotent
def end(tag: str, kind: str, key: int) -> Answer:
    """Decline, take back or revoke an extension."""
    asset, schedule = locked(tag, kind)
    act = partial(actions.end_extension, asset, schedule, queries.extension_of(schedule, key))
    return _attempted(asset, schedule, TakenBackIn, act, _("The extension has ended."))


def _attempted(asset: Asset, schedule: Schedule, schema: type[Schema], act: Callable[..., object], done: str) -> Answer:
    tag, kind = asset.current_tag, schedule.kind
    form: Form[object] = Form(schema, decimals=DECIMALS)
    return attempted(form, act, partial(_page, tag, kind), done=done, back=url_for("due.show", tag=tag, kind=kind))


def _competence(record: Calibration | None) -> Told | None:
    found = checks.of_record(record) if record is not None else None
    return told(found) if found is not None else None


def _foreseen(schedule: Schedule) -> Foreseen | None:
    """The laboratory of the last time on the day the next work is planned for, or due; what is late is so today."""
    today, day = clock.today(), schedule.planned_on or schedule.due_on
    if day is None:
        return None
    return foreseen([Planned(schedule.asset_id, schedule.kind, max(day, today))], today)[0]


def _page(tag: str, kind: str, typed: dict[str, Any], errors: Messages, refused: str | None) -> str:
    me = signin.person()
    asset, schedule = queries.asset_schedule(me, tag, kind)
    extensions = queries.extension_page(schedule, limit=LATEST).items
    why = queries.explained(asset, schedule)
    is_good = schedule.proof is Proof.GOOD
    may_write = accounts.may(me, Verb.ASSET_WRITE, asset.owner_id)
    may_record = accounts.may(me, Verb.CALIBRATION_RECORD, asset.owner_id)
    extendable = is_good and schedule.due_on is not None and schedule.kind is not ScheduleKind.VERIFICATION
    waits = why.record is not None and queries.alive(why.record) is not None
    return render_template(
        "due/schedule.html",
        asset=asset,
        schedule=schedule,
        why=why,
        case_pages=parts.pages_of(me, doubts_on(asset) if asset.doubt is not None else []),
        competence=_competence(why.record),
        foreseen=_foreseen(schedule),
        extensions=extensions,
        states={extension.id: state_of(extension) for extension in extensions},
        readings=queries.reading_page(schedule, limit=LATEST).items,
        may_write=may_write,
        may_ask=may_write and extendable and not waits,
        may_grant=accounts.may(me, Verb.CALIBRATION_APPROVE, asset.owner_id),
        may_record=may_record,
        wants_first_use=may_record and is_good and schedule.anchor is Anchor.FIRST_USE and not schedule.first_use_on,
        me_id=me.id,
        today=clock.today(),
        form=typed,
        errors=errors,
        refused=refused,
        form_key=form_key(),
    )
