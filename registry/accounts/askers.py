"""Who is asking, as a transaction sees them: person, roles and the bodies they are held in, by one statement.

Every page and every write asks this first. Mapped queries need two statements for it and five times as long.
"""

from collections.abc import Mapping
from typing import Any, Final, cast

from sqlalchemy import Select, Table, bindparam, select

from registry.accounts.models import ApiToken, Membership, Organisation, Person, SigninSession
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.entities import Entity, Related, columns, known, loaded, parts

KINDS: Final = (Person, Membership, Organisation)
person, membership, organisation = (cast("Table", kind.__table__) for kind in KINDS)


def _known_by(proof: Table) -> Select[Any]:
    """Everything about an active person who has a token of a kind, a row for each role."""
    return (
        select(*columns(*KINDS))
        .join_from(proof, person, person.c.id == proof.c.person_id)
        .join(membership, membership.c.person_id == person.c.id, isouter=True)
        .join(organisation, organisation.c.id == membership.c.organisation_id, isouter=True)
        .where(proof.c.token_hash == bindparam("token_hash"), person.c.active)
        .order_by(membership.c.id)
    )


token, signin_session = cast("Table", ApiToken.__table__), cast("Table", SigninSession.__table__)
BY_TOKEN: Final = _known_by(token).where(token.c.revoked_at.is_(None))
BY_SESSION: Final = _known_by(signin_session).where(signin_session.c.expires_at > bindparam("now"))


def by_token(token_hash: str) -> Person | None:
    """The active person a token of the API belongs to, unless it was revoked."""
    return _asker(BY_TOKEN, token_hash=token_hash)


def by_session(token_hash: str) -> Person | None:
    """The active person a session belongs to, unless it expired."""
    return _asker(BY_SESSION, token_hash=token_hash, now=clock.now())


def _asker(statement: Select[Any], **values: object) -> Person | None:
    rows = [tuple(parts(row, *KINDS)) for row in db.session.execute(statement, values)]
    if not rows:
        return None
    roles = [(role, body) for _person, role, body in rows if role["id"] is not None]
    bodies = {body["id"]: _found(Organisation, body) for _role, body in roles}
    held = [_found(Membership, role, organisation=bodies[role["organisation_id"]]) for role, _body in roles]
    found = _found(Person, rows[0][0], memberships=held)
    db.session.add(found)
    return found


def _found(kind: type[Entity], values: Mapping[str, Any], **related: Related) -> Entity:
    """The entity of a row; a public page may have loaded it before it asked who looks at it."""
    return known(kind, values) or loaded(kind, values, **related)
