"""links between indicators of different plans"""

import sqlalchemy as sa
from alembic import op

revision = "0050d"
down_revision = "0050c"


def upgrade() -> None:
    carry = sa.Enum("base", "anew", name="carry", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "plan_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("carry", carry, nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_plan_link_version_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_plan_link_indicator_id")),
        sa.ForeignKeyConstraint(["other_id"], ["indicator.id"], name=op.f("fk_plan_link_other_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_link")),
        sa.UniqueConstraint(
            "version_id", "indicator_id", "other_id", name=op.f("uq_plan_link_version_id_indicator_id_other_id")
        ),
    )
    op.create_index(op.f("ix_plan_link_indicator_id"), "plan_link", ["indicator_id"])
    op.create_index(op.f("ix_plan_link_other_id"), "plan_link", ["other_id"])


def downgrade() -> None:
    op.drop_table("plan_link")
