"""dated lines of scope, the decisions about them, and what a scope said of each result on its day"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

KINDS = ("calibration", "verification", "intermediate_check", "testing")
COMPETENCES = ("in_scope", "outside_scope", "not_in_force", "not_accredited", "unknown")
COVERAGES = ("in", "outside", "unknown")
STANDINGS = ("not_yet", "in_force", "suspended", "withdrawn", "expired")
CHANGED = sa.text("competence <> competence_found")


def upgrade() -> None:
    op.create_table(
        "scope_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("kind", _one_of("scopechange", "replace", "add", "end"), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_scope_decision_lab_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_scope_decision_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_decision")),
        sa.UniqueConstraint(
            "lab_id", "number", "effective_on", name=op.f("uq_scope_decision_lab_id_number_effective_on")
        ),
    )
    op.create_index(
        op.f("ix_scope_decision_lab_id_effective_on_id"), "scope_decision", ["lab_id", "effective_on", "id"]
    )
    op.create_index(op.f("ix_scope_decision_made_by_id"), "scope_decision", ["made_by_id"])
    with op.batch_alter_table("scope_line") as table:
        for column in _of_lines():
            table.add_column(column)
        table.create_foreign_key(
            op.f("fk_scope_line_instrument_type_id"), "instrument_type", ["instrument_type_id"], ["id"]
        )
        table.create_foreign_key(op.f("fk_scope_line_decision_id"), "scope_decision", ["decision_id"], ["id"])
        table.create_foreign_key(op.f("fk_scope_line_ended_by_id"), "scope_decision", ["ended_by_id"], ["id"])
        table.create_foreign_key(op.f("fk_scope_line_corrects_id"), "scope_line", ["corrects_id"], ["id"])
        table.create_check_constraint(
            op.f("ck_scope_line_life"), "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from"
        )
        table.create_check_constraint(
            op.f("ck_scope_line_corrected"), "(corrected_at IS NULL) = (correction_reason IS NULL)"
        )
        for name in ("instrument_type_id", "decision_id", "ended_by_id", "corrects_id"):
            table.create_index(op.f(f"ix_scope_line_{name}"), [name])
    _create_checks()
    op.execute(
        "INSERT INTO task (kind, key, made_at, state, attempts) "
        "SELECT 'judge-competence', '0', CURRENT_TIMESTAMP, 'open', 0 "
        "WHERE EXISTS (SELECT 1 FROM calibration WHERE lab_id IS NOT NULL)"
    )


def downgrade() -> None:
    op.execute("DELETE FROM task WHERE kind LIKE 'judge-competence%'")
    op.drop_table("competence_check")
    op.execute("DELETE FROM scope_line WHERE corrected_at IS NOT NULL OR valid_to IS NOT NULL")
    with op.batch_alter_table("scope_line") as table:
        for name in ("instrument_type_id", "decision_id", "ended_by_id", "corrects_id"):
            table.drop_index(op.f(f"ix_scope_line_{name}"))
            table.drop_constraint(op.f(f"fk_scope_line_{name}"), type_="foreignkey")
        for name in ("life", "corrected", "relativeunit", "combined", "place"):
            table.drop_constraint(op.f(f"ck_scope_line_{name}"), type_="check")
        for column in _of_lines():
            table.drop_column(column.name)
    op.drop_table("scope_decision")


def _of_lines() -> list[sa.Column]:
    return [
        sa.Column("measurand", sa.String(length=200), nullable=True),
        sa.Column("instrument_type_id", sa.Integer(), nullable=True),
        sa.Column("cmc_unit", sa.String(length=40), nullable=True),
        sa.Column("cmc_relative", sa.String(length=64), nullable=True),
        sa.Column("cmc_relative_unit", _one_of("relativeunit", "percent", "ppm", "ratio"), nullable=True),
        sa.Column("cmc_combined", _one_of("combined", "sum", "root_sum_squares"), nullable=True),
        sa.Column("place", _one_of("place", "laboratory", "on_site", "both"), nullable=True),
        sa.Column("site", sa.String(length=200), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("correction_reason", sa.String(length=500), nullable=True),
    ]


def _create_checks() -> None:
    op.create_table(
        "competence_check",
        sa.Column("calibration_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("holder_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("schedulekind", *KINDS), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("competence_found", _one_of("competence_found", *COMPETENCES), nullable=False),
        sa.Column("standing_found", _one_of("standing_found", *STANDINGS), nullable=True),
        sa.Column("coverage_found", _one_of("coverage_found", *COVERAGES), nullable=False),
        sa.Column("findings_found", sa.JSON(), nullable=False),
        sa.Column("competence", _one_of("competence", *COMPETENCES), nullable=False),
        sa.Column("standing", _one_of("standing", *STANDINGS), nullable=True),
        sa.Column("coverage", _one_of("coverage", *COVERAGES), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_since", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_competence_check_calibration_id")
        ),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_competence_check_lab_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["lab.id"], name=op.f("fk_competence_check_holder_id")),
        sa.PrimaryKeyConstraint("calibration_id", name=op.f("pk_competence_check")),
    )
    op.create_index(
        op.f("ix_competence_check_holder_id_kind_performed_on"),
        "competence_check",
        ["holder_id", "kind", "performed_on"],
    )
    op.create_index(op.f("ix_competence_check_lab_id_performed_on"), "competence_check", ["lab_id", "performed_on"])
    op.create_index(
        "ix_competence_check_changed",
        "competence_check",
        ["lab_id", "calibration_id"],
        sqlite_where=CHANGED,
        postgresql_where=CHANGED,
    )


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
