"""Electronic signatures: who approved exactly which content, when, and what that means."""

from registry.accounts.models import Person
from registry.calibration.content import digest
from registry.calibration.models import Calibration, Signature
from registry.calibration.rules import Meaning
from registry.kernel import clock
from registry.kernel.db import db


def sign(calibration: Calibration, meaning: Meaning, by: Person | None) -> Signature:
    """Bind a person's approval to the content as it is now; who signs has proved to be that person before."""
    signature = Signature(
        calibration_id=calibration.id,
        person_id=by.id if by else None,
        actor=by.name if by else "registry",
        meaning=meaning,
        content_hash=digest(calibration),
        at=clock.now(),
    )
    db.session.add(signature)
    db.session.flush()
    return signature
