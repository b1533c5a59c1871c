"""who of a laboratory looked a second time at its certificates that one of its people copied here alone"""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0068"

UNSEEN = "status = 'issued' AND recorded_by_lab AND approved_at IS NULL AND import_id IS NULL AND seen_at IS NULL"


def upgrade() -> None:
    # columns of their own, so that SQLite need not rebuild the table of all records
    op.execute(
        "ALTER TABLE calibration ADD COLUMN seen_by_id INTEGER CONSTRAINT fk_calibration_seen_by_id "
        "REFERENCES person (id)"
    )
    op.add_column("calibration", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_calibration_seen_by_id"), "calibration", ["seen_by_id"])
    where = sa.text(UNSEEN)
    op.create_index(op.f("ix_calibration_unseen"), "calibration", ["id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_index(op.f("ix_calibration_unseen"), "calibration")
    op.drop_index(op.f("ix_calibration_seen_by_id"), "calibration")
    op.drop_column("calibration", "seen_at")
    op.drop_column("calibration", "seen_by_id")  # its foreign key goes with it
