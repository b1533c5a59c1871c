"""The first line of every action: whether this person may do this for that organisation."""

from registry.accounts import queries
from registry.accounts.models import Person
from registry.accounts.rules import Verb, role_words, roles_allowing
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
