"""API doors of notices."""

from typing import Any

from flask import current_app

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.notices import actions, queries, told
from registry.calibration.notices import lapse_snoozes as lapse_snoozing
from registry.calibration.notices.models import LapseSnooze, NoticePreference, NoticeSnooze, Telling, Webhook
from registry.calibration.notices.schemas import (
    FeedOut,
    LapseSnoozeIn,
    LapseSnoozeOut,
    LapseSnoozesOut,
    LetterOut,
    MessageOut,
    OutboxQuery,
    PlainQuery,
    PreferenceEdit,
    PreferenceOut,
    SnoozeIn,
    SnoozeOut,
    TellingLine,
    TellingOut,
    TellingQuery,
    WebhookEdit,
    WebhookIn,
    WebhookOut,
    WebhookWithSecret,
)
from registry.config import Settings
from registry.kernel.db import db
from registry.kernel.http import Blueprint
from registry.kernel.idempotency import idempotent, shown_once
from registry.kernel.outbox.models import Message
from registry.kernel.paging import Page
from registry.kernel.schema import paged

MessagePage = paged(MessageOut)
blp = Blueprint("notices", __name__, description="Notices of due dates by e-mail, webhook and calendar.")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["registry"]
    return settings


@blp.route("/notices/preference")
@blp.etag
@blp.response(200, PreferenceOut)
def preference() -> NoticePreference:
    """How one is told."""
    return queries.preference_of(signin.person())


@blp.route("/notices/preference", methods=["PATCH"])
@blp.etag
@blp.arguments(PreferenceEdit)
@blp.response(200, PreferenceOut)
def change_preference(data: dict[str, Any]) -> NoticePreference:
    """Change how one is told."""
    found = queries.preference_of(signin.person())
    blp.check_etag(found, PreferenceOut)
    actions.change_preference(found, **data, by=signin.person())
    db.session.commit()
    return found


@blp.route("/notices/snoozes")
@blp.arguments(PlainQuery, location="query")
@blp.response(200, paged(SnoozeOut))
def snoozes(query: dict[str, Any]) -> Page[NoticeSnooze]:
    """What is put off in the organisations one works for, newest first."""
    return queries.snooze_page(signin.person(), **query)


