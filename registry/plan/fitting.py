"""What can be evidence of an indicator: the kinds of records that its plan says it measures, and their nature.

Measures propose what is so, and nothing else counts by hand; further kinds only where the plan admits them `by_hand`.
A goal takes what its annex rows and the goals that it goes on from take, whose evidence is evidence of it.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, exists, select

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation
from registry.accounts.rules import OrganisationKind
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.calibration.models import Calibration
from registry.inspection.models import Inspection
from registry.kernel import clock
from registry.kernel.db import db
from registry.labs.criteria.models import Assessment
from registry.labs.models import Accreditation, AccreditationSpan, Lab, ScopeLine
from registry.labs.standing import Standing
from registry.plan import progress, records
from registry.plan.activities import queries as done
from registry.plan.activities.models import Activity, ActivityStep
from registry.plan.activities.rules import ActivityKind, Aspect, Stage
from registry.plan.document import Fact, GeoScope, Owners
from registry.plan.going_on import goes_on_from
from registry.plan.models import Plan, PlanRow, PlanVersion, RecordType
from registry.plan.records import Record

LABORATORY: Final = "laboratory"
APPLYING: Final = (OrganisationKind.ENTERPRISE, OrganisationKind.SERVICE_ORGANISATION)
Measured = Mapping[str, Any]
Nature = Sequence[ColumnElement[bool]]


@dataclass(frozen=True)
class Ground:
    """Where a row of a plan counts: who inspects for the state, and the organisations of other places."""

    row: PlanRow
    inspection_bodies: Sequence[str]
    elsewhere: Select[int]

    def outside(self, organisation_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
        """That an organisation is not of the plan's province."""
        return organisation_id.in_(self.elsewhere)

    def reached(self, organisation_id: SQLColumnExpression[int]) -> Nature:
        """That a record of an organisation lies where the row counts."""
        return () if self.row.geo_scope is GeoScope.COUNTRY else (~self.outside(organisation_id),)


def ground(plan: Plan, version: PlanVersion, row: PlanRow) -> Ground:
    """Where a row counts."""
    return Ground(row, version.inspection_bodies, accounts.elsewhere({plan.issuer_id, plan.lead_id}))


def assets(at: Ground, measure: Measured) -> Nature:
    """Assets of some kinds, of the inspectors or of others."""
    inspecting = select(Organisation.id).where(Organisation.code.in_(at.inspection_bodies))
    found: list[ColumnElement[bool]] = [Asset.kind.in_([Kind(kind) for kind in measure["asset_kinds"]])]
    owners = Owners(measure["owners"])
    if owners is Owners.INSPECTION:
        found.append(Asset.owner_id.in_(inspecting))
    elif owners is Owners.NOT_INSPECTION:
        found.append(Asset.owner_id.not_in(inspecting))
    return found


def activities(_at: Ground, measure: Measured) -> Nature:
    """Activities of some kinds and aspects, whatever their stage."""
    found: list[ColumnElement[bool]] = [
        Activity.kind.in_([ActivityKind(kind) for kind in measure["activity_kinds"]]),
    ]
    if measure.get("aspects"):
        found.append(Activity.aspect.in_([Aspect(aspect) for aspect in measure["aspects"]]))
    return found


def assessments(at: Ground, _measure: Measured) -> Nature:
    """Assessments of laboratories where these are counted; else of an enterprise or a service body."""
    if at.row.count_unit == LABORATORY:
        return (Assessment.lab_id.is_not(None),)
    of_whom = Organisation.id == Assessment.organisation_id  # asked of each: there are more organisations than these
    return (exists().where(of_whom, Organisation.kind.in_(APPLYING)).correlate(Assessment),)


def fitting(plan: Plan, version: PlanVersion, row: PlanRow, about: Collection[Record]) -> set[Record]:
    """Those of some records that can be evidence of a row: a statement for each measure that reads their kind."""
    rows = {one.code: one for one in progress.counted_rows(version)}
    at, sources = ground(plan, version, row), _sources(row, rows)
    if not _says(sources):
        return set(about)
    hands = [RecordType(kind) for source in sources for kind in source.details.get("by_hand", ())]
    wanted: list[tuple[RecordType, Nature]] = [(kind, ()) for kind in hands]
    for measure in (measure for source in sources for measure in source.details["measures"]):
        wanted += [(kind, nature(at, measure)) for kind, nature in _NATURES[Fact(measure["fact"])].items()]
    found: set[Record] = set()
    for kind, nature in wanted:
        keys = {record.id for record in about if record.type is kind and record not in found}
        if keys:
            placed, organisation = _PLACED[kind]
            asked = placed.where(records.among(kind, keys), *nature, *at.reached(organisation()))
            found |= {Record(kind, str(key)) for key in db.session.scalars(asked)}
    return found


