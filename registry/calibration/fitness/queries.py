"""Which things could serve as standards in the years to come: a page of them, in a fixed number of statements."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from sqlalchemy import Integer, Select, column, false, func, select, table
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.assets.models import Asset
from registry.assets.rules import Kind, Status
from registry.calibration.competence.models import CompetenceCheck
from registry.calibration.fitness.models import FitnessSetting
from registry.calibration.fitness.rules import USUAL, Assumed, Facts, Fitness, Judged, Need, judge
from registry.calibration.models import Calibration, CalibrationPoint, CalibrationStandard
from registry.calibration.rules import RecordStatus
from registry.calibration.stability.queries import TELLING
from registry.calibration.stability.rules import Series, Taken, gathered
from registry.kernel import paging, units
from registry.kernel.db import db
from registry.kernel.text import fold, like_pattern
from registry.labs.scope.rules import Competence

MOST_RECORDS: Final = 12
MOST_SERVED: Final = 20
MOST_POINTS: Final = 30
MOST_EXPORTED: Final = 500
PLANS: Final = table("plan", column("lead_id", Integer))  # of a storey above: a key is data
LEFT: Final = (Status.PLANNED, Status.PROCURED, Status.RETIRED, Status.DISPOSED)


class Line(NamedTuple):
    """A thing and what can be said of it."""

    asset: Asset
    judged: Judged


def page_of(
    person: Person,
    today: date,
    *,
    kind: Kind | None = None,
    owner: str | None = None,
    fitness: Fitness | None = None,
    q: str | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[Line]:
    """Things by name. A verdict is found when it is asked for: with `fitness` a page may hold fewer than its limit."""
    wanted = assets.visible_to(person, select(Asset)).where(Asset.parent_id.is_(None), Asset.status.not_in(LEFT))
    kinds = [kind] if kind else [Kind.STANDARD, Kind.INSTRUMENT]
    wanted = wanted.where(Asset.kind.in_(kinds)).options(joinedload(Asset.owner))
    if owner:
        wanted = wanted.join(Organisation, Organisation.id == Asset.owner_id).where(Organisation.code == owner)
    if q:
        wanted = wanted.where(Asset.search.like(like_pattern(q), escape="\\"))
    order = paging.Order((Asset.__table__.c.name_order, Asset.__table__.c.id))
    page = paging.page(wanted, order, limit=limit, cursor=cursor, count=count)
    lines = [line for line in judged(page.items, today) if fitness in {None, line.judged.fitness}]
    return paging.Page(lines, page.next, page.total)


def everything(person: Person, today: date, **asked: Any) -> Iterator[Line]:  # noqa: ANN401 — the words of the list
    """The first things of the list, page by page, as many as an export holds."""
    cursor: str | None = None
    for _page in range(MOST_EXPORTED // paging.DEFAULT_LIMIT):
        page = page_of(person, today, cursor=cursor, **asked)
        yield from page.items
        cursor = page.next
        if cursor is None:
            return


def may_decide(person: Person) -> bool:
    """Whether a person decides what the verdicts assume, for everybody: who plans for a body that leads a plan.

    Where no plan is kept yet, nobody leads one, and any planner decides.
    """
    leads = set(db.session.scalars(select(PLANS.c.lead_id).distinct()))
    if not leads:
        return accounts.may(person, Verb.PLAN_WRITE, None)
    return any(accounts.may(person, Verb.PLAN_WRITE, lead) for lead in leads)


def setting() -> FitnessSetting | None:
    """The decision about its numbers that is in force; None where the usual ones are."""
    return db.session.scalar(select(FitnessSetting).order_by(FitnessSetting.id.desc()).limit(1))


def assumed() -> Assumed:
    """What verdicts assume today."""
    found = setting()
    return found.assumed if found else USUAL


def settings_page(
    *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[FitnessSetting]:
    """Every decision about the numbers, the newest first."""
    order = paging.Order((FitnessSetting.__table__.c.id,), descending=True)
    return paging.page(select(FitnessSetting), order, limit=limit, cursor=cursor, count=count)


def judged(found: Sequence[Asset], today: date) -> list[Line]:
    """Things with their verdicts, in the order given."""
    keys = [asset.id for asset in found]
    if not keys:
        return []
    points, served = _points(keys), _served(keys)
    newest = {key: taken[0].record for key, taken in points.items()}
    competent, assuming = _competent(list(newest.values())), assumed()
    lines = []
    for asset in found:
        series: Sequence[Series] = gathered(points.get(asset.id, ())).series
        facts = Facts(
            series=series,
            needs=served.get(asset.id, ()),
            traceable=competent.get(newest.get(asset.id, 0)),
            in_doubt=asset.doubt is not None or asset.contradicted,
            commissioned_on=asset.commissioned_on,
        )
        lines.append(Line(asset, judge(facts, today, assuming)))
    return lines


def _points(keys: Sequence[int]) -> dict[int, list[Taken]]:
    """The measured points of each thing's newest records."""
    place = func.row_number().over(
        partition_by=Calibration.asset_id, order_by=(Calibration.performed_on.desc(), Calibration.id.desc())
    )
    ranked = select(Calibration.id, place.label("place")).where(
        Calibration.asset_id.in_(keys),
        Calibration.kind.in_(TELLING),
        Calibration.status == RecordStatus.ISSUED,
        select(CalibrationPoint.id).where(CalibrationPoint.calibration_id == Calibration.id).exists(),
    )
    newest = ranked.subquery()
    columns: list[Any] = [Calibration.id, Calibration.kind, Calibration.performed_on, Calibration.certificate_no]
    columns += [func.coalesce(Calibration.adjusted, false())]
    columns += [getattr(CalibrationPoint, name) for name in Taken._fields[len(columns) :]]
    wanted: Select[Any] = (
        select(Calibration.asset_id, *columns)
        .join(newest, newest.c.id == Calibration.id)
        .join(CalibrationPoint, CalibrationPoint.calibration_id == Calibration.id)
        .where(newest.c.place <= MOST_RECORDS, CalibrationPoint.position < MOST_POINTS)
        .order_by(Calibration.performed_on.desc(), Calibration.id.desc(), CalibrationPoint.position)
    )
    found: dict[int, list[Taken]] = {}
    for key, *row in db.session.execute(wanted):
        found.setdefault(key, []).append(Taken(*row))
    return found


