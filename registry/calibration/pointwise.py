"""The points of a record page by page, each with what is decided of it, however many there are."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.models import CalibrationPoint, CalibrationStandard
from registry.calibration.telling import ToldPoint, told_point
from registry.kernel import paging


def page(
    person: Person, key: int, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None
) -> paging.Page[ToldPoint]:
    """Some points of a record in their order; raises NotFound, also for strangers."""
    record = queries.known(key, person)
    if record is None:
        raise queries.missing(key)
    lean = lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules)
    used = joinedload(CalibrationPoint.standard).joinedload(CalibrationStandard.asset, innerjoin=True).options(*lean)
    wanted = select(CalibrationPoint).where(CalibrationPoint.calibration_id == key).options(used)
    order = paging.Order((CalibrationPoint.__table__.c.position,))
    found = paging.page(wanted, order, limit=limit, cursor=cursor)
    return paging.Page([told_point(record, point) for point in found.items], found.next)
