"""records that contradict themselves or were voided, the marks they leave, and the day of the month of a due date"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

MARKED = """
UPDATE asset SET contradicted = true WHERE id IN (
  SELECT record.asset_id FROM calibration AS record
  WHERE record.status = 'issued'
    AND record.outcome IN ('pass', 'conditional_pass') AND record.recomputed IN ('fail', 'conditional_fail')
    AND NOT EXISTS (
      SELECT 1 FROM calibration AS newer
      WHERE newer.asset_id = record.asset_id AND newer.kind = record.kind AND newer.status = 'issued'
        AND (newer.performed_on > record.performed_on
          OR (newer.performed_on = record.performed_on AND newer.id > record.id))))
"""


TRIGGERS = ("result", "fault", "manual")


def upgrade() -> None:
    op.add_column("asset", sa.Column("contradicted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("calibration", sa.Column("contradiction_reason", sa.String(length=500), nullable=True))
    op.add_column("calibration", sa.Column("calendar_number", sa.Integer(), nullable=True))
    op.execute(MARKED)
    _allow(*TRIGGERS, "voided")


def downgrade() -> None:
    op.execute("UPDATE impact_case SET trigger = 'manual' WHERE trigger = 'voided'")
    _allow(*TRIGGERS)
    op.drop_column("calibration", "calendar_number")
    op.drop_column("calibration", "contradiction_reason")
    op.drop_column("asset", "contradicted")


def _allow(*triggers: str) -> None:
    with op.batch_alter_table("impact_case", reflect_kwargs={"resolve_fks": False}) as case:
        case.drop_constraint(op.f("ck_impact_case_trigger"), type_="check")
        case.create_check_constraint(op.f("ck_impact_case_trigger"), sa.column("trigger").in_(triggers))
