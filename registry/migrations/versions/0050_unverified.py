"""the mark of what lacks the verification that the law asks for"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    op.add_column("asset", sa.Column("unverified", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_asset_unverified",
        "asset",
        ["id"],
        sqlite_where=sa.text("unverified = 1"),
        postgresql_where=sa.text("unverified"),
    )


def downgrade() -> None:
    op.drop_index("ix_asset_unverified", "asset")
    op.drop_column("asset", "unverified")
