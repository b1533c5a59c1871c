"""The records that can be evidence: what they are called, since when, who may see them, and whether they still hold."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    true,
)

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.assets.rules import GONE, NOT_YET, Doubt
from registry.assets.tags import parse
from registry.calibration.cases.doubts import contradicts
from registry.calibration.cases.models import CaseItem
from registry.calibration.models import Calibration
from registry.calibration.rules import RecordStatus
from registry.inspection.models import Inspection
from registry.inspection.queries import known_to
from registry.inspection.rules import State
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import shown
from registry.labs.criteria.models import Assessment, CriteriaSet
from registry.labs.models import Accreditation, AccreditationSpan, Lab, ScopeLine
from registry.labs.standing import Standing, accredited_on
from registry.plan.activities import queries as activities
from registry.plan.activities.models import Activity, ActivityStep
from registry.plan.activities.rules import ActivityKind, Stage
from registry.plan.document import Fact as Measured
from registry.plan.models import Evidence, PlanRow, RecordType

Known = Select[Any, Any, Any]
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
NUMBERED = frozenset(
    {
        RecordType.CALIBRATION,
        RecordType.ACTIVITY,
        RecordType.ACCREDITATION,
        RecordType.SCOPE_LINE,
        RecordType.INSPECTION,
        RecordType.ASSESSMENT,
    }
)


@dataclass(frozen=True)
class Record:
    """A record by its kind and public key: an asset's tag, a code, the number of a calibration or an activity."""

    type: RecordType
    id: str


@dataclass(frozen=True)
class Fact:
    """What the plan reads of a record; what does not hold adds nothing, whatever was decided about it.

    What is `in_doubt` rests on a standard that was out of tolerance and was not mended since, or on a record that is
    declared good while its points fail; it counts all the same.
    """

    record: Record
    title: str
    since: date | None
    holds: bool
    in_doubt: bool = False


def fact(record: Record, person: Person | None) -> Fact:
    """The record, if it exists and the person may see it; raises Invalid beside `record`."""
    try:
        key = parse(record.id) if record.type is RecordType.ASSET else record.id
    except NotFound as error:
        raise Invalid({"record.id": [error.detail]}) from error
    found = facts([Record(record.type, key)], person)
    if not found:
        message = _("There is no such record, or you may not see it: %(type)s %(id)s.", type=record.type, id=shown(key))
        raise Invalid({"record.id": [message]})
    return next(iter(found.values()))


def facts(records: Iterable[Record], person: Person | None) -> dict[Record, Fact]:
    """What is known of those records the person may see; one query for each kind."""
    keys: dict[RecordType, set[str]] = {}
    for record in records:
        keys.setdefault(record.type, set()).add(record.id)
    known: dict[Record, Fact] = {}
    for kind, wanted in keys.items():
        asked = visible(kind, person).add_columns(_HOLDS.get(kind, true()), _DOUBTFUL.get(kind, false()))
        for key, title, since, holds, in_doubt in db.session.execute(asked.where(among(kind, wanted))):
            record = Record(kind, key)
            known[record] = Fact(record, title or "", since, bool(holds), bool(in_doubt))
    return known


def visible(kind: RecordType, person: Person | None) -> Known:
    """Key, title and first day of the records of a kind that a person may see; None is the system, which sees all."""
    return _KNOWN[kind](person)


def visible_evidence(person: Person | None) -> ColumnElement[bool]:
    """That a row of evidence is about a record the person may see."""
    if person is None or accounts.reach(person) is None:
        return true()
    return or_(*(and_(Evidence.record_type == kind, _is_about(kind, person)) for kind in RecordType))


def may_fall(kind: RecordType) -> bool:
    """Whether there are records of a kind that do not hold; the others do, whatever becomes of them."""
    return kind in _HOLDS


def holding(kinds: Collection[RecordType] = tuple(RecordType)) -> ColumnElement[bool]:
    """That a row of evidence is about a record that still holds, as things are now, if it is of some kinds."""
    found = [
        and_(Evidence.record_type == kind, _is_about(kind, None, holds))
        for kind, holds in _HOLDS.items()
        if kind in kinds
    ]
    return or_(Evidence.record_type.not_in(list(_HOLDS)), *found)


def in_doubt() -> ColumnElement[bool]:
    """That a row of evidence is about a record in doubt, see `Fact`, as things are now."""
    return or_(*(and_(Evidence.record_type == kind, _is_about(kind, None, doubt)) for kind, doubt in _DOUBTFUL.items()))


