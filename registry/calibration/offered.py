"""The standards that are offered to whoever records a result: those used lately, and how each stood on the day."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, and_, func, select

from registry.accounts.models import Person
from registry.assets.fitness import Mark, gap_of, marks, naming_work
from registry.assets.models import Asset
from registry.assets.rules import AT_WORK, GONE, Kind, Validity, resting, validity
from registry.calibration import queries
from registry.calibration.models import Calibration, CalibrationStandard
from registry.calibration.questions import is_held_back
from registry.calibration.rules import RecordStatus
from registry.calibration.standing import Standing
from registry.calibration.standings import standings
from registry.kernel import clock
from registry.kernel.amounts import comparable, folded
from registry.kernel.db import db
from registry.kernel.errors import Invalid
from registry.kernel.i18n import _, said_day
from registry.labs.models import Lab

MOST_OFFERED: Final = 12
LOOKED_BACK: Final = 100  # records of a person, and of the laboratories of their organisations


class Offer(NamedTuple):
    """A standard, whether it was valid on the day, and until when or why not, in words.

    `marks` are those beside its validity that speak against it today: a doubt, or a status that takes it out of use.
    One that is not `is_sound` is offered, and never proposed; one that `is_other` measures nothing that the item does.
    """

    asset: Asset
    was_valid: bool
    why: str
    marks: Sequence[Mark] = ()
    is_sound: bool = True
    is_other: bool = False


def offers(
    person: Person, item: Asset, day: date, *, first: Iterable[Asset] = (), named: Iterable[str] = ()
) -> Sequence[Offer]:
    """What a person may tap for work on an item: these, those of these tags, and what was used lately.

    After the first ones, what measures what the item does stands first. Tags that lead to nothing are passed over.
    Whoever has used no standard lately that measures it is offered those of their organisations.
    """
    recommended = {one.id: one for one in first}
    wanted = {one.id: one for one in [*_by_tags(named), *_lately(person)]}
    if not any(_shares(one, item) for one in wanted.values()) and not recommended:
        wanted |= {one.id: one for one in _own(person) if not wanted or _shares(one, item)}
    suiting = sorted(wanted.values(), key=lambda one: not _shares(one, item))
    listed = [one for one in (recommended | {one.id: one for one in suiting}).values() if one.id != item.id]
    then = standings(listed, day)
    return [
        _offer(one, then[one.id], day)._replace(is_other=one.id not in recommended and _is_other(one, item))
        for one in listed
    ]


def _offer(one: Asset, stood: Standing, day: date) -> Offer:
    is_sound = stood.was_valid and not is_held_back(one)
    return Offer(one, stood.was_valid, _why(stood, day), _against(one), is_sound)


def _is_other(one: Asset, item: Asset) -> bool:
    """Whether it is known of both what they measure, and that is nothing in common."""
    return bool(one.characteristics and item.characteristics) and not _shares(one, item)


def _shares(one: Asset, item: Asset) -> bool:
    """Whether two assets have a quantity in common, by its name or by its unit."""
    pairs = product(one.characteristics, item.characteristics)
    return any(folded(a.quantity) == folded(b.quantity) or comparable(a.unit, b.unit) for a, b in pairs)


def _against(one: Asset) -> list[Mark]:
    state = validity(one.proof, one.due_on, clock.today())
    status = resting(one.status, one.set_status)
    said = marks(status, state, one.doubt, contradicted=one.contradicted, gap=gap_of(one))
    found = naming_work(said, one.required_schedules)
    return [mark for mark in found if not isinstance(mark.word, Validity)]


def _by_tags(tags: Iterable[str]) -> list[Asset]:
    found = []
    for tag in tags:
        try:
            found.append(queries.asset_field(tag, "standards"))
        except Invalid:
            continue
    return found


def _lately(person: Person) -> Sequence[Asset]:
    stands = and_(Calibration.status != RecordStatus.VOID, queries.is_there())
    mine = select(Calibration.id).where(Calibration.recorded_by_id == person.id, stands)
    mine = mine.order_by(Calibration.id.desc()).limit(LOOKED_BACK)
    labs = select(Lab.id).where(Lab.organisation_id.in_(_organisations(person)))
    ours = select(Calibration.id).where(Calibration.lab_id.in_(labs), stands)
    ours = ours.order_by(Calibration.performed_on.desc(), Calibration.id.desc()).limit(LOOKED_BACK)
    records = select(mine.subquery().c.id).union(select(ours.subquery().c.id))
    used = (
        select(CalibrationStandard.asset_id, func.max(CalibrationStandard.calibration_id).label("newest"))
        .where(CalibrationStandard.calibration_id.in_(records))
        .group_by(CalibrationStandard.asset_id)
        .subquery()
    )
    wanted: Select[Any] = select(Asset).join(used, used.c.asset_id == Asset.id).where(Asset.status.not_in(GONE))
    return db.session.scalars(wanted.order_by(used.c.newest.desc(), Asset.id).limit(MOST_OFFERED)).all()


def _own(person: Person) -> Sequence[Asset]:
    wanted = select(Asset).where(
        Asset.owner_id.in_(_organisations(person)), Asset.kind == Kind.STANDARD, Asset.status.in_(AT_WORK)
    )
    return db.session.scalars(wanted.order_by(Asset.name_order, Asset.id).limit(MOST_OFFERED)).all()


def _organisations(person: Person) -> list[int]:
    return sorted({membership.organisation_id for membership in person.memberships})


def _why(stood: Standing, day: date) -> str:
    """Until when it was valid, or why it was not."""
    if stood.was_valid:
        return _("valid until %(day)s", day=said_day(stood.due_on)) if stood.due_on else _("valid on that day")
    if stood.out:
        return _("not valid: out of use on that day")
    if stood.ended_on is not None:
        return _("not valid: repaired, or its seal broken, on %(day)s", day=said_day(stood.ended_on))
    if stood.due_on is not None and stood.due_on < day:
        return _("not valid: due %(day)s", day=said_day(stood.due_on))
    if stood.relied_on_id is None:
        return _("not valid: no calibration up to that day")
    return _("not valid: its newest result did not pass, or one is missing")
