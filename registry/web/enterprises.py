"""Where planners keep what is known of enterprises."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan.activities import actions, queries, words
from registry.plan.activities.models import Enterprise
from registry.plan.activities.schemas import EnterpriseEdit, EnterpriseIn, EnterpriseOut, EnterpriseQuery
from registry.web.forms import Form, listed
from registry.web.shell import form_key

blp = Blueprint("enterprises", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/enterprises")
def list_enterprises() -> Answer:
    """Find an enterprise."""
    me = signin.person()
    page = queries.enterprises(me, **listed(EnterpriseQuery))
    may_write = accounts.may(me, Verb.ENTERPRISE_WRITE, None)
    return render_template(
        "enterprises/list.html", enterprises=page.items, next=page.next, words=words, may_write_them=may_write
    )


@blp.route("/enterprises/new", methods=["GET", "POST"])
@idempotent
def register() -> Answer:
    """Add an enterprise, or describe an organisation that is one."""
    me = signin.person()
    require(me, Verb.ENTERPRISE_WRITE)
    form: Form[Enterprise] = Form(EnterpriseIn)
    if form.attempt(_registered) is None:
        return _form_page(form, None), form.status
    flash(_("Saved."))
    return redirect(url_for("enterprises.list_enterprises"))


@blp.route("/enterprises/<code:code>/edit", methods=["GET", "POST"])
@idempotent
def edit(code: str) -> Answer:
    """Change what is known of an enterprise."""
    me = signin.person()
    enterprise = queries.enterprise_by_code(me, code, lock=True)
    require(me, Verb.ENTERPRISE_WRITE)
    form: Form[Enterprise] = Form(EnterpriseEdit, drawn=EnterpriseOut().dump(enterprise))
    if form.attempt(lambda data: _edited(form, enterprise, data)) is None:
        return _form_page(form, enterprise), form.status
    flash(_("Saved."))
    return redirect(url_for("enterprises.list_enterprises"))


def _registered(data: dict[str, Any]) -> Enterprise:
    made = actions.register_enterprise(**data, by=signin.person())
    db.session.commit()
    return made


def _edited(form: Form[Enterprise], enterprise: Enterprise, data: dict[str, Any]) -> Enterprise:
    form.check_version(enterprise.version)
    actions.edit_enterprise(enterprise, **data, by=signin.person())
    db.session.commit()
    return enterprise


def _form_page(form: Form[Enterprise], enterprise: Enterprise | None) -> str:
    return render_template(
        "enterprises/form.html",
        enterprise=enterprise,
        form=form.typed,
        errors=form.errors,
        ownerships=words.OWNERSHIPS,
        parents=queries.province_bodies(signin.person()),
        form_key=form_key(),
    )
