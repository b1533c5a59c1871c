"""the statuses of an asset's whole life"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BEFORE = ("planned", "in_service", "out_of_service", "quarantined", "retired")
NOW = (
    "planned",
    "procured",
    "accepted",
    "in_service",
    "limited_use",
    "out_for_calibration",
    "quarantined",
    "out_of_service",
    "retired",
    "disposed",
)


def upgrade() -> None:
    _allow(NOW)


def downgrade() -> None:
    op.execute("UPDATE asset SET status = 'planned' WHERE status IN ('procured', 'accepted')")
    op.execute("UPDATE asset SET status = 'in_service' WHERE status = 'limited_use'")
    op.execute("UPDATE asset SET status = 'out_of_service' WHERE status = 'out_for_calibration'")
    op.execute("UPDATE asset SET status = 'retired' WHERE status = 'disposed'")
    _allow(BEFORE)


def _allow(statuses: tuple[str, ...]) -> None:
    with op.batch_alter_table("asset") as asset:
        asset.drop_constraint(op.f("ck_asset_status"), type_="check")
        asset.create_check_constraint(op.f("ck_asset_status"), sa.column("status").in_(statuses))
