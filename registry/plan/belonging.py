"""Whose a record is: a laboratory and what belongs to it are one thing to whoever counts laboratories."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, or_, select

from registry.accounts.models import Organisation
from registry.inspection.models import Inspection
from registry.kernel.db import db
from registry.labs.criteria.models import Assessment
from registry.labs.models import Accreditation, AccreditationSpan, Lab, ScopeLine
from registry.labs.standing import Standing
from registry.plan.activities.models import Activity
from registry.plan.models import Evidence, RecordType
from registry.plan.records import Record, number_of, numbers

OWN: Mapping[RecordType, Any] = {
    RecordType.ACCREDITATION: Accreditation,
    RecordType.SCOPE_LINE: ScopeLine,
    RecordType.ASSESSMENT: Assessment,
}


def labs_of(about: Iterable[Record]) -> dict[Record, str]:
    """The codes of the laboratories that records are or belong to: a statement for each kind."""
    keys: dict[RecordType, set[str]] = {}
    for record in about:
        keys.setdefault(record.type, set()).add(record.id)
    found = {Record(RecordType.LAB, code): code for code in keys.get(RecordType.LAB, ())}
    for kind, model in OWN.items():
        if keys.get(kind):
            wanted = select(model.id, Lab.code).join(Lab, Lab.id == model.lab_id)
            rows = db.session.execute(wanted.where(model.id.in_(numbers(keys[kind]))))
            found |= {Record(kind, str(key)): code for key, code in rows}
    return found


def of_lab(code: str) -> ColumnElement[bool]:
    """That a row of evidence is about a laboratory, or about something of it."""
    itself = and_(Evidence.record_type == RecordType.LAB, Evidence.record_id == code)
    lab = select(Lab.id).where(Lab.code == code).scalar_subquery()
    parts = (
        and_(
            Evidence.record_type == kind,
            Evidence.record_id.in_(select(cast(model.id, String)).where(model.lab_id == lab)),
        )
        for kind, model in OWN.items()
    )
    return or_(itself, *parts)


def body() -> ColumnElement[Any]:
    """The code of the organisation that a row of evidence is about, where the record belongs to one."""
    itself = Evidence.__table__.c
    own = select(Organisation.code).join(Lab, Lab.organisation_id == Organisation.id)
    parts = [(itself.record_type == RecordType.LAB, own.where(Lab.code == itself.record_id).scalar_subquery())]
    parts += [
        (itself.record_type == kind, own.join(model, model.lab_id == Lab.id).where(_is(model, kind)).scalar_subquery())
        for kind, model in OWN.items()
        if kind is not RecordType.ASSESSMENT
    ]
    for kind, subject in ((RecordType.ASSESSMENT, Assessment), (RecordType.INSPECTION, Inspection)):
        about: Any = subject
        wanted = select(Organisation.code).join(about, about.organisation_id == Organisation.id)
        parts.append((itself.record_type == kind, wanted.where(_is(about, kind)).scalar_subquery()))
    return case((itself.record_type == RecordType.ORGANISATION, itself.record_id), *parts)


def bodies_of(about: Iterable[Record]) -> dict[Record, str]:
    """The codes of the organisations that records are, belong to or are about: a statement for each kind."""
    keys: dict[RecordType, set[str]] = {}
    for record in about:
        keys.setdefault(record.type, set()).add(record.id)
    found = {Record(RecordType.ORGANISATION, code): code for code in keys.get(RecordType.ORGANISATION, ())}
    for kind, wanted in _BODIES.items():
        if keys.get(kind):
            asked = wanted(keys[kind] if kind is RecordType.LAB else numbers(keys[kind]))
            found |= {Record(kind, str(key)): code for key, code in db.session.execute(asked)}
    return found


def lapsed(about: Iterable[Record], day: date) -> set[Record]:
    """Those accreditations and scope lines among some records that are not in force on a day."""
    keys: dict[RecordType, set[str]] = {RecordType.ACCREDITATION: set(), RecordType.SCOPE_LINE: set()}
    for record in about:
        if record.type in keys:
            keys[record.type].add(record.id)
    span, line = AccreditationSpan, ScopeLine
    asked = {
        RecordType.ACCREDITATION: select(span.accreditation_id).where(
            span.standing == Standing.IN_FORCE,
            span.first_day <= day,
            span.last_day >= day,
            span.accreditation_id.in_(numbers(keys[RecordType.ACCREDITATION])),
        ),
        RecordType.SCOPE_LINE: select(line.id).where(
            line.corrected_at.is_(None),
            or_(line.valid_from.is_(None), line.valid_from <= day),
            or_(line.valid_to.is_(None), line.valid_to >= day),
            line.id.in_(numbers(keys[RecordType.SCOPE_LINE])),
        ),
    }
    found: set[Record] = set()
    for kind, wanted in asked.items():
        if keys[kind]:
            stands = {str(key) for key in db.session.scalars(wanted)}
            found |= {Record(kind, key) for key in keys[kind] - stands}
    return found


def _of_a_lab(model: Any, keys: Collection[Any]) -> Select[Any, str]:  # noqa: ANN401 — a table's class
    wanted = select(model.id, Organisation.code).join(Lab, Lab.id == model.lab_id)
    return wanted.join(Organisation, Organisation.id == Lab.organisation_id).where(model.id.in_(keys))


def _about(model: Any, body: Any, keys: Collection[Any]) -> Select[Any, str]:  # noqa: ANN401 — a class and its column
    return select(model.id, Organisation.code).join(Organisation, Organisation.id == body).where(model.id.in_(keys))


_BODIES: Mapping[RecordType, Callable[[Collection[Any]], Select[Any, str]]] = {
    RecordType.LAB: lambda codes: (
        select(Lab.code, Organisation.code)
        .join(Organisation, Organisation.id == Lab.organisation_id)
        .where(Lab.code.in_(codes))
    ),
    RecordType.ACCREDITATION: lambda keys: _of_a_lab(Accreditation, keys),
    RecordType.SCOPE_LINE: lambda keys: _of_a_lab(ScopeLine, keys),
    RecordType.ASSESSMENT: lambda keys: _about(Assessment, Assessment.organisation_id, keys),
    RecordType.INSPECTION: lambda keys: _about(Inspection, Inspection.organisation_id, keys),
    RecordType.ACTIVITY: lambda keys: _about(Activity, Activity.subject_id, keys),
}


def _is(model: Any, kind: RecordType) -> ColumnElement[bool]:  # noqa: ANN401 — a table's class
    found: ColumnElement[bool] = model.id == number_of(kind)
    return found
