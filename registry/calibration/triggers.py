"""What the database itself notes: which schedules changed since the last sweep, by whatever way they did.

A migration that rebuilds `schedule` or `asset` on SQLite (`op.batch_alter_table`) drops their triggers and must call
`restore` afterwards.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

SQLITE: Final[Mapping[str, str]] = {
    "schedule_added": """CREATE TRIGGER schedule_added AFTER INSERT ON schedule WHEN new.due_on IS NOT NULL BEGIN
        INSERT INTO changed_schedule (schedule_id) VALUES (new.id); END""",
    "schedule_changed": """CREATE TRIGGER schedule_changed AFTER UPDATE OF proof, due_on ON schedule
        WHEN old.proof IS NOT new.proof OR old.due_on IS NOT new.due_on BEGIN
        INSERT INTO changed_schedule (schedule_id) VALUES (new.id); END""",
    "schedules_paused": """CREATE TRIGGER schedules_paused AFTER UPDATE OF status ON asset
        WHEN old.status IS NOT new.status BEGIN INSERT INTO changed_schedule (schedule_id)
        SELECT id FROM schedule WHERE asset_id = new.id AND due_on IS NOT NULL; END""",
}
FUNCTIONS: Final[Mapping[str, str]] = {
    "note_schedule": "INSERT INTO changed_schedule (schedule_id) VALUES (new.id)",
    "note_schedules": """INSERT INTO changed_schedule (schedule_id)
        SELECT id FROM schedule WHERE asset_id = new.id AND due_on IS NOT NULL""",
}
POSTGRESQL: Final[Mapping[str, str]] = {
    "schedule_added": """CREATE TRIGGER schedule_added AFTER INSERT ON schedule FOR EACH ROW
        WHEN (new.due_on IS NOT NULL) EXECUTE FUNCTION note_schedule()""",
    "schedule_changed": """CREATE TRIGGER schedule_changed AFTER UPDATE OF proof, due_on ON schedule FOR EACH ROW
        WHEN (old.proof IS DISTINCT FROM new.proof OR old.due_on IS DISTINCT FROM new.due_on)
        EXECUTE FUNCTION note_schedule()""",
    "schedules_paused": """CREATE TRIGGER schedules_paused AFTER UPDATE OF status ON asset FOR EACH ROW
        WHEN (old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION note_schedules()""",
}
ON: Final[Mapping[str, str]] = {
    "schedule_added": "schedule",
    "schedule_changed": "schedule",
    "schedules_paused": "asset",
}


def install(connection: Connection) -> None:
    """Note from now on what changes."""
    if connection.dialect.name == "sqlite":
        restore(connection)
        return
    for name, body in FUNCTIONS.items():
        begin, end = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN", "; RETURN NULL; END $$"
        connection.exec_driver_sql(f"CREATE FUNCTION {name}() {begin} {body}{end}")
    for definition in POSTGRESQL.values():
        connection.exec_driver_sql(definition)


def remove(connection: Connection) -> None:
    """Undo `install`."""
    if connection.dialect.name == "sqlite":
        for name in SQLITE:
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        return
    for name, table in ON.items():
        connection.exec_driver_sql(f"DROP TRIGGER {name} ON {table}")
    for name in FUNCTIONS:
        connection.exec_driver_sql(f"DROP FUNCTION {name}()")


def restore(connection: Connection) -> None:
    """Put back SQLite's triggers that are missing."""
    found = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name, definition in SQLITE.items():
        if name not in found:
            connection.exec_driver_sql(definition)
