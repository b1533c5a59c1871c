"""Which versions are installed on an asset, and which were."""

from typing import cast

from sqlalchemy import Table, select

from registry.assets.models import Asset
from registry.assets.software.models import InstalledSoftware
from registry.assets.software.rules import SoftwareKind
from registry.kernel import paging
from registry.kernel.db import db

installed = cast("Table", InstalledSoftware.__table__)
NEWEST_FIRST = paging.Order((installed.c.since_on, installed.c.id), descending=True)


def versions(
    asset: Asset, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[InstalledSoftware]:
    """What was installed on an asset, newest first: the first of a kind is the current one."""
    wanted = select(InstalledSoftware).where(InstalledSoftware.asset_id == asset.id)
    return paging.page(wanted, NEWEST_FIRST, limit=limit, cursor=cursor, count=count)


def current(asset: Asset, kind: SoftwareKind) -> InstalledSoftware | None:
    """What is installed now; of two that began on one day, what was recorded last."""
    wanted = select(InstalledSoftware).filter_by(asset_id=asset.id, kind=kind)
    newest_first = wanted.order_by(InstalledSoftware.since_on.desc(), InstalledSoftware.id.desc())
    return db.session.scalar(newest_first.limit(1))
