"""drafts of plans"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.create_table(
        "plan_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("based_on_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_draft_plan_id")),
        sa.ForeignKeyConstraint(["based_on_id"], ["plan_version.id"], name=op.f("fk_plan_draft_based_on_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_plan_draft_changed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_draft")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_plan_draft_plan_id")),
    )
    op.create_index(op.f("ix_plan_draft_based_on_id"), "plan_draft", ["based_on_id"])
    op.create_index(op.f("ix_plan_draft_changed_by_id"), "plan_draft", ["changed_by_id"])


def downgrade() -> None:
    op.drop_table("plan_draft")
