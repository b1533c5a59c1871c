"""Where a plan file is loaded by decision, every version stays readable, and two are compared in words."""

import json
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import clock, datafiles, problems
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, Invalid, Messages
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan import files, queries, versions
from registry.plan.adjustments import comparing, intake, shipped, words
from registry.plan.adjustments import queries as adjustments
from registry.plan.adjustments.schemas import SinceQuery, VersionQuery, ended
from registry.plan.files import PlanFile
from registry.web.forms import listed
from registry.web.shell import form_key

blp = Blueprint("plan_versions", __name__)
Answer = str | Answered | tuple[str, int]


@blp.route("/plan/load", methods=["GET", "POST"])
@idempotent
def load() -> Answer:
    """Look at what a plan file would change, and load it."""
    me = signin.person()
    require(me, Verb.PLAN_WRITE)
    if request.method == "GET":
        return _load_page({})
    try:
        file = files.parse(_text())
        if not request.form.get("text"):
            return _load_page({}, preview=_preview(file), file=file), 200
        loaded = versions.load(file, by=me)
        db.session.commit()
    except (Conflict, Forbidden, Invalid) as refusal:
        problems.rollback()
        return _load_page(refusal.errors or {"": [refusal.detail]}), refusal.status
    said = _("Loaded as version %(number)s.", number=loaded.version.number)
    flash(said if loaded.changed else _("Nothing was changed: this is what is loaded already."))
    return redirect(url_for("plan_versions.show", code=loaded.plan.code, number=loaded.version.number))


@blp.get("/plan/<code:code>/versions")
def list_versions(code: str) -> Answer:
    """The plan's versions, by decision."""
    plan = queries.by_code(code, signin.person())
    page = adjustments.page_of(plan, **listed(VersionQuery))
    return render_template(
        "plan_versions/list.html",
        plan=plan,
        versions=page.items,
        next=page.next,
        now=adjustments.version_on(plan, clock.today()).number,
        today=clock.today(),
        may_load=accounts.may(signin.person(), Verb.PLAN_WRITE, plan.lead_id),
    )


@blp.post("/plan/<code:code>/versions")
@idempotent
def learn(code: str) -> Answer:
    """Let the plan learn what the file that ships with the registry says newly."""
    me = signin.person()
    try:
        loaded = shipped.learn(queries.by_code(code, me), by=me)
        db.session.commit()
    except Conflict as refusal:
        problems.rollback()
        flash(refusal.detail)
        return redirect(url_for("plan.show", code=code))
    flash(_("Learned, as version %(number)s.", number=loaded.version.number))
    return redirect(url_for("plan_versions.show", code=code, number=loaded.version.number))


@blp.get("/plan/<code:code>/versions/<key:number>")
def show(code: str, number: int) -> Answer:
    """One version, whole."""
    plan = queries.by_code(code, signin.person())
    found = adjustments.by_number(plan, number)
    return render_template(
        "plan_versions/version.html",
        plan=plan,
        version=found,
        now=adjustments.version_on(plan, clock.today()).number,
        before=adjustments.before(found),
        total=found.document["money"]["total_dong"],
        ended={row.code: date.fromisoformat(on) for row in found.rows if (on := ended(row, "on"))},
    )


@blp.get("/plan/<code:code>/versions/<key:number>/file")
def file(code: str, number: int) -> Response:
    """A version as the file it was loaded from."""
    found = adjustments.by_number(queries.by_code(code, signin.person()), number)
    return as_file(found.document, f"{code}-{number}")


@blp.get("/plan/<code:code>/versions/<key:number>/changes")
def changes(code: str, number: int) -> Answer:
    """What differs between this version and another, in words."""
    plan = queries.by_code(code, signin.person())
    found = adjustments.by_number(plan, number)
    since = listed(SinceQuery).get("since")
    other = adjustments.by_number(plan, since) if since else adjustments.before(found)
    return render_template(
        "plan_versions/changes.html",
        plan=plan,
        version=found,
        other=other,
        others=[one for one in adjustments.page_of(plan, limit=200).items if one.id != found.id],
        changes=comparing.between(other, found),
        said=words.sentence,
    )


def as_file(data: dict[str, Any], name: str) -> Response:
    """A plan as the data file that loads again."""
    said = {"Content-Disposition": f'attachment; filename="{name}.json"'}
    return Response(files.written(data), content_type="application/json", headers=said)


def _text() -> str:
    """The text that was looked at before, or the file that was sent, or the one that ships."""
    if text := request.form.get("text"):
        return text
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return intake.content(sent)
    name = request.form.get("name", "")
    if name in files.names():
        return datafiles.text_of(name, files.PACKAGED)
    raise Invalid({"file": [_("Choose a file, or one of the plans that ship with the registry.")]})


def _preview(file: PlanFile) -> dict[str, Any]:
    """What loading a file would do, by doing it and taking that back."""
    trial = db.session.begin_nested()
    loaded = versions.load(file, by=signin.person())
    said = {
        "number": loaded.version.number,
        "changed": loaded.changed,
        "base": loaded.base.number if loaded.base else None,
        "changes": comparing.between(loaded.base, loaded.version) if loaded.changed else [],
    }
    trial.rollback()
    return said


def _load_page(errors: Messages, *, preview: dict[str, Any] | None = None, file: PlanFile | None = None) -> str:
    return render_template(
        "plan_versions/load.html",
        errors=errors,
        names=files.names(),
        preview=preview,
        document=file.document if file else None,
        text=json.dumps(file.data, ensure_ascii=False) if file else "",
        said=words.sentence,
        form_key=form_key(),
    )
