"""Where an inspector stands in front of an instrument: camera, typed tag or photo, and the answer in one glance."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.rules import Verb
from registry.accounts.signin import public
from registry.assets import photo as photos
from registry.assets import queries, tags
from registry.assets.rules import ScanFacts
from registry.assets.schemas import scan_answer
from registry.kernel import clock
from registry.kernel.errors import Invalid, NotFound

blp = Blueprint("scan", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/scan")
@public
def camera() -> Answer:
    """The camera, with typing and a photo beside it."""
    host = urlsplit(current_app.extensions["registry"].base_url).netloc
    return render_template("scan/scan.html", label_host=host, typed=None, errors=None)


@blp.get("/s/<string:tag>")
@blp.get("/S/<string:tag>", endpoint="label")
@public
def status(tag: str) -> Answer:
    """What a label opens: may it be used, and why."""
    try:
        facts = queries.scan_facts(tags.parse(tag))
    except NotFound as refusal:
        why = "mistyped" if isinstance(refusal, tags.MistypedTag) else "unknown"
        return _unknown(why, typed=tag[:80], detail=refusal.detail)
    return _status_page(facts)


@blp.get("/scan/typed")
@public
def typed() -> Answer:
    """A tag typed by hand leads to its status page."""
    text = request.args.get("tag", "")
    try:
        return redirect(url_for("scan.status", tag=tags.parse(text)))
    except tags.MistypedTag as refusal:
        return _unknown("mistyped", typed=text[:80], detail=refusal.detail)


@blp.post("/scan/photo")
@public
def photo() -> Answer:
    """A photo of a label, read here when the browser cannot."""
    upload = request.files.get("photo")
    try:
        found = photos.texts(upload.read() if upload else b"")
    except Invalid as refusal:
        return _unknown("unreadable", errors=refusal.errors, status=422)
    for text in found:
        try:
            return redirect(url_for("scan.status", tag=tags.parse(text)))
        except tags.MistypedTag:
            continue
    return _unknown("foreign" if found else "unreadable", status=422)


def _status_page(facts: ScanFacts) -> Answer:
    person = signin.person_or_none()
    sees = person is not None and queries.sees(person, facts.owner_id)
    records = person is not None and accounts.may(person, Verb.CALIBRATION_RECORD, None)
    answer = scan_answer(facts, clock.now())
    details = queries.by_tag(person, facts.tag) if person is not None and sees else None
    return render_template("scan/status.html", scan=answer, details=details, may_record=records)


def _unknown(
    why: str, *, typed: str | None = None, detail: str | None = None, errors: object = None, status: int = 404
) -> tuple[str, int]:
    return render_template("scan/unknown.html", why=why, typed=typed, detail=detail, errors=errors), status
