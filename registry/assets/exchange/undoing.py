"""Taking a whole import back, while nothing that came later depends on it.

A later import that was taken back itself is as if it had not been: the log says from which entry to which it and its
undoing wrote, and what these wrote stands in nobody's way.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, false, func, or_, select, update
from sqlalchemy.orm import selectinload

from registry.accounts.models import Person
from registry.assets import actions, tags
from registry.assets.custody.models import CustodyEvent
from registry.assets.exchange import belongings
from registry.assets.exchange.checking import part_of
from registry.assets.exchange.holdings import asset, characteristic, schedule
from registry.assets.exchange.models import AssetImport, AssetImportRow
from registry.assets.lifecycle.models import StatusChange
from registry.assets.models import Asset
from registry.assets.schemas import AssetEdit
from registry.kernel import audit, clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import Base, db
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _
from registry.sheets.actions import WRITTEN_FROM
from registry.sheets.models import ImportState, Outcome

row = cast("Table", AssetImportRow.__table__)
entry = cast("Table", AuditEntry.__table__)
PART: Final = 500
NAMED: Final = 5
PARTS_OF_AN_ASSET: Final = frozenset({"characteristic", "schedule", *(table.name for table in belongings.PARTS)})
BY_WORD: Final = (("record_type", "record_id"), ("subject_type", "subject_key"))
DONE: Final = (Outcome.NEW, Outcome.CHANGED)
BESIDE: Final = (belongings.MATERIAL, belongings.SOFTWARE)
STATUS: Final = ("status", "restriction")
HISTORY: Final = (cast("Table", CustodyEvent.__table__), cast("Table", StatusChange.__table__))  # what a change leaves


class Undone(NamedTuple):
    """Later imports that were taken back: their keys, and from after which entry to which they wrote."""

    keys: list[int]
    spans: list[tuple[int, int]]

    def touched(self) -> ColumnElement[bool]:
        """That one of them had a row about the same asset."""
        other = row.alias()
        return exists().where(other.c.import_id.in_(self.keys), other.c.tag == row.c.tag) if self.keys else false()

    def wrote(self) -> ColumnElement[bool]:
        """That an entry is theirs, when its asset is."""
        spans = (and_(entry.c.id > first, entry.c.id <= last) for first, last in self.spans)
        return or_(false(), *spans)


def refuse_when_needed(found: AssetImport) -> None:
    """Raise Conflict that names what was changed since, or what refers to what the import made."""
    undone = _undone_since(found)
    touched = undone.touched()
    newer = asset.c.version != row.c.version if not undone.keys else and_(asset.c.version != row.c.version, ~touched)
    changed = _some(_of(found, *DONE).where(or_(asset.c.id.is_(None), newer, _logged(found, undone))))
    if changed:
        raise Conflict(
            _("These assets were changed after the import, so it cannot be undone: %(tags)s.", tags=_listed(changed))
        )
    for table, clause in references():
        if undone.keys and table in {one.name for one in HISTORY}:
            clause = and_(clause, ~touched)  # noqa: PLW2901 — the log was asked about those just now
        depending = _some(_of(found, Outcome.NEW).where(clause))
        if depending:
            text = _(
                "Other records (%(what)s) refer to assets of this import, so it cannot be undone: %(tags)s.",
                what=table.replace("_", " "),
                tags=_listed(depending),
            )
            raise Conflict(text)


def undo(found: AssetImport, *, by: Person | None) -> int:
    """Put back what the import changed and take away what it made; gives how many assets. Raises Conflict, as above."""
    db.session.execute(select(asset.c.id).where(asset.c.tag.in_(_tags(found, *DONE))).with_for_update())
    refuse_when_needed(found)
    count = 0
    for part in _parts(found, Outcome.CHANGED):
        _put_back(part, by)
        count += len(part)
    apart = update(asset).where(asset.c.tag.in_(_tags(found, Outcome.NEW)), asset.c.parent_id.is_not(None))
    db.session.execute(apart.values(parent_id=None))
    for part in _parts(found, Outcome.NEW):
        _take_away([one.tag for one in part], by)
        count += len(part)
    return count


def _put_back(part: Sequence[Any], by: Person | None) -> None:
    held = select(Asset).where(Asset.tag.in_([one.tag for one in part])).options(selectinload(Asset.parent))
    by_tag = {one.tag: one for one in db.session.scalars(held.execution_options(populate_existing=True))}
    for one in part:
        before = {name: pair[0] for name, pair in one.changes.items()}
        beside = {name: pair for name, pair in one.changes.items() if name.startswith(BESIDE)}
        loaded = AssetEdit().load(
            {name: value for name, value in before.items() if name not in STATUS and name not in beside}
        )
        changes = _turn_back(by_tag[one.tag], before, by)
        if beside:
            belongings.put_back(by_tag[one.tag], {name: _loaded(name, pair) for name, pair in beside.items()}, by)
        if loaded:
            actions.edit(by_tag[one.tag], **loaded, by=by)
        if changes:
            audit.record("asset.undo_import", ("asset", one.tag), changes, by=by)
    db.session.flush()


def _loaded(key: str, pair: Sequence[Any]) -> list[Any]:
    """What was before and after as its schema loads it."""
    loader, name = part_of(key)
    return [None if value is None else loader.value(name, value) for value in pair]


def _turn_back(found: Asset, before: dict[str, Any], by: Person | None) -> audit.Changes:
    """Give back a status without asking for what a change forwards asks for: it never should have changed."""
    if not before.keys() & set(STATUS):
        return {}
    old, since = found.status, found.status_since_on
    found.status = type(old)(before.get("status", old))
    found.restriction = before.get("restriction", found.restriction)
    turns = select(StatusChange).filter_by(asset_id=found.id).order_by(StatusChange.id.desc()).limit(2)
    earlier = db.session.scalars(turns).all()[1:]
    found.status_since_on = earlier[0].on if earlier else None
    db.session.add(
        StatusChange(
            asset_id=found.id,
            old=old,
            new=found.status,
            on=clock.today(),
            at=clock.now(),
            by_id=by.id if by else None,
            actor=by.name if by else "registry",
            reason=_("The import that changed it was undone."),
            restriction=found.restriction,
        )
    )
    return {"status": [old, found.status], "status_since_on": [since, found.status_since_on]}


def _take_away(gone: Sequence[str], by: Person | None) -> None:
    told = select(asset.c.id, asset.c.tag, asset.c.name).where(asset.c.tag.in_(gone))
    found = db.session.execute(told).all()
    ids = [one.id for one in found]
    belongings.take_away(ids)
    for table in (characteristic, schedule, *HISTORY):
        db.session.execute(delete(table).where(table.c.asset_id.in_(ids)))
    db.session.execute(delete(asset).where(asset.c.id.in_(ids)))
    lines = ((("asset", one.tag), {"tag": [one.tag, None], "name": [one.name, None]}) for one in found)
    audit.record_all("asset.undo_import", lines, by=by)


def _of(found: AssetImport, *outcomes: Outcome) -> Select[Any]:
    """The rows of an import with their assets, if they are there."""
    return (
        select(row.c.tag)
        .join_from(row, asset, asset.c.tag == row.c.tag, isouter=True)
        .where(row.c.import_id == found.id, row.c.outcome.in_(outcomes))
    )


def _logged(found: AssetImport, undone: Undone) -> ColumnElement[bool]:
    """That the log knows of something later, other than of an import that was undone."""
    later = exists().where(
        entry.c.subject_type == "asset", entry.c.subject_key == row.c.tag, entry.c.id > found.last_audit_id
    )
    if not undone.keys:
        return later
    return or_(and_(later, ~undone.touched()), later.where(~undone.wrote()))


def _undone_since(found: AssetImport) -> Undone:
    """The imports that came later about some of the same assets and were taken back."""
    mine = row.alias()
    shared = exists().where(row.c.import_id == AssetImport.id, row.c.tag == mine.c.tag, mine.c.import_id == found.id)
    wanted = select(AssetImport.id).where(
        AssetImport.state == ImportState.UNDONE, AssetImport.last_audit_id > found.last_audit_id, shared
    )
    keys = list(db.session.scalars(wanted))
    told = select(entry.c.id, entry.c.changes).where(
        entry.c.subject_type == "asset_import", entry.c.subject_key.in_(map(str, keys))
    )
    spans = [
        (changes[WRITTEN_FROM][0], last) for last, changes in db.session.execute(told).all() if WRITTEN_FROM in changes
    ]
    return Undone(keys, spans)


def references() -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Every table whose rows may refer to an asset, by key or by word, and how: also those of slices above this one."""
    for name, table in Base.metadata.tables.items():
        for key in table.foreign_keys:
            other = table.alias()
            column = other.c[key.parent.name]
            if table is asset and key.column.table is asset:
                yield name, exists().where(column == asset.c.id, other.c.tag.not_in(_same_import()))
            elif key.column.table is asset and name not in PARTS_OF_AN_ASSET:
                yield name, exists().where(column == asset.c.id)
            elif key.column.table is schedule:
                yield name, exists().where(and_(column == schedule.c.id, schedule.c.asset_id == asset.c.id))
        for kind, word in BY_WORD:
            if kind in table.columns and table is not entry:
                other = table.alias()
                yield name, exists().where(other.c[kind] == "asset", other.c[word] == row.c.tag)


