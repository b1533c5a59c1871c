"""What a row that registers something has in common with another row, or with what is registered.

It is taken as it is, and said to whoever reads it: two things may share an inventory number or a name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import select

from registry.assets import tags
from registry.assets.exchange.holdings import asset, folded
from registry.assets.exchange.judged import Judged
from registry.assets.exchange.matching import given
from registry.assets.models import SORTED_LETTERS
from registry.kernel.db import db
from registry.kernel.i18n import _

NUMBER: Final = "asset_no"
WORDS: Final = "words"
SAID: Final = ("name", "kind", "manufacturer", "model", "location")
Key = tuple[object, ...]


def _serial(row: int) -> str:
    return _(
        "Row %(row)s registers another asset with this serial number; if it is the same, keep one of them.", row=row
    )


def _inventory(row: int) -> str:
    return _(
        "Row %(row)s has the same inventory number; correct one of them if they are not meant to share it.", row=row
    )


TOLD: Final[Mapping[str, Callable[[int], str]]] = {"serial_no": _serial, "asset_no": _inventory}


class Numbers:
    """The numbers of the rows that were seen, of one owner each; what belongs to a set may share those of its set."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}  # by hash: a hundred thousand numbers are remembered, for notes alone

    def notes(self, number: int, plain: Mapping[str, Any], owner_id: int) -> Iterator[str]:
        """What is to be said of a row that registers something."""
        if given(plain, "parent") is not None:
            return
        for name, told in TOLD.items():
            value = given(plain, name)
            if value is None:
                continue
            first = self._first.setdefault(hash((name, owner_id, folded(value))), number)
            if first != number:
                yield told(first)


def registered(rows: Sequence[Judged]) -> dict[int, str]:
    """What is to be said of rows without a tag, by their numbers: two statements, however many rows.

    An inventory number that an asset of the owner has; of what has no number at all, an asset that says the same.
    """
    new = [row for row in rows if row.owner is not None and not row.tag and row.held is None]
    keys = {row.said.number: key for row in new if (key := _key(row, row.owner.id if row.owner else 0))}
    found = _numbered({str(key[2]) for key in keys.values() if key[0] == NUMBER})
    found |= _alike({str(key[2]) for key in keys.values() if key[0] == WORDS})
    return {number: _told(key[0], found[key]) for number, key in keys.items() if key in found}


def _key(row: Judged, owner_id: int) -> Key | None:
    """What tells a row from what is registered: its number, else its words. What belongs to a set is not asked."""
    plain = row.said.plain
    if given(plain, "parent") is not None:
        return None
    if (number := given(plain, "asset_no")) is not None:
        return NUMBER, owner_id, number
    if given(plain, "serial_no") is not None or given(plain, "name") is None:
        return None
    return WORDS, owner_id, *(folded(str(given(plain, name) or "")) for name in SAID)


def _numbered(numbers: set[str]) -> dict[Key, str]:
    wanted = select(asset.c.owner_id, asset.c.asset_no, asset.c.tag).where(asset.c.asset_no.in_(numbers))
    return {(NUMBER, row.owner_id, row.asset_no): row.tag for row in db.session.execute(wanted)} if numbers else {}


def _alike(names: set[str]) -> dict[Key, str]:
    columns = [asset.c[name] for name in SAID]
    wanted = select(asset.c.owner_id, *columns, asset.c.tag).where(
        asset.c.name_order.in_({name[:SORTED_LETTERS] for name in names}),
        asset.c.serial_no.is_(None),
        asset.c.asset_no.is_(None),
    )
    rows = db.session.execute(wanted) if names else ()
    return {(WORDS, owner_id, *(folded(str(one or "")) for one in said)): tag for owner_id, *said, tag in rows}


def _told(kind: object, tag: str) -> str:
    if kind == NUMBER:
        return _(
            "The inventory number is that of a registered asset, %(tag)s; if the row is about it, write this tag.",
            tag=tags.grouped(tag),
        )
    return _(
        "An asset without a number that says the same is registered already, %(tag)s; if the row is about it, write "
        "this tag.",
        tag=tags.grouped(tag),
    )
