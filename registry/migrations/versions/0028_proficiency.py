"""proficiency tests: schemes, rounds, results, evaluations, follow-up and plans"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

SCHEMEKIND = ("proficiency_test", "comparison", "measurement_audit")
ROUNDSTATE = ("planned", "open", "closed", "evaluated", "published")
JUDGED = ("en", "z", "zeta")
SOURCE = ("reference", "consensus")
KIND = ("en", "z", "z_prime", "zeta")
VERDICT = ("satisfactory", "questionable", "unsatisfactory")


def upgrade() -> None:
    op.create_table(
        "pt_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("kind", _choice("schemekind", SCHEMEKIND), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("quantity", sa.String(length=120), nullable=False),
        sa.Column("quantity_key", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("range_low", sa.String(length=64), nullable=True),
        sa.Column("range_high", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("search", sa.String(length=600), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_pt_scheme_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_scheme")),
        sa.UniqueConstraint("organisation_id", "name", name=op.f("uq_pt_scheme_organisation_id_name")),
    )
    for columns in (
        ["kind"],
        ["name", "id"],
        ["quantity_key"],
    ):
        _index("pt_scheme", columns)
    op.create_table(
        "pt_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("item", sa.String(length=500), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", _choice("roundstate", ROUNDSTATE), nullable=False),
        sa.Column("evaluation", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("due_on >= opens_on", name=op.f("ck_pt_round_days")),
        sa.ForeignKeyConstraint(["scheme_id"], ["pt_scheme.id"], name=op.f("fk_pt_round_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_round")),
        sa.UniqueConstraint("scheme_id", "code", name=op.f("uq_pt_round_scheme_id_code")),
    )
    for columns in (
        ["due_on", "id"],
        ["state", "due_on", "id"],
    ):
        _index("pt_round", columns)
    op.create_table(
        "pt_measurand",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("judged_by", _choice("judged", JUDGED), nullable=False),
        sa.Column("source", _choice("source", SOURCE), nullable=False),
        sa.Column("assigned_value", sa.String(length=64), nullable=True),
        sa.Column("assigned_uncertainty", sa.String(length=64), nullable=True),
        sa.Column("assigned_factor", sa.String(length=64), nullable=True),
        sa.Column("assigned_by", sa.String(length=200), nullable=True),
        sa.Column("sigma", sa.String(length=64), nullable=True),
        sa.Column("least_results", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["pt_round.id"], name=op.f("fk_pt_measurand_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_measurand")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_pt_measurand_round_id_number")),
    )
    op.create_table(
        "pt_participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_pt_participant_lab_id")),
        sa.ForeignKeyConstraint(["round_id"], ["pt_round.id"], name=op.f("fk_pt_participant_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_participant")),
        sa.UniqueConstraint("round_id", "code", name=op.f("uq_pt_participant_round_id_code")),
        sa.UniqueConstraint("round_id", "lab_id", name=op.f("uq_pt_participant_round_id_lab_id")),
    )
    for columns in (["lab_id"],):
        _index("pt_participant", columns)
    op.create_table(
        "pt_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("measurand_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("expanded_uncertainty", sa.String(length=64), nullable=False),
        sa.Column("coverage_factor", sa.String(length=64), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_pt_result_entered_by_id")),
        sa.ForeignKeyConstraint(["measurand_id"], ["pt_measurand.id"], name=op.f("fk_pt_result_measurand_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["pt_participant.id"], name=op.f("fk_pt_result_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_result")),
        sa.UniqueConstraint("participant_id", "measurand_id", name=op.f("uq_pt_result_participant_id_measurand_id")),
    )
    for columns in (
        ["entered_by_id"],
        ["measurand_id"],
    ):
        _index("pt_result", columns)
    op.create_table(
        "pt_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("measurands", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_pt_evaluation_made_by_id")),
        sa.ForeignKeyConstraint(["round_id"], ["pt_round.id"], name=op.f("fk_pt_evaluation_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_evaluation")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_pt_evaluation_round_id_number")),
    )
    for columns in (["made_by_id"],):
        _index("pt_evaluation", columns)
    op.create_table(
        "pt_score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("evaluation_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("measurand_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("expanded_uncertainty", sa.String(length=64), nullable=False),
        sa.Column("coverage_factor", sa.String(length=64), nullable=False),
        sa.Column("found_value", sa.String(length=64), nullable=False),
        sa.Column("found_uncertainty", sa.String(length=64), nullable=False),
        sa.Column("decides", _choice("kind", KIND), nullable=False),
        sa.Column("verdict", _choice("verdict", VERDICT), nullable=False),
        sa.Column("en", sa.String(length=64), nullable=True),
        sa.Column("z", sa.String(length=64), nullable=True),
        sa.Column("z_prime", sa.String(length=64), nullable=True),
        sa.Column("zeta", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["evaluation_id"], ["pt_evaluation.id"], name=op.f("fk_pt_score_evaluation_id")),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_pt_score_lab_id")),
        sa.ForeignKeyConstraint(["measurand_id"], ["pt_measurand.id"], name=op.f("fk_pt_score_measurand_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["pt_participant.id"], name=op.f("fk_pt_score_participant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_score")),
        sa.UniqueConstraint(
            "evaluation_id",
            "participant_id",
            "measurand_id",
            name=op.f("uq_pt_score_evaluation_id_participant_id_measurand_id"),
        ),
    )
    for columns in (
        ["lab_id", "verdict", "id"],
        ["measurand_id"],
        ["participant_id"],
    ):
        _index("pt_score", columns)
    op.create_table(
        "pt_follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("measurand_id", sa.Integer(), nullable=False),
        sa.Column("verdict", _choice("verdict", VERDICT), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=2000), nullable=True),
        sa.Column("corrective_action", sa.String(length=2000), nullable=True),
        sa.Column("owner", sa.String(length=200), nullable=True),
        sa.Column("evidence", sa.String(length=2000), nullable=True),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("conclusion", sa.String(length=2000), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_pt_follow_up_closed_by_id")),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_pt_follow_up_lab_id")),
        sa.ForeignKeyConstraint(["measurand_id"], ["pt_measurand.id"], name=op.f("fk_pt_follow_up_measurand_id")),
        sa.ForeignKeyConstraint(["participant_id"], ["pt_participant.id"], name=op.f("fk_pt_follow_up_participant_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_pt_follow_up_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_follow_up")),
        sa.UniqueConstraint("participant_id", "measurand_id", name=op.f("uq_pt_follow_up_participant_id_measurand_id")),
    )
    for columns in (
        ["closed_at", "due_on", "id"],
        ["closed_by_id"],
        ["lab_id", "closed_at", "due_on"],
        ["measurand_id"],
        ["written_by_id"],
    ):
        _index("pt_follow_up", columns)
    op.create_table(
        "pt_plan_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=120), nullable=False),
        sa.Column("quantity_key", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("range_low", sa.String(length=64), nullable=True),
        sa.Column("range_high", sa.String(length=64), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=True),
        sa.Column("scheme_name", sa.String(length=200), nullable=True),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_pt_plan_line_lab_id")),
        sa.ForeignKeyConstraint(["round_id"], ["pt_round.id"], name=op.f("fk_pt_plan_line_round_id")),
        sa.ForeignKeyConstraint(["scheme_id"], ["pt_scheme.id"], name=op.f("fk_pt_plan_line_scheme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pt_plan_line")),
    )
    for columns in (
        ["cancelled_at", "due_on", "id"],
        ["lab_id", "due_on", "id"],
        ["round_id"],
        ["scheme_id"],
    ):
        _index("pt_plan_line", columns)


def downgrade() -> None:
    op.drop_table("pt_plan_line")
    op.drop_table("pt_follow_up")
    op.drop_table("pt_score")
    op.drop_table("pt_evaluation")
    op.drop_table("pt_result")
    op.drop_table("pt_participant")
    op.drop_table("pt_measurand")
    op.drop_table("pt_round")
    op.drop_table("pt_scheme")


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _index(table: str, columns: list[str]) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
