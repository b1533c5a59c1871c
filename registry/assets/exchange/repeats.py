"""What a row that registers something has in common with another row, or with what is registered.

It is taken as it is, and said to whoever reads it: two things may share an inventory number or a name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from registry.assets import tags
from registry.assets.exchange.holdings import asset, folded
from registry.assets.exchange.judged import Judged
from registry.assets.exchange.matching import given
from registry.assets.models import SORTED_LETTERS
from registry.kernel.db import db
from registry.kernel.i18n import _, kept_of
from registry.sheets.models import Outcome
from registry.sheets.reasons import form_of

NUMBER: Final = "asset_no"
WORDS: Final = "words"
SAID: Final = ("name", "kind", "manufacturer", "model", "location")
MOST_NAMED: Final = 3
Key = tuple[object, ...]


def _serial(row: int) -> str:
    return _(
        "Row %(row)s registers another asset with this serial number; if it is the same, keep one of them.", row=row
    )


def _inventory(row: int) -> str:
    return _(
        "Row %(row)s has the same inventory number; correct one of them if they are not meant to share it.", row=row
    )


def _words(row: int) -> str:
    return _(
        "Row %(row)s registers an asset without a number that says the same; if it is the same, keep one of them.",
        row=row,
    )


TOLD: Final[Mapping[str, Callable[[int], str]]] = {"serial_no": _serial, NUMBER: _inventory, WORDS: _words}


class Repeats:
    """What the rows that were seen have in common, of one owner each; what belongs to a set may share that of its set.

    What was registered from these rows is no other asset.
    """

    def __init__(self) -> None:
        self._first: dict[int, int] = {}  # by hash: a hundred thousand numbers are remembered, for notes alone
        self._made: set[int] = set()

    def notes(self, number: int, plain: Mapping[str, Any], owner_id: int) -> Iterator[str]:
        """What is to be said of a row that registers something."""
        if given(plain, "parent") is not None:
            return
        values = [(name, given(plain, name)) for name in ("serial_no", NUMBER)]
        keys: list[Key] = [(name, owner_id, folded(value)) for name, value in values if value is not None]
        for key in keys or [_words_of(plain, owner_id)]:
            first = self._first.setdefault(hash(key), number)
            if first != number:
                yield TOLD[str(key[0])](first)

    def made(self, rows: Iterable[Judged]) -> None:
        """Remember what rows registered: it is theirs, and like none of those that follow."""
        new = ((row, row.owner) for row in rows if row.outcome is Outcome.NEW and row.owner is not None)
        self._made.update(hash(row.tag) for row, owner in new if _key(row.said.plain, owner.id))

    def registered(self, rows: Sequence[Judged]) -> dict[int, list[str]]:
        """Tags of registered assets like rows without a tag, by their numbers: two statements, however many rows.

        Those of the owner with the same inventory number; of what has no number at all, those that say the same.
        """
        new = [(row, row.owner) for row in rows if row.owner is not None and not row.tag and row.held is None]
        keys = {row.said.number: key for row, owner in new if (key := _key(row.said.plain, owner.id))}
        tags_by: dict[Key, list[str]] = {}
        numbers = {str(key[2]) for key in keys.values() if key[0] == NUMBER}
        names = {str(key[2]) for key in keys.values() if key[0] == WORDS}
        for key, tag in (*_numbered(numbers), *_alike(names)):
            if hash(tag) not in self._made:
                tags_by.setdefault(key, []).append(tag)
        return {number: tags_by[key] for number, key in keys.items() if key in tags_by}


def _key(plain: Mapping[str, Any], owner_id: int) -> Key | None:
    """What tells a row from what is registered: its number, else its words. What belongs to a set is not asked."""
    if given(plain, "parent") is not None:
        return None
    if (number := given(plain, NUMBER)) is not None:
        return NUMBER, owner_id, number
    if given(plain, "serial_no") is not None or given(plain, "name") is None:
        return None
    return _words_of(plain, owner_id)


def _words_of(plain: Mapping[str, Any], owner_id: int) -> Key:
    return WORDS, owner_id, *(folded(str(given(plain, name) or "")) for name in SAID)


def _numbered(numbers: set[str]) -> Iterator[tuple[Key, str]]:
    wanted = select(asset.c.owner_id, asset.c.asset_no, asset.c.tag).where(asset.c.asset_no.in_(numbers))
    for row in db.session.execute(wanted.order_by(asset.c.id)) if numbers else ():
        yield (NUMBER, row.owner_id, row.asset_no), row.tag


def _alike(names: set[str]) -> Iterator[tuple[Key, str]]:
    wanted = select(asset.c.owner_id, *(asset.c[name] for name in SAID), asset.c.tag).where(
        asset.c.name_order.in_({name[:SORTED_LETTERS] for name in names}),
        asset.c.serial_no.is_(None),
        asset.c.asset_no.is_(None),
    )
    for owner_id, *said, tag in db.session.execute(wanted.order_by(asset.c.id)) if names else ():
        yield _words_of(dict(zip(SAID, said, strict=True)), owner_id), tag


def note(plain: Mapping[str, Any], found: Sequence[str]) -> str:
    """What is to be known of a new asset that is like registered ones."""
    return _note(field_of(plain) == NUMBER, found)


def field_of(plain: Mapping[str, Any]) -> str:
    """The field by which a row is like what is registered."""
    return "name" if given(plain, NUMBER) is None else NUMBER


def forms() -> frozenset[object]:
    """What such notes, as they are kept, have in common."""
    notes = (_note(by_number, ["x"] * count) for by_number in (True, False) for count in (1, 2))
    return frozenset(form_of(kept_of(one)) for one in notes)


def named(found: Sequence[str]) -> str:
    """Tags as a message names them: a few of them."""
    some = ", ".join(tags.grouped(tag) for tag in found[:MOST_NAMED])
    return some if len(found) <= MOST_NAMED else f"{some} …"


def _note(by_number: bool, found: Sequence[str]) -> str:  # noqa: FBT001 — one of two pairs of messages
    if len(found) == 1:
        one = tags.grouped(found[0])
        if by_number:
            return _(
                "The inventory number is that of a registered asset, %(tag)s; if the row is about it, write this tag.",
                tag=one,
            )
        return _(
            "An asset without a number that says the same is registered already, %(tag)s; if the row is about it, "
            "write this tag.",
            tag=one,
        )
    if by_number:
        return _(
            "The inventory number is that of %(count)s registered assets: %(tags)s; if the row is about one of them, "
            "write its tag.",
            count=len(found),
            tags=named(found),
        )
    return _(
        "%(count)s assets without a number that say the same are registered already: %(tags)s; if the row is about one "
        "of them, write its tag.",
        count=len(found),
        tags=named(found),
    )
