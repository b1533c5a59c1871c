"""What the slices below know that a plan asks for. Measures propose evidence when asked; only decisions are stored."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.assets.rules import GONE, NOT_YET
from registry.labs.criteria import queries as criteria
from registry.labs.criteria.models import Assessment
from registry.labs.models import AccreditationSpan, Lab
from registry.labs.queries import is_accredited_on
from registry.labs.standing import Standing
from registry.plan import fitting, records
from registry.plan.activities import queries as activities
from registry.plan.activities.models import Activity, ActivityStep
from registry.plan.activities.queries import seen_by
from registry.plan.activities.rules import BY_PERSON, ONE_EACH, Stage
from registry.plan.document import Fact, GeoScope
from registry.plan.fitting import LABORATORY, Ground
from registry.plan.models import Evidence, EvidenceState, Plan, PlanRow, PlanVersion, RecordType

Proposals = Select[Any, int, str, str, date, int, Any]


@dataclass(frozen=True)
class Question:
    """Who asks which plan, as of which day; `elsewhere` gives the organisations outside the plan's province."""

    plan: Plan
    version: PlanVersion
    on: date
    person: Person | None
    elsewhere: Select[int]

    @property
    def first_day(self) -> date:
        return self.version.periods[0].start_on

    @property
    def last_day(self) -> date:
        return min(self.on, self.version.periods[-1].end_on)


def question(plan: Plan, version: PlanVersion, on: date, person: Person | None) -> Question:
    """The question whose answers are proposals."""
    return Question(plan, version, on, person, accounts.elsewhere({plan.issuer_id, plan.lead_id}))


def proposals(
    asked: Question, rows: Sequence[PlanRow], *, without: Collection[Fact] = ()
) -> CompoundSelect[Any] | None:
    """A select of (id, indicator_id, record_type, record_id, counted_on, quantity, version) of what is not yet decided.

    What somebody proposed by hand has an `id` and a `version`, what a measure proposes has none. None when there are no
    rows. What measures say of the facts of `without` is left out.
    """
    parts = [_by_hand(asked.person, rows), *_all_measured(asked, rows, set(Fact) - set(without))]
    return union_all(*parts) if rows else None


def numbers(asked: Question, rows: Sequence[PlanRow], *, without: Collection[Fact] = ()) -> CompoundSelect[Any] | None:
    """A select of (indicator_id, number): how many of those there are, to be added up by who asks; None without rows.

    Nothing else of them is asked, which a database would take longer to plan than to find.
    """
    parts = [
        _by_hand(asked.person, rows).with_only_columns(Evidence.indicator_id, func.count()).group_by("indicator_id"),
        *(
            part.with_only_columns(part.selected_columns.indicator_id, func.count(), maintain_column_froms=True)
            for part in _all_measured(asked, rows, set(Fact) - set(without))
        ),
    ]
    return union_all(*parts) if rows else None


def measured(asked: Question, rows: Sequence[PlanRow], only: Collection[Fact]) -> CompoundSelect[Any] | None:
    """Those proposals that measures make of some facts, None when no row measures one of them."""
    parts = list(_all_measured(asked, rows, only))
    return union_all(*parts) if parts else None


def proposals_about(
    asked: Sequence[tuple[Question, Sequence[PlanRow]]], about: Mapping[RecordType, Collection[str]]
) -> CompoundSelect[Any]:
    """Those proposals that are about some records, to the rows of at least one plan, as one person asks for them."""
    rows = [row for _question, some in asked for row in some]
    parts = [
        _by_hand(asked[0][0].person, rows).where(Evidence.record_type == kind, Evidence.record_id.in_(list(keys)))
        for kind, keys in about.items()
    ]
    parts += [
        _measured(question, row, measure, about[kind])
        for question, some in asked
        for row in some
        for measure in row.details["measures"]
        if (kind := _GIVES[Fact(measure["fact"])]) in about
    ]
    return union_all(*parts)


def _all_measured(asked: Question, rows: Sequence[PlanRow], only: Collection[Fact]) -> Iterator[Proposals]:
    for row in rows:
        for measure in row.details["measures"]:
            if Fact(measure["fact"]) in only:
                yield _measured(asked, row, measure)


def _measured(
    asked: Question, row: PlanRow, measure: Mapping[str, Any], keys: Iterable[str] | None = None
) -> Proposals:
    return _undecided(_MEASURES[Fact(measure["fact"])](asked, row, measure, keys), asked, row)


