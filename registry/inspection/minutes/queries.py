"""Minutes as they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import func, select

from registry.accounts.models import Organisation, Person
from registry.inspection import queries as inspections
from registry.inspection.checks import queries as checks
from registry.inspection.checks.models import InspectionCheck
from registry.inspection.measures import queries as measures
from registry.inspection.minutes.describing import Seen, Signing, described
from registry.inspection.minutes.models import InspectionMinutes
from registry.inspection.models import Inspection
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.kernel.reads import dialect

MOST_ON_MINUTES: Final = 5000


def content(visit: Inspection, at: datetime, said: Signing) -> dict[str, Any]:
    """What minutes say of an inspection as it stands."""
    seen = checks.all_of(visit, most=MOST_ON_MINUTES)
    all_seen, _bad = checks.counts([visit.id]).get(visit.id, (0, 0))
    told = Seen(
        seen, checks.own_of(visit), {one.id: rows for one, rows in checks.disputed(visit)}, all_seen - len(seen)
    )
    return described(visit, told, measures.of_visit(visit), at, said)


def late_checks(visit: Inspection) -> int:
    """How many records came after the newest minutes were signed, and are not covered by them; 0 before that."""
    signed_at = select(func.max(InspectionMinutes.signed_at)).where(InspectionMinutes.inspection_id == visit.id)
    late = InspectionCheck.received_at > signed_at.scalar_subquery()
    wanted = select(func.count()).select_from(InspectionCheck).where(InspectionCheck.inspection_id == visit.id, late)
    return db.session.scalar(wanted) or 0


def late_photos(visit: Inspection, minutes: InspectionMinutes) -> int:
    """How many photos of checks that count came after minutes were signed, and are not covered by them."""
    signed = {tuple(pair) for pair in minutes.content.get("photos", ())}
    seen = checks.all_of(visit, most=MOST_ON_MINUTES)
    return sum((one.client_key, photo.stored.sha256) not in signed for one in seen for photo in one.photos)


def draft(visit: Inspection) -> dict[str, Any]:
    """What minutes would say if they were signed now."""
    return content(visit, clock.now(), Signing(None, (), None, None, None))


class Proved(NamedTuple):
    """Whether minutes of a hash were signed here and still say what was signed; which they are to whom may see them."""

    is_known: bool
    is_intact: bool = False
    is_newest: bool = False
    document: InspectionMinutes | None = None


def proved(content_hash: str, person: Person | None) -> Proved:
    """What anybody is told of the hash that stands on minutes; the document itself only who may read the inspection."""
    wanted = select(InspectionMinutes).where(InspectionMinutes.content_hash == content_hash.lower())
    found = db.session.scalar(wanted.order_by(InspectionMinutes.id).limit(1))
    if found is None:
        return Proved(is_known=False)
    newest = select(func.max(InspectionMinutes.number)).where(InspectionMinutes.inspection_id == found.inspection_id)
    seen = select(Inspection.id).where(Inspection.id == found.inspection_id)
    may_see = person is not None and db.session.scalar(seen.where(inspections.known_to(person))) is not None
    is_newest = db.session.scalar(newest) == found.number
    return Proved(True, found.is_intact, is_newest, found if may_see else None)


def hold_numbers(visit: Inspection) -> None:
    """Let whoever else gives a number to minutes of the same authority wait until the commit."""
    if dialect() != "sqlite":  # where who writes is alone anyway
        wanted = select(Organisation.id).where(Organisation.id == visit.authority_id)
        db.session.execute(wanted.with_for_update(key_share=True)).all()


def of_number(visit: Inspection, key: str, year: int) -> Inspection | None:
    """Another inspection of the same authority whose minutes, signed in a year, have a number; or None."""
    wanted = (
        select(Inspection, InspectionMinutes.signed_at)
        .join(InspectionMinutes, InspectionMinutes.inspection_id == Inspection.id)
        .where(
            InspectionMinutes.number_key == key,
            Inspection.authority_id == visit.authority_id,
            Inspection.id != visit.id,
        )
        .order_by(InspectionMinutes.id)
    )
    return next((row[0] for row in db.session.execute(wanted) if clock.local(row[1]).year == year), None)


def versions(visit: Inspection) -> Sequence[InspectionMinutes]:
    """All versions of the minutes of an inspection, the newest first."""
    wanted = select(InspectionMinutes).where(InspectionMinutes.inspection_id == visit.id)
    return db.session.scalars(wanted.order_by(InspectionMinutes.number.desc()).limit(100)).all()


def version(visit: Inspection, number: int | None = None) -> InspectionMinutes:
    """One version, or the newest; raises NotFound."""
    wanted = select(InspectionMinutes).where(InspectionMinutes.inspection_id == visit.id)
    if number is not None:
        wanted = wanted.where(InspectionMinutes.number == number)
    found = db.session.scalar(wanted.order_by(InspectionMinutes.number.desc()).limit(1))
    if found is None:
        raise NotFound(_("There are no such minutes of this inspection."))
    return found
