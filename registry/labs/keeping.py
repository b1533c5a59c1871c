"""What is kept of accreditations so that any number of results can be asked about a day at once."""

from registry.kernel.db import db
from registry.labs.models import AccreditationDecision, AccreditationSpan, Lab
from registry.labs.standing import Span, spans


def keep(lab: Lab) -> None:
    """Keep how the accreditations of a flushed laboratory stand over time; what is the same stays as it is."""
    for held in lab.accreditations:
        true = spans(held)
        if [_said(span) for span in true] != [
            (kept.standing, kept.first_day, kept.last_day, kept.decision_id) for kept in held.spans
        ]:
            held.spans[:] = [
                AccreditationSpan(
                    lab_id=lab.id,
                    standing=span.standing,
                    first_day=span.first_day,
                    last_day=span.last_day,
                    decision_id=_key(span),
                )
                for span in true
            ]
    db.session.flush()


def _said(span: Span) -> tuple[object, ...]:
    return span.standing, span.first_day, span.last_day, _key(span)


def _key(span: Span) -> int | None:
    return span.decision.id if isinstance(span.decision, AccreditationDecision) else None
