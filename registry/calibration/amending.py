"""Amendments: an issued record never changes; another one takes its place and says why (ISO/IEC 17025, 7.8.8)."""

from typing import Final

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, RecordStatus
from registry.calibration.words import kind_text, status_text
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _

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
    _check_amendable(found)
    return found


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


def take_back(amendment: Calibration, by: Person | None) -> Calibration | None:
    """Let the record whose place a voided amendment took stand again, unless another has it; gives that record."""
    before = amendment.amends
    others = [one for one in before.amendments if one is not amendment] if before else []
    if before is None or before.status is not RecordStatus.AMENDED or any(one.status in STANDS for one in others):
        return None
    before.status = RecordStatus.ISSUED
    audit.record("calibration.restore", ("calibration", before.id), audit.changes_of(before), by=by)
    db.session.flush()
    return before


def give_way(amended: Calibration | None, by: Person | None) -> None:
    """Let a record give its place to its amendment, before that takes it; it stays readable."""
    if amended is None:
        return
    _check_amendable(amended)
    amended.status = RecordStatus.AMENDED
    audit.record("calibration.amend", ("calibration", amended.id), audit.changes_of(amended), by=by)
    db.session.flush()
