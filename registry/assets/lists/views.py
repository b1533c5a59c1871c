"""Saved views as they are asked for."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.lists.models import SavedView
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _

MOST: Final = 100


def views(person: Person) -> Sequence[SavedView]:
    """A person's own views and those shared with them, by name."""
    shows = joinedload(SavedView.organisation), joinedload(SavedView.person).lazyload(Person.memberships)
    wanted = select(SavedView).options(*shows).order_by(SavedView.name, SavedView.id).limit(2 * MOST)
    where = {membership.organisation_id for membership in person.memberships}
    shared = (SavedView.organisation_id.in_(accounts.over(key)) for key in sorted(where))
    return db.session.scalars(wanted.where(or_(SavedView.person_id == person.id, *shared))).all()


def view_by_key(person: Person, key: int) -> SavedView:
    """A view of the person's own, to change it; raises NotFound, also where it is only shared with them."""
    found = db.session.scalar(select(SavedView).filter_by(id=key, person_id=person.id).with_for_update())
    if found is None:
        raise NotFound(_("There is no saved view %(key)s of yours.", key=key))
    return found


def named(person: Person, name: str) -> SavedView | None:
    """The person's view of that name."""
    return db.session.scalar(select(SavedView).filter_by(person_id=person.id, name=name))


def own(person: Person) -> int:
    """How many views a person keeps, as far as it matters."""
    return len(db.session.scalars(select(SavedView.id).filter_by(person_id=person.id).limit(MOST)).all())
