"""What changes the software of an asset."""

from datetime import date

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.assets.software import queries
from registry.assets.software.models import InstalledSoftware
from registry.assets.software.rules import SoftwareKind, check_installation
from registry.kernel import audit, clock
from registry.kernel.db import db


def install(
    asset: Asset,
    *,
    kind: SoftwareKind,
    version: str,
    since_on: date | None = None,
    note: str | None = None,
    by: Person | None,
) -> InstalledSoftware:
    """Record a version that is installed since a day, today unless said otherwise.

    An earlier day than that of the current version completes the history. The asset is best fetched with `lock=True`.
    """
    require(by, Verb.ASSET_WRITE, asset.owner_id)
    today = clock.today()
    held = queries.current(asset, kind)
    check_installation(version, since_on or today, held.version if held else None, today)
    made = InstalledSoftware(
        asset_id=asset.id,
        kind=kind,
        version=version,
        since_on=since_on or today,
        note=note or None,
        recorded_by_id=by.id if by else None,
        recorded_at=clock.now(),
    )
    db.session.add(made)
    changes: audit.Changes = {f"{kind}": [held.version if held else None, version], "since_on": [None, made.since_on]}
    audit.record("asset.install", ("asset", asset.tag), changes, by=by)
    db.session.flush()
    return made
