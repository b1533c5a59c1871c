"""the full equipment record: sets, classes of standards, errors in percent, reference materials, installed software"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

STANDARD_CLASSES = ("national", "reference", "working", "transfer", "travelling")
PERCENTAGES = ("mpe_percent_of_reading", "mpe_percent_of_range")


def upgrade() -> None:
    with op.batch_alter_table("asset") as asset:
        asset.add_column(sa.Column("standard_class", _choice("standardclass", *STANDARD_CLASSES), nullable=True))
        asset.add_column(sa.Column("lot_no", sa.String(length=100), nullable=True))
        asset.add_column(sa.Column("parent_id", sa.Integer(), nullable=True))
        asset.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        asset.create_foreign_key(op.f("fk_asset_parent_id"), "asset", ["parent_id"], ["id"])
        asset.create_index(op.f("ix_asset_parent_id"), ["parent_id"])
    for name in PERCENTAGES:
        op.add_column("characteristic", sa.Column(name, sa.String(length=64), nullable=True))
    _create_material_tables()
    op.create_table(
        "installed_software",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("softwarekind", "firmware", "software"), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_installed_software_asset_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_installed_software_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installed_software")),
    )
    op.create_index(
        op.f("ix_installed_software_asset_id_since_on_id"), "installed_software", ["asset_id", "since_on", "id"]
    )
    op.create_index(op.f("ix_installed_software_recorded_by_id"), "installed_software", ["recorded_by_id"])


def downgrade() -> None:
    op.drop_table("installed_software")
    op.drop_table("material_draw")
    op.drop_table("certified_value")
    op.drop_table("material")
    with op.batch_alter_table("characteristic") as characteristic:
        for name in PERCENTAGES:
            characteristic.drop_column(name)
    with op.batch_alter_table("asset") as asset:
        asset.drop_index(op.f("ix_asset_parent_id"))
        asset.drop_constraint(op.f("fk_asset_parent_id"), type_="foreignkey")
        asset.drop_constraint(op.f("ck_asset_standardclass"), type_="check")
        for name in ("expires_on", "parent_id", "lot_no", "standard_class"):
            asset.drop_column(name)


def _create_material_tables() -> None:
    op.create_table(
        "material",
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("producer", sa.String(length=200), nullable=True),
        sa.Column("certificate_no", sa.String(length=100), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("stable_for", sa.Integer(), nullable=True),
        sa.Column("stable_unit", _choice("timeunit", "days", "months"), nullable=True),
        sa.Column("storage", sa.String(length=500), nullable=True),
        sa.Column("quantity", sa.String(length=64), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("remaining", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("stable_for > 0", name=op.f("ck_material_stability")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_material_asset_id")),
        sa.PrimaryKeyConstraint("asset_id", name=op.f("pk_material")),
    )
    op.create_table(
        "certified_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("property", sa.String(length=200), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("expanded_uncertainty", sa.String(length=64), nullable=True),
        sa.Column("coverage_factor", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["material.asset_id"], name=op.f("fk_certified_value_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_value")),
        sa.UniqueConstraint("asset_id", "position", name=op.f("uq_certified_value_asset_id_position")),
    )
    op.create_table(
        "material_draw",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_by", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("remaining", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_material_draw_asset_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_material_draw_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material_draw")),
    )
    op.create_index(op.f("ix_material_draw_asset_id_taken_on_id"), "material_draw", ["asset_id", "taken_on", "id"])
    op.create_index(op.f("ix_material_draw_recorded_by_id"), "material_draw", ["recorded_by_id"])


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
