"""What changes whether a laboratory issues its certificates here."""

from datetime import date

from registry.accounts.actions import confirm
from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.calibration.issuing import queries
from registry.calibration.issuing.models import IssuingLab
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day
from registry.labs.models import Lab


def decide(
    lab: Lab, *, since_on: date | None, reason: str, password: str | None = None, by: Person | None
) -> IssuingLab | None:
    """Say from which day on a laboratory issues here, or (None) that it does not; the laboratory comes locked.

    Who may sign its results does, with a reason and their password: with it goes that a second person is needed.
    """
    require(by, Verb.CALIBRATION_APPROVE, lab.organisation_id)
    if since_on is not None and since_on > clock.today():
        text = _("%(day)s is in the future; give today or an earlier day.", day=said_day(since_on))
        raise Invalid({"since_on": [text]})
    confirm(by, password)
    found = queries.of_lab(lab)
    before = found.since_on if found is not None else None
    if before == since_on:
        return found
    if found is not None and since_on is None:
        db.session.delete(found)
    elif found is not None and since_on is not None:
        found.since_on, found.set_by_id, found.set_at = since_on, by.id if by else None, clock.now()
    elif since_on is not None:
        db.session.add(IssuingLab(lab_id=lab.id, since_on=since_on, set_by_id=by.id if by else None))
    changes: audit.Changes = {"issues_here_since": [before, since_on], "reason": [None, reason]}
    audit.record("lab.issues_here", ("lab", lab.code), changes, by=by)
    db.session.flush()
    return queries.of_lab(lab)
