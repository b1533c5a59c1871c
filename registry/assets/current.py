"""An asset as it is now, with its characteristics and schedules: what every record of work on it asks first."""

from functools import cache
from typing import Any, Final, cast

from sqlalchemy import BindParameter, Select, Table, bindparam, select

from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.queries import called
from registry.kernel.db import db
from registry.kernel.entities import current

asset, characteristic, schedule = (cast("Table", kind.__table__) for kind in (Asset, Characteristic, Schedule))
ID: Final[BindParameter[int]] = bindparam("id")
CHARACTERISTICS: Final = (
    select(characteristic).where(characteristic.c.asset_id == ID).order_by(characteristic.c.position)
)
SCHEDULES: Final = select(schedule).where(schedule.c.asset_id == ID).order_by(schedule.c.id)


def by_tag(tag: str, *, lock: bool = False) -> Asset | None:
    """The asset that has a tag or a label with it, whoever asks; `lock` keeps others away until the commit."""
    row = db.session.execute(_called(lock=lock), {"tag": tag}).mappings().one_or_none()
    if row is None:
        return None
    key = {"id": row["id"]}
    described = [current(Characteristic, one) for one in db.session.execute(CHARACTERISTICS, key).mappings()]
    scheduled = [current(Schedule, one) for one in db.session.execute(SCHEDULES, key).mappings()]
    return current(Asset, row, characteristics=described, schedules=scheduled)


@cache  # slow to build
def _called(*, lock: bool) -> Select[Any]:
    tag: BindParameter[str] = bindparam("tag")
    wanted = select(asset).where(called(tag))
    return wanted.with_for_update(of=asset) if lock else wanted