@blp.route("/notices/snoozes", methods=["POST"])
@idempotent
@blp.arguments(SnoozeIn)
@blp.response(201, SnoozeOut)
def snooze(data: dict[str, Any]) -> NoticeSnooze:
    """Put a due date off."""
    made = actions.snooze(**data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/notices/snoozes/<key:id>", methods=["DELETE"])
@blp.response(204)
def lift(id: int) -> None:
    """End a snooze of one's own before its day."""
    actions.lift(queries.snooze_by_key(signin.person(), id), by=signin.person())
    db.session.commit()


@blp.route("/notices/lapse-snoozes")
@blp.response(200, LapseSnoozesOut)
def lapse_snoozes() -> dict[str, Any]:
    """What one put off of what lapses of laboratories."""
    return {"items": lapse_snoozing.held(signin.person())}


@blp.route("/notices/lapse-snoozes", methods=["POST"])
@idempotent
@blp.arguments(LapseSnoozeIn)
@blp.response(201, LapseSnoozeOut)
def snooze_lapse(data: dict[str, Any]) -> LapseSnooze:
    """Put off being told that something of a laboratory lapses."""
    made = lapse_snoozing.snooze(**data, by=signin.person())
    db.session.commit()
    return made


@blp.route("/notices/lapse-snoozes/<key:id>", methods=["DELETE"])
@blp.response(204)
def lift_lapse(id: int) -> None:
    """End what one put off of a laboratory before its day."""
    lapse_snoozing.lift(lapse_snoozing.by_key(signin.person(), id), by=signin.person())
    db.session.commit()


@blp.route("/notices/log")
@blp.arguments(PlainQuery, location="query")
@blp.response(200, MessagePage)
def log(query: dict[str, Any]) -> Page[Message]:
    """What was sent to oneself, newest first."""
    return queries.log_page(signin.person(), **query)


@blp.route("/notices/log/<key:id>")
@blp.etag
@blp.response(200, LetterOut)
def letter(id: int) -> Message:
    """One message to oneself, with its text."""
    return queries.letter_by_key(signin.person(), id)


@blp.route("/notices")
@blp.arguments(TellingQuery, location="query")
@blp.response(200, paged(TellingOut))
def tellings(query: dict[str, Any]) -> Page[Telling]:
    """What was told to whom about the things of organisations one manages or plans for, newest first."""
    require(signin.person(), Verb.TELLING_READ)
    return told.page_of(signin.person(), **query)


@blp.route("/notices/cases")
@blp.arguments(PlainQuery, location="query")
@blp.response(200, paged(TellingLine))
def case_news(query: dict[str, Any]) -> Page[Telling]:
    """What one was told of cases, newest first."""
    return told.own_page(signin.person(), **query)


@blp.route("/notices/cases/<key:id>/note", methods=["POST"])
@idempotent
@blp.response(200, TellingLine)
def note(id: int) -> Telling:
    """Note what one was told of a case."""
    found = actions.note(told.own_by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    return found


@blp.route("/notices/test", methods=["POST"])
@idempotent
@blp.response(202)
def write_test() -> None:
    """Write oneself a test letter."""
    settings = _settings()
    actions.send_test(base_url=settings.base_url, mailing=settings.mail_server is not None, by=signin.person())
    db.session.commit()


@blp.route("/notices/feed")
@blp.response(200, FeedOut)
def feed() -> dict[str, Any]:
    """Whether one has a calendar address, and since when."""
    found = queries.feed_of(signin.person())
    return {"made_at": found.made_at if found else None, "url": None}


@blp.route("/notices/feed", methods=["POST"])
@idempotent
@blp.response(201, FeedOut)
def renew_feed() -> dict[str, Any]:
    """Get a calendar address of one's own, shown once; an earlier one stops working."""
    shown_once("url")
    token = actions.renew_feed(by=signin.person())
    db.session.commit()
    found = queries.feed_of(signin.person())
    return {"made_at": found.made_at if found else None, "url": f"{_settings().base_url}/feeds/{token}.ics"}


@blp.route("/notices/feed", methods=["DELETE"])
@blp.response(204)
def revoke_feed() -> None:
    """Take one's calendar address away."""
    actions.revoke_feed(by=signin.person())
    db.session.commit()


@blp.route("/webhooks")
@blp.arguments(PlainQuery, location="query")
@blp.response(200, paged(WebhookOut))
def webhooks(query: dict[str, Any]) -> Page[Webhook]:
    """The webhooks of organisations one manages, newest first."""
    return queries.webhook_page(signin.person(), **query)


@blp.route("/webhooks", methods=["POST"])
@idempotent
@blp.arguments(WebhookIn)
@blp.response(201, WebhookWithSecret)
def add_webhook(data: dict[str, Any]) -> Webhook:
    """Tell a program of due dates; the secret is shown once."""
    shown_once("secret")
    made = actions.add_webhook(**data, private=_settings().private_webhooks, by=signin.person())
    db.session.commit()
    return made


@blp.route("/webhooks/<key:id>")
@blp.etag
@blp.response(200, WebhookOut)
def webhook(id: int) -> Webhook:
    """One webhook."""
    return queries.webhook_by_key(signin.person(), id)


@blp.route("/webhooks/<key:id>", methods=["PATCH"])
@blp.etag
@blp.arguments(WebhookEdit)
@blp.response(200, WebhookOut)
def edit_webhook(data: dict[str, Any], id: int) -> Webhook:
    """Change a webhook."""
    found = queries.webhook_by_key(signin.person(), id)
    blp.check_etag(found, WebhookOut)
    actions.edit_webhook(found, **data, private=_settings().private_webhooks, by=signin.person())
    db.session.commit()
    return found


@blp.route("/webhooks/<key:id>", methods=["DELETE"])
@blp.response(204)
def remove_webhook(id: int) -> None:
    """Take a webhook away."""
    actions.remove_webhook(queries.webhook_by_key(signin.person(), id), by=signin.person())
    db.session.commit()


@blp.route("/webhooks/<key:id>/secret", methods=["POST"])
@idempotent
@blp.response(200, WebhookWithSecret)
def renew_secret(id: int) -> Webhook:
    """Give a webhook a new secret, shown once."""
    shown_once("secret")
    found = actions.renew_secret(queries.webhook_by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    return found


@blp.route("/webhooks/<key:id>/test", methods=["POST"])
@idempotent
@blp.response(202, MessageOut)
def try_webhook(id: int) -> Message:
    """Send a webhook a test message."""
    hook = queries.webhook_by_key(signin.person(), id)
    made = actions.try_webhook(hook, base_url=_settings().base_url, by=signin.person())
    db.session.commit()
    return made


@blp.route("/outbox")
@blp.arguments(OutboxQuery, location="query")
@blp.response(200, MessagePage)
def outbox(query: dict[str, Any]) -> Page[Message]:
    """Every message that leaves or left, newest first."""
    require(signin.person(), Verb.JOB_READ)
    return queries.outbox_page(**query)


@blp.route("/outbox/<key:id>/send-again", methods=["POST"])
@idempotent
@blp.response(200, MessageOut)
def send_again(id: int) -> Message:
    """Send a message again that was given up, or of which nobody knows whether it arrived."""
    require(signin.person(), Verb.JOB_RUN)
    message = actions.send_again(queries.outbox_message(id), by=signin.person())
    db.session.commit()
    return message
