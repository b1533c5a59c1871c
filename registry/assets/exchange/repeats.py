"""Numbers that two rows of a sheet give to things they register: taken as they are, and said to whoever reads it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from registry.assets.exchange.holdings import folded
from registry.assets.exchange.matching import given
from registry.kernel.i18n import _


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
