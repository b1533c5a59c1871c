"""In which commune an organisation lies: the one that is written down of it, that it is itself, or that it lies under.

A commune is known by its name alone, whoever writes it: “Ủy ban nhân dân xã Na Rì”, “Xã Na Rì” and “na rì” are one.
"""

import re
from typing import Final

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, column, exists, select, table, union_all
from sqlalchemy.orm import aliased

from registry.accounts import queries
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import OrganisationKind
from registry.kernel.db import db
from registry.kernel.text import fold

AREAS: Final = (OrganisationKind.COMMUNE, OrganisationKind.DISTRICT)
NOWHERE: Final = "-"
TITLES: Final = re.compile(
    r"^(?:uy ban nhan dan|ubnd|people's committee of)?\s*(?:xa|phuong|thi tran|huyen|thanh pho|thi xa)?\s+"
)
described = table("enterprise", column("organisation_id"), column("commune"))  # kept by the plan; a name is no import


def key(name: str | None) -> str:
    """What tells communes apart; empty for no name."""
    return TITLES.sub("", fold(name) + " ").strip() if name else ""


def spelt(said: str) -> list[str]:
    """How a commune is written down of those who lie in it, in every spelling."""
    wanted = key(said)
    return [name for name in db.session.scalars(select(described.c.commune).distinct()) if key(name) == wanted]


def areas(said: str) -> list[int]:
    """Ids of the bodies of a commune."""
    wanted = key(said)
    found = select(Organisation.id, Organisation.name_vi).where(Organisation.kind.in_(AREAS))
    return [id for id, name in db.session.execute(found) if key(name) == wanted]


def lying_in(said: str) -> Select[int]:
    """Ids of the organisations that lie in a commune, or with NOWHERE in none that is known; asks two statements."""
    if said == NOWHERE:
        body = aliased(Organisation)
        somewhere = _among(select(body.id).where(body.kind.in_(AREAS)))
        return select(Organisation.id).where(~_is_described(Organisation.id), Organisation.id.not_in(somewhere))
    written = select(described.c.organisation_id.label("id")).where(described.c.commune.in_(spelt(said)))
    return select(union_all(written, _among(areas(said))).subquery("lying").c.id)


def _among(bodies: Select[int] | list[int]) -> Select[int]:
    """Those of which no commune is written down: bodies of communes, what is under these, and what is under that."""
    own, over = aliased(Organisation), aliased(Organisation)
    plain, plainly_over = own.kind.not_in(AREAS), over.kind.not_in(AREAS)
    found = union_all(
        select(own.id).where(own.id.in_(bodies)),
        select(own.id).where(own.parent_id.in_(bodies), plain),
        select(own.id).join(over, over.id == own.parent_id).where(over.parent_id.in_(bodies), plain, plainly_over),
    ).subquery("among")
    return select(found.c.id).where(~_is_described(found.c.id))


def _is_described(organisation_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    return exists().where(described.c.organisation_id == organisation_id)


def reached(person: Person, commune: str | None) -> list[int] | None:
    """`queries.reached`, of a commune only what lies in it."""
    own = queries.reached(person)
    if commune is None:
        return own
    there = db.session.scalars(lying_in(commune)).all()
    return list(there) if own is None else sorted(set(own).intersection(there))
