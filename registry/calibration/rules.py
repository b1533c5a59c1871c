"""What is true of calibrations whatever is stored."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypedDict

from registry.assets.rules import Proof, earliest
from registry.assets.rules import ScheduleKind as CalibrationKind
from registry.kernel.errors import Messages
from registry.kernel.i18n import _, said_day

__all__ = ["CalibrationKind"]


class Outcome(StrEnum):
    """The statement of conformity; `none` when a certificate gives results without one."""

    PASS = "pass"  # noqa: S105 — an outcome, no password
    FAIL = "fail"
    CONDITIONAL_PASS = "conditional_pass"  # noqa: S105 — see PASS
    CONDITIONAL_FAIL = "conditional_fail"
    NONE = "none"


class DecisionRule(StrEnum):
    """How conformity was decided (ILAC-G8:09/2019, 4.2)."""

    SIMPLE = "simple"
    GUARD_BAND = "guard_band"
    NON_BINARY = "non_binary"


class RecordStatus(StrEnum):
    """A draft moves nothing; an issued record counts; an amended or void one stays readable."""

    DRAFT = "draft"
    ISSUED = "issued"
    AMENDED = "amended"
    VOID = "void"


class Stage(StrEnum):
    """Before or after an adjustment."""

    AS_FOUND = "as_found"
    AS_LEFT = "as_left"


class CalibrationOrder(StrEnum):
    """How a list of calibrations may be sorted; a dash means backwards."""

    PERFORMED_ON = "performed_on"
    PERFORMED_ON_DOWN = "-performed_on"


class PointValues(TypedDict):
    """One measured point as it is said, all numbers in `unit`."""

    quantity: str
    unit: str
    nominal: Decimal | None
    reference: Decimal | None
    indication: Decimal | None
    expanded_uncertainty: Decimal | None
    coverage_factor: Decimal | None
    lower_limit: Decimal | None
    upper_limit: Decimal | None
    stage: Stage


class Earlier(Protocol):
    """What the rules read of a record."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def due_on(self) -> date | None: ...


@dataclass(frozen=True)
class Standing:
    """How a standard stood on a day: valid or not, and its earliest due date among what it has to undergo."""

    was_valid: bool
    due_on: date | None = None


GOOD = frozenset({Outcome.PASS, Outcome.CONDITIONAL_PASS, Outcome.NONE})
TRACEABLE = frozenset({CalibrationKind.CALIBRATION, CalibrationKind.VERIFICATION})
LEAST_FACTOR = 1


def proof_of(outcome: Outcome) -> Proof:
    """What an outcome proves. Without a statement of conformity a calibration is good: its use is the owner's call."""
    return Proof.GOOD if outcome in GOOD else Proof.FAILED


def standing(
    newest: Mapping[CalibrationKind, Earlier],
    required: Collection[CalibrationKind],
    day: date,
    *,
    expires_on: date | None = None,
) -> Standing:
    """How an asset stood on a day, from the newest records up to it: whatever it has to undergo must have held then.

    A standard without a schedule stands on its calibrations and verifications; without any record it was never valid.
    A reference material stands on its producer's certificate, until its shelf life ends (inclusive).
    """
    kinds = set(required) or set(newest) & TRACEABLE
    records = [newest[kind] for kind in kinds if kind in newest]
    proven = bool(kinds) or expires_on is not None
    was_valid = proven and len(records) == len(kinds) and all(_held_on(record, day) for record in records)
    keeps = expires_on is None or expires_on >= day
    return Standing(was_valid and keeps, earliest([expires_on, *(record.due_on for record in records)]))


def _held_on(record: Earlier, day: date) -> bool:
    good = proof_of(record.outcome) is Proof.GOOD
    return good and (record.due_on is None or record.due_on >= day)


def check_days(performed_on: date, valid_until: date | None, today: date) -> Messages:
    """Messages by field: work is not done in the future, and its validity does not end before it begins."""
    messages: dict[str, list[str]] = {}
    if performed_on > today:
        text = _("%(day)s is in the future; give the day the work was done.", day=said_day(performed_on))
        messages["performed_on"] = [text]
    if valid_until is not None and valid_until < performed_on:
        text = _(
            "%(end)s is before the day the work was done, %(start)s.",
            end=said_day(valid_until),
            start=said_day(performed_on),
        )
        messages["valid_until"] = [text]
    return messages


def check_lab(kind: CalibrationKind, lab: str | None) -> Messages:
    """Messages by field: an owner may check its own asset, but a calibration or verification is a laboratory's."""
    if lab is None and kind in TRACEABLE:
        return {"lab": [_("Choose the laboratory that did it; only checks and tests can be the owner's own.")]}
    return {}


def check_points(points: Sequence[PointValues]) -> Messages:
    """Messages by nested field where the numbers of a point contradict each other."""
    messages: dict[str, list[str]] = {}
    for place, point in enumerate(points):
        found = _point_messages(point)
        messages |= {f"points.{place}.{field}": [text] for field, text in found.items()}
    return messages


def check_reason(reason: str) -> Messages:
    """Messages by field: nothing is voided without saying why."""
    return {} if reason.strip() else {"reason": [_("Say why; the record stays readable with this reason.")]}


def _point_messages(point: PointValues) -> dict[str, str]:
    found: dict[str, str] = {}
    low, high = point["lower_limit"], point["upper_limit"]
    uncertainty, factor = point["expanded_uncertainty"], point["coverage_factor"]
    if low is not None and high is not None and high < low:
        found["upper_limit"] = _("%(high)s is below the lower limit, %(low)s.", high=str(high), low=str(low))
    if uncertainty is not None and uncertainty < 0:
        found["expanded_uncertainty"] = _("An uncertainty cannot be below zero; leave out the sign ±.")
    if factor is not None and factor < LEAST_FACTOR:
        found["coverage_factor"] = _("A coverage factor is at least 1; it is often 2.")
    elif factor is not None and uncertainty is None:
        found["coverage_factor"] = _("A coverage factor needs the expanded uncertainty it belongs to.")
    return found
