"""What cases decided to be done anew is due by a day"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0068"
branch_labels = None
depends_on = None

ASKING = "doubt IN ('recall', 'certificate_withdrawn', 'recalibrate')"
DECIDED = {"sqlite": "date(disposed_at)", "postgresql": "CAST(disposed_at AS date)"}
DECIDING = """
    SELECT c.id FROM calibration AS c
    WHERE c.asset_id = schedule.asset_id AND c.kind = schedule.kind AND c.status = 'issued'
    ORDER BY c.performed_on DESC, c.id DESC LIMIT 1
"""
ASKED = f"SELECT min(i.work_due_on) FROM case_item AS i WHERE i.{ASKING} AND i.calibration_id = ({DECIDING})"  # noqa: S608
FIRST = "SELECT min(s.due_on) FROM schedule AS s WHERE s.asset_id = asset.id AND s.proof <> 'not_required'"


def upgrade() -> None:
    op.add_column("case_item", sa.Column("work_due_on", sa.Date(), nullable=True))
    decided = DECIDED[op.get_bind().dialect.name]
    op.execute(f"UPDATE case_item SET work_due_on = {decided} WHERE {ASKING}")  # noqa: S608
    among = f"asset_id IN (SELECT asset_id FROM case_item WHERE {ASKING})"  # noqa: S608
    op.execute(
        f"UPDATE schedule SET due_on = ({ASKED}), planned_on = NULL "  # noqa: S608
        f"WHERE {among} AND proof = 'good' AND ({ASKED}) < coalesce(due_on, '9999-12-31')"
    )
    op.execute(
        f"UPDATE asset SET due_on = ({FIRST}), due_order = coalesce(({FIRST}), '9999-12-31') "  # noqa: S608
        f"WHERE id IN (SELECT asset_id FROM case_item WHERE {ASKING}) AND ({FIRST}) < coalesce(due_on, '9999-12-31')"
    )


def downgrade() -> None:
    op.drop_column("case_item", "work_due_on")
