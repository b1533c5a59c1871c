"""A seal that inspectors found broken ends the verification, and whoever corrects the check takes that back"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

FOUND = """
UPDATE asset SET seal_found_on = (
  SELECT max(seen_on) FROM inspection_check JOIN inspection ON inspection.id = inspection_id
  WHERE inspection_check.asset_id = asset.id AND standing AND (seal_broken OR seal = 'broken') AND state <> 'cancelled')
WHERE EXISTS (SELECT 1 FROM inspection_check WHERE inspection_check.asset_id = asset.id)
"""
ENDED = """
UPDATE asset SET repaired_on = seal_found_on
WHERE seal_found_on IS NOT NULL AND (repaired_on IS NULL OR repaired_on < seal_found_on)
  AND EXISTS (SELECT 1 FROM schedule WHERE schedule.asset_id = asset.id AND schedule.kind = 'verification'
    AND schedule.proof <> 'not_required')
"""


def upgrade() -> None:
    op.add_column("asset", sa.Column("mended_on", sa.Date(), nullable=True))
    op.add_column("asset", sa.Column("seal_found_on", sa.Date(), nullable=True))
    for filled in ("UPDATE asset SET mended_on = repaired_on", FOUND, ENDED):  # the night lets the records follow
        op.execute(filled)


def downgrade() -> None:
    op.execute("UPDATE asset SET repaired_on = mended_on")
    op.drop_column("asset", "seal_found_on")
    op.drop_column("asset", "mended_on")
