"""Everything that rests on a standard, at any depth: one recursive statement, as each database runs it well.

SQLite, once it has counted its tables, prepares a Bloom filter over all edges for each question; a range of one value
keeps it to the index. PostgreSQL may read all edges for each step; a subquery it cannot pull up keeps it to the index.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import CTE, ColumnElement, Integer, Select, Table, and_, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import Bundle

from registry.accounts.models import Organisation
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration.cases.rules import Disposition
from registry.calibration.models import Calibration
from registry.calibration.rules import FAILED, GOOD, TRACEABLE, CalibrationKind, Outcome, RecordStatus
from registry.calibration.traceability.doubted import Finding, findings
from registry.calibration.traceability.measured import Point, leaves_good, point_of
from registry.calibration.traceability.models import Reliance
from registry.calibration.traceability.reliance import family
from registry.calibration.traceability.rules import CONFIRMING
from registry.calibration.verdicts import judged
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.i18n import current_locale
from registry.labs.models import Lab

edge = cast("Table", Reliance.__table__)
MOST_STEPS: Final = 400  # no chain is so long; rings of before they were refused end here


class Window(NamedTuple):
    """The days on which a standard was relied on that are asked about, both inclusive; None is no end."""

    since: date | None = None
    until: date | None = None


class Hit(NamedTuple):
    """A record that relied on a standard, `depth` steps away, and what a case about that says of it."""

    id: int
    depth: int
    asset: str
    name: str
    owner: str
    kind: CalibrationKind
    performed_on: date
    certificate_no: str | None
    lab: str | None
    outcome: Outcome
    status: RecordStatus
    asset_id: int
    label_tag: str | None
    owner_vi: str
    owner_en: str
    said: Finding | None

    @property
    def current_tag(self) -> str:
        """What the label that is on the item says."""
        return self.label_tag or self.asset

    @property
    def owner_name(self) -> str:
        """The owner's name in the language of the request."""
        return self.owner_en if current_locale() == "en" else self.owner_vi

    @property
    def case(self) -> int | None:
        """The case that says something of it."""
        return self.said.case if self.said else None

    @property
    def doubt(self) -> Doubt | None:
        """What that case leaves in doubt."""
        return self.said.doubt if self.said else None

    @property
    def disposition(self) -> Disposition | None:
        """What was decided in it."""
        return self.said.disposition if self.said else None


class Impact(NamedTuple):
    """What relied on a standard: since when, its last good record before, and a page of what was found.

    `cut_at` is the number of steps after which the search ended before the chain did, told on the last page.
    """

    asset: Asset
    since: date | None
    last_good: Calibration | None
    page: paging.Page[Hit]
    cut_at: int | None = None


