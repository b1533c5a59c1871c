"""Where people record what was done to carry plans out, and look up enterprises."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.files import attachments
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan.activities import actions, people, queries, words
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import ABOUT_ONE, ASPECTS, DETAILS, MANY, STAGES, ActivityKind, Counted
from registry.plan.activities.schemas import (
    ActivityEdit,
    ActivityIn,
    ActivityOut,
    ActivityQuery,
    ActivityVoidIn,
    PastedIn,
)
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.web.forms import Form, listed
from registry.web.linking import linked
from registry.web.shell import form_key

blp = Blueprint("activities", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/activities")
def list_activities() -> Answer:
    """Find an activity."""
    me = signin.person()
    query = listed(ActivityQuery)
    page = queries.page_of(me, **query)
    return render_template(
        "activities/list.html",
        activities=page.items,
        next=page.next,
        words=words,
        asked=query,
        filters=request.args.to_dict(),
        form_key=form_key(),
        may_record=accounts.may(me, Verb.ACTIVITY_WRITE, None),
    )


@blp.route("/activities/new", methods=["GET", "POST"])
@idempotent
def record() -> Answer:
    """Record what was done: first its kind, then the rest."""
    me = signin.person()
    require(me, Verb.ACTIVITY_WRITE)
    said = request.form.get("kind") or request.args.get("kind") or ""
    if said not in set(ActivityKind):
        return render_template("activities/kinds.html", kinds=words.KINDS)
    kind = ActivityKind(said)
    bodies = accounts.organisation_choices(me, Verb.ACTIVITY_WRITE, clock.today())
    drawn = {"kind": kind.value} | ({"organiser": bodies[0].code} if len(bodies) == 1 else {})
    form: Form[Activity] = Form(ActivityIn, drawn=drawn)
    made = form.attempt(_recorded)
    if made is None:
        return _form_page(form, kind, None), form.status
    flash(_("Recorded."))
    return redirect(url_for("activities.show", key=made.id))


@blp.get("/activities/<key:key>")
def show(key: int) -> Answer:
    """One activity: what was done, its files, and the indicators it fulfils."""
    me = signin.person()
    activity = queries.by_id(me, key)
    sees = queries.sees_people(me, activity)
    return render_template(
        "activities/activity.html",
        activity=activity,
        words=words,
        details=[(words.DETAILS[name], activity.details.get(name)) for name in DETAILS.get(activity.kind, ())],
        headcounts=queries.headcounts(activity) if activity.listed else (),
        people=queries.people_of(me, activity, cursor=request.args.get("cursor")) if sees and activity.listed else None,
        **linked(me, [Record(RecordType.ACTIVITY, str(activity.id))], by_hand=activity.voided_at is None),
        adds=activity.persons if activity.kind is ActivityKind.TRAINING else activity.quantity,
        files=attachments.shown(queries.hook(activity)),
        most_bytes=MAX_BYTES,
        history=audit.history("activity", activity.id),
        may_edit=activity.voided_at is None and accounts.may(me, Verb.ACTIVITY_WRITE, activity.organiser_id),
        form_key=form_key(),
    )


@blp.route("/activities/<key:key>/edit", methods=["GET", "POST"])
@idempotent
def edit(key: int) -> Answer:
    """Change an activity."""
    me = signin.person()
    activity = queries.by_id(me, key, lock=True)
    require(me, Verb.ACTIVITY_WRITE, activity.organiser_id)
    form: Form[Activity] = Form(ActivityEdit, drawn=_drawn(activity), clears=True)
    if form.attempt(lambda data: _edited(form, activity, data), reading=_emptied) is None:
        return _form_page(form, activity.kind, activity), form.status
    flash(_("Saved."))
    return redirect(url_for("activities.show", key=key))


@blp.route("/activities/<key:key>/void", methods=["GET", "POST"])
@idempotent
def void(key: int) -> Answer:
    """Say that this was not so."""
    me = signin.person()
    activity = queries.by_id(me, key, lock=True)
    require(me, Verb.ACTIVITY_WRITE, activity.organiser_id)
    form: Form[Activity] = Form(ActivityVoidIn)
    if form.attempt(lambda data: _voided(activity, data)) is None:
        page = render_template(
            "activities/void.html", activity=activity, form=form.typed, errors=form.errors, form_key=form_key()
        )
        return page, form.status
    flash(_("Made void. It stays readable, and adds nothing any more."))
    return redirect(url_for("activities.show", key=key))


@blp.route("/activities/<key:key>/people", methods=["GET", "POST"])
@idempotent
def list_people(key: int) -> Answer:
    """Paste the list of who was trained; look first, keep then."""
    me = signin.person()
    activity = queries.by_id(me, key, lock=True)
    require(me, Verb.ACTIVITY_WRITE, activity.organiser_id)
    form: Form[Counted] = Form(PastedIn)
    counted = form.attempt(lambda data: _listed(activity, data))
    if counted is None or not counted.kept:
        page = render_template(
            "activities/people.html",
            activity=activity,
            counted=counted,
            kinds=[words.participant(kind) for kind in words.PARTICIPANTS],
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Saved: %(persons)s people, %(times)s attendances.", persons=counted.persons, times=counted.attendances))
    return redirect(url_for("activities.show", key=key))


def _recorded(data: dict[str, Any]) -> Activity:
    made = actions.record(**data, by=signin.person())
    db.session.commit()
    return made


def _edited(form: Form[Activity], activity: Activity, data: dict[str, Any]) -> Activity:
    form.check_version(activity.version)
    actions.edit(activity, **data, by=signin.person())
    db.session.commit()
    return activity


def _voided(activity: Activity, data: dict[str, Any]) -> Activity:
    actions.void(activity, **data, by=signin.person())
    db.session.commit()
    return activity


def _listed(activity: Activity, data: dict[str, Any]) -> Counted:
    try:
        said = people.pasted(data["people"])
    except Invalid:
        actions.may_attach(activity, by=signin.person())
        raise
    counted = actions.list_people(activity, people=said, dry_run=data["dry_run"], by=signin.person())
    db.session.commit()
    return counted


def _emptied(said: dict[str, Any]) -> dict[str, Any]:
    """Texts that may be blank are said blank where they were cleared."""
    return {"place": "", "words": ""} | said


def _drawn(activity: Activity) -> Mapping[str, Any]:
    drawn: dict[str, Any] = ActivityOut().dump(activity)
    return {name: value for name, value in drawn.items() if value is not None}


def _form_page(form: Form[Activity], kind: ActivityKind, activity: Activity | None) -> str:
    me = signin.person()
    return render_template(
        "activities/form.html",
        kind=kind,
        activity=activity,
        form=form.typed,
        errors=form.errors,
        words=words,
        aspects=[(one.value, words.ASPECTS[one]) for one in ASPECTS.get(kind, ())],
        stages=[(one.value, words.STAGES[one]) for one in STAGES.get(kind, ())],
        details=DETAILS.get(kind, ()),
        counts_several=kind in MANY,
        is_about_one=kind in ABOUT_ONE,
        organisers=accounts.organisation_choices(me, Verb.ACTIVITY_WRITE, clock.today()),
        subjects=queries.subject_choices(me),
        form_key=form_key(),
    )
