"""What changes laboratories."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.kernel import audit
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.kernel.text import search_text
from registry.labs.models import Accreditation, Lab, ScopeLine
from registry.labs.rules import (
    AccreditationValues,
    Iso17025Status,
    ScopeValues,
    check_accreditations,
    check_scope,
    check_status,
    declared_status,
)

ACCREDITATION_FIELDS = tuple(AccreditationValues.__annotations__)
SCOPE_FIELDS = tuple(ScopeValues.__annotations__)


def register(
    *,
    code: str,
    name: str,
    organisation: str,
    iso17025_status: Iso17025Status | None = None,
    address: str = "",
    accreditations: Sequence[AccreditationValues] = (),
    scope: Sequence[ScopeValues] = (),
    by: Person | None,
) -> Lab:
    """Register a laboratory of an organisation; the code is free. Without a status its accreditations say it."""
    owner = organisation_field(organisation, "organisation")
    require(by, Verb.LAB_WRITE, owner.id)
    status = declared_status(iso17025_status, accreditations)
    check_status(status, accreditations)
    lab = Lab(code=code, name=name, organisation_id=owner.id, iso17025_status=status, address=address)
    changes = audit.changes_of(lab) | {"organisation": [None, owner.code]}
    changes |= _replace(lab, accreditations, scope)
    try:
        with db.session.begin_nested():
            db.session.add(lab)
    except IntegrityError as error:
        message = _("A laboratory with the code “%(code)s” exists already; choose another code.", code=code)
        raise Conflict(message, errors={"code": [message]}) from error
    audit.record("lab.register", ("lab", code), changes, by=by)
    return lab


def edit(
    lab: Lab,
    *,
    name: str | None = None,
    organisation: str | None = None,
    iso17025_status: Iso17025Status | None = None,
    address: str | None = None,
    accreditations: Sequence[AccreditationValues] | None = None,
    scope: Sequence[ScopeValues] | None = None,
    by: Person | None,
) -> Lab:
    """Change what is given of a laboratory; a list that is given replaces the one before. Its code stays."""
    require(by, Verb.LAB_WRITE, lab.organisation_id)
    if organisation is not None:
        owner = organisation_field(organisation, "organisation")
        require(by, Verb.LAB_WRITE, owner.id)
        lab.organisation_id = owner.id
    given = {"name": name, "iso17025_status": iso17025_status, "address": address}
    for field, value in given.items():
        if value is not None:
            setattr(lab, field, value)
    changes = audit.changes_of(lab) | _replace(lab, accreditations, scope)
    check_status(lab.iso17025_status, lab.accreditations)
    audit.record("lab.edit", ("lab", lab.code), changes, by=by)
    db.session.flush()
    return lab


def _replace(
    lab: Lab, accreditations: Sequence[AccreditationValues] | None, scope: Sequence[ScopeValues] | None
) -> audit.Changes:
    """Put new lists in the place of old ones; gives what differs."""
    before = _lists(lab)
    if accreditations is not None:
        check_accreditations(accreditations)
        lab.accreditations[:] = [Accreditation(**held) for held in accreditations]
    if scope is not None:
        check_scope(scope)
        lab.scope[:] = [ScopeLine(position=place, **line) for place, line in enumerate(scope)]
    lab.search = search_text(lab.code, lab.name, lab.address, *(held.number for held in lab.accreditations))[:2000]
    after = _lists(lab)
    return {field: [before[field], after[field]] for field in after if before[field] != after[field]}


def _lists(lab: Lab) -> dict[str, list[dict[str, object]]]:
    return {
        "accreditations": [
            {field: getattr(held, field) for field in ACCREDITATION_FIELDS} for held in lab.accreditations
        ],
        "scope": [{field: getattr(line, field) for field in SCOPE_FIELDS} for line in lab.scope],
    }
