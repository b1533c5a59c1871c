"""The extensions of a calibration are found by it, whether they are alive or not."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

NAME = "ix_due_extension_calibration_id"


def upgrade() -> None:
    op.create_index(NAME, "due_extension", ["calibration_id"])


def downgrade() -> None:
    op.drop_index(NAME, "due_extension")
