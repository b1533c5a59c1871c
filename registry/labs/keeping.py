"""What is kept of accreditations so that any number of results can be asked about a day at once."""

from typing import Final

from registry.kernel.db import db
from registry.labs import followers
from registry.labs.followers import Change, What
from registry.labs.models import AccreditationDecision, AccreditationSpan, Lab
from registry.labs.rules import is_of_competence
from registry.labs.standing import Span, spans

NOBODY: Final = "–"


def keep(lab: Lab) -> None:
    """Keep how the accreditations of a flushed laboratory stand over time; what is the same stays as it is."""
    changed = False
    for held in lab.accreditations:
        true, counts = spans(held), is_of_competence(held.standard)
        if [(*_said(span), counts) for span in true] != [
            (
                kept.standing,
                kept.first_day,
                kept.last_day,
                kept.decision_id,
                kept.confirmed,
                kept.is_of_competence,
            )
            for kept in held.spans
        ]:
            changed = True
            held.spans[:] = [
                AccreditationSpan(
                    lab_id=lab.id,
                    standing=span.standing,
                    first_day=span.first_day,
                    last_day=span.last_day,
                    decision_id=_key(span),
                    confirmed=span.confirmed,
                    is_of_competence=counts,
                )
                for span in true
            ]
    db.session.flush()
    if changed:
        followers.tell(Change(lab.id, What.STANDING, None, None, _newest(lab)))


def _newest(lab: Lab) -> str:
    """The number of the decision that was recorded or annulled last; a dash where there is none."""
    decisions = (decision for held in lab.accreditations for decision in held.decisions)
    newest = max(decisions, key=lambda one: one.annulled_at or one.recorded_at, default=None)
    return newest.number if newest is not None else NOBODY


def _said(span: Span) -> tuple[object, ...]:
    return span.standing, span.first_day, span.last_day, _key(span), span.confirmed


def _key(span: Span) -> int | None:
    return span.decision.id if isinstance(span.decision, AccreditationDecision) else None
