"""Evidence whose record fell after it was counted: which, on what day and why, as things are now.

Whether a record that fell still adds to its number is another question, see `records`: one that was given up after it
was in service does, one that was made void does not. Both are told, because a planner answers for the number.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    exists,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)

from registry.assets.models import Asset
from registry.assets.rules import GONE
from registry.calibration.cases.models import Case
from registry.calibration.cases.rules import CaseState
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.inspection.models import Inspection, InspectionStep
from registry.inspection.rules import State
from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.labs.models import AccreditationSpan, Lab, ScopeLine
from registry.labs.queries import is_in_force
from registry.labs.standing import Standing
from registry.plan.activities.models import Activity, ActivityStep
from registry.plan.activities.rules import ActivityKind, Stage
from registry.plan.models import Evidence, EvidenceState, RecordType
from registry.plan.records import Record, number_of, numbers

Fallen = Select[Any, Any, Any, Any, Any]  # key, cause, day, instant, reason


class Cause(StrEnum):
    """Why a record that was counted is not what it was."""

    DISPOSED = "disposed"
    RETIRED = "retired"
    OUT_OF_TOLERANCE = "out_of_tolerance"
    VOID = "void"
    AMENDED = "amended"
    NOT_ADOPTED = "not_adopted"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ALTERED = "altered"


ORDER = {cause.value: at for at, cause in enumerate(Cause)}
LOST = (Standing.WITHDRAWN, Standing.SUSPENDED, Standing.EXPIRED)
UNSETTLED = (CaseState.GATHERING, CaseState.OPEN)


class Fall(NamedTuple):
    """Why a record fell and on which day, None where nobody wrote it down; `reason` is what somebody said of it.

    `at` is the instant, where there is one: what was decided after a record was altered knew of it.
    """

    cause: Cause
    on: date | None
    reason: str | None
    at: datetime | None = None

    def concerns(self, decided_at: datetime) -> bool:
        """Whether a decision of an instant is not what it was."""
        return self.cause is not Cause.ALTERED or self.at is None or self.at > decided_at


def fell(on: date) -> ColumnElement[bool]:
    """That a row of evidence counts a record that has fallen by a day."""
    counted = select(Evidence.id).where(Evidence.state == EvidenceState.COUNTED)
    parts = [counted.where(Evidence.record_type == kind, condition(on)) for kind, condition in _CONDITIONS.items()]
    return Evidence.id.in_(union_all(*parts))


def falls(records: Iterable[Record], on: date) -> dict[Record, Fall]:
    """Those of some records that have fallen by a day, with the gravest cause: a statement for each kind and cause."""
    keys: dict[RecordType, set[str]] = {}
    for record in records:
        keys.setdefault(record.type, set()).add(record.id)
    found: dict[Record, Fall] = {}
    for kind, wanted in keys.items():
        lines = [line for asked in _FALLEN.get(kind, ()) for line in db.session.execute(asked(sorted(wanted), on))]
        for key, cause, day, instant, reason in sorted(lines, key=_grave, reverse=True):
            found[Record(kind, key)] = Fall(Cause(cause), day or _day_of(instant), reason or None, instant)
    return found


def _grave(line: Any) -> tuple[int, date]:  # noqa: ANN401 — a row of Fallen
    return ORDER[line[1]], line[2] or date.min


def _day_of(instant: datetime | None) -> date | None:
    return clock.local(instant).date() if instant is not None else None


def _given_up(keys: list[str], _on: date) -> Fallen:
    said = select(Asset.tag, cast(Asset.status, String), Asset.status_since_on, null(), null())
    return said.where(Asset.tag.in_(keys), Asset.status.in_(GONE))


def _out_of_tolerance(keys: list[str], _on: date) -> Fallen:
    said = select(Asset.tag, literal(Cause.OUT_OF_TOLERANCE.value), null(), Case.opened_at, Case.reason)
    return said.join(Case, Case.asset_id == Asset.id).where(Asset.tag.in_(keys), Case.state.in_(UNSETTLED))


def _replaced(keys: list[str], _on: date) -> Fallen:
    """Made void, as the log says when; amended, when the record that took its place was issued."""
    key = cast(Calibration.id, String)
    voided = select(func.max(AuditEntry.at)).where(
        AuditEntry.subject_type == "calibration",
        AuditEntry.subject_key == key,
        AuditEntry.action == "calibration.void",
    )
    newer = Calibration.__table__.alias("newer")
    issued = select(func.max(newer.c.approved_at)).where(newer.c.amends_id == Calibration.id)
    at = func.coalesce(voided.scalar_subquery(), issued.correlate(Calibration).scalar_subquery())
    reason = func.coalesce(Calibration.void_reason, Calibration.amendment_reason)
    said = select(key, cast(Calibration.status, String), null(), at, reason)
    return said.where(Calibration.id.in_(numbers(keys)), Calibration.status.in_(REPLACED))


def _made_void(keys: list[str], _on: date) -> Fallen:
    said = select(
        cast(Activity.id, String), literal(Cause.VOID.value), null(), Activity.voided_at, Activity.void_reason
    )
    return said.where(Activity.id.in_(numbers(keys)), Activity.voided_at.is_not(None))


def _given_back(keys: list[str], _on: date) -> Fallen:
    said = select(cast(Activity.id, String), literal(Cause.NOT_ADOPTED.value), null(), null(), null())
    return said.where(Activity.id.in_(numbers(keys)), _NOT_ADOPTED)


def _altered(keys: list[str], _on: date) -> Fallen:
    said = select(cast(Activity.id, String), literal(Cause.ALTERED.value), null(), Activity.altered_at, null())
    return said.where(Activity.id.in_(numbers(keys)), Activity.altered_at.is_not(None))


def _not_accredited(keys: list[str], on: date) -> Fallen:
    span = AccreditationSpan
    said = select(Lab.code, cast(span.standing, String), span.first_day, null(), null())
    return said.join(span, span.lab_id == Lab.id).where(Lab.code.in_(keys), *_lost(on))


def _accreditation_lost(keys: list[str], on: date) -> Fallen:
    span = AccreditationSpan
    said = select(cast(span.accreditation_id, String), cast(span.standing, String), span.first_day, null(), null())
    return said.where(span.accreditation_id.in_(numbers(keys)), *_out_of_force(on))


def _line_ended(keys: list[str], on: date) -> Fallen:
    ended = select(cast(ScopeLine.id, String), literal(Cause.EXPIRED.value), ScopeLine.valid_to, null(), null())
    return ended.where(ScopeLine.id.in_(numbers(keys)), ScopeLine.valid_to < on)


def _line_corrected(keys: list[str], _on: date) -> Fallen:
    line = ScopeLine
    said = select(
        cast(line.id, String), literal(Cause.AMENDED.value), null(), line.corrected_at, line.correction_reason
    )
    return said.where(line.id.in_(numbers(keys)), line.corrected_at.is_not(None))


def _line_of_a_lost_lab(keys: list[str], on: date) -> Fallen:
    span = AccreditationSpan
    said = select(cast(ScopeLine.id, String), cast(span.standing, String), span.first_day, null(), null())
    return said.join(span, span.lab_id == ScopeLine.lab_id).where(ScopeLine.id.in_(numbers(keys)), *_lost(on))


def _called_off(keys: list[str], _on: date) -> Fallen:
    step = InspectionStep
    said = select(cast(Inspection.id, String), literal(Cause.CANCELLED.value), null(), step.at, step.reason)
    said = said.join(step, and_(step.inspection_id == Inspection.id, step.state == State.CANCELLED))
    return said.where(Inspection.id.in_(numbers(keys)), Inspection.state == State.CANCELLED)


def _out_of_force(on: date) -> tuple[ColumnElement[bool], ...]:
    span = AccreditationSpan
    return span.standing.in_(LOST), span.first_day <= on, span.last_day >= on


def _lost(on: date) -> tuple[ColumnElement[bool], ...]:
    """That a laboratory had an accreditation, and holds none on a day."""
    span = AccreditationSpan
    return (
        span.__table__.c.is_of_competence,
        span.standing.in_(LOST),
        span.first_day <= on,
        span.last_day >= on,
        not_(is_in_force(span.lab_id, on)),
    )


REPLACED = (RecordStatus.VOID, RecordStatus.AMENDED)
_NOT_ADOPTED = and_(
    Activity.kind == ActivityKind.ADOPTION,
    ~exists().where(ActivityStep.activity_id == Activity.id, ActivityStep.stage == Stage.ADOPTED),
)
_FALLEN: Mapping[RecordType, tuple[Callable[[list[str], date], Fallen], ...]] = {
    RecordType.ASSET: (_given_up, _out_of_tolerance),
    RecordType.CALIBRATION: (_replaced,),
    RecordType.ACTIVITY: (_made_void, _given_back, _altered),
    RecordType.LAB: (_not_accredited,),
    RecordType.ACCREDITATION: (_accreditation_lost,),
    RecordType.SCOPE_LINE: (_line_ended, _line_corrected, _line_of_a_lost_lab),
    RecordType.INSPECTION: (_called_off,),
}


def _asset_fell(_on: date) -> ColumnElement[bool]:
    """From the assets that fell to their evidence: they are few, and both sides have an index."""
    doubted = select(Case.asset_id).where(Case.state.in_(UNSETTLED))
    given_up = select(Asset.tag).where(Asset.status.in_(GONE))
    return or_(Evidence.record_id.in_(given_up), Evidence.record_id.in_(select(Asset.tag).where(Asset.id.in_(doubted))))


def _calibration_fell(_on: date) -> ColumnElement[bool]:
    return exists().where(_id_is(Calibration.id, RecordType.CALIBRATION), Calibration.status.in_(REPLACED))


def _activity_fell(_on: date) -> ColumnElement[bool]:
    altered = Activity.altered_at > Evidence.decided_at
    fallen = or_(Activity.voided_at.is_not(None), _NOT_ADOPTED, altered)
    return exists().where(_id_is(Activity.id, RecordType.ACTIVITY), fallen)


def _lab_fell(on: date) -> ColumnElement[bool]:
    lost = select(Lab.code).join(AccreditationSpan, AccreditationSpan.lab_id == Lab.id).where(*_lost(on))
    return Evidence.record_id.in_(lost)


def _accreditation_fell(on: date) -> ColumnElement[bool]:
    span = AccreditationSpan
    return exists().where(_id_is(span.accreditation_id, RecordType.ACCREDITATION), *_out_of_force(on))


def _line_fell(on: date) -> ColumnElement[bool]:
    line, lost = ScopeLine, select(AccreditationSpan.lab_id).where(*_lost(on))
    ended = or_(line.valid_to < on, line.corrected_at.is_not(None), line.lab_id.in_(lost))
    return exists().where(_id_is(line.id, RecordType.SCOPE_LINE), ended)


def _inspection_fell(_on: date) -> ColumnElement[bool]:
    return exists().where(_id_is(Inspection.id, RecordType.INSPECTION), Inspection.state == State.CANCELLED)


def _id_is(column: Any, kind: RecordType) -> ColumnElement[bool]:  # noqa: ANN401 — a column
    found: ColumnElement[bool] = column == number_of(kind)
    return found


_CONDITIONS: Mapping[RecordType, Callable[[date], ColumnElement[bool]]] = {
    RecordType.ASSET: _asset_fell,
    RecordType.CALIBRATION: _calibration_fell,
    RecordType.ACTIVITY: _activity_fell,
    RecordType.LAB: _lab_fell,
    RecordType.ACCREDITATION: _accreditation_fell,
    RecordType.SCOPE_LINE: _line_fell,
    RecordType.INSPECTION: _inspection_fell,
}
