"""the share of items that a laboratory knows to be in tolerance when they come in"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.add_column("calibration", sa.Column("in_tolerance", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("calibration", "in_tolerance")
