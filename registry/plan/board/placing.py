"""Assets and activities counted by place as they change, by the database itself: exact for every reader, always.

Triggers add a line for each change, which waits for nobody; folding adds the lines up. A migration that rebuilds
`asset` or `activity` on SQLite drops the triggers and must call `counts.triggers.restore` with `triggers` afterwards.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from sqlalchemy import CompoundSelect, Connection, delete, select, union_all

from registry.assets.rules import GONE, NOT_YET
from registry.kernel.db import db, insert_into, one_at_a_time
from registry.plan.board.models import PlaceChange, PlaceCount
from registry.plan.counts.triggers import Trigger

AT_ONCE: Final = 10_000
KEY: Final = ("what", "body_id", "other_id", "month")
COLUMNS: Final = f"({', '.join(KEY)}, number)"
THERE: Final = f"{{row}}.status NOT IN ({', '.join(repr(status.value) for status in sorted(GONE | NOT_YET))})"
BODY: Final = "coalesce({row}.subject_id, {row}.organiser_id)"
MONTH: Final = {
    "sqlite": "date({row}.held_to, 'start of month')",
    "postgresql": "CAST(date_trunc('month', {row}.held_to) AS date)",
}
ALWAYS: Final = {"sqlite": f"'{date.min}'", "postgresql": f"CAST('{date.min}' AS date)"}
DECIDING: Final = {"asset": ("owner_id", "status"), "activity": ("organiser_id", "subject_id", "held_to", "voided_at")}


def triggers(dialect: str) -> Iterator[Trigger]:
    """All of them, in the words of a database."""
    word = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    for table, columns in DECIDING.items():
        come, gone = _one(dialect, table, "new", 1), _one(dialect, table, "old", -1)
        into = f"INSERT INTO {PlaceChange.__tablename__} {COLUMNS}"
        differs = " OR ".join(f"old.{name} {word} new.{name}" for name in columns)
        yield Trigger(f"placed_{table}_insert", table, "INSERT", "", f"{into} {come}")
        yield Trigger(f"placed_{table}_delete", table, "DELETE", "", f"{into} {gone}")
        changed = f"UPDATE OF {', '.join(columns)}"
        yield Trigger(f"placed_{table}_update", table, changed, differs, f"{into} {gone} UNION ALL {come}")


def count_anew(connection: Connection) -> None:
    """Count everything there is, whatever was kept."""
    for name in (PlaceChange.__tablename__, PlaceCount.__tablename__):
        connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 — our own words
    for table in DECIDING:
        of_each = f"{_one(connection.dialect.name, table, table, 1, source=f'FROM {table}')}"
        grouped = f"SELECT {', '.join(KEY)}, sum(number) FROM ({of_each}) AS one GROUP BY {', '.join(KEY)}"  # noqa: S608 — see above
        connection.exec_driver_sql(f"INSERT INTO {PlaceCount.__tablename__} {COLUMNS} {grouped}")


def kept() -> CompoundSelect[Any]:
    """What is kept and the changes since, as (what, body_id, other_id, month, number) to be added up by who asks."""
    columns = (*KEY, "number")
    return union_all(*(select(*(getattr(one, name) for name in columns)) for one in (PlaceCount, PlaceChange)))


def is_waiting() -> bool:
    """Whether anything changed since."""
    return db.session.scalar(select(PlaceChange.id).limit(1)) is not None


def fold(most: int = AT_ONCE) -> int:
    """Add up some of what changed, the oldest first; gives how many changes it was, none when nothing is left."""
    one_at_a_time("place counts")
    wanted = select(PlaceChange.id, *(getattr(PlaceChange, name) for name in (*KEY, "number")))
    found = db.session.execute(wanted.order_by(PlaceChange.id).limit(most)).all()
    added: Counter[tuple[Any, ...]] = Counter()
    for _id, *key, number in found:
        added[tuple(key)] += number
    rows = [{**dict(zip(KEY, key, strict=True)), "number": added[key]} for key in sorted(added) if added[key]]
    connection = db.session.connection()
    if rows:
        put = insert_into(PlaceCount, connection.dialect.name)
        together = {"number": PlaceCount.number + put.excluded.number}
        connection.execute(put.on_conflict_do_update(index_elements=list(KEY), set_=together), rows)
    if found:
        connection.execute(delete(PlaceChange).where(PlaceChange.id.in_([row.id for row in found])))
    return len(found)


def _one(dialect: str, table: str, row: str, number: int, source: str = "") -> str:
    """A select of what a row of a table stands for, if it counts."""
    if table == "asset":
        said = f"'asset' AS what, {row}.owner_id AS body_id, {row}.owner_id AS other_id, {ALWAYS[dialect]} AS month"
        counts = THERE.format(row=row)
    else:
        said = f"'activity' AS what, {BODY.format(row=row)} AS body_id, {row}.organiser_id AS other_id"
        said = f"{said}, {MONTH[dialect].format(row=row)} AS month"
        counts = f"{row}.voided_at IS NULL"
    return f"SELECT {said}, {number} AS number {source} WHERE {counts}"
