"""How people want to be told, what was told, what is put off, and what a calendar shows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.interfaces import LoaderOption

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets.models import Asset, Schedule
from registry.assets.queries import by_tag
from registry.calibration.cases.models import CaseItem
from registry.calibration.notices.days import SOURCES
from registry.calibration.notices.models import CalendarFeed, NoticePreference, NoticeSnooze, Webhook
from registry.calibration.notices.readers import WATCHES
from registry.calibration.notices.rules import DueKind
from registry.kernel import paging
from registry.kernel.audit import AuditEntry
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.outbox.models import Message
from registry.kernel.outbox.rules import OPEN, STUCK, MessageState

MOST_IN_A_FEED = 2000
UNSENT = 30
BACK, AHEAD = timedelta(days=365), timedelta(days=3 * 366)
NEWEST = paging.Order((Message.__table__.c.id,), descending=True)


def preference_of(person: Person) -> NoticePreference:
    """How a person wants to be told; the defaults, not stored, for who never said."""
    found = db.session.get(NoticePreference, person.id, populate_existing=True)
    return found or NoticePreference(person_id=person.id)


def preferences(people: Iterable[Person]) -> dict[int, NoticePreference]:
    """How each of some people wants to be told, as far as they said."""
    wanted = select(NoticePreference).where(NoticePreference.person_id.in_([person.id for person in people]))
    return {found.person_id: found for found in db.session.scalars(wanted)}


def snoozes(person: Person) -> Sequence[NoticeSnooze]:
    """What a person has put off, the first to end first."""
    wanted = select(NoticeSnooze).options(*_snooze_line()).filter_by(person_id=person.id, ended_on=None)
    return db.session.scalars(wanted.order_by(NoticeSnooze.until, NoticeSnooze.id)).all()


def snooze_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[NoticeSnooze]:
    """What is put off in the organisations a person works for, by whomever, newest first."""
    theirs = Asset.owner_id.in_(accounts.acting(person, WATCHES))
    owned = exists().where(Asset.id == NoticeSnooze.asset_id, theirs)
    open_ = NoticeSnooze.ended_on.is_(None)
    wanted = select(NoticeSnooze).options(*_snooze_line()).where(open_, or_(NoticeSnooze.person_id == person.id, owned))
    order = paging.Order((NoticeSnooze.__table__.c.id,), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def snooze_by_key(person: Person, key: int) -> NoticeSnooze:
    """A snooze of the person's own that still holds; raises NotFound."""
    wanted = select(NoticeSnooze).options(*_snooze_line()).filter_by(id=key, person_id=person.id, ended_on=None)
    found = db.session.scalar(wanted)
    if found is None:
        raise NotFound(_("There is nothing that you put off under %(key)s.", key=key))
    return found


def due_field(person: Person, tag: str, kind: DueKind) -> tuple[Asset, Schedule | None, date]:
    """The due date a snooze names, of an asset the person looks after; a shelf life has no schedule. Raises Invalid."""
    try:
        asset = by_tag(person, tag)
    except NotFound as error:
        raise Invalid({"asset": [error.detail]}) from error
    if not accounts.may(person, WATCHES, asset.owner_id):
        raise Invalid({"asset": [_("You are not told of this asset; its owner's people are.")]})
    if kind is DueKind.SHELF_LIFE and asset.expires_on is not None:
        return asset, None, asset.expires_on
    for schedule in asset.required_schedules:
        if schedule.kind.value == kind.value and schedule.due_on is not None:
            return asset, schedule, schedule.due_on
    raise Invalid({"kind": [_("This asset has no due date of that kind; choose one of its schedules.")]})


def log_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[Message]:
    """What was sent, or is about to be sent, to a person; newest first."""
    return paging.page(select(Message).filter_by(person_id=person.id), NEWEST, limit=limit, cursor=cursor, count=count)


def letter_by_key(person: Person, key: int) -> Message:
    """One message to a person; raises NotFound for anybody else's."""
    found = db.session.scalar(select(Message).filter_by(id=key, person_id=person.id))
    if found is None:
        raise NotFound(_("There is no message %(key)s to you.", key=key))
    return found


def outbox_page(
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    state: MessageState | None = None,
) -> paging.Page[Message]:
    """Every message, newest first, of one state or of all."""
    wanted = select(Message) if state is None else select(Message).where(Message.state == state)
    return paging.page(wanted, NEWEST, limit=limit, cursor=cursor, count=count)


def outbox_counts() -> dict[MessageState, int]:
    """How many messages are in each state that is not done with."""
    open_ = [state for state in MessageState if state not in {MessageState.SENT, MessageState.WITHDRAWN}]
    wanted = select(Message.state, func.count()).where(Message.state.in_(open_)).group_by(Message.state)
    return dict.fromkeys(open_, 0) | {row[0]: row[1] for row in db.session.execute(wanted)}


