"""Between which entries of the log an import wrote a row, and took it back: others write in between

Revision ID: 0058
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None
COLUMNS = ("wrote_from", "wrote_to", "undid_from", "undid_to")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("asset_import_row", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("asset_import_row", name)
