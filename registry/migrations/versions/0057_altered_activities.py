"""Since when an activity says otherwise than before, and people counted as their list stood when it was decided"""

import sqlalchemy as sa
from alembic import op

from registry.plan.counts import triggers

revision = "0057"
down_revision = "0056b"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("altered_at", sa.DateTime(timezone=True), nullable=True))
    triggers.remove(op.get_bind())
    triggers.install(op.get_bind())
    op.execute("INSERT INTO changed_evidence (fact_type) VALUES ('anew')")


def downgrade() -> None:
    op.drop_column("activity", "altered_at")
