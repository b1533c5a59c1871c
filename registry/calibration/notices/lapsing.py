"""What a digest tells of laboratories: papers, signatories and cards that lapse, and what is to be done by a day."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import chain, count, groupby
from typing import NamedTuple

from sqlalchemy import Select, select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.calibration.notices import lapse_snoozes
from registry.calibration.notices.lapse_snoozes import key_of
from registry.calibration.notices.letters import Part, day_words, when_words
from registry.calibration.notices.models import LapseNotice
from registry.calibration.notices.rules import Subject, reached
from registry.calibration.notices.writing import note
from registry.kernel.db import db, insert_into
from registry.kernel.i18n import _
from registry.kernel.outbox.models import Message
from registry.labs.lapses import queries
from registry.labs.lapses.rules import Lapse

KEEPS = Verb.LAB_WRITE
DAY = timedelta(days=1)
MOST_IN_A_CALENDAR = 1000
FORGOTTEN = timedelta(days=180)  # what lapsed longer ago is nothing new


class Lapsing(NamedTuple):
    """Something that lapses, and the offset at which it is told."""

    lapse: Lapse
    offset: int


def lapsing(person: Person, offsets: Sequence[int], on: date) -> list[Lapsing]:
    """What lapses of the laboratories a person keeps, or is theirs to do, at the nearest offset not told yet."""
    if not offsets:
        return []
    last = on + timedelta(days=max(offsets))
    known = select(LapseNotice.lab_id, LapseNotice.kind, LapseNotice.what, LapseNotice.lapses_on).add_columns(
        LapseNotice.offset_days
    )
    told: dict[tuple[object, ...], int] = {}
    for *key, offset in db.session.execute(known.where(LapseNotice.person_id == person.id)):
        told[tuple(key)] = min(offset, told.get(tuple(key), offset))
    put_off = lapse_snoozes.put_off(person)
    news: dict[tuple[object, ...], Lapsing] = {}  # two cards of one person read the same
    keeps = accounts.may(person, KEEPS, None)
    kept = _all(accounts.acting(person, KEEPS), on - FORGOTTEN, last) if keeps else ()
    for lapse in chain(queries.answered_for(person.id, on - FORGOTTEN, last), kept):
        offset, until = reached(offsets, lapse.lapses_on, on), put_off.get(key_of(lapse))
        if offset is None or (until is not None and until > on):
            continue
        if until is not None or told.get(key_of(lapse), offset + 1) > offset:  # what was put off is told again
            news.setdefault(key_of(lapse), Lapsing(lapse, offset))
            if len(news) == queries.MOST:  # the others follow in the next one
                break
    return list(news.values())


def _all(within: Select[int], first: date, last: date) -> Iterator[Lapse]:
    """What lapses, some hundreds at a time, so that what was told already does not stand in the way of what was not."""
    for skipped in count(0, queries.MOST):
        some = queries.lapses(within, first, last, skipped=skipped)
        yield from some
        if len(some) < queries.MOST:
            return


def calendar(person: Person, first: date, last: date) -> list[Lapse]:
    """What lapses of the laboratories a person keeps, as a calendar shows it: each once, the first first."""
    if not accounts.may(person, KEEPS, None):
        return []
    found = queries.lapses(accounts.acting(person, KEEPS), first, last, limit=MOST_IN_A_CALENDAR)
    return list({key_of(lapse): lapse for lapse in found}.values())


def posted(organisation_id: int, offsets: Sequence[int], since: date | None, on: date) -> list[Lapsing]:
    """What of the laboratories of an organisation, and of those under it, came to an offset since a day, or ever."""
    if not offsets:
        return []
    before = min(since or on - DAY, on - DAY)
    news = []
    for lapse in _all(accounts.below(organisation_id), before - FORGOTTEN, on + timedelta(days=max(offsets))):
        now = reached(offsets, lapse.lapses_on, on)
        then = reached(offsets, lapse.lapses_on, before) if since is not None else None
        if now is not None and now != then:
            news.append(Lapsing(lapse, now))
    return news


def item(one: Lapsing, on: date, base_url: str) -> dict[str, object]:
    """What a program is told of something that lapses."""
    lapse = one.lapse
    return {
        "lab": lapse.code,
        "name": lapse.lab,
        "kind": lapse.kind,
        "what": lapse.what,
        "lapses_on": lapse.lapses_on.isoformat(),
        "days": (lapse.lapses_on - on).days,
        "url": f"{base_url}{lapse.path}",
    }


def parts(news: Sequence[Lapsing], on: date, locale: str) -> list[Part]:
    """A part of the letter for each laboratory, in the language that is spoken."""
    ordered = sorted((one.lapse for one in news), key=lambda lapse: (lapse.lab, lapse.code, lapse.lapses_on))
    return [
        Part(f"{lapses[0].lab}, {lapses[0].organisation[locale]}", [_line(one, on, locale) for one in lapses], path)
        for path, lapses in ((path, list(group)) for path, group in groupby(ordered, key=lambda lapse: lapse.path))
    ]


def told(news: Sequence[Lapsing], message: Message, person: Person, on: date) -> None:
    """Write down what a message told on a day; what was told at its offset before stays with that message."""
    if not news:
        return
    lapse_snoozes.end(person, on)
    rows = [
        dict(zip(("lab_id", "kind", "what", "lapses_on"), key_of(one.lapse), strict=True))
        | {"offset_days": one.offset, "person_id": person.id, "message_id": message.id}
        for one in news
    ]
    noted = insert_into(LapseNotice, db.session.get_bind().dialect.name).values(rows).on_conflict_do_nothing()
    db.session.execute(noted)
    counts: dict[int, int] = {}
    for one in news:
        counts[one.lapse.organisation_id] = counts.get(one.lapse.organisation_id, 0) + 1
    reader = {"person_id": person.id, "message_id": message.id, "about": Subject.DUE}
    note([reader | {"organisation_id": key, "counts": {Subject.DUE.value: counts[key]}} for key in sorted(counts)])


def _line(lapse: Lapse, on: date, locale: str) -> str:
    days = (lapse.lapses_on - on).days
    said = {"what": lapse.words, "day": day_words(lapse.lapses_on, locale), "when": when_words(days)}
    if lapse.is_to_be_done:
        late = _("%(what)s: was due on %(day)s, %(when)s.", **said)
        return late if days < 0 else _("%(what)s: due on %(day)s, %(when)s.", **said)
    over = _("%(what)s: lapsed; its last day was %(day)s, %(when)s.", **said)
    return over if days < 0 else _("%(what)s: valid until %(day)s, %(when)s.", **said)
