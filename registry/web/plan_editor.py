"""Where a planner writes a plan's next version row by row, is told in place what does not agree, and publishes it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response as Answered

from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import clock, problems
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Messages, NotFound
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.plan import files, queries
from registry.plan.adjustments import intake, words
from registry.plan.adjustments import queries as adjustments
from registry.plan.document import GeoScope, RowKind
from registry.plan.drafts import actions, parts, places, rows, rules
from registry.plan.drafts import queries as drafts
from registry.plan.drafts.models import PlanDraft
from registry.plan.drafts.schemas import DraftDutiesIn, DraftHeadIn, DraftRowIn, DraftSourcesIn, NewRowIn, PublishIn
from registry.plan.duties.words import REPEATS
from registry.plan.models import Plan
from registry.plan.rules import Mode
from registry.plan.versions import Loaded
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("plan_editor", __name__)
Answer = str | Answered | tuple[str, int]


@blp.get("/plan/<code:code>/draft")
def show(code: str) -> Answer:
    """The draft as a whole: every row, and everything that does not agree."""
    plan = _plan(code)
    draft = drafts.find(plan)
    if draft is None:
        return render_template("plan_editor/none.html", plan=plan, history=drafts.history(plan), form_key=form_key())
    return _draft_page(plan, draft)


@blp.post("/plan/<code:code>/draft")
@idempotent
def begin(code: str) -> Answer:
    """Begin a draft from the version that is in force."""
    plan = _plan(code)
    actions.open_draft(plan, by=signin.person())
    db.session.commit()
    flash(_("The draft is begun. Nothing changes for others until it is published."))
    return redirect(url_for("plan_editor.show", code=code))


@blp.post("/plan/<code:code>/draft/discard")
@idempotent
def discard(code: str) -> Answer:
    """Give the draft up."""
    plan = _plan(code)
    actions.discard(plan, drafts.draft_of(plan, lock=True), by=signin.person())
    db.session.commit()
    flash(_("The draft is given up."))
    return redirect(url_for("plan_versions.list_versions", code=code))


@blp.post("/plan/<code:code>/draft/sums")
@idempotent
def sums(code: str) -> Answer:
    """Add every printed sum up anew."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=True)
    _check(draft, request.form.get("version"))
    actions.change(plan, draft, rules.added_up(draft.document), by=signin.person())
    db.session.commit()
    flash(_("The sums are added up."))
    return redirect(url_for("plan_editor.show", code=code))


@blp.post("/plan/<code:code>/draft/take")
@idempotent
def take(code: str) -> Answer:
    """Let the draft say what a file says."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=True)
    try:
        actions.take(plan, draft, files.parse(intake.text("csrf_token", "idempotency_key")), by=signin.person())
        db.session.commit()
    except Invalid as refusal:
        problems.rollback()
        return _draft_page(plan, drafts.draft_of(plan), refused=refusal.errors or {}), refusal.status
    flash(_("The draft says what the file says."))
    return redirect(url_for("plan_editor.show", code=code))


@blp.get("/plan/<code:code>/draft/file")
def file(code: str) -> Response:
    """The draft as a plan file."""
    draft = drafts.draft_of(_plan(code))
    said = {"Content-Disposition": f'attachment; filename="{code}-draft.json"'}
    return Response(files.written(draft.document), content_type="application/json", headers=said)


@blp.route("/plan/<code:code>/draft/rows/<code:row>", methods=["GET", "POST"])
@idempotent
def row(code: str, row: str) -> Answer:
    """One row: its words, targets, money, and what does not agree about it."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=request.method == "POST")
    found = _row(draft, row)
    form: Form[PlanDraft] = Form(DraftRowIn, drawn=rows.drawn(draft.document, found))

    def data(said: dict[str, Any]) -> rules.Data:
        base = adjustments.by_key(draft.based_on_id).document
        return rules.with_row(draft.document, row, rows.changed(found, said, base=base))

    if form.attempt(lambda said: _kept(plan, draft, form, lambda: data(said))) is None:
        return _row_page(plan, row, form), form.status
    flash(_("Saved in the draft."))
    return redirect(url_for("plan_editor.row", code=code, row=form.typed["code"]))


