"""What changes accreditation bodies."""

from collections.abc import Sequence
from datetime import date

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.kernel import audit
from registry.kernel.db import db, one_at_a_time
from registry.labs.bodies import queries
from registry.labs.bodies.models import AccreditationBody
from registry.labs.bodies.rules import check_body


def enter(
    *,
    code: str,
    name: str,
    country: str,
    schemes: Sequence[str] = (),
    mra_since: date | None = None,
    mra_until: date | None = None,
    source: str,
    by: Person | None,
) -> AccreditationBody:
    """Say all there is of a body, new or known; it takes the place of what was known."""
    require(by, Verb.CATALOGUE_WRITE)
    check_body(mra_since, mra_until)
    one_at_a_time("accreditation bodies")
    body = queries.entered(code)
    said = {
        "name": name,
        "country": country,
        "schemes": list(dict.fromkeys(schemes)),
        "mra_since": mra_since,
        "mra_until": mra_until,
        "source": source,
    }
    if body is None:
        body = AccreditationBody(code=code, **said)  # type: ignore[arg-type]  # each its own type
        db.session.add(body)
    for field, value in said.items():
        setattr(body, field, value)
    audit.record("accreditation_body.enter", ("accreditation_body", body.code), audit.changes_of(body), by=by)
    db.session.flush()
    return body
