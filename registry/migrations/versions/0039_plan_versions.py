"""from when each version of a plan is in force"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

FROM_WHEN = """
UPDATE plan_version SET in_force_on = COALESCE(decided_on, (SELECT issued_on FROM plan WHERE plan.id = plan_id))
"""


def upgrade() -> None:
    op.add_column("plan_version", sa.Column("in_force_on", sa.Date()))
    op.execute(FROM_WHEN)
    with op.batch_alter_table("plan_version", reflect_kwargs={"resolve_fks": False}) as version:
        version.alter_column("in_force_on", existing_type=sa.Date(), nullable=False)
        version.create_index(op.f("ix_plan_version_plan_id_in_force_on_number"), ["plan_id", "in_force_on", "number"])


def downgrade() -> None:
    with op.batch_alter_table("plan_version", reflect_kwargs={"resolve_fks": False}) as version:
        version.drop_index(op.f("ix_plan_version_plan_id_in_force_on_number"))
        version.drop_column("in_force_on")
