"""Assets and activities are counted by place as they change, and what waits for a decision in the background"""

import sqlalchemy as sa
from alembic import op

from registry.plan.board import placing
from registry.plan.counts import triggers

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "place_change",
        sa.Column("id", sa.Integer(), nullable=False),
        *_place(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_change")),
    )
    op.create_table(
        "place_count",
        *_place(),
        sa.PrimaryKeyConstraint("what", "body_id", "other_id", "month", name=op.f("pk_place_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proposals_counted",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("took", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_proposals_counted_version_id")),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_proposals_counted")),
    )
    op.create_table(
        "proposal_count",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_proposal_count_version_id")),
        sa.PrimaryKeyConstraint("version_id", "indicator_id", "on", name=op.f("pk_proposal_count")),
        sqlite_with_rowid=False,
    )
    waits = sa.text("state = 'proposed'")
    op.create_index("ix_evidence_proposed", "evidence", ["indicator_id"], sqlite_where=waits, postgresql_where=waits)
    placing.count_anew(op.get_bind())
    triggers.install(op.get_bind(), placing.triggers)


def downgrade() -> None:
    triggers.remove(op.get_bind(), placing.triggers)
    op.drop_index("ix_evidence_proposed", "evidence")
    for table in ("proposal_count", "proposals_counted", "place_count", "place_change"):
        op.drop_table(table)


def _place() -> list[sa.Column[object]]:
    what = sa.Enum("asset", "activity", name="what", native_enum=False, create_constraint=True, length=40)
    numbers = [sa.Column(name, sa.Integer(), autoincrement=False, nullable=False) for name in ("body_id", "other_id")]
    month = sa.Column("month", sa.Date(), nullable=False)
    return [sa.Column("what", what, nullable=False), *numbers, month, sa.Column("number", sa.Integer(), nullable=False)]
