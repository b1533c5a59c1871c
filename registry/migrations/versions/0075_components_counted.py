"""A stock-take knows the components of its sets, and which of them were seen"""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

KEYS = (("stock_take_id", "stock_take"), ("asset_id", "asset"), ("set_id", "asset"))


def upgrade() -> None:
    op.create_table(
        "stock_take_piece",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name, _table in KEYS),
        sa.Column("tag", sa.String(length=11), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_stock_take_piece_{name}"))
            for name, table in KEYS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take_piece")),
        sa.UniqueConstraint("stock_take_id", "asset_id", name=op.f("uq_stock_take_piece_stock_take_id_asset_id")),
    )
    for columns in (["asset_id"], ["set_id"], ["stock_take_id", "set_id"]):
        op.create_index(op.f("ix_stock_take_piece_" + "_".join(columns)), "stock_take_piece", columns)
    op.add_column("stock_take_scan", sa.Column("partial", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("stock_take_scan", "partial")
    op.drop_table("stock_take_piece")
