"""Taking a whole import back, part by part, while nothing that came later depends on it.

A later import that was taken back itself is as if it had not been: each of its rows says between which entries of the
log it and its undoing wrote, and what these wrote stands in nobody's way. Of imports from before that was kept, the log
says it of the whole.

Others work while an import is taken back: what they need by the time its turn comes stays, all else is taken back, and
the import remains with what is left of it.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, delete, exists, false, func, or_, select, true, update
from sqlalchemy.orm import selectinload

from registry.accounts.models import Person
from registry.assets import actions, tags
from registry.assets.custody.models import CustodyEvent
from registry.assets.exchange import belongings, labelled
from registry.assets.exchange.checking import part_of
from registry.assets.exchange.holdings import asset, characteristic, schedule
from registry.assets.exchange.models import AssetImport, AssetImportRow
from registry.assets.exchange.referring import said_of
from registry.assets.lifecycle.models import StatusChange
from registry.assets.models import Asset
from registry.assets.schemas import AssetEdit
from registry.kernel import audit, clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import Base, db, write_much
from registry.kernel.errors import Conflict
from registry.kernel.i18n import _, together
from registry.sheets.actions import WRITTEN_FROM
from registry.sheets.models import UNDONE, ImportState, Outcome
from registry.sheets.running import Step

row = cast("Table", AssetImportRow.__table__)
entry = cast("Table", AuditEntry.__table__)
PART: Final = 500
NAMED: Final = 5  # in a sentence
SHOWN: Final = 50
PARTS_OF_AN_ASSET: Final = frozenset({"characteristic", "schedule", *(table.name for table in belongings.PARTS)})
ASKED_APART: Final = PARTS_OF_AN_ASSET | {"label"}
BY_WORD: Final = (("record_type", "record_id"), ("subject_type", "subject_key"))
DONE: Final = (Outcome.NEW, Outcome.CHANGED)
BESIDE: Final = (belongings.MATERIAL, belongings.SOFTWARE)
STATUS: Final = ("status", "restriction")
LEFT: Final = and_(row.c.outcome.in_(DONE), row.c.wrote_to.is_not(None), row.c.version.is_not(None))
HISTORY: Final = (cast("Table", CustodyEvent.__table__), cast("Table", StatusChange.__table__))  # what a change leaves


class StillNeeded(Conflict):
    """An import cannot be taken back; `tags` are the first assets that stand in the way."""

    def __init__(self, detail: str, tags: Sequence[str]) -> None:
        super().__init__(detail)
        self.tags = tags


class Undone(NamedTuple):
    """Later imports that were taken back: their keys, and from after which entry to which they wrote."""

    keys: list[int]
    spans: list[tuple[int, int]]
    of_whole: list[int]  # those of which only the log knows what they wrote

    def touched(self) -> ColumnElement[bool]:
        """That one of them had a row about the same asset, which was taken back."""
        if not self.keys:
            return false()
        other = row.alias()
        back = or_(other.c.undid_to.is_not(None), other.c.import_id.in_(self.of_whole))
        return exists().where(other.c.import_id.in_(self.keys), other.c.tag == row.c.tag, back)

    def wrote(self) -> ColumnElement[bool]:
        """That an entry is theirs, when its asset is."""
        spans = (and_(entry.c.id > first, entry.c.id <= last) for first, last in self.spans)
        other = row.alias()
        written = and_(entry.c.id > other.c.wrote_from, entry.c.id <= other.c.wrote_to)
        taken_back = and_(entry.c.id > other.c.undid_from, entry.c.id <= other.c.undid_to)
        of_mine = other.c.import_id.in_(self.keys), other.c.tag == row.c.tag, other.c.undid_to.is_not(None)
        mine = exists().where(*of_mine, or_(written, taken_back))
        return or_(mine, *spans)


def refuse_when_needed(found: AssetImport, part: ColumnElement[bool] | None = None) -> None:
    """Raise StillNeeded that names what was changed since, or what refers to what the import, or a part of it, made."""
    for wanted, say in _obstacles(found, true() if part is None else part, _undone_since(found)):
        if some := _some(wanted):
            raise StillNeeded(say(_listed(wanted, some)), some)


def _obstacles(
    found: AssetImport, part: ColumnElement[bool], undone: Undone
) -> Iterator[tuple[Select[Any], Callable[[str], str]]]:
    """What may stand in the way: the tags of the assets for which it does, and how that is said of them."""
    touched = undone.touched()
    newer = asset.c.version != row.c.version if not undone.keys else and_(asset.c.version != row.c.version, ~touched)
    yield (
        _of(found, *DONE).where(part, or_(asset.c.id.is_(None), newer, _logged(found, undone))),
        lambda listed: _("These assets were changed after the import, so it cannot be undone: %(tags)s.", tags=listed),
    )
    yield (
        _of(found, Outcome.NEW).where(part, labelled.has_label()),
        lambda listed: _(
            "Labels were printed for assets of this import: %(tags)s. Collect and destroy them, say so and undo it "
            "again; or leave the import as it is.",
            tags=listed,
        ),
    )
    for table, clause in references():
        if undone.keys and table in {one.name for one in HISTORY}:
            clause = and_(clause, ~touched)  # noqa: PLW2901 — the log was asked about those just now
        what = said_of(table)
        yield (
            _of(found, Outcome.NEW).where(part, clause),
            lambda listed, what=what: _(  # type: ignore[misc]  # it is given the list alone
                "Other records (%(what)s) refer to assets of this import, so it cannot be undone: %(tags)s.",
                what=what,
                tags=listed,
            ),
        )


def undo(found: AssetImport, step: Step) -> int:
    """Put back what the import changed and take away what it made; gives how many assets.

    Raises StillNeeded, as above: before anything is taken back, or for what others came to need meanwhile, which stays.
    Begun again after a crash, or asked for again, it goes on with what is left.
    """
    undone = select(func.count()).where(row.c.import_id == found.id, row.c.undid_to.is_not(None))
    _count(found, db.session.scalar(undone) or 0)
    if not found.undone:
        refuse_when_needed(found)
    step()
    while _undo_left(found, step, keep=True):
        pass
    if found.left:
        _tell_left(found)
    return found.undone


def _tell_left(found: AssetImport) -> None:
    """Raise StillNeeded for what stays."""
    said = _(
        "%(undone)s assets of this import were taken back. %(left)s stay: somebody used them while it was undone."
        " Once nothing depends on them, undo it again.",
        undone=found.undone,
        left=found.left,
    )
    try:
        refuse_when_needed(found)
    except StillNeeded as needed:
        raise StillNeeded(together([said, needed.detail]), needed.tags) from None
    raise StillNeeded(said, ())


def take_away(found: AssetImport, step: Step) -> None:
    """Leave nothing of an import that broke off; its rows are then as a trial left them. Raises Conflict, as above."""
    refuse_when_needed(found)
    step()
    _undo_left(found, step, keep=False)
    afresh = dict.fromkeys(("wrote_from", "wrote_to", "undid_from", "undid_to"))
    db.session.execute(update(row).where(row.c.import_id == found.id).values(afresh))


def waits(found: AssetImport) -> bool:
    """Whether rows of an import were imported and not taken back."""
    return db.session.scalar(select(exists().where(row.c.import_id == found.id, LEFT))) is True


def _undo_left(found: AssetImport, step: Step, *, keep: bool) -> int:
    """Take back what is left, part by part; gives how many rows. What is needed is kept, or raises StillNeeded."""
    count, undone = 0, _undone_since(found)
    for outcome in DONE[::-1]:
        numbers = _left(found, outcome)
        for first in range(0, len(numbers), PART):
            write_much()
            before, part = audit.last_entry(), _part(found, outcome, numbers[first : first + PART])
            held = select(asset.c.id).where(asset.c.tag.in_([one.tag for one in part])).order_by(asset.c.id)
            db.session.execute(held.with_for_update())
            if keep:
                part = _free(found, outcome, part, undone)
            else:
                refuse_when_needed(found, row.c.number.in_([one.number for one in part]))
            if outcome is Outcome.CHANGED:
                _put_back(part, found.person)
            else:
                _take_away([one.tag for one in part], found.person)
            gone = {"version": None, "undid_from": before, "undid_to": audit.last_entry()}
            these = row.c.number.in_([one.number for one in part])
            db.session.execute(update(row).where(row.c.import_id == found.id, these).values(gone))
            count += len(part)
            if keep:
                _count(found, found.done + len(part))
            step()
    return count


def _count(found: AssetImport, undone: int) -> None:
    found.done, found.counted = undone, found.counted | {UNDONE: undone}


def _free(found: AssetImport, outcome: Outcome, part: Sequence[Any], undone: Undone) -> list[Any]:
    """The rows of a part that nobody needs; a set is needed as long as something is a component of it."""
    these = row.c.number.in_([one.number for one in part])
    needed = {tag for wanted, _say in _obstacles(found, these, undone) for tag in db.session.scalars(wanted)}
    if outcome is Outcome.NEW:
        whole, tags_ = asset.alias(), {one.tag for one in part}
        family = select(whole.c.tag, asset.c.tag).join_from(asset, whole, asset.c.parent_id == whole.c.id)
        within = db.session.execute(family.where(whole.c.tag.in_(tags_))).all()
        while kept := {of for of, tag in within if of not in needed and (tag in needed or tag not in tags_)}:
            needed |= kept
    return [one for one in part if one.tag not in needed]


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
    labelled.forget(ids)
    db.session.execute(update(asset).where(asset.c.parent_id.in_(ids)).values(parent_id=None))
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
        .where(row.c.import_id == found.id, row.c.outcome.in_(outcomes), _is_left(found))
    )


def _is_left(found: AssetImport) -> ColumnElement[bool]:
    """That something of a row of an import is there; of one that is not whole, only of the rows that were imported."""
    return LEFT if found.applied_at is None else row.c.version.is_not(None)


def _logged(found: AssetImport, undone: Undone) -> ColumnElement[bool]:
    """That the log knows of something later, other than of an import that was undone."""
    last = func.coalesce(row.c.wrote_to, found.last_audit_id)
    later = exists().where(entry.c.subject_type == "asset", entry.c.subject_key == row.c.tag, entry.c.id > last)
    if not undone.keys:
        return later
    return or_(and_(later, ~undone.touched()), later.where(~undone.wrote()))


def _undone_since(found: AssetImport) -> Undone:
    """The imports that came later about some of the same assets and were taken back, as a whole or in part."""
    mine = row.alias()
    shared = exists().where(row.c.import_id == AssetImport.id, row.c.tag == mine.c.tag, mine.c.import_id == found.id)
    since = select(func.coalesce(func.min(row.c.wrote_to), found.last_audit_id)).where(row.c.import_id == found.id)
    whole = AssetImport.state == ImportState.UNDONE
    wanted = select(AssetImport.id, whole).where(
        or_(whole, AssetImport.counted[UNDONE].as_integer() > 0),
        AssetImport.id != found.id,
        AssetImport.last_audit_id > since.scalar_subquery(),
        shared,
    )
    whole_of: dict[int, bool] = {key: is_whole for key, is_whole in db.session.execute(wanted)}  # noqa: C416 — of rows
    keys = list(whole_of)
    by_rows = select(row.c.import_id).where(row.c.import_id.in_(keys), row.c.wrote_to.is_not(None)).distinct()
    of_whole = {key for key, is_whole in whole_of.items() if is_whole} - set(db.session.scalars(by_rows))
    told = select(entry.c.id, entry.c.changes).where(
        entry.c.subject_type == "asset_import", entry.c.subject_key.in_(map(str, of_whole))
    )
    spans = [
        (changes[WRITTEN_FROM][0], last) for last, changes in db.session.execute(told).all() if WRITTEN_FROM in changes
    ]
    return Undone(keys, spans, sorted(of_whole))


def references() -> Iterator[tuple[str, ColumnElement[bool]]]:
    """Every table whose rows may refer to an asset, by key or by word, and how: also those of slices above this one."""
    for name, table in Base.metadata.tables.items():
        for key in table.foreign_keys:
            other = table.alias()
            column = other.c[key.parent.name]
            if table is asset and key.column.table is asset:
                yield name, exists().where(column == asset.c.id, other.c.tag.not_in(_same_import()))
            elif key.column.table is asset and name not in ASKED_APART:
                yield name, exists().where(column == asset.c.id)
            elif key.column.table is schedule:
                yield name, exists().where(and_(column == schedule.c.id, schedule.c.asset_id == asset.c.id))
        for kind, word in BY_WORD:
            if kind in table.columns and table is not entry:
                other = table.alias()
                yield name, exists().where(other.c[kind] == "asset", other.c[word] == row.c.tag)


def _same_import() -> Select[Any]:
    """The assets that the same import made or changed and that are not taken back, beside a row of it."""
    beside = row.alias()
    left = beside.c.outcome.in_(DONE), beside.c.tag.is_not(None), beside.c.version.is_not(None)
    return select(beside.c.tag).where(beside.c.import_id == row.c.import_id, *left).correlate(row)


def _left(found: AssetImport, outcome: Outcome) -> "array[int]":
    """The numbers of the rows that are left, components before the sets they are in: these were registered first."""
    wanted = select(row.c.number).join_from(row, asset, asset.c.tag == row.c.tag, isouter=True)
    mine = wanted.where(row.c.import_id == found.id, row.c.outcome == outcome, _is_left(found))
    ordered = mine.order_by(asset.c.id.desc(), row.c.number).execution_options(yield_per=PART)
    return array("q", db.session.scalars(ordered))


def _part(found: AssetImport, outcome: Outcome, numbers: Sequence[int]) -> Sequence[Any]:
    """Rows by their numbers, with what they changed."""
    columns = (row.c.number, row.c.tag, row.c.changes) if outcome is Outcome.CHANGED else (row.c.number, row.c.tag)
    wanted = select(*columns).where(row.c.import_id == found.id, row.c.number.in_(numbers)).order_by(row.c.number)
    return db.session.execute(wanted).all()


def _some(wanted: Select[Any]) -> Sequence[str]:
    """The first tags, as many as somebody looks through."""
    return db.session.scalars(wanted.limit(SHOWN)).all()


def _listed(wanted: Select[Any], some: Sequence[str]) -> str:
    """The first few tags, and how many there are."""
    named = [tags.grouped(tag) for tag in some[:NAMED]]
    if len(some) < NAMED:
        return ", ".join(named)
    count = db.session.scalar(select(func.count()).select_from(wanted.subquery()))
    return ", ".join((*named, f"… ({count})"))
