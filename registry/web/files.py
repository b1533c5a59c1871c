"""Where photos are taken and documents handed in, looked at and put away: on assets, calibrations and activities."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.accounts import signin
from registry.assets import queries as assets
from registry.assets.files import actions as asset_files
from registry.assets.files.queries import hook as asset_hook
from registry.assets.models import Asset
from registry.calibration import queries as calibrations
from registry.calibration.files import actions as calibration_files
from registry.calibration.files.queries import hook as calibration_hook
from registry.calibration.models import Calibration
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.files import attachments, serving, uploads
from registry.kernel.files.models import Attachment
from registry.kernel.files.rules import MAX_BYTES, MOST_AT_ONCE, FileKind
from registry.kernel.files.schemas import FileIn, RemoveFileIn
from registry.kernel.i18n import _
from registry.kernel.idempotency import idempotent
from registry.labs.criteria import evidence, gaps
from registry.labs.criteria.models import Answer as Finding
from registry.labs.criteria.models import CorrectiveAction
from registry.plan import queries as plans
from registry.plan.activities import actions as activity_files
from registry.plan.activities import queries as activities
from registry.plan.activities.models import Activity
from registry.plan.activities.queries import hook as activity_hook
from registry.plan.duties import actions as duty_files
from registry.plan.duties import queries as duties
from registry.plan.duties.queries import Task
from registry.plan.duties.queries import hook as duty_hook
from registry.plan.models import Plan
from registry.web.forms import Form
from registry.web.shell import form_key

blp = Blueprint("files", __name__)
Answer = str | Response | tuple[str, int]
Added = Sequence[tuple[Attachment, bool]]


class Holder(NamedTuple):
    """What files hang on, as its pages name it: `steps` lead there, `back` is its own page."""

    steps: Sequence[tuple[str, str]]
    back: str
    kind: FileKind | None = None


@blp.route("/assets/<string:tag>/files/new", methods=["GET", "POST"])
@uploads.taken_in(lambda tag: asset_files.may_attach(_asset(tag), by=signin.person()))
@idempotent
def asset_new(tag: str) -> Answer:
    """Add photos and documents to an asset."""
    asset = _asset(tag)
    asset_files.may_attach(asset, by=signin.person())
    return _adding(_of_asset(asset), lambda **said: asset_files.attach(asset, **said, by=signin.person()))


@blp.get("/assets/<string:tag>/files/<key:id>")
def asset_content(tag: str, id: int) -> Response:
    """A photo or document of an asset."""
    file = attachments.by_id(asset_hook(_asset(tag)), id)
    return serving.file(file, file.stored)


@blp.get("/assets/<string:tag>/files/<key:id>/thumbnail")
def asset_thumbnail(tag: str, id: int) -> Response:
    """The small picture of a photo of an asset."""
    return serving.thumbnail(attachments.by_id(asset_hook(_asset(tag)), id).stored)


@blp.route("/assets/<string:tag>/files/<key:id>/remove", methods=["GET", "POST"])
@idempotent
def asset_remove(tag: str, id: int) -> Answer:
    """Hide a file of an asset, with a reason."""
    asset = _asset(tag)
    asset_files.may_attach(asset, by=signin.person())
    file = attachments.by_id(asset_hook(asset), id)
    return _removing(_of_asset(asset), file, lambda data: asset_files.remove(asset, file, **data, by=signin.person()))


@blp.route("/calibrations/<key:key>/files/new", methods=["GET", "POST"])
@uploads.taken_in(lambda key: calibration_files.may_attach(_calibration(key), by=signin.person()))
@idempotent
def calibration_new(key: int) -> Answer:
    """Add the certificate or another file to a calibration."""
    calibration = _calibration(key)
    calibration_files.may_attach(calibration, by=signin.person())
    return _adding(
        _of_calibration(calibration),
        lambda **said: calibration_files.attach(calibration, **said, by=signin.person()),
    )


@blp.get("/calibrations/<key:key>/files/<key:id>")
def calibration_content(key: int, id: int) -> Response:
    """A certificate or another file of a calibration."""
    file = attachments.by_id(calibration_hook(_calibration(key)), id)
    return serving.file(file, file.stored)


@blp.get("/calibrations/<key:key>/files/<key:id>/thumbnail")
def calibration_thumbnail(key: int, id: int) -> Response:
    """The small picture of a photo of a calibration."""
    return serving.thumbnail(attachments.by_id(calibration_hook(_calibration(key)), id).stored)


@blp.route("/calibrations/<key:key>/files/<key:id>/remove", methods=["GET", "POST"])
@idempotent
def calibration_remove(key: int, id: int) -> Answer:
    """Hide a file of a calibration, with a reason."""
    calibration = _calibration(key)
    calibration_files.may_remove(calibration, by=signin.person())
    file = attachments.by_id(calibration_hook(calibration), id)
    return _removing(
        _of_calibration(calibration),
        file,
        lambda data: calibration_files.remove(calibration, file, **data, by=signin.person()),
    )


@blp.route("/answers/<key:key>/files/new", methods=["GET", "POST"])
@uploads.taken_in(lambda key: evidence.may_show(_answer(key), by=signin.person()))
@idempotent
def answer_new(key: int) -> Answer:
    """Add what shows an answer of an assessment."""
    answer = _answer(key)
    evidence.may_show(answer, by=signin.person())
    return _adding(_of_answer(answer), lambda **said: evidence.attach(answer, **said, by=signin.person()))


@blp.get("/answers/<key:key>/files/<key:id>")
def answer_content(key: int, id: int) -> Response:
    """What shows an answer of an assessment."""
    file = attachments.by_id(evidence.of_answer(_answer(key)), id)
    return serving.file(file, file.stored)


@blp.get("/answers/<key:key>/files/<key:id>/thumbnail")
def answer_thumbnail(key: int, id: int) -> Response:
    """The small picture of a photo that shows an answer."""
    return serving.thumbnail(attachments.by_id(evidence.of_answer(_answer(key)), id).stored)


@blp.route("/answers/<key:key>/files/<key:id>/remove", methods=["GET", "POST"])
@idempotent
def answer_remove(key: int, id: int) -> Answer:
    """Hide what showed an answer, with a reason."""
    answer = _answer(key)
    evidence.may_show(answer, by=signin.person())
    file = attachments.by_id(evidence.of_answer(answer), id)
    return _removing(_of_answer(answer), file, lambda data: evidence.remove(answer, file, **data, by=signin.person()))


@blp.route("/corrective-actions/<key:key>/files/new", methods=["GET", "POST"])
@uploads.taken_in(lambda key: evidence.may_show_done(_action(key), by=signin.person()))
@idempotent
def action_new(key: int) -> Answer:
    """Add what shows that a corrective action was done."""
    action = _action(key)
    evidence.may_show_done(action, by=signin.person())
    return _adding(_of_action(action), lambda **said: evidence.attach_done(action, **said, by=signin.person()))


@blp.get("/corrective-actions/<key:key>/files/<key:id>")
def action_content(key: int, id: int) -> Response:
    """What shows that a corrective action was done."""
    file = attachments.by_id(evidence.of_action(_action(key)), id)
    return serving.file(file, file.stored)


@blp.get("/corrective-actions/<key:key>/files/<key:id>/thumbnail")
def action_thumbnail(key: int, id: int) -> Response:
    """The small picture of a photo that shows what was done."""
    return serving.thumbnail(attachments.by_id(evidence.of_action(_action(key)), id).stored)


@blp.route("/corrective-actions/<key:key>/files/<key:id>/remove", methods=["GET", "POST"])
@idempotent
def action_remove(key: int, id: int) -> Answer:
    """Hide what showed that a corrective action was done, with a reason."""
    action = _action(key)
    evidence.may_show_done(action, by=signin.person())
    file = attachments.by_id(evidence.of_action(action), id)
    return _removing(
        _of_action(action), file, lambda data: evidence.remove_done(action, file, **data, by=signin.person())
    )


@blp.route("/activities/<key:key>/files/new", methods=["GET", "POST"])
@uploads.taken_in(lambda key: activity_files.may_attach(_activity(key), by=signin.person()))
@idempotent
def activity_new(key: int) -> Answer:
    """Add photos and documents to an activity."""
    activity = _activity(key)
    activity_files.may_attach(activity, by=signin.person())
    return _adding(_of_activity(activity), lambda **said: activity_files.attach(activity, **said, by=signin.person()))


@blp.get("/activities/<key:key>/files/<key:id>")
def activity_content(key: int, id: int) -> Response:
    """A photo or document of an activity."""
    file = attachments.by_id(activity_hook(_activity(key)), id)
    return serving.file(file, file.stored)


@blp.get("/activities/<key:key>/files/<key:id>/thumbnail")
def activity_thumbnail(key: int, id: int) -> Response:
    """The small picture of a photo of an activity."""
    return serving.thumbnail(attachments.by_id(activity_hook(_activity(key)), id).stored)


@blp.route("/activities/<key:key>/files/<key:id>/remove", methods=["GET", "POST"])
@idempotent
def activity_remove(key: int, id: int) -> Answer:
    """Hide a file of an activity, with a reason."""
    activity = _activity(key)
    activity_files.may_attach(activity, by=signin.person())
    file = attachments.by_id(activity_hook(activity), id)
    return _removing(
        _of_activity(activity),
        file,
        lambda data: activity_files.remove(activity, file, **data, by=signin.person()),
    )


def _may_attach_to_duty(code: str, key: int) -> None:
    _duty(code, key)


@blp.route("/plan/<code:code>/duties/<key:key>/files/new", methods=["GET", "POST"])
@uploads.taken_in(_may_attach_to_duty)
@idempotent
def duty_new(code: str, key: int) -> Answer:
    """Add photos and documents to a duty of a plan."""
    plan, task = _duty(code, key)
    attach = partial(duty_files.attach, plan, task.duty, by=signin.person())
    return _adding(_of_duty(plan, task), attach)


@blp.get("/plan/<code:code>/duties/<key:key>/files/<key:id>")
def duty_content(code: str, key: int, id: int) -> Response:
    """A photo or document of a duty."""
    file = attachments.by_id(duty_hook(_seen_duty(code, key)[1].duty), id)
    return serving.file(file, file.stored)


@blp.get("/plan/<code:code>/duties/<key:key>/files/<key:id>/thumbnail")
def duty_thumbnail(code: str, key: int, id: int) -> Response:
    """The small picture of a photo of a duty."""
    return serving.thumbnail(attachments.by_id(duty_hook(_seen_duty(code, key)[1].duty), id).stored)


@blp.route("/plan/<code:code>/duties/<key:key>/files/<key:id>/remove", methods=["GET", "POST"])
@idempotent
def duty_remove(code: str, key: int, id: int) -> Answer:
    """Hide a file of a duty, with a reason."""
    plan, task = _duty(code, key)
    file = attachments.by_id(duty_hook(task.duty), id)
    return _removing(
        _of_duty(plan, task), file, lambda data: duty_files.remove(plan, task.duty, file, **data, by=signin.person())
    )


def _seen_duty(code: str, key: int) -> tuple[Plan, Task]:
    plan = plans.by_code(code, signin.person())
    return plan, duties.task(plan, key, clock.today(), lock=request.method == "POST")


def _duty(code: str, key: int) -> tuple[Plan, Task]:
    """A duty whose files this person keeps."""
    plan, task = _seen_duty(code, key)
    duty_files.may_report(plan, task.duty, by=signin.person())
    return plan, task


def _of_duty(plan: Plan, task: Task) -> Holder:
    back = url_for("duties.show", code=plan.code, key=task.duty.id)
    return Holder([(_("Duties"), url_for("duties.list_duties", code=plan.code)), (task.called, back)], f"{back}#files")


def _activity(key: int) -> Activity:
    return activities.by_id(signin.person(), key, lock=request.method == "POST")


def _of_activity(activity: Activity) -> Holder:
    back = url_for("activities.show", key=activity.id)
    return Holder([(_("Activities"), url_for("activities.list_activities")), (activity.title, back)], f"{back}#files")


def _asset(tag: str) -> Asset:
    return assets.by_tag(signin.person(), tag, lock=request.method == "POST")


def _calibration(key: int) -> Calibration:
    return calibrations.by_id(signin.person(), key)


def _of_asset(asset: Asset) -> Holder:
    back = url_for("asset.show", tag=asset.current_tag)
    return Holder([(_("Assets"), url_for("asset.list_assets")), (asset.name, back)], f"{back}#files")


def _of_calibration(calibration: Calibration) -> Holder:
    asset, back = calibration.asset, url_for("calibration.show", id=calibration.id)
    number = calibration.certificate_no or _("draft")
    steps = [(asset.name, url_for("asset.show", tag=asset.current_tag)), (number, back)]
    return Holder(steps, f"{back}#files", FileKind.CERTIFICATE)


def _answer(key: int) -> Finding:
    return evidence.answer_to(signin.person(), key)


def _action(key: int) -> CorrectiveAction:
    return gaps.action(signin.person(), key, lock=request.method == "POST")


def _of_answer(answer: Finding) -> Holder:
    assessment = answer.assessment
    steps = [(assessment.subject, url_for("criteria.show", id=assessment.id))]
    back = url_for("criteria.answer", id=assessment.id, code=answer.criterion.code)
    return Holder([*steps, (answer.criterion.code, back)], f"{back}#files")


def _of_action(action: CorrectiveAction) -> Holder:
    back = url_for("gaps.action", id=action.id)
    return Holder([(_("Gaps"), url_for("gaps.list_gaps")), (action.what, back)], f"{back}#files")


def _adding(holder: Holder, attach: Callable[..., tuple[Attachment, bool]]) -> Answer:
    form: Form[Added] = Form(FileIn, drawn={"kind": holder.kind} if holder.kind else None)
    added = form.attempt(lambda data: _attached(attach, data))
    if added is None:
        return _add_page(holder, form), form.status
    flash(_added_words(added))
    return redirect(holder.back)


def _attached(attach: Callable[..., tuple[Attachment, bool]], said: dict[str, Any]) -> Added:
    added = [attach(incoming=incoming, **said) for incoming in uploads.taken()]
    db.session.commit()
    return added


def _added_words(added: Added) -> str:
    if not any(is_new for _row, is_new in added):
        return _("This file was here already.")
    return _("Added.")


def _add_page(holder: Holder, form: Form[Added]) -> str:
    return render_template(
        "files/form.html",
        steps=holder.steps,
        back=holder.back,
        form=form.typed,
        errors=form.errors,
        kinds=[kind.value for kind in FileKind],
        most_bytes=MAX_BYTES,
        most=MOST_AT_ONCE,
        form_key=form_key(),
    )


def _removing(holder: Holder, file: Attachment, remove: Callable[[dict[str, Any]], Attachment]) -> Answer:
    form: Form[Attachment] = Form(RemoveFileIn)
    name = file.name
    if form.attempt(lambda data: _removed(remove, data)) is None:
        page = render_template(
            "files/remove.html",
            steps=holder.steps,
            back=holder.back,
            name=name,
            form=form.typed,
            errors=form.errors,
            form_key=form_key(),
        )
        return page, form.status
    flash(_("Removed. The history keeps who did it and why."))
    return redirect(holder.back)


def _removed(remove: Callable[[dict[str, Any]], Attachment], said: dict[str, Any]) -> Attachment:
    removed = remove(said)
    db.session.commit()
    return removed