def of(
    asset: Asset,
    *,
    since: date | None = None,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> Impact:
    """What relied on a standard since a day, that of its last good record when none is given; nearest first."""
    good = last_good(asset)
    start = since if since is not None else (good.performed_on if good else None)
    standards = family_of(asset.id)
    found = hits(standards, Window(start)).subquery("hit")
    nearest_first = paging.Order((found.c.depth, found.c.id))
    page = paging.page(_shown(found), nearest_first, limit=limit, cursor=cursor)
    total = how_many(standards, Window(start)) if count == "exact" else None
    deepest = [line.id for line in page.items if line.depth >= MOST_STEPS] if page.next is None else []
    cut_at = MOST_STEPS if goes_on(deepest) else None
    return Impact(asset, start, good, paging.Page(_told(standards, page.items), page.next, total), cut_at)


def _told(standards: Sequence[int], lines: Sequence[Any]) -> list[Hit]:
    """Lines with what the cases about the standards say of each."""
    said = findings(standards, [line.id for line in lines])
    return [Hit._make((*line, said.get(line.id))) for line in lines]


def goes_on(records: Sequence[int]) -> bool:
    """Whether anything relied on some records."""
    return bool(records) and bool(db.session.scalar(select(exists().where(edge.c.parent_id.in_(records)))))


def family_of(asset_id: int) -> list[int]:
    """Ids of an asset, its set and its components."""
    return sorted(db.session.scalars(family(asset_id)))


def how_many(standards: Sequence[int], window: Window, *, most: int | None = None) -> int:
    """How many records rest on some standards; counting may stop at `most`."""
    found = select(reached(standards, window).c.id)
    counted = select(func.count()).select_from((found.limit(most) if most is not None else found).subquery())
    return db.session.scalar(counted) or 0


def rows(standards: Sequence[int], window: Window) -> Select[Any]:
    """A select of lines of all records that rest on some standards."""
    return _shown(hits(standards, window).subquery("hit"))


def hits(standards: Sequence[int], window: Window) -> Select[Any]:
    """Each record that rests on some standards, once, with the fewest steps between them."""
    walk = reached(standards, window, steps=True)
    return select(walk.c.id.label("id"), func.min(walk.c.depth).label("depth")).group_by(walk.c.id)


def nearest(standards: Sequence[int], window: Window, most: int) -> Select[Any]:
    """The first that are found, the nearest first; one that is found by more than one way may be there twice."""
    walk = reached(standards, window, steps=True)
    return select(walk.c.id.label("id"), walk.c.depth.label("depth")).limit(most)


def reached(standards: Sequence[int], window: Window, *, steps: bool = False) -> CTE:
    """The walk down from standards by the records that relied on them; UNION ends it on rings, MOST_STEPS on long ones.

    Without `steps` it keeps the ids alone and so meets each record once.
    """
    start = select(edge.c.child_id.label("id"), *([literal(1, Integer).label("depth")] if steps else []))
    walk = start.where(_used(standards, window)).cte("walk", recursive=True)
    further, joined = _further(walk)
    columns: list[ColumnElement[Any]] = [further.c.child_id]
    if steps:
        columns.append(walk.c.depth + 1)
    onward = select(*columns).select_from(walk.join(further, joined))
    return walk.union(onward.where(walk.c.depth < MOST_STEPS) if steps else onward)


def _further(walk: CTE) -> tuple[Any, ColumnElement[bool]]:
    """The edges that lead on from a step, and how they are joined to it."""
    if db.session.get_bind().dialect.name == "sqlite":
        return edge, edge.c.parent_id.between(walk.c.id, walk.c.id)
    onward = select(edge.c.child_id).where(edge.c.parent_id == walk.c.id).offset(0)
    return onward.lateral("further"), true()


def _used(standards: Sequence[int], window: Window) -> ColumnElement[bool]:
    if not standards:
        return false()
    among = edge.c.standard_id == standards[0] if len(standards) == 1 else edge.c.standard_id.in_(standards)
    since = [edge.c.performed_on >= window.since] if window.since is not None else []
    until = [edge.c.performed_on <= window.until] if window.until is not None else []
    return and_(among, *since, *until)


def last_good(
    asset: Asset,
    *,
    before: Calibration | None = None,
    up_to: date | None = None,
    kinds: Collection[CalibrationKind] = CONFIRMING,
) -> Calibration | None:
    """The newest record that shows that an asset was good on the day of its work; before another one, or up to a day.

    One whose points failed is none, whatever it declares, unless they were good when it left.
    """
    wanted = _declared_good(asset.id, kinds)
    if up_to is not None:
        wanted = wanted.where(Calibration.performed_on <= up_to)
    if before is not None:
        earlier = and_(Calibration.performed_on == before.performed_on, Calibration.id < before.id)
        wanted = wanted.where(or_(Calibration.performed_on < before.performed_on, earlier))
    return _first_good(wanted.order_by(Calibration.performed_on.desc(), Calibration.id.desc()))


def next_good(record: Calibration) -> Calibration | None:
    """The first calibration or verification after a record's day that shows that its asset was good then."""
    later = _declared_good(record.asset_id, TRACEABLE).where(Calibration.performed_on > record.performed_on)
    return _first_good(later.order_by(Calibration.performed_on, Calibration.id))


def _declared_good(asset_id: int, kinds: Collection[CalibrationKind]) -> Select[Any]:
    return select(Calibration).where(
        Calibration.asset_id == asset_id,
        Calibration.status == RecordStatus.ISSUED,
        Calibration.kind.in_(kinds),
        Calibration.outcome.in_(GOOD),
        or_(Calibration.kind != CalibrationKind.VERIFICATION, Calibration.outcome != Outcome.NONE),
    )


def _first_good(ordered: Select[Any]) -> Calibration | None:
    place = 0
    while True:
        found: Calibration | None = db.session.scalar(ordered.limit(1).offset(place))
        if found is None or leaves_good(points_of(found)):
            return found
        place += 1


def points_of(record: Calibration) -> list[Point]:
    """What was measured on a record and decided by its rule, as it is compared."""
    return [
        point_of(held.point)._replace(condemned=held.verdict.outcome in FAILED if held.verdict else None)
        for held in judged(record).points
    ]


def _shown(found: Any) -> Select[Any]:  # noqa: ANN401 — a subquery
    """What a line shows of records that were found."""
    return (
        select(Bundle("line", *_columns(found)))
        .join_from(found, Calibration, Calibration.id == found.c.id)
        .join(Asset, Asset.id == Calibration.asset_id)
        .join(Organisation, Organisation.id == Asset.owner_id)
        .join(Lab, Lab.id == Calibration.lab_id, isouter=True)
    )


def _columns(found: Any) -> list[Any]:  # noqa: ANN401 — a subquery
    return [
        found.c.id,
        found.c.depth,
        Asset.tag.label("asset"),
        Asset.name.label("name"),
        Organisation.code.label("owner"),
        Calibration.kind.label("kind"),
        Calibration.performed_on.label("performed_on"),
        Calibration.certificate_no.label("certificate_no"),
        Lab.code.label("lab"),
        Calibration.outcome.label("outcome"),
        Calibration.status.label("status"),
        Calibration.asset_id.label("asset_id"),
        Asset.label_tag.label("label_tag"),
        Organisation.name_vi.label("owner_vi"),
        Organisation.name_en.label("owner_en"),
    ]
