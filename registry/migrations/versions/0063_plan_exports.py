"""Files of plans are made in the background and kept for a day"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

KINDS = ("money", "activities", "focus", "breakdown")
FORMS = ("xlsx", "csv")


def upgrade() -> None:
    op.create_table(
        "plan_export",
        sa.Column("id", sa.Integer(), nullable=False),
        _choice("kind", KINDS, "export"),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        _choice("form", FORMS, "form"),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(8), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("refused", sa.String(600), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_export_plan_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_export_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_export")),
    )
    op.create_index(op.f("ix_plan_export_made_at"), "plan_export", ["made_at"])
    op.create_index(op.f("ix_plan_export_plan_id"), "plan_export", ["plan_id"])
    op.create_index(op.f("ix_plan_export_person_id_id"), "plan_export", ["person_id", "id"])


def downgrade() -> None:
    op.drop_table("plan_export")


def _choice(name: str, values: tuple[str, ...], check: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=False)