@blp.route("/plan/<code:code>/draft/new-row", methods=["GET", "POST"])
@idempotent
def add(code: str) -> Answer:
    """A goal, a row or a heading more."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=request.method == "POST")
    form: Form[PlanDraft] = Form(NewRowIn, drawn={"kind": RowKind.LEAF.value, "lead": draft.document["plan"]["lead"]})

    def data(said: dict[str, Any]) -> rules.Data:
        return rules.with_new_row(draft.document, rows.new(draft.document, said))

    if form.attempt(lambda said: _kept(plan, draft, form, lambda: data(said))) is None:
        page = render_template("plan_editor/new.html", **_choices(plan, drafts.draft_of(plan), form))
        return page, form.status
    flash(_("Added to the draft."))
    return redirect(url_for("plan_editor.row", code=code, row=form.typed["code"]))


@blp.post("/plan/<code:code>/draft/rows/<code:row>/remove")
@idempotent
def remove(code: str, row: str) -> Answer:
    """Take a row out of the draft."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=True)
    _row(draft, row)
    _check(draft, request.form.get("version"))
    actions.change(plan, draft, rules.without_row(draft.document, row), by=signin.person())
    db.session.commit()
    flash(_("Taken out of the draft."))
    return redirect(url_for("plan_editor.show", code=code))


@blp.post("/plan/<code:code>/draft/rows/<code:row>/move")
@idempotent
def move(code: str, row: str) -> Answer:
    """Put a row before or behind its neighbour."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=True)
    _row(draft, row)
    _check(draft, request.form.get("version"))
    data = rules.moved(draft.document, row, up=request.form.get("to") == "up")
    actions.change(plan, draft, data, by=signin.person())
    db.session.commit()
    flash(_("Saved in the draft."))
    return redirect(url_for("plan_editor.row", code=code, row=row))


@blp.route("/plan/<code:code>/draft/head", methods=["GET", "POST"])
@idempotent
def head(code: str) -> Answer:
    """The plan's title, printed totals and periods."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=request.method == "POST")
    form: Form[PlanDraft] = Form(DraftHeadIn, drawn=places.head(draft.document))
    kept = form.attempt(
        lambda said: _kept(plan, draft, form, lambda: places.with_head(draft.document, said)), reading=places.reading
    )
    if kept is None:
        draft = drafts.draft_of(plan)
        told = form.errors if form.submitted else places.of_head(drafts.faults(draft))
        return render_template("plan_editor/head.html", **_choices(plan, draft, form, told)), form.status
    flash(_("Saved in the draft."))
    return redirect(url_for("plan_editor.head", code=code))


class _Part(NamedTuple):
    """A part of a draft that has a page of its own: where it stands in the document, how it is drawn and put back."""

    page: str
    place: str
    said: type[Schema]
    drawn: Callable[[dict[str, Any]], dict[str, Any]]
    put: Callable[[dict[str, Any], Mapping[str, Any]], dict[str, Any]]


SOURCES: Final = _Part("sources", "funding_sources", DraftSourcesIn, parts.sources, parts.with_sources)
DUTIES: Final = _Part("duties", "duties", DraftDutiesIn, parts.duties, parts.with_duties)


@blp.route("/plan/<code:code>/draft/sources", methods=["GET", "POST"])
@idempotent
def sources(code: str) -> Answer:
    """The sources of money that rows may name."""
    return _edit(code, SOURCES)


@blp.route("/plan/<code:code>/draft/duties", methods=["GET", "POST"])
@idempotent
def duties(code: str) -> Answer:
    """The plan's duties: who, what, when and for which indicators."""
    return _edit(code, DUTIES)


def _edit(code: str, part: _Part) -> Answer:
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=request.method == "POST")
    form: Form[PlanDraft] = Form(part.said, drawn=part.drawn(draft.document))
    told = partial(parts.beside, part.place, part.page)
    kept = form.attempt(
        lambda said: _kept(plan, draft, form, lambda: part.put(draft.document, said), told),
        reading=partial(parts.reading, part.page),
    )
    if kept is None:
        draft = drafts.draft_of(plan)
        wrong = form.errors if form.submitted else told(drafts.faults(draft))
        return render_template(f"plan_editor/{part.page}.html", **_choices(plan, draft, form, wrong)), form.status
    flash(_("Saved in the draft."))
    return redirect(url_for(f"plan_editor.{part.page}", code=code))


