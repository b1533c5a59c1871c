"""How standards stood on a day, as it was known then: grace that was granted after a use did not cover it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from sqlalchemy import select

from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.due.models import DueExtension
from registry.calibration.due.queries import of_one_proof
from registry.calibration.models import Calibration
from registry.calibration.rules import CalibrationKind, Outcome
from registry.calibration.standing import Earlier, Standing
from registry.kernel import clock
from registry.kernel.db import db


class Dated(Earlier, Protocol):
    """What is read of a record; without grace it counts until `calendar_due_on` at most."""

    @property
    def calendar_due_on(self) -> date | None: ...


class AsKnown(NamedTuple):
    """A record with the due date that it had on some day."""

    id: int
    performed_on: date
    outcome: Outcome
    due_on: date | None


def standings(assets: Iterable[Asset], day: date) -> dict[int, Standing]:
    """How each asset stood on a day, by its key: one query however many, and one more where grace was given."""
    listed = list(assets)
    newest = queries.newest_up_to([asset.id for asset in listed], day)
    granted = granted_on([record for kinds in newest.values() for record in kinds.values()])
    return {asset.id: queries.stood(asset, as_known(newest.get(asset.id, {}), granted, day), day) for asset in listed}


def as_known(
    newest: Mapping[CalibrationKind, Dated], granted: Mapping[int, date], day: date
) -> dict[CalibrationKind, AsKnown]:
    """Records with the due dates that they had on a day; `granted` says when grace was given, by their keys."""
    return {
        kind: AsKnown(one.id, one.performed_on, one.outcome, _due(one, granted, day)) for kind, one in newest.items()
    }


def granted_on(records: Sequence[Dated]) -> dict[int, date]:
    """The day on which the grace of each record was granted that counts longer than the rules say, by its key."""
    records_of: dict[int, int] = {}
    for one in records:
        if _is_lengthened(one):
            whole = db.session.get_one(Calibration, one.id)
            records_of |= dict.fromkeys(of_one_proof(whole), one.id)
    if not records_of:
        return {}
    wanted = select(DueExtension.calibration_id, DueExtension.granted_at).where(
        DueExtension.calibration_id.in_(records_of),
        DueExtension.granted_at.is_not(None),
        DueExtension.ended_at.is_(None),
    )
    return {records_of[key]: clock.local(at).date() for key, at in db.session.execute(wanted) if at is not None}


def _is_lengthened(one: Dated) -> bool:
    return one.due_on is not None and one.calendar_due_on is not None and one.due_on > one.calendar_due_on


def _due(one: Dated, granted: Mapping[int, date], day: date) -> date | None:
    is_later = _is_lengthened(one) and granted.get(one.id, date.min) > day
    return one.calendar_due_on if is_later else one.due_on
