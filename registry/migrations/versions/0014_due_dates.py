"""intervals in days, weeks, months and years with policies, use, grace and planned days"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

UNITS = ("days", "weeks", "months", "years")
ENDS = ("exact", "month_end")
ANCHORS = ("performed", "received", "first_use")
MONTHS_IN_400_YEARS, DAYS_IN_400_YEARS = 4800, 146_097
# The schedules that use or grace may have moved, by the record that decides, and the assets they belong to.
BACK_TO_THE_CALENDAR = (
    """
UPDATE schedule SET due_on = (
  SELECT record.due_on FROM calibration AS record
  WHERE record.asset_id = schedule.asset_id AND record.kind = schedule.kind AND record.status = 'issued'
  ORDER BY record.performed_on DESC, record.id DESC LIMIT 1)
WHERE proof = 'good' AND id IN (SELECT schedule_id FROM due_extension UNION SELECT schedule_id FROM usage_reading)
""",
    """
UPDATE asset SET due_on = (
  SELECT min(ends.on_day) FROM (
    SELECT schedule.due_on AS on_day FROM schedule
    WHERE schedule.asset_id = asset.id AND schedule.proof <> 'not_required'
    UNION ALL SELECT asset.expires_on) AS ends)
WHERE id IN (
  SELECT schedule.asset_id FROM schedule
  WHERE schedule.id IN (SELECT schedule_id FROM due_extension UNION SELECT schedule_id FROM usage_reading))
""",
    "UPDATE asset SET due_order = coalesce(due_on, '9999-12-31') WHERE due_order <> coalesce(due_on, '9999-12-31')",
)


def upgrade() -> None:
    with op.batch_alter_table("schedule") as schedule:
        schedule.alter_column("interval_months", new_column_name="interval")
        schedule.add_column(_choice("interval_unit", UNITS, "intervalunit", "months"))
        schedule.add_column(_choice("ends", ENDS, "ends", "exact"))
        schedule.add_column(_choice("anchor", ANCHORS, "anchor", "performed"))
        schedule.add_column(sa.Column("early_days", sa.Integer(), nullable=True))
        schedule.add_column(sa.Column("late_keeps", sa.Boolean(), server_default=sa.false(), nullable=False))
        schedule.add_column(sa.Column("usage_limit", sa.String(length=64), nullable=True))
        schedule.add_column(sa.Column("usage_unit", sa.String(length=40), nullable=True))
        schedule.add_column(sa.Column("first_use_on", sa.Date(), nullable=True))
        schedule.add_column(sa.Column("planned_on", sa.Date(), nullable=True))
        for name, values, check in (
            ("interval_unit", UNITS, "intervalunit"),
            ("ends", ENDS, "ends"),
            ("anchor", ANCHORS, "anchor"),
        ):
            schedule.create_check_constraint(op.f(f"ck_schedule_{check}"), sa.column(name).in_(values))
        schedule.create_check_constraint(op.f("ck_schedule_interval"), "interval > 0")
        schedule.create_check_constraint(op.f("ck_schedule_planned"), "planned_on <= due_on")
    op.create_index(op.f("ix_schedule_planned_on"), "schedule", ["planned_on"])
    op.add_column("calibration", sa.Column("calendar_due_on", sa.Date(), nullable=True))
    op.execute("UPDATE calibration SET calendar_due_on = due_on WHERE due_on IS NOT NULL")
    _create_usage_reading()
    _create_due_extension()


def downgrade() -> None:
    """Grace and use are given up: records count as the calendar says; days and weeks become months, rounded down."""
    op.execute("UPDATE calibration SET due_on = calendar_due_on")
    op.drop_column("calibration", "calendar_due_on")
    op.drop_index(op.f("ix_schedule_planned_on"), "schedule")
    for unit, months in (("years", "interval * 12"), ("weeks", _months_of(7)), ("days", _months_of(1))):
        op.execute(f"UPDATE schedule SET interval = {months} WHERE interval_unit = '{unit}'")  # noqa: S608 — our own words
    with op.batch_alter_table("schedule") as schedule:
        for check in ("planned", "interval", "anchor", "ends", "intervalunit"):
            schedule.drop_constraint(op.f(f"ck_schedule_{check}"), type_="check")
        for name in (
            "planned_on",
            "first_use_on",
            "usage_unit",
            "usage_limit",
            "late_keeps",
            "early_days",
            "anchor",
            "ends",
            "interval_unit",
        ):
            schedule.drop_column(name)
        schedule.alter_column("interval", new_column_name="interval_months")
    for statement in BACK_TO_THE_CALENDAR:
        op.execute(statement)
    op.drop_table("due_extension")
    op.drop_table("usage_reading")


def _choice(name: str, values: tuple[str, ...], check: str, usual: str) -> sa.Column[str]:
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=False, length=40)
    return sa.Column(name, kind, server_default=usual, nullable=False)


def _months_of(days: int) -> str:
    whole = f"interval * {days * MONTHS_IN_400_YEARS} / {DAYS_IN_400_YEARS}"
    return f"CASE WHEN {whole} < 1 THEN 1 ELSE {whole} END"


def _create_usage_reading() -> None:
    op.create_table(
        "usage_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("restarted", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_usage_reading_by_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_usage_reading_schedule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_usage_reading")),
    )
    op.create_index(op.f("ix_usage_reading_by_id"), "usage_reading", ["by_id"])
    op.create_index(op.f("ix_usage_reading_schedule_id_on_id"), "usage_reading", ["schedule_id", "on", "id"])


def _create_due_extension() -> None:
    alive = sa.text("ended_at IS NULL")
    op.create_table(
        "due_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("evidence", sa.String(length=2000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_by", sa.String(length=200), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("granted_by_id", sa.Integer(), nullable=True),
        sa.Column("granted_by", sa.String(length=200), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint("until > due_on", name=op.f("ck_due_extension_later")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_due_extension_schedule_id")),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibration.id"], name=op.f("fk_due_extension_calibration_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_due_extension_asked_by_id")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["person.id"], name=op.f("fk_due_extension_granted_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["person.id"], name=op.f("fk_due_extension_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due_extension")),
    )
    for columns in (["schedule_id", "id"], ["asked_by_id"], ["granted_by_id"], ["ended_by_id"]):
        op.create_index(op.f(f"ix_due_extension_{'_'.join(columns)}"), "due_extension", columns)
    op.create_index(
        "uq_due_extension_alive",
        "due_extension",
        ["calibration_id"],
        unique=True,
        sqlite_where=alive,
        postgresql_where=alive,
    )
