"""what every row of a plan counted, kept beside the evidence"""

import sqlalchemy as sa
from alembic import op

from registry.plan.counts import triggers

revision = "0051"
down_revision = "0050d"
UNITS = ("record", "body", "person", "state", "gone", "doubt")


def _unit(name: str) -> sa.Enum:
    return sa.Enum(*UNITS, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "running_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("unit", _unit("unit"), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_running_count_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_running_count")),
        sa.UniqueConstraint("key", name=op.f("uq_running_count_key")),
    )
    op.create_index(op.f("ix_running_count_plan_id"), "running_count", ["plan_id"])
    op.create_table(
        "counted_day",
        sa.Column("count_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["count_id"], ["running_count.id"], name=op.f("fk_counted_day_count_id")),
        sa.PrimaryKeyConstraint("count_id", "place", "on", name=op.f("pk_counted_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "counted_key",
        sa.Column("evidence_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", _unit("counted_unit"), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id", "unit", "key", name=op.f("pk_counted_key")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_counted_key_unit_key"), "counted_key", ["unit", "key"])
    op.create_table(
        "changed_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("fact_type", sa.String(40), nullable=True),
        sa.Column("fact_key", sa.String(80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_changed_evidence")),
    )
    op.execute("INSERT INTO changed_evidence (fact_type) VALUES ('anew')")
    triggers.install(op.get_bind())


def downgrade() -> None:
    triggers.remove(op.get_bind())
    op.drop_table("changed_evidence")
    op.drop_table("counted_key")
    op.drop_table("counted_day")
    op.drop_table("running_count")
