"""labels: blank, claimed, revoked and printed ones, and runs of many"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

REVOCATIONS = ("lost", "damaged", "replaced", "mistaken")
FORMATS = ("pdf", "zpl")


def upgrade() -> None:
    op.add_column("asset", sa.Column("label_tag", sa.String(length=11), nullable=True))
    op.create_index(op.f("ix_asset_label_tag"), "asset", ["label_tag"], unique=True)
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=11), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("batch", sa.String(length=16), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", _choice("revocation", REVOCATIONS), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("printed_due_on", sa.Date(), nullable=True),
        sa.Column("shows_due", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_label_asset_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_label_made_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_label_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("tag", name=op.f("uq_label_tag")),
    )
    for columns in (["organisation_id", "id"], ["asset_id", "id"], ["batch", "id"], ["made_by_id"]):
        _index("label", columns)
    op.create_table(
        "label_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("format", _choice("format", FORMATS), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("labels", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=2000), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_label_run_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_run")),
    )
    for columns in (["person_id"], ["made_at"]):
        _index("label_run", columns)


def downgrade() -> None:
    op.drop_table("label_run")
    op.drop_table("label")
    op.drop_index(op.f("ix_asset_label_tag"), "asset")
    op.drop_column("asset", "label_tag")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _index(table: str, columns: list[str]) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
