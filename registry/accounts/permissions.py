"""The first line of every action: whether this person may do this for that organisation."""

from sqlalchemy import select

from registry.accounts import queries
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import AUTHORITIES, TERRITORIAL, OrganisationKind, Role, Verb, role_words, roles_allowing
from registry.kernel.db import db
from registry.kernel.errors import Forbidden
from registry.kernel.i18n import _


def require(person: Person | None, verb: Verb, organisation_id: int | None = None) -> None:
    """Raise Forbidden unless the person may; None is the system itself (command line, clock), which may."""
    if person is not None and not queries.may(person, verb, organisation_id):
        roles = ", ".join(role_words(role) for role in sorted(roles_allowing(verb)))
        raise Forbidden(
            _(
                "This takes one of these roles in that organisation: %(roles)s. Ask its manager or an administrator.",
                roles=roles,
            )
        )


def require_supervision(person: Person | None, verb: Verb, organisation_id: int) -> None:
    """Raise Forbidden unless the person acts for a body that supervises the organisation; None is the system itself."""
    if person is not None and not supervises(person, verb, organisation_id):
        raise Forbidden(
            _(
                "This is for the body that supervises that organisation: an inspector or planner of its province, or "
                "the manager of an authority over it. Nobody does it for their own organisation."
            )
        )


def supervises(person: Person, verb: Verb, organisation_id: int) -> bool:
    """Whether a person may do something to an organisation as one of a body that supervises it, never as its own.

    That is an administrator, or, of those who have no role in the organisation itself, an inspector or planner of an
    authority of its province and whoever holds another role that allows it in an authority over it.
    """
    held = [one for one in person.memberships if one.role in roles_allowing(verb)]
    if any(one.role is Role.ADMIN for one in held):
        return True
    if not held or any(one.organisation_id == organisation_id for one in person.memberships):
        return False
    above = {key: kind for key, kind in _over(organisation_id) if kind in AUTHORITIES}
    provinces = {key for key, kind in above.items() if kind is OrganisationKind.PROVINCE}
    return any(
        bool(provinces & {key for key, _kind in _over(one.organisation_id)})
        if one.role in TERRITORIAL and one.organisation.kind in AUTHORITIES
        else one.organisation_id in above
        for one in held
    )


def _over(organisation_id: int) -> list[tuple[int, OrganisationKind]]:
    wanted = select(Organisation.id, Organisation.kind).where(Organisation.id.in_(queries.over(organisation_id)))
    return [(key, kind) for key, kind in db.session.execute(wanted)]
