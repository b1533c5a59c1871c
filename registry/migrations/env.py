"""Alembic's entry: runs inside a transaction on the connection the caller opened."""

from alembic import context

import registry.app  # noqa: F401 — importing the application fills the metadata with every table
from registry.kernel.db import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
connection.commit()
