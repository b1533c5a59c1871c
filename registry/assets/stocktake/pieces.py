"""The components of the sets that a stock-take expects: which were seen, and which a set waits for."""

from collections.abc import Collection, Iterable
from typing import Final, cast

from sqlalchemy import Select, Table, insert, literal, or_, select

from registry.assets.models import Asset
from registry.assets.stocktake.models import StockTake, StockTakeItem, StockTakePiece
from registry.assets.stocktake.rules import ON_THE_SHELF, stands_for_its_set
from registry.kernel.db import db

LEVELS_BELOW: Final = 2
asset = cast("Table", Asset.__table__)
item = cast("Table", StockTakeItem.__table__)
piece = cast("Table", StockTakePiece.__table__)


class Pieces:
    """The components that some sets were expected with, as they stand."""

    def __init__(self, found: Iterable[StockTakePiece]) -> None:
        self._by_key = {one.asset_id: one for one in found}
        self._below: dict[int, list[StockTakePiece]] = {}
        for one in self._by_key.values():
            self._below.setdefault(one.set_id, []).append(one)

    def piece(self, key: int | None) -> StockTakePiece | None:
        """The component with the key of an asset; None of what was not expected as one."""
        return self._by_key.get(key) if key is not None else None

    def unseen(self, key: int) -> list[StockTakePiece]:
        """What a set waits for: a component is seen when it was scanned, or everything that belongs to it."""
        left: list[StockTakePiece] = []
        for one in self._below.get(key, ()):
            if not one.seen:
                left += self.unseen(one.asset_id) if one.asset_id in self._below else [one]
        return left

    def is_begun(self, key: int) -> bool:
        """Whether any component of a set was seen."""
        return any(one.seen or self.is_begun(one.asset_id) for one in self._below.get(key, ()))


def write_down(take: StockTake) -> None:
    """Note what belongs to the sets that a stock-take expects and stands where they do, level by level."""
    columns = ["stock_take_id", "asset_id", "set_id", "tag", "name", "seen"]
    known = above = select(item.c.asset_id).where(item.c.stock_take_id == take.id)
    for _level in range(LEVELS_BELOW):
        told = (literal(take.id), asset.c.id, asset.c.parent_id, asset.c.tag, asset.c.name, literal(value=False))
        wanted = select(*told).where(
            asset.c.parent_id.in_(above), asset.c.status.in_(ON_THE_SHELF), asset.c.id.not_in(known)
        )
        if take.location is not None:
            wanted = wanted.where(or_(asset.c.location.is_(None), asset.c.location.in_(_places_here(take, wanted))))
        db.session.execute(insert(StockTakePiece).from_select(columns, wanted.order_by(asset.c.id)))
        above = select(piece.c.asset_id).where(piece.c.stock_take_id == take.id)


def pieces_of(take: StockTake, keys: Collection[int]) -> Pieces:
    """The components of some sets, by the keys of those."""
    if not keys:
        return Pieces(())
    ours = StockTakePiece.stock_take_id == take.id
    within = select(piece.c.asset_id).where(piece.c.stock_take_id == take.id, piece.c.set_id.in_(keys))
    wanted = select(StockTakePiece).where(ours, or_(StockTakePiece.set_id.in_(keys), StockTakePiece.set_id.in_(within)))
    return Pieces(db.session.scalars(wanted.order_by(StockTakePiece.id)))


def waiting(take: StockTake, keys: Collection[int]) -> dict[int, list[StockTakePiece]]:
    """What those sets wait for, by their keys, of which some component was seen already."""
    found = pieces_of(take, keys)
    return {key: found.unseen(key) for key in keys if found.is_begun(key)}


def _places_here(take: StockTake, wanted: Select[tuple[object, ...]]) -> list[str]:
    used = db.session.scalars(wanted.with_only_columns(asset.c.location).distinct())
    return [place for place in used if place and stands_for_its_set(place, take.location)]
