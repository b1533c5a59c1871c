"""Earlier sign-offs of a case that was opened again, as its log keeps them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from sqlalchemy import select

from registry.calibration.cases.models import Case
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.i18n import _, said_day

OPENED_AGAIN: Final = ("case.reopen", "case.follow", "case.widen")
WITHDRAWN: Final = "case.withdraw"
MOST: Final = 20


class SignOff(NamedTuple):
    """A sign-off that no longer stands: the conclusion, by whom and when, and since when and why it does not.

    `why` is empty for a case that was withdrawn, whose conclusion says it, and where the log does not.
    """

    actor: str
    at: datetime
    conclusion: str
    ended_at: datetime
    why: str
    is_withdrawn: bool


def earlier_sign_offs(case: Case) -> Sequence[SignOff]:
    """The sign-offs of a case before the one that stands, the oldest of the newest MOST first: one statement."""
    wanted = (
        select(AuditEntry)
        .where(
            AuditEntry.subject_type == "case",
            AuditEntry.subject_key == str(case.id),
            AuditEntry.action.in_((*OPENED_AGAIN, WITHDRAWN)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST)
    )
    found = [_sign_off(entry) for entry in db.session.scalars(wanted)]
    return [one for one in reversed(found) if one is not None]


def _sign_off(entry: AuditEntry) -> SignOff | None:
    """What an entry says was taken back; None where nothing was signed off."""
    at, conclusion = _was(entry, "closed_at"), _was(entry, "conclusion")
    if not at or not conclusion:
        return None
    is_withdrawn = entry.action == WITHDRAWN
    return SignOff(
        actor=_was(entry, "closed_actor"),
        at=datetime.fromisoformat(at),
        conclusion=conclusion,
        ended_at=entry.at,
        why="" if is_withdrawn else _why(entry),
        is_withdrawn=is_withdrawn,
    )


def _why(entry: AuditEntry) -> str:
    """Why it was opened again: by a late record, in the language of who reads, or as the log says in words."""
    key, day = (entry.changes.get(field, [None, None])[1] for field in ("record", "performed_on"))
    if key is None or day is None:
        return str(entry.changes.get("reason", ["", ""])[1] or "")
    return _(
        "Record %(key)s of %(day)s was recorded after it was signed off, and relied on its standard.",
        key=key,
        day=said_day(date.fromisoformat(str(day))),
    )


def _was(entry: AuditEntry, field: str) -> str:
    return str(entry.changes.get(field, [""])[0] or "")
