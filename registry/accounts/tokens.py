"""Who a token belongs to, looked up for a program that only reads: one prepared statement, no transaction."""

from typing import Final, cast

from sqlalchemy import Table, bindparam, select

from registry.accounts.models import ApiToken, Membership, Person
from registry.kernel.db import db
from registry.kernel.entities import loaded
from registry.kernel.reads import Read

token = cast("Table", ApiToken.__table__)
person = cast("Table", Person.__table__)
membership = cast("Table", Membership.__table__)
PERSON: Final = ("id", "email", "name", "made_at", "locale", "active")
MEMBERSHIP: Final = ("id", "person_id", "organisation_id", "role")
BY_TOKEN: Final = Read(
    select(
        *(person.c[name] for name in PERSON), *(membership.c[name].label(f"membership_{name}") for name in MEMBERSHIP)
    )
    .join_from(person, token, token.c.person_id == person.c.id)
    .join(membership, membership.c.person_id == person.c.id, isouter=True)
    .where(token.c.token_hash == bindparam("token_hash"), token.c.revoked_at.is_(None), person.c.active)
    .order_by(membership.c.id)
)
KNOWN: Final = Read(
    select(token.c.id).where(token.c.token_hash == bindparam("token_hash"), token.c.revoked_at.is_(None))
)


def is_known(token_hash: str) -> bool:
    """Whether there is such a token and it was not revoked; whose it is and what they may do is not asked."""
    return bool(KNOWN.rows(token_hash=token_hash))


def reader(token_hash: str) -> Person | None:
    """The active person a token belongs to, with their memberships; what else is asked of them is loaded then."""
    rows = BY_TOKEN.rows(token_hash=token_hash)
    if not rows:
        return None
    held = [row[len(PERSON) :] for row in rows if row[len(PERSON)] is not None]
    roles = [loaded(Membership, dict(zip(MEMBERSHIP, row, strict=True))) for row in held]
    found = loaded(Person, dict(zip(PERSON, rows[0], strict=False)), memberships=roles)
    db.session.add(found)
    return found
