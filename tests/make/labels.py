"""Labels for tests: made in an application context, flushed, and left to the caller to commit."""

from sqlalchemy import select

from registry.accounts.models import Person
from registry.assets.labels import actions
from registry.assets.labels.models import Label
from registry.assets.labels.rules import Format
from registry.kernel.db import db
from tests.people import CENTRE


def batch(count: int, *, organisation: str = CENTRE) -> str:
    """The name of a batch of blank labels."""
    return actions.make_blank(organisation=organisation, count=count, by=None)


def tags_of(batch: str) -> list[str]:
    return list(db.session.scalars(select(Label.tag).where(Label.batch == batch).order_by(Label.id)))


def run(person: Person) -> int:
    """The key of a run of labels that somebody asked for."""
    return actions.ask_run(format=Format.PDF, query={}, locale="vi", by=person).id
