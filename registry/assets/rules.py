"""What is true of an asset whatever is stored: validity from facts and a date, fitness for use, reasons against it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal, Inexact, localcontext
from enum import StrEnum
from typing import Final, NamedTuple, NotRequired, Protocol, TypedDict

from registry.kernel.errors import Invalid
from registry.kernel.i18n import _
from registry.kernel.quantities import foreign_unit

SOON_DAYS: Final = 60
HUNDRED: Final = Decimal(100)
MOST_DIGITS: Final = 200  # of a product of three numbers with at most forty each


class Kind(StrEnum):
    STANDARD = "standard"
    REFERENCE_MATERIAL = "reference_material"
    INSTRUMENT = "instrument"


class StandardClass(StrEnum):
    """What a measurement standard is kept for (VIM 5.3 to 5.9)."""

    NATIONAL = "national"
    REFERENCE = "reference"
    WORKING = "working"
    TRANSFER = "transfer"
    TRAVELLING = "travelling"


class Status(StrEnum):
    """What people decided about an asset; its validity is derived and never stored.

    Schedules run for those ON_THE_CLOCK and are paused for the others; `retired` is withdrawn, `disposed` gone.
    """

    PLANNED = "planned"
    PROCURED = "procured"
    ACCEPTED = "accepted"
    IN_SERVICE = "in_service"
    LIMITED_USE = "limited_use"
    OUT_FOR_CALIBRATION = "out_for_calibration"
    QUARANTINED = "quarantined"
    OUT_OF_SERVICE = "out_of_service"
    RETIRED = "retired"
    DISPOSED = "disposed"


class ScheduleKind(StrEnum):
    """Calibration (hiệu chuẩn) and verification (kiểm định) are different events; neither replaces the other."""

    CALIBRATION = "calibration"
    VERIFICATION = "verification"
    INTERMEDIATE_CHECK = "intermediate_check"
    TESTING = "testing"


class Proof(StrEnum):
    """What the records say, whatever day it is. On a schedule, `not_required` is one that was given up."""

    NOT_REQUIRED = "not_required"
    MISSING = "missing"
    GOOD = "good"
    FAILED = "failed"


class Validity(StrEnum):
    VALID = "valid"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    NEVER = "never"
    FAILED = "failed"
    NOT_REQUIRED = "not_required"


class Doubt(StrEnum):
    """What a case about a standard that was out of tolerance, or a state inspection, says of an item.

    A mark beside the validity, which it does not change: undecided, or what was decided and not done yet; `stopped` is
    an inspection's alone.
    """

    IN_DOUBT = "in_doubt"
    RECALIBRATE = "recalibrate"
    RECALL = "recall"
    CERTIFICATE_WITHDRAWN = "certificate_withdrawn"
    STOPPED = "stopped"


class Doubted(StrEnum):
    """In which ways a list is asked for what is in doubt: the marks on assets, and a record that contradicts itself."""

    IN_DOUBT = Doubt.IN_DOUBT.value
    RECALIBRATE = Doubt.RECALIBRATE.value
    RECALL = Doubt.RECALL.value
    CERTIFICATE_WITHDRAWN = Doubt.CERTIFICATE_WITHDRAWN.value
    STOPPED = Doubt.STOPPED.value
    CONTRADICTED = "contradicted"


class Use(StrEnum):
    """Whether something may be used, as far as a list is asked for it: what must not be until that is settled.

    It was called back or stopped, is quarantined, or is in use and overdue, failed or without a record; see pressing.
    """

    FORBIDDEN = "forbidden"


CALLED_BACK: Final = frozenset({Doubt.RECALL, Doubt.CERTIFICATE_WITHDRAWN, Doubt.STOPPED})
ASKS_WORK: Final = CALLED_BACK | {Doubt.RECALIBRATE}
USABLE: Final = frozenset({Validity.VALID, Validity.DUE_SOON, Validity.NOT_REQUIRED})
AT_WORK: Final = frozenset({Status.IN_SERVICE, Status.LIMITED_USE})
ON_THE_CLOCK: Final = AT_WORK | {Status.OUT_FOR_CALIBRATION}
NOT_YET: Final = frozenset({Status.PLANNED, Status.PROCURED})
GONE: Final = frozenset({Status.RETIRED, Status.DISPOSED})
LEAVING: Final = frozenset({Status.OUT_OF_SERVICE, Status.RETIRED})
STATUS_CHANGES: Final[dict[Status, frozenset[Status]]] = {
    Status.PLANNED: frozenset({Status.PROCURED, Status.ACCEPTED, Status.IN_SERVICE, Status.RETIRED}),
    Status.PROCURED: frozenset({Status.ACCEPTED, Status.IN_SERVICE, Status.QUARANTINED, Status.RETIRED}),
    Status.ACCEPTED: frozenset({Status.IN_SERVICE, Status.LIMITED_USE, Status.OUT_FOR_CALIBRATION, Status.QUARANTINED})
    | LEAVING,
    Status.IN_SERVICE: frozenset({Status.LIMITED_USE, Status.OUT_FOR_CALIBRATION, Status.QUARANTINED}) | LEAVING,
    Status.LIMITED_USE: frozenset({Status.IN_SERVICE, Status.OUT_FOR_CALIBRATION, Status.QUARANTINED}) | LEAVING,
    Status.OUT_FOR_CALIBRATION: frozenset({Status.IN_SERVICE, Status.LIMITED_USE, Status.QUARANTINED}) | LEAVING,
    Status.QUARANTINED: frozenset({Status.IN_SERVICE, Status.LIMITED_USE, Status.OUT_FOR_CALIBRATION}) | LEAVING,
    Status.OUT_OF_SERVICE: frozenset(
        {Status.IN_SERVICE, Status.LIMITED_USE, Status.OUT_FOR_CALIBRATION, Status.QUARANTINED, Status.RETIRED}
    ),
    Status.RETIRED: frozenset({Status.OUT_OF_SERVICE, Status.DISPOSED}),
    Status.DISPOSED: frozenset(),
}


class Facts(Protocol):
    """What the records say about one schedule of an asset."""

    @property
    def kind(self) -> ScheduleKind: ...
    @property
    def proof(self) -> Proof: ...
    @property
    def due_on(self) -> date | None: ...


class ScheduleFacts(NamedTuple):
    """Facts read without an entity."""

    kind: ScheduleKind
    proof: Proof
    due_on: date | None


class CharacteristicValues(TypedDict):
    """A metrological characteristic as it is given; its numbers are in its unit, `mpe` without its ±.

    `mpe_percent_of_reading` is in percent of what is shown, `mpe_percent_of_range` in percent of the span of the range.
    """

    quantity: str
    unit: str
    range_low: NotRequired[Decimal | None]
    range_high: NotRequired[Decimal | None]
    mpe: NotRequired[Decimal | None]
    mpe_percent_of_reading: NotRequired[Decimal | None]
    mpe_percent_of_range: NotRequired[Decimal | None]
    accuracy_class: NotRequired[str | None]
    resolution: NotRequired[Decimal | None]


class Characterised(Protocol):
    """What the limit of permissible error is worked out from."""

    @property
    def range_low(self) -> Decimal | None: ...
    @property
    def range_high(self) -> Decimal | None: ...
    @property
    def mpe(self) -> Decimal | None: ...
    @property
    def mpe_percent_of_reading(self) -> Decimal | None: ...
    @property
    def mpe_percent_of_range(self) -> Decimal | None: ...


def validity(proof: Proof, due_on: date | None, today: date) -> Validity:
    """Validity of a schedule or of an asset. `due_on` is the last valid day, inclusive; None is no end.

    The same rule serves both levels: an asset's proof is the worst of its schedules' and its `due_on` the earliest.
    """
    if proof is Proof.NOT_REQUIRED:
        return Validity.NOT_REQUIRED
    if proof is Proof.FAILED:
        return Validity.FAILED
    if due_on is not None and due_on < today:
        return Validity.OVERDUE
    if proof is Proof.MISSING:
        return Validity.NEVER
    if due_on is not None and due_on <= today + timedelta(days=SOON_DAYS):
        return Validity.DUE_SOON
    return Validity.VALID


def worst(proofs: Iterable[Proof]) -> Proof:
    """The proof of an asset from those of its schedules."""
    found = set(proofs)
    for proof in (Proof.FAILED, Proof.MISSING, Proof.GOOD):
        if proof in found:
            return proof
    return Proof.NOT_REQUIRED


def earliest(days: Iterable[date | None]) -> date | None:
    """The due date of an asset from those of its schedules."""
    return min((day for day in days if day is not None), default=None)


def summed_up(
    schedules: Iterable[Facts], expires_on: date | None, *, unverified: bool = False, unstated: bool = False
) -> tuple[Proof, date | None]:
    """Proof and due date of an asset from the schedules that hold and the end of its shelf life, if it has one.

    The shelf life is proof by itself: its producer certified the values until then. What is `unverified` although the
    law asks for it lacks a proof, whatever else it has; so does what is `unstated`, see is_unstated.
    """
    held = list(schedules)
    unverified = unverified or unstated
    proof = worst([*(schedule.proof for schedule in held), *([Proof.MISSING] if unverified else [])])
    if proof is Proof.NOT_REQUIRED and expires_on is not None:
        proof = Proof.GOOD
    return proof, earliest([expires_on, *(schedule.due_on for schedule in held)])


def is_unstated(kind: Kind, schedules: Collection[Facts], expires_on: date | None, parent_id: int | None) -> bool:
    """Whether nothing shows what a standard or a reference material is worth, which makes it unfit to be relied on.

    It was never calibrated, and nobody stated what it has to undergo (ISO/IEC 17025, 6.4.6 and 6.5). A part of a set
    stands on that.
    """
    return kind is not Kind.INSTRUMENT and not schedules and expires_on is None and parent_id is None


def fit_for_use(status: Status, state: Validity, doubt: Doubt | None = None) -> bool:
    """Whether an asset may be used today; what a case or a state inspection took out of use may not."""
    return status in AT_WORK and state in USABLE and doubt not in CALLED_BACK


def resting(status: Status, set_status: Status | None) -> Status:
    """The status that decides over an asset: its own, or that of the set out of use that it belongs to."""
    return set_status if set_status is not None and status in AT_WORK else status


def check_status_change(old: Status, new: Status) -> None:
    """An asset goes only from one status to certain others; staying is allowed. Raises Invalid."""
    if new is not old and new not in STATUS_CHANGES[old]:
        allowed = ", ".join(named_status(status) for status in Status if status in STATUS_CHANGES[old])
        text = (
            _("An asset that is %(old)s can only become one of: %(allowed)s.", old=named_status(old), allowed=allowed)
            if allowed
            else _("An asset that is %(old)s stays so; register it anew if that was a mistake.", old=named_status(old))
        )
        raise Invalid({"status": [text]})


def named_status(status: Status) -> str:
    return {
        Status.PLANNED: _("Planned"),
        Status.PROCURED: _("Procured"),
        Status.ACCEPTED: _("Accepted"),
        Status.IN_SERVICE: _("In service"),
        Status.LIMITED_USE: _("Limited use"),
        Status.OUT_FOR_CALIBRATION: _("Out for calibration"),
        Status.OUT_OF_SERVICE: _("Out of service"),
        Status.QUARANTINED: _("Quarantined"),
        Status.RETIRED: _("Withdrawn from use"),
        Status.DISPOSED: _("Disposed"),
    }[status]


def check_standard_class(kind: Kind, standard_class: StandardClass | None) -> None:
    """Only a measurement standard has a class of standards. Raises Invalid."""
    if standard_class is not None and kind is not Kind.STANDARD:
        text = _("Only a measurement standard has a class; leave it empty, or change the kind to standard.")
        raise Invalid({"standard_class": [text]})


def check_characteristics(characteristics: Sequence[CharacteristicValues]) -> None:
    """The numbers of each characteristic agree with each other. Raises Invalid."""
    messages: dict[str, list[str]] = {}
    for place, given in enumerate(characteristics):
        found = _characteristic_messages(given)
        messages |= {f"characteristics.{place}.{field}": [text] for field, text in found.items()}
    if messages:
        raise Invalid(messages)


def _characteristic_messages(given: CharacteristicValues) -> dict[str, str]:
    found: dict[str, str] = {}
    low, high, of_range = given.get("range_low"), given.get("range_high"), given.get("mpe_percent_of_range")
    if low is not None and high is not None and low > high:
        found["range_high"] = _(
            "The upper end of the range, %(high)s, is below its lower end, %(low)s.", low=low, high=high
        )
    if of_range is not None and (low is None or high is None):
        found["mpe_percent_of_range"] = _("A percentage of the range needs both ends of the range; fill them in too.")
    unsigned = {
        "mpe": given.get("mpe"),
        "mpe_percent_of_reading": given.get("mpe_percent_of_reading"),
        "mpe_percent_of_range": of_range,
        "resolution": given.get("resolution"),
    }
    for name, value in unsigned.items():
        if value is not None and value < 0:
            found[name] = _("This cannot be below zero; leave its sign out.")
        elif name == "resolution" and value == 0:
            found[name] = _("No display shows differences of zero; give its smallest step, or leave it empty.")
    foreign = foreign_unit(given.get("quantity") or "", given.get("unit") or "")
    if foreign is not None:
        found["unit"] = foreign
    return found


def holds(characteristic: Characterised, at: Decimal) -> bool:
    """Whether a reading lies in the range, both ends included."""
    low, high = characteristic.range_low, characteristic.range_high
    return (low is None or at >= low) and (high is None or at <= high)


def limit(characteristic: Characterised, at: Decimal) -> Decimal | None:
    """The maximum permissible error at a reading, without its ±, in the characteristic's unit; None when none is given.

    The sum of the parts that are given, as in ±(0.02 % of reading + 0.5 mV), with every digit: nothing is rounded. A
    percentage of the reading is of its size, whatever its sign. Raises Invalid beside `at` outside the range.
    """
    low, high = characteristic.range_low, characteristic.range_high
    if not holds(characteristic, at):
        text = _("%(at)s is outside the range, %(low)s to %(high)s.", at=at, low=_end(low), high=_end(high))
        raise Invalid({"at": [text]})
    with localcontext(prec=MOST_DIGITS) as context:
        context.traps[Inexact] = True
        parts = [characteristic.mpe]
        if characteristic.mpe_percent_of_reading is not None:
            parts.append(abs(at) * characteristic.mpe_percent_of_reading / HUNDRED)
        if characteristic.mpe_percent_of_range is not None and low is not None and high is not None:
            parts.append((high - low) * characteristic.mpe_percent_of_range / HUNDRED)
        given = [part for part in parts if part is not None]
        return sum(given, Decimal(0)) if given else None


def _end(value: Decimal | None) -> str:
    return "…" if value is None else str(value)
