"""campaigns, reports of units with what they submitted, and consolidated reports that are frozen"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"

UNIT_STATES = ("draft", "submitted", "returned", "accepted")


def upgrade() -> None:
    _create_campaign()
    _create_units()
    _create_consolidated()


def downgrade() -> None:
    op.execute("DELETE FROM task WHERE kind = 'report.gather'")
    for table in ("consolidated_report", "unit_submission", "unit_report", "report_campaign"):
        op.drop_table(table)


def _create_campaign() -> None:
    op.create_table(
        "report_campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("campaignkind", ("annual", "ad_hoc")), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("annual_year", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("carry_over", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("orphans", sa.JSON(), nullable=False),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_report_campaign_life")),
        *_keys("report_campaign", plan_id="plan", opened_by_id="person"),
        sa.UniqueConstraint("plan_id", "annual_year", name=op.f("uq_report_campaign_plan_id_annual_year")),
    )
    _index("report_campaign", "due_on")
    _index("report_campaign", "opened_by_id")
    _index("report_campaign", "plan_id", "due_on", "id")


def _create_units() -> None:
    op.create_table(
        "unit_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("state", _choice("unitstate", UNIT_STATES), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("return_reason", sa.String(length=2000), nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("unit_report", campaign_id="report_campaign", organisation_id="organisation"),
        sa.UniqueConstraint("campaign_id", "organisation_id", name=op.f("uq_unit_report_campaign_id_organisation_id")),
    )
    _index("unit_report", "organisation_id")
    op.create_table(
        "unit_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_report_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("decision", _choice("decision", UNIT_STATES), nullable=True),
        sa.Column("reason", sa.String(length=2000), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        *_keys("unit_submission", unit_report_id="unit_report", submitted_by_id="person", decided_by_id="person"),
        sa.UniqueConstraint("unit_report_id", "number", name=op.f("uq_unit_submission_unit_report_id_number")),
    )
    _index("unit_submission", "submitted_by_id")
    _index("unit_submission", "decided_by_id")


def _create_consolidated() -> None:
    op.create_table(
        "consolidated_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("state", _choice("reportstate", ("waiting", "ready", "failed", "frozen")), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("document_hash", sa.String(length=64), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by_id", sa.Integer(), nullable=True),
        sa.Column("report_no", sa.String(length=100), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signatory", sa.String(length=200), nullable=True),
        sa.Column("amendment_reason", sa.String(length=2000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("consolidated_report", campaign_id="report_campaign", asked_by_id="person", frozen_by_id="person"),
        sa.UniqueConstraint("campaign_id", "number", name=op.f("uq_consolidated_report_campaign_id_number")),
    )
    _index("consolidated_report", "asked_by_id")
    _index("consolidated_report", "frozen_by_id")


def _keys(table: str, **foreign: str) -> list[sa.Constraint]:
    own = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    return [
        own,
        *(
            sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))
            for column, target in foreign.items()
        ),
    ]


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
