"""Amendments: an issued record never changes; another one takes its place and says why (ISO/IEC 17025, 7.8.8)."""

from datetime import date
from typing import Final

from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.calibration import answering, queries
from registry.calibration.issuing.rules import is_issued_here, second_person
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, RecordStatus
from registry.calibration.words import kind_text, status_text
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.labs.models import Lab

STANDS: Final = frozenset({RecordStatus.ISSUED, RecordStatus.AMENDED})


def amended(
    item: Asset, kind: CalibrationKind, key: int | None, reason: str | None, by: Person | None
) -> Calibration | None:
    """The record that is to be amended: issued, of the same asset and kind. Raises Invalid, and Conflict for others."""
    if key is None:
        if reason:
            raise Invalid({"amendment_reason": [_("Say which record is amended, or leave the reason empty.")]})
        return None
    found = queries.known(key, by)
    if found is None or found.asset_id != item.id:
        text = _("There is no record %(key)s of this asset; look its number up in the asset's history.", key=key)
        raise Invalid({"amends": [text]})
    if not reason:
        raise Invalid({"amendment_reason": [_("Say what was changed and why; the amended record names the reason.")]})
    if found.kind is not kind:
        raise Invalid({"kind": [other_kind(found)]})
    answering.require_holder(by, Verb.CALIBRATION_RECORD, found)
    _check_amendable(found)
    return found


def is_signed(found: Calibration) -> bool:
    """Whether a record was approved here; what amends it is approved too."""
    return found.approved_at is not None


def may_at_once(found: Calibration, by: Person) -> bool:
    """Whether somebody's amendment of a record may be issued as it is recorded: it takes no signature's place."""
    return not is_signed(found) and answering.holds(by, Verb.CALIBRATION_APPROVE, found)


def may_draft(laboratory: Lab | None, by: Person) -> bool:
    """Whether somebody drafts in the name of a laboratory, or without one."""
    return laboratory is None or answering.is_of(by, Verb.CALIBRATION_RECORD, laboratory)


def may_amend(found: Calibration, by: Person) -> bool:
    """Whether somebody whose record it is amends it, by a draft or at once."""
    return may_draft(found.lab, by) or may_at_once(found, by)


def check_way(
    found: Calibration | None,
    certificate_no: str | None,
    laboratory: Lab | None,
    password: str | None,
    by: Person | None,
) -> None:
    """See that a record, the amendment of `found` or of none, may be drafted, or issued under its number at once.

    Raises Invalid beside `certificate_no`, and beside `password` for what is issued in the place of another record.
    """
    if by is None:
        return
    if certificate_no is None:
        answering.require_drafter(by, laboratory, field="certificate_no")
    elif found is not None:
        if not may_at_once(found, by):
            raise Invalid({"certificate_no": [second(found, laboratory, by)]})
        confirm(by, password)


def check_issuing(
    certificate_no: str | None, laboratory: Lab | None, since_on: date | None, performed_on: date
) -> dict[str, list[str]]:
    """What stands beside `certificate_no` where a laboratory's people give a number that a second person has to give.

    `since_on` is the day since which a laboratory issues its certificates here, as few have said.
    """
    if certificate_no is None or laboratory is None or since_on is None or not is_issued_here(performed_on, since_on):
        return {}
    return {"certificate_no": [second_person(laboratory.name, since_on)]}


def second(found: Calibration, laboratory: Lab | None, by: Person) -> str:
    """What is said to who may not issue an amendment alone."""
    if laboratory is not None and not may_draft(laboratory, by):
        return _(
            "Record %(key)s was copied from a certificate of %(lab)s; ask somebody who may approve to amend it with "
            "the number and their password.",
            key=found.id,
            lab=laboratory.name,
        )
    return _(
        "A second person approves what takes the place of record %(key)s: leave the number out, and the amendment is "
        "kept as a draft; it gets its number when it is approved.",
        key=found.id,
    )


def other_kind(found: Calibration) -> str:
    """What is said to an amendment that is of another kind than what it amends."""
    return _(
        "Record %(key)s is of another kind, %(kind)s; an amendment is of the same.",
        key=found.id,
        kind=kind_text(found.kind),
    )


def _check_amendable(found: Calibration) -> None:
    if found.status is not RecordStatus.ISSUED:
        text = _(
            "Only an issued record can be amended; record %(key)s is %(status)s.",
            key=found.id,
            status=status_text(found.status),
        )
        raise Conflict(text, errors={"amends": [text]})


def restorable(amendment: Calibration, key: int | None) -> Calibration | None:
    """The record that is to stand again when its amendment is made void. Raises Invalid beside `restores`."""
    if key is None:
        return None
    before = amendment.amends if amendment.status is RecordStatus.ISSUED else None
    others = [one for one in before.amendments if one is not amendment] if before else []
    is_free = not any(one.status in STANDS for one in others)
    if before is None or before.id != key or before.status is not RecordStatus.AMENDED or not is_free:
        text = _("Record %(key)s does not wait for this one to be void; leave this empty.", key=key)
        raise Invalid({"restores": [text]})
    return before


def take_back(before: Calibration, by: Person | None) -> None:
    """Let a record whose amendment was made void stand again."""
    before.status = RecordStatus.ISSUED
    audit.record("calibration.restore", ("calibration", before.id), audit.changes_of(before), by=by)
    db.session.flush()


def give_way(amended: Calibration | None, by: Person | None) -> None:
    """Let a record give its place to its amendment, before that takes it; it stays readable."""
    if amended is None:
        return
    _check_amendable(amended)
    amended.status = RecordStatus.AMENDED
    audit.record("calibration.amend", ("calibration", amended.id), audit.changes_of(amended), by=by)
    db.session.flush()
