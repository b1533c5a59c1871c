"""What the registry holds of the assets that a part of a sheet is about: a few statements, however many rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, Table, select

from registry.accounts import queries as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import Verb
from registry.assets.duplicates import make_words
from registry.assets.labels import queries as labels
from registry.assets.models import Asset, Characteristic, Schedule
from registry.assets.queries import ids_by_tag
from registry.assets.rules import CharacteristicValues, Proof, ScheduleKind
from registry.kernel.calendar import Interval
from registry.kernel.db import db
from registry.kernel.text import fold
from registry.sheets.reading import Known

asset = cast("Table", Asset.__table__)
characteristic = cast("Table", Characteristic.__table__)
schedule = cast("Table", Schedule.__table__)
organisation = cast("Table", Organisation.__table__)
parent = asset.alias("parent")
CHARACTERISTIC_FIELDS: Final = tuple(CharacteristicValues.__annotations__)
folded = lru_cache(maxsize=20_000)(fold)
blank: Final = labels.blank_among
Make = tuple[int, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Owner:
    """An organisation a sheet names: whether its records may be read, and written as the sheet does."""

    id: int
    code: str
    name_vi: str
    name_en: str
    may_write: bool
    may_read: bool


@dataclass(slots=True)
class Held:
    """An asset as it is recorded, by the names of the API."""

    id: int
    version: int
    plain: dict[str, Any]
    characteristics: list[dict[str, Any]] = field(default_factory=list)
    schedules: dict[ScheduleKind, Interval] = field(default_factory=dict)


class Owners:
    """Organisations by code, looked up once for a whole sheet; a name counts first among those one may write for."""

    def __init__(self, by: Person | None, verb: Verb = Verb.ASSET_WRITE) -> None:
        rows = db.session.execute(
            select(organisation.c.id, organisation.c.code, organisation.c.name_vi, organisation.c.name_en)
        ).all()
        ids = {row.id for row in rows}
        writing = ids if by is None else accounts.acts_for(by, verb, ids)
        reach = None if by is None else accounts.reach(by)
        reading = ids if reach is None else set(db.session.scalars(reach))
        self.by_code = {row.code: Owner(*row, row.id in writing, row.id in reading) for row in rows}
        self.by_id = {owner.id: owner for owner in self.by_code.values()}
        codes: dict[str, str] = {}
        shared: set[str] = set()
        for some in (self.by_code.keys(), {owner.code for owner in self.by_code.values() if owner.may_write}):
            named: dict[str, set[str]] = {}
            for row in rows:
                for name in (row.name_vi, row.name_en) if row.code in some else ():
                    named.setdefault(fold(name), set()).add(row.code)
            codes |= {name: next(iter(found)) for name, found in named.items() if len(found) == 1}
            shared |= {name for name, found in named.items() if len(found) > 1}
        codes |= {fold(row.code): row.code for row in rows}
        offered = sorted(owner.code for owner in self.by_code.values() if owner.may_write)
        self.known = Known(codes, offered, frozenset(shared))


def make_of(owner_id: int, said: Mapping[str, Any], serial_no: str) -> Make:
    """What tells one asset of an owner from another, by the fields of an asset; see assets.duplicates."""
    maker, model, name = make_words(said.get("manufacturer"), said.get("model"), said.get("name"))
    return owner_id, serial_no, folded(maker), folded(model), folded(name)


def by_tags(wanted: Collection[str], owners: Owners, *, lock: bool) -> dict[str, Held]:
    """The assets with these tags, or labels with them, that may be known, by what was asked for."""
    by_key = ids_by_tag(wanted) if wanted else {}
    found = {held.id: held for held in _held(asset.c.id.in_(set(by_key.values())), lock=lock)} if by_key else {}
    told = {tag: found[key] for tag, key in by_key.items() if key in found}
    return {tag: held for tag, held in told.items() if owners.by_id[held.plain["owner_id"]].may_read}


def by_serials(wanted: Iterable[tuple[int, str]], *, lock: bool) -> dict[tuple[int, str], list[Held]]:
    """The assets of these owners with these serial numbers; `lock` makes who registers meanwhile wait."""
    pairs = set(wanted)
    if not pairs:
        return {}
    owner_ids, serial_nos = {owner_id for owner_id, _serial in pairs}, {serial_no for _owner, serial_no in pairs}
    if lock:
        keepers = select(Organisation.id).where(Organisation.id.in_(owner_ids)).order_by(Organisation.id)
        db.session.execute(keepers.with_for_update(key_share=True))
    found: dict[tuple[int, str], list[Held]] = {}
    for held in _held(asset.c.owner_id.in_(owner_ids) & asset.c.serial_no.in_(serial_nos), lock=lock):
        found.setdefault((held.plain["owner_id"], held.plain["serial_no"]), []).append(held)
    return found


def _held(which: ColumnElement[bool], *, lock: bool) -> list[Held]:
    wanted = (
        select(asset, parent.c.tag.label("parent"), parent.c.label_tag.label("parent_label_tag"))
        .join_from(asset, parent, parent.c.id == asset.c.parent_id, isouter=True)
        .where(which)
        .order_by(asset.c.id)
    )
    if lock:
        wanted = wanted.with_for_update(of=asset)
    found = {row["id"]: Held(row["id"], row["version"], dict(row)) for row in db.session.execute(wanted).mappings()}
    if found:
        _fill(found)
    return list(found.values())


def _fill(found: Mapping[int, Held]) -> None:
    ids = list(found)
    columns = [characteristic.c[name] for name in CHARACTERISTIC_FIELDS]
    said: Select[Any] = select(characteristic.c.asset_id, *columns).where(characteristic.c.asset_id.in_(ids))
    for row in db.session.execute(said.order_by(characteristic.c.asset_id, characteristic.c.position)):
        found[row[0]].characteristics.append(dict(zip(CHARACTERISTIC_FIELDS, row[1:], strict=True)))
    held = select(schedule.c.asset_id, schedule.c.kind, schedule.c.interval, schedule.c.interval_unit).where(
        schedule.c.asset_id.in_(ids), schedule.c.proof != Proof.NOT_REQUIRED
    )
    for asset_id, kind, count, unit in db.session.execute(held.order_by(schedule.c.id)):
        found[asset_id].schedules[kind] = Interval(count, unit)


def is_same(old: object, new: object) -> bool:
    """Whether a value is the one that is recorded: 0.10 is 0.1, and an empty text is none."""
    return (None if old == "" else old) == (None if new == "" else new)
