"""What betters a scope waits until it is confirmed, a line may name its accreditation, and who was told of measures"""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

NOTED = {"person_id": "person", "measure_id": "inspection_measure", "message_id": "outbox_message"}
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
    op.create_table(
        "measure_notice",
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("id", "person_id", "measure_id")),
        sa.Column("due_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("offset_days", "message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_notice")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_measure_notice_{name}"))
            for name, table in NOTED.items()
        ),
        sa.UniqueConstraint(
            *("person_id", "measure_id", "due_on", "offset_days"),
            name=op.f("uq_measure_notice_person_id_measure_id_due_on_offset_days"),
        ),
    )
    for name in ("measure_id", "message_id"):
        op.create_index(op.f(f"ix_measure_notice_{name}"), "measure_notice", [name])
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("scope_line", "betters", server_default=None)
        op.alter_column("scope_decision", "waits", server_default=None)
    op.execute(
        "INSERT INTO task (kind, key, made_at, state, attempts) "
        "SELECT DISTINCT 'judge-competence-again', CAST(lab_id AS VARCHAR) || ' scope - - –', CURRENT_TIMESTAMP, "
        "'open', 0 FROM competence_check WHERE kind = 'calibration'"
    )


def downgrade() -> None:
    op.drop_table("measure_notice")
    op.drop_column("scope_decision", "waits")
    op.drop_column("scope_line", "accreditation")
    op.drop_column("scope_line", "betters")
