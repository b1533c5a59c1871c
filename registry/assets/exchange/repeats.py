"""What a row that registers something has in common with another row, or with what is registered.

It is taken as it is, and said to whoever reads it: two things may share an inventory number or a name.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from registry.assets import tags
from registry.assets.exchange.holdings import folded
from registry.assets.exchange.matching import given
from registry.kernel.i18n import _, kept_of
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
    """What the rows that were seen have in common, of one owner each; components may share what their set has."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}  # by hash: a hundred thousand numbers are remembered, for notes alone

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


def _words_of(plain: Mapping[str, Any], owner_id: int) -> Key:
    return WORDS, owner_id, *(folded(str(given(plain, name) or "")) for name in SAID)


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
