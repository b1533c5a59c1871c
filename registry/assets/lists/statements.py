"""Statements of lists, each compiled once for what it asks.

A list is read in one of two ways. A walk goes along the index of its order and checks each row until the page is full:
right when an index answers all of it, or when most rows will do. A gathering collects every row that holds by the
narrowest condition and sorts them: right when they are few. SQLite is told which index to take, as it keeps no
statistics; PostgreSQL keeps them, and is only told which of the two ways.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_, union

from registry.assets.lists.conditions import FOUND_BY, asset, condition, found_apart, hinted
from registry.assets.lists.lines import lines
from registry.kernel.reads import Read, among

ORDERS: Final[Mapping[str, tuple[ColumnElement[Any], ...]]] = {
    "name": (asset.c.name_order, asset.c.id),
    "due_on": (asset.c.due_order, asset.c.id),
    "tag": (asset.c.tag,),
}
EXACT: Final[Mapping[tuple[str, frozenset[str]], str | None]] = {
    ("name", frozenset()): "ix_asset_name_order_id",
    ("due_on", frozenset()): "ix_asset_due_order_id",
    ("tag", frozenset()): "sqlite_autoindex_asset_1",
    ("tag", frozenset({"tag"})): None,
    ("name", frozenset({"tag"})): None,
    ("due_on", frozenset({"tag"})): None,
    ("name", frozenset({"kind"})): "ix_asset_kind_name_order_id",
    ("name", frozenset({"status"})): "ix_asset_status_name_order_id",
    ("name", frozenset({"owner"})): "ix_asset_owner_id_name_order_id",
    ("name", frozenset({"kind", "status"})): "ix_asset_kind_status_name_order_id",
    ("name", frozenset({"beginning"})): "ix_asset_name_order_id",
    ("due_on", frozenset({"kind"})): "ix_asset_kind_due_order_id",
    ("due_on", frozenset({"status"})): "ix_asset_status_due_order_id",
    ("due_on", frozenset({"owner"})): "ix_asset_owner_id_due_order_id",
    ("due_on", frozenset({"due_before"})): "ix_asset_due_order_id",
    ("due_on", frozenset({"due_within"})): "ix_asset_due_order_id",
    ("due_on", frozenset({"validity.failed"})): "ix_asset_proof_due_order_id",
    ("due_on", frozenset({"validity.not_required"})): "ix_asset_proof_due_order_id",
    ("due_on", frozenset({"validity.never"})): "ix_asset_proof_due_order_id",
    ("due_on", frozenset({"validity.due_soon"})): "ix_asset_proof_due_order_id",
    ("due_on", frozenset({"validity.valid"})): "ix_asset_proof_due_order_id",
}


class Ask(NamedTuple):
    """What a statement asks: conditions by name, an order, and from where to where in it."""

    dialect: str
    names: tuple[str, ...]
    sort: str
    descending: bool
    after: bool

    @property
    def columns(self) -> tuple[ColumnElement[Any], ...]:
        """What it is sorted by."""
        return ORDERS[self.sort]


@lru_cache(maxsize=1024)
def walk(ask: Ask, index: str | None, *, bounded: bool, whole: bool) -> Read:
    """A page along an index; `bounded` gives it an end, `whole` gives lines instead of keys."""
    wanted = hinted(lines() if whole else select(asset.c.id), ask.dialect, index)
    wanted = wanted.where(*(condition(name, ask.dialect) for name in ask.names), *_keyset(ask))
    if bounded:
        wanted = wanted.where(_beyond(ask, "upto", past=False))
    return Read(_ordered(wanted, ask).limit(bindparam("limit")))


@lru_cache(maxsize=1024)
def gathering(ask: Ask, by: str, *, whole: bool) -> Read:
    """A page out of everything that one condition finds; what is sorted are keys, as lines would be heavy."""
    keys = _few_apart(ask) if ask.dialect == "postgresql" else _few_by_hint(ask, by)
    return Read(_ordered(lines().where(asset.c.id.in_(keys)), ask)) if whole else Read(keys)


def _few_by_hint(ask: Ask, by: str) -> Select[Any]:
    return _ordered(keys(ask.dialect, ask.names, by).where(*_keyset(ask)), ask).limit(bindparam("limit"))


@lru_cache(maxsize=1024)
def edge(ask: Ask, index: str | None) -> Read:
    """Where in its order a walk along an index has gone far enough; `ask` names only what the index answers."""
    wanted = hinted(select(*ask.columns), ask.dialect, index)
    wanted = wanted.where(*(condition(name, ask.dialect) for name in ask.names), *_keyset(ask))
    return Read(_ordered(wanted, ask).limit(1).offset(bindparam("far")))


@lru_cache(maxsize=1024)
def narrowness(dialect: str, names: tuple[str, ...]) -> Read:
    """How many rows each of some conditions finds by itself, as far as `few` is counted."""
    return Read(select(*(_counted(name, dialect) for name in names)))


@lru_cache
def everything() -> Read:
    """How many assets there are, as far as `few` is counted."""
    return Read(select(func.count()).select_from(select(asset.c.id).limit(bindparam("few")).subquery()))


@lru_cache(maxsize=256)
def by_key(ask: Ask) -> Read:
    """The lines of some keys in order."""
    return Read(_ordered(lines().where(among(asset.c.id, "keys", ask.dialect)), ask).limit(bindparam("limit")))


@lru_cache(maxsize=256)
def total(dialect: str, parts: tuple[tuple[str, ...], ...]) -> Read:
    """How many rows answer to any of some sets of conditions."""
    apart = [next((name for name in part if name.startswith(("text", "contradicted"))), None) for part in parts]
    found = [keys(dialect, part, by) for part, by in zip(parts, apart, strict=True)]
    rows = found[0] if len(found) == 1 else union(*found)
    return Read(select(func.count()).select_from(rows.subquery()))


@lru_cache(maxsize=1024)
def best_index(ask: Ask) -> tuple[frozenset[str], str | None]:
    """The index in the wanted order that answers most of the conditions, and which of them it answers."""
    names = frozenset(ask.names)
    answering = {known: index for (sort, known), index in EXACT.items() if sort == ask.sort and known <= names}
    most = max(answering, key=len)
    return most, answering[most]


def keys(dialect: str, names: tuple[str, ...], by: str | None = None) -> Select[Any]:
    """The keys of everything that answers to conditions, in no order, found by one of them."""
    apart = None if by is None or dialect == "postgresql" else found_apart(by, dialect)
    said = apart is not None and by is not None and not by.startswith("text")  # trigrams find too much
    checked = (condition(name, dialect) for name in names if not (said and name == by))
    wanted = select(asset.c.id).correlate(None).where(*checked)
    if apart is not None:
        return by_primary_key(wanted.where(asset.c.id.in_(apart)), dialect)
    return hinted(wanted, dialect, None if by is None else _index_of(by))


def by_primary_key(wanted: Select[Any], dialect: str) -> Select[Any]:
    """A select of assets that goes by their keys, on SQLite."""
    return wanted.with_hint(asset, "NOT INDEXED", "sqlite") if dialect == "sqlite" else wanted


def _few_apart(ask: Ask) -> Select[Any]:
    """PostgreSQL's own guess at what is few may walk an order through the whole table: the rows are found first."""
    found = select(*ask.columns).where(*(condition(name, ask.dialect) for name in ask.names), *_keyset(ask))
    if asset.c.id not in ask.columns:
        found = found.add_columns(asset.c.id)
    few = found.cte("few").prefix_with("MATERIALIZED")
    order = [few.c[column.name] for column in ask.columns]
    chosen = select(few.c.id).order_by(*(column.desc() if ask.descending else column for column in order))
    return chosen.limit(bindparam("limit"))


def _counted(name: str, dialect: str) -> Any:  # noqa: ANN401 — a scalar subquery
    rows = found_apart(name, dialect)
    if rows is None:
        rows = hinted(select(asset.c.id).where(condition(name, dialect)), dialect, _index_of(name))
    return select(func.count()).select_from(rows.limit(bindparam("few")).subquery()).scalar_subquery()


def _index_of(name: str) -> str | None:
    return FOUND_BY.get(name.partition(".")[0])


def _ordered(wanted: Select[Any], ask: Ask) -> Select[Any]:
    return wanted.order_by(*(column.desc() if ask.descending else column for column in ask.columns))


def _keyset(ask: Ask) -> list[ColumnElement[bool]]:
    return [_beyond(ask, "at", past=True)] if ask.after else []


def _beyond(ask: Ask, name: str, *, past: bool) -> ColumnElement[bool]:
    """Past a place in the order, or not yet past it."""
    places = [bindparam(f"{name}_{number}", type_=column.type) for number, column in enumerate(ask.columns)]
    here, there = tuple_(*ask.columns), tuple_(*places)
    if ask.descending:
        return here < there if past else here >= there
    return here > there if past else here <= there
