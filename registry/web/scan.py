"""Where an inspector stands in front of an instrument: camera, typed tag or photo, and the answer in one glance."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.rules import Verb
from registry.accounts.signin import public
from registry.assets import photo as photos
from registry.assets import queries, tags
from registry.assets.custody import queries as custody
from registry.assets.labels import queries as labels
from registry.assets.labels.rules import Scanned
from registry.assets.labels.schemas import scanned_answer
from registry.calibration.due import queries as dates
from registry.kernel import clock
from registry.kernel.errors import Invalid, NotFound
from registry.web.shell import label_host

blp = Blueprint("scan", __name__)
Answer = str | Response | tuple[str, int]


@blp.get("/scan")
@public
def camera() -> Answer:
    """The camera, with typing and a photo beside it."""
    return render_template("scan/scan.html", label_host=label_host(), typed=None, errors=None)


@blp.get("/s/<string:tag>")
@blp.get("/S/<string:tag>", endpoint="label")
@public
def status(tag: str) -> Answer:
    """What a label opens: may it be used, and why."""
    try:
        scanned = labels.scanned(tags.parse(tag))
    except labels.BlankLabel:
        return _blank(tags.parse(tag))
    except NotFound as refusal:
        why = "mistyped" if isinstance(refusal, tags.MistypedTag) else "unknown"
        return _unknown(why, typed=tag[:80], detail=refusal.detail)
    return _status_page(scanned)


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


def _blank(tag: str) -> Answer:
    person = signin.person_or_none()
    claims = person is not None and accounts.may(person, Verb.ASSET_WRITE, None)
    return render_template("scan/blank.html", tag=tag, may_claim=claims)


def _status_page(scanned: Scanned) -> Answer:
    facts, person = scanned.facts, signin.person_or_none()
    sees = person is not None and queries.sees(person, facts.owner_id)
    records = person is not None and accounts.may(person, Verb.CALIBRATION_RECORD, None)
    answer = scanned_answer(scanned, clock.now())
    details = queries.by_tag(person, facts.tag) if person is not None and sees else None
    return render_template(
        "scan/status.html",
        scan=answer,
        details=details,
        way_back=custody.way_back(person, details) if person is not None and details is not None else None,
        whys=dates.explanations(details) if details is not None else [],
        may_record=records and not scanned.is_revoked,
        label=scanned,
    )


def _unknown(
    why: str, *, typed: str | None = None, detail: str | None = None, errors: object = None, status: int = 404
) -> tuple[str, int]:
    return render_template("scan/unknown.html", why=why, typed=typed, detail=detail, errors=errors), status
