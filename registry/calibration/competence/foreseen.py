"""What the papers of a laboratory say of work that is still to be done: on the day it is planned for, and today."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import selectinload

from registry.assets.models import Characteristic, Schedule
from registry.assets.rules import ScheduleKind
from registry.calibration.competence import relevant
from registry.calibration.competence.capable import USUAL_RATIO, Candidate
from registry.calibration.competence.queries import things
from registry.calibration.competence.ranges import ends, verdict_on
from registry.calibration.competence.relevant import Scope
from registry.calibration.competence.telling import Said, candidate_told, told
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.kernel.db import db
from registry.labs.models import Lab
from registry.labs.scope.judging import Holder, verdict
from registry.labs.scope.rules import NOTHING, Bearing, Competence, Thing, Work

JUDGED: Final = frozenset({ScheduleKind.CALIBRATION, ScheduleKind.VERIFICATION})
FITS: Final = frozenset({Competence.IN_SCOPE, Competence.UNKNOWN})


class Planned(NamedTuple):
    """Work on an asset for a day; `lab` is the key of the laboratory that shall do it, None for that of the last time.

    `asset` is a key.
    """

    asset: int
    kind: ScheduleKind
    on: date
    lab: int | None = None


class Foreseen(NamedTuple):
    """A laboratory, and the verdict on it on the day of the work and today."""

    lab: Lab
    on: date
    then: Said
    today: Said

    @property
    def turns(self) -> bool:
        """Whether it stands otherwise today, so that the day matters."""
        return (self.today.competence, self.today.standing) != (self.then.competence, self.then.standing)

    @property
    def is_doubtful(self) -> bool:
        """Whether it is known not to be accredited for the work then, or not within its scope."""
        return self.then.competence not in FITS


def foreseen(works: Sequence[Planned], today: date, *, ratio: Decimal = USUAL_RATIO) -> list[Foreseen | None]:
    """What is known now of each work, however many there are in as many statements; None where no laboratory is known.

    An item is held against a scope over its whole range, with U ≤ its permissible error / `ratio`.
    """
    judged = [work for work in works if work.kind in JUDGED]
    last = _last_labs([work for work in judged if work.lab is None])
    keys = {work: work.lab or last.get((work.asset, work.kind)) for work in judged}
    labs = _labs({key for key in keys.values() if key is not None})
    if not labs:
        return [None] * len(works)
    items = {work.asset for work in judged if work.kind is ScheduleKind.CALIBRATION}
    ranges, called = _ranges(items), things(items)
    scopes = relevant.of_labs(list(labs.values()), [held for found in ranges.values() for held in found])
    found: list[Foreseen | None] = []
    for work in works:
        lab = labs.get(keys.get(work) or 0)
        if lab is None:
            found.append(None)
        elif work.kind is ScheduleKind.VERIFICATION:
            found.append(Foreseen(lab, work.on, *(_designated(lab, day) for day in (work.on, today))))
        else:
            about = scopes[lab.id], ranges.get(work.asset, []), called.get(work.asset, NOTHING), ratio
            then = _accredited(*about, work.on)
            found.append(Foreseen(lab, work.on, then, then if work.on == today else _accredited(*about, today)))
    return found


def _accredited(scope: Scope, ranges: Sequence[Characteristic], thing: Thing, ratio: Decimal, day: date) -> Said:
    judged = verdict_on(scope, ranges, Work((), day, None, thing, anywhere=True), ratio)
    return candidate_told(Candidate(scope.lab, judged, 0, None), ratio).said


def _designated(lab: Lab, day: date) -> Said:
    holder = Holder(lab.id, lab.name, designations=lab.designations, bearing=Bearing.DESIGNATION)
    return told(verdict([holder], Work((), day))).now


def _labs(keys: set[int]) -> Mapping[int, Lab]:
    wanted = select(Lab).where(Lab.id.in_(sorted(keys)))
    wanted = wanted.options(selectinload(Lab.accreditations), selectinload(Lab.recognitions))
    return {lab.id: lab for lab in db.session.scalars(wanted)}


def _ranges(items: set[int]) -> Mapping[int, list[Characteristic]]:
    wanted = select(Characteristic).where(Characteristic.asset_id.in_(sorted(items)))
    found: dict[int, list[Characteristic]] = {}
    for held in db.session.scalars(wanted.order_by(Characteristic.asset_id, Characteristic.position)):
        if ends(held):
            found.setdefault(held.asset_id, []).append(held)
    return found


def _last_labs(works: Sequence[Planned]) -> Mapping[tuple[int, ScheduleKind], int]:
    """The laboratories whose issued records the schedules rest on."""
    rests_on = and_(
        Calibration.asset_id == Schedule.asset_id,
        Calibration.kind == Schedule.kind,
        Calibration.performed_on == Schedule.last_performed_on,
        Calibration.status == RecordStatus.ISSUED,
        Calibration.lab_id.is_not(None),
    )
    wanted = select(Schedule.asset_id, Schedule.kind, Calibration.lab_id).join(Calibration, rests_on)
    wanted = wanted.where(Schedule.asset_id.in_(sorted({work.asset for work in works}))).order_by(Calibration.id)
    return {(asset, kind): lab for asset, kind, lab in db.session.execute(wanted) if lab is not None}
