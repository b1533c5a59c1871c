"""accreditations, scope lines, inspections and assessments as evidence"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

RECORDS = ("asset", "lab", "calibration", "organisation", "activity")
FURTHER = ("accreditation", "scope_line", "inspection", "assessment")


def upgrade() -> None:
    _allow(*RECORDS, *FURTHER)


def downgrade() -> None:
    kinds = ", ".join(f"'{kind}'" for kind in FURTHER)
    op.execute(f"DELETE FROM evidence WHERE record_type IN ({kinds})")  # noqa: S608 — the words above
    _allow(*RECORDS)


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("evidence", reflect_kwargs={"resolve_fks": False}) as evidence:
        evidence.drop_constraint(op.f("ck_evidence_recordtype"), type_="check")
        evidence.create_check_constraint(op.f("ck_evidence_recordtype"), sa.column("record_type").in_(kinds))
