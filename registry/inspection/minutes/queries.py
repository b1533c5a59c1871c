"""Minutes as they are read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from registry.inspection.checks import queries as checks
from registry.inspection.measures import queries as measures
from registry.inspection.minutes.describing import Seen, Signing, described
from registry.inspection.minutes.models import InspectionMinutes
from registry.inspection.models import Inspection
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _

MOST_ON_MINUTES: Final = 5000


def content(visit: Inspection, at: datetime, said: Signing) -> dict[str, Any]:
    """What minutes say of an inspection as it stands."""
    seen = checks.all_of(visit, most=MOST_ON_MINUTES)
    all_seen, _bad = checks.counts([visit.id]).get(visit.id, (0, 0))
    told = Seen(
        seen, checks.own_of(visit), {one.id: rows for one, rows in checks.disputed(visit)}, all_seen - len(seen)
    )
    return described(visit, told, measures.of_visit(visit), at, said)


def late_photos(visit: Inspection, minutes: InspectionMinutes) -> int:
    """How many photos of checks that count came after minutes were signed, and are not covered by them."""
    signed = {tuple(pair) for pair in minutes.content.get("photos", ())}
    seen = checks.all_of(visit, most=MOST_ON_MINUTES)
    return sum((one.client_key, photo.stored.sha256) not in signed for one in seen for photo in one.photos)


def draft(visit: Inspection) -> dict[str, Any]:
    """What minutes would say if they were signed now."""
    return content(visit, clock.now(), Signing(None, (), None, None, None))


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
