"""Entities from the rows of plain statements: what a mapped query gives, at a fifth of its cost.

For what every write asks first. The statements are of tables, whose columns are named as the entities name them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Table, inspect
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from registry.kernel.db import Base, db

Entity = TypeVar("Entity", bound=Base)
Related = Base | Sequence[Base]


def columns(*kinds: type[Base]) -> list[ColumnElement[Any]]:
    """The columns of the tables of some kinds, for a statement whose rows `parts` takes to pieces."""
    tables = (cast("Table", kind.__table__) for kind in kinds)
    return [column.label(f"{table.name}_{column.name}") for table in tables for column in table.c]


def parts(row: Sequence[Any], *kinds: type[Base]) -> Iterator[dict[str, Any]]:
    """The values of each kind in a row, by the names of its columns."""
    values = iter(row)
    for kind in kinds:
        yield {name: next(values) for name in cast("Table", kind.__table__).c.keys()}  # noqa: SIM118 — no mapping


def loaded(kind: type[Entity], values: Mapping[Any, Any], **related: Related) -> Entity:
    """An entity as if a session had loaded it; it is in none."""
    made = cast("Entity", inspect(kind).class_manager.new_instance())
    vars(made).update(values)
    _relate(made, related)
    make_transient_to_detached(made)
    return made


def known(kind: type[Entity], values: Mapping[Any, Any]) -> Entity | None:
    """The entity of a row that the session has already."""
    key = inspect(kind).identity_key_from_primary_key((values["id"],))
    return cast("Entity | None", db.session.identity_map.get(key))


def current(kind: type[Entity], values: Mapping[Any, Any], **related: Related) -> Entity:
    """The session's entity of a row, as the row says it now, whatever was read or changed of it before."""
    found = known(kind, values)
    if found is None:
        found = loaded(kind, values, **related)
        db.session.add(found)
    else:
        _relate(found, {**values, **related})
    return found


def _relate(entity: Base, values: Mapping[Any, Any]) -> None:
    for name, value in values.items():
        set_committed_value(entity, name, value)
