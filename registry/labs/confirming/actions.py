"""What confirms the statements of laboratories, and takes a confirmation back."""

from collections.abc import Sequence

from registry.accounts.models import Person
from registry.accounts.permissions import require_supervision
from registry.accounts.rules import Verb
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.labs import followers
from registry.labs.confirming import queries
from registry.labs.confirming.models import Stated
from registry.labs.confirming.queries import Statement, may_confirm
from registry.labs.confirming.rules import StatementKind, check_chosen
from registry.labs.decisions.counting import let_count
from registry.labs.followers import Change, What, corrected_on
from registry.labs.keeping import NOBODY, keep
from registry.labs.models import AccreditationDecision, Lab, Recognition, ScopeLine
from registry.labs.rules import RecognitionKind
from registry.labs.scope.replacing import let_replace
from registry.labs.standing import check_history, check_overlaps


def confirm(
    lab: Lab, *, statements: Sequence[str], basis: str, confirmed: bool = True, by: Person | None
) -> list[Statement]:
    """Confirm statements of a laboratory that is read to be changed, or say that they are not confirmed after all.

    `basis` is what was looked at. Verdicts that rest on them are told so from then on. Raises Invalid.
    """
    require_supervision(by, Verb.ACCREDITATION_CONFIRM, lab.organisation_id)
    held = queries.statements(lab)
    check_chosen(statements, held, confirmed=confirmed)
    chosen = [one for one in held if one.name in set(statements)]
    waited = next((said for one in chosen if (said := _awaited(one))), None)
    for one in chosen:
        mark(one.row, by, confirmed=confirmed)
    _let_count(lab, [one.row for one in chosen if isinstance(one.row, AccreditationDecision)])
    if confirmed:
        _let_replace(lab, [one.row for one in chosen if isinstance(one.row, ScopeLine)])
    changes: audit.Changes = {
        "statements": [None, ", ".join(one.number for one in chosen)],
        "basis": [None, basis],
    }
    db.session.flush()
    keep(lab)
    numbers = [one.number for one in chosen if _designates(one)]
    if numbers:
        followers.tell(Change(lab.id, What.DESIGNATION, None, None, numbers[0]))
    if any(isinstance(one.row, ScopeLine) for one in chosen):
        followers.tell(Change(lab.id, What.SCOPE, None, None, waited or NOBODY))
    audit.record("lab.confirm" if confirmed else "lab.unconfirm", ("lab", lab.code), changes, by=by)
    return chosen


def _let_count(lab: Lab, decisions: Sequence[AccreditationDecision]) -> None:
    """What follows from decisions that count from now on, or no longer do; Invalid where they contradict others."""
    for decision in decisions:
        let_count(decision)
    try:
        for held in {decision.accreditation.id: decision.accreditation for decision in decisions}.values():
            check_history(held)
        if decisions:
            check_overlaps(lab.accreditations)
    except Invalid as refusal:
        raise Invalid(
            {"statements": [text for texts in (refusal.errors or {}).values() for text in texts]}
        ) from refusal


def _awaited(one: Statement) -> str | None:
    """By what a line of a scope begins or no longer counts that waits to be confirmed; None where it counted anyway."""
    if not isinstance(one.row, ScopeLine) or not one.row.betters:
        return None
    return one.row.decision.number if one.row.decision is not None else corrected_on(clock.today())


def _let_replace(lab: Lab, lines: Sequence[ScopeLine]) -> None:
    """What decisions replace ends once a line of them is confirmed; Invalid where another one begins later."""
    waiting = {line.decision.id: line.decision for line in lines if line.decision is not None and line.decision.waits}
    try:
        for made in waiting.values():
            let_replace(lab, made)
    except Invalid as refusal:
        raise Invalid(
            {"statements": [text for texts in (refusal.errors or {}).values() for text in texts]}
        ) from refusal


def stated(rows: Sequence[Stated], by: Person | None, organisation_id: int) -> None:
    """Mark what somebody records of a laboratory: confirmed at once where they may confirm it, else only stated."""
    confirmed = bool(rows) and may_confirm(by, organisation_id)
    for row in rows:
        mark(row, by, confirmed=confirmed)


def mark(row: Stated, by: Person | None, *, confirmed: bool) -> None:
    """Say that a statement is confirmed, or that it is not."""
    row.confirmed_at = clock.now() if confirmed else None
    row.confirmed_by_id = by.id if confirmed and by is not None else None


def _designates(one: Statement) -> bool:
    return (
        one.kind is StatementKind.RECOGNITION
        and isinstance(one.row, Recognition)
        and one.row.kind is RecognitionKind.DESIGNATION
    )
