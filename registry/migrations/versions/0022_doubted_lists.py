"""an index by which the few assets are found whose records contradict themselves"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_index(
        "ix_asset_contradicted",
        "asset",
        ["id"],
        sqlite_where=sa.text("contradicted = 1"),
        postgresql_where=sa.text("contradicted"),
    )


def downgrade() -> None:
    op.drop_index("ix_asset_contradicted", "asset")