def _same_import() -> Select[Any]:
    """The assets that the same import made or changed, beside a row of it."""
    beside = row.alias()
    return select(beside.c.tag).where(
        beside.c.import_id == row.c.import_id, beside.c.outcome.in_(DONE), beside.c.tag.is_not(None)
    )


def _tags(found: AssetImport, *outcomes: Outcome) -> Select[Any]:
    return select(row.c.tag).where(row.c.import_id == found.id, row.c.outcome.in_(outcomes))


def _parts(found: AssetImport, outcome: Outcome) -> Iterator[Sequence[Any]]:
    last = 0
    while True:
        wanted = select(row.c.number, row.c.tag, row.c.changes).where(
            row.c.import_id == found.id, row.c.outcome == outcome, row.c.number > last
        )
        part = db.session.execute(wanted.order_by(row.c.number).limit(PART)).all()
        if not part:
            return
        yield part
        last = part[-1].number


def _some(wanted: Select[Any]) -> list[str]:
    """The first few tags, and how many there are."""
    found = db.session.scalars(wanted.limit(NAMED)).all()
    if len(found) < NAMED:
        return [tags.grouped(tag) for tag in found]
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery()))
    return [*(tags.grouped(tag) for tag in found), f"… ({count})"]


def _listed(some: list[str]) -> str:
    return ", ".join(some)