def _served(keys: Sequence[int]) -> dict[int, list[Need]]:
    """The smallest limit of each quantity among what was calibrated last with each thing."""
    place = func.row_number().over(
        partition_by=CalibrationStandard.asset_id,
        order_by=(Calibration.performed_on.desc(), Calibration.id.desc()),
    )
    ranked = (
        select(CalibrationStandard.asset_id, Calibration.id.label("record"), place.label("place"))
        .join(Calibration, Calibration.id == CalibrationStandard.calibration_id)
        .where(CalibrationStandard.asset_id.in_(keys), Calibration.status == RecordStatus.ISSUED)
        .subquery()
    )
    point = CalibrationPoint
    wanted = (
        select(ranked.c.asset_id, point.quantity, point.unit, point.lower_limit, point.upper_limit)
        .join(point, point.calibration_id == ranked.c.record)
        .where(ranked.c.place <= MOST_SERVED, point.position < MOST_POINTS)
        .distinct()
    )
    least: dict[int, dict[str, Need]] = {}
    for key, quantity, unit, low, high in db.session.execute(wanted):
        limits = [abs(limit) for limit in (low, high) if limit is not None and limit != 0]
        if limits:
            own = least.setdefault(key, {})
            need = Need(quantity, unit, min(limits))
            if fold(quantity) not in own or _smaller(need, own[fold(quantity)]):
                own[fold(quantity)] = need
    return {key: list(own.values()) for key, own in least.items()}


def _smaller(one: Need, other: Need) -> bool:
    if one.unit == other.unit:
        return one.limit < other.limit
    here, there = units.parse(one.unit), units.parse(other.unit)
    if here is None or there is None or here.dimension != there.dimension:
        return False
    turned: Decimal = units.convert_difference(one.limit, here, there)
    return turned < other.limit


def _competent(records: Sequence[int]) -> dict[int, bool]:
    wanted = select(CompetenceCheck.calibration_id, CompetenceCheck.competence)
    found = db.session.execute(wanted.where(CompetenceCheck.calibration_id.in_(records)))
    return {key: said is Competence.IN_SCOPE for key, said in found}
