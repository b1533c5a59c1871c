"""Codes of organisations and laboratories are found whatever the case of their letters, and cards by their number"""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0058"
branch_labels = None
depends_on = None

CODED = ("lab", "organisation")


def upgrade() -> None:
    for table in CODED:  # not unique: what differs only in case may stand there since before
        op.create_index(f"ix_{table}_code_lower", table, [sa.text("lower(code)")])
    op.create_index("ix_lab_staff_number", "lab_staff", ["number"])


def downgrade() -> None:
    op.drop_index("ix_lab_staff_number", "lab_staff")
    for table in CODED:
        op.drop_index(f"ix_{table}_code_lower", table)
