"""Minutes are found by their number, which an authority gives once a year."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0054"
branch_labels = None
depends_on = None

NAME = "ix_inspection_minutes_number_key"
MINUTES = sa.table(
    "inspection_minutes", sa.column("id", sa.Integer), sa.column("content", sa.JSON), sa.column("number_key", sa.String)
)


def upgrade() -> None:
    op.add_column("inspection_minutes", sa.Column("number_key", sa.String(100)))
    wanted = sa.select(MINUTES.c.id, MINUTES.c.content).execution_options(yield_per=100)
    keys = {key: _key(content) for key, content in op.get_bind().execute(wanted)}
    for key, number in keys.items():
        if number:
            op.execute(MINUTES.update().where(MINUTES.c.id == key).values(number_key=number))
    op.create_index(NAME, "inspection_minutes", ["number_key"])


def downgrade() -> None:
    op.drop_index(NAME, "inspection_minutes")
    op.drop_column("inspection_minutes", "number_key")


def _key(content: object) -> str:
    said = json.loads(content) if isinstance(content, str) else content
    number = said.get("head", {}).get("number") if isinstance(said, dict) else None
    return " ".join((number or "").split()).casefold()[:100]
