"""Where labels are chosen, looked at and printed, made blank beforehand, put on things and given up."""

import re
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.assets import tags as spelling
from registry.assets.labels import actions, drawing, queries, selection
from registry.assets.labels.layout import Content
from registry.assets.labels.media import MEDIA, USUAL, Family
from registry.assets.labels.models import Label, LabelRun
from registry.assets.labels.rules import MOST_AT_ONCE, Format, Part, Printing
from registry.assets.labels.schemas import BlankIn, ClaimIn, LabelsQuery, LookQuery, RevokeIn
from registry.assets.lists import queries as lists
from registry.assets.models import Asset
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid, Messages, flat_messages
from registry.kernel.i18n import _, current_locale
from registry.kernel.idempotency import idempotent
from registry.web.forms import NOT_DATA, Form, words_of
from registry.web.shell import form_key

blp = Blueprint("label", __name__)
Answer = str | Response | tuple[str, int]
NOT_WORDS = (
    NOT_DATA | {"lang", "tags", "tag", "show", "chosen", "format"} | {"columns", "view", "all", "back"}
)  # of the list
BETWEEN_TAGS = re.compile(r"[\s,;]+")
FOUND = 20
SINGLE, LAST_SHEET, REMEMBERED = "tape-24", "label-sheet", 365 * 24 * 3600
FILTERS = frozenset(LabelsQuery().fields) - frozenset(LookQuery().fields) - {"tag", "which"}


@blp.get("/labels")
def choose() -> Answer:
    """Choose what to print labels for and on what; see the first page."""
    errors: Messages = {}
    rows: list[selection.Printable] = []
    more, look = False, None
    try:
        asked = _asked(LabelsQuery, request.args)
        look = drawing.look(asked)
        if "chosen" in request.args:
            rows, more = selection.beginning(signin.person(), asked, limit=MOST_AT_ONCE)
    except Invalid as refusal:
        errors = refusal.errors or {}
    page = _choice_page(
        look, errors, labels=len(rows), more=more, which=[one.value for one in Printing], filters=_filters(), batch=None
    )
    return page, 422 if errors else 200


@blp.get("/labels/preview.png")
def preview() -> Response:
    """A picture of the first page."""
    asked = _asked(LabelsQuery, request.args)
    look = drawing.look(asked)
    rows, _more = selection.beginning(signin.person(), asked, limit=look.medium.per_page)
    return _picture(look, selection.contents(rows, look.parts, current_locale()))


@blp.post("/labels")
def draw() -> Answer:
    """Print labels: few at once, many in the background. What is drawn counts as printed."""
    me, asked, format = signin.person(), _asked(LabelsQuery, request.form), _format()
    look = drawing.look(asked)
    rows, more = selection.beginning(me, asked, limit=MOST_AT_ONCE)
    if more:
        run = actions.ask_run(format=format, query=asked, locale=current_locale(), by=me)
        db.session.commit()
        return redirect(url_for("label.run", id=run.id))
    content = _drawn_meanwhile(look, selection.contents(rows, look.parts, current_locale()), format)
    if accounts.may(me, Verb.ASSET_WRITE, None):
        actions.note_printed(rows, shows_due=Part.DUE in look.parts, by=me)
        db.session.commit()
    return _file(content, format, look.medium.name)


@blp.get("/labels/runs/<key:id>")
def run(id: int) -> Response:
    """Whether many labels are drawn; the page asks again by itself."""
    found = queries.run_of(signin.person(), id)
    answer = current_app.make_response(render_template("label/run.html", run=found))
    if found.ready_at is None and found.problem is None:
        answer.headers["Refresh"] = "2"
    return answer


@blp.get("/labels/runs/<key:id>/file")
def run_file(id: int) -> Answer:
    """The labels of a run."""
    found: LabelRun = queries.run_of(signin.person(), id)
    if found.content is None:
        return redirect(url_for("label.run", id=id))
    return _file(found.content, found.format)