def most(record: Record, row: PlanRow) -> int:
    """How much one record adds to a row: one; a laboratory its scope lines where the row counts those.

    An activity adds what it stands for, in people where the row counts these.
    """
    if record.type is RecordType.ACTIVITY:
        return activities.most(record.id, row.count_unit)
    measured = {Measured(measure["fact"]) for measure in row.details["measures"]}
    if record.type is not RecordType.LAB or Measured.SCOPE_LINES not in measured:
        return 1
    return db.session.scalar(select(best_lines()).where(Lab.code == record.id)) or 0


def best_lines() -> ScalarSelect[int]:
    """How many lines of a laboratory's scope have a best uncertainty (CMC)."""
    found = select(func.count()).where(ScopeLine.lab_id == Lab.id, ScopeLine.cmc.is_not(None))
    return found.correlate(Lab).scalar_subquery()


def standing(keys: Iterable[str], days: Iterable[date]) -> dict[date, set[str]]:
    """For each day, the codes of the laboratories among `keys` that hold an accreditation on it."""
    held = granted_to(keys)
    return {day: {code for code, granted in held.items() if accredited_on(granted, day)} for day in days}


def granted_to(keys: Iterable[str]) -> dict[str, list[Accreditation]]:
    """What was ever granted to laboratories, by their codes."""
    held: dict[str, list[Accreditation]] = {}
    wanted = select(Lab.code, Accreditation).join(Accreditation, Accreditation.lab_id == Lab.id)
    for code, accreditation in db.session.execute(wanted.where(Lab.code.in_(sorted(set(keys))))):
        held.setdefault(code, []).append(accreditation)
    return held


def _assets(person: Person | None) -> Known:
    wanted = select(Asset.tag, Asset.name, Asset.commissioned_on)
    return _within(wanted, Asset.owner_id, person)


def _calibrations(person: Person | None) -> Known:
    wanted = select(cast(Calibration.id, String), Calibration.certificate_no, Calibration.performed_on)
    return _within(wanted.join(Asset, Asset.id == Calibration.asset_id), Asset.owner_id, person)


def _labs(_person: Person | None) -> Known:
    """Laboratories, which everybody may read, since the first day of an accreditation that is in force."""
    in_force = and_(AccreditationSpan.standing == Standing.IN_FORCE, AccreditationSpan.is_of_competence)
    since = select(func.min(AccreditationSpan.first_day)).where(AccreditationSpan.lab_id == Lab.id, in_force)
    return select(Lab.code, Lab.name, since.scalar_subquery())


def _activities(person: Person | None) -> Known:
    """Activities, by their last day."""
    return select(cast(Activity.id, String), Activity.title, Activity.held_to).where(activities.seen_by(person))


def _accreditations(_person: Person | None) -> Known:
    """Accreditations, which everybody may read, from the day they were granted."""
    title = Lab.name.concat(": ").concat(Accreditation.number)
    wanted = select(cast(Accreditation.id, String), title, Accreditation.granted_on)
    return wanted.join(Lab, Lab.id == Accreditation.lab_id)


def _scope_lines(_person: Person | None) -> Known:
    """Lines of scope, which everybody may read, from their own first day."""
    title = Lab.name.concat(": ").concat(ScopeLine.quantity)
    wanted = select(cast(ScopeLine.id, String), title, ScopeLine.valid_from)
    return wanted.join(Lab, Lab.id == ScopeLine.lab_id)


def _inspections(person: Person | None) -> Known:
    """Inspections that the person may read, and for planners those of their province, by their last day."""
    wanted = select(cast(Inspection.id, String), Inspection.subject_name, Inspection.planned_to)
    if person is None:
        return wanted
    seen = known_to(person)
    reach = accounts.reach(person) if accounts.may(person, Verb.EVIDENCE_DECIDE, None) else None
    return wanted.where(seen if reach is None else or_(seen, Inspection.authority_id.in_(reach)))


def _assessments(person: Person | None) -> Known:
    """Assessments against criteria sets, by the day they were finished."""
    title = CriteriaSet.document.concat(": ").concat(Organisation.name_vi)
    wanted = select(cast(Assessment.id, String), title, Assessment.finished_on)
    wanted = wanted.join(CriteriaSet, CriteriaSet.id == Assessment.set_id)
    wanted = wanted.join(Organisation, Organisation.id == Assessment.organisation_id)
    return _within(wanted, Assessment.organisation_id, person)


