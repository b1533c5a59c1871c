"""which schedules changed since the last sweep, so that it looks at these alone"""

import sqlalchemy as sa
from alembic import op

from registry.calibration import triggers

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "changed_schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_schedule")),
    )
    op.create_table(
        "turn_sweep",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("swept_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turn_sweep")),
    )
    op.execute(
        "INSERT INTO changed_schedule (schedule_id) SELECT schedule_id FROM overdue_turn WHERE cleared_at IS NULL"
    )
    triggers.install(op.get_bind())
    op.drop_index("ix_overdue_turn_open", "overdue_turn")


def downgrade() -> None:
    is_open = {f"{name}_where": sa.text("cleared_at IS NULL") for name in ("sqlite", "postgresql")}
    op.create_index("ix_overdue_turn_open", "overdue_turn", ["schedule_id"], **is_open)
    triggers.remove(op.get_bind())
    op.drop_table("turn_sweep")
    op.drop_table("changed_schedule")
