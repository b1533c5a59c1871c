"""up to which day a plan is closed, and who opened it again"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    people = ("closed_by_id", "reopened_by_id")
    op.create_table(
        "period_closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("up_to_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=600), nullable=False),
        sa.Column("report", sa.String(length=200), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reopened_by_id", sa.Integer(), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopen_reason", sa.String(length=600), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_period_closure_plan_id")),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_period_closure_{name}")) for name in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period_closure")),
    )
    op.create_index(op.f("ix_period_closure_plan_id_up_to_on"), "period_closure", ["plan_id", "up_to_on"])
    for name in people:
        op.create_index(op.f(f"ix_period_closure_{name}"), "period_closure", [name])


def downgrade() -> None:
    op.drop_table("period_closure")
