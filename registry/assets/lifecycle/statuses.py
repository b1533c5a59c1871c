"""The one place where an asset's status changes: what every door to it goes through, and the history it leaves."""

from sqlalchemy import exists, select

from registry.accounts.models import Person
from registry.assets.custody.models import Holding
from registry.assets.lifecycle import queries
from registry.assets.lifecycle.models import StatusChange
from registry.assets.lifecycle.rules import (
    Turn,
    check_asked_for,
    check_day,
    check_evidence,
    check_restriction,
)
from registry.assets.models import Asset
from registry.assets.rules import AT_WORK, Status, check_status_change
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _


def turn(asset: Asset, wanted: Turn, by: Person | None) -> StatusChange | None:
    """Give an asset a status from a day on, or another restriction of its limited use; None when it stays as it is.

    Raises Invalid beside `status`, `on` or `restriction`, and Conflict for disposing of what somebody else has. Who may
    and whether a reason is needed is decided by the caller, which also writes the log.
    """
    status, on, restriction = wanted.status, wanted.on, wanted.restriction or None
    check_status_change(asset.status, status)
    check_restriction(status, restriction)
    if status is asset.status and restriction == asset.restriction:
        return None
    check_day(on, clock.today(), asset.status_since_on)
    asked = check_asked_for(asset.status, status)
    if asked is not None:
        since = queries.in_doubt_since(asset)
        check_evidence(asked, queries.evidence(asset, asked, status, since, on), since)
    if status is Status.DISPOSED and db.session.scalar(select(exists().where(Holding.asset_id == asset.id))):
        raise Conflict(_("It is checked out, at a laboratory or offered to somebody: settle that first."))
    resolved = queries.unresolved(asset) if status in AT_WORK else ()
    made = StatusChange(
        asset_id=asset.id,
        old=asset.status,
        new=status,
        on=on,
        at=clock.now(),
        by_id=by.id if by else None,
        actor=by.name if by else "registry",
        reason=wanted.reason or None,
        restriction=restriction,
    )
    asset.status, asset.status_since_on, asset.restriction = status, on, restriction
    for fault in resolved:
        fault.resolved_on = on
    db.session.add(made)
    return made
