"""imports of calibrations, and which records came from one"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"

STATES = ("queued", "checking", "checked", "applying", "applied", "undoing", "undone", "refused", "failed")


def upgrade() -> None:
    op.create_table(
        "calibration_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("form", _one_of("form", "xlsx", "csv"), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("state", _one_of("importstate", *STATES), nullable=False),
        sa.Column("mode", _one_of("mode", "all", "good"), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counted", sa.JSON(), nullable=False),
        sa.Column("unread", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(length=2000), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_audit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calibration_import_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_import")),
    )
    op.create_index(op.f("ix_calibration_import_made_at"), "calibration_import", ["made_at"])
    op.create_index(op.f("ix_calibration_import_person_id_id"), "calibration_import", ["person_id", "id"])
    op.create_table(
        "calibration_import_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("outcome", _one_of("outcome", "new", "changed", "unchanged", "error"), nullable=False),
        sa.Column("tag", sa.String(length=11), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.Column("errors", sa.JSON(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=True),
        sa.Column("calibration_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["calibration_import.id"],
            name=op.f("fk_calibration_import_row_import_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_calibration_import_row_calibration_id")
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_calibration_import_row")),
    )
    op.create_index(
        op.f("ix_calibration_import_row_import_id_outcome_number"),
        "calibration_import_row",
        ["import_id", "outcome", "number"],
    )
    op.create_index(op.f("ix_calibration_import_row_calibration_id"), "calibration_import_row", ["calibration_id"])
    op.drop_index("uq_calibration_certificate", "calibration")  # SQLite cannot look at it while it rebuilds the table
    with op.batch_alter_table("calibration") as table:
        table.add_column(sa.Column("import_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_calibration_import_id"), "calibration_import", ["import_id"], ["id"])
        table.create_index(op.f("ix_calibration_import_id"), ["import_id"])
    _unique_certificates()


def downgrade() -> None:
    op.drop_table("calibration_import_row")
    op.drop_index("uq_calibration_certificate", "calibration")
    with op.batch_alter_table("calibration") as table:
        table.drop_index(op.f("ix_calibration_import_id"))
        table.drop_constraint(op.f("fk_calibration_import_id"), type_="foreignkey")
        table.drop_column("import_id")
    _unique_certificates()
    op.drop_table("calibration_import")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _unique_certificates() -> None:
    standing = sa.text("status NOT IN ('void', 'amended')")
    op.create_index(
        "uq_calibration_certificate",
        "calibration",
        ["asset_id", "kind", "certificate_key", sa.text("coalesce(lab_id, 0)")],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
