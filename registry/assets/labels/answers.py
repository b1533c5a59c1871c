"""What a scanned label tells anybody, in words; ScanOut's public fields, unformatted."""

from datetime import datetime
from typing import Any

from registry.assets.fitness import ScanFacts, told_of
from registry.assets.labels.queries import DiscardedLabel
from registry.assets.labels.rules import Revocation, Scanned, revocation_text
from registry.assets.words import reason_text
from registry.kernel import clock
from registry.kernel.i18n import _, said_day

REVOKED = "label_revoked"


def scanned_answer(scanned: Scanned, now: datetime) -> dict[str, Any]:
    """What anybody who scans a label is told; for a revoked one that first, and that nothing may be used by it."""
    answer = scan_answer(scanned.facts, now)
    if scanned.is_revoked:
        answer["fit_for_use"] = False
        answer["reasons"] = [{"code": REVOKED, "text": revoked_text(scanned)}, *answer["reasons"]]
    return answer


def revoked_text(scanned: Scanned) -> str:
    """What a revoked label says of itself."""
    if scanned.revoked_at is None:
        return _("This label no longer holds: the item carries another label.")
    day = said_day(clock.local(scanned.revoked_at).date())
    if scanned.because is Revocation.REPLACED:
        return _("This label was revoked on %(day)s: another label took its place.", day=day)
    why = revocation_text(scanned.because)
    return _("This label was revoked on %(day)s: %(why)s. Another stands for the item.", day=day, why=why)


def discarded_text(gone: DiscardedLabel) -> str:
    """What a label says of itself that was revoked and stands for nothing."""
    if gone.own:
        day = said_day(clock.local(gone.revoked_at).date())
        return _(
            "This label was revoked on %(day)s: the import that registered its item was undone. Destroy it, and ask "
            "whoever keeps the item for the label it has now.",
            day=day,
        )
    day, why = said_day(clock.local(gone.revoked_at).date()), revocation_text(gone.because)
    return _("This blank label was revoked on %(day)s: %(why)s. It was never on anything.", day=day, why=why)


def scan_answer(facts: ScanFacts, now: datetime) -> dict[str, Any]:
    """What anybody who scans a label is told; ScanOut's public fields, unformatted."""
    state, due_on, fit, against = told_of(facts, clock.local(now).date())
    return {
        "tag": facts.tag,
        "kind": facts.kind,
        "name": facts.name,
        "validity": state,
        "fit_for_use": fit,
        "due_on": due_on,
        "reasons": [{"code": reason.code, "text": reason_text(reason)} for reason in against],
        "checked_at": now,
    }
