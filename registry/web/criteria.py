"""Where a laboratory is assessed against a criteria set, criterion by criterion, and the assessment is signed off."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from registry.accounts import queries as accounts
from registry.accounts import reauthentication, signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock, datafiles, problems
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Messages
from registry.kernel.files import attachments
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs import queries as labs
from registry.labs.criteria import actions, evidence, files, gaps, loading, queries, sealing, words
from registry.labs.criteria import statistics as counting
from registry.labs.criteria.models import Answer as Given
from registry.labs.criteria.models import Assessment
from registry.labs.criteria.queries import Line
from registry.labs.criteria.rules import MARKS, Grade, Kind, Mark, cut
from registry.labs.criteria.schemas import (
    AnswerIn,
    AssessmentEdit,
    AssessmentIn,
    AssessmentQuery,
    AssessmentSignOff,
)
from registry.labs.criteria.sets import SetQuery, StatisticsQuery, VersionQuery
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.web.forms import Form, listed
from registry.web.linking import linked
from registry.web.shell import form_key

blp = Blueprint("criteria", __name__)
Answer = str | Answered | tuple[str, int]
PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "asset": ("asset.show", "tag"),
    "calibration": ("calibration.show", "id"),
    "case": ("cases.show", "id"),
    "lab": ("lab.show", "code"),
    "procedure": ("procedures.show", "id"),
}


class Theirs(NamedTuple):
    """What somebody else saved while a form was open: names of fields with both texts."""

    answer: Given
    differences: Sequence[tuple[str, str, str]]


@blp.get("/criteria")
def list_sets() -> Answer:
    """Which criteria sets are loaded."""
    page = queries.sets(**listed(SetQuery))
    may_load = accounts.may(signin.person(), Verb.CRITERIA_WRITE, None)
    return render_template("criteria/sets.html", sets=page.items, next=page.next, may_load=may_load)


@blp.get("/criteria/<code:code>")
def show_set(code: str) -> Answer:
    """One version of a set with its criteria."""
    found = queries.set_by_code(code, listed(VersionQuery).get("number"))
    return render_template(
        "criteria/set.html",
        set=found,
        versions=queries.versions_of(code),
        history=audit.history("criteria_set", code),
        words=words,
    )


@blp.get("/criteria/<code:code>/file")
def set_file(code: str) -> Response:
    """A version of a set as the file it is loaded from."""
    found = queries.set_by_code(code, listed(VersionQuery).get("number"))
    written = json.dumps(found.data, ensure_ascii=False, indent=1)
    said = {"Content-Disposition": f'attachment; filename="{found.code}-{found.number}.json"'}
    return Response(written, content_type="application/json", headers=said)


@blp.route("/criteria/load", methods=["GET", "POST"])
@idempotent
def load() -> Answer:
    """Look at what a file of a set would change, and load it."""
    me = signin.person()
    require(me, Verb.CRITERIA_WRITE)
    if request.method == "GET":
        return _load_page({})
    try:
        file = files.parse(_text())
        if not request.form.get("text"):
            return _load_page({}, preview=loading.preview(file, by=me)), 200
        loaded = loading.load(file, by=me)
        db.session.commit()
    except Invalid as refusal:
        problems.rollback()
        return _load_page(refusal.errors or {}), refusal.status
    said = _("Loaded as version %(number)s.", number=loaded.set.number)
    flash(said if loaded.changed else _("Nothing was changed: this is what is loaded already."))
    return redirect(url_for("criteria.show_set", code=loaded.set.code))


@blp.get("/assessments")
def list_assessments() -> Answer:
    """Which assessments there are."""
    page = queries.page_of(signin.person(), **listed(AssessmentQuery))
    return render_template(
        "criteria/assessments.html",
        assessments=page.items,
        next=page.next,
        answered=queries.answered(page.items),
        kinds=list(Kind),
        may_open=_may_open(),
        words=words,
    )


@blp.get("/assessments/statistics")
def statistics() -> Answer:
    """What signed assessments come to: by set, by year, and which criteria are not met most often."""
    me, asked = signin.person(), listed(StatisticsQuery)
    sets = counting.by_set(me)
    named = (
        (asked["code"], asked.get("number")) if "code" in asked else (sets[0].code, sets[0].number) if sets else None
    )
    chosen = queries.set_by_code(*named) if named else None
    return render_template(
        "criteria/statistics.html",
        sets=sets,
        years=counting.by_year(me),
        chosen=chosen,
        criteria=counting.by_criterion(me, chosen.id) if chosen else [],
    )


@blp.route("/assessments/new", methods=["GET", "POST"])
@idempotent
def open_assessment() -> Answer:
    """Open an assessment."""
    me = signin.person()
    if not _may_open():
        require(me, Verb.ASSESSMENT_WRITE)
    drawn = {
        name: request.args[name] for name in ("lab", "organisation", "follows", "criteria_set") if name in request.args
    }
    drawn |= {"kind": (Kind.REASSESSMENT if "follows" in drawn else Kind.SELF).value}
    form: Form[Assessment] = Form(AssessmentIn, drawn=drawn)
    made = form.attempt(lambda data: _kept(actions.open_assessment(**data, by=me)), reading=_with_assessors)
    if made is None:
        verbs = (Verb.ASSESSMENT_WRITE, Verb.ASSESSMENT_OVERSEE)
        owners = {one.id: one for verb in verbs for one in accounts.organisation_choices(me, verb, clock.today())}
        page = render_template(
            "criteria/open.html",
            form=form.typed,
            errors=_folded(form.errors, "assessors"),
            sets=queries.sets(limit=200).items,
            organisations=list(owners.values()),
            labs=labs.choices(),
            kinds=list(Kind),
            words=words,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("The assessment is open."))
    return redirect(url_for("criteria.show", id=made.id))


@blp.get("/assessments/<key:id>")
def show(id: int) -> Answer:
    """One assessment: how far it is, its score with its parts, and every criterion."""
    return _page(queries.by_id(signin.person(), id))


@blp.route("/assessments/<key:id>/edit", methods=["GET", "POST"])
@idempotent
def edit(id: int) -> Answer:
    """Change who assesses and when."""
    found = queries.by_id(signin.person(), id, lock=True)
    actions.may_answer(found, by=signin.person())
    days = {name: getattr(found, name) for name in ("planned_on", "started_on", "finished_on")}
    drawn = {name: day.isoformat() for name, day in days.items() if day} | {"assessors": "\n".join(found.assessors)}
    form: Form[Assessment] = Form(AssessmentEdit, drawn=drawn)
    if form.attempt(lambda data: _edited(form, found, data), reading=_with_assessors) is None:
        found = queries.by_id(signin.person(), id)
        errors = _folded(form.errors, "assessors")
        page = render_template(
            "criteria/edit.html", assessment=found, form=form.typed, errors=errors, form_key=form_key()
        )
        return page, form.status
    flash(_("Saved."))
    return redirect(url_for("criteria.show", id=id))


@blp.route("/assessments/<key:id>/criteria/<code:code>", methods=["GET", "POST"])
@idempotent
def answer(id: int, code: str) -> Answer:
    """Answer one criterion, and go on to the next."""
    found = queries.by_id(signin.person(), id, lock=request.method == "POST")
    line = queries.line(found, code)
    form: Form[Given] = Form(AnswerIn, drawn=_drawn(line))
    if form.attempt(lambda data: _answered(form, found, line, data), reading=_with_records) is None:
        return _answer_page(form, id, code), form.status
    flash(_("Saved."))
    following = _following(found, code)
    if "stay" in request.form or following is None:
        return redirect(url_for("criteria.show", id=id) if following is None else url_for(".answer", id=id, code=code))
    return redirect(url_for("criteria.answer", id=id, code=following))


@blp.post("/assessments/<key:id>/sign-off")
@reauthentication.counted
@idempotent
def sign_off(id: int) -> Answer:
    """Sign an assessment off."""
    found = queries.by_id(signin.person(), id, lock=True)
    form: Form[Assessment] = Form(AssessmentSignOff)
    if form.attempt(lambda data: _kept(actions.sign_off(found, **data, by=signin.person()))) is None:
        return _page(queries.by_id(signin.person(), id), form.typed, form.errors), form.status
    flash(_("The assessment is signed off."))
    return redirect(url_for("criteria.show", id=id))


def _may_open() -> bool:
    return any(accounts.may(signin.person(), verb, None) for verb in (Verb.ASSESSMENT_WRITE, Verb.ASSESSMENT_OVERSEE))


def _text() -> str:
    """The text that was looked at before, the file that was sent, or the one that ships."""
    if text := request.form.get("text"):
        return text
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return datafiles.decoded(sent.read(datafiles.MOST_BYTES + 1), sent.filename)
    name = request.form.get("name", "")
    if name in files.names():
        return datafiles.text_of(name, files.PACKAGED)
    raise Invalid({"file": [_("Choose a file, or one of the sets that ship with the registry.")]})


def _load_page(errors: Messages, preview: loading.Preview | None = None) -> str:
    text = json.dumps(preview.file.data, ensure_ascii=False) if preview else ""
    return render_template(
        "criteria/load.html", errors=errors, names=files.names(), preview=preview, text=text, form_key=form_key()
    )


def _kept(made: Assessment) -> Assessment:
    db.session.commit()
    return made


def _edited(form: Form[Assessment], found: Assessment, data: dict[str, Any]) -> Assessment:
    form.check_version(found.version)
    return _kept(actions.edit(found, **data, by=signin.person()))


def _answered(form: Form[Given], found: Assessment, line: Line, data: dict[str, Any]) -> Given:
    form.check_version(line.answer.version if line.answer else 0)
    given = actions.answer(found, line, **data, by=signin.person())
    db.session.commit()
    return given


def _with_assessors(said: dict[str, Any]) -> dict[str, Any]:
    """Names, one a line, as a list."""
    names = [name.strip() for name in said.pop("assessors", "").splitlines() if name.strip()]
    return said | {"assessors": names}


def _with_records(said: dict[str, Any]) -> dict[str, Any]:
    """Things of the registry, between spaces or commas, as a list."""
    told = said.pop("records", "").replace(",", " ").split()
    return {name: value for name, value in said.items() if name != "stay"} | {"records": told}


def _folded(errors: Messages, name: str) -> Messages:
    """What is wrong with items that a form says in one field, beside that field."""
    found: dict[str, list[str]] = {}
    for field, messages in errors.items():
        found.setdefault(name if field.startswith(f"{name}.") else field, []).extend(messages)
    return found


def _drawn(line: Line) -> dict[str, Any]:
    given = line.answer
    if given is None:
        return {}
    told = {"mark": given.mark, "points": given.points, "grade": given.grade}
    plain = {name: str(value) for name, value in told.items() if value is not None}
    return plain | {"words": given.words, "finding": given.finding, "records": " ".join(given.records)}


def _following(found: Assessment, code: str) -> str | None:
    codes = [line.criterion.code for line in queries.lines(found)]
    place = codes.index(code) + 1
    return codes[place] if place < len(codes) else None


def _answer_page(form: Form[Given], id: int, code: str) -> str:
    me = signin.person()
    found = queries.by_id(me, id)
    lines = queries.lines(found)
    codes = [line.criterion.code for line in lines]
    place = codes.index(code)
    line = lines[place]
    carried = gaps.carried(found).get(code)
    may_write = found.signed_at is None and queries.may_write(me, found)
    rows = attachments.shown(evidence.of_answer(line.answer)) if line.answer else []
    return render_template(
        "criteria/answer.html",
        assessment=found,
        line=line,
        at=place + 1,
        number=len(lines),
        before=codes[place - 1] if place else None,
        after=codes[place + 1] if place + 1 < len(lines) else None,
        carried=carried,
        theirs=_theirs(form, line),
        marks=[mark for mark in Mark if mark in MARKS[line.criterion.scale] and _may(mark, line)],
        grades=list(Grade),
        links=_links(line.answer.records if line.answer else []),
        files=rows,
        most_bytes=MAX_BYTES,
        may_write=may_write,
        form=form.typed,
        errors=_folded(form.errors, "records"),
        words=words,
        form_key=form_key(),
    )


def _may(mark: Mark, line: Line) -> bool:
    return mark is not Mark.NOT_APPLICABLE or line.criterion.may_not_apply


def _theirs(form: Form[Given], line: Line) -> Theirs | None:
    """What somebody else saved of a criterion after a form was opened, beside what was typed."""
    given = line.answer
    if not form.submitted or given is None or form.version == str(given.version):
        return None
    stored = _drawn(line)
    names = ("mark", "points", "words", "grade", "finding", "records")
    pairs = [(name, stored.get(name, ""), str(form.typed.get(name) or "").strip()) for name in names]
    return Theirs(given, [pair for pair in pairs if pair[1] != pair[2]])


def _links(records: Sequence[str]) -> list[tuple[str, str]]:
    """What shows it, as it is said, with its page; opening that asks who may."""
    found = []
    for record in records:
        kind, _colon, key = record.partition(":")
        endpoint, name = PAGES[kind]
        by_number = name == "id"
        if not by_number or key.isdecimal():
            address: dict[str, Any] = {name: int(key) if by_number else key}
            found.append((record, url_for(endpoint, **address)))
    return found


def _page(found: Assessment, typed: dict[str, Any] | None = None, errors: Messages | None = None) -> str:
    me = signin.person()
    lines = queries.lines(found)
    before = {}
    if found.follows is not None:
        before = {line.criterion.code: line.answer for line in queries.lines(found.follows) if line.answer is not None}
    return render_template(
        "criteria/assessment.html",
        assessment=found,
        lines=lines,
        score=queries.score(found, lines),
        before=before,
        score_before=queries.score(found.follows, queries.lines(found.follows)) if found.follows else None,
        carried=gaps.carried(found),
        cut=cut,
        first=next((line.criterion.code for line in lines if line.answer is None), None),
        holds=sealing.holds(found),
        may_write=found.signed_at is None and queries.may_write(me, found),
        may_sign=found.signed_at is None and queries.may_sign(me, found),
        may_follow=found.signed_at is not None and queries.may_write(me, found),
        words=words,
        form=typed or {},
        errors=errors or {},
        history=audit.history("assessment", found.id),
        form_key=form_key(),
        **(linked(me, [Record(RecordType.ASSESSMENT, str(found.id))]) if found.signed_at else {}),
    )
