"""The second look at a certificate that somebody of its own laboratory copied here: nobody approved it here yet."""

from typing import Protocol

from registry.accounts.actions import confirm as prove
from registry.accounts.models import Person
from registry.calibration.answering import lock, require_approver
from registry.calibration.content import digest
from registry.calibration.doers import names
from registry.calibration.models import Calibration
from registry.calibration.queries import writers
from registry.calibration.rules import Meaning, RecordStatus
from registry.calibration.signing import sign
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Forbidden
from registry.kernel.i18n import _


class Copied(Protocol):
    """A record as far as it says whether somebody has to look at it."""

    @property
    def status(self) -> RecordStatus: ...
    @property
    def recorded_by_lab(self) -> bool: ...
    @property
    def approved_at(self) -> object: ...
    @property
    def import_id(self) -> int | None: ...
    @property
    def seen_at(self) -> object: ...


def is_unapproved_copy(record: Copied) -> bool:
    """Whether a laboratory's own people recorded a certificate of theirs by its number, and nobody approved it here."""
    stands = record.status in {RecordStatus.ISSUED, RecordStatus.AMENDED}
    return stands and record.recorded_by_lab and record.approved_at is None and record.import_id is None


def waits(record: Copied) -> bool:
    """Whether it still waits for the look of a second person."""
    return is_unapproved_copy(record) and record.status is RecordStatus.ISSUED and record.seen_at is None


def confirm(
    calibration: Calibration,
    *,
    password: str | None = None,
    seen: str | None = None,
    meaning: Meaning = Meaning.APPROVAL,
    by: Person | None,
) -> Calibration:
    """Confirm a copied certificate, signed as an approval is: it was compared with the certificate and found the same.

    Whoever recorded it, or did the work, does not. `seen` is the digest of what was looked at.
    """
    item, laboratory = lock(calibration)
    require_approver(by, item, laboratory)
    if not waits(calibration):
        who = calibration.seen_by
        if who is not None and calibration.seen_at is not None:
            raise Conflict(_("%(name)s has confirmed this record already.", name=who.name))
        raise Conflict(_("This record waits for no second look."))
    if by is not None and (by.id in writers(calibration) or names(calibration.performed_by, by.name, by.email)):
        raise Forbidden(_("Who recorded a certificate or did its work does not confirm it; ask a second person."))
    prove(by, password)
    if seen is not None and seen != digest(calibration):
        raise Conflict(_("Somebody changed this record since you opened it. Look at it again before you sign."))
    calibration.seen_by_id, calibration.seen_at = by.id if by else None, clock.now()
    signature = sign(calibration, meaning, by)
    changes = audit.changes_of(calibration) | {"meaning": [None, meaning], "signature": [None, signature.digest]}
    audit.record("calibration.confirm", ("calibration", calibration.id), changes, by=by)
    db.session.flush()
    return calibration
