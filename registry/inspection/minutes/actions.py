"""What signs minutes and amends them."""

from collections.abc import Sequence
from datetime import datetime

from registry.accounts.models import Person
from registry.inspection import acting, settling
from registry.inspection import actions as inspections
from registry.inspection.acting import Act
from registry.inspection.checks import actions as recording
from registry.inspection.checks import queries as checks
from registry.inspection.minutes import queries
from registry.inspection.minutes.describing import Signing
from registry.inspection.minutes.models import InspectionMinutes
from registry.inspection.minutes.rules import RepresentativeValues, check_signing, hash_of, number_key
from registry.inspection.models import Inspection
from registry.inspection.rules import State, check_turn, next_text, state_text
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.text import shown


def sign(
    visit: Inspection,
    *,
    minutes_no: str | None = None,
    representatives: Sequence[RepresentativeValues] = (),
    opinions: str | None = None,
    refused: bool = False,
    refusal_reason: str | None = None,
    amendment_reason: str | None = None,
    by: Person | None,
) -> InspectionMinutes:
    """Freeze what was seen and decided as minutes; once signed, a further version amends them and says why.

    Only the leader of the team signs, or the system. Of checks that are still on a phone a further version is made.
    """
    recording.lock(visit)
    require_leader(visit, by)
    if visit.state is not State.SIGNED:
        check_turn(visit.state, State.SIGNED)
    if visit.state is State.SIGNED and not amendment_reason:
        raise Invalid({"amendment_reason": [_("Say why the minutes are amended.")]})
    if visit.state is not State.SIGNED and amendment_reason:
        raise Invalid({"amendment_reason": [_("Nothing is signed yet that this would amend.")]})
    check_signing(representatives, refusal_reason, refused=refused)
    before = queries.versions(visit)
    if not before and not refused and not checks.has_any(visit):
        raise Conflict(
            _(
                "Nothing was checked yet: record what is seen before the minutes are signed. Where the organisation "
                "let nothing be checked, tick that they refuse and say why; where there was nothing to check, cancel "
                "the inspection."
            )
        )
    at = clock.now()
    _refuse_number(visit, minutes_no, at)
    said = Signing(minutes_no, representatives, opinions, refusal_reason, amendment_reason)
    number = before[0].number + 1 if before else 1
    content = queries.content(visit, at, said) | {"inspection": visit.id, "version": number}
    made = InspectionMinutes(
        inspection_id=visit.id,
        number=number,
        content=content,
        content_hash=hash_of(content),
        signed_at=at,
        refused=refused,
        signed_by_id=by.id if by else None,
        amendment_reason=amendment_reason or None,
        number_key=number_key(minutes_no),
    )
    db.session.add(made)
    db.session.flush()
    changes: audit.Changes = {"minutes": [None, made.number], "content_hash": [None, made.content_hash]}
    changes |= {"reason": [None, amendment_reason]} if amendment_reason else {}
    audit.record("inspection.sign", ("inspection", visit.id), changes, by=by)
    if visit.state is not State.SIGNED:
        inspections.move(visit, State.SIGNED, None, by)
    db.session.flush()
    settling.settle_visit(visit, by)
    return made


def _refuse_number(visit: Inspection, minutes_no: str | None, at: datetime) -> None:
    """Raise Invalid for a number that other minutes of the authority have this year; who signs there too waits."""
    key = number_key(minutes_no)
    if key is None:
        return
    queries.hold_numbers(visit)
    other = queries.of_number(visit, key, clock.local(at).year)
    if other is not None:
        message = _(
            "Minutes “%(number)s” of this year are those of inspection %(key)s (%(name)s); give another number.",
            number=shown(minutes_no or ""),
            key=other.id,
            name=other.subject_name,
        )
        raise Invalid({"minutes_no": [message]})


def require_leader(visit: Inspection, by: Person | None) -> None:
    """Raise Forbidden for who does not lead the team, Conflict where there is nothing to sign."""
    acting.check(visit, Act.LEAD, by)
    if visit.state not in {State.IN_PROGRESS, State.SIGNED}:
        said = _("This inspection is “%(state)s”; there is nothing to sign.", state=state_text(visit.state))
        raise Conflict(f"{said} {next_text(visit.state)}")
