"""The pages of files of plans: asked for with a button, followed while they are made, then fetched."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.jobs.queries import somebody_works
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.plan.exports import actions, queries
from registry.plan.exports.rules import OF_NO_PLAN, Export
from registry.sheets.downloads import download, form_named

blp = Blueprint("plan_exports", __name__)
Answer = str | Response
OURS = frozenset({"plan", "lang", "limit", "cursor", "count"})


@blp.post("/plan-exports/<string:what>.<string:ending>")
@idempotent
def ask(what: str, ending: str) -> Answer:
    """Ask for a file of a list under the filters of its address."""
    if what not in set(Export):
        raise NotFound(_("There is no such file; files are kept for a day."))
    me, wanted = signin.person(), Export(what)
    plan = None if wanted in OF_NO_PLAN else request.args.get("plan", "")
    filters = {name: said for name, said in request.args.items() if said.strip() and name not in OURS}
    form = form_named(ending)
    found = actions.ask(kind=wanted, plan=plan, form=form, filters=filters, locale=current_locale(), by=me)
    db.session.commit()
    return redirect(url_for("plan_exports.show", id=found.id))


@blp.get("/plan-exports/<key:id>")
def show(id: int) -> Answer:
    """A file that is being made, or is ready."""
    found = queries.by_key(signin.person(), id)
    return render_template(
        "plan_exports/show.html", export=found, nobody_works=not found.ready_at and not somebody_works()
    )


@blp.get("/plan-exports/<key:id>/content")
def content(id: int) -> Response:
    """The file."""
    found = queries.by_key(signin.person(), id)
    return download(found.form, queries.name_of(found), queries.content(found))
