"""What the database itself notes: evidence that changed, and what decides whether and as what a record counts.

A migration that rebuilds one of these tables on SQLite (`op.batch_alter_table`) drops its triggers and must call
`restore` afterwards.

What is added is noted where evidence names it already, which is the case of what is put back under its old key: an
import adds a hundred thousand. What is changed or deleted is noted always, as the evidence of it may be on its way in
another transaction.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from sqlalchemy import Connection

NOTES: Final = "changed_evidence"
COUNTS: Final = ("indicator_id", "record_type", "record_id", "counted_on", "quantity", "state", "decided_at")


class Watched(NamedTuple):
    """Rows that are or belong to a record: its kind, the column of its public key, and what decides what it counts.

    Without such columns only adding and deleting is noted.
    """

    kind: str
    key: str
    columns: tuple[str, ...]


FACTS: Final[dict[str, Watched]] = {
    "asset": Watched("asset", "tag", ("tag", "status", "parent_id", "commissioned_on", "doubt", "contradicted")),
    "calibration": Watched("calibration", "id", ("status", "outcome", "recomputed")),
    "activity": Watched("activity", "id", ("kind", "voided_at", "subject_id")),
    "scope_line": Watched("scope_line", "id", ("corrected_at", "lab_id")),
    "inspection": Watched("inspection", "id", ("state", "organisation_id")),
    "assessment": Watched("assessment", "id", ("signed_at", "organisation_id")),
    "accreditation": Watched("accreditation", "id", ("lab_id",)),
    "lab": Watched("lab", "code", ()),
}
PARTS: Final[dict[str, Watched]] = {
    "activity_step": Watched("activity", "activity_id", ("activity_id", "stage")),
    "participant": Watched("activity", "activity_id", ("activity_id", "person_key")),
    "case_item": Watched("calibration", "calibration_id", ("calibration_id", "doubt")),
}
EVERYTHING: Final[Mapping[str, tuple[str, ...]]] = {"lab": ("code", "organisation_id"), "organisation": ("code",)}


class Trigger(NamedTuple):
    """A trigger: `body` is what it does to `new` and `old`, `when` when."""

    name: str
    table: str
    event: str
    when: str
    body: str


def triggers(dialect: str) -> Iterator[Trigger]:
    """All of them, in the words of a database."""
    yield _of("evidence", "INSERT", "new.state = 'counted'", _evidence("new"))
    yield _of("evidence", "DELETE", "old.state = 'counted'", _evidence("old"))
    either = "(old.state = 'counted' OR new.state = 'counted')"
    yield _of("evidence", "UPDATE", f"{either} AND ({_differs(dialect, COUNTS)})", _evidence("new"), COUNTS)
    for table, watched in (FACTS | PARTS).items():
        same = f"record_type = '{watched.kind}' AND record_id = {_text('new', watched)}"
        named = f" WHERE EXISTS (SELECT 1 FROM evidence WHERE {same})" if table in FACTS else ""  # noqa: S608 — our words
        yield _of(table, "INSERT", "", _about(watched, "new") + named)
        yield _of(table, "DELETE", "", _about(watched, "old"))
        if watched.columns:
            both = f"{_about(watched, 'new')} UNION SELECT '{watched.kind}', {_text('old', watched)}"
            yield _of(table, "UPDATE", _differs(dialect, watched.columns), both, watched.columns)
    for table, columns in EVERYTHING.items():
        anew = f"INSERT INTO {NOTES} (fact_type) VALUES ('anew')"  # noqa: S608 — see above
        yield _of(table, "UPDATE", _differs(dialect, columns), anew, columns, "anew")
    plan = f"INSERT INTO {NOTES} (fact_type, fact_key) VALUES ('anew', CAST(new.plan_id AS VARCHAR(80)))"  # noqa: S608 — see above
    yield _of("plan_version", "INSERT", "", plan)


def install(connection: Connection, which: Callable[[str], Iterator[Trigger]] = triggers) -> None:
    """Note from now on what changes."""
    if connection.dialect.name == "sqlite":
        restore(connection, which)
        return
    for one in which("postgresql"):
        when = f"WHEN ({one.when})" if one.when else ""
        begin, end = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN", "; RETURN NULL; END $$"
        connection.exec_driver_sql(f"CREATE FUNCTION {one.name}() {begin} {one.body}{end}")
        connection.exec_driver_sql(
            f"CREATE TRIGGER {one.name} AFTER {one.event} ON {one.table} FOR EACH ROW {when}"
            f" EXECUTE FUNCTION {one.name}()"
        )


def remove(connection: Connection, which: Callable[[str], Iterator[Trigger]] = triggers) -> None:
    """Undo `install`."""
    for one in which(connection.dialect.name):
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {one.name}")
        else:
            connection.exec_driver_sql(f"DROP TRIGGER {one.name} ON {one.table}")
            connection.exec_driver_sql(f"DROP FUNCTION {one.name}()")


def restore(connection: Connection, which: Callable[[str], Iterator[Trigger]] = triggers) -> None:
    """Put back SQLite's triggers that are missing."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for one in which("sqlite"):
        if one.name not in found:
            when = f"WHEN {one.when}" if one.when else ""
            connection.exec_driver_sql(
                f"CREATE TRIGGER {one.name} AFTER {one.event} ON {one.table} {when} BEGIN {one.body}; END"
            )


def _of(  # noqa: PLR0913, PLR0917 — a trigger has so much to it
    table: str, event: str, when: str, body: str, columns: tuple[str, ...] = (), what: str = "counted"
) -> Trigger:
    on = f"{event} OF {', '.join(columns)}" if columns else event
    return Trigger(f"{what}_{table}_{event.lower()}", table, on, when, body)


def _evidence(row: str) -> str:
    return f"INSERT INTO {NOTES} (evidence_id) VALUES ({row}.id)"  # noqa: S608 — see above


def _about(watched: Watched, row: str) -> str:
    return f"INSERT INTO {NOTES} (fact_type, fact_key) SELECT '{watched.kind}', {_text(row, watched)}"


def _text(row: str, watched: Watched) -> str:
    return f"CAST({row}.{watched.key} AS VARCHAR(80))"


def _differs(dialect: str, columns: tuple[str, ...]) -> str:
    word = "IS NOT" if dialect == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"old.{name} {word} new.{name}" for name in columns)
