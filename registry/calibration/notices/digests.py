"""Digests: what each reader is told of the due dates of a day; put into the outbox with what they are about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Role
from registry.calibration.notices import judging, lapsing, letters, queries, readers
from registry.calibration.notices.letters import Part
from registry.calibration.notices.models import Notice, NoticePreference, NoticeSnooze, Webhook
from registry.calibration.notices.readers import WATCHES, Reader
from registry.calibration.notices.rules import Line, Subject, Weekday, is_digest_due
from registry.calibration.notices.writing import MOST_IN_A_POST, locale_of, note, post, write
from registry.kernel.db import db, insert_into
from registry.kernel.i18n import speaking
from registry.kernel.outbox.models import Message


class Source(NamedTuple):
    """Something else that digests tell of, from a storey above: who may have to be told, what, and that it was told.

    `news` gives what a person was not told of yet by a day at some offsets, `parts` says that in words.
    """

    readers: Callable[[], Sequence[Person]]
    news: Callable[[Person, Sequence[int], date], Sequence[Any]]
    parts: Callable[[Sequence[Any], date, str], Sequence[Part]]
    told: Callable[[Sequence[Any], Message, Person], None]


class Round(NamedTuple):
    """What all letters of a day share."""

    on: date
    base_url: str
    further: Sequence[Source]


def send_digests(on: date, *, base_url: str, mailing: bool, further: Sequence[Source] = ()) -> Mapping[str, int]:
    """Tell everybody what has come up by a day and they were not told yet; nobody to whom there is nothing to say.

    The same day twice tells nothing again, and a day that was missed is caught up on the next. Without a mail server
    (`mailing`) nobody is written to, so that no heap of old letters goes out once there is one.
    """
    people = readers.watchers() if mailing else []
    watching = {person.id for person in people}
    others = {one.id: one for source in further if mailing for one in source.readers() if one.id not in watching}
    preferences = queries.preferences([*people, *others.values()])
    managed = _managed(people)
    day = Round(on, base_url, further)
    told = [
        _digest(person, preferences.get(person.id) or _kept(person), managed.get(person.id, set()), day)
        for person in people
    ]
    for person in others.values():
        preference = preferences.get(person.id) or NoticePreference(person_id=person.id)
        if preference.email_on and is_digest_due(preference.days, on, None):  # missed ones are told with the next
            told.append(_letter(person, preference, [], day))
    posted = [_post(hook, on, base_url) for hook in queries.webhooks()]
    return {"people": sum(map(bool, told)), "lines": sum(told), "webhooks": sum(map(bool, posted))}


def _digest(person: Person, preference: NoticePreference, managed: set[int], day: Round) -> int:
    """Put the digest of somebody who looks after schedules down if one is due and says anything."""
    on = day.on
    if not preference.email_on or not is_digest_due(preference.days, on, preference.looked_on):
        return 0
    since = preference.looked_on
    _looked(NoticePreference, NoticePreference.person_id == person.id, on)
    within = accounts.acting(person, WATCHES)
    woken = readers.woken_lines(person, within, on)
    lines = [
        *readers.escalated_lines(person, managed, preference.escalation_days, on),
        *readers.due_lines(Reader(within, preference.offsets, person_id=person.id), on),
        *woken,
    ]
    known = {line.key for line in lines}
    lines += [line for line in readers.inspected_lines(person, on) if line.key not in known]
    _end_snoozes(person, on)
    return _letter(person, preference, lines, day, since)


def _letter(
    person: Person, preference: NoticePreference, lines: Sequence[Line], day: Round, since: date | None = None
) -> int:
    """Put down what some lines and all else say, if anything; gives how many lines there are."""
    on, base_url = day.on, day.base_url
    news = lapsing.lapsing(person, preference.offsets, on)
    judged = judging.turned(person, since, on)
    others = [(source, found) for source in day.further if (found := source.news(person, preference.offsets, on))]
    if not lines and not news and not judged and not others:
        return 0
    shown = _each_once(lines)
    locale = locale_of(person, preference)
    with speaking(locale):
        tasks = [part for source, found in others for part in source.parts(found, on, locale)]
        besides = letters.Besides(lapsing.parts(news, on, locale), judging.parts(judged), tasks)
        letter = letters.digest(person.name, shown, besides, base_url=base_url, locale=locale)
    message = write(person, letter, f"digest:{person.id}:{on.isoformat()}", locale, base_url)
    if message is None:
        return 0
    if lines:
        _note(lines, message, on, person_id=person.id)
    lapsing.told(news, message, person, on)
    judging.told(judged, message, person)
    for source, found in others:
        source.told(found, message, person)
    return len(shown) + len(news) + len(judged) + sum(len(found) for _source, found in others)


def _post(hook: Webhook, on: date, base_url: str) -> int:
    """Put a webhook's news of the day down, some hundreds in a message; gives how many lines there are."""
    if not is_digest_due(list(Weekday), on, hook.looked_on):
        return 0
    since = hook.looked_on
    _looked(Webhook, Webhook.id == hook.id, on)
    lines = readers.due_lines(Reader(accounts.below(hook.organisation_id), hook.offsets, webhook_id=hook.id), on)
    for first in range(0, len(lines), MOST_IN_A_POST):
        some = lines[first : first + MOST_IN_A_POST]
        items = [_item(line, base_url) for line in some]
        said = {"on": on.isoformat(), "items": items}
        key = f"due:{hook.id}:{on.isoformat()}:{first}"
        message = post(hook, "schedules.due", said, key=key, base_url=base_url)
        if message is not None:
            _note(some, message, on, webhook_id=hook.id)
    news = lapsing.posted(hook.organisation_id, hook.offsets, since, on)
    for first in range(0, len(news), MOST_IN_A_POST):
        items = [lapsing.item(one, on, base_url) for one in news[first : first + MOST_IN_A_POST]]
        said = {"on": on.isoformat(), "items": items}
        post(hook, "labs.lapsing", said, key=f"lapsing:{hook.id}:{on.isoformat()}:{first}", base_url=base_url)
    return len(lines) + len(news)


