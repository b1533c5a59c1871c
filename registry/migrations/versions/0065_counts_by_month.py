"""Sums of counts by month, so that a day is read from its months and the days of its own month"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None
MONTH = {"sqlite": "date(\"on\", 'start of month')", "postgresql": "CAST(date_trunc('month', \"on\") AS date)"}


def upgrade() -> None:
    op.create_table(
        "counted_month",
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["count_id"], ["running_count.id"], name=op.f("fk_counted_month_count_id")),
        sa.PrimaryKeyConstraint("count_id", "month", "place", name=op.f("pk_counted_month")),
        sqlite_with_rowid=False,
    )
    month = MONTH[op.get_bind().dialect.name]
    op.execute(
        f"INSERT INTO counted_month (count_id, place, month, whole, new) SELECT count_id, place, {month}, sum(whole), "  # noqa: S608 — our own words
        f"sum(new) FROM counted_day GROUP BY count_id, place, {month}"
    )
    op.create_index(op.f("ix_counted_day_count_id_on"), "counted_day", ["count_id", "on"])


def downgrade() -> None:
    op.drop_index(op.f("ix_counted_day_count_id_on"), "counted_day")
    op.drop_table("counted_month")
