"""instrument types, effective-dated, and the link of an asset to its type"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "instrument_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column(
            "control_group",
            sa.Enum("1", "2", name="controlgroup", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("search", sa.String(length=1000), nullable=False),
        sa.Column("name_order", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("control_group = '1' OR owner_id IS NULL", name=op.f("ck_instrument_type_own")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_instrument_type_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_type")),
        sa.UniqueConstraint("code", name=op.f("uq_instrument_type_code")),
    )
    for columns in (["name_order", "id"], ["control_group", "name_order", "id"], ["owner_id"]):
        op.create_index(op.f(f"ix_instrument_type_{'_'.join(columns)}"), "instrument_type", columns)
    op.create_table(
        "instrument_type_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["type_id"], ["instrument_type.id"], name=op.f("fk_instrument_type_word_type_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_type_word")),
        sa.UniqueConstraint("type_id", "word", name=op.f("uq_instrument_type_word_type_id_word")),
    )
    op.create_index(op.f("ix_instrument_type_word_word"), "instrument_type_word", ["word"])
    op.create_table(
        "instrument_type_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("circular", sa.String(length=100), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("type_approval", sa.Boolean(), nullable=True),
        sa.Column("initial", sa.Boolean(), nullable=True),
        sa.Column("periodic", sa.Boolean(), nullable=True),
        sa.Column("after_repair", sa.Boolean(), nullable=True),
        sa.Column("period_months", sa.Integer(), nullable=True),
        sa.Column("calibration_interval_months", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_to >= valid_from", name=op.f("ck_instrument_type_version_life")),
        sa.ForeignKeyConstraint(["type_id"], ["instrument_type.id"], name=op.f("fk_instrument_type_version_type_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_instrument_type_version_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instrument_type_version")),
    )
    for columns in (["type_id", "valid_from", "id"], ["made_by_id"]):
        op.create_index(op.f(f"ix_instrument_type_version_{'_'.join(columns)}"), "instrument_type_version", columns)
    op.create_index(
        "uq_instrument_type_version_live",
        "instrument_type_version",
        ["type_id", "valid_from"],
        unique=True,
        sqlite_where=sa.text("replaced_at IS NULL"),
        postgresql_where=sa.text("replaced_at IS NULL"),
    )
    with op.batch_alter_table("asset") as asset:
        asset.add_column(sa.Column("instrument_type_id", sa.Integer(), nullable=True))
        asset.create_foreign_key(op.f("fk_asset_instrument_type_id"), "instrument_type", ["instrument_type_id"], ["id"])
        asset.create_index(op.f("ix_asset_instrument_type_id"), ["instrument_type_id"])


def downgrade() -> None:
    with op.batch_alter_table("asset") as asset:
        asset.drop_index(op.f("ix_asset_instrument_type_id"))
        asset.drop_constraint(op.f("fk_asset_instrument_type_id"), type_="foreignkey")
        asset.drop_column("instrument_type_id")
    op.drop_table("instrument_type_version")
    op.drop_table("instrument_type_word")
    op.drop_table("instrument_type")
