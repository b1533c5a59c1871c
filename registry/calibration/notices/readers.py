"""What is still to be told to whom: found by set-based statements, each schedule once for each offset."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, or_, select

from registry.accounts import queries as accounts
from registry.accounts.models import Membership, Organisation, OrganisationSuccession, Person
from registry.accounts.rules import Role, Verb, roles_allowing
from registry.assets.models import Asset
from registry.calibration.notices.days import SOURCES, Days, line_of
from registry.calibration.notices.models import Notice, NoticePreference, NoticeSnooze, Webhook
from registry.calibration.notices.rules import Line, NoticeKind, reached
from registry.kernel.db import db

WATCHES = Verb.CALIBRATION_RECORD
OVERDUE = -1  # days before the due date


class Reader(NamedTuple):
    """Whoever is told: a person or a webhook, and the organisations whose schedules concern them."""

    within: Select[int]
    offsets: Sequence[int]
    person_id: int | None = None
    webhook_id: int | None = None

    @property
    def is_theirs(self) -> ColumnElement[bool]:
        """The notices this reader was told."""
        if self.person_id is not None:
            return Notice.person_id == self.person_id
        return Notice.webhook_id == self.webhook_id


def watchers() -> Sequence[Person]:
    """The active people whose role makes them look after schedules, and inspectors who asked to be told."""
    roles = roles_allowing(WATCHES)
    looks_after = Person.memberships.any(Membership.role.in_(roles))
    wanted = select(Person).where(Person.active, or_(looks_after, _asked_as_inspector()))
    return db.session.scalars(wanted.order_by(Person.id)).all()


def inspectors(owners: Collection[int]) -> list[tuple[Person, list[int]]]:
    """The inspectors who asked to be told, with those of some owners that are of a province they inspect."""
    asked = select(Person).where(Person.active, _asked_as_inspector()).order_by(Person.id)
    found = []
    for person in db.session.scalars(asked) if owners else ():
        within = select(Organisation.id).where(Organisation.id.in_(owners))
        theirs = db.session.scalars(within.where(Organisation.id.in_(accounts.inspected(person)))).all()
        if theirs:
            found.append((person, sorted(theirs)))
    return found


def inspected_lines(person: Person, on: date) -> list[Line]:
    """What is overdue in the provinces a person inspects and they were not told of yet."""
    if not accounts.inspects(person):
        return []
    return due_lines(Reader(accounts.inspected(person), (OVERDUE,), person_id=person.id), on)


def _asked_as_inspector() -> ColumnElement[bool]:
    """Inspectors look after nothing; who saved how they want to be told, with letters, is told of their province."""
    asked = exists().where(NoticePreference.person_id == Person.id, NoticePreference.email_on)
    return and_(Person.memberships.any(Membership.role == Role.INSPECTOR), asked)


def caretakers(owners: Collection[int]) -> list[tuple[Person, list[int]]]:
    """The active people who look after some organisations' assets: in each, or else in the nearest one over it.

    Each of them with those organisations, in a number of statements that does not grow with either.
    """
    theirs: dict[int, list[int]] = defaultdict(list)
    for owner, people in nearest_holders(roles_allowing(WATCHES), owners=sorted(owners)).items():
        for person_id in people:
            theirs[person_id].append(owner)
    found = db.session.scalars(select(Person).where(Person.id.in_(theirs)).order_by(Person.id))
    return [(person, theirs[person.id]) for person in found]


def listening(hooks: Sequence[Webhook], owners: Collection[int]) -> list[tuple[Webhook, list[int]]]:
    """Those of some webhooks whose organisation is one of some owners, stands over it or took it over, with these."""
    over = _over()[1] if hooks else {}
    theirs: dict[int, list[int]] = defaultdict(list)
    for owner in sorted(owners) if hooks else ():
        for key in _line_of(owner, over):
            theirs[key].append(owner)
    return [(hook, theirs[hook.organisation_id]) for hook in hooks if hook.organisation_id in theirs]


def nearest_holders(roles: Collection[Role], *, owners: Collection[int] | None = None) -> dict[int, frozenset[int]]:
    """Who holds one of some roles for each organisation: in it, or in the nearest one over it or that took it over."""
    held: dict[int, set[int]] = defaultdict(set)
    active = select(Membership.organisation_id, Membership.person_id).join(Membership.person)
    for organisation_id, person_id in db.session.execute(active.where(Person.active, Membership.role.in_(roles))):
        held[organisation_id].add(person_id)
    keys, over = _over()
    return {key: _nearest(key, over, held) for key in (keys if owners is None else owners)}


def _over() -> tuple[Sequence[int], Mapping[int, set[int]]]:
    """Every organisation, and which stand right over each or took it over."""
    over: dict[int, set[int]] = defaultdict(set)
    keys: list[int] = []
    for key, parent in db.session.execute(select(Organisation.id, Organisation.parent_id)):
        keys.append(key)
        if parent is not None:
            over[key].add(parent)
    for key, successor in db.session.execute(select(OrganisationSuccession.from_id, OrganisationSuccession.to_id)):
        over[key].add(successor)
    return keys, over


def _line_of(key: int, over: Mapping[int, set[int]]) -> set[int]:
    """An organisation and all that stand over it."""
    seen, level = {key}, {key}
    while level:
        level = {upper for step in level for upper in over.get(step, ())} - seen
        seen |= level
    return seen


def _nearest(key: int, over: Mapping[int, set[int]], held: Mapping[int, set[int]]) -> frozenset[int]:
    level, seen = {key}, {key}
    while level:
        found = {person for step in level for person in held.get(step, ())}
        if found:
            return frozenset(found)
        level = {upper for step in level for upper in over.get(step, ())} - seen
        seen |= level
    return frozenset()


def due_lines(reader: Reader, on: date) -> list[Line]:
    """What a reader is to be told of on a day: last valid days whose nearest offset they were not told of yet."""
    return [line for days in SOURCES for line in _due_lines(days, reader, on)] if reader.offsets else []


def _due_lines(days: Days, reader: Reader, on: date) -> list[Line]:
    offsets = reader.offsets
    told = exists().where(
        reader.is_theirs,
        days.are_of(Notice),
        Notice.due_on == days.due_on,
        Notice.kind == NoticeKind.DUE,
        Notice.offset_days <= _nearest_offset(days, offsets, on),
    )
    wanted = days.lines().where(
        Asset.owner_id.in_(reader.within), days.due_on <= on + timedelta(days=max(offsets)), ~told
    )
    if reader.person_id is not None:
        wanted = wanted.where(~_snoozed(days, on, reader.person_id))
    found = db.session.execute(wanted)
    return [line_of(row, on, NoticeKind.DUE, reached(offsets, row.due_on, on) or 0) for row in found]


def escalated_lines(person: Person, owners: Collection[int], days: int | None, on: date) -> list[Line]:
    """What is overdue for more than some days in organisations of a manager, put off by nobody and not told yet."""
    if days is None or not owners:
        return []
    last = on - timedelta(days=days)
    return [line for source in SOURCES for line in _escalated_lines(source, person, owners, last, on)]


def _escalated_lines(days: Days, person: Person, owners: Collection[int], last: date, on: date) -> list[Line]:
    told = exists().where(
        Notice.person_id == person.id,
        days.are_of(Notice),
        Notice.due_on == days.due_on,
        Notice.kind == NoticeKind.ESCALATION,
    )
    wanted = days.lines().where(Asset.owner_id.in_(sorted(owners)), days.due_on < last, ~told, ~_snoozed(days, on))
    return [line_of(row, on, NoticeKind.ESCALATION, 0) for row in db.session.execute(wanted)]


def woken_lines(person: Person, within: Select[int], on: date) -> list[Line]:
    """What a person put off until a day that has come, as far as it still waits for that due date."""
    return [line for days in SOURCES for line in _woken_lines(days, person, within, on)]


def _woken_lines(days: Days, person: Person, within: Select[int], on: date) -> list[Line]:
    woken = (
        days.lines()
        .join(NoticeSnooze, and_(days.are_of(NoticeSnooze), NoticeSnooze.due_on == days.due_on))
        .where(NoticeSnooze.person_id == person.id, NoticeSnooze.ended_on.is_(None), NoticeSnooze.until <= on)
        .where(Asset.owner_id.in_(within))
    )
    return [line_of(row, on, NoticeKind.WOKEN, (row.due_on - on).days) for row in db.session.execute(woken)]


def upcoming_lines(person: Person, offsets: Sequence[int], on: date, *, limit: int) -> list[Line]:
    """What a person's digests are about, told already or not, the earliest due first."""
    ahead = on + timedelta(days=max(offsets, default=0))
    inspects = accounts.inspects(person)
    found: list[Line] = []
    for days in SOURCES:
        theirs = and_(Asset.owner_id.in_(accounts.acting(person, WATCHES)), days.due_on <= ahead)
        if inspects:
            theirs = or_(theirs, and_(Asset.owner_id.in_(accounts.inspected(person)), days.due_on < on))
        rows = db.session.execute(days.lines().where(theirs).limit(limit))
        found += [line_of(row, on, NoticeKind.DUE, 0) for row in rows]
    return sorted(found, key=lambda line: (line.due_on, line.key))[:limit]


def _snoozed(days: Days, on: date, person_id: int | None = None) -> ColumnElement[bool]:
    """Those whose present due date is put off beyond a day, by one person or by anybody."""
    held = exists().where(
        days.are_of(NoticeSnooze),
        NoticeSnooze.due_on == days.due_on,
        NoticeSnooze.ended_on.is_(None),
        NoticeSnooze.until > on,
    )
    return held if person_id is None else held.where(NoticeSnooze.person_id == person_id)


def _nearest_offset(days: Days, offsets: Sequence[int], on: date) -> ColumnElement[int]:
    """The SQL twin of `rules.reached`."""
    return case(*((days.due_on <= on + timedelta(days=offset), offset) for offset in sorted(offsets)))
