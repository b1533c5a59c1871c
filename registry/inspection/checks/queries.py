"""Checks as they are read: by their keys, by visit, and those that found a violation on an asset."""

from collections.abc import Collection, Sequence
from typing import Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from registry.accounts import queries as accounts
from registry.accounts.models import Person
from registry.accounts.rules import Verb
from registry.assets import queries as assets
from registry.assets.labels.models import Label
from registry.assets.models import Asset
from registry.inspection import queries as inspections
from registry.inspection.checks.models import InspectionCheck, InspectionFile
from registry.inspection.checks.rules import Which, contradicts
from registry.inspection.models import Inspection
from registry.inspection.rules import TOLD
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.files.attachments import Hook
from registry.kernel.i18n import _
from registry.kernel.text import fold

check = cast("Table", InspectionCheck.__table__)
MOST_DISPUTED: Final = 5000
MOST_SEARCHED: Final = 10_000


def by_keys(visit: Inspection, keys: Collection[str]) -> dict[str, InspectionCheck]:
    """The checks of a visit that devices gave these keys."""
    wanted = select(InspectionCheck).where(
        InspectionCheck.inspection_id == visit.id, InspectionCheck.client_key.in_(keys)
    )
    return {row.client_key: row for row in db.session.scalars(wanted)}


def by_key(visit: Inspection, key: str) -> InspectionCheck:
    """A check by its device's key; raises NotFound."""
    found = by_keys(visit, {key}).get(key)
    if found is None:
        raise NotFound(_("There is no such check in this inspection."))
    return found


def by_ids(ids: Collection[int]) -> dict[int, InspectionCheck]:
    """Checks by their keys."""
    wanted = select(InspectionCheck).where(InspectionCheck.id.in_(ids))
    return {row.id: row for row in db.session.scalars(wanted)} if ids else {}


def by_id(visit: Inspection, key: int) -> InspectionCheck:
    """A check of a visit; raises NotFound."""
    found = db.session.scalar(
        select(InspectionCheck).where(InspectionCheck.inspection_id == visit.id, InspectionCheck.id == key)
    )
    if found is None:
        raise NotFound(_("There is no such check in this inspection."))
    return found


def has_any(visit: Inspection) -> bool:
    """Whether anything was checked in an inspection."""
    some = exists().where(InspectionCheck.inspection_id == visit.id)
    return bool(db.session.scalar(select(some)))


def standing(visit: Inspection, thing: str) -> InspectionCheck | None:
    """The check of a thing that counts, if there is one."""
    return db.session.scalar(
        select(InspectionCheck).where(
            InspectionCheck.inspection_id == visit.id, InspectionCheck.thing == thing, InspectionCheck.standing
        )
    )


def beside(visit: Inspection, thing: str) -> list[InspectionCheck]:
    """What colleagues saw on a thing after somebody was first, the newest of each, in the order they came."""
    return _newest(_others(visit).where(InspectionCheck.thing == thing))


def disputed(visit: Inspection) -> list[tuple[InspectionCheck, list[InspectionCheck]]]:
    """Checks that count, each with what colleagues saw differently and the leader did not decide about yet."""
    others: dict[str, list[InspectionCheck]] = {}
    for row in _newest(_others(visit).limit(MOST_DISPUTED)):
        others.setdefault(row.thing, []).append(row)
    if not others:
        return []
    wanted = select(InspectionCheck).where(
        InspectionCheck.inspection_id == visit.id, InspectionCheck.standing, InspectionCheck.thing.in_(others)
    )
    found = [
        (one, [row for row in others[one.thing] if row.person_id != one.person_id and contradicts(one, row)])
        for one in db.session.scalars(wanted.order_by(InspectionCheck.id))
    ]
    return [(one, rows) for one, rows in found if rows]


def _others(visit: Inspection) -> Select[InspectionCheck]:
    later = aliased(InspectionCheck)
    return (
        select(InspectionCheck)
        .where(
            InspectionCheck.inspection_id == visit.id,
            ~InspectionCheck.standing,
            InspectionCheck.aside_at.is_(None),
            ~exists().where(later.replaces_id == InspectionCheck.id),
        )
        .order_by(InspectionCheck.seen_at, InspectionCheck.revision, InspectionCheck.id)
    )


def _newest(wanted: Select[InspectionCheck]) -> list[InspectionCheck]:
    newest = {(row.thing, row.person_id): row for row in db.session.scalars(wanted)}
    return list(newest.values())


def revisions(visit: Inspection, origin: str, person_id: int | None) -> Sequence[InspectionCheck]:
    """What a person's device sent of one check, however often it was changed there, the newest first."""
    wanted = select(InspectionCheck).where(
        InspectionCheck.inspection_id == visit.id,
        InspectionCheck.origin == origin,
        InspectionCheck.person_id == person_id,
    )
    return db.session.scalars(wanted.order_by(InspectionCheck.revision.desc(), InspectionCheck.id.desc())).all()


def in_its_place(found: InspectionCheck) -> InspectionCheck:
    """The check by the same person that took the place of one, else that one itself."""
    while True:
        later = select(InspectionCheck).where(InspectionCheck.replaces_id == found.id).order_by(InspectionCheck.id)
        after = db.session.scalar(later.limit(1))
        if after is None:
            return found
        found = after