@blp.route("/plan/<code:code>/draft/publish", methods=["GET", "POST"])
@idempotent
def publish(code: str) -> Answer:
    """What the draft changes, and the decision that makes it a version."""
    plan = _plan(code)
    draft = drafts.draft_of(plan, lock=request.method == "POST")
    form: Form[Loaded] = Form(PublishIn, drawn={"on": clock.today().isoformat()})
    loaded = form.attempt(lambda said: _published(plan, draft, form, said))
    if loaded is None:
        draft = drafts.draft_of(plan)
        page = render_template(
            "plan_editor/publish.html",
            plan=plan,
            draft=draft,
            changes=drafts.changes(draft),
            said=words.sentence,
            faults=places.told(draft.document, drafts.faults(draft)),
            form=form.typed,
            errors=places.beside(form.errors, {"number", "on", "in_force_from"}),
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Published as version %(number)s.", number=loaded.version.number))
    return redirect(url_for("plan_versions.show", code=code, number=loaded.version.number))


def _plan(code: str) -> Plan:
    """A plan that the person writes."""
    plan = queries.by_code(code, signin.person())
    require(signin.person(), Verb.PLAN_WRITE, plan.lead_id)
    return plan


def _row(draft: PlanDraft, code: str) -> rules.Data:
    found = rules.row_of(draft.document, code)
    if found is None:
        raise NotFound(_("The draft has no row with the code “%(code)s”.", code=code))
    return found


def _check(draft: PlanDraft, version: str | None) -> None:
    if version != str(draft.version):
        raise Conflict(_("Somebody changed this after you opened the form. Open it again and repeat your change."))


def _kept(
    plan: Plan,
    draft: PlanDraft,
    form: Form[PlanDraft],
    made: Callable[[], rules.Data],
    beside: Callable[[Messages], Messages] = places.of_head,
) -> PlanDraft:
    """The draft with other data; what does not fit the form of a file is told beside the fields of this form."""
    form.check_version(draft.version)
    data = made()
    try:
        actions.change(plan, draft, data, by=signin.person())
    except Invalid as refusal:
        code = form.typed.get("code")
        told = places.of_row(data, str(code), refusal.errors or {}) if code else beside(refusal.errors or {})
        raise Invalid(told or refusal.errors or {}) from refusal
    db.session.commit()
    return draft


def _published(plan: Plan, draft: PlanDraft, form: Form[Loaded], said: dict[str, Any]) -> Loaded:
    form.check_version(draft.version)
    loaded = actions.publish(plan, draft, **said, by=signin.person())
    db.session.commit()
    return loaded


def _draft_page(plan: Plan, draft: PlanDraft, refused: Messages | None = None) -> str:
    faults = drafts.faults(draft)
    return render_template(
        "plan_editor/draft.html",
        plan=plan,
        draft=draft,
        data=draft.document,
        faults=places.told(draft.document, faults),
        faulty={one.code for one in places.told(draft.document, faults)},
        refused=refused or {},
        history=drafts.history(plan),
        form_key=form_key(),
    )


def _row_page(plan: Plan, row: str, form: Form[PlanDraft]) -> str:
    draft = drafts.draft_of(plan)
    found = _row(draft, row)
    told = form.errors if form.submitted else places.of_row(draft.document, row, drafts.faults(draft))
    return render_template(
        "plan_editor/row.html",
        row=found,
        is_new=rules.row_of(adjustments.by_key(draft.based_on_id).document, found.get("was") or row) is None,
        **_choices(plan, draft, form, told),
    )


def _choices(plan: Plan, draft: PlanDraft, form: Form[PlanDraft], told: Messages | None = None) -> Mapping[str, Any]:
    """What the pages that change a draft offer and say."""
    data, language = draft.document, current_locale()
    named = [(one["code"], f"{one['code']} {one['title'][language]}") for one in [*data["indicators"], *data["rows"]]]
    headings = {one["code"] for one in data["rows"] if one["kind"] != "leaf"}
    return {
        "plan": plan,
        "draft": draft,
        "data": data,
        "form": form.typed,
        "errors": form.errors if told is None else told,
        "refused": bool(form.errors),
        "bodies": [(one["code"], one["name"][language]) for one in data["bodies"]],
        "parents": [one for one in named if one[0] in headings],
        "others": [one for one in named if one[0] not in headings],
        "modes": list(Mode),
        "scopes": list(GeoScope),
        "kinds": list(RowKind),
        "repeats": REPEATS,
        "form_key": form_key(),
    }
