"""imports and exports of assets, and the tasks that work on them"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", one_of("taskstate", "open", "done", "failed"), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(op.f("ix_task_state_id"), "task", ["state", "id"])
    op.create_table(
        "asset_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("form", one_of("form", "xlsx", "csv"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column(
            "state",
            one_of(
                "importstate",
                "queued",
                "checking",
                "checked",
                "applying",
                "applied",
                "undoing",
                "undone",
                "refused",
                "failed",
            ),
            nullable=False,
        ),
        sa.Column("mode", one_of("mode", "all", "good"), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(length=2000), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_audit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_asset_import_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_import")),
    )
    op.create_index(op.f("ix_asset_import_made_at"), "asset_import", ["made_at"])
    op.create_index(op.f("ix_asset_import_person_id_id"), "asset_import", ["person_id", "id"])
    op.create_table(
        "asset_import_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", one_of("outcome", "new", "changed", "unchanged", "error"), nullable=False),
        sa.Column("tag", sa.String(length=11), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("errors", sa.JSON(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"], ["asset_import.id"], name=op.f("fk_asset_import_row_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_asset_import_row")),
    )
    op.create_index(
        op.f("ix_asset_import_row_import_id_outcome_number"), "asset_import_row", ["import_id", "outcome", "number"]
    )
    op.create_table(
        "asset_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form", one_of("form", "xlsx", "csv"), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_asset_export_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_export")),
    )
    op.create_index(op.f("ix_asset_export_made_at"), "asset_export", ["made_at"])
    op.create_index(op.f("ix_asset_export_person_id_id"), "asset_export", ["person_id", "id"])


def downgrade() -> None:
    for table in ("asset_export", "asset_import_row", "asset_import", "task"):
        op.drop_table(table)
