"""evidence: the blocks that seal the audit log, what a signature covers, and who did the work of a record"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"


def upgrade() -> None:
    """Entries of before are sealed later, by the job that seals all others; no migration keeps anybody waiting."""
    op.create_table(
        "audit_block",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seals", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_block")),
    )
    op.add_column("calibration", sa.Column("performed_by", sa.String(length=200), nullable=True))
    op.add_column("signature", sa.Column("form", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("signature", sa.Column("digest", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Without the blocks and the digests nothing is proved any more; what was recorded and signed stays."""
    op.drop_column("signature", "digest")
    op.drop_column("signature", "form")
    op.drop_column("calibration", "performed_by")
    op.drop_table("audit_block")
