"""Which activities there are, who may see them, and who was trained."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.places import lying_in, spelt
from registry.accounts.rules import OrganisationKind, Verb
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Forbidden, Invalid, NotFound
from registry.kernel.files.attachments import Hook
from registry.kernel.i18n import _
from registry.kernel.text import like_pattern, shown
from registry.plan.activities.models import Activity, ActivityFile, ActivityStep, Enterprise, Participant
from registry.plan.activities.rules import ActivityKind, Aspect, Ownership, ParticipantKind, adds

NEWEST = paging.Order((Activity.__table__.c.held_to, Activity.__table__.c.id), descending=True)
BY_NAME = paging.Order((Organisation.__table__.c.name_vi, Organisation.__table__.c.id))


class Headcount(NamedTuple):
    """How many people of a kind came, and how often all of them together."""

    kind: ParticipantKind
    persons: int
    attendances: int


def seen_by(person: Person | None) -> ColumnElement[bool]:
    """That the person may see an activity: it is of an organisation of theirs, or about one."""
    reach = accounts.reach(person) if person is not None else None
    if reach is None:
        return true()
    return or_(Activity.organiser_id.in_(reach), Activity.subject_id.in_(reach))


def place() -> ColumnElement[int]:
    """Where an activity was: of whom it is about, or else of who held it."""
    return func.coalesce(Activity.subject_id, Activity.organiser_id)


def by_id(person: Person | None, id: int, *, lock: bool = False) -> Activity:
    """An activity; raises NotFound, also when the person may not know of it."""
    wanted = _activities(person).where(Activity.id == id).execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=Activity) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no activity with the number %(id)s.", id=id))
    return found


def found_by(
    person: Person | None,
    *,
    q: str | None = None,
    kind: ActivityKind | None = None,
    aspect: Aspect | None = None,
    organiser: str | None = None,
    subject: str | None = None,
    since: date | None = None,
    until: date | None = None,
    commune: str | None = None,
    void: bool = False,
) -> Select[Activity]:
    """The activities that answer to every filter; `void` gives those that were made void instead of the others."""
    wanted = _activities(person).where(Activity.voided_at.is_not(None) if void else Activity.voided_at.is_(None))
    if q:
        wanted = wanted.where(Activity.search.like(like_pattern(q), escape="\\"))
    if kind is not None:
        wanted = wanted.where(Activity.kind == kind)
    if aspect is not None:
        wanted = wanted.where(Activity.aspect == aspect)
    for code, column in ((organiser, Activity.organiser_id), (subject, Activity.subject_id)):
        if code is not None:
            wanted = wanted.where(column.in_(select(Organisation.id).where(Organisation.code == code)))
    if commune is not None:
        there = lying_in(commune)
        held = and_(Activity.subject_id.is_(None), Activity.organiser_id.in_(there))
        wanted = wanted.where(or_(Activity.subject_id.in_(there), held))
    if since is not None:
        wanted = wanted.where(Activity.held_to >= since)
    return wanted if until is None else wanted.where(Activity.held_to <= until)


def page_of(
    person: Person | None,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    **asked: object,
) -> paging.Page[Activity]:
    """Activities that answer to the filters of `found_by`, newest first."""
    wanted = found_by(person, **asked)  # type: ignore[arg-type]  # the list's own schema gives them
    return paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)


def sees_people(person: Person | None, activity: Activity) -> bool:
    """Whether somebody may read the names of who was trained: the organiser's people, and planners over it."""
    verbs = Verb.ACTIVITY_WRITE, Verb.EVIDENCE_DECIDE
    return person is None or any(accounts.may(person, verb, activity.organiser_id) for verb in verbs)


def people_of(
    person: Person | None,
    activity: Activity,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
) -> paging.Page[Participant]:
    """Who was trained. Raises Forbidden for those who may only know how many."""
    if not sees_people(person, activity):
        raise Forbidden(_("Only the organiser's people, planners over it and administrators may read who was trained."))
    wanted = select(Participant).where(Participant.activity_id == activity.id)
    return paging.page(wanted, paging.Order((Participant.__table__.c.id,)), limit=limit, cursor=cursor, count=count)