@blp.route("/labels/blank", methods=["GET", "POST"])
@idempotent
def blank() -> Answer:
    """Make labels before anybody knows what they will be on."""
    me = signin.person()
    require(me, Verb.ASSET_WRITE)
    keepers = accounts.organisation_choices(me, Verb.ASSET_WRITE, clock.today())
    form: Form[str] = Form(BlankIn, drawn={"organisation": keepers[0].code if len(keepers) == 1 else "", "count": "24"})
    batch = form.attempt(_made)
    if batch is not None:
        flash(_("The labels are made. Choose what to print them on."))
        return redirect(url_for("label.batch", batch=batch))
    page = render_template(
        "label/blank.html",
        form=form.typed,
        errors=form.errors,
        organisations=keepers,
        batches=queries.batches(me),
        form_key=form_key(),
    )
    return page, form.status


@blp.get("/labels/batches/<code:batch>")
def batch(batch: str) -> Answer:
    """Choose what to print blank labels on; see the first page."""
    queries.batch(signin.person(), batch)
    errors: Messages = {}
    look = None
    try:
        look = drawing.look(_asked(LookQuery, request.args))
    except Invalid as refusal:
        errors = refusal.errors or {}
    waiting = selection.blank_contents(batch, (), current_locale())
    page = _choice_page(look, errors, labels=len(waiting), more=False, which=[], filters=[], batch=batch)
    return page, 422 if errors else 200


@blp.get("/labels/batches/<code:batch>/preview.png")
def batch_preview(batch: str) -> Response:
    """A picture of the first page of blank labels."""
    queries.batch(signin.person(), batch)
    look = drawing.look(_asked(LookQuery, request.args))
    return _picture(look, selection.blank_contents(batch, look.parts, current_locale()))


@blp.post("/labels/batches/<code:batch>")
def draw_batch(batch: str) -> Answer:
    """Print the labels of a batch that are still blank."""
    first, format = queries.batch(signin.person(), batch), _format()
    require(signin.person(), Verb.ASSET_WRITE, first.organisation_id)
    look = drawing.look(_asked(LookQuery, request.form))
    contents = selection.blank_contents(batch, look.parts, current_locale())
    content = _drawn_meanwhile(look, contents, format)
    actions.note_batch_printed(batch)
    db.session.commit()
    return _file(content, format, look.medium.name)


@blp.route("/labels/<string:tag>/claim", methods=["GET", "POST"])
@idempotent
def claim(tag: str) -> Answer:
    """Put a blank label on an asset; registering a new one under it is a link away."""
    me = signin.person()
    label = queries.by_tag(me, tag)
    require(me, Verb.ASSET_WRITE, label.organisation_id)
    form: Form[Asset] = Form(ClaimIn)
    asset = form.attempt(lambda said: _claimed(label, said))
    if asset is not None:
        flash(_("The label is on it now."))
        return redirect(url_for("asset.show", tag=asset.current_tag))
    typed = request.args.get("q", "").strip()[:100]
    found = lists.asset_page(me, today=clock.today(), q=typed, limit=FOUND).items if typed else []
    page = render_template(
        "label/claim.html",
        label=label,
        found=found,
        typed=typed,
        chosen=assets.by_tag(me, request.args["asset"]) if label.is_blank and request.args.get("asset") else None,
        form=form.typed,
        errors=form.errors,
        form_key=form_key(),
    )
    return page, form.status


@blp.post("/labels/<string:tag>/discard")
@idempotent
def discard(tag: str) -> Answer:
    """Revoke a blank label."""
    form: Form[Label] = Form(RevokeIn)
    label = queries.by_tag(signin.person(), tag)
    if form.attempt(lambda said: _discarded(label, said)) is None:
        flash(_first(form.errors), "error")
    else:
        flash(_("The blank label %(tag)s is revoked.", tag=spelling.grouped(label.tag)))
    return redirect(url_for("label.blank"))


@blp.post("/assets/<string:tag>/label/revoke")
@idempotent
def revoke(tag: str) -> Answer:
    """Revoke the label on an asset; the next page prints the new one."""
    form: Form[Label] = Form(RevokeIn)
    asset = assets.by_tag(signin.person(), tag, lock=True)
    made = form.attempt(lambda said: _revoked(asset, tag, said))
    if made is None:
        flash(_first(form.errors), "error")
        return redirect(url_for("asset.show", tag=tag))
    flash(_("The old label is revoked. Print the new one and stick it on."))
    return redirect(url_for("label.choose", tags=made.tag, chosen=1, show=[part.value for part in Part]))


