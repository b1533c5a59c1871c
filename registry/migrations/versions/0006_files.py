"""files in the store, and which of them hang on assets and calibrations"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

HELD = sa.text("removed_at IS NULL")
RECORDS = ("asset", "calibration")


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_stored_file_sha256")),
    )
    for record in RECORDS:
        _attachments(f"{record}_file", record)


def _attachments(table: str, record: str) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(f"{record}_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "photo",
                "certificate",
                "document",
                name="filekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint([f"{record}_id"], [f"{record}.id"], name=op.f(f"fk_{table}_{record}_id")),
        sa.ForeignKeyConstraint(["stored_file_id"], ["stored_file.id"], name=op.f(f"fk_{table}_stored_file_id")),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f(f"fk_{table}_added_by_id")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["person.id"], name=op.f(f"fk_{table}_removed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in ("stored_file_id", "added_by_id", "removed_by_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.create_index(op.f(f"ix_{table}_{record}_id_id"), table, [f"{record}_id", "id"])
    op.create_index(
        f"uq_{table}_held",
        table,
        [f"{record}_id", "stored_file_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def downgrade() -> None:
    for record in reversed(RECORDS):
        op.drop_table(f"{record}_file")
    op.drop_table("stored_file")
