"""Whom a case concerns beside who decides it: whom its owners ask, what they are to do, and who could not be told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation
from registry.accounts.rules import Role
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration.cases.models import Case, CaseItem, HandTelling
from registry.calibration.notices import queries as notices
from registry.calibration.notices import readers, told
from registry.calibration.notices.models import Telling
from registry.kernel.db import db
from registry.kernel.i18n import _

MOST: Final = 200
MOST_TELLINGS: Final = 500


class Lead(NamedTuple):
    """Who leads a case: the organisation whose standard it is about, and its managers by name."""

    organisation: Organisation
    managers: Sequence[str]


def leads_of(cases: Iterable[Case]) -> dict[int, Lead]:
    """Who leads each of some cases, by the key of the case: one statement for all of them."""
    of_case = {case.id: case.asset.owner for case in cases}
    managers = accounts.nearest(Role.MANAGER, {owner.id for owner in of_case.values()})
    return {key: Lead(owner, managers.get(owner.id, [])) for key, owner in of_case.items()}


class Heard(NamedTuple):
    """An owner, how many of its items a case says something of, and how it was told: the newest of each, and by hand.

    `is_reached`: somebody works for it here, or a program of it listens, who is told before long if not yet.
    """

    owner: Organisation
    items: int
    tellings: Sequence[Telling]
    by_hand: Sequence[HandTelling]
    is_reached: bool

    @property
    def is_told(self) -> bool:
        """Whether anybody was told for it, in whatever way."""
        return bool(self.tellings or self.by_hand)


def concerned(case: Case) -> Sequence[Organisation]:
    """The owners of whose items a case says something, by name."""
    wanted = select(Organisation).where(Organisation.id.in_(_of_items(case))).order_by(Organisation.name_vi)
    return db.session.scalars(wanted.limit(MOST)).all()


def heard(case: Case) -> list[Heard]:
    """How each owner of whose items a case says something was told of it: a few statements for all of them."""
    said = or_(CaseItem.news_id.is_not(None), CaseItem.doubt.is_not(None))
    number = func.count(Asset.id.distinct())
    counted: Any = select(Organisation, number).join(Asset, Asset.owner_id == Organisation.id)
    counted = counted.join(CaseItem, CaseItem.asset_id == Asset.id).where(CaseItem.case_id == case.id, said)
    found = db.session.execute(counted.group_by(Organisation.id).order_by(Organisation.name_vi).limit(MOST)).all()
    if not found:
        return []
    tellings: dict[int, list[Telling]] = defaultdict(list)
    for telling in told.newest_of_case(case.id, most=MOST_TELLINGS):
        tellings[telling.organisation_id].append(telling)
    by_hand: dict[int, list[HandTelling]] = defaultdict(list)
    for one in by_hand_of(case):
        by_hand[one.organisation_id].append(one)
    reached = _reached([owner.id for owner, _number in found])
    return [Heard(owner, items, tellings[owner.id], by_hand[owner.id], owner.id in reached) for owner, items in found]


def by_hand_of(case: Case) -> Sequence[HandTelling]:
    """What was written down of calls and letters about a case, the oldest first."""
    wanted = select(HandTelling).where(HandTelling.case_id == case.id).options(joinedload(HandTelling.organisation))
    return db.session.scalars(wanted.order_by(HandTelling.id).limit(MOST_TELLINGS)).all()


def untold(case: Case) -> Sequence[Organisation]:
    """The owners of whose items a case says something and whom nobody told: nobody works for them here, or called."""
    is_told = exists().where(Telling.case_id == case.id, Telling.organisation_id == Organisation.id)
    called = exists().where(HandTelling.case_id == case.id, HandTelling.organisation_id == Organisation.id)
    wanted = select(Organisation).where(Organisation.id.in_(_of_items(case)), ~is_told, ~called)
    found = db.session.scalars(wanted.order_by(Organisation.name_vi).limit(MOST)).all()
    reached = _reached([owner.id for owner in found]) if found else set()
    return [owner for owner in found if owner.id not in reached]


def _of_items(case: Case) -> Select[Any]:
    says = or_(CaseItem.news_id.is_not(None), CaseItem.doubt.is_not(None))
    return select(Asset.owner_id).join(CaseItem, CaseItem.asset_id == Asset.id).where(CaseItem.case_id == case.id, says)


def _reached(keys: Sequence[int]) -> set[int]:
    """The organisations for which somebody works here, or a program listens."""
    reached = {key for _person, theirs in readers.caretakers(keys) for key in theirs}
    return reached | {key for _hook, theirs in readers.listening(notices.webhooks(), keys) for key in theirs}


def todo_text(mark: Doubt | None) -> str:
    """What the owner of an item is to do that bears a mark."""
    match mark:
        case Doubt.RECALL:
            return _(
                "Do not use it. Take it out of service, mark it, and have it calibrated or verified again; it may be used after a new good result."  # noqa: E501 — one message
            )
        case Doubt.CERTIFICATE_WITHDRAWN:
            return _("Do not use it: its certificate was withdrawn. Have it calibrated or verified again.")
        case Doubt.STOPPED:
            return _(
                "Do not use it. Put right what the inspection found, and tell the inspecting authority; what it "
                "required is lifted when that is written down, an error over the limit by a new good result."
            )
        case Doubt.RECALIBRATE:
            return _("Have it calibrated or verified again before you rely on its results.")
        case Doubt.IN_DOUBT:
            return _("It is not decided yet. Until then check by other means whatever important rests on it.")
        case None:
            return _("There is nothing to do any more.")
