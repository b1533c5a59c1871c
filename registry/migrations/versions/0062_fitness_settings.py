"""What the forecast of fitness assumes is decided, with a reason; and organisations are found by their kind"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fitness_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ratio", sa.Integer(), nullable=False),
        sa.Column("horizon_years", sa.Integer(), nullable=False),
        sa.Column("probability", sa.String(64), nullable=False),
        sa.Column("least_share", sa.String(64), nullable=False),
        sa.Column("old_years", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(600), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_fitness_setting_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fitness_setting")),
    )
    op.create_index(op.f("ix_fitness_setting_set_by_id"), "fitness_setting", ["set_by_id"])
    op.create_index(op.f("ix_organisation_kind"), "organisation", ["kind"])


def downgrade() -> None:
    op.drop_index(op.f("ix_organisation_kind"), "organisation")
    op.drop_index(op.f("ix_fitness_setting_set_by_id"), "fitness_setting")
    op.drop_table("fitness_setting")
