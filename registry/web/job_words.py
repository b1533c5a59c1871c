"""What jobs and what they count are called on the page of the timetable."""

from collections.abc import Mapping
from typing import Any, Final

from registry.kernel.i18n import lazy

NAMES: Final[Mapping[str, Any]] = {
    "apply-law": lazy("Apply the law of the day"),
    "adopt-records": lazy("Take records over into schedules"),
    "flag-overdue": lazy("Flag what is overdue"),
    "open-duties": lazy("Open the duties of the year"),
    "open-reports": lazy("Call for the reports of the year"),
    "remind-units": lazy("Remind units of their reports"),
    "send-digests": lazy("Write reminders"),
    "tell-owners": lazy("Tell owners of cases"),
    "deliver": lazy("Send messages"),
    "seal-audit": lazy("Seal the audit log"),
    "check-counts": lazy("Check the counts of plans"),
    "forget-expired": lazy("Forget what has expired"),
    "forget-answers": lazy("Forget old answers"),
    "forget-sheets": lazy("Forget old sheets"),
    "forget-labels": lazy("Forget old labels"),
    "tidy-files": lazy("Tidy the files"),
}
COUNTED: Final[Mapping[str, Any]] = {
    "opened": lazy("opened anew"),
    "marked": lazy("marks set or taken off"),
    "adopted": lazy("schedules decided"),
    "newly_flagged": lazy("newly overdue"),
    "cleared": lazy("good again"),
    "reminded": lazy("letters about reports"),
    "people": lazy("people told"),
    "lines": lazy("due dates told"),
    "webhooks": lazy("webhooks told"),
    "sent": lazy("sent"),
    "put_off": lazy("put off"),
    "failed": lazy("given up"),
    "cases": lazy("cases looked at"),
    "sealed": lazy("entries sealed"),
    "wrong": lazy("counts put right"),
    "forgotten": lazy("forgotten"),
    "deleted": lazy("deleted"),
}
