"""What the columns of an imported sheet were taken for, and what people chose"""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

TABLES = ("asset_import", "calibration_import")


def upgrade() -> None:
    for table in TABLES:
        for name in ("headings", "chosen"):
            op.add_column(table, sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for name in ("headings", "chosen"):
                op.alter_column(table, name, server_default=None)


def downgrade() -> None:
    for table in TABLES:
        for name in ("headings", "chosen"):
            op.drop_column(table, name)