def _choice_page(look: drawing.Look | None, errors: Messages, *, labels: int, **shown: object) -> str:
    return render_template(
        "label/choose.html",
        families={family.value: [one for one in MEDIA.values() if one.family is family] for family in Family},
        parts=[part.value for part in Part],
        shown={part.value for part in look.parts} if look else set(),
        look=look,
        errors=errors,
        labels=labels,
        most=MOST_AT_ONCE,
        pages=-(-(labels + look.skip) // look.medium.per_page) if look else 0,
        words=request.args,
        tags=_worn(_tags(request.args)),
        query=request.query_string.decode("ascii", "replace"),
        may_make=accounts.may(signin.person(), Verb.ASSET_WRITE, None),
        form_key=form_key(),
        **shown,
    )


def _asked(schema: type[Schema], said: MultiDict[str, str]) -> dict[str, Any]:
    """The words of a form or an address; where a choice was made, nothing ticked means nothing beside the tag."""
    words = words_of(schema, said, without=NOT_WORDS)
    if "chosen" in said and "sheet" in said:
        words["show"] = said.getlist("show")
    if tags := _tags(said):
        words["tag"] = tags
    if not words.get("sheet"):
        words["sheet"] = _usual_sheet(words.get("tag", []))
    try:
        return dict(schema().load(words))
    except ValidationError as error:
        raise Invalid(flat_messages(error.messages)) from error


def _tags(said: MultiDict[str, str]) -> list[str]:
    """The tags that were typed, then those that were picked."""
    return [tag for tag in BETWEEN_TAGS.split(said.get("tags", "")) if tag] + said.getlist("tag")


def _worn(tags: list[str]) -> list[str]:
    """Tags as the labels say them now."""
    now = queries.worn(set(tags)) if tags else {}
    return [now.get(tag, tag) for tag in tags]


def _usual_sheet(tags: list[str]) -> str:
    """What this browser printed on last; else a whole sheet, and for a single label a small one."""
    last = request.cookies.get(LAST_SHEET)
    if last is not None and last in MEDIA:
        return last
    return SINGLE if len(tags) == 1 else USUAL


def _filters() -> list[tuple[str, str]]:
    """The filters of the list beside the search, each value by itself."""
    said = sorted(request.args.items(multi=True))
    return [(name, value) for name, value in said if name in FILTERS - {"q"} and value.strip()]


def _format() -> Format:
    return Format.ZPL if request.values.get("format") == Format.ZPL else Format.PDF


def _drawn_meanwhile(look: drawing.Look, contents: list[Content], format: Format) -> bytes:
    """The file, drawn while others write: so far this request only read."""
    db.session.rollback()
    return drawing.drawn(look, contents, _base_url(), format=format)


def _picture(look: drawing.Look, contents: list[Content]) -> Response:
    return Response(drawing.preview(look, contents, _base_url()), content_type="image/png")


def _file(content: bytes, format: Format, sheet: str | None = None) -> Response:
    what = _("labels")
    name = f"{what}-{clock.today():%Y-%m-%d}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    answer = Response(content, content_type=drawing.CONTENT_TYPES[format], headers=headers)
    if sheet:
        answer.set_cookie(LAST_SHEET, sheet, max_age=REMEMBERED, samesite="Lax", secure=request.is_secure)
    return answer


def _base_url() -> str:
    base_url: str = current_app.extensions["registry"].base_url
    return base_url


def _first(errors: Messages) -> str:
    return " ".join(message for messages in errors.values() for message in messages)


def _made(said: dict[str, Any]) -> str:
    made = actions.make_blank(**said, by=signin.person())
    db.session.commit()
    return made


def _claimed(label: Label, said: dict[str, Any]) -> Asset:
    asset = actions.claim(label, **said, by=signin.person())
    db.session.commit()
    return asset


def _discarded(label: Label, said: dict[str, Any]) -> Label:
    actions.discard(label, **said, by=signin.person())
    db.session.commit()
    return label


def _revoked(asset: Asset, tag: str, said: dict[str, Any]) -> Label:
    _refuse_other(asset, tag)
    label = actions.revoke(asset, **said, by=signin.person())
    db.session.commit()
    return label


def _refuse_other(asset: Asset, tag: str) -> None:
    """Somebody else replaced the label that this page showed: theirs is the one that is on it now."""
    if spelling.parse(tag) != asset.current_tag:
        current = spelling.grouped(asset.current_tag)
        raise Conflict(_("Its label was replaced in the meantime: the one on it now is %(tag)s.", tag=current))