def unsent(*, limit: int = UNSENT) -> Sequence[Message]:
    """What waits or was given up, what was given up first, the newest of each."""
    first = case({MessageState.FAILED: 0, MessageState.UNHEARD: 1}, value=Message.state, else_=2)
    wanted = select(Message).where(Message.state.in_((*OPEN, *STUCK))).order_by(first, Message.id.desc())
    return db.session.scalars(wanted.limit(limit)).all()


def outbox_message(key: int) -> Message:
    """One message, locked; raises NotFound."""
    found = db.session.scalar(select(Message).filter_by(id=key).with_for_update())
    if found is None:
        raise NotFound(_("There is no message %(key)s.", key=key))
    return found


def webhook_page(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[Webhook]:
    """The webhooks of organisations a person manages, newest first."""
    wanted = _webhooks(person).where(Webhook.removed_at.is_(None))
    order = paging.Order((Webhook.__table__.c.id,), descending=True)
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def webhook_by_key(person: Person, key: int) -> Webhook:
    """A webhook of an organisation the person manages; raises NotFound."""
    found = db.session.scalar(
        _webhooks(person).where(Webhook.id == key, Webhook.removed_at.is_(None)).with_for_update(of=Webhook)
    )
    if found is None:
        raise NotFound(_("There is no webhook %(key)s, or you may not see it.", key=key))
    return found


def last_messages(hooks: Iterable[Webhook]) -> dict[int, Message]:
    """What became of the latest message to each of some webhooks."""
    latest = select(func.max(Message.id)).where(Message.webhook_id.in_([hook.id for hook in hooks]))
    found = db.session.scalars(select(Message).where(Message.id.in_(latest.group_by(Message.webhook_id))))
    return {message.webhook_id: message for message in found if message.webhook_id is not None}


def webhooks() -> Sequence[Webhook]:
    """The live webhooks."""
    return db.session.scalars(
        select(Webhook).where(Webhook.active, Webhook.removed_at.is_(None)).order_by(Webhook.id)
    ).all()


def feed_of(person: Person) -> CalendarFeed | None:
    """A person's calendar feed."""
    return db.session.get(CalendarFeed, person.id, populate_existing=True)


def feed_person(token_hash: str) -> Person:
    """Whose calendar a token opens. Raises NotFound, also when their access has ended or no role is left to them."""
    wanted = select(Person).join(CalendarFeed, CalendarFeed.person_id == Person.id)
    person = db.session.scalar(wanted.where(CalendarFeed.token_hash == token_hash, Person.active))
    if person is None or not accounts.may(person, WATCHES, None):
        raise NotFound(_("There is no calendar at this address; it may have been renewed or taken away."))
    return person


def calendar(person: Person, on: date) -> Sequence[Row[Any]]:
    """The due dates in a person's calendar, from a year back to three years ahead, the earliest of each kind first."""
    theirs = Asset.owner_id.in_(accounts.acting(person, WATCHES))
    rows: list[Row[Any]] = []
    for days in SOURCES:
        wanted = days.lines().add_columns(_revised_at()).where(theirs, days.due_on.between(on - BACK, on + AHEAD))
        rows += db.session.execute(wanted.limit(MOST_IN_A_FEED)).all()
    return rows


def _revised_at() -> ColumnElement[datetime | None]:
    """When an asset last changed, or a case decided about it, as its log tells: its day may have moved then."""
    logged = select(AuditEntry.at).where(AuditEntry.subject_type == "asset", AuditEntry.subject_key == Asset.tag)
    written = logged.order_by(AuditEntry.id.desc()).limit(1).correlate(Asset).scalar_subquery()
    decided = select(func.max(CaseItem.disposed_at)).where(CaseItem.asset_id == Asset.id).correlate(Asset)
    newest = decided.scalar_subquery()
    return case((newest > written, newest), else_=written).label("revised_at")


def _webhooks(person: Person) -> Select[Webhook]:
    wanted = select(Webhook).options(joinedload(Webhook.organisation)).execution_options(populate_existing=True)
    if accounts.may(person, Verb.JOB_RUN, None):  # an administrator's are all
        return wanted
    return wanted.where(Webhook.organisation_id.in_(accounts.acting(person, Verb.WEBHOOK_WRITE)))


def _snooze_line() -> tuple[LoaderOption, ...]:
    lean = lazyload(Asset.owner), lazyload(Asset.characteristics), lazyload(Asset.schedules)
    return (
        joinedload(NoticeSnooze.schedule),
        joinedload(NoticeSnooze.asset).options(*lean),
        joinedload(NoticeSnooze.person).lazyload(Person.memberships),
    )