def _commissioned_assets(
    asked: Question, row: PlanRow, measure: Mapping[str, Any], keys: Iterable[str] | None
) -> Proposals:
    """Assets by the day they were put into service; those given up before that are not proposed.

    A set counts as one: its components are not proposed.
    """
    at = _ground(asked, row)
    wanted = _answers(row, RecordType.ASSET, Asset.tag, Asset.commissioned_on, literal(1, Integer)).where(
        *fitting.assets(at, measure),
        Asset.status.not_in(NOT_YET | GONE),
        Asset.parent_id.is_(None),
        Asset.commissioned_on.between(asked.first_day, asked.last_day),
        _where(at, Asset.owner_id),
    )
    reach = accounts.reach(asked.person) if asked.person is not None else None
    if reach is not None:
        wanted = wanted.where(Asset.owner_id.in_(reach))
    return wanted if keys is None else wanted.where(Asset.tag.in_(list(keys)))


def _activities(asked: Question, row: PlanRow, measure: Mapping[str, Any], keys: Iterable[str] | None) -> Proposals:
    """Activities by their last day, or by the day they reached a stage, where the row has a target for its period."""
    at = _ground(asked, row)
    stage = measure.get("stage")
    day: SQLColumnExpression[date] = ActivityStep.on if stage else Activity.held_to
    promised = [target.period for target in row.targets if target.value is not None]
    inside = or_(*(day.between(period.start_on, min(period.end_on, asked.last_day)) for period in promised))
    wanted = _answers(row, RecordType.ACTIVITY, cast(Activity.id, String), day, adds(row.count_unit)).where(
        *fitting.activities(at, measure),
        Activity.voided_at.is_(None),
        adds(row.count_unit) > 0,
        inside,
        _where(at, activities.place()),
        seen_by(asked.person),
    )
    if stage:
        reached = and_(ActivityStep.activity_id == Activity.id, ActivityStep.stage == Stage(stage))
        wanted = wanted.select_from(Activity).join(ActivityStep, reached)
    return wanted if keys is None else wanted.where(Activity.id.in_(records.numbers(keys)))


def adds(unit: str | None) -> ColumnElement[int]:
    """What an activity adds to a row that counts in a unit: the twin of `activities.rules.adds`."""
    if unit == BY_PERSON:
        return func.coalesce(Activity.persons, 0)
    return literal(1, Integer) if unit in ONE_EACH else Activity.__table__.c.quantity


def _accredited_labs(
    asked: Question, row: PlanRow, _measure: Mapping[str, Any], keys: Iterable[str] | None
) -> Proposals:
    """Laboratories that hold an accreditation, by the first day of one in force."""
    return _labs(asked, row, literal(1, Integer), keys)


def _scope_lines(asked: Question, row: PlanRow, _measure: Mapping[str, Any], keys: Iterable[str] | None) -> Proposals:
    """Accredited laboratories with as many calibrations as their scope has lines with a best uncertainty (CMC)."""
    lines = records.best_lines()
    return _labs(asked, row, lines, keys).where(lines > 0)


def _labs(asked: Question, row: PlanRow, quantity: ColumnElement[int], keys: Iterable[str] | None) -> Proposals:
    """An accreditation older than the plan counts from the plan's first day."""
    granted = select(func.min(AccreditationSpan.first_day)).where(
        AccreditationSpan.lab_id == Lab.id,
        AccreditationSpan.standing == Standing.IN_FORCE,
        AccreditationSpan.is_of_competence,
        AccreditationSpan.last_day >= asked.first_day,
    )
    since, start = granted.scalar_subquery(), literal(asked.first_day, Date)
    in_plan = case((since < start, start), else_=since)
    wanted = _answers(row, RecordType.LAB, Lab.code, in_plan, quantity)
    wanted = wanted.where(_is_accredited(asked.last_day, keys), _where(_ground(asked, row), Lab.organisation_id))
    return wanted if keys is None else wanted.where(Lab.code.in_(list(keys)))