def wants_accreditation(version: PlanVersion, row: PlanRow, kind: RecordType) -> bool:
    """Whether a row counts records of a kind only of laboratories that are accredited, as its measures read them."""
    sources = _sources(row, {one.code: one for one in progress.counted_rows(version)})
    if kind in {RecordType(hand) for one in sources for hand in one.details.get("by_hand", ())}:
        return False
    facts = {Fact(measure["fact"]) for one in sources for measure in one.details["measures"]}
    of_labs = {Fact.ACCREDITED_LABS, Fact.SCOPE_LINES} | ({Fact.ASSESSMENTS} if row.count_unit == LABORATORY else set())
    return any(kind in _NATURES[fact] for fact in facts & of_labs)


def measures_of(version: PlanVersion, row: PlanRow) -> list[Measured]:
    """What is measured at a row and at those whose evidence is evidence of it."""
    sources = _sources(row, {one.code: one for one in progress.counted_rows(version)})
    return [measure for one in sources for measure in one.details["measures"]]


def kinds(version: PlanVersion) -> dict[str, frozenset[RecordType]]:
    """The kinds of records that every row of a version takes, by its code."""
    rows = {one.code: one for one in progress.counted_rows(version)}
    found = {}
    for code, row in rows.items():
        sources = _sources(row, rows)
        if not _says(sources):
            found[code] = frozenset(RecordType)
            continue
        read = {kind for one in sources for measure in one.details["measures"] for kind in _NATURES[measure["fact"]]}
        found[code] = frozenset(read | {RecordType(kind) for one in sources for kind in one.details.get("by_hand", ())})
    return found


def _says(sources: Sequence[PlanRow]) -> bool:
    """Whether the plan says what is measured at some rows; where it does not, the planner alone decides."""
    return any(one.details["measures"] or one.details.get("by_hand") for one in sources)


def _sources(row: PlanRow, rows: Mapping[str, PlanRow]) -> list[PlanRow]:
    found = [row, *(rows[code] for code in row.details.get("annex_rows", ()))]
    earlier = goes_on_from(row, rows)
    return [*found, *_sources(earlier, rows)] if earlier else found


def _reached_stage(at: Ground, measure: Measured) -> Nature:
    stage = measure.get("stage")
    step = ActivityStep
    reached = (exists().where(step.activity_id == Activity.id, step.stage == Stage(stage)),) if stage else ()
    return *activities(at, measure), *reached


def _any(_at: Ground, _measure: Measured) -> Nature:
    return ()


def _was_accredited(_at: Ground, _measure: Measured) -> Nature:
    """Laboratories that held an accreditation to ISO/IEC 17025 on some day; on which they count is judged then."""
    span = AccreditationSpan
    held = exists().where(span.lab_id == Lab.id, span.standing == Standing.IN_FORCE, span.is_of_competence)
    return (held.where(span.first_day <= clock.today()).correlate(Lab),)


_NATURES: Mapping[Fact, Mapping[RecordType, Callable[[Ground, Measured], Nature]]] = {
    Fact.COMMISSIONED_ASSETS: {RecordType.ASSET: assets},
    Fact.ACCREDITED_LABS: {RecordType.LAB: _was_accredited, RecordType.ACCREDITATION: _any},
    Fact.SCOPE_LINES: {RecordType.LAB: _any, RecordType.SCOPE_LINE: _any},
    Fact.ACTIVITIES: {RecordType.ACTIVITY: _reached_stage},
    Fact.ASSESSMENTS: {RecordType.ASSESSMENT: assessments},
}
_PLACED: Mapping[RecordType, tuple[Select[Any], Callable[[], Any]]] = {
    RecordType.ASSET: (select(Asset.tag), lambda: Asset.owner_id),
    RecordType.CALIBRATION: (select(Calibration.id).join(Asset), lambda: Asset.owner_id),
    RecordType.LAB: (select(Lab.code), lambda: Lab.organisation_id),
    RecordType.ACCREDITATION: (select(Accreditation.id).join(Lab), lambda: Lab.organisation_id),
    RecordType.SCOPE_LINE: (select(ScopeLine.id).join(Lab), lambda: Lab.organisation_id),
    RecordType.ACTIVITY: (select(Activity.id), done.place),
    RecordType.ASSESSMENT: (select(Assessment.id), lambda: Assessment.organisation_id),
    RecordType.INSPECTION: (select(Inspection.id), lambda: Inspection.organisation_id),
    RecordType.ORGANISATION: (select(Organisation.code), lambda: Organisation.id),
}
