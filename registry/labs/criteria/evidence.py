"""Files that show an answer or what was done: what was there at a sign-off stays, and nothing is added to it later."""

from functools import partial

from sqlalchemy import select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel.db import db
from registry.kernel.errors import Conflict, NotFound
from registry.kernel.files import attachments
from registry.kernel.files.attachments import Hook
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind
from registry.kernel.files.shelf import Shelf
from registry.kernel.i18n import _
from registry.labs.criteria import queries
from registry.labs.criteria.models import ActionFile, Answer, AnswerFile, Assessment, CorrectiveAction
from registry.labs.criteria.rules import ActionState


def of_answer(answer: Answer) -> Hook[AnswerFile]:
    """Where the evidence of an answer hangs."""
    return Hook(AnswerFile, "answer_id", answer.id, ("assessment", answer.assessment_id))


def of_action(action: CorrectiveAction) -> Hook[ActionFile]:
    """Where the evidence of a corrective action hangs."""
    return Hook(ActionFile, "action_id", action.id, ("assessment", action.answer.assessment_id))


def shelf_of_answer(answer: Answer, *, by: Person | None) -> Shelf[AnswerFile]:
    """The evidence of an answer."""
    allowed = partial(may_show, answer, by=by)
    return Shelf(of_answer(answer), allowed, allowed, partial(attach, answer, by=by), partial(remove, answer, by=by))


def shelf_of_action(action: CorrectiveAction, *, by: Person | None) -> Shelf[ActionFile]:
    """The evidence of a corrective action, best fetched with `lock=True` by who changes it."""
    allowed = partial(may_show_done, action, by=by)
    attaching, removing = partial(attach_done, action, by=by), partial(remove_done, action, by=by)
    return Shelf(of_action(action), allowed, allowed, attaching, removing)


def answer_to(person: Person, key: int) -> Answer:
    """An answer by its key, of an assessment that a person may read; raises NotFound."""
    wanted = queries.visible_to(person, select(Answer).join(Answer.assessment)).where(Answer.id == key)
    found: Answer | None = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is no answer %(key)s, or you may not see it.", key=key))
    return found


def may_show(answer: Answer, *, by: Person | None) -> None:
    """Raise Forbidden for who may not add or remove evidence of an answer, Conflict once it is signed."""
    assessment = db.session.get_one(Assessment, answer.assessment_id)
    if by is not None and not queries.may_write(by, assessment):
        require(by, Verb.ASSESSMENT_WRITE, assessment.organisation_id)
    if assessment.signed_at is not None:
        raise Conflict(_("This assessment is signed off; its evidence stays as it is."))


def may_show_done(action: CorrectiveAction, *, by: Person | None) -> None:
    """Raise Forbidden for who may not add evidence of an action, Conflict once it is verified."""
    if by is not None and by.id != action.owner_id and not queries.may_correct(by, action.answer.assessment):
        require(by, Verb.ASSESSMENT_WRITE, action.answer.assessment.organisation_id)
    if action.state is ActionState.EFFECTIVE:
        raise Conflict(_("This action is verified; its evidence stays as it is."))


def attach(
    answer: Answer, *, incoming: Incoming, kind: FileKind | None = None, caption: str = "", by: Person | None
) -> tuple[AnswerFile, bool]:
    """Hang evidence on an answer, and say whether it is new there."""
    _hold_still(answer)
    may_show(answer, by=by)
    return attachments.attach(of_answer(answer), incoming, kind=kind, caption=caption, by=by)


def attach_done(
    action: CorrectiveAction, *, incoming: Incoming, kind: FileKind | None = None, caption: str = "", by: Person | None
) -> tuple[ActionFile, bool]:
    """Hang evidence on an action, and say whether it is new there."""
    may_show_done(action, by=by)
    return attachments.attach(of_action(action), incoming, kind=kind, caption=caption, by=by)


def remove(answer: Answer, file: AnswerFile, *, reason: str, by: Person | None) -> AnswerFile:
    """Hide evidence of an answer, with a reason."""
    _hold_still(answer)
    may_show(answer, by=by)
    return attachments.remove(of_answer(answer), file, reason=reason, by=by)


def remove_done(action: CorrectiveAction, file: ActionFile, *, reason: str, by: Person | None) -> ActionFile:
    """Hide evidence of an action, with a reason."""
    may_show_done(action, by=by)
    return attachments.remove(of_action(action), file, reason=reason, by=by)


def _hold_still(answer: Answer) -> None:
    """Keep an assessment from being signed meanwhile: what hangs on it is part of what is signed."""
    db.session.get_one(Assessment, answer.assessment_id, with_for_update=True, populate_existing=True)
    db.session.refresh(answer, with_for_update=True)
