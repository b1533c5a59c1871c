"""Work that touched what a thing measures ends its calibration"""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("asset", sa.Column("altered_on", sa.Date(), nullable=True))
    op.add_column("upkeep", sa.Column("alters", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("upkeep", "alters")
    op.drop_column("asset", "altered_on")
