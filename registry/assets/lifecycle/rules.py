"""What is true of an asset's life whatever is stored: which changes need a reason, a limit or a check."""

from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from registry.assets.rules import AT_WORK, NOT_YET, Status
from registry.kernel.calendar import months_later
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day


class CheckKind(StrEnum):
    """ISO/IEC 17025, 6.4.4: equipment is checked before it is placed and before it is returned into service."""

    ACCEPTANCE = "acceptance"
    RETURN = "return"


class CheckResult(StrEnum):
    PASS = "pass"  # noqa: S105 — a result
    FAIL = "fail"


class FaultKind(StrEnum):
    """ISO/IEC 17025, 6.4.9: what takes equipment out of service at once."""

    DAMAGE = "damage"
    OVERLOAD = "overload"
    MALFUNCTION = "malfunction"
    MISHANDLED = "mishandled"
    SEAL_BROKEN = "seal_broken"
    FAILED_CHECK = "failed_check"
    OTHER = "other"


class UpkeepKind(StrEnum):
    MAINTENANCE = "maintenance"
    REPAIR = "repair"
    MODIFICATION = "modification"
    ADJUSTMENT = "adjustment"


REPAIRING: Final = frozenset({UpkeepKind.REPAIR, UpkeepKind.MODIFICATION})
ALTERING: Final = REPAIRING | {UpkeepKind.ADJUSTMENT}  # unless somebody says otherwise
FARTHEST_AHEAD: Final = 120  # months
AWAY: Final = frozenset({Status.OUT_FOR_CALIBRATION, Status.QUARANTINED, Status.OUT_OF_SERVICE, Status.RETIRED})
EXPLAINED: Final = frozenset(
    {Status.LIMITED_USE, Status.QUARANTINED, Status.OUT_OF_SERVICE, Status.RETIRED, Status.DISPOSED}
)
ONCE_UNEXPLAINED: Final = frozenset({Status.QUARANTINED, Status.OUT_OF_SERVICE, Status.RETIRED})


class Turn(NamedTuple):
    """A change of status that is wanted: to what, from which day on, why, and what limited use is limited to."""

    status: Status
    on: date
    reason: str | None = None
    restriction: str | None = None


class Evidence(NamedTuple):
    """The newest check since an asset is in doubt, and the day of its newest good calibration, if there are any."""

    checked_on: date | None = None
    passed: bool = False
    calibrated_on: date | None = None


def check_asked_for(old: Status, new: Status) -> CheckKind | None:
    """The check that ISO/IEC 17025, 6.4.4 asks for before an asset goes from one status to another."""
    if old in NOT_YET and new in AT_WORK | {Status.ACCEPTED}:
        return CheckKind.ACCEPTANCE
    return CheckKind.RETURN if old in AWAY and new in AT_WORK else None


def holds(evidence: Evidence, since: date | None) -> bool:
    """Whether evidence lets an asset into service that is in doubt since a day, the day itself included.

    The newest word counts: a calibration outweighs a failed check only when it is not older than the check.
    """
    checked, calibrated = evidence.checked_on, evidence.calibrated_on
    if calibrated is not None and since is not None and calibrated < since:
        calibrated = None
    if checked is None:
        return calibrated is not None
    return evidence.passed or (calibrated is not None and calibrated >= checked)


def check_evidence(asked: CheckKind, evidence: Evidence, since: date | None) -> None:
    """Refuse a change whose evidence is missing or bad, and name the remedy. Raises Invalid."""
    if holds(evidence, since):
        return
    if evidence.checked_on is not None:
        text = _(
            "Its check of %(day)s failed. Record a newer check that it passes, then change the status.",
            day=said_day(evidence.checked_on),
        )
    elif asked is CheckKind.ACCEPTANCE:
        text = _("It has not been checked yet. Record an acceptance check that it passes, then change the status.")
    else:
        text = _(
            "Nothing shows yet that it is good again since %(day)s. Record a check that it passes, or its new "
            "calibration, then change the status.",
            day=said_day(since) if since else "…",
        )
    raise Invalid({"status": [text]})


def check_day(on: date, today: date, since: date | None, field: str = "on") -> None:
    """A change is dated neither in the future nor before the change that precedes it. Raises Invalid."""
    if on > today:
        raise Invalid({field: [_("%(day)s is in the future; give the day it happened.", day=said_day(on))]})
    if since is not None and on < since:
        text = _(
            "%(day)s is before the change that precedes it, of %(since)s.", day=said_day(on), since=said_day(since)
        )
        raise Invalid({field: [text]})


def check_reason(status: Status, reason: str | None, field: str = "reason") -> None:
    """Whoever takes an asset out of use, or limits its use, says why. Raises Invalid."""
    if status in EXPLAINED and not reason:
        raise Invalid({field: [_("Say why, so that others can understand it later.")]})


def check_commissioned(commissioned_on: date | None, status: Status, today: date) -> None:
    """What is at work was put into service already, and nobody plans far ahead. Raises Invalid."""
    if commissioned_on is None or commissioned_on <= today:
        return
    day = said_day(commissioned_on)
    if commissioned_on > months_later(today, FARTHEST_AHEAD):
        text = _("“%(day)s” is more than ten years ahead; correct the year.", day=day)
        raise Invalid({"commissioned_on": [text]})
    if status in AT_WORK:
        text = _(
            "“%(day)s” has not come yet, and the asset is in service already: correct the day, or give it a status "
            "from before its use, such as planned or accepted, until then.",
            day=day,
        )
        raise Invalid({"commissioned_on": [text]})


def check_restriction(status: Status, restriction: str | None) -> None:
    """Limited use says what it is limited to, and nothing else does. Raises Invalid."""
    if status is Status.LIMITED_USE and not restriction:
        raise Invalid({"restriction": [_("Say what it may be used for, such as: only up to 100 kg.")]})
    if status is not Status.LIMITED_USE and restriction:
        raise Invalid({"restriction": [_("Only limited use has a restriction; choose that status, or leave it out.")]})


def check_fault_days(found_on: date, happened_on: date | None, today: date) -> None:
    """A fault is found on a day that has come and not before it happened. Raises Invalid."""
    check_day(found_on, today, None, "found_on")
    if happened_on is not None and happened_on > found_on:
        text = _(
            "%(day)s is after the day it was found, %(found)s.", day=said_day(happened_on), found=said_day(found_on)
        )
        raise Invalid({"happened_on": [text]})
