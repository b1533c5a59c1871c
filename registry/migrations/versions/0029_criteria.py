"""criteria sets, assessments, what was answered and found, corrective actions, and files that show it"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

GAP = sa.text("closed_at IS NULL AND grade IS NOT NULL AND grade <> 'strength'")
HELD = sa.text("removed_at IS NULL")
TABLES = (
    "corrective_action_file",
    "corrective_action",
    "assessment_answer_file",
    "assessment_answer",
    "assessment",
    "criterion",
    "criteria_set",
)


def upgrade() -> None:
    op.create_table(
        "criteria_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("title_vi", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        _choice("total", ("weighted", "mean_of_groups"), "total"),
        sa.Column("partly", sa.String(length=64), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("loaded_by_id", sa.Integer(), nullable=True),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_newest", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["person.id"], name=op.f("fk_criteria_set_loaded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_set")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_criteria_set_code_number")),
    )
    op.create_index(op.f("ix_criteria_set_is_newest_code"), "criteria_set", ["is_newest", "code"])
    op.create_index(op.f("ix_criteria_set_loaded_by_id"), "criteria_set", ["loaded_by_id"])
    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        _choice("kind", ("self", "internal", "department", "reassessment"), "assessmentkind"),
        _choice("conductor", ("subject", "department"), "conductor"),
        sa.Column("assessors", sa.JSON(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("follows_id", sa.Integer(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("conclusion", sa.String(length=4000), nullable=False),
        sa.Column("percent", sa.String(length=64), nullable=True),
        sa.Column("level", sa.String(length=64), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by_id", sa.Integer(), nullable=True),
        sa.Column("signed_actor", sa.String(length=200), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(follows_id IS NULL) = (kind <> 'reassessment')", name=op.f("ck_assessment_follows")),
        sa.CheckConstraint("(signed_at IS NULL) = (digest IS NULL)", name=op.f("ck_assessment_signed")),
        sa.CheckConstraint("finished_on >= started_on", name=op.f("ck_assessment_life")),
        sa.CheckConstraint("planned_on IS NOT NULL OR started_on IS NOT NULL", name=op.f("ck_assessment_day")),
        sa.ForeignKeyConstraint(["follows_id"], ["assessment.id"], name=op.f("fk_assessment_follows_id")),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_assessment_lab_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["person.id"], name=op.f("fk_assessment_opened_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_assessment_organisation_id")),
        sa.ForeignKeyConstraint(["set_id"], ["criteria_set.id"], name=op.f("fk_assessment_set_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["person.id"], name=op.f("fk_assessment_signed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(op.f("ix_assessment_finished_on_id"), "assessment", ["finished_on", "id"])
    op.create_index(op.f("ix_assessment_follows_id"), "assessment", ["follows_id"])
    op.create_index(op.f("ix_assessment_lab_id_id"), "assessment", ["lab_id", "id"])
    op.create_index(op.f("ix_assessment_opened_by_id"), "assessment", ["opened_by_id"])
    op.create_index(op.f("ix_assessment_organisation_id_id"), "assessment", ["organisation_id", "id"])
    op.create_index(op.f("ix_assessment_set_id_signed_at"), "assessment", ["set_id", "signed_at"])
    op.create_index(op.f("ix_assessment_signed_by_id"), "assessment", ["signed_by_id"])
    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("group_code", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("clause", sa.String(length=60), nullable=False),
        sa.Column("text_vi", sa.String(length=1000), nullable=False),
        sa.Column("text_en", sa.String(length=1000), nullable=False),
        sa.Column("weight", sa.String(length=64), nullable=False),
        sa.Column("mandatory", sa.Boolean(), nullable=False),
        _choice("scale", ("yes_no", "yes_partly_no", "points"), "scale"),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("may_not_apply", sa.Boolean(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["set_id"], ["criteria_set.id"], name=op.f("fk_criterion_set_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("set_id", "code", name=op.f("uq_criterion_set_id_code")),
        sa.UniqueConstraint("set_id", "position", name=op.f("uq_criterion_set_id_position")),
    )
    op.create_table(
        "assessment_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        _choice("mark", ("yes", "partly", "no", "not_applicable"), "mark", nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=4000), nullable=False),
        _choice(
            "grade", ("nonconformity_major", "nonconformity_minor", "observation", "strength"), "grade", nullable=True
        ),
        sa.Column("finding", sa.String(length=4000), nullable=False),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        _choice("closing", ("effective", "met", "found_anew"), "closing", nullable=True),
        sa.Column("closed_in_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(closed_at IS NULL) = (closing IS NULL)", name=op.f("ck_assessment_answer_closed")),
        sa.CheckConstraint("(mark IS NULL) <> (points IS NULL)", name=op.f("ck_assessment_answer_given")),
        sa.ForeignKeyConstraint(["assessment_id"], ["assessment.id"], name=op.f("fk_assessment_answer_assessment_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_assessment_answer_by_id")),
        sa.ForeignKeyConstraint(["closed_in_id"], ["assessment.id"], name=op.f("fk_assessment_answer_closed_in_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_assessment_answer_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment_answer")),
        sa.UniqueConstraint(
            "assessment_id", "criterion_id", name=op.f("uq_assessment_answer_assessment_id_criterion_id")
        ),
    )
    op.create_index(op.f("ix_assessment_answer_by_id"), "assessment_answer", ["by_id"])
    op.create_index(op.f("ix_assessment_answer_closed_in_id"), "assessment_answer", ["closed_in_id"])
    op.create_index(op.f("ix_assessment_answer_criterion_id_mark"), "assessment_answer", ["criterion_id", "mark"])
    op.create_index(
        "ix_assessment_answer_open", "assessment_answer", ["assessment_id"], sqlite_where=GAP, postgresql_where=GAP
    )
    _files("assessment_answer_file", "answer_id", "assessment_answer")
    op.create_table(
        "corrective_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=4000), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        _choice("state", ("open", "done", "effective"), "actionstate"),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=4000), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("done_actor", sa.String(length=200), nullable=True),
        sa.Column("verification", sa.String(length=4000), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_actor", sa.String(length=200), nullable=True),
        sa.Column("returned", sa.String(length=4000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(done_at IS NULL) = (state = 'open')", name=op.f("ck_corrective_action_done")),
        sa.CheckConstraint(
            "(verified_at IS NULL) = (state <> 'effective')", name=op.f("ck_corrective_action_verified")
        ),
        sa.ForeignKeyConstraint(["answer_id"], ["assessment_answer.id"], name=op.f("fk_corrective_action_answer_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["person.id"], name=op.f("fk_corrective_action_done_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_corrective_action_made_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_corrective_action_owner_id")),
        sa.ForeignKeyConstraint(["verified_by_id"], ["person.id"], name=op.f("fk_corrective_action_verified_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_action")),
    )
    op.create_index(
        op.f("ix_corrective_action_answer_id_due_on_id"), "corrective_action", ["answer_id", "due_on", "id"]
    )
    op.create_index(op.f("ix_corrective_action_done_by_id"), "corrective_action", ["done_by_id"])
    op.create_index(op.f("ix_corrective_action_made_by_id"), "corrective_action", ["made_by_id"])
    op.create_index(
        op.f("ix_corrective_action_owner_id_state_due_on_id"),
        "corrective_action",
        ["owner_id", "state", "due_on", "id"],
    )
    op.create_index(op.f("ix_corrective_action_state_due_on_id"), "corrective_action", ["state", "due_on", "id"])
    op.create_index(op.f("ix_corrective_action_verified_by_id"), "corrective_action", ["verified_by_id"])
    _files("corrective_action_file", "action_id", "corrective_action")


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _files(table: str, column: str, record: str) -> None:
    """A table of files that hang on records."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(column, sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        _choice("kind", ("photo", "certificate", "document"), "filekind"),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint([column], [f"{record}.id"], name=op.f(f"fk_{table}_{column}")),
        *(
            sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"))
            for name, other in (
                ("stored_file_id", "stored_file"),
                ("added_by_id", "person"),
                ("removed_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for columns in ([column, "id"], ["stored_file_id"], ["added_by_id"], ["removed_by_id"]):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
    held = [column, "stored_file_id"]
    op.create_index(f"uq_{table}_held", table, held, unique=True, sqlite_where=HELD, postgresql_where=HELD)


def _choice(name: str, values: tuple[str, ...], check: str, *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)
