"""What follows for an accreditation once a decision about it counts: when it is recorded, or confirmed later."""

from typing import Final

from registry.labs.models import AccreditationDecision
from registry.labs.rules import AccreditationStatus
from registry.labs.standing import DecisionKind, awaits_confirmation, validity

UNDATED: Final = frozenset(
    {
        (DecisionKind.SUSPENDED, AccreditationStatus.SUSPENDED),
        (DecisionKind.WITHDRAWN, AccreditationStatus.SUSPENDED),
        (DecisionKind.WITHDRAWN, AccreditationStatus.WITHDRAWN),
    }
)  # what a decision with its day takes the place of: a suspension says nothing about a withdrawal


def let_count(decision: AccreditationDecision) -> None:
    """Let a decision do what it says to its accreditation; one that awaits confirmation does nothing yet.

    It takes the place of a status without a day, a confirmed one only where it is confirmed itself.
    """
    held = decision.accreditation
    if not awaits_confirmation(decision):
        if (decision.kind, held.status) in UNDATED and (decision.confirmed or not held.confirmed):
            decision.replaced, held.status = held.status, AccreditationStatus.ACTIVE
        if decision.valid_until is not None and held.granted_until is None:
            held.granted_until = held.valid_until
    held.valid_until = validity(held)


def give_back(decision: AccreditationDecision) -> None:
    """The status without a day whose place an annulled decision took: another that counts takes it, or it is back."""
    if decision.replaced is None:
        return
    held = decision.accreditation
    taking = (one for one in held.decisions if not one.annulled and (one.kind, decision.replaced) in UNDATED)
    other = next(taking, None)
    if other is not None:
        other.replaced = decision.replaced
    else:
        held.status = decision.replaced
