"""What may be counted twice at an indicator: bodies counted in several periods, and records that other rows count too.

Nothing of it is wrong by itself: a plan's title may ask for different bodies in all, and a decision may say openly
where else a record counts. It is shown so that a planner can answer for it (436/KH-UBND, II.2.b and II.2.d to II.4.b).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from registry.accounts.models import Organisation, Person
from registry.kernel.db import db
from registry.plan import belonging, distinct, progress, records
from registry.plan.activities.models import Activity
from registry.plan.activities.rules import BY_BODY
from registry.plan.counts.wanted import feeds, kin
from registry.plan.fitting import LABORATORY
from registry.plan.models import Evidence, EvidenceState, PlanRow, PlanVersion
from registry.plan.rollups.knowledge import Knowledge
from registry.plan.rules import Span

MOST = 200


class Repeated(NamedTuple):
    """A body that an indicator counts in more than one period, by the codes of these."""

    code: str
    name_vi: str
    name_en: str
    periods: Sequence[str]


class Shared(NamedTuple):
    """Another row that counts some of the records that an indicator counts, and how many of them."""

    row: PlanRow
    records: int


class Repeats(NamedTuple):
    """Both, for one indicator; as many bodies as a page shows."""

    bodies: Sequence[Repeated] = ()
    rows: Sequence[Shared] = ()


def of(version: PlanVersion, row: PlanRow, person: Person | None, on: date, known: Knowledge) -> Repeats:
    """What may be counted twice up to and on a day, of what the person may see: three statements at most."""
    rows = progress.counted_rows(version)
    feeding = feeds(rows)
    sources = feeding[row.code]
    bodies = _bodies(sources, progress.spans_of(version), person, on, known) if _names_bodies(row) else ()
    same = kin(row, rows, feeding)
    others = {one.indicator_id: one for one in rows if one.indicator_id is not None and one.code not in same}
    return Repeats(bodies, _shared(sources, others, person, on, known))


def _names_bodies(row: PlanRow) -> bool:
    return row.count_unit in BY_BODY or row.count_unit == LABORATORY


def _bodies(
    sources: frozenset[int], spans: Sequence[Span], person: Person | None, on: date, known: Knowledge
) -> list[Repeated]:
    done, subject = aliased(Activity), aliased(Organisation)
    body = func.coalesce(subject.code, belonging.body())
    place = distinct.period_of(Evidence.counted_on, spans)
    once = select(body.label("code"), place).distinct().select_from(Evidence)
    once = once.outerjoin(done, done.id == distinct.ACTIVITY).outerjoin(subject, subject.id == known.subject(done))
    once = once.where(Evidence.indicator_id.in_(sources), *known.counted(on), records.visible_evidence(person))
    found = once.subquery("counted")
    periods = found.c[distinct.PLACE]
    twice = select(found.c.code).where(found.c.code.is_not(None), periods >= 0).group_by(found.c.code)
    twice = twice.having(func.count() > 1).order_by(found.c.code).limit(MOST)
    wanted: Any = select(Organisation.code, Organisation.name_vi, Organisation.name_en, periods)
    wanted = wanted.join(found, found.c.code == Organisation.code).where(periods >= 0)
    wanted = wanted.where(Organisation.code.in_(twice)).order_by(Organisation.name_vi, Organisation.code, periods)
    told: dict[str, Repeated] = {}
    for code, name_vi, name_en, at in db.session.execute(known.asked(wanted)):
        before = told.get(code)
        told[code] = Repeated(code, name_vi, name_en, [*(before.periods if before else ()), spans[at].code])
    return list(told.values())


def _shared(
    sources: frozenset[int], others: Mapping[int, PlanRow], person: Person | None, on: date, known: Knowledge
) -> list[Shared]:
    other = aliased(Evidence)
    same = (other.record_type == Evidence.record_type) & (other.record_id == Evidence.record_id)
    number = func.count(Evidence.record_id.distinct())
    wanted = select(other.indicator_id, number).join_from(Evidence, other, same)
    wanted = wanted.where(
        Evidence.indicator_id.in_(sources),
        *known.counted(on),
        records.visible_evidence(person),
        other.indicator_id.in_(others),
        other.state == EvidenceState.COUNTED,
        other.counted_on <= on,
    )
    found = db.session.execute(known.asked(wanted.group_by(other.indicator_id))).all()
    return sorted((Shared(others[key], number) for key, number in found), key=lambda one: one.row.position)
