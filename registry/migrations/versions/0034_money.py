"""the year of a budget, the day of a document, and which entry of money undoes which"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

YEARS = {
    "sqlite": "UPDATE money_entry SET year = CAST(strftime('%Y', \"on\") AS INTEGER)",
    "postgresql": 'UPDATE money_entry SET year = CAST(EXTRACT(YEAR FROM "on") AS INTEGER)',
}


def upgrade() -> None:
    for column in (sa.Column("year", sa.Integer()), sa.Column("document_on", sa.Date())):
        op.add_column("money_entry", column)
    op.add_column("money_entry", sa.Column("reverses_id", sa.Integer()))
    op.execute(YEARS[op.get_bind().dialect.name])
    with op.batch_alter_table("money_entry", reflect_kwargs={"resolve_fks": False}) as entry:
        entry.alter_column("year", existing_type=sa.Integer(), nullable=False)
        entry.create_unique_constraint(op.f("uq_money_entry_reverses_id"), ["reverses_id"])
        entry.create_foreign_key(op.f("fk_money_entry_reverses_id"), "money_entry", ["reverses_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("money_entry", reflect_kwargs={"resolve_fks": False}) as entry:
        entry.drop_constraint(op.f("fk_money_entry_reverses_id"), type_="foreignkey")
        entry.drop_constraint(op.f("uq_money_entry_reverses_id"), type_="unique")
        for column in ("reverses_id", "document_on", "year"):
            entry.drop_column(column)
