"""What waits for a manager: results to approve, extensions to grant, intervals to decide about, and earlier reviews."""

from typing import Any, Final, NamedTuple

from sqlalchemy import Boolean, ColumnElement, Select, exists, func, literal_column, or_, select
from sqlalchemy.orm import joinedload, lazyload

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets.models import Asset, Schedule
from registry.assets.queries import visible_to
from registry.calibration.due.models import DueExtension
from registry.calibration.models import Calibration
from registry.calibration.queries import wrote
from registry.calibration.review.models import IntervalReview
from registry.kernel import paging
from registry.kernel.db import db
from registry.labs.models import Lab

DECIDES: Final = Verb.CALIBRATION_APPROVE
OLDEST: Final = {table: paging.Order((table.__table__.c.id,)) for table in (Calibration, DueExtension, IntervalReview)}

BARE: Final = (lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules))


class Waiting(NamedTuple):
    """How much of each waits for a person."""

    records: int
    extensions: int
    reviews: int
    copies: int = 0


def counted(person: Person) -> Waiting:
    """How much waits for a person's decision: one statement."""
    wanted = (_records(person), _extensions(person), _reviews(person), _copies(person))
    counts = [one.with_only_columns(func.count(), maintain_column_froms=True).scalar_subquery() for one in wanted]
    return Waiting(*db.session.execute(select(*counts)).one())


def record_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[Calibration]:
    """Results that were handed in and that a person may approve: what others recorded, the oldest first."""
    wanted = _records(person).options(joinedload(Calibration.asset, innerjoin=True).options(*BARE))
    return paging.page(wanted, OLDEST[Calibration], limit=limit, cursor=cursor, count=count)


def copy_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[Calibration]:
    """Certificates of a person's laboratories that wait for a second look, the oldest first."""
    wanted = _copies(person).options(joinedload(Calibration.asset, innerjoin=True).options(*BARE))
    return paging.page(wanted, OLDEST[Calibration], limit=limit, cursor=cursor, count=count)


def extension_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[DueExtension]:
    """Extensions that others asked for and that a person may grant, the oldest first."""
    wanted = _extensions(person).options(
        joinedload(DueExtension.schedule), joinedload(DueExtension.asset).options(*BARE)
    )
    return paging.page(wanted, OLDEST[DueExtension], limit=limit, cursor=cursor, count=count)


def review_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[IntervalReview]:
    """Proposed intervals that a person may decide about, the oldest first."""
    wanted = _reviews(person).options(
        joinedload(IntervalReview.schedule), joinedload(IntervalReview.asset).options(*BARE)
    )
    return paging.page(wanted, OLDEST[IntervalReview], limit=limit, cursor=cursor, count=count)


def newest_reviews(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[IntervalReview]:
    """All reviews of intervals of the assets whose records a person may read, decided or not, newest first."""
    of_seen = visible_to(person, select(Asset.id)).where(Schedule.id == IntervalReview.schedule_id)
    wanted = select(IntervalReview).where(of_seen.where(Asset.id == Schedule.asset_id).exists())
    wanted = wanted.options(joinedload(IntervalReview.schedule), joinedload(IntervalReview.asset).options(*BARE))
    order = paging.Order((IntervalReview.__table__.c.id,), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def _records(person: Person) -> Select[Any]:
    """A laboratory's people approve its results, an owner's those without one, and never who wrote any version.

    The state is written out, as in its index.
    """
    theirs = accounts.acting(person, DECIDES)
    own = or_(Calibration.recorded_by_id == person.id, Calibration.submitted_by_id == person.id)
    owned = exists().where(Calibration.lab_id.is_(None), Asset.id == Calibration.asset_id, Asset.owner_id.in_(theirs))
    done = exists().where(Lab.id == Calibration.lab_id, Lab.organisation_id.in_(theirs))
    submitted = Calibration.status == literal_column("'submitted'")
    return select(Calibration).where(submitted, or_(owned, done), own.is_not(True), ~wrote(person.id))


def _copies(person: Person) -> Select[Any]:
    """Certificates of a person's laboratories that somebody else copied here and nobody confirmed yet.

    The state is written out, as in its index.
    """
    unseen = (
        Calibration.status == literal_column("'issued'"),
        literal_column("calibration.recorded_by_lab", Boolean),
        Calibration.approved_at.is_(None),
        Calibration.import_id.is_(None),
        Calibration.seen_at.is_(None),
    )
    done = exists().where(Lab.id == Calibration.lab_id, Lab.organisation_id.in_(accounts.acting(person, DECIDES)))
    return select(Calibration).where(*unseen, done, Calibration.recorded_by_id.is_distinct_from(person.id))


def _extensions(person: Person) -> Select[Any]:
    wanted = select(DueExtension).where(DueExtension.ended_at.is_(None), DueExtension.granted_at.is_(None))
    others = DueExtension.asked_by_id.is_distinct_from(person.id)
    return wanted.where(others, _of_theirs(person, DueExtension))


def _reviews(person: Person) -> Select[Any]:
    others = IntervalReview.made_by_id.is_distinct_from(person.id)
    return select(IntervalReview).where(IntervalReview.decision.is_(None), others, _of_theirs(person, IntervalReview))


def _of_theirs(person: Person, table: type[DueExtension | IntervalReview]) -> ColumnElement[bool]:
    theirs = Asset.owner_id.in_(accounts.acting(person, DECIDES))
    return exists().where(Schedule.id == table.schedule_id, Asset.id == Schedule.asset_id, theirs)
