"""What is true of custody whatever is stored: what may be handed out, until when, and how it comes back."""

from datetime import date
from enum import StrEnum
from typing import Final

from registry.assets.rules import AT_WORK, USABLE, Doubt, Status, Validity, fit_for_use, named_status
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day


class EventKind(StrEnum):
    """One thing that happened to an asset's custody."""

    MOVED = "moved"
    CHECKED_OUT = "checked_out"
    CHECKED_IN = "checked_in"
    SHIPPED = "shipped"
    RETURNED = "returned"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn_offer"


class HoldingKind(StrEnum):
    """Why an asset is out of its keeper's hands, or about to be."""

    CHECK_OUT = "check_out"
    SHIPMENT = "shipment"
    OFFER = "offer"


class Condition(StrEnum):
    """In which condition an asset comes back, as far as the eye tells."""

    INTACT = "intact"
    DAMAGED = "damaged"


class Direction(StrEnum):
    """Seen from the organisations a person reads: what they are offered, and what they offer."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


OUT: Final = frozenset({HoldingKind.CHECK_OUT, HoldingKind.SHIPMENT})


def check_back_on(expected_back_on: date, today: date) -> None:
    """What is handed out comes back today or later. Raises Invalid."""
    if expected_back_on < today:
        text = _("%(day)s has passed; give the day it is expected back.", day=said_day(expected_back_on))
        raise Invalid({"expected_back_on": [text]})


def check_handed_out(
    status: Status, state: Validity, due_on: date | None, override_reason: str | None, doubt: Doubt | None = None
) -> None:
    """What is overdue or unfit is handed out only with a recorded reason. Raises Invalid that says what is against it.

    What was disposed of is handed out by nobody: Conflict.
    """
    if status is Status.DISPOSED:
        raise Conflict(_("It was disposed of; nobody can be given it."))
    if not fit_for_use(status, state, doubt) and not override_reason:
        text = _(
            "It must not be used: %(why)s Settle that first, or write down why it is handed out all the same.",
            why=_against(status, state, due_on, doubt),
        )
        raise Invalid({"override_reason": [text]})


def _against(status: Status, state: Validity, due_on: date | None, doubt: Doubt | None) -> str:
    if status not in AT_WORK:
        return _("its status is “%(status)s”.", status=named_status(status))
    if state in USABLE and doubt is Doubt.STOPPED:
        return _("a state inspection stopped its use.")
    if state in USABLE and doubt is not None:
        return _("it was called back, as a standard it relied on was out of tolerance.")
    if state is Validity.OVERDUE and due_on is not None:
        return _("it was valid until %(day)s.", day=said_day(due_on))
    return _("its newest result is a failure.") if state is Validity.FAILED else _("it has no valid record.")


def check_condition(condition: Condition, note: str | None) -> None:
    """Whoever brings something back damaged says what is damaged. Raises Invalid."""
    if condition is Condition.DAMAGED and not note:
        raise Invalid(
            {"note": [_("Say what is damaged; it is quarantined and the words become the report of the fault.")]}
        )
