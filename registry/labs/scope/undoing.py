"""What takes a decision about a scope back, such as a sheet that was imported by mistake: nothing of it is erased."""

from sqlalchemy import select

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden, NotFound
from registry.kernel.i18n import _
from registry.labs import followers
from registry.labs.confirming.queries import may_confirm
from registry.labs.followers import Change, What, corrected_on
from registry.labs.models import Lab, ScopeDecision, ScopeLine


def decision_of(lab: Lab, key: int) -> ScopeDecision:
    """A decision about the scope of a laboratory; raises NotFound."""
    found = db.session.scalar(select(ScopeDecision).where(ScopeDecision.lab_id == lab.id, ScopeDecision.id == key))
    if found is None:
        raise NotFound(_("There is no decision %(key)s about this scope.", key=key))
    return found


def undo(lab: Lab, decision: ScopeDecision, *, reason: str, by: Person | None) -> ScopeDecision:
    """Take back what a decision did to a scope that is read to be changed: its lines go, what it ended holds again.

    Both stay readable with the reason; results that rest on them are found anew. Raises Conflict where it was undone
    already or a later decision or correction builds on it, Forbidden where its lines were confirmed by others.
    """
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    if decision.undone_at is not None:
        raise Conflict(_("This decision was undone already."))
    begun = [line for line in lab.lines if line.decision_id == decision.id]
    _refuse_built_on(decision, begun)
    ended = [line for line in lab.lines if line.ended_by_id == decision.id and line.corrected_at is None]
    theirs = any(line.confirmed for line in ended) and may_confirm(decision.made_by, lab.organisation_id)
    if (theirs or any(line.confirmed for line in begun)) and not may_confirm(by, lab.organisation_id):
        text = _("The supervising body confirmed this, so that it stays; record a decision that ends it instead.")
        raise Forbidden(text)
    for line in begun:
        line.corrected_at, line.correction_reason = clock.now(), reason
    for line in ended:
        line.valid_to, line.ended_by_id, line.valid_to_before = line.valid_to_before, None, None
    decision.undone_at, decision.undone_reason = clock.now(), reason
    decision.undone_by_id = by.id if by else None
    changes: audit.Changes = {
        "number": [decision.number, None],
        "added": [len(begun), None],
        "ended": [len(ended), None],
        "reason": [None, reason],
    }
    audit.record("lab.undo_scope", ("lab", lab.code), changes, by=by)
    db.session.flush()
    followers.tell(Change(lab.id, What.SCOPE, decision.effective_on, None, corrected_on(clock.today())))
    return decision


def _refuse_built_on(decision: ScopeDecision, begun: list[ScopeLine]) -> None:
    for line in begun:
        if line.ended_by_id is not None and line.ended_by is not None:
            text = _("Decision %(number)s ended lines of this one; undo that one first.", number=line.ended_by.number)
            raise Conflict(text)
        if line.corrected_at is not None:
            text = _("A line of %(number)s was corrected since; correct its lines one by one.", number=decision.number)
            raise Conflict(text)
