"""Electronic signatures: who approved exactly which content, when, and what that means; all of it in one digest.

The digest is the SHA-256 of JSON with its keys sorted: the record, its content's digest, the signer, the meaning and
the instant. It stands in the audit log as well, so that whoever computes it anew for other words has to forge the
chain of the log too. A signature of the first form covers the content alone, and is verified as far as it goes.
"""

from datetime import UTC

from registry.accounts.models import Person
from registry.calibration.content import FORM, digest
from registry.calibration.models import Calibration, Signature
from registry.calibration.rules import Meaning
from registry.kernel import clock
from registry.kernel.canonical import digest_of
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
        form=FORM,
    )
    signature.digest = digest_of(_said(signature))
    db.session.add(signature)
    db.session.flush()
    return signature


def verifies(signature: Signature, content_form: int | None) -> bool:
    """Whether a signature is the one that was given; `content_form` is the form in which its content still stands."""
    whole = None if signature.form == 1 else digest_of(_said(signature))
    return signature.form == content_form and signature.digest == whole


def _said(signature: Signature) -> dict[str, object]:
    return {
        "form": signature.form,
        "record": signature.calibration_id,
        "content": signature.content_hash,
        "signer": [signature.person_id, signature.actor],
        "meaning": signature.meaning.value,
        "at": signature.at.astimezone(UTC).isoformat(timespec="microseconds"),
    }
