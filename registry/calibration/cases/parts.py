"""The part of a case that concerns whoever reads it: what it says of items whose records they may read."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.interfaces import LoaderOption

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.assets import queries as assets
from registry.assets.models import Asset
from registry.assets.pressing import is_called_back
from registry.calibration.cases import queries
from registry.calibration.cases.models import Case, CaseItem
from registry.calibration.cases.queries import WORST_FIRST
from registry.calibration.notices.models import Telling
from registry.calibration.notices.readers import WATCHES
from registry.calibration.notices.rules import Subject
from registry.calibration.notices.words import CLEARED
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


def page_of(
    person: Person, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None, count: str | None = None
) -> paging.Page[Case]:
    """The cases that say something of items a person may read, whoever was told of them then, the newest first."""
    about = select(Case).where(Case.id.in_(_theirs(person, select(CaseItem.case_id)))).options(*_led())
    return paging.page(about, queries.NEWEST, limit=limit, cursor=cursor, count=count)


def waiting_for(person: Person, *, limit: int) -> Sequence[Case]:
    """The cases that wait for a person's eye, the newest first: news not noted, and marks of which they were not told.

    The latter are those of organisations they look after, which they may have joined after others were told.
    """
    mine = (Telling.person_id == person.id, Telling.about == Subject.CASE)
    unnoted = select(Telling.case_id).where(*mine, Telling.noted_at.is_(None))
    marked = select(CaseItem.case_id).join(Asset, Asset.id == CaseItem.asset_id)
    marked = marked.where(Asset.doubt.is_not(None), CaseItem.doubt.is_not(None))
    untold = marked.where(
        Asset.owner_id.in_(accounts.acting(person, WATCHES)),
        ~exists().where(*mine, Telling.case_id == CaseItem.case_id),
    )
    wanted = select(Case).where(or_(Case.id.in_(unnoted), Case.id.in_(untold))).options(*_led())
    found: Sequence[Case] = db.session.scalars(wanted.order_by(Case.id.desc()).limit(limit)).all()
    return found


def counts_in(person: Person, cases: Sequence[Case]) -> dict[int, dict[str, int]]:
    """How many things a person may read bear which mark of each of some cases, by the key of the case."""
    number = func.count(Asset.id.distinct())
    wanted: Any = select(CaseItem.case_id, CaseItem.doubt, number).where(
        CaseItem.case_id.in_([one.id for one in cases])
    )
    counts: dict[int, dict[str, int]] = {}
    for key, mark, items in db.session.execute(_theirs(person, wanted).group_by(CaseItem.case_id, CaseItem.doubt)):
        counts.setdefault(key, {})[CLEARED if mark is None else mark.value] = items
    return counts


def called_back(person: Person, *, limit: int, case: Case | None = None) -> Sequence[CaseItem]:
    """What is recalled, or whose certificate is withdrawn, of what a person may read, the newest decision first.

    One item for each asset; of what one case says, or of all of them.
    """
    in_case = joinedload(CaseItem.case, innerjoin=True).joinedload(Case.asset, innerjoin=True)
    bare = lazyload(Asset.characteristics), lazyload(Asset.schedules)
    wanted = (
        select(CaseItem)
        .join(Asset, Asset.id == CaseItem.asset_id)
        .where(is_called_back(), CaseItem.doubt == Asset.doubt)
        .options(*queries.shown(), in_case.options(joinedload(Asset.owner, innerjoin=True), *bare))
        .order_by(CaseItem.disposed_at.desc(), CaseItem.id.desc())
        .limit(2 * limit)
    )
    if case is not None:
        wanted = wanted.where(CaseItem.case_id == case.id)
    found = {item.asset_id: item for item in reversed(db.session.scalars(assets.visible_to(person, wanted)).all())}
    return list(reversed(found.values()))[:limit]


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


def _led() -> tuple[LoaderOption, ...]:
    """A case with its standard and whose that is."""
    bare = lazyload(Asset.characteristics), lazyload(Asset.schedules)
    return (joinedload(Case.asset, innerjoin=True).options(joinedload(Asset.owner, innerjoin=True), *bare),)


def _theirs(person: Person, wanted: Select[Any]) -> Select[Any]:
    """Items that owners were, or are about to be, told of, of owners whose records a person may read."""
    told = or_(CaseItem.news_id.is_not(None), CaseItem.doubt.is_not(None))
    return assets.visible_to(person, wanted.join(Asset, Asset.id == CaseItem.asset_id).where(told))
