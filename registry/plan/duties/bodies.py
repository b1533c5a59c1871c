"""Who answers for a body that a plan names: itself, or whoever took over from it by a day, its old name kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from registry.accounts.models import Organisation, OrganisationSuccession
from registry.kernel.db import db


class Answering(NamedTuple):
    """A body as the plan names it, and who answers for it on a day; `ended` says that nobody does any more."""

    named: Organisation
    now: Organisation
    ended: bool

    @property
    def followed(self) -> bool:
        """Whether somebody else took over."""
        return self.named is not self.now


class Orphan(NamedTuple):
    """A body of a plan that ended and that nobody is known to have taken over.

    `places` are the codes of the rows and duties that name it; `notes` is what the plan's file says of it.
    """

    body: Organisation
    places: Sequence[str]
    notes: Sequence[Mapping[str, str]]


def orphans(document: Mapping[str, Any], on: date) -> list[Orphan]:
    """The bodies of a plan's file that nobody answers for on a day, by name; two statements."""
    places = _places(document)
    said = {one["code"]: one for one in document["bodies"]}
    ended = [one for one in answering({*places, document["plan"]["lead"]}, on).values() if one.ended]
    found = [
        Orphan(one.named, places.get(one.named.code, ()), said.get(one.named.code, {}).get("notes", ()))
        for one in ended
    ]
    return sorted(found, key=lambda orphan: (orphan.body.name, orphan.body.code))


def _places(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which rows and duties name each body."""
    found: dict[str, list[str]] = {}
    for row in document["rows"]:
        for code in dict.fromkeys([*filter(None, [row.get("lead")]), *row.get("cooperating", {}).get("bodies", ())]):
            found.setdefault(code, []).append(row["code"])
    for duty in document.get("duties", ()):
        for code in dict.fromkeys([*duty["lead"]["bodies"], *duty["cooperating"]["bodies"]]):
            found.setdefault(code, []).append(duty["code"])
    return found


def answering(codes: Iterable[str], on: date) -> Mapping[str, Answering]:
    """Who answers for some bodies on a day, in two statements; codes of no organisation are left out."""
    named = list(db.session.scalars(select(Organisation).where(Organisation.code.in_(sorted(set(codes))))))
    step = OrganisationSuccession
    line = select(Organisation.id).where(Organisation.id.in_([one.id for one in named])).cte(recursive=True)
    line = line.union(select(step.to_id).join(line, step.from_id == line.c.id).where(step.on <= on))
    wanted = (
        select(step.from_id, step.on, Organisation)
        .join(Organisation, Organisation.id == step.to_id)
        .where(step.from_id.in_(select(line.c.id)), step.on <= on)
        .order_by(step.on, step.id)
    )
    followers = {key: follower for key, _day, follower in db.session.execute(wanted)}
    return {one.code: _answering(one, followers, on) for one in named}


def _answering(named: Organisation, followers: Mapping[int, Organisation], on: date) -> Answering:
    now, seen = named, {named.id}
    while (following := followers.get(now.id)) is not None and following.id not in seen:
        now = following
        seen.add(now.id)
    return Answering(named, now, ended=now.valid_to is not None and now.valid_to < on)
