"""laboratories that issue their certificates here"""

import sqlalchemy as sa
from alembic import op

revision = "0050c"
down_revision = "0050b"


def upgrade() -> None:
    op.create_table(
        "issuing_lab",
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_issuing_lab_lab_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_issuing_lab_set_by_id")),
        sa.PrimaryKeyConstraint("lab_id", name=op.f("pk_issuing_lab")),
    )
    op.create_index(op.f("ix_issuing_lab_set_by_id"), "issuing_lab", ["set_by_id"])


def downgrade() -> None:
    op.drop_table("issuing_lab")
