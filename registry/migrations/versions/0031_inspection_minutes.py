"""measures and minutes of inspections"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "inspection_minutes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("amendment_reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_minutes_inspection_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_inspection_minutes_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_minutes")),
        sa.UniqueConstraint("inspection_id", "number", name=op.f("uq_inspection_minutes_inspection_id_number")),
    )
    op.create_index(op.f("ix_inspection_minutes_signed_by_id"), "inspection_minutes", ["signed_by_id"])
    op.create_table(
        "inspection_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            _choice("measurekind", "warning", "suspension", "fine_proposal", "reverification", "other"),
            nullable=False,
        ),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("responsible", sa.String(length=200), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=1000), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["check_id"], ["inspection_check.id"], name=op.f("fk_inspection_measure_check_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_inspection_measure_done_by_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_measure_inspection_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_inspection_measure_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_measure")),
    )
    op.create_index(op.f("ix_inspection_measure_check_id"), "inspection_measure", ["check_id"])
    op.create_index(op.f("ix_inspection_measure_done_by_id"), "inspection_measure", ["done_by_id"])
    op.create_index(op.f("ix_inspection_measure_done_on_due_on_id"), "inspection_measure", ["done_on", "due_on", "id"])
    op.create_index(op.f("ix_inspection_measure_inspection_id_id"), "inspection_measure", ["inspection_id", "id"])
    op.create_index(op.f("ix_inspection_measure_made_by_id"), "inspection_measure", ["made_by_id"])


def downgrade() -> None:
    op.drop_table("inspection_measure")
    op.drop_table("inspection_minutes")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
