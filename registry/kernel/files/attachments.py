"""Hanging files on records, whatever the record: the caller decides who may, and names the record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from registry.kernel import audit, clock, paging
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Gone, Invalid, NotFound
from registry.kernel.files import pictures
from registry.kernel.files.intake import Incoming
from registry.kernel.files.models import Attachment, StoredFile
from registry.kernel.files.rules import FIELD, MOST_FILES, FileKind
from registry.kernel.files.store import OURS, key_of, store, thumbnail_key
from registry.kernel.i18n import _

Row = TypeVar("Row", bound=Attachment)
ORPHAN_AGE: Final = timedelta(days=1)
AT_ONCE: Final = 500


@dataclass(frozen=True)
class Hook(Generic[Row]):
    """Where files hang: a table, the column and key of one record, and how the audit log calls that record."""

    table: type[Row]
    column: str
    key: int
    subject: tuple[str, object]

    @property
    def all(self) -> Any:  # noqa: ANN401 — a SELECT of rows of the table
        """The files that hang there or did."""
        table: Any = self.table
        wanted = select(table).where(getattr(table, self.column) == self.key)
        added_by = joinedload(table.added_by).options(lazyload("*"))
        return wanted.options(joinedload(table.stored, innerjoin=True), added_by)

    @property
    def held(self) -> Any:  # noqa: ANN401 — see all
        """The files that hang there now."""
        return self.all.where(self.table.removed_at.is_(None))


def keep(incoming: Incoming) -> StoredFile:
    """The row of a content, made when it is new; its bytes lie in the store before anything is committed.

    Who tidies the store waits for the same content, so that bytes are not taken away under a row that names them.
    """
    sha256 = incoming.sha256
    one_at_a_time(f"file {sha256}")
    lay_down(incoming)
    found = db.session.scalar(select(StoredFile).filter_by(sha256=sha256))
    if found is None:
        found = StoredFile(
            sha256=sha256,
            media_type=incoming.media_type,
            size=len(incoming.content),
            width=incoming.width,
            height=incoming.height,
        )
        db.session.add(found)
        db.session.flush()
    return found


def lay_down(incoming: Incoming) -> None:
    """Put bytes in the store; no transaction is needed, and without a row they are taken away again after a day."""
    sha256 = incoming.sha256
    store().put(key_of(sha256), incoming.content)
    if incoming.thumbnail is not None:
        store().put(thumbnail_key(sha256), incoming.thumbnail)


def attach(
    hook: Hook[Row], incoming: Incoming, *, kind: FileKind | None, caption: str, by: audit.Actor | None
) -> tuple[Row, bool]:
    """Hang a file on a record that is locked, and say whether it is new there: the same content hangs there once."""
    stored = keep(incoming)
    same = db.session.scalar(hook.held.where(hook.table.stored_file_id == stored.id))
    if same is not None:
        return same, False
    if (db.session.scalar(select(func.count()).select_from(hook.held.order_by(None).subquery())) or 0) >= MOST_FILES:
        raise Conflict(_("There are %(most)s files here already; remove one first.", most=MOST_FILES))
    if kind is FileKind.PHOTO and not stored.is_picture:
        raise Invalid({FIELD: [_("This file is no picture, so it is no photo; choose another kind.")]})
    kind = kind or (FileKind.PHOTO if stored.is_picture else FileKind.DOCUMENT)
    record: dict[str, Any] = {hook.column: hook.key}
    made = hook.table(
        stored_file_id=stored.id,
        name=incoming.name,
        kind=kind,
        caption=caption,
        added_by_id=by.id if by else None,
        **record,
    )
    db.session.add(made)
    db.session.flush()
    _record("attach_file", hook, [None, made.name], {"sha256": [None, stored.sha256], "kind": [None, kind]}, by)
    return by_id(hook, made.id), True


def remove(hook: Hook[Row], row: Row, *, reason: str, by: audit.Actor | None) -> Row:
    """Hide a file, with a reason; the row and the bytes stay for whoever has to look into it. Raises Gone."""
    db.session.refresh(row, with_for_update={"of": hook.table})
    by_id(hook, row.id)
    row.removed_at, row.removed_by_id, row.removed_reason = clock.now(), by.id if by else None, reason
    _record("remove_file", hook, [row.name, None], {"reason": [None, reason]}, by)
    db.session.flush()
    return row


def by_id(hook: Hook[Row], id: int) -> Row:
    """A file that hangs on a record; raises NotFound, and Gone for one that was removed."""
    found: Row | None = db.session.scalar(hook.all.where(hook.table.id == id))
    if found is None:
        raise NotFound(_("There is no file %(key)s here.", key=id))
    if found.removed_at is not None:
        raise Gone(_("This file was removed: %(reason)s", reason=found.removed_reason or ""))
    return found


def page(hook: Hook[Row], *, kind: FileKind | None = None, **asked: Any) -> paging.Page[Row]:  # noqa: ANN401 — limit, cursor, count
    """The files of a record, in the order they were added."""
    wanted = hook.held if kind is None else hook.held.where(hook.table.kind == kind)
    columns = hook.table.__table__.c  # type: ignore[attr-defined]  # every table of attachments is a mapped one
    return paging.page(wanted, paging.Order((columns.id,)), **asked)


def shown(hook: Hook[Row]) -> Sequence[Row]:
    """All files of a record, at most MOST_FILES, newest first."""
    newest: Sequence[Row] = db.session.scalars(hook.held.order_by(hook.table.id.desc()).limit(MOST_FILES)).all()
    return newest


def content(stored: StoredFile) -> bytes:
    """The bytes of a file."""
    return store().content(stored.sha256)


def thumbnail(stored: StoredFile) -> bytes:
    """The small WebP of a picture, drawn again when it is lost. Raises Conflict for what is no picture."""
    if not stored.is_picture:
        raise Conflict(_("Only pictures have a thumbnail."))
    key = thumbnail_key(stored.sha256)
    small = store().get(key)
    if small is None:
        small = pictures.thumbnail(content(stored))
        store().put(key, small)
    return small


def tidy() -> int:
    """Take away bytes that no row names and that are older than ORPHAN_AGE; gives how many files they were of."""
    before = clock.now() - ORPHAN_AGE
    old: dict[str, list[str]] = {}
    for key, put_at in store().listing():
        ours = OURS.fullmatch(key)
        if ours and put_at < before:
            old.setdefault(ours[1], []).append(key)
    hashes = list(old)
    parts = [hashes[first : first + AT_ONCE] for first in range(0, len(hashes), AT_ONCE)]
    return sum(_take_away(sha256, old[sha256]) for part in parts for sha256 in _unnamed(part))


def _unnamed(hashes: Sequence[str]) -> list[str]:
    named = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(hashes))))
    return [sha256 for sha256 in hashes if sha256 not in named]


def _take_away(sha256: str, keys: Sequence[str]) -> int:
    one_at_a_time(f"file {sha256}")
    if not _unnamed([sha256]):
        return 0
    for key in keys:
        store().delete(key)
    return 1


def _record(
    action: str, hook: Hook[Any], names: list[object], further: Mapping[str, list[object]], by: audit.Actor | None
) -> None:
    audit.record(f"{hook.subject[0]}.{action}", hook.subject, {"file": names, **further}, by=by)
