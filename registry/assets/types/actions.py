"""What changes instrument types."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from registry.accounts.models import Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.assets import law
from registry.assets.types import links, queries, rules, shipped
from registry.assets.types.models import InstrumentType, InstrumentTypeVersion, InstrumentTypeWord
from registry.assets.types.rules import ControlGroup, VersionValues
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time, rows
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _
from registry.kernel.text import search_text

TOLD: Final = tuple(VersionValues.__annotations__)
WORDS: Final = "instrument_type_word"


def add(
    *,
    code: str,
    name_vi: str,
    group: ControlGroup,
    name_en: str | None = None,
    owner: str | None = None,
    versions: Sequence[VersionValues] = (),
    by: Person | None,
) -> InstrumentType:
    """Add a type, with the versions that are known of it, oldest first. With an owner it is that organisation's own.

    Raises Conflict when the code is taken, or when another type answers to one of its names.
    """
    rules.check_owner(group, owner)
    keeper = organisation_field(owner) if owner else None
    _require(by, keeper.id if keeper else None)
    row = InstrumentType(
        code=code, name_vi=name_vi, name_en=name_en or name_vi, group=group, owner_id=keeper.id if keeper else None
    )
    changes = audit.changes_of(row)
    changes.pop("owner_id", None)
    changes |= {"owner": [None, keeper.code]} if keeper else {}
    _call(row)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        message = _("An instrument type with the code “%(code)s” exists already; choose another code.", code=code)
        raise Conflict(message, errors={"code": [message]}) from error
    links.adopt(row)
    audit.record("instrument_type.add", ("instrument_type", code), changes, by=by)
    for position, given in enumerate(versions):
        try:
            _place(row, given, by)
        except Invalid as fault:
            beside = {f"versions.{position}.{field}": messages for field, messages in (fault.errors or {}).items()}
            raise Invalid(beside) from fault
    law.mark_type(row.id)
    return row


def edit(row: InstrumentType, *, name_vi: str | None = None, name_en: str | None = None, by: Person | None) -> None:
    """Change the names that are given. The code, the group and the owner stay."""
    _require(by, row.owner_id)
    row.name_vi, row.name_en = name_vi or row.name_vi, name_en or row.name_en
    changes = audit.changes_of(row)
    changes.pop("name_order", None)
    if not changes:
        return
    _call(row)
    audit.record("instrument_type.edit", ("instrument_type", row.code), changes, by=by)
    db.session.flush()
    links.adopt(row)
    law.mark_type(row.id)


def add_version(
    row: InstrumentType,
    *,
    valid_from: date,
    valid_to: date | None = None,
    circular: str | None = None,
    source: str | None = None,
    type_approval: bool | None = None,
    initial: bool | None = None,
    periodic: bool | None = None,
    after_repair: bool | None = None,
    period_months: int | None = None,
    calibration_interval_months: int | None = None,
    note: str = "",
    by: Person | None,
) -> InstrumentTypeVersion:
    """Record what is asked of a type from a day on; the version in force before ends the day before.

    A version from the same first day as another corrects it: the other one stays and holds no longer. The type is best
    fetched with `lock=True`. Raises Invalid when the version would reach into the next one.
    """
    _require(by, row.owner_id)
    given: VersionValues = {
        "valid_from": valid_from,
        "valid_to": valid_to,
        "circular": circular or None,
        "source": source or None,
        "type_approval": type_approval,
        "initial": initial,
        "periodic": periodic,
        "after_repair": after_repair,
        "period_months": period_months,
        "calibration_interval_months": calibration_interval_months,
        "note": note,
    }
    made = _place(row, given, by)
    law.mark_type(row.id)
    return made


def load_shipped() -> int:
    """Record what the registry ships and does not hold yet; gives how many versions that were.

    A second run changes nothing. What people recorded wins: a shipped version that begins before or on the first day of
    one of theirs, or that would end one of theirs, is left out, and names are never changed.
    """
    one_at_a_time("instrument_type")
    _respell()
    held = queries.for_everybody()
    loaded = 0
    for given in shipped.types():
        row = held.get(given["code"])
        if row is None:
            loaded += _added(given)
        else:
            new = [version for version in given["versions"] if _is_news(row, version)]
            loaded += len([_place(row, version, None) for version in new])
            if new:
                law.mark_type(row.id)
    return loaded


def _respell() -> None:
    """Let types that were recorded by an earlier version be found by every spelling that this one knows."""
    for row in rows(select(InstrumentType).options(selectinload(InstrumentType.words))):
        held = {one.word for one in row.words}
        new = [word for word in rules.words(row.code, row.name_vi, row.name_en) if word not in held]
        free = [word for word in new if queries.taken([word], row.owner_id, row.id) is None]
        row.words.extend(InstrumentTypeWord(word=word) for word in free)
        if free:
            db.session.flush()
            links.adopt(row)
            law.mark_type(row.id)


def _added(given: shipped.ShippedType) -> int:
    """Add a shipped type, unless people have taken its code or its names for their own."""
    try:
        with db.session.begin_nested():
            add(**given, group=ControlGroup.TWO, by=None)
    except Conflict:
        return 0
    return len(given["versions"])


def _is_news(row: InstrumentType, given: VersionValues) -> bool:
    """Whether a shipped version says what is not recorded, and touches nothing that people recorded."""
    live = [version for version in row.versions if version.replaced_at is None]
    theirs = [version for version in live if version.made_by_id is not None]
    before = rules.in_force(live, given["valid_from"])
    if before in theirs or any(version.valid_from >= given["valid_from"] for version in theirs):
        return False
    if before is None or before.valid_from != given["valid_from"]:
        return True
    return any(getattr(before, field) != given.get(field) for field in TOLD if field != "valid_to")


def _require(by: Person | None, owner_id: int | None) -> None:
    if owner_id is None:
        require(by, Verb.CATALOGUE_WRITE)
    else:
        require(by, Verb.TYPE_WRITE, owner_id)


def _call(row: InstrumentType) -> None:
    """Let the type be found by its code and names. Raises Conflict when another one answers to one of them."""
    one_at_a_time(WORDS)
    words = rules.words(row.code, row.name_vi, row.name_en)
    with db.session.no_autoflush:
        rival = queries.taken(words, row.owner_id, row.id)
    if rival is not None:
        message = _("Another instrument type is called “%(name)s” already; choose another name.", name=words[rival])
        raise Conflict(message, errors={_field_of(row, rival): [message]})
    held = {one.word for one in row.words}
    row.words[:] = [one for one in row.words if one.word in words]
    row.words.extend(InstrumentTypeWord(word=word) for word in words if word not in held)
    row.search = search_text(row.code, row.name_vi, row.name_en)


def _field_of(row: InstrumentType, word: str) -> str:
    """The field that a word comes from."""
    if word in rules.spellings(row.code):
        return "code"
    return "name_vi" if word in rules.words("", row.name_vi) else "name_en"


def _place(row: InstrumentType, given: VersionValues, by: Person | None) -> InstrumentTypeVersion:
    """Put a version among those of a type; what stands in its place gives way before it comes."""
    rules.check_version(row.group, given)
    place = rules.place(row.versions, given["valid_from"], given.get("valid_to"))
    changes: audit.Changes = {}
    if place.replaces is not None:
        changes["replaces"] = [_told(place.replaces), None]
        place.replaces.replaced_at = clock.now()
    if place.closes is not None:
        closed_on = given["valid_from"] - timedelta(days=1)
        changes["closes"] = [_told(place.closes), {"valid_to": closed_on}]
        place.closes.valid_to = closed_on
    db.session.flush()
    version = InstrumentTypeVersion(**given | {"valid_to": place.valid_to}, made_by_id=by.id if by else None)
    row.versions.append(version)
    changes["version"] = [None, _told(version)]
    audit.record("instrument_type.version", ("instrument_type", row.code), changes, by=by)
    db.session.flush()
    return version


def _told(version: InstrumentTypeVersion) -> dict[str, object]:
    return {field: getattr(version, field) for field in TOLD if getattr(version, field) not in (None, "")}
