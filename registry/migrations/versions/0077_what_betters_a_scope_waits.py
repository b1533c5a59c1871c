"""What betters a scope waits until it is confirmed, and a line may name the accreditation it belongs to"""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0075b"
branch_labels = None
depends_on = None

LINE = sa.table(
    "scope_line",
    *(sa.column(name, sa.Integer) for name in ("id", "lab_id", "decision_id", "corrects_id")),
    sa.column("confirmed_at", sa.DateTime),
    sa.column("betters", sa.Boolean),
)


def upgrade() -> None:
    """What a laboratory decided of its own scope, or corrected, once it had one waits too; verdicts are found anew."""
    op.add_column("scope_line", sa.Column("betters", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("scope_line", sa.Column("accreditation", sa.String(length=60), nullable=True))
    op.add_column("scope_decision", sa.Column("waits", sa.Boolean(), nullable=False, server_default=sa.false()))
    earlier = LINE.alias()
    had = sa.exists().where(earlier.c.lab_id == LINE.c.lab_id, earlier.c.id < LINE.c.id)
    own = sa.or_(LINE.c.decision_id.is_not(None), LINE.c.corrects_id.is_not(None))
    op.execute(LINE.update().where(LINE.c.confirmed_at.is_(None), own, had).values(betters=sa.true()))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("scope_line", "betters", server_default=None)
        op.alter_column("scope_decision", "waits", server_default=None)
    op.execute(
        "INSERT INTO task (kind, key, made_at, state, attempts) "
        "SELECT DISTINCT 'judge-competence-again', CAST(lab_id AS VARCHAR) || ' scope - - –', CURRENT_TIMESTAMP, "
        "'open', 0 FROM competence_check WHERE kind = 'calibration'"
    )


def downgrade() -> None:
    op.drop_column("scope_decision", "waits")
    op.drop_column("scope_line", "accreditation")
    op.drop_column("scope_line", "betters")
