"""How a standard stood on a day, from the newest records up to it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple, Protocol

from registry.assets.rules import Proof, earliest
from registry.calibration.rules import TRACEABLE, CalibrationKind, Outcome, VerificationKind, proof_of


class Earlier(Protocol):
    """What the rules read of a record."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> CalibrationKind: ...
    @property
    def verification_kind(self) -> VerificationKind | None: ...
    @property
    def performed_on(self) -> date: ...
    @property
    def outcome(self) -> Outcome: ...
    @property
    def due_on(self) -> date | None: ...


class Verified(Protocol):
    """What tells whether a record is of a verification that still holds after a repair."""

    @property
    def kind(self) -> CalibrationKind: ...
    @property
    def performed_on(self) -> date: ...
    @property
    def verification_kind(self) -> VerificationKind | None: ...


class Standing(NamedTuple):
    """How a standard stood on a day: valid or not, and its earliest due date among what it has to undergo.

    `relied_on_id` is the calibration or verification that was in force. What was `out` of use was not valid, nor what
    rested on a verification that had `ended_on` some day, nor what `failed` the newest work on which it stood.
    """

    was_valid: bool
    due_on: date | None = None
    relied_on_id: int | None = None
    out: bool = False
    ended_on: date | None = None
    failed: bool = False


def standing(  # noqa: PLR0913 — each ends or limits it by itself
    newest: Mapping[CalibrationKind, Earlier],
    required: Collection[CalibrationKind],
    day: date,
    *,
    expires_on: date | None = None,
    ended_on: date | None = None,
    altered_on: date | None = None,
) -> Standing:
    """How an asset stood on a day, from the newest records up to it: whatever it has to undergo must have held then.

    A standard without a schedule stands on its calibrations and verifications; without any record it was never valid.
    A reference material stands on its producer's certificate, until its shelf life ends (inclusive). What failed work
    that nobody asked for was not valid until a newer calibration or verification was good (ISO/IEC 17025, 6.4.9).
    `ended_on` is the newest day up to then from which no verification from before held, `altered_on` that from which no
    calibration did, unless a good intermediate check that is asked for came after.
    """
    checked = newest.get(CalibrationKind.INTERMEDIATE_CHECK) if CalibrationKind.INTERMEDIATE_CHECK in required else None
    if checked is not None and altered_on is not None and checked.performed_on >= altered_on:
        altered_on = None if _held_on(checked.kind, checked, day) else altered_on
    ended = {kind for kind, record in newest.items() if is_ended(record, ended_on) or is_outdated(record, altered_on)}
    kinds = set(required) or set(newest) & TRACEABLE - ended
    records = {kind: newest[kind] for kind in kinds - ended if kind in newest}
    proven = bool(kinds) or expires_on is not None
    held = all(_held_on(kind, record, day) for kind, record in records.items())
    was_valid = proven and len(records) == len(kinds) and held
    refuted = any(refutes(kind, newest) for kind in set(newest) - kinds)
    failed = refuted or any(proof_of(kind, one.outcome) is Proof.FAILED for kind, one in records.items())
    keeps = expires_on is None or expires_on >= day
    due_on = earliest([expires_on, *(record.due_on for record in records.values())])
    since = altered_on if ended == {CalibrationKind.CALIBRATION} else ended_on
    standing_on = was_valid and not failed and keeps
    return Standing(standing_on, due_on, ended_on=since if ended else None, failed=failed)


def refutes(kind: CalibrationKind, newest: Mapping[CalibrationKind, Earlier]) -> bool:
    """Whether the newest record of a kind failed and no newer calibration or verification is good."""
    record = newest[kind]
    if proof_of(kind, record.outcome) is not Proof.FAILED:
        return False
    good = (newest[one] for one in TRACEABLE & set(newest) if proof_of(one, newest[one].outcome) is Proof.GOOD)
    return all((one.performed_on, one.id) < (record.performed_on, record.id) for one in good)


def is_ended(record: Verified, repaired_on: date | None) -> bool:
    """Whether a repair or a broken seal ended a verification: work before it, or of its day unless done after repair.

    Circular 23/2013/TT-BKHCN has what was repaired verified anew, in the kind of verification of that name.
    """
    if repaired_on is None or record.kind is not CalibrationKind.VERIFICATION or record.performed_on > repaired_on:
        return False
    return record.performed_on < repaired_on or record.verification_kind is not VerificationKind.AFTER_REPAIR


def is_outdated(record: Verified, altered_on: date | None) -> bool:
    """Whether a calibration is from before the day of work on what is measured (ISO/IEC 17025, 6.4.4)."""
    return altered_on is not None and record.kind is CalibrationKind.CALIBRATION and record.performed_on < altered_on


def _held_on(kind: CalibrationKind, record: Earlier, day: date) -> bool:
    good = proof_of(kind, record.outcome) is Proof.GOOD
    return good and (record.due_on is None or record.due_on >= day)
