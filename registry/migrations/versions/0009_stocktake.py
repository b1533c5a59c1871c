"""stock-takes, what they expect, and their scans"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

KINDS = ("standard", "reference_material", "instrument")
STATUSES = (
    "planned",
    "procured",
    "accepted",
    "in_service",
    "limited_use",
    "out_for_calibration",
    "quarantined",
    "out_of_service",
    "retired",
    "disposed",
)
SIGHTINGS = ("expected", "elsewhere", "unexpected", "unknown")


def upgrade() -> None:
    op.create_table(
        "stock_take",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("only_kind", _choice("kind", KINDS), nullable=True),
        sa.Column("only_status", _choice("status", STATUSES), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("elsewhere", sa.Integer(), nullable=False),
        sa.Column("unexpected", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_stock_take_closed_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_stock_take_opened_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_stock_take_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take")),
    )
    for columns in (["organisation_id", "id"], ["closed_at", "id"], ["opened_by_id"], ["closed_by_id"]):
        _index("stock_take", columns)
    op.create_table(
        "stock_take_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stock_take_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=11), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stock_take_item_asset_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_stock_take_item_owner_id")),
        sa.ForeignKeyConstraint(["stock_take_id"], ["stock_take.id"], name=op.f("fk_stock_take_item_stock_take_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take_item")),
        sa.UniqueConstraint("stock_take_id", "asset_id", name=op.f("uq_stock_take_item_stock_take_id_asset_id")),
    )
    for columns in (["stock_take_id", "id"], ["asset_id"], ["owner_id"]):
        _index("stock_take_item", columns)
    op.create_table(
        "stock_take_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stock_take_id", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("read", sa.String(length=11), nullable=False),
        sa.Column("tag", sa.String(length=11), nullable=False),
        sa.Column("sighting", _choice("sighting", SIGHTINGS), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_stock_take_scan_asset_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_stock_take_scan_owner_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stock_take_scan_person_id")),
        sa.ForeignKeyConstraint(["stock_take_id"], ["stock_take.id"], name=op.f("fk_stock_take_scan_stock_take_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_take_scan")),
        sa.UniqueConstraint("stock_take_id", "client_key", name=op.f("uq_stock_take_scan_stock_take_id_client_key")),
    )
    for columns in (
        ["stock_take_id", "asset_id"],
        ["stock_take_id", "tag"],
        ["stock_take_id", "id"],
        ["stock_take_id", "sighting", "again", "id"],
        ["asset_id"],
        ["owner_id"],
        ["person_id"],
    ):
        _index("stock_take_scan", columns)


def downgrade() -> None:
    op.drop_table("stock_take_scan")
    op.drop_table("stock_take_item")
    op.drop_table("stock_take")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _index(table: str, columns: list[str]) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
