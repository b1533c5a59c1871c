"""Where an inspector records what is seen, with a phone and through dropped connections."""

from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from marshmallow import ValidationError
from werkzeug.wrappers import Response as Redirection

from registry.accounts import signin
from registry.assets import tags
from registry.assets.rules import Validity
from registry.inspection import queries as inspections
from registry.inspection.checks import actions, freezing, queries, reading
from registry.inspection.checks.catalogue import KINDS
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.checks.rules import Seal
from registry.inspection.checks.schemas import (
    AnswerQuery,
    CheckPhotoOut,
    CheckToldOut,
    InspectionCheckIn,
    NewsQuery,
    PhoneInspectionChecksIn,
    PhoneQuery,
    SerialQuery,
    said_answer,
)
from registry.inspection.models import Inspection
from registry.inspection.rules import RECORDING, State, early_text
from registry.kernel import clock, problems
from registry.kernel.db import db
from registry.kernel.errors import Invalid, Refusal, flat_messages
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.rules import MAX_BYTES
from registry.web.forms import listed
from registry.web.phones import check_whose
from registry.web.shell import label_host

blp = Blueprint("inspecting", __name__)
Answer = str | Response | Redirection
MOST_NEWS: Final = 2000
SAID_OF_IT: Final = ("present", "seal", "stamp_no", "stamp_valid_until", "in_use", "violation", "remark")
SEEN: Final = InspectionCheckIn(only=(*SAID_OF_IT, "error_value", "error_limit", "error_unit"))


@blp.get("/inspections/<key:id>/record")
def record(id: int) -> Answer:
    """The page that records, also while the connection is lost; opened before leaving, it prepares the phone."""
    visit = _recordable(id)
    if visit.state is State.PLANNED:  # a later one takes nothing, but a phone may hold what was not sent
        return redirect(url_for("inspection.show", id=id))
    return render_template(
        "inspection/record.html",
        visit=visit,
        label_host=label_host(),
        early=early_text(visit.planned_from, clock.today()) if visit.state is State.PREPARED else None,
        zone=clock.zone().key,
        person=signin.person().id,
        kinds=KINDS,
        seals=[seal.value for seal in Seal],
        validities=[state.value for state in Validity],
        most_bytes=MAX_BYTES,
    )


@blp.get("/inspections/<key:id>/list.json")
def expected(id: int) -> Response:
    """What a phone keeps to answer by itself: the instruments of the inspected organisation as they stand now."""
    check_whose(listed(PhoneQuery).get("person"))
    visit, me, now = _recordable(id), signin.person(), clock.now()
    body = visit.organisation_id
    ids = freezing.of_organisation(body) if body is not None else []
    known = freezing.fetched(ids, me, clock.today())
    answers = [said_answer(freezing.answer(known.assets[key], known, now, now)) for key in ids]
    checked = queries.news(visit, 0, most=MOST_NEWS)
    return jsonify(
        token=generate_csrf(),
        prepared_at=now.isoformat(),
        items=answers,
        left_off=freezing.left_off(body) if body is not None else 0,
        checked=[[line["tag"], line] for line in map(_news, checked) if line["tag"]],
        untagged=[row.origin for row in checked if row.tag is None],
        last=checked[-1].id if checked else 0,
    )


@blp.get("/inspections/<key:id>/answer.json")
def answer(id: int) -> Response:
    """What the registry knows now of a thing that is not on the list; null of a label or serial number it has not.

    `several` says that a serial number is that of more than one thing.
    """
    asked = listed(SerialQuery if "serial" in request.args else AnswerQuery)
    check_whose(asked.get("person"))
    _recordable(id)
    me, now = signin.person(), clock.now()
    if "tag" in asked:
        ids = list(queries.ids_by_tag({tags.parse(asked["tag"])}).values())
    else:
        ids = list(queries.ids_by_serial(me, asked["serial"]))
    if len(ids) != 1:
        return jsonify(answer=None, several=len(ids) > 1)
    known = freezing.fetched(ids, me, clock.today())
    return jsonify(answer=said_answer(freezing.answer(known.assets[ids[0]], known, now, now)))


@blp.get("/inspections/<key:id>/news.json")
def news(id: int) -> Response:
    """What anybody checked since a check the phone knows of, and whether the visit still takes checks."""
    asked = listed(NewsQuery)
    check_whose(asked.get("person"))
    visit, after = _recordable(id), asked["after"]
    rows = queries.news(visit, after, most=MOST_NEWS)
    last = rows[-1].id if rows else after
    news = [_news(row) for row in rows]
    return jsonify(checks=news, last=last, more=len(rows) == MOST_NEWS, is_open=visit.state in RECORDING)


@blp.post("/inspections/<key:id>/checks")
def checks(id: int) -> Response:
    """Checks from the page that records; what is refused is told as on the API, check by check."""
    try:
        data = PhoneInspectionChecksIn().load(request.get_json(silent=True) or {})
        check_whose(data.pop("person"))
        me = signin.person()
        visit = inspections.by_id(me, id)
        told = actions.receive(visit, **data, by=me)
        db.session.commit()
        return jsonify(told=CheckToldOut(many=True).dump(reading.told(me, visit, told)))
    except ValidationError as error:
        return problems.refused(Invalid(flat_messages(error.messages)))
    except Refusal as refusal:
        problems.rollback()
        return problems.refused(refusal)


def _own(id: int, check: str) -> None:
    check_whose(listed(PhoneQuery).get("person"))
    queries.by_key(_recordable(id), check)


@blp.post("/inspections/<key:id>/checks/<code:check>/photos")
@uploads.taken_in(_own, only_photos=True)
def photograph(id: int, check: str) -> Response:
    """A photo of what was seen, from the page that records."""
    try:
        incoming, me = uploads.one(), signin.person()
        visit = inspections.by_id(me, id, lock=True)
        file, _is_new = actions.photograph(visit, queries.by_key(visit, check), incoming=incoming, by=me)
        db.session.commit()
        return jsonify(CheckPhotoOut().dump(file))
    except Refusal as refusal:
        problems.rollback()
        return problems.refused(refusal)


@blp.get("/inspections/<key:id>/checks/<code:check>/photos/<key:photo>")
def photo(id: int, check: str, photo: int) -> Response:
    """A photo of what was seen."""
    found = queries.by_key(inspections.by_id(signin.person(), id), check)
    file = attachments.by_id(queries.hook(found), photo)
    return serving.file(file, file.stored)


@blp.get("/inspections/worker.js")
def worker() -> Response:
    """The service worker: it lies here because it looks after the addresses below its own."""
    answer = current_app.send_static_file("js/worker.js")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _recordable(id: int) -> Inspection:
    visit = inspections.by_id(signin.person(), id)
    actions.may_record(visit, by=signin.person())
    return visit


def _news(row: InspectionCheck) -> dict[str, Any]:
    tag = row.asset.tag if row.asset is not None else row.tag
    by = row.person.name if row.person is not None else ""
    findings = [kind.value for kind in row.kinds]
    said = SEEN.dump(row) | {"findings": findings}
    seen = {name: value for name, value in said.items() if value not in (None, [], "")}
    mine = row.person_id == signin.person().id
    return {"tag": tag, "origin": row.origin, "by": by, "mine": mine, "at": row.seen_at.isoformat(), "seen": seen}
