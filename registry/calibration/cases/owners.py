"""Whom a case concerns beside who decides it: whom its owners ask, what they are to do, and who could not be told."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import exists, or_, select

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation
from registry.accounts.rules import Role
from registry.assets.models import Asset
from registry.assets.rules import Doubt
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.notices import queries as notices
from registry.calibration.notices import readers
from registry.calibration.notices.models import Telling
from registry.kernel.db import db
from registry.kernel.i18n import _

MOST = 200


class Lead(NamedTuple):
    """Who leads a case: the organisation whose standard it is about, and its managers by name."""

    organisation: Organisation
    managers: Sequence[str]


def leads_of(cases: Iterable[Case]) -> dict[int, Lead]:
    """Who leads each of some cases, by the key of the case: one statement for all of them."""
    of_case = {case.id: case.asset.owner for case in cases}
    managers = accounts.nearest(Role.MANAGER, {owner.id for owner in of_case.values()})
    return {key: Lead(owner, managers.get(owner.id, [])) for key, owner in of_case.items()}


def untold(case: Case) -> Sequence[Organisation]:
    """The owners of whose items a case says something and whom nobody could be told for: nobody works for them here."""
    told = exists().where(Telling.case_id == case.id, Telling.organisation_id == Organisation.id)
    says = or_(CaseItem.news_id.is_not(None), CaseItem.doubt.is_not(None))
    owners = (
        select(Asset.owner_id).join(CaseItem, CaseItem.asset_id == Asset.id).where(CaseItem.case_id == case.id, says)
    )
    wanted = select(Organisation).where(Organisation.id.in_(owners), ~told).order_by(Organisation.name_vi).limit(MOST)
    found = db.session.scalars(wanted).all()
    if not found:
        return []
    keys = [owner.id for owner in found]
    reached = {key for _person, theirs in readers.caretakers(keys) for key in theirs}
    reached |= {key for _hook, theirs in readers.listening(notices.webhooks(), keys) for key in theirs}
    return [owner for owner in found if owner.id not in reached]


def todo_text(mark: Doubt | None) -> str:
    """What the owner of an item is to do that bears a mark."""
    match mark:
        case Doubt.RECALL:
            return _(
                "Do not use it. Take it out of service, mark it, and have it calibrated or verified again; it may be used after a new good result."  # noqa: E501 — one message
            )
        case Doubt.CERTIFICATE_WITHDRAWN:
            return _("Do not use it: its certificate was withdrawn. Have it calibrated or verified again.")
        case Doubt.RECALIBRATE:
            return _("Have it calibrated or verified again before you rely on its results.")
        case Doubt.IN_DOUBT:
            return _("It is not decided yet. Until then check by other means whatever important rests on it.")
        case None:
            return _("There is nothing to do any more.")
