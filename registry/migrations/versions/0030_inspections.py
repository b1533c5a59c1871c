"""state inspections: plans, visits with their teams and steps, checks with findings and photos"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "inspection_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("decision_no", sa.String(length=100), nullable=True),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["organisation.id"], name=op.f("fk_inspection_plan_authority_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_inspection_plan_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_plan")),
    )
    op.create_index(op.f("ix_inspection_plan_authority_id_year_id"), "inspection_plan", ["authority_id", "year", "id"])
    op.create_index(op.f("ix_inspection_plan_made_by_id"), "inspection_plan", ["made_by_id"])
    op.create_index(op.f("ix_inspection_plan_year_id"), "inspection_plan", ["year", "id"])
    op.create_table(
        "inspection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("subject_name", sa.String(length=200), nullable=False),
        sa.Column("planned_from", sa.Date(), nullable=False),
        sa.Column("planned_to", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("subject_address", sa.String(length=300), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("decision_no", sa.String(length=100), nullable=True),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("subject_types", sa.String(length=1000), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=True),
        sa.Column(
            "state",
            _choice("state", "planned", "prepared", "in_progress", "signed", "closed", "cancelled"),
            nullable=False,
        ),
        sa.Column("search", sa.String(length=1000), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("planned_to >= planned_from", name=op.f("ck_inspection_days")),
        sa.ForeignKeyConstraint(["area_id"], ["organisation.id"], name=op.f("fk_inspection_area_id")),
        sa.ForeignKeyConstraint(["authority_id"], ["organisation.id"], name=op.f("fk_inspection_authority_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_inspection_made_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_inspection_organisation_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plan.id"], name=op.f("fk_inspection_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(op.f("ix_inspection_area_id"), "inspection", ["area_id"])
    op.create_index(
        op.f("ix_inspection_authority_id_planned_from_id"), "inspection", ["authority_id", "planned_from", "id"]
    )
    op.create_index(op.f("ix_inspection_made_by_id"), "inspection", ["made_by_id"])
    op.create_index(op.f("ix_inspection_organisation_id"), "inspection", ["organisation_id"])
    op.create_index(op.f("ix_inspection_plan_id"), "inspection", ["plan_id"])
    op.create_index(op.f("ix_inspection_planned_from_id"), "inspection", ["planned_from", "id"])
    op.create_index(op.f("ix_inspection_state_planned_from_id"), "inspection", ["state", "planned_from", "id"])
    op.create_table(
        "inspection_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("client_key", sa.String(length=64), nullable=False),
        sa.Column("thing", sa.String(length=340), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("violation", sa.Boolean(), nullable=False),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("seal_broken", sa.Boolean(), nullable=False),
        sa.Column("over_limit", sa.Boolean(), nullable=False),
        sa.Column("stamp_differs", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.Column("shown", sa.JSON(), nullable=True),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("registered_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("beside_id", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_ahead", sa.Integer(), nullable=True),
        sa.Column("tag", sa.String(length=11), nullable=True),
        sa.Column("kind", _choice("kind", "standard", "reference_material", "instrument"), nullable=True),
        sa.Column("instrument_type", sa.String(length=200), nullable=True),
        sa.Column("manufacturer", sa.String(length=200), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("serial_no", sa.String(length=100), nullable=True),
        sa.Column("seal", _choice("seal", "intact", "broken", "absent"), nullable=True),
        sa.Column("stamp_no", sa.String(length=100), nullable=True),
        sa.Column("stamp_valid_until", sa.Date(), nullable=True),
        sa.Column("in_use", sa.Boolean(), nullable=True),
        sa.Column("error_value", sa.String(length=64), nullable=True),
        sa.Column("error_limit", sa.String(length=64), nullable=True),
        sa.Column("error_unit", sa.String(length=40), nullable=True),
        sa.Column("remark", sa.String(length=2000), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_inspection_check_asset_id")),
        sa.ForeignKeyConstraint(["beside_id"], ["inspection_check.id"], name=op.f("fk_inspection_check_beside_id")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_check_inspection_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inspection_check_person_id")),
        sa.ForeignKeyConstraint(["registered_id"], ["asset.id"], name=op.f("fk_inspection_check_registered_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["inspection_check.id"], name=op.f("fk_inspection_check_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_check")),
        sa.UniqueConstraint("inspection_id", "client_key", name=op.f("uq_inspection_check_inspection_id_client_key")),
    )
    op.create_index(op.f("ix_inspection_check_asset_id"), "inspection_check", ["asset_id"])
    op.create_index(op.f("ix_inspection_check_beside_id"), "inspection_check", ["beside_id"])
    op.create_index(op.f("ix_inspection_check_inspection_id_id"), "inspection_check", ["inspection_id", "id"])
    op.create_index(op.f("ix_inspection_check_inspection_id_thing"), "inspection_check", ["inspection_id", "thing"])
    op.create_index(op.f("ix_inspection_check_person_id"), "inspection_check", ["person_id"])
    op.create_index(op.f("ix_inspection_check_registered_id"), "inspection_check", ["registered_id"])
    op.create_index(op.f("ix_inspection_check_replaces_id"), "inspection_check", ["replaces_id"])
    op.create_index(
        "uq_inspection_check_standing",
        "inspection_check",
        ["inspection_id", "thing"],
        unique=True,
        sqlite_where=sa.text("standing"),
        postgresql_where=sa.text("standing"),
    )
    op.create_table(
        "inspection_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", _choice("teamrole", "leader", "member", "technician"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate_no", sa.String(length=100), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_member_inspection_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inspection_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_member")),
        sa.UniqueConstraint("inspection_id", "person_id", name=op.f("uq_inspection_member_inspection_id_person_id")),
    )
    op.create_index(op.f("ix_inspection_member_person_id"), "inspection_member", ["person_id"])
    op.create_table(
        "inspection_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _choice("state", "planned", "prepared", "in_progress", "signed", "closed", "cancelled"),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=True),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_inspection_step_inspection_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_inspection_step_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_step")),
    )
    op.create_index(op.f("ix_inspection_step_inspection_id_id"), "inspection_step", ["inspection_id", "id"])
    op.create_index(op.f("ix_inspection_step_person_id"), "inspection_step", ["person_id"])
    op.create_table(
        "inspection_file",
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", _choice("filekind", "photo", "certificate", "document"), nullable=False),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_inspection_file_added_by_id")),
        sa.ForeignKeyConstraint(["check_id"], ["inspection_check.id"], name=op.f("fk_inspection_file_check_id")),
        sa.ForeignKeyConstraint(["removed_by_id"], ["person.id"], name=op.f("fk_inspection_file_removed_by_id")),
        sa.ForeignKeyConstraint(["stored_file_id"], ["stored_file.id"], name=op.f("fk_inspection_file_stored_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_file")),
    )
    op.create_index(op.f("ix_inspection_file_added_by_id"), "inspection_file", ["added_by_id"])
    op.create_index(op.f("ix_inspection_file_check_id_id"), "inspection_file", ["check_id", "id"])
    op.create_index(op.f("ix_inspection_file_removed_by_id"), "inspection_file", ["removed_by_id"])
    op.create_index(op.f("ix_inspection_file_stored_file_id"), "inspection_file", ["stored_file_id"])
    op.create_index(
        "uq_inspection_file_held",
        "inspection_file",
        ["check_id", "stored_file_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "inspection_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            _choice(
                "finding",
                "no_verification",
                "expired_verification",
                "seal_broken",
                "over_limit",
                "altered",
                "wrong_use",
                "no_type_approval",
                "other",
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["check_id"], ["inspection_check.id"], name=op.f("fk_inspection_finding_check_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_finding")),
        sa.UniqueConstraint("check_id", "kind", name=op.f("uq_inspection_finding_check_id_kind")),
    )


def downgrade() -> None:
    op.drop_table("inspection_finding")
    op.drop_table("inspection_file")
    op.drop_table("inspection_step")
    op.drop_table("inspection_member")
    op.drop_table("inspection_check")
    op.drop_table("inspection")
    op.drop_table("inspection_plan")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
