"""The part of a case that concerns whoever reads it: what it says of items whose records they may read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select

from registry.accounts.models import Organisation, Person
from registry.assets import queries as assets
from registry.assets.models import Asset
from registry.calibration.cases import queries
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.queries import WORST_FIRST
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _


def case_concerning(person: Person, key: int) -> Case:
    """A case that says something of items a person may read; raises NotFound."""
    about = _theirs(person, select(CaseItem.id).where(CaseItem.case_id == key)).limit(1)
    if db.session.scalar(about) is None:
        raise NotFound(_("There is no case %(key)s about items whose records you may read.", key=key))
    return db.session.scalars(
        select(Case).where(Case.id == key).options(*queries.lean()).execution_options(populate_existing=True)
    ).one()


def items_of(
    person: Person,
    case: Case,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    owner: str | None = None,
) -> paging.Page[CaseItem]:
    """What a case says of items a person may read, the worst first; of those of one owner, by its code, or of all."""
    wanted = _theirs(person, select(CaseItem).where(CaseItem.case_id == case.id).options(*queries.shown()))
    if owner is not None:
        wanted = wanted.where(Asset.owner_id == select(Organisation.id).filter_by(code=owner).scalar_subquery())
    return paging.page(wanted, WORST_FIRST, limit=limit, cursor=cursor, count=count)


class Owned(NamedTuple):
    """An owner and how many of its items a case is about."""

    code: str
    name: str
    items: int


def owners_in(person: Person, case: Case, *, most: int) -> Sequence[Owned]:
    """The owners whose items a case is about, as far as a person may read them, by name."""
    number = func.count(Asset.id.distinct())
    wanted: Any = select(Organisation, number).where(CaseItem.case_id == case.id)
    grouped = _theirs(person, wanted.select_from(CaseItem)).join(Organisation, Organisation.id == Asset.owner_id)
    rows = db.session.execute(grouped.group_by(Organisation.id).order_by(Organisation.name_vi).limit(most))
    return [Owned(owner.code, owner.name, items) for owner, items in rows]


def pages_of(person: Person, items: Sequence[CaseItem]) -> dict[int, str]:
    """Where a person reads the cases of some items, by the keys of these cases: the whole, or what concerns them."""
    if not items:
        return {}
    keys = {item.case_id for item in items}
    found = {key: f"/cases/{key}" for key in queries.readable(person, keys)}
    seen = {owner for owner in {item.asset.owner_id for item in items} if assets.sees(person, owner)}
    parts = {item.case_id: part_path(item.case_id) for item in items if item.asset.owner_id in seen}
    return parts | found


def part_path(key: int, owner: str | None = None) -> str:
    """Where an owner, by its code, reads what a case says of its items."""
    return f"/cases/{key}/concerned" + (f"?owner={owner}" if owner else "")


def _theirs(person: Person, wanted: Select[Any]) -> Select[Any]:
    """Items that owners were, or are about to be, told of, of owners whose records a person may read."""
    told = or_(CaseItem.news_id.is_not(None), CaseItem.doubt.is_not(None))
    return assets.visible_to(person, wanted.join(Asset, Asset.id == CaseItem.asset_id).where(told))