def headcounts(activity: Activity) -> list[Headcount]:
    """How many people of each kind came, as far as they are on a list."""
    wanted = select(Participant.kind, func.count(), func.sum(Participant.sessions))
    wanted = wanted.where(Participant.activity_id == activity.id).group_by(Participant.kind)
    return sorted(Headcount(kind, persons, int(times)) for kind, persons, times in db.session.execute(wanted))


def most(key: str, unit: str | None) -> int:
    """What the activity under a key adds to a row that counts in a unit; none where there is no such one."""
    found = db.session.execute(select(Activity.quantity, Activity.persons).where(Activity.id == int(key))).first()
    return adds(found.quantity, found.persons, unit) if found is not None else 0


def stage_days(key: str) -> set[date]:
    """The days on which the activity under a key reached its stages."""
    return set(db.session.scalars(select(ActivityStep.on).where(ActivityStep.activity_id == int(key))))


def hook(activity: Activity) -> Hook[ActivityFile]:
    """Where the files of an activity hang."""
    return Hook(ActivityFile, "activity_id", activity.id, ("activity", activity.id))


def enterprises(
    person: Person | None,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
    ownership: Ownership | None = None,
    commune: str | None = None,
) -> paging.Page[Enterprise]:
    """Enterprises whose records the person may see, by name."""
    wanted = _enterprises(person)
    if q:
        wanted = wanted.where(Organisation.search.like(like_pattern(q), escape="\\"))
    if ownership is not None:
        wanted = wanted.where(Enterprise.ownership == ownership)
    if commune is not None:
        wanted = wanted.where(Enterprise.commune.in_(spelt(commune)))
    return paging.page(wanted, BY_NAME, limit=limit, cursor=cursor, count=count)


def enterprise_by_code(person: Person | None, code: str, *, lock: bool = False) -> Enterprise:
    """An enterprise; raises NotFound, also when the person may not know of it."""
    wanted = _enterprises(person).where(Organisation.code == code).execution_options(populate_existing=True)
    found = db.session.scalar(wanted.with_for_update(of=Enterprise) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no enterprise with the code “%(code)s”.", code=shown(code)))
    return found


def subject_choices(person: Person, *, limit: int = 500) -> Sequence[Organisation]:
    """Enterprises and service organisations of the person's reach, by name."""
    kinds = (OrganisationKind.ENTERPRISE, OrganisationKind.SERVICE_ORGANISATION, OrganisationKind.PUBLIC_SERVICE)
    wanted = select(Organisation).where(Organisation.kind.in_(kinds)).order_by(Organisation.name_vi).limit(limit)
    territory = accounts.territory(person)
    return db.session.scalars(wanted if territory is None else wanted.where(Organisation.id.in_(territory))).all()


def province_bodies(person: Person) -> Sequence[Organisation]:
    """The provinces an enterprise may belong to."""
    wanted = select(Organisation).where(Organisation.kind == OrganisationKind.PROVINCE, Organisation.valid_to.is_(None))
    territory = accounts.territory(person)
    inside = wanted if territory is None else wanted.where(Organisation.id.in_(territory))
    return db.session.scalars(inside.order_by(Organisation.name_vi).limit(100)).all()


def subject_field(person: Person | None, code: str, field: str = "subject") -> Organisation:
    """The organisation of the person's province that a field names; raises Invalid beside that field."""
    found = accounts.organisation_field(code, field)
    territory = accounts.territory(person) if person is not None else None
    if territory is not None:
        inside = select(Organisation.id).where(Organisation.id == found.id, Organisation.id.in_(territory))
        if db.session.scalar(inside) is None:
            raise Invalid({field: [_("“%(code)s” is not in your province.", code=shown(code))]})
    return found


def _activities(person: Person | None) -> Select[Activity]:
    shows = (
        joinedload(Activity.organiser, innerjoin=True),
        joinedload(Activity.subject),
        joinedload(Activity.recorded_by),
        selectinload(Activity.steps),
    )
    return select(Activity).options(*shows).where(seen_by(person))


def _enterprises(person: Person | None) -> Select[Enterprise]:
    wanted = select(Enterprise).join(Organisation, Organisation.id == Enterprise.organisation_id)
    wanted = wanted.options(joinedload(Enterprise.organisation, innerjoin=True))
    reach = accounts.reach(person) if person is not None else None
    return wanted if reach is None else wanted.where(Enterprise.organisation_id.in_(reach))