def _item(line: Line, base_url: str) -> dict[str, object]:
    return {
        "asset": line.tag,
        "name": line.name,
        "owner": line.owner["code"],
        "kind": str(line.kind),
        "due_on": line.due_on.isoformat(),
        "days": line.days,
        "unverified": line.unverified,
        "url": f"{base_url}/assets/{line.tag}",
    }


def _note(
    lines: Sequence[Line], message: Message, on: date, *, person_id: int | None = None, webhook_id: int | None = None
) -> None:
    """Write down what a message told; each line once for each offset, whatever else told it already."""
    db.session.execute(
        insert(Notice),
        [
            {
                "schedule_id": line.schedule_id,
                "asset_id": line.asset_id if line.schedule_id is None else None,
                "due_on": line.due_on,
                "kind": line.notice,
                "offset_days": line.offset,
                "message_id": message.id,
                "person_id": person_id,
                "webhook_id": webhook_id,
                "made_on": on,
            }
            for line in lines
        ],
    )
    told: dict[int, set[tuple[int, int]]] = {}
    for line in lines:
        told.setdefault(line.owner_id, set()).add(line.key)
    counts = {owner: {Subject.DUE.value: len(told[owner])} for owner in sorted(told)}
    reader = {"person_id": person_id, "webhook_id": webhook_id, "message_id": message.id}
    note([reader | {"about": Subject.DUE, "organisation_id": owner, "counts": said} for owner, said in counts.items()])


def _each_once(lines: Sequence[Line]) -> list[Line]:
    """Each day once, where it is most urgent, the longest overdue first."""
    kept: dict[tuple[int, int], Line] = {}
    for line in sorted(lines, key=lambda line: (line.urgency, line.due_on, line.key)):
        kept.setdefault(line.key, line)
    return list(kept.values())


def _managed(people: Sequence[Person]) -> dict[int, set[int]]:
    """The organisations that each manager answers for: their own, and those below that have no manager of their own."""
    if not any(membership.role is Role.MANAGER for person in people for membership in person.memberships):
        return {}
    managed: dict[int, set[int]] = {}
    for organisation_id, managers in readers.nearest_holders({Role.MANAGER}).items():
        for person_id in managers:
            managed.setdefault(person_id, set()).add(organisation_id)
    return managed


def _kept(person: Person) -> NoticePreference:
    """The preferences of somebody who never said any, stored so that it is known for which day they were looked at."""
    fresh = NoticePreference(person_id=person.id)
    values = {"person_id": person.id, "version": 1} | {
        name: getattr(fresh, name) for name in ("email_on", "days", "offsets", "escalation_days", "locale", "looked_on")
    }
    insertion = insert_into(NoticePreference, db.session.get_bind().dialect.name).values(**values)
    db.session.execute(insertion.on_conflict_do_nothing())
    return db.session.scalars(select(NoticePreference).filter_by(person_id=person.id)).one()


def _looked(table: type[NoticePreference | Webhook], which: Any, on: date) -> None:  # noqa: ANN401 — a condition
    """Write down that a digest was looked for, without counting it as a change that somebody made."""
    db.session.execute(update(table).where(which).values(looked_on=on))


def _end_snoozes(person: Person, on: date) -> None:
    over = update(NoticeSnooze).where(
        NoticeSnooze.person_id == person.id, NoticeSnooze.ended_on.is_(None), NoticeSnooze.until <= on
    )
    db.session.execute(over.values(ended_on=on))
