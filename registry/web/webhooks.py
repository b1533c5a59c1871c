"""Where managers let programs of their organisation be told of due dates."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.notices import actions, queries
from registry.calibration.notices.models import Webhook
from registry.calibration.notices.rules import OFFSETS
from registry.calibration.notices.schemas import PlainQuery, WebhookIn
from registry.config import Settings
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.web.forms import Form, listed

blp = Blueprint("webhooks", __name__)
Answer = str | Response | tuple[str, int]


@blp.route("/account/webhooks", methods=["GET", "POST"])
def webhooks() -> Answer:
    """The webhooks of my organisations; add one, whose secret is shown once."""
    require(signin.person(), Verb.WEBHOOK_WRITE)
    form: Form[Webhook] = Form(WebhookIn)
    made = form.attempt(_added, reading=lambda said: said | {"offsets": list(OFFSETS)})
    return _page(form, shown=made)


@blp.post("/account/webhooks/<key:id>/secret")
def renew_secret(id: int) -> Answer:
    """Give a webhook a new secret, shown once."""
    found = actions.renew_secret(queries.webhook_by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    form: Form[Webhook] = Form(WebhookIn)
    form.typed = {}
    return _page(form, shown=found)


@blp.post("/account/webhooks/<key:id>/test")
def try_webhook(id: int) -> Answer:
    """Send a webhook a test message."""
    hook = queries.webhook_by_key(signin.person(), id)
    actions.try_webhook(hook, base_url=_settings().base_url, by=signin.person())
    db.session.commit()
    flash(_("The test message is on its way."))
    return redirect(url_for("webhooks.webhooks"))


@blp.post("/account/webhooks/<key:id>/remove")
def remove(id: int) -> Answer:
    """Take a webhook away."""
    actions.remove_webhook(queries.webhook_by_key(signin.person(), id), by=signin.person())
    db.session.commit()
    flash(_("The webhook is taken away."))
    return redirect(url_for("webhooks.webhooks"))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["registry"]
    return settings


def _added(data: dict[str, Any]) -> Webhook:
    made = actions.add_webhook(**data, private=_settings().private_webhooks, by=signin.person())
    db.session.commit()
    return made


def _page(form: Form[Webhook], *, shown: Webhook | None) -> tuple[str, int]:
    me = signin.person()
    page = queries.webhook_page(me, **listed(PlainQuery))
    return render_template(
        "notices/webhooks.html",
        hooks=page.items,
        last=queries.last_messages(page.items),
        next=page.next,
        organisations=accounts.organisation_choices(me, Verb.WEBHOOK_WRITE, clock.today()),
        shown=shown,
        form={} if shown else form.typed,
        errors=form.errors,
    ), form.status
