"""What a digest tells of results of which something else is known of their laboratory now than was found."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import and_, func, select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration.competence.models import CompetenceCheck, bearing_of
from registry.calibration.competence.queries import is_changed
from registry.calibration.models import Calibration
from registry.calibration.notices.letters import Part
from registry.calibration.notices.readers import WATCHES
from registry.calibration.notices.rules import Subject
from registry.calibration.notices.writing import note
from registry.calibration.rules import CalibrationKind, RecordStatus
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _, ngettext
from registry.kernel.outbox.models import Message
from registry.labs.models import Lab
from registry.labs.scope.rules import Competence
from registry.labs.scope.words import change_text, competence_text
from registry.labs.standing import Standing

PAGE = "/changed-results"
MOST = 200
DAY = timedelta(days=1)


class Turned(NamedTuple):
    """How many results of a laboratory turned from one verdict to another, by a decision or correction."""

    lab: str
    kind: CalibrationKind
    then: Competence
    standing_then: Standing | None
    now: Competence
    standing_now: Standing | None
    confirmed: bool
    by: str | None
    owner_id: int
    results: int


def turned(person: Person, since: date | None, on: date) -> list[Turned]:
    """What turned of the results a person looks after, from the day of the last digest to the day before this one.

    So each change is told once, and a day that was missed is caught up on. One statement, over what ever changed.
    """
    check, first = CompetenceCheck, clock.start_of(min(since or on - DAY, on - DAY))
    then, now = (check.competence_found, check.standing_found), (check.competence, check.standing)
    said: tuple[Any, ...] = (Lab.name, check.kind, *then, *now, and_(check.confirmed, check.scope_confirmed))
    wanted = (
        select(*said, check.changed_by, Asset.owner_id, func.count())
        .join(Lab, Lab.id == check.lab_id)
        .join(Calibration, Calibration.id == check.calibration_id)
        .join(Asset, Asset.id == Calibration.asset_id)
        .where(is_changed(), check.changed_at >= first, check.changed_at < clock.start_of(on))
        .where(Calibration.status == RecordStatus.ISSUED, Asset.owner_id.in_(accounts.acting(person, WATCHES)))
        .group_by(*said, check.changed_by, Asset.owner_id, Lab.id)
        .order_by(Lab.name, Lab.id, check.kind, check.competence_found, check.competence, check.changed_by)
        .order_by(Asset.owner_id)
    )
    return [Turned._make(row) for row in db.session.execute(wanted.limit(MOST))]


def parts(news: Sequence[Turned]) -> list[Part]:
    """A part of the letter for each laboratory, in the language that is spoken."""
    return [
        Part(
            _("Results of %(lab)s that are judged otherwise now", lab=lab),
            _lines(news, lab),
            PAGE,
            sum(one.results for one in news if one.lab == lab),
        )
        for lab in dict.fromkeys(one.lab for one in news)
    ]


def told(news: Sequence[Turned], message: Message, person: Person) -> None:
    """Write down of whose items a message told that results are judged otherwise."""
    counts: dict[int, int] = {}
    for one in news:
        counts[one.owner_id] = counts.get(one.owner_id, 0) + one.results
    reader = {"person_id": person.id, "message_id": message.id, "about": Subject.VERDICT}
    note([reader | {"organisation_id": key, "counts": {Subject.VERDICT.value: counts[key]}} for key in sorted(counts)])


def _lines(news: Sequence[Turned], lab: str) -> list[str]:
    """The changes of a laboratory, each once, of however many owners the items are."""
    each: dict[Turned, int] = {}
    for one in news:
        if one.lab == lab:
            key = one._replace(owner_id=0, results=0)
            each[key] = each.get(key, 0) + one.results
    return [_line(one._replace(results=number)) for one, number in each.items()]


def _line(one: Turned) -> str:
    bearing = bearing_of(one.kind)
    return _(
        "%(results)s: %(now)s; found before: %(then)s. Changed by %(by)s.",
        results=ngettext("%(num)s result", "%(num)s results", one.results),
        now=competence_text(one.now, bearing, one.standing_now, confirmed=one.confirmed),
        then=competence_text(one.then, bearing, one.standing_then),
        by=change_text(one.by),
    )
