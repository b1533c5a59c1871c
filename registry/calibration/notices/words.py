"""The words of what was told, to whom and with what end, in the language of the request."""

from collections.abc import Mapping
from typing import Final

from registry.assets.rules import Doubt
from registry.calibration.notices.rules import Delivery, Subject
from registry.kernel.i18n import _, said_number
from registry.kernel.outbox.rules import OPEN, MessageState

CLEARED: Final = "cleared"
MARKS: Final = (*(mark.value for mark in Doubt if mark is not Doubt.STOPPED), CLEARED)


def subject_text(subject: Subject) -> str:
    """What a telling is about."""
    return {
        Subject.DUE: _("Due dates"),
        Subject.CASE: _("A standard out of tolerance"),
        Subject.VERDICT: _("Results judged otherwise"),
    }[subject]


def delivery_of(state: MessageState | None) -> Delivery:
    """What became of a telling whose message is in a state; None is one without a message."""
    if state is None:
        return Delivery.KEPT
    return Delivery.WAITING if state in OPEN else Delivery(state.value)


def delivery_text(delivery: Delivery) -> str:
    """What became of a telling."""
    return {
        Delivery.WAITING: _("Waiting"),
        Delivery.SENT: _("Sent"),
        Delivery.UNHEARD: _("Handed over, answer not heard"),
        Delivery.FAILED: _("Given up"),
        Delivery.WITHDRAWN: _("No longer wanted"),
        Delivery.KEPT: _("Only in the registry"),
    }[delivery]


def mark_text(mark: str) -> str:
    """What is told of items of a case: the mark on them, or that it was taken away."""
    return {
        Doubt.IN_DOUBT: _("In doubt"),
        Doubt.RECALIBRATE: _("To be calibrated or verified again"),
        Doubt.RECALL: _("Recalled"),
        Doubt.CERTIFICATE_WITHDRAWN: _("Certificate withdrawn"),
        CLEARED: _("No longer in doubt"),
    }[mark]


def counts_text(counts: Mapping[str, int]) -> str:
    """How many things a telling told of: “In doubt: 3; recalled: 1”, “Due dates: 2”."""
    said = [(mark_text(mark), counts[mark]) for mark in MARKS if counts.get(mark)]
    if counts.get(Subject.DUE):
        said.append((_("Due dates"), counts[Subject.DUE]))
    if counts.get(Subject.VERDICT):
        said.append((_("Results judged otherwise"), counts[Subject.VERDICT]))
    return "; ".join(f"{text}: {said_number(number)}" for text, number in said)


def error_text(error: str | None) -> str | None:
    """What kept a message from arriving, in words; None when nothing did. `error` is the sender's own remark."""
    if error is None:
        return None
    return next((text for beginning, text in _errors() if error.startswith(beginning)), _("It could not be sent."))


def _errors() -> list[tuple[str, str]]:
    return [
        ("no mail server is configured", _("The registry has no mail server yet.")),
        ("the mail server does not answer", _("The mail server cannot be reached.")),
        ("the connection to the mail server broke", _("The connection to the mail server broke.")),
        ("the mail server answered", _("The mail server refused the message.")),
        ("this cannot be written as an e-mail", _("The address is not one that an e-mail can be sent to.")),
        ("the webhook was taken away", _("The webhook was taken away.")),
        ("the receiver answered 410", _("The receiver no longer exists.")),
        ("the receiver answered", _("The receiver did not take the message.")),
        ("the receiver cannot be reached", _("The receiver cannot be reached.")),
        ("the address does not begin", _("The address of the webhook is not a safe one.")),
        ("the address of", _("The receiver cannot be found.")),
        ("the message has", _("The message is too large.")),
    ]
