"""reviews of intervals: what is proposed, from which records, and what was decided of it"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

UNITS = ("days", "weeks", "months", "years")
METHODS = ("staircase", "control_chart", "interval_test", "reliability", "variables")


def upgrade() -> None:
    op.create_table(
        "interval_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        _choice("scope", ("schedule", "model", "type"), "scope"),
        _choice("method", METHODS, "method"),
        sa.Column("interval", sa.Integer(), nullable=False),
        _choice("interval_unit", UNITS, "intervalunit"),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        _choice("proposed_unit", UNITS, "proposed_unit"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        _choice("decision", ("accepted", "changed", "rejected"), "decision", nullable=True),
        sa.Column("decided_interval", sa.Integer(), nullable=True),
        _choice("decided_unit", UNITS, "decided_unit", nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.String(length=200), nullable=True),
        sa.CheckConstraint("proposed > 0", name=op.f("ck_interval_review_proposed")),
        sa.CheckConstraint("decided_interval > 0", name=op.f("ck_interval_review_decided_interval")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_interval_review_decided")),
        sa.CheckConstraint(
            "decision IS NULL OR decision = 'accepted' OR reason IS NOT NULL", name=op.f("ck_interval_review_reason")
        ),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_interval_review_schedule_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_interval_review_made_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_interval_review_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interval_review")),
    )
    for columns in (["schedule_id", "id"], ["made_by_id"], ["decided_by_id"]):
        op.create_index(op.f(f"ix_interval_review_{'_'.join(columns)}"), "interval_review", columns)


def downgrade() -> None:
    op.drop_table("interval_review")


def _choice(name: str, values: tuple[str, ...], check: str, *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)
