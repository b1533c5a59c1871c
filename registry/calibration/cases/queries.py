"""Cases as they are looked for: which there are, what is in them, how far they are, and whom they concern."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import Select, Table, exists, func, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload, lazyload
from sqlalchemy.orm.interfaces import LoaderOption

from registry.accounts.models import Organisation, Person
from registry.assets import queries as assets
from registry.assets.models import Asset
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.rules import ACTIVE, IN_SCOPE, Bearing, CaseState, Disposition, Significance
from registry.calibration.models import Calibration
from registry.calibration.rules import FAILED, RecordStatus
from registry.calibration.traceability.models import Reliance
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _

case_table = cast("Table", Case.__table__)
item_table = cast("Table", CaseItem.__table__)
FEW: Final = 3
NEWEST: Final = paging.Order((case_table.c.id,), descending=True)
WORST_FIRST: Final = paging.Order((item_table.c.rank, item_table.c.id))


class Progress(NamedTuple):
    """How many items a case has: judged to be in its scope, and of those how many are disposed of and how grave."""

    found: int
    pending: int
    in_scope: int
    disposed: int
    by_significance: Mapping[Significance, int]
    by_disposition: Mapping[Disposition, int]
    outside: int

    @property
    def open(self) -> int:
        """How many wait for a decision."""
        return self.in_scope - self.disposed


class CaseView(NamedTuple):
    """A case and how far it is."""

    case: Case
    progress: Progress


def view(case: Case) -> CaseView:
    """A case with how far it is."""
    return CaseView(case, progress(case))


def visible_to(person: Person | None) -> Select[Any]:
    """The cases about standards whose records a person may read."""
    wanted = select(Case).join(Case.asset).options(*lean())
    return wanted if person is None else assets.visible_to(person, wanted)


def by_id(person: Person, key: int, *, lock: bool = False) -> Case:
    """A case, read afresh; raises NotFound, also for strangers. `lock` keeps others away until the commit."""
    wanted = visible_to(person).where(Case.id == key).execution_options(populate_existing=True)
    found: Case | None = db.session.scalar(wanted.with_for_update(of=Case) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no case %(key)s, or you may not see it.", key=key))
    return found


def readable(person: Person, keys: Collection[int]) -> frozenset[int]:
    """Which of some cases a person may read."""
    wanted = select(Case.id).join(Case.asset).where(Case.id.in_(sorted(keys)))
    return frozenset(db.session.scalars(assets.visible_to(person, wanted)) if keys else ())


def opened_by(person: Person | None, key: int) -> Case | None:
    """The case that a record, by its key, opened and that stands; None also for whoever may not see it."""
    wanted = visible_to(person).where(Case.calibration_id == key, Case.state != CaseState.WITHDRAWN)
    found: Case | None = db.session.scalar(wanted)
    return found


def page_of(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    state: CaseState | None = None,
    asset: str | None = None,
) -> paging.Page[Case]:
    """Cases a person may read, the newest first; `asset` is the tag of a standard."""
    wanted = visible_to(person)
    if state is not None:
        wanted = wanted.where(Case.state == state)
    if asset is not None:
        wanted = wanted.where(Case.asset_id == assets.by_tag(person, asset).id)
    return paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)


def open_cases(person: Person, *, limit: int = 10) -> Sequence[Case]:
    """The cases that wait for somebody, the oldest first."""
    wanted = visible_to(person).where(Case.state.in_(ACTIVE)).order_by(Case.id).limit(limit)
    found: Sequence[Case] = db.session.scalars(wanted).all()
    return found


def active_about(asset: Asset) -> Sequence[Case]:
    """The cases about a standard that wait for somebody, the newest first, a few of them."""
    wanted = select(Case).where(Case.asset_id == asset.id, Case.state.in_(ACTIVE)).order_by(Case.id.desc()).limit(FEW)
    return db.session.scalars(wanted).all()


def cases_of(asset: Asset, *, limit: int = 10) -> Sequence[Case]:
    """The cases about a standard, the newest first."""
    wanted = select(Case).where(Case.asset_id == asset.id).order_by(Case.id.desc()).limit(limit)
    return db.session.scalars(wanted).all()


def items_of(
    case: Case,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    bearing: Bearing | None = None,
    significance: Significance | None = None,
    disposition: Disposition | None = None,
    decided: str | None = None,
) -> paging.Page[CaseItem]:
    """Items of a case, the worst first; without `bearing` those within its scope. `decided` is `yes` or `no`."""
    wanted = select(CaseItem).where(CaseItem.case_id == case.id).options(*shown())
    wanted = wanted.where(CaseItem.bearing.in_(IN_SCOPE) if bearing is None else CaseItem.bearing == bearing)
    if significance is not None:
        wanted = wanted.where(CaseItem.significance == significance)
    if disposition is not None:
        wanted = wanted.where(CaseItem.disposition == disposition)
    if decided is not None:
        wanted = wanted.where(CaseItem.disposition.is_(None) if decided == "no" else CaseItem.disposition.is_not(None))
    return paging.page(wanted, WORST_FIRST, limit=limit, cursor=cursor, count=count)


def via(case: Case, items: Sequence[CaseItem]) -> dict[int, CaseItem]:
    """The nearest item of the case by which each item relied on its standard, by key; none for those right below it."""
    below = {item.calibration_id: item for item in items if item.depth > 1}
    if not below:
        return {}
    wanted = (
        select(Reliance.child_id, CaseItem)
        .join(CaseItem, CaseItem.calibration_id == Reliance.parent_id)
        .where(Reliance.child_id.in_(below), CaseItem.case_id == case.id)
        .options(*shown())
        .order_by(CaseItem.depth.desc(), CaseItem.id.desc())
    )
    return {below[child].id: parent for child, parent in db.session.execute(wanted)}


def progress(case: Case) -> Progress:
    """How far a case is: one statement."""
    grouped = (CaseItem.bearing, CaseItem.significance, CaseItem.disposition)
    counted = select(*grouped, func.count()).where(CaseItem.case_id == case.id).group_by(*grouped)
    rows = [(row[0], row[1], row[2], int(row[3])) for row in db.session.execute(counted)]
    inside = [row for row in rows if row[0] in IN_SCOPE]
    return Progress(
        found=sum(row[3] for row in rows),
        pending=sum(row[3] for row in rows if row[0] is Bearing.PENDING),
        in_scope=sum(row[3] for row in inside),
        disposed=sum(row[3] for row in inside if row[2] is not None),
        by_significance={one: sum(row[3] for row in inside if row[1] is one) for one in Significance},
        by_disposition={one: sum(row[3] for row in inside if row[2] is one) for one in Disposition},
        outside=sum(row[3] for row in rows if row[0] in {Bearing.OUTSIDE, Bearing.UPSTREAM_OUTSIDE}),
    )


def concerned(case: Case) -> list[tuple[Organisation, list[CaseItem]]]:
    """Whom a case concerns: the owners of its items within its scope, each with theirs, the worst first."""
    wanted = (
        select(CaseItem)
        .where(CaseItem.case_id == case.id, CaseItem.bearing.in_(IN_SCOPE))
        .options(*shown())
        .order_by(CaseItem.owner_id, CaseItem.rank, CaseItem.id)
    )
    found: dict[int, tuple[Organisation, list[CaseItem]]] = {}
    for item in db.session.scalars(wanted):
        found.setdefault(item.owner_id, (item.owner, []))[1].append(item)
    return list(found.values())


def owners(case: Case) -> list[tuple[Organisation, int]]:
    """Whom a case concerns, each with how many items within its scope, most first."""
    number = func.count(CaseItem.id)
    wanted = (
        select(Organisation, number)
        .join(CaseItem, CaseItem.owner_id == Organisation.id)
        .where(CaseItem.case_id == case.id, CaseItem.bearing.in_(IN_SCOPE))
        .group_by(Organisation.id)
        .order_by(number.desc(), Organisation.id)
    )
    return [(row[0], int(row[1])) for row in db.session.execute(wanted)]


def doubts_about(record: Calibration) -> Sequence[CaseItem]:
    """What cases say of a record: the items that leave a mark on it."""
    wanted = select(CaseItem).where(CaseItem.calibration_id == record.id, CaseItem.doubt.is_not(None))
    return db.session.scalars(wanted.options(joinedload(CaseItem.case)).order_by(CaseItem.id)).all()


def doubts_on(asset: Asset) -> Sequence[CaseItem]:
    """What cases say of the records of an asset."""
    wanted = select(CaseItem).where(CaseItem.asset_id == asset.id, CaseItem.doubt.is_not(None))
    return db.session.scalars(wanted.options(*shown()).order_by(CaseItem.id)).all()


def touched_by(record: Calibration) -> list[tuple[Case, int]]:
    """The cases whose standard, or an item within their scope, an issued record relied on; with its depth.

    Cases that were signed off are among them; but what relied on an item that was decided to be good there is none of
    theirs.
    """
    edges = select(Reliance.standard_id, Reliance.parent_id).where(Reliance.child_id == record.id).subquery()
    directly = (
        select(Case)
        .where(Case.state != CaseState.WITHDRAWN, Case.asset_id.in_(select(edges.c.standard_id)))
        .where(or_(Case.from_on.is_(None), Case.from_on <= record.performed_on))
        .where(or_(Case.until_on.is_(None), Case.until_on >= record.performed_on))
    )
    found = {case.id: (case, 1) for case in db.session.scalars(directly)}
    in_doubt = or_(Case.state.in_(ACTIVE), CaseItem.disposition != Disposition.NO_EFFECT)
    by_way = (
        select(Case, func.min(CaseItem.depth) + 1)
        .join(CaseItem, CaseItem.case_id == Case.id)
        .where(Case.state != CaseState.WITHDRAWN, CaseItem.bearing.in_(IN_SCOPE), in_doubt)
        .where(CaseItem.calibration_id.in_(select(edges.c.parent_id)))
        .group_by(Case.id)
    )
    for case, depth in db.session.execute(by_way):
        found.setdefault(case.id, (case, depth))
    return list(found.values())


def failures_without_a_case(standards: Collection[int]) -> Sequence[Calibration]:
    """Issued records of some standards, or of the sets they belong to, that failed when nothing relied on them yet."""
    sets = select(Asset.parent_id).where(Asset.id.in_(standards), Asset.parent_id.is_not(None))
    known = exists().where(Case.calibration_id == Calibration.id)
    wanted = select(Calibration).where(
        Calibration.asset_id.in_(union_all(select(Asset.id).where(Asset.id.in_(standards)), sets)),
        Calibration.status == RecordStatus.ISSUED,
        or_(Calibration.outcome.in_(FAILED), Calibration.recomputed.in_(FAILED)),
        ~known,
    )
    return db.session.scalars(wanted.order_by(Calibration.performed_on, Calibration.id)).all()


def amended_by(record: Calibration) -> Sequence[CaseItem]:
    """The items of cases, within their scope, whose record another one amends."""
    if record.amends_id is None:
        return []
    wanted = select(CaseItem).join(CaseItem.case).options(contains_eager(CaseItem.case))
    wanted = wanted.where(CaseItem.calibration_id == record.amends_id, CaseItem.bearing.in_(IN_SCOPE))
    return db.session.scalars(wanted.where(Case.state != CaseState.WITHDRAWN).order_by(CaseItem.id)).all()


def lean() -> tuple[LoaderOption, ...]:
    """A case with its standard and nothing more of that."""
    bare = lazyload(Asset.characteristics), lazyload(Asset.schedules)
    return (joinedload(Case.asset, innerjoin=True).options(*bare),)


def shown() -> tuple[LoaderOption, ...]:
    """What a line of a case shows, in one statement."""
    bare = lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules)
    return (
        joinedload(CaseItem.asset, innerjoin=True).options(*bare),
        joinedload(CaseItem.owner, innerjoin=True),
        joinedload(CaseItem.calibration, innerjoin=True).joinedload(Calibration.lab),
    )