def ids_by_tag(tags: Collection[str]) -> dict[str, int]:
    """The assets that labels lead to, also those that were replaced."""
    found = assets.ids_by_tag(tags)
    missing = set(tags) - found.keys()
    if missing:
        wanted = select(Label.tag, Label.asset_id).where(Label.tag.in_(missing), Label.asset_id.is_not(None))
        found |= {tag: key for tag, key in db.session.execute(wanted) if key is not None}
    return found


def ids_by_serial(person: Person, serial_no: str) -> Sequence[int]:
    """The assets of a serial number that a person may read: none, the one, or the first two of several."""
    spelt = {serial_no, serial_no.upper(), serial_no.lower()}
    wanted = assets.visible_to(person, select(Asset.id)).where(Asset.serial_no.in_(spelt))
    return db.session.scalars(wanted.order_by(Asset.id).limit(2)).all()


def page_of(
    visit: Inspection,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    which: Which = Which.STANDING,
) -> paging.Page[InspectionCheck]:
    """The checks of a visit that count, or every one, in the order they came."""
    wanted = select(InspectionCheck).where(InspectionCheck.inspection_id == visit.id)
    if which is not Which.EVERY:
        wanted = wanted.where(InspectionCheck.standing)
    if which is Which.VIOLATIONS:
        wanted = wanted.where(InspectionCheck.violation)
    return paging.page(wanted, paging.Order((check.c.id,)), limit=limit, cursor=cursor, count=count)


def all_of(visit: Inspection, *, most: int, only_bad: bool = False, q: str = "") -> Sequence[InspectionCheck]:
    """The checks of a visit that count, or of these the violations, in the order they came.

    `q` is a part of the name, serial number or tag, without accents if need be.
    """
    wanted = select(InspectionCheck).where(InspectionCheck.inspection_id == visit.id, InspectionCheck.standing)
    if only_bad:
        wanted = wanted.where(InspectionCheck.violation)
    if q:
        names = wanted.with_only_columns(
            InspectionCheck.id, InspectionCheck.name, InspectionCheck.serial_no, InspectionCheck.tag
        )
        rows = db.session.execute(names.order_by(InspectionCheck.id).limit(MOST_SEARCHED))
        found = [row.id for row in rows if fold(q) in fold(" ".join(filter(None, row[1:])))]
        wanted = wanted.where(InspectionCheck.id.in_(found[:most]))
    return db.session.scalars(wanted.order_by(InspectionCheck.id).limit(most)).all()


def assets_of(visit: Inspection, origins: Collection[str]) -> set[int]:
    """The assets of which any revision of some checks of a visit was."""
    wanted = select(InspectionCheck.asset_id).where(
        InspectionCheck.inspection_id == visit.id,
        InspectionCheck.origin.in_(origins),
        InspectionCheck.asset_id.is_not(None),
    )
    return set(db.session.scalars(wanted)) if origins else set()


def own_of(visit: Inspection) -> frozenset[int]:
    """The checks of a visit of what the inspected organisation owns, and of what is not in the registry."""
    wanted = select(InspectionCheck.id).outerjoin(Asset, Asset.id == InspectionCheck.asset_id)
    ours: ColumnElement[bool] = Asset.id.is_(None)
    if visit.organisation_id is not None:
        ours = or_(ours, Asset.owner_id.in_(accounts.below(visit.organisation_id)))
    return frozenset(db.session.scalars(wanted.where(InspectionCheck.inspection_id == visit.id, ours)))


def news(visit: Inspection, after: int, *, most: int) -> Sequence[InspectionCheck]:
    """The checks that count and came later than a check's key, oldest first: what others saw meanwhile."""
    wanted = select(InspectionCheck).where(
        InspectionCheck.inspection_id == visit.id, InspectionCheck.standing, InspectionCheck.id > after
    )
    return db.session.scalars(wanted.order_by(InspectionCheck.id).limit(most)).all()


def counts(visits: Collection[int]) -> dict[int, tuple[int, int]]:
    """How many instruments were checked in some visits, and how many of them in violation."""
    if not visits:
        return {}
    bad = func.count().filter(InspectionCheck.violation)
    wanted = select(InspectionCheck.inspection_id, func.count(), bad).where(
        InspectionCheck.inspection_id.in_(visits), InspectionCheck.standing
    )
    return {key: (all_, bad) for key, all_, bad in db.session.execute(wanted.group_by(InspectionCheck.inspection_id))}


def hook(found: InspectionCheck) -> Hook[InspectionFile]:
    """Where the photos of a check hang."""
    return Hook(InspectionFile, "check_id", found.id, ("inspection", found.inspection_id))


def violations_on(person: Person, asset_id: int, *, limit: int = 5) -> Sequence[tuple[InspectionCheck, Inspection]]:
    """Checks that found an asset in violation, newest first: for inspectors, and once signed for the inspected."""
    theirs = and_(Inspection.state.in_(TOLD), Inspection.organisation_id.in_(accounts.acting(person, Verb.ASSET_WRITE)))
    known = or_(inspections.inspected_by(person, Inspection.authority_id), theirs)
    wanted = (
        select(InspectionCheck, Inspection)
        .join(Inspection, Inspection.id == InspectionCheck.inspection_id)
        .where(
            or_(InspectionCheck.asset_id == asset_id, InspectionCheck.registered_id == asset_id),
            InspectionCheck.standing,
            InspectionCheck.violation,
            known,
        )
        .order_by(InspectionCheck.id.desc())
    )
    return [(row[0], row[1]) for row in db.session.execute(wanted.limit(limit))]
