"""Migrations: up, down, up again, and what they make is what the models say, on both databases."""

import ast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text

from registry.calibration import triggers
from registry.kernel import migrate, trigrams
from registry.kernel.db import Base, db
from registry.plan.board import placing
from registry.plan.counts import triggers as counting
from tests.sources import PACKAGE, name_of, tree_of

# SQLite's reflection skips an index over an expression and says so; every index is compared by name here.
pytestmark = [
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index"),
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
]
VERSIONS = sorted((PACKAGE / "migrations/versions").glob("[0-9]*.py"))


def differences() -> list[object]:
    with db.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": trigrams.is_declared}
        context = MigrationContext.configure(connection, opts=opts)
        return list(compare_metadata(context, Base.metadata))


def checks_in_models() -> set[tuple[str, str]]:
    return {
        (table.name, str(constraint.name))
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }


def checks_in_database() -> set[tuple[str, str]]:
    inspector = inspect(db.engine)
    return {
        (table, str(constraint["name"]))
        for table in sorted(tables())
        for constraint in inspector.get_check_constraints(table)
    }


def indexes_in_models() -> set[str]:
    return {str(index.name) for table in Base.metadata.tables.values() for index in table.indexes}


def indexes_in_database() -> set[str]:
    """Every index by name, those over expressions too, which neither Alembic nor the inspector sees on SQLite."""
    if db.engine.dialect.name == "sqlite":
        listing = "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite_autoindex%'"
    else:
        listing = """SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN
            (SELECT conname FROM pg_constraint)"""
    return {name for name in db.session.scalars(text(listing)) if not trigrams.is_part(name)}


def tables() -> set[str]:
    names = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    return {name for name in names if not trigrams.is_part(name)}


def test_what_the_migrations_make_is_what_the_models_say(session):
    assert differences() == []
    assert checks_in_database() == checks_in_models()
    assert indexes_in_database() == indexes_in_models()


def test_the_search_index_follows_the_assets_at_the_newest_schema(session):
    """A migration that rebuilds the table drops its triggers, and has to put them back."""
    if db.engine.dialect.name == "sqlite":
        found = db.session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        assert set(found) >= trigrams.TRIGGERS.keys()
    else:
        found = db.session.scalars(text("SELECT indexname FROM pg_indexes WHERE tablename = 'asset'"))
        assert trigrams.POSTGRESQL_INDEX in set(found)


def test_the_triggers_that_note_changed_schedules_are_there_at_the_newest_schema(session):
    """See above."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    listing = sqlite if db.engine.dialect.name == "sqlite" else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    assert set(db.session.scalars(text(listing))) >= triggers.ON.keys()


def test_the_triggers_that_note_changed_evidence_and_count_by_place_are_there_at_the_newest_schema(session):
    """See above."""
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    listing = sqlite if db.engine.dialect.name == "sqlite" else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    wanted = {one.name for which in (counting, placing) for one in which.triggers(db.engine.dialect.name)}
    assert set(db.session.scalars(text(listing))) >= wanted


def test_down_leaves_nothing_and_up_works_again(unmigrated):
    migrate.upgrade()
    migrate.downgrade("base")
    assert tables() == set()
    migrate.upgrade()
    assert differences() == []
    assert migrate.is_current()


def test_each_step_goes_down_and_up_again(unmigrated):
    script = ScriptDirectory.from_config(migrate.configuration())
    for step in reversed(list(script.walk_revisions())):
        migrate.upgrade(step.revision)
        after = tables()
        migrate.downgrade(str(step.down_revision or "base"))
        migrate.upgrade(step.revision)
        assert tables() == after


def test_an_upgrade_repeated_changes_nothing(session):
    before = tables()
    migrate.upgrade()
    assert tables() == before


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_migration_has_a_real_downgrade(path):
    functions = {node.name: node for node in tree_of(path).body if isinstance(node, ast.FunctionDef)}
    body = functions["downgrade"].body
    assert any(isinstance(node, ast.Call) for statement in body for node in ast.walk(statement)), name_of(path)


def test_migrations_are_numbered_in_the_order_they_run():
    script = ScriptDirectory.from_config(migrate.configuration())
    revisions = [step.revision for step in reversed(list(script.walk_revisions()))]
    assert revisions
    assert revisions == sorted(path.stem.split("_")[0] for path in VERSIONS)
