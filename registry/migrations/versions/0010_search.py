"""search by trigrams, indexes of long lists, and saved views"""

import sqlalchemy as sa
from alembic import op

from registry.kernel import trigrams
from registry.kernel.text import word_text

revision = "0010"
down_revision = "0009"

INDEXES = (
    ("proof", "due_order", "id"),
    ("kind", "status", "name_order", "id"),
    ("kind", "due_order", "id"),
    ("status", "due_order", "id"),
    ("owner_id", "due_order", "id"),
    ("location",),
    ("serial_no",),
    ("asset_no",),
    ("standard_class",),
    ("instrument_type",),
)
SEARCHED = (
    *("name", "tag", "serial_no", "asset_no", "lot_no", "manufacturer", "model", "location", "custodian"),
    "instrument_type",
)
NUMBERS = ("serial_no", "asset_no", "lot_no", "model")
MOST = 2000
AT_ONCE = 5000


def upgrade() -> None:
    op.drop_index(op.f("ix_asset_proof_due_on"), "asset")
    for columns in INDEXES:
        op.create_index(op.f(f"ix_asset_{'_'.join(columns)}"), "asset", list(columns))
    _say_words_anew(op.get_bind())
    trigrams.install(op.get_bind())
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_saved_view_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_saved_view_person_id_name")),
    )
    op.create_index(op.f("ix_saved_view_organisation_id"), "saved_view", ["organisation_id"])


def _say_words_anew(connection: sa.Connection) -> None:
    """Every word stands between spaces from here on."""
    asset = sa.table("asset", *map(sa.column, ("id", "search", *SEARCHED)))
    page = sa.select(asset).order_by(asset.c.id).limit(AT_ONCE)
    said = asset.update().where(asset.c.id == sa.bindparam("key")).values(search=sa.bindparam("words"))
    rows = connection.execute(page).mappings().all()
    while rows:
        words = ((row, [row[name] for name in SEARCHED], [row[name] for name in NUMBERS]) for row in rows)
        anew = ((row, word_text(parts, numbers, most=MOST)) for row, parts, numbers in words)
        if lines := [{"key": row["id"], "words": text} for row, text in anew if text != row["search"]]:
            connection.execute(said, lines)
        rows = connection.execute(page.where(asset.c.id > rows[-1]["id"])).mappings().all()


def downgrade() -> None:
    op.drop_table("saved_view")
    trigrams.remove(op.get_bind())
    for columns in reversed(INDEXES):
        op.drop_index(op.f(f"ix_asset_{'_'.join(columns)}"), "asset")
    op.create_index(op.f("ix_asset_proof_due_on"), "asset", ["proof", "due_on"])
