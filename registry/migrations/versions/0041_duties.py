"""duties of plans with their files and notices, and the list of focus enterprises with its steps and reviews"""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

HELD = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", _choice("state", "not_started", "under_way", "done", "overdue"), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'done') = (done_on IS NOT NULL)", name=op.f("ck_duty_done")),
        *_keys("duty", plan_id="plan", owner_id="person"),
        sa.UniqueConstraint("plan_id", "code", "year", name=op.f("uq_duty_plan_id_code_year")),
    )
    op.create_index(op.f("ix_duty_owner_id"), "duty", ["owner_id"])
    op.create_index(op.f("ix_duty_due_on_id"), "duty", ["due_on", "id"])
    _create_files()
    op.create_table(
        "duty_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        *_keys("duty_notice", person_id="person", duty_id="duty", message_id="outbox_message"),
        sa.UniqueConstraint(
            *("person_id", "duty_id", "due_on", "offset_days"),
            name=op.f("uq_duty_notice_person_id_duty_id_due_on_offset_days"),
        ),
    )
    for column in ("duty_id", "message_id"):
        op.create_index(op.f(f"ix_duty_notice_{column}"), "duty_notice", [column])
    _create_focus()


def downgrade() -> None:
    for table in ("focus_step", "focus_review", "focus_entry", "duty_notice", "duty_file", "duty"):
        op.drop_table(table)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _keys(table: str, **references: str) -> list[sa.schema.SchemaItem]:
    keys = [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))
        for column, to in references.items()
    ]
    return [*keys, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _create_files() -> None:
    op.create_table(
        "duty_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duty_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", _choice("filekind", "photo", "certificate", "document"), nullable=False),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_reason", sa.String(length=500), nullable=True),
        *_keys("duty_file", duty_id="duty", stored_file_id="stored_file", added_by_id="person", removed_by_id="person"),
    )
    for column in ("stored_file_id", "added_by_id", "removed_by_id"):
        op.create_index(op.f(f"ix_duty_file_{column}"), "duty_file", [column])
    op.create_index(op.f("ix_duty_file_duty_id_id"), "duty_file", ["duty_id", "id"])
    op.create_index(
        "uq_duty_file_held",
        "duty_file",
        ["duty_id", "stored_file_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )


def _create_focus() -> None:
    op.create_table(
        "focus_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("state", _choice("state", "proposed", "confirmed", "removed"), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *_keys("focus_entry", plan_id="plan", enterprise_id="enterprise"),
        sa.UniqueConstraint("plan_id", "enterprise_id", name=op.f("uq_focus_entry_plan_id_enterprise_id")),
    )
    op.create_index(op.f("ix_focus_entry_enterprise_id"), "focus_entry", ["enterprise_id"])
    op.create_table(
        "focus_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("decision_no", sa.String(length=100), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("focus_review", plan_id="plan", recorded_by_id="person"),
    )
    op.create_index(op.f("ix_focus_review_recorded_by_id"), "focus_review", ["recorded_by_id"])
    op.create_index(op.f("ix_focus_review_plan_id_on_id"), "focus_review", ["plan_id", "on", "id"])
    op.create_table(
        "focus_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("step", _choice("step", "propose", "confirm", "keep", "remove"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("focus_step", entry_id="focus_entry", review_id="focus_review", recorded_by_id="person"),
    )
    for column in ("review_id", "recorded_by_id"):
        op.create_index(op.f(f"ix_focus_step_{column}"), "focus_step", [column])
    op.create_index(op.f("ix_focus_step_entry_id_on_id"), "focus_step", ["entry_id", "on", "id"])
