"""How standards stood on a day, as it was known then: grace that was granted after a use did not cover it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from sqlalchemy import select

from registry.assets.lifecycle.lives import Lives
from registry.assets.models import Asset
from registry.calibration import queries
from registry.calibration.due.models import DueExtension
from registry.calibration.due.queries import of_one_proof
from registry.calibration.models import Calibration
from registry.calibration.rules import TRACEABLE, CalibrationKind, Outcome, VerificationKind
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
    kind: CalibrationKind
    verification_kind: VerificationKind | None
    performed_on: date
    outcome: Outcome
    due_on: date | None


Known = dict[CalibrationKind, AsKnown]


def standings(assets: Iterable[Asset], day: date) -> dict[int, Standing]:
    """How each asset stood on a day, by its key: one query however many; few more for grace, sets, use and repairs."""
    listed = list(assets)
    lives = Lives(listed)
    newest = queries.newest_up_to(lives.keys, day)
    granted = granted_on([record for kinds in newest.values() for record in kinds.values()])
    known = {key: as_known(kinds, granted, day) for key, kinds in newest.items()}
    return {asset.id: stood(asset, lives, known, day) for asset in listed}


def stood(asset: Asset, lives: Lives, known: Mapping[int, Known], day: date) -> Standing:
    """How an asset stood on a day, as its scan would have told: by its own records, or by its set's for want of them.

    `known` are the newest records up to that day, by the keys of assets and sets.
    """
    by = next((one for one in (asset, *lives.sets(asset)) if _has_own(one, known)), asset)
    ends = {"ended_on": lives.ended_on(by, day), "altered_on": lives.altered_on(by, day)}
    found = queries.stood(by, known.get(by.id, {}), day, **ends)
    return found._replace(was_valid=False, out=True) if lives.was_out(asset, day) else found


def _has_own(asset: Asset, known: Mapping[int, Known]) -> bool:
    """Whether anything is kept of an asset itself, so that it does not stand on its set."""
    return bool(asset.required_schedules or asset.expires_on or not TRACEABLE.isdisjoint(known.get(asset.id, ())))


def as_known(newest: Mapping[CalibrationKind, Dated], granted: Mapping[int, date], day: date) -> Known:
    """Records with the due dates that they had on a day; `granted` says when grace was given, by their keys."""
    return {
        kind: AsKnown(one.id, kind, one.verification_kind, one.performed_on, one.outcome, _due(one, granted, day))
        for kind, one in newest.items()
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
