"""Where the minutes of an inspection are read, printed, signed and amended, and its measures are followed."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from marshmallow import ValidationError
from werkzeug.wrappers import Response as Redirection

from registry.accounts import signin
from registry.accounts.signin import public
from registry.inspection import acting
from registry.inspection import queries as inspections
from registry.inspection.acting import Act
from registry.inspection.checks import queries as checks
from registry.inspection.measures import actions as measuring
from registry.inspection.measures import queries as measures
from registry.inspection.measures.rules import WORDS, MeasureKind
from registry.inspection.measures.schemas import MeasureIn, SettleIn
from registry.inspection.minutes import actions, queries
from registry.inspection.minutes.models import InspectionMinutes
from registry.inspection.minutes.schemas import MinutesIn, ProofQuery
from registry.inspection.minutes.setting import head_of, paper_of
from registry.inspection.models import Inspection
from registry.inspection.rules import State
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Messages, NotFound, flat_messages
from registry.kernel.files.rules import disposition
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.kernel.papers import docx, pdf
from registry.kernel.papers.paper import Language
from registry.kernel.papers.words import number_of, place_and_day
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("inspection_minutes", __name__)
Answer = str | Redirection | tuple[str, int]
Made = TypeVar("Made")
MOST_CHOICES: Final = 100
SET_AS: Final = {
    "docx": (docx.document, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": (pdf.document, "application/pdf"),
}


@blp.get("/minutes")
@public
def prove() -> Answer:
    """Whether minutes that somebody holds were signed here, by the hash that stands on them, for everybody."""
    typed = "".join(request.args.get("sha256", "").split())
    errors: Messages = {}
    found = None
    if typed:
        try:
            found = queries.proved(ProofQuery().load({"sha256": typed})["sha256"], signin.person_or_none())
        except ValidationError as error:
            errors = flat_messages(error.messages)
    page = render_template("inspection/proof.html", found=found, form={"sha256": typed}, errors=errors)
    return page, 422 if errors else 200


@blp.get("/inspections/<key:id>/minutes")
def show(id: int) -> Answer:
    """The newest minutes, or as they would read if they were signed now."""
    visit = _visit(id)
    signed = queries.versions(visit)
    return _page(visit, signed[0] if signed else None)


@blp.get("/inspections/<key:id>/minutes/<key:number>")
def version(id: int, number: int) -> Answer:
    """One version of the minutes, as it was signed."""
    visit = _visit(id)
    return _page(visit, queries.version(visit, number))


@blp.get("/inspections/<key:id>/minutes/<key:number>.<string:form>")
def file(id: int, number: int, form: str) -> Response:
    """One version of the minutes as DOCX or PDF, the same bytes whenever it is asked for."""
    minutes = queries.version(_visit(id), number)
    if form not in SET_AS:
        raise NotFound(_("There are such minutes as docx and as pdf."))
    setting, media_type = SET_AS[form]
    name = f"bien-ban-{id}-{number}.{form}"
    headers = {"Content-Disposition": disposition("attachment", name)}
    return Response(setting(paper_of(minutes)), content_type=media_type, headers=headers)


@blp.route("/inspections/<key:id>/minutes/sign", methods=["GET", "POST"])
@idempotent
def sign(id: int) -> Answer:
    """Sign the minutes, or amend them."""
    me = signin.person()
    visit = _visit(id, lock=request.method == "POST")
    actions.require_leader(visit, me)
    form: Form[InspectionMinutes] = Form(MinutesIn)
    made = form.attempt(lambda data: _committed(actions.sign(visit, **data, by=me)))
    if made is None:
        page = render_template(
            "inspection/sign.html",
            visit=visit,
            amends=visit.state is State.SIGNED,
            counted=checks.counts([visit.id]).get(visit.id, (0, 0)),
            disputed=len(checks.disputed(visit)),
            form=form.typed,
            errors=form.errors,
            person=me.id,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Signed as version %(number)s.", number=made.number))
    return redirect(url_for("inspection_minutes.show", id=id))


@blp.route("/inspections/<key:id>/measures", methods=["GET", "POST"])
@idempotent
def follow(id: int) -> Answer:
    """What the inspected organisation has to do, and a further measure."""
    return _acted(id, Form(MeasureIn), lambda visit, data: measuring.decide(visit, **data, by=signin.person()))


@blp.post("/inspections/<key:id>/measures/<key:measure>/done")
@idempotent
def settle(id: int, measure: int) -> Answer:
    """Write down that a measure was followed."""

    def act(visit: Inspection, data: dict[str, Any]) -> object:
        found = measures.by_id(visit, measure, lock=True)
        return measuring.settle(visit, found, **data, by=signin.person())

    return _acted(id, Form(SettleIn), act, settled=measure)


def _acted(
    id: int, form: Form[Any], act: Callable[[Inspection, dict[str, Any]], object], settled: int | None = None
) -> Answer:
    visit = _visit(id, lock=request.method == "POST")
    if form.attempt(lambda data: _committed(act(visit, data))) is not None:
        flash(_("Saved."))
        return redirect(url_for("inspection_minutes.follow", id=id))
    page = render_template(
        "inspection/measures.html",
        visit=visit,
        measures=measures.of_visit(visit),
        words=WORDS,
        kinds=[kind.value for kind in MeasureKind],
        bad=checks.all_of(visit, most=MOST_CHOICES, only_bad=True, q=request.args.get("find", "").strip()[:100]),
        most=MOST_CHOICES,
        find=request.args.get("find", ""),
        follows_up=acting.may(signin.person(), visit, Act.FOLLOW_UP),
        decides=visit.state in {State.IN_PROGRESS, State.SIGNED} and acting.may(signin.person(), visit, Act.TAKE_PART),
        settled=settled,
        today=clock.today(),
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


def _committed(made: Made) -> Made:
    db.session.commit()
    return made


def _visit(id: int, *, lock: bool = False) -> Inspection:
    return inspections.by_id(signin.person(), id, lock=lock)


def _page(visit: Inspection, minutes: InspectionMinutes | None) -> Answer:
    me = signin.person()
    content = minutes.content if minutes is not None else queries.draft(visit)
    page = render_template(
        "inspection/minutes.html",
        visit=visit,
        minutes=minutes,
        content=content,
        drawn_up=place_and_day(head_of(content), Language.VIETNAMESE),
        number_of=number_of,
        versions=queries.versions(visit),
        late=queries.late_photos(visit, minutes) if minutes is not None else 0,
        late_checks=queries.late_checks(visit),
        signs=visit.state in {State.IN_PROGRESS, State.SIGNED} and acting.may(me, visit, Act.LEAD),
    )
    return page, 200
