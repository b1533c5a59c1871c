"""Where an inspector stands in front of an instrument: camera, typed tag or photo, and the answer in one glance."""

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import signin
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.accounts.signin import public
from registry.assets import photo as photos
from registry.assets import queries, tags
from registry.assets.custody import queries as custody
from registry.assets.custody.rules import HoldingKind
from registry.assets.fitness import Gap, marks, naming_work
from registry.assets.labels import queries as labels
from registry.assets.labels.answers import discarded_text, revoked_text, scan_answer
from registry.assets.labels.rules import Scanned
from registry.assets.materials import queries as materials
from registry.assets.models import Asset
from registry.assets.rules import AT_WORK, GONE, Kind, resting
from registry.kernel import clock
from registry.kernel.errors import Invalid, NotFound
from registry.web.shell import label_host

if TYPE_CHECKING:
    from collections.abc import Sequence

    from registry.assets.custody.models import Holding
    from registry.calibration.cases.models import CaseItem
    from registry.calibration.competence.scanned import Accredited
    from registry.calibration.due.queries import Explanation
    from registry.inspection.checks.models import InspectionCheck
    from registry.inspection.models import Inspection

blp = Blueprint("scan", __name__)
Answer = str | Response | tuple[str, int]
MOST_VISITS = 3


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
    except labels.DiscardedLabel as gone:
        return render_template("scan/blank.html", tag=tags.parse(tag), may_claim=False, gone=discarded_text(gone))
    except NotFound as refusal:
        why = "mistyped" if isinstance(refusal, tags.MistypedTag) else "unknown"
        return _unknown(why, typed=tag[:80], detail=refusal.detail)
    return _status_page(scanned)


@blp.get("/scan/typed")
@public
def typed() -> Answer:
    """A tag typed by hand leads to its status page, other words of who is signed in to the assets they find."""
    text = request.args.get("tag", "")
    try:
        return redirect(url_for("scan.status", tag=tags.parse(text)))
    except tags.MistypedTag as refusal:
        if signin.person_or_none() is not None and not tags.is_like_one(text):
            return redirect(url_for("asset.list_assets", q=text[:100].strip()))
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
    return render_template("scan/blank.html", tag=tag, may_claim=claims, gone=None)


def _status_page(scanned: Scanned) -> Answer:
    facts, person = scanned.facts, signin.person_or_none()
    sees = person is not None and queries.sees(person, facts.owner_id)
    records = person is not None and accounts.may(person, Verb.CALIBRATION_RECORD, None)
    answer = scan_answer(facts, clock.now())
    gaps = {one["code"] for one in answer["reasons"]}
    details = queries.by_tag(person, facts.tag) if person is not None and sees else None
    held = custody.held(details) if details is not None else None
    doubts, case_pages = _doubts(person, details) if person is not None and details is not None else ([], {})
    proven = queries.by_tag(person, facts.proven_by.tag) if person and details and facts.proven_by else details
    told = marks(
        resting(facts.status, next((one.status for one in facts.sets if one.status not in AT_WORK), None)),
        answer["validity"],
        facts.doubt,
        contradicted=facts.contradicted,
        gap=next((gap for gap in (Gap.UNVERIFIED, Gap.REPAIRED, Gap.ALTERED, Gap.UNCLASSIFIED) if gap in gaps), None),
    )
    return render_template(
        "scan/status.html",
        scan=answer,
        details=details,
        marks=naming_work(told, facts.schedules),
        doubts=doubts,
        case_pages=case_pages,
        acts=_acts(person, details, held) if person is not None and details is not None else {},
        proven=proven,
        whys=_whys(proven) if proven is not None else [],
        may_record=records and not scanned.is_revoked,
        accredited=_accredited(facts.proven_by.tag if facts.proven_by else facts.tag),
        label=scanned,
        revoked=revoked_text(scanned) if scanned.is_revoked else None,
        worn=labels.current(details) if scanned.is_revoked and details is not None else None,
        held=held,
        today=clock.today(),
        violations=_violations(person, details) if person is not None and details is not None else [],
        visits=_recordable(person) if person is not None else [],
    )


def _accredited(tag: str) -> "Sequence[Accredited]":
    """Whether the laboratories of its newest calibration and verification might do them; see _whys."""
    from registry.calibration.competence.scanned import scanned  # noqa: PLC0415

    return scanned(tag)


def _recordable(person: Person) -> "Sequence[Inspection]":
    """The inspections in which an inspector may record what stands before them; see _whys."""
    if not accounts.inspects(person):
        return []
    from registry.inspection.queries import recordable  # noqa: PLC0415

    return recordable(person, limit=MOST_VISITS)


def _violations(person: Person, asset: Asset) -> "Sequence[tuple[InspectionCheck, Inspection]]":
    """What inspections found wrong with it, for inspectors and its own people; see _whys."""
    from registry.inspection.checks.queries import violations_on  # noqa: PLC0415

    return violations_on(person, asset.id)


def _whys(asset: Asset) -> "list[Explanation]":
    """Why each of its due dates is what it is; those who sign in ask for it, and a start does not wait for it."""
    from registry.calibration.due.queries import explanations  # noqa: PLC0415

    return explanations(asset)


def _doubts(person: Person, asset: Asset) -> "tuple[Sequence[CaseItem], dict[int, str]]":
    """What cases say of it, and where the person reads them; see _whys."""
    if asset.doubt is None:
        return [], {}
    from registry.calibration.cases import parts  # noqa: PLC0415
    from registry.calibration.cases.queries import doubts_on  # noqa: PLC0415

    doubts = doubts_on(asset)
    return doubts, parts.pages_of(person, doubts)


def _acts(person: Person, asset: Asset, held: "Holding | None") -> dict[str, bool]:
    """What the person may do with what is in front of them: draw from it, hand it out, take it back, report a fault."""
    if not accounts.may(person, Verb.ASSET_WRITE, asset.owner_id):
        return {}
    is_material = asset.kind is Kind.REFERENCE_MATERIAL
    return {
        "check_in": held is not None and held.kind is HoldingKind.CHECK_OUT,
        "receive_back": held is not None and held.kind is HoldingKind.SHIPMENT,
        "check_out": held is None and asset.status not in GONE,
        "fault": asset.status not in GONE,
        "sheet": is_material and asset.status not in GONE,
        "draw": is_material and asset.status not in GONE and materials.sheet(asset).remaining is not None,
    }


def _unknown(
    why: str, *, typed: str | None = None, detail: str | None = None, errors: object = None, status: int = 404
) -> tuple[str, int]:
    return render_template("scan/unknown.html", why=why, typed=typed, detail=detail, errors=errors), status
