"""Where everybody who may reads a record, and where it goes its way: handed in, given back, approved, voided."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from marshmallow import Schema
from werkzeug.wrappers import Response

from registry.accounts import queries as accounts
from registry.accounts import reauthentication, signin
from registry.accounts.rules import Verb
from registry.calibration import actions, amending, answering, entry, life, queries, questions, second_look
from registry.calibration.cases import parts
from registry.calibration.cases import queries as cases
from registry.calibration.competence import queries as checks
from registry.calibration.competence import remarking
from registry.calibration.competence import telling as competence
from registry.calibration.doers import names
from registry.calibration.due import queries as dates
from registry.calibration.files.actions import is_signed
from registry.calibration.files.models import CalibrationFile
from registry.calibration.files.queries import hook as files_of
from registry.calibration.models import Calibration
from registry.calibration.procedures.rules import strayed
from registry.calibration.rules import OPEN_RECORDS, Meaning, RecordStatus
from registry.calibration.steps import ConfirmCopyIn, ReturnIn, SeenIn, SubmitIn, VoidIn
from registry.calibration.telling import Told
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Messages
from registry.kernel.files import attachments
from registry.kernel.files.rules import MAX_BYTES
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.plan.models import RecordType
from registry.plan.records import Record
from registry.web import consequences
from registry.web.forms import Form
from registry.web.linking import linked
from registry.web.shell import form_key

blp = Blueprint("calibration", __name__)
Answer = str | Response | tuple[str, int]
MOST_POINTS: Final = 200  # on one page
MOST_DIGITS: Final = 7


@blp.get("/calibrations/<key:id>")
def show(id: int) -> Answer:
    """One record, why it counts until that day, and who did what to it."""
    return _record_page(queries.by_id(signin.person(), id), {}, {}), 200


@blp.post("/calibrations/<key:id>/submit")
@idempotent
def submit(id: int) -> Answer:
    """Hand a draft in."""
    return _turned(
        id,
        SubmitIn,
        life.submit,
        _("Submitted for approval. A manager finds it among what waits, signs it or returns it."),
    )


@blp.post("/calibrations/<key:id>/return")
@idempotent
def send_back(id: int) -> Answer:
    """Give a submitted record back."""
    return _turned(id, ReturnIn, life.send_back, _("Returned: it is a draft again."))


@blp.post("/calibrations/<key:id>/approve")
@reauthentication.counted
@idempotent
def approve(id: int) -> Answer:
    """Sign a submitted result and issue it."""
    draft = queries.by_id(signin.person(), id)
    answering.require_approver(signin.person(), draft.asset, draft.lab)
    return _turned(id, SeenIn, actions.approve, _("Approved, signed and issued."), consequences.tell)


@blp.post("/calibrations/<key:id>/confirm")
@reauthentication.counted
@idempotent
def confirm(id: int) -> Answer:
    """Confirm a copied certificate after a second look."""
    return _turned(id, ConfirmCopyIn, second_look.confirm, _("Confirmed and signed."))


@blp.post("/calibrations/<key:id>/void")
@reauthentication.counted
@idempotent
def void(id: int) -> Answer:
    """Take a record out of account."""
    return _turned(id, VoidIn, actions.void, _("The record is void and no longer counts."))


def _turned(
    id: int,
    schema: type[Schema],
    act: Callable[..., Calibration],
    done: str,
    tell: Callable[[Calibration, str], None] = lambda _made, done: flash(done),
) -> Answer:
    """Let a record take a turn, or draw its page again with what was refused."""
    calibration = queries.by_id(signin.person(), id)
    form: Form[Calibration] = Form(schema)
    made = form.attempt(lambda data: act(calibration, **data, by=signin.person()))
    if made is None:
        return _record_page(queries.by_id(signin.person(), id), form.typed, form.errors), form.status
    db.session.commit()
    tell(made, done)
    return redirect(url_for("calibration.show", id=id))


def _competence(calibration: Calibration) -> competence.Told | None:
    found = checks.of_record(calibration)
    return competence.told(found, remarking.of_record(calibration, found)) if found is not None else None


def _first_point(count: int) -> int:
    """Where the page of points begins that was asked for, counted from 0; the last page at most."""
    asked = request.args.get("points", "")
    place = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < MOST_DIGITS else 0
    last = max(count - 1, 0)
    return min(place, last) // MOST_POINTS * MOST_POINTS


def _marks(calibration: Calibration, held: Sequence[CalibrationFile]) -> dict[int, bool]:
    """Of a record that was signed: whether each file is part of that, or was added after it."""
    if calibration.approved_at is None:
        return {}
    return {file.id: is_signed(calibration, file) for file in held}


def _record_page(calibration: Calibration, typed: dict[str, Any], errors: Messages) -> str:
    me = signin.person()
    owners = [calibration.asset.owner_id, *([calibration.lab.organisation_id] if calibration.lab else [])]
    is_holder = answering.holds(me, Verb.CALIBRATION_RECORD, calibration)
    withdraws = answering.holds(me, Verb.CALIBRATION_APPROVE, calibration)
    doubts = cases.doubts_about(calibration)
    schedule = queries.schedule_of(calibration.asset, calibration.kind)
    held = attachments.shown(files_of(calibration))
    approves = answering.approves(me, calibration)
    records = any(accounts.may(me, Verb.CALIBRATION_RECORD, owner) for owner in owners)
    status = calibration.status
    wrote = queries.writers(calibration) if status in OPEN_RECORDS else frozenset()
    did_it = names(calibration.performed_by, me.name, me.email)
    is_draft, is_submitted = status is RecordStatus.DRAFT, status is RecordStatus.SUBMITTED
    return render_template(
        "calibration/calibration.html",
        calibration=Told(calibration),
        first=_first_point(len(calibration.points)),
        most=MOST_POINTS,
        unsound=entry.unsound(calibration) if status in OPEN_RECORDS else [],
        asked=questions.of_draft(calibration) if status in OPEN_RECORDS else {},
        siblings=queries.siblings(me, calibration),
        **linked(me, [Record(RecordType.CALIBRATION, str(calibration.id))]),
        competence=_competence(calibration),
        strayed=strayed(calibration.environment, calibration.procedure.environment) if calibration.procedure else [],
        doubts=doubts,
        case_pages=parts.pages_of(me, doubts),
        cases_about=[case] if (case := cases.opened_by(me, calibration.id)) else [],
        why=dates.said(calibration, schedule) if calibration.due_on else [],
        files=held,
        marks=_marks(calibration, held),
        most_bytes=MAX_BYTES,
        may_attach=records and status is not RecordStatus.VOID,
        may_remove=is_holder if is_draft else withdraws,
        history=audit.history("calibration", calibration.id),
        may_repeat=records and status is not RecordStatus.VOID,
        may_edit=is_holder and is_draft,
        may_return=is_submitted and (approves or calibration.submitted_by_id == me.id),
        may_approve=approves and is_submitted and me.id not in wrote and not did_it,
        may_confirm=second_look.waits(calibration) and approves and me.id != calibration.recorded_by_id and not did_it,
        may_amend=status is RecordStatus.ISSUED and is_holder and amending.may_amend(calibration, me),
        may_void=withdraws and status is not RecordStatus.VOID,
        meanings=[meaning.value for meaning in Meaning],
        today=clock.today(),
        form=typed,
        errors=errors,
        form_key=form_key(),
    )
