"""A repair or a broken seal ends what was verified before it"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0065"
branch_labels = None
depends_on = None

KINDS = ("damage", "overload", "malfunction", "mishandled", "other")
FURTHER = ("seal_broken", "failed_check")
REPAIRED = """
UPDATE asset SET repaired_on = (
  SELECT max("on") FROM upkeep WHERE upkeep.asset_id = asset.id AND upkeep.kind IN ('repair', 'modification'))
WHERE EXISTS (SELECT 1 FROM schedule WHERE schedule.asset_id = asset.id AND schedule.kind = 'verification'
  AND schedule.proof <> 'not_required')
"""


def upgrade() -> None:
    op.add_column("asset", sa.Column("repaired_on", sa.Date(), nullable=True))
    op.execute(REPAIRED)
    _allow(*KINDS, *FURTHER)


def downgrade() -> None:
    op.execute("UPDATE fault SET kind = 'other' WHERE kind IN ('seal_broken', 'failed_check')")
    _allow(*KINDS)
    op.drop_column("asset", "repaired_on")


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("fault", reflect_kwargs={"resolve_fks": False}) as fault:
        fault.drop_constraint(op.f("ck_fault_faultkind"), type_="check")
        fault.create_check_constraint(op.f("ck_fault_faultkind"), sa.column("kind").in_(kinds))
