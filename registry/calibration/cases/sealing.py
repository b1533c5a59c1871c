"""What a sign-off of a case binds: everything that was decided, in one digest that the audit log keeps.

The digest is the SHA-256 of JSON with its keys sorted: the case with its ranges, a digest of its items in their order
with what was decided about each, the conclusion, whom nobody could be told for, the signer and the instant. What comes
into the case afterwards, as amendments do, is no part of it.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select

from registry.accounts.models import Person
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import IN_SCOPE, CaseState
from registry.kernel.audit import AuditEntry, Changes
from registry.kernel.canonical import digest_of
from registry.kernel.db import db
from registry.kernel.text import digits

SIGN_OFF: Final = "case.sign_off"
MOST_VERIFIED: Final = 5000  # items that are gone through while somebody waits
DECIDED: Final = (
    CaseItem.calibration_id,
    CaseItem.significance,
    CaseItem.disposition,
    CaseItem.disposition_reason,
    CaseItem.disposed_actor,
    CaseItem.disposed_at,
)


class Seal(NamedTuple):
    """The sign-off that stands: its digest, whom nobody could be told for then, and whether it still holds.

    `digest` is empty for one that was given before digests were kept; `holds` is None where that was not looked at.
    """

    actor: str
    at: datetime
    digest: str
    untold: str
    holds: bool | None


def sealed(case: Case, untold: Sequence[str], by: Person | None) -> Changes:
    """What the log keeps of a sign-off: conclusion, digest, of how many items, and whom nobody could be told for."""
    items = db.session.scalar(select(func.count()).select_from(_items(case).subquery())) or 0
    told = "; ".join(untold)
    signature = digest_of(_said(case, items, told, by.id if by else None))
    changes: Changes = {
        "conclusion": [None, case.conclusion],
        "signature": [None, signature],
        "items": [None, items],
    }
    return changes | ({"untold": [None, told]} if told else {})


def seal_of(case: Case) -> Seal | None:
    """The sign-off of a case that is signed off now; None for any other case."""
    if case.state is not CaseState.CLOSED or case.closed_at is None:
        return None
    wanted = select(AuditEntry).where(
        AuditEntry.subject_type == "case", AuditEntry.subject_key == str(case.id), AuditEntry.action == SIGN_OFF
    )
    entry = db.session.scalar(wanted.order_by(AuditEntry.id.desc()).limit(1))
    digest, untold = (_of(entry, field) for field in ("signature", "untold"))
    items = int(_of(entry, "items") or 0)
    holds = None
    if digest and items <= MOST_VERIFIED:
        holds = digest == digest_of(_said(case, items, untold, case.closed_by_id))
    return Seal(case.closed_actor or "", case.closed_at, digest, untold, holds)


def _said(case: Case, items: int, untold: str, signer: int | None) -> dict[str, Any]:
    """Everything that is signed, in plain values."""
    return {
        "form": 1,
        "case": case.id,
        "asset": case.asset.tag,
        "from": case.from_on.isoformat() if case.from_on else None,
        "until": case.until_on.isoformat() if case.until_on else None,
        "ranges": [
            [one.quantity, one.unit, *(None if end is None else digits(end) for end in (one.low, one.high, one.shift))]
            for one in case.ranges
        ],
        "items": _digest_of_items(case, items),
        "conclusion": case.conclusion,
        "untold": untold,
        "meaning": "sign_off",
        "signer": [signer, case.closed_actor],
        "at": _instant(case.closed_at),
    }


def _digest_of_items(case: Case, number: int) -> str:
    """A digest of the first items within the scope of a case, each with what was decided."""
    found = hashlib.sha256()
    for row in db.session.execute(_items(case).order_by(CaseItem.id).limit(number)):
        *plain, at = row
        line = {"item": [str(value) if value is not None else None for value in plain], "at": _instant(at)}
        found.update(digest_of(line).encode())
    return found.hexdigest()


def _items(case: Case) -> Any:  # noqa: ANN401 — a select of DECIDED
    return select(*DECIDED).where(CaseItem.case_id == case.id, CaseItem.bearing.in_(IN_SCOPE))


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _of(entry: AuditEntry | None, field: str) -> str:
    return "" if entry is None else str(entry.changes.get(field, [None, None])[1] or "")
