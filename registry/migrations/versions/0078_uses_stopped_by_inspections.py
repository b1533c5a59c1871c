"""Minutes that stop the use of an instrument, and an error found over its limit, forbid use for everybody"""

from collections.abc import Sequence
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

from registry.plan.counts import triggers

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

BY_CASES = ("in_doubt", "recalibrate", "recall", "certificate_withdrawn")
MARKED = sa.text("doubt IS NOT NULL")
ERRORS = """
SELECT coalesce(asset_id, registered_id) AS asset, seen_on, over_limit, error_value, error_limit
FROM inspection_check JOIN inspection ON inspection.id = inspection_id
WHERE coalesce(asset_id, registered_id) IS NOT NULL AND standing AND state <> 'cancelled'
  AND (over_limit OR error_limit IS NOT NULL AND error_value IS NOT NULL)
ORDER BY seen_on
"""
STOPS = """
WITH RECURSIVE line (decided_on, check_id) AS (
  SELECT decided_on, check_id FROM inspection_measure JOIN inspection ON inspection.id = inspection_id
  WHERE inspection_measure.kind = 'suspension' AND check_id IS NOT NULL AND done_on IS NULL
    AND state IN ('signed', 'closed') AND EXISTS (
      SELECT 1 FROM inspection_minutes WHERE inspection_minutes.inspection_id = inspection.id
        AND signed_at >= inspection_measure.made_at)
  UNION ALL
  SELECT decided_on, inspection_check.id FROM inspection_check JOIN line ON replaces_id = line.check_id)
SELECT coalesce(asset_id, registered_id) AS asset, min(decided_on) AS decided_on
FROM line JOIN inspection_check ON inspection_check.id = line.check_id
WHERE coalesce(asset_id, registered_id) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM inspection_check AS newer WHERE newer.replaces_id = line.check_id)
GROUP BY 1
"""
MARK = """
UPDATE asset SET doubt = 'stopped'
WHERE stopped_on IS NOT NULL OR error_found_on IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM calibration WHERE status = 'issued' AND performed_on > asset.error_found_on
    AND calibration.asset_id IN (asset.id, asset.parent_id,
      (SELECT whole.parent_id FROM asset AS whole WHERE whole.id = asset.parent_id))
    AND calibration.outcome IN ('pass', 'conditional_pass') AND (calibration.kind = 'verification'
      OR calibration.kind = 'calibration' AND NOT asset.unverified AND NOT EXISTS (
        SELECT 1 FROM schedule WHERE schedule.asset_id = asset.id AND schedule.kind = 'verification'
          AND schedule.proof <> 'not_required')))
"""
UNMARK = """
UPDATE asset SET doubt = (
  SELECT case_item.doubt FROM case_item JOIN calibration ON calibration.id = case_item.calibration_id
  WHERE case_item.asset_id = asset.id AND case_item.doubt IS NOT NULL AND status = 'issued' AND NOT EXISTS (
    SELECT 1 FROM calibration AS newer
    WHERE newer.asset_id = calibration.asset_id AND newer.kind = calibration.kind AND newer.status = 'issued'
      AND (newer.performed_on > calibration.performed_on
        OR newer.performed_on = calibration.performed_on AND newer.id > calibration.id))
  ORDER BY CASE case_item.doubt WHEN 'recall' THEN 0 WHEN 'certificate_withdrawn' THEN 1 WHEN 'recalibrate' THEN 2
    ELSE 3 END
  LIMIT 1)
WHERE doubt = 'stopped'
"""


def upgrade() -> None:
    _allow((*BY_CASES, "stopped"))
    op.add_column("asset", sa.Column("stopped_on", sa.Date(), nullable=True))
    op.add_column("asset", sa.Column("error_found_on", sa.Date(), nullable=True))
    bind = op.get_bind()
    exact = {"error_value": sa.String, "error_limit": sa.String, "seen_on": sa.Date}
    found = {
        row.asset: row.seen_on
        for row in bind.execute(sa.text(ERRORS).columns(**exact))
        if row.over_limit or abs(Decimal(row.error_value)) > Decimal(row.error_limit)
    }
    stopped = {row.asset: row.decided_on for row in bind.execute(sa.text(STOPS).columns(decided_on=sa.Date))}
    for column, days in (("error_found_on", found), ("stopped_on", stopped)):
        put = sa.text(f"UPDATE asset SET {column} = :day WHERE id = :key")  # noqa: S608 — the words above
        if days:
            bind.execute(
                put.bindparams(sa.bindparam("day", type_=sa.Date)), [{"key": k, "day": d} for k, d in days.items()]
            )
    op.execute(MARK)


def downgrade() -> None:
    op.execute(UNMARK)
    op.drop_column("asset", "error_found_on")
    op.drop_column("asset", "stopped_on")
    _allow(BY_CASES)


def _allow(words: Sequence[str]) -> None:
    """Let the mark of an asset be one of some words; SQLite has it in a new column, as a check cannot be changed."""
    check = f"doubt IN ({', '.join(map(repr, words))})"
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_asset_doubt"), "asset", type_="check")
        op.create_check_constraint(op.f("ck_asset_doubt"), "asset", check)
        return
    op.execute("DROP TRIGGER counted_asset_update")
    op.drop_index("ix_asset_doubt", "asset")
    op.execute("ALTER TABLE asset RENAME COLUMN doubt TO doubt_before")
    op.execute(f"ALTER TABLE asset ADD COLUMN doubt VARCHAR(40) CONSTRAINT ck_asset_doubt CHECK ({check})")
    op.execute("UPDATE asset SET doubt = doubt_before WHERE doubt_before IS NOT NULL")
    op.execute("ALTER TABLE asset DROP COLUMN doubt_before")
    op.create_index("ix_asset_doubt", "asset", ["doubt", "name_order", "id"], sqlite_where=MARKED)
    triggers.restore(op.get_bind())
