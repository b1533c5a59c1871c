"""What cases decided to be done anew is due by a day"""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

WAYS = ("telephone", "letter", "in_person")
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

    op.create_table(
        "hand_telling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "telephone", "letter", "in_person", name="way", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("whom", sa.String(length=200), nullable=False),
        sa.Column("said", sa.String(length=2000), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["impact_case.id"], name=op.f("fk_hand_telling_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_hand_telling_organisation_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_hand_telling_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_telling")),
    )
    for columns in (("case_id", "organisation_id", "id"), ("organisation_id",), ("by_id",)):
        op.create_index(op.f(f"ix_hand_telling_{'_'.join(columns)}"), "hand_telling", list(columns))


def downgrade() -> None:
    op.drop_table("hand_telling")
    op.drop_column("case_item", "work_due_on")
