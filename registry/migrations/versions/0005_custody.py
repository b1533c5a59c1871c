"""an asset's life and custody: statuses with reasons and dates, checks, faults, upkeep, and who has it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

STATUSES = (
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
EVENTS = (
    "moved",
    "checked_out",
    "checked_in",
    "shipped",
    "returned",
    "offered",
    "accepted",
    "declined",
    "withdrawn_offer",
)
TABLES = ("custody_event", "holding", "upkeep", "maintenance_line", "fault", "fitness_check", "status_change")


def upgrade() -> None:
    op.add_column("asset", sa.Column("status_since_on", sa.Date(), nullable=True))
    op.add_column("asset", sa.Column("restriction", sa.String(length=200), nullable=True))
    op.create_table(
        "status_change",
        _key(),
        _asset(),
        _choice("old", "old", *STATUSES),
        _choice("new", "new", *STATUSES),
        sa.Column("on", sa.Date(), nullable=False),
        *_written(),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.Column("restriction", sa.String(length=200), nullable=True),
        *_constraints("status_change"),
    )
    op.create_table(
        "fitness_check",
        _key(),
        _asset(),
        _choice("kind", "checkkind", "acceptance", "return"),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("requirement", sa.String(length=1000), nullable=False),
        _choice("result", "checkresult", "pass", "fail"),
        *_written(),
        sa.Column("evidence", sa.String(length=1000), nullable=True),
        *_constraints("fitness_check"),
    )
    op.create_table(
        "fault",
        _key(),
        _asset(),
        _choice("kind", "faultkind", "damage", "overload", "malfunction", "mishandled", "other"),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        *_written(),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("last_good_on", sa.Date(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("impact_conclusion", sa.String(length=4000), nullable=True),
        sa.Column("impact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("impact_by_id", sa.Integer(), nullable=True),
        sa.Column("impact_actor", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["impact_by_id"], ["person.id"], name=op.f("fk_fault_impact_by_id")),
        *_constraints("fault"),
    )
    op.create_table(
        "maintenance_line",
        _key(),
        _asset(),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("interval_months", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_maintenance_line_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maintenance_line")),
    )
    op.create_table(
        "upkeep",
        _key(),
        _asset(),
        _choice("kind", "upkeepkind", "maintenance", "repair", "modification", "adjustment"),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        *_written(),
        sa.Column("performed_by", sa.String(length=200), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["maintenance_line.id"], name=op.f("fk_upkeep_line_id")),
        *_constraints("upkeep"),
    )
    op.create_table(
        "holding",
        _key(),
        _asset(),
        _choice("kind", "holdingkind", "check_out", "shipment", "offer"),
        sa.Column("since_at", sa.DateTime(timezone=True), nullable=False),
        *_writer(),
        sa.Column("holder", sa.String(length=200), nullable=True),
        sa.Column("to_organisation_id", sa.Integer(), nullable=True),
        sa.Column("expected_back_on", sa.Date(), nullable=True),
        sa.Column("override_reason", sa.String(length=1000), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisation.id"], name=op.f("fk_holding_to_organisation_id")
        ),
        sa.UniqueConstraint("asset_id", name=op.f("uq_holding_asset_id")),
        *_constraints("holding"),
    )
    op.create_table(
        "custody_event",
        _key(),
        _asset(),
        _choice("kind", "eventkind", *EVENTS),
        *_written(),
        sa.Column("from_organisation_id", sa.Integer(), nullable=False),
        sa.Column("to_organisation_id", sa.Integer(), nullable=False),
        sa.Column("from_location", sa.String(length=200), nullable=True),
        sa.Column("to_location", sa.String(length=200), nullable=True),
        sa.Column("from_custodian", sa.String(length=200), nullable=True),
        sa.Column("to_custodian", sa.String(length=200), nullable=True),
        sa.Column("holder", sa.String(length=200), nullable=True),
        sa.Column("expected_back_on", sa.Date(), nullable=True),
        sa.Column("override_reason", sa.String(length=1000), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(
            ["from_organisation_id"], ["organisation.id"], name=op.f("fk_custody_event_from_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_organisation_id"], ["organisation.id"], name=op.f("fk_custody_event_to_organisation_id")
        ),
        *_constraints("custody_event"),
    )
    for table in TABLES:
        if table != "holding":
            _index(table, "asset_id", "id")
        if table != "maintenance_line":
            _index(table, "by_id")
    _index("fitness_check", "asset_id", "on")
    _index("fault", "impact_at", "id")
    _index("fault", "impact_by_id")
    _index("upkeep", "line_id")
    _index("holding", "expected_back_on", "id")
    _index("holding", "kind", "expected_back_on", "id")
    _index("holding", "to_organisation_id", "id")
    _index("custody_event", "from_organisation_id", "id")
    _index("custody_event", "to_organisation_id")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    with op.batch_alter_table("asset") as asset:
        asset.drop_column("restriction")
        asset.drop_column("status_since_on")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _asset() -> sa.Column[int]:
    return sa.Column("asset_id", sa.Integer(), nullable=False)


def _choice(column: str, name: str, *values: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
    return sa.Column(column, kind, nullable=False)


def _writer() -> tuple[sa.Column[Any], ...]:
    """Who wrote a row down."""
    return (
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
    )


def _written() -> tuple[sa.Column[Any], ...]:
    """When a row was written down, and by whom."""
    return (sa.Column("at", sa.DateTime(timezone=True), nullable=False), *_writer())


def _constraints(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f(f"fk_{table}_asset_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f(f"fk_{table}_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
