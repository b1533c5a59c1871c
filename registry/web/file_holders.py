"""The records that files hang on, as the pages of files name them: one line of HOLDERS each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from flask import request, url_for

from registry.accounts import signin
from registry.assets import queries as assets
from registry.assets.files import actions as asset_files
from registry.calibration import queries as calibrations
from registry.calibration.files import actions as calibration_files
from registry.kernel import clock
from registry.kernel.files.rules import FileKind
from registry.kernel.files.shelf import Shelf
from registry.kernel.i18n import _
from registry.labs.criteria import evidence, gaps
from registry.plan import queries as plans
from registry.plan.activities import actions as activity_files
from registry.plan.activities import queries as activities
from registry.plan.duties import actions as duty_files
from registry.plan.duties import queries as duties


class Holder(NamedTuple):
    """What files hang on: `steps` lead there, `back` is its own page, `kind` what is most often added."""

    shelf: Shelf[Any]
    steps: Sequence[tuple[str, str]]
    back: str
    kind: FileKind | None = None


def _changes() -> bool:
    return request.method == "POST"


def _asset(tag: str) -> Holder:
    person = signin.person()
    asset = assets.by_tag(person, tag, lock=_changes())
    back = url_for("asset.show", tag=asset.current_tag)
    steps = [(_("Assets"), url_for("asset.list_assets")), (asset.name, back)]
    return Holder(asset_files.shelf(asset, by=person), steps, back)


def _calibration(key: int) -> Holder:
    person = signin.person()
    calibration = calibrations.by_id(person, key)
    asset, back = calibration.asset, url_for("calibration.show", id=calibration.id)
    number = calibration.certificate_no or _("draft")
    steps = [(asset.name, url_for("asset.show", tag=asset.current_tag)), (number, back)]
    return Holder(calibration_files.shelf(calibration, by=person), steps, back, FileKind.CERTIFICATE)


def _answer(key: int) -> Holder:
    person = signin.person()
    answer = evidence.answer_to(person, key)
    assessment = answer.assessment
    back = url_for("criteria.answer", id=assessment.id, code=answer.criterion.code)
    steps = [(assessment.subject, url_for("criteria.show", id=assessment.id)), (answer.criterion.code, back)]
    return Holder(evidence.shelf_of_answer(answer, by=person), steps, back)


def _action(key: int) -> Holder:
    person = signin.person()
    action = gaps.action(person, key, lock=_changes())
    back = url_for("gaps.action", id=action.id)
    steps = [(_("Gaps"), url_for("gaps.list_gaps")), (action.what, back)]
    return Holder(evidence.shelf_of_action(action, by=person), steps, back)


def _activity(key: int) -> Holder:
    person = signin.person()
    activity = activities.by_id(person, key, lock=_changes())
    back = url_for("activities.show", key=activity.id)
    steps = [(_("Activities"), url_for("activities.list_activities")), (activity.title, back)]
    return Holder(activity_files.shelf(activity, by=person), steps, back)


def _duty(code: str, key: int) -> Holder:
    person = signin.person()
    plan = plans.by_code(code, person)
    task = duties.task(plan, key, clock.today(), lock=_changes())
    back = url_for("duties.show", code=plan.code, key=task.duty.id)
    steps = [(_("Duties"), url_for("duties.list_duties", code=plan.code)), (task.called, back)]
    return Holder(duty_files.shelf(plan, task.duty, by=person), steps, back)


HOLDERS: Final[Mapping[str, tuple[str, Callable[..., Holder]]]] = {
    "asset": ("/assets/<string:tag>", _asset),
    "calibration": ("/calibrations/<key:key>", _calibration),
    "answer": ("/answers/<key:key>", _answer),
    "action": ("/corrective-actions/<key:key>", _action),
    "activity": ("/activities/<key:key>", _activity),
    "duty": ("/plan/<code:code>/duties/<key:key>", _duty),
}
