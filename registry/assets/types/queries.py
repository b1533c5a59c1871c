"""Instrument types as they are looked for: by code, in lists, and by what somebody typed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, and_, case, exists, or_, select
from sqlalchemy.orm import selectinload

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.assets.models import Asset
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion, InstrumentTypeWord
from registry.assets.types.rules import ControlGroup, closed, nearest, spellings
from registry.kernel import paging
from registry.kernel.db import db, rows
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _, current_locale
from registry.kernel.text import like_pattern, shown

instrument_type = cast("Table", InstrumentType.__table__)
BY_NAME: Final = paging.Order((instrument_type.c.name_order, instrument_type.c.id))
MOST_SUGGESTIONS: Final = 500
MOST_COMPARED: Final = 2_000


def visible_to(person: Person, statement: Select[Any]) -> Select[Any]:
    """Only the types that are for everybody or of organisations whose records the person may read."""
    reach = accounts.reach(person)
    if reach is None:
        return statement
    return statement.where(or_(InstrumentType.owner_id.is_(None), InstrumentType.owner_id.in_(reach)))


def by_code(person: Person, code: str, *, lock: bool = False) -> InstrumentType:
    """A type with who made its versions, read afresh; raises NotFound also when the person may not know of it.

    `lock` keeps others from changing it until the commit.
    """
    wanted = visible_to(person, select(InstrumentType).where(InstrumentType.code == code))
    wanted = wanted.options(selectinload(InstrumentType.versions).joinedload(InstrumentTypeVersion.made_by))
    wanted = wanted.execution_options(populate_existing=True)
    found: InstrumentType | None = db.session.scalar(wanted.with_for_update(of=InstrumentType) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no instrument type with the code “%(code)s”.", code=shown(code)))
    return found


def type_page(
    person: Person,
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    q: str | None = None,
    group: ControlGroup | None = None,
    owner: str | None = None,
    in_force_on: date | None = None,
) -> paging.Page[InstrumentType]:
    """Visible types under filters, by name; `in_force_on` asks for those with a version in force on that day."""
    wanted = visible_to(person, select(InstrumentType))
    if q:
        wanted = wanted.where(InstrumentType.search.like(like_pattern(q), escape="\\"))
    if group:
        wanted = wanted.where(InstrumentType.group == group)
    if owner:
        wanted = wanted.where(InstrumentType.owner_id.in_(select(Organisation.id).where(Organisation.code == owner)))
    if in_force_on:
        wanted = wanted.where(has_version_on(in_force_on))
    return paging.page(wanted, BY_NAME, limit=limit, cursor=cursor, count=count)


def holds_on(day: date) -> ColumnElement[bool]:
    """The SQL twin of `rules.holds`, for versions."""
    version = InstrumentTypeVersion
    return and_(
        version.replaced_at.is_(None),
        version.valid_from <= day,
        or_(version.valid_to.is_(None), version.valid_to >= day),
    )


def has_version_on(day: date) -> ColumnElement[bool]:
    """Whether `rules.in_force` finds a version of a type on a day."""
    return exists().where(InstrumentTypeVersion.type_id == InstrumentType.id, holds_on(day))


def usable(person: Person | None, owner_id: int | None) -> Select[InstrumentType]:
    """The types a person may use for an asset of an owner: those for everybody, of the owner, and of who is over it."""
    if owner_id is None:
        return select(InstrumentType).where(InstrumentType.owner_id.is_(None))
    near = InstrumentType.owner_id.in_(accounts.over(owner_id))
    wanted = select(InstrumentType).where(or_(InstrumentType.owner_id.is_(None), near))
    return wanted if person is None else visible_to(person, wanted)


def named(person: Person | None, text: str, owner_id: int | None) -> InstrumentType | None:
    """The usable type whose code or name a typed text is, accents, case, blanks and hyphens aside.

    Where two answer, what is for everybody goes before what is somebody's own, and the older first.
    """
    wanted = usable(person, owner_id).join(InstrumentTypeWord).where(InstrumentTypeWord.word.in_(spellings(text)))
    own = case((InstrumentType.owner_id.is_(None), 0), else_=1)
    found: InstrumentType | None = db.session.scalars(wanted.order_by(own, InstrumentType.id).limit(1)).first()
    return found


def called(person: Person | None, owner_id: int | None) -> dict[str, str]:
    """The names of the usable types, in the language of the request, by what they are called in either, closed.

    Of very many types the first by name.
    """
    names = usable(person, owner_id).with_only_columns(InstrumentType.name_vi, InstrumentType.name_en)
    found = db.session.execute(names.order_by(*BY_NAME.columns).limit(MOST_COMPARED)).all()
    is_english = current_locale() == "en"
    said = ((one.name_en if is_english else one.name_vi, name) for one in found for name in (one.name_en, one.name_vi))
    return {closed(part): shown for shown, name in said for part in (*name.split(";"), name)}


def like(person: Person | None, text: str, owner_id: int | None) -> str | None:
    """The name of the usable type that is called most like a text that is none of them, if any is much alike."""
    return nearest(text, called(person, owner_id))


def of_asset(person: Person, asset: Asset) -> InstrumentType | None:
    """The type an asset is linked to, when the person may see it."""
    if asset.instrument_type_id is None:
        return None
    found: InstrumentType | None = db.session.scalar(
        visible_to(person, select(InstrumentType).where(InstrumentType.id == asset.instrument_type_id))
    )
    return found


def version_on(asset: Asset, day: date) -> InstrumentTypeVersion | None:
    """What was asked of an asset's type on a day, whoever asks; None without a type or a version in force."""
    if asset.instrument_type_id is None:
        return None
    wanted = select(InstrumentTypeVersion).where(InstrumentTypeVersion.type_id == asset.instrument_type_id)
    found: InstrumentTypeVersion | None = db.session.scalar(wanted.where(holds_on(day)))
    return found


def may_write(person: Person, row: InstrumentType) -> bool:
    """Whether a person may change a type: an administrator those for everybody, a manager the organisation's own."""
    verb = Verb.CATALOGUE_WRITE if row.owner_id is None else Verb.TYPE_WRITE
    return accounts.may(person, verb, row.owner_id)


def suggestions(person: Person, today: date) -> Sequence[str]:
    """The names of visible types in force, for a field that suggests while somebody types."""
    wanted = visible_to(person, select(InstrumentType)).where(has_version_on(today))
    return [found.name for found in rows(wanted.order_by(*BY_NAME.columns).limit(MOST_SUGGESTIONS))]


def taken(words: Iterable[str], owner_id: int | None, but: int | None) -> str | None:
    """A word that another type for everybody, or another of the same owner, is found by already."""
    rivals = or_(InstrumentType.owner_id.is_(None), InstrumentType.owner_id == owner_id)
    wanted = select(InstrumentTypeWord.word).join(InstrumentType).where(InstrumentTypeWord.word.in_(words), rivals)
    found: str | None = db.session.scalar(wanted.where(InstrumentType.id != (but or 0)).limit(1))
    return found


def for_everybody() -> dict[str, InstrumentType]:
    """The types without an owner, by code."""
    wanted = select(InstrumentType).where(InstrumentType.owner_id.is_(None))
    return {found.code: found for found in rows(wanted)}
