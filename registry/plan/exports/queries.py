"""Files that somebody asked for, as they look for them."""

from sqlalchemy import select

from registry.accounts.models import Person
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.plan.exports.models import PlanExport


def by_key(person: Person, key: int) -> PlanExport:
    """A file the person asked for, without its content; raises NotFound."""
    found = db.session.scalar(select(PlanExport).where(PlanExport.id == key, PlanExport.person_id == person.id))
    if found is None:
        raise NotFound(_("There is no such file; files are kept for a day."))
    return found


def content(found: PlanExport) -> bytes:
    """The bytes of a file that is ready; raises NotFound."""
    said: bytes | None = db.session.scalar(select(PlanExport.content).where(PlanExport.id == found.id))
    if said is None:
        raise NotFound(_("This file is not ready yet; wait a moment."))
    return said


def name_of(found: PlanExport) -> str:
    """What the file is called, without its ending."""
    return f"{found.plan.code}-{found.kind}" if found.plan else found.kind.value
