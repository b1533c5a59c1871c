"""The measured points of an asset over time, in one statement however many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import false, func, select

from registry.assets.models import Asset
from registry.calibration.models import Calibration, CalibrationPoint
from registry.calibration.rules import CalibrationKind, RecordStatus
from registry.calibration.stability.findings import Asked, Finding, found
from registry.calibration.stability.rules import Gathered, Series, Taken, gathered
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _

MOST_RECORDS: Final = 200
MOST_POINTS: Final = 20_000
SHOWN: Final = 12
TELLING: Final = (CalibrationKind.CALIBRATION, CalibrationKind.VERIFICATION, CalibrationKind.INTERMEDIATE_CHECK)


@dataclass(frozen=True)
class Charts:
    """What the results of an asset show: some of its series, all of them in `gathered`.

    `is_cut`: there are older records than the newest ones that were read, which are `records`.
    """

    asset: Asset
    gathered: Gathered
    items: Sequence[Finding]
    records: int
    is_cut: bool
    asked: Asked
    next: str | None


def charts(
    asset: Asset, asked: Asked, *, limit: int = SHOWN, cursor: str | None = None, series: str | None = None
) -> Charts:
    """The charts of an asset's points, `limit` of them from the one after `cursor` on, or the one that is named.

    Raises NotFound for a series that is not there, Invalid for a cursor that is none of them.
    """
    points, is_cut = taken(asset)
    known = gathered(points)
    shown, following = _some(known.series, limit, cursor, series)
    records = len({point.record for point in points})
    return Charts(asset, known, [found(one, asked) for one in shown], records, is_cut, asked, following)


def taken(asset: Asset) -> tuple[Sequence[Taken], bool]:
    """The points of the newest issued records, newest first, and whether there are more than are read."""
    newest = (
        select(Calibration.id)
        .where(
            Calibration.asset_id == asset.id,
            Calibration.kind.in_(TELLING),
            Calibration.status == RecordStatus.ISSUED,
            select(CalibrationPoint.id).where(CalibrationPoint.calibration_id == Calibration.id).exists(),
        )
        .order_by(Calibration.performed_on.desc(), Calibration.id.desc())
        .limit(MOST_RECORDS + 1)
        .subquery()
    )
    columns: list[Any] = [Calibration.id, Calibration.kind, Calibration.performed_on, Calibration.certificate_no]
    columns += [func.coalesce(Calibration.adjusted, false())]
    columns += [getattr(CalibrationPoint, name) for name in Taken._fields[len(columns) :]]
    wanted = (
        select(*columns)
        .join(newest, newest.c.id == Calibration.id)
        .join(CalibrationPoint, CalibrationPoint.calibration_id == Calibration.id)
        .order_by(Calibration.performed_on.desc(), Calibration.id.desc(), CalibrationPoint.position)
        .limit(MOST_POINTS + 1)
    )
    read = [Taken(*row) for row in db.session.execute(wanted)]
    newest_first = list(dict.fromkeys(point.record for point in read))
    older = newest_first[MOST_RECORDS:]
    points = [point for point in read if point.record not in older][:MOST_POINTS]
    return points, len(points) < len(read)


def _some(
    series: Sequence[Series], limit: int, cursor: str | None, only: str | None
) -> tuple[Sequence[Series], str | None]:
    if only is not None:
        named = [one for one in series if one.id == only]
        if not named:
            raise NotFound(_("There is no such series of results here."))
        return named, None
    places = {one.id: place for place, one in enumerate(series)}
    if cursor is not None and cursor not in places:
        text = _("“%(cursor)s” is not a cursor of this list; leave it out to start at the beginning.", cursor=cursor)
        raise Invalid({"cursor": [text]})
    start = 0 if cursor is None else places[cursor] + 1
    shown = series[start : start + limit]
    return shown, shown[-1].id if start + limit < len(series) else None
