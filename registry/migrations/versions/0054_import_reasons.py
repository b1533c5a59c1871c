"""Why rows of imports are wrong: each reason once, and which rows have it."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0052"
branch_labels = None
depends_on = None

IMPORTS = ("asset_import", "calibration_import")


def upgrade() -> None:
    for table in IMPORTS:
        op.add_column(table, sa.Column("reasons", sa.JSON(), nullable=True))
        name = f"{table}_reason"
        op.create_table(
            name,
            sa.Column("import_id", sa.Integer(), nullable=False),
            sa.Column("reason", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
            sa.ForeignKeyConstraint(
                ["import_id"], [f"{table}.id"], name=op.f(f"fk_{name}_import_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("import_id", "reason", "number", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )


def downgrade() -> None:
    for table in IMPORTS:
        op.drop_table(f"{table}_reason")
        with op.batch_alter_table(table) as found:
            found.drop_column("reasons")