def _organisations(_person: Person | None) -> Known:
    return select(Organisation.code, Organisation.name_vi, Organisation.valid_from)


def _within(wanted: Known, owner: SQLColumnExpression[int], person: Person | None) -> Known:
    reach = accounts.reach(person) if person is not None else None
    return wanted if reach is None else wanted.where(owner.in_(reach))


def _is_about(kind: RecordType, person: Person | None, *further: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a row of evidence names a record of a kind that the person may see, looked up by the record's own key."""
    named = number_of(kind) if kind in NUMBERED else Evidence.__table__.c.record_id
    return visible(kind, person).with_only_columns(_KEYS[kind]).where(_KEYS[kind] == named, *further).exists()


def number_of(kind: RecordType) -> ColumnElement[Any]:
    """The key of a row of evidence as a number, where it is about a record of a kind; other keys are no numbers."""
    return case((Evidence.record_type == kind, cast(Evidence.record_id, Integer)))


def numbers(keys: Iterable[str]) -> list[int]:
    """Those of some keys that are numbers."""
    return [int(key) for key in keys if NUMBER.fullmatch(key)]


def among(kind: RecordType, keys: Iterable[str]) -> ColumnElement[bool]:
    """That a record has one of some public keys."""
    if kind in NUMBERED:
        return _KEYS[kind].in_(numbers(keys))
    return _KEYS[kind].in_(list(keys))


_KNOWN: Mapping[RecordType, Callable[[Person | None], Known]] = {
    RecordType.ASSET: _assets,
    RecordType.LAB: _labs,
    RecordType.CALIBRATION: _calibrations,
    RecordType.ORGANISATION: _organisations,
    RecordType.ACTIVITY: _activities,
    RecordType.ACCREDITATION: _accreditations,
    RecordType.SCOPE_LINE: _scope_lines,
    RecordType.INSPECTION: _inspections,
    RecordType.ASSESSMENT: _assessments,
}
_KEYS: Mapping[RecordType, ColumnElement[Any]] = {
    RecordType.ASSET: Asset.__table__.c.tag,
    RecordType.LAB: Lab.__table__.c.code,
    RecordType.CALIBRATION: Calibration.__table__.c.id,
    RecordType.ORGANISATION: Organisation.__table__.c.code,
    RecordType.ACTIVITY: Activity.__table__.c.id,
    RecordType.ACCREDITATION: Accreditation.__table__.c.id,
    RecordType.SCOPE_LINE: ScopeLine.__table__.c.id,
    RecordType.INSPECTION: Inspection.__table__.c.id,
    RecordType.ASSESSMENT: Assessment.__table__.c.id,
}
_ADOPTED = exists().where(ActivityStep.activity_id == Activity.id, ActivityStep.stage == Stage.ADOPTED)
# Nobody writes down the day an asset was given up: one that was in service before keeps what it added. What belongs to
# a set adds nothing by itself.
_HOLDS: Mapping[RecordType, ColumnElement[bool]] = {
    RecordType.ASSET: and_(
        Asset.parent_id.is_(None),
        or_(
            Asset.status.not_in(NOT_YET | GONE),
            and_(Asset.status.in_(GONE), Asset.commissioned_on.is_not(None)),
        ),
    ),
    RecordType.CALIBRATION: Calibration.status == RecordStatus.ISSUED,
    RecordType.ACTIVITY: and_(Activity.voided_at.is_(None), or_(Activity.kind != ActivityKind.ADOPTION, _ADOPTED)),
    RecordType.SCOPE_LINE: ScopeLine.corrected_at.is_(None),
    RecordType.INSPECTION: Inspection.state.in_({State.SIGNED, State.CLOSED}),
    RecordType.ASSESSMENT: Assessment.signed_at.is_not(None),
}
_DOUBTFUL: Mapping[RecordType, ColumnElement[bool]] = {
    RecordType.ASSET: or_(Asset.doubt != Doubt.STOPPED, Asset.contradicted),  # a stop says nothing of its records
    RecordType.CALIBRATION: or_(
        contradicts(Calibration),
        exists().where(CaseItem.calibration_id == Calibration.id, CaseItem.doubt.is_not(None)),
    ),
}
