"""A repair or a broken seal ends what was verified before it, and work that no schedule asks for counts"""

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
NEWEST = """
  (SELECT {said} FROM calibration WHERE calibration.asset_id = asset.id AND calibration.status = 'issued'
    AND calibration.kind IN ('calibration', 'verification') ORDER BY performed_on DESC, id DESC LIMIT 1)
"""
UNPLANNED = """
asset.kind <> 'instrument' AND NOT EXISTS (
  SELECT 1 FROM schedule WHERE schedule.asset_id = asset.id AND schedule.proof <> 'not_required')
"""
OUTCOME = "CASE WHEN kind = 'verification' AND outcome = 'none' THEN 'fail' ELSE outcome END"
CALIBRATED = f"""
UPDATE asset SET shown_kind = {NEWEST.format(said="kind")},
  shown_until = {NEWEST.format(said="coalesce(due_on, valid_until)")}
WHERE {UNPLANNED} AND {NEWEST.format(said=OUTCOME)} IN ('pass', 'conditional_pass', 'none')
"""  # noqa: S608 — the words above
CERTIFIED = f"""
UPDATE asset SET shown_kind = 'calibration'
WHERE {UNPLANNED} AND asset.kind = 'reference_material' AND shown_kind IS NULL AND EXISTS (
  SELECT 1 FROM material WHERE material.asset_id = asset.id AND (material.certificate_no IS NOT NULL
    OR EXISTS (SELECT 1 FROM certified_value WHERE certified_value.asset_id = asset.id)))
"""  # noqa: S608 — the words above
SHOWN = """
UPDATE asset SET proof = 'good', due_on = shown_until, due_order = coalesce(shown_until, '9999-12-31')
WHERE shown_kind IS NOT NULL AND expires_on IS NULL AND proof = 'not_required'
"""
UNSTATED = f"""
UPDATE asset SET proof = 'missing'
WHERE {UNPLANNED} AND shown_kind IS NULL AND expires_on IS NULL AND parent_id IS NULL AND proof = 'not_required'
"""  # noqa: S608 — the words above
STATED = """
UPDATE asset SET proof = 'not_required', due_on = NULL, due_order = '9999-12-31'
WHERE (kind <> 'instrument' OR parent_id IS NOT NULL) AND expires_on IS NULL AND NOT unverified AND NOT EXISTS (
  SELECT 1 FROM schedule WHERE schedule.asset_id = asset.id AND schedule.proof <> 'not_required')
"""
IDLE = "CASE WHEN whole.status IN ('in_service', 'limited_use') THEN whole.set_status ELSE whole.status END"
OF_SET = "(SELECT {said} FROM asset AS whole WHERE whole.id = asset.parent_id)"
PARTS = (
    f"""
UPDATE asset SET set_status = {OF_SET.format(said=IDLE)}
WHERE parent_id IS NOT NULL
""",  # noqa: S608 — the words above
    f"""
UPDATE asset SET proof = {OF_SET.format(said="whole.proof")}, due_on = {OF_SET.format(said="whole.due_on")},
  due_order = {OF_SET.format(said="whole.due_order")}
WHERE parent_id IS NOT NULL AND shown_kind IS NULL AND expires_on IS NULL AND NOT unverified AND NOT EXISTS (
  SELECT 1 FROM schedule WHERE schedule.asset_id = asset.id AND schedule.proof <> 'not_required')
""",  # noqa: S608 — the words above
)


def upgrade() -> None:
    op.add_column("asset", sa.Column("repaired_on", sa.Date(), nullable=True))
    op.add_column("asset", sa.Column("shown_kind", sa.String(length=40), nullable=True))
    op.add_column("asset", sa.Column("shown_until", sa.Date(), nullable=True))
    op.add_column("asset", sa.Column("set_status", sa.String(length=40), nullable=True))
    within = sa.text("set_status IS NOT NULL")
    op.create_index("ix_asset_set_status", "asset", ["set_status", "id"], sqlite_where=within, postgresql_where=within)
    for filled in (REPAIRED, CALIBRATED, CERTIFIED, SHOWN, UNSTATED, *PARTS, *PARTS):
        op.execute(filled)
    _allow(*KINDS, *FURTHER)


def downgrade() -> None:
    op.execute("UPDATE fault SET kind = 'other' WHERE kind IN ('seal_broken', 'failed_check')")
    _allow(*KINDS)
    op.execute(STATED)
    op.drop_index("ix_asset_set_status", "asset")
    for name in ("set_status", "shown_until", "shown_kind", "repaired_on"):
        op.drop_column("asset", name)


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("fault", reflect_kwargs={"resolve_fks": False}) as fault:
        fault.drop_constraint(op.f("ck_fault_faultkind"), type_="check")
        fault.create_check_constraint(op.f("ck_fault_faultkind"), sa.column("kind").in_(kinds))