def _assessments(asked: Question, row: PlanRow, measure: Mapping[str, Any], keys: Iterable[str] | None) -> Proposals:
    """Applications of a criteria set: assessments that are signed off, by the day they were finished.

    Where laboratories are counted those of one that is accredited; else those of an enterprise or a service body.
    """
    days = Assessment.finished_on.between(asked.first_day, asked.last_day)
    wanted: Any = _answers(
        row, RecordType.ASSESSMENT, cast(Assessment.id, String), Assessment.finished_on, literal(1, Integer)
    )
    at = _ground(asked, row)
    wanted = wanted.where(Assessment.signed_at.is_not(None), days, _where(at, Assessment.organisation_id))
    wanted = wanted.where(*fitting.assessments(at, measure))
    if row.count_unit == LABORATORY:
        wanted = wanted.join(Lab, Lab.id == Assessment.lab_id).where(_is_accredited(asked.last_day, keys))
    if asked.person is not None:
        wanted = criteria.visible_to(asked.person, wanted)
    found: Proposals = wanted if keys is None else wanted.where(Assessment.id.in_(records.numbers(keys)))
    return found


def _is_accredited(day: date, keys: Iterable[str] | None) -> ColumnElement[bool]:
    """That a laboratory is accredited: asked of each of a few, or of all at once for every measure of a statement."""
    return is_accredited_on(day) if keys is not None else Lab.id.in_(select(_accredited(day).c.id))


@lru_cache(maxsize=8)  # a statement has it once if it is the same
def _accredited(day: date) -> CTE:
    return select(Lab.id).where(is_accredited_on(day)).cte()


def _by_hand(person: Person | None, rows: Sequence[PlanRow]) -> Proposals:
    return select(
        Evidence.id,
        Evidence.indicator_id,
        cast(Evidence.record_type, String).label("record_type"),
        Evidence.record_id,
        Evidence.counted_on,
        Evidence.quantity,
        Evidence.version,
    ).where(
        Evidence.indicator_id.in_([row.indicator_id for row in rows if row.indicator_id is not None]),
        Evidence.state == _PROPOSED,
        records.visible_evidence(person),
    )


def _answers(
    row: PlanRow,
    kind: RecordType,
    key: SQLColumnExpression[str],
    counted_on: SQLColumnExpression[Any],
    quantity: ColumnElement[int],
) -> Proposals:
    return select(
        null().label("id"),
        literal(row.indicator_id, Integer).label("indicator_id"),
        literal(kind.value, String).label("record_type"),
        key.label("record_id"),
        counted_on.label("counted_on"),
        quantity.label("quantity"),
        null().label("version"),
    )


def _ground(asked: Question, row: PlanRow) -> Ground:
    return Ground(row, asked.version.inspection_bodies, asked.elsewhere)


def _where(at: Ground, organisation_id: SQLColumnExpression[int]) -> ColumnElement[bool]:
    """Records of the province; a row about the whole country adds those from elsewhere, which no other row proposes."""
    outside = at.outside(organisation_id)
    return outside if at.row.geo_scope is GeoScope.COUNTRY else ~outside


def _undecided(wanted: Proposals, asked: Question, row: PlanRow) -> Proposals:
    """Without records that stand at this indicator already, or count for a row that lets no other count them."""
    kind, key = wanted.selected_columns.record_type, wanted.selected_columns.record_id
    same = exists().where(
        Evidence.indicator_id == row.indicator_id,
        type_coerce(Evidence.record_type, String) == kind,
        Evidence.record_id == key,
    )
    wanted = wanted.where(~same)
    if not row.exclusive:
        return wanted
    sole = literal(f"{asked.plan.id}:").concat(kind).concat(":").concat(key)
    return wanted.where(~exists().where(Evidence.sole_key == sole))  # apart: with OR it would read all evidence


# Said in full, as the index of the few that wait is only taken for what is known beforehand.
_PROPOSED = bindparam(None, EvidenceState.PROPOSED, Evidence.__table__.c.state.type, literal_execute=True)
_Measure = Callable[[Question, PlanRow, Mapping[str, Any], Iterable[str] | None], Proposals]
_MEASURES: Mapping[Fact, _Measure] = {
    Fact.COMMISSIONED_ASSETS: _commissioned_assets,
    Fact.ACCREDITED_LABS: _accredited_labs,
    Fact.SCOPE_LINES: _scope_lines,
    Fact.ACTIVITIES: _activities,
    Fact.ASSESSMENTS: _assessments,
}
_GIVES: Mapping[Fact, RecordType] = {
    Fact.COMMISSIONED_ASSETS: RecordType.ASSET,
    Fact.ACCREDITED_LABS: RecordType.LAB,
    Fact.SCOPE_LINES: RecordType.LAB,
    Fact.ACTIVITIES: RecordType.ACTIVITY,
    Fact.ASSESSMENTS: RecordType.ASSESSMENT,
}
