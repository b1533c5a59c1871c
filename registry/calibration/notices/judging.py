"""What a digest tells of results of which something else is known of their laboratory now than was found."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.calibration.competence.models import CompetenceCheck, bearing_of
from registry.calibration.competence.queries import is_changed
from registry.calibration.models import Calibration
from registry.calibration.notices.letters import Part
from registry.calibration.notices.readers import WATCHES
from registry.calibration.rules import CalibrationKind, RecordStatus
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.i18n import _, ngettext
from registry.labs.models import Lab
from registry.labs.scope.rules import Competence
from registry.labs.scope.words import competence_text
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
    by: str | None
    results: int


def turned(person: Person, since: date | None, on: date) -> list[Turned]:
    """What turned of the results a person looks after, from the day of the last digest to the day before this one.

    So each change is told once, and a day that was missed is caught up on. One statement, over what ever changed.
    """
    check, first = CompetenceCheck, clock.start_of(min(since or on - DAY, on - DAY))
    said = Lab.name, check.kind, check.competence_found, check.standing_found, check.competence, check.standing
    wanted = (
        select(*said, check.changed_by, func.count())
        .join(Lab, Lab.id == check.lab_id)
        .join(Calibration, Calibration.id == check.calibration_id)
        .join(Asset, Asset.id == Calibration.asset_id)
        .where(is_changed(), check.changed_at >= first, check.changed_at < clock.start_of(on))
        .where(Calibration.status == RecordStatus.ISSUED, Asset.owner_id.in_(accounts.acting(person, WATCHES)))
        .group_by(*said, check.changed_by, Lab.id)
        .order_by(Lab.name, Lab.id, check.kind, check.competence_found, check.competence, check.changed_by)
    )
    return [Turned(*row) for row in db.session.execute(wanted.limit(MOST))]


def parts(news: Sequence[Turned]) -> list[Part]:
    """A part of the letter for each laboratory, in the language that is spoken."""
    return [
        Part(_("Results of %(lab)s that are judged otherwise now", lab=lab), _lines(news, lab), PAGE)
        for lab in dict.fromkeys(one.lab for one in news)
    ]


def _lines(news: Sequence[Turned], lab: str) -> list[str]:
    return [_line(one) for one in news if one.lab == lab]


def _line(one: Turned) -> str:
    bearing = bearing_of(one.kind)
    return _(
        "%(results)s: %(now)s; found before: %(then)s. Changed by %(by)s.",
        results=ngettext("%(num)s result", "%(num)s results", one.results),
        now=competence_text(one.now, bearing, one.standing_now),
        then=competence_text(one.then, bearing, one.standing_then),
        by=one.by or "–",
    )
