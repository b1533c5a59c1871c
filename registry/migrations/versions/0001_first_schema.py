"""first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "job_lease",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lease")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("for_on", sa.Date(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "running", "done", "failed", name="runstatus", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_run_name_started_at"), ["name", "started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_run_name_status_for_on"), ["name", "status", "for_on"], unique=False)

    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name_vi", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ministry",
                "province",
                "department",
                "district",
                "commune",
                "public_service",
                "service_organisation",
                "enterprise",
                "other",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("search", sa.String(length=600), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name=op.f("ck_organisation_life")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["organisation.id"], name=op.f("fk_organisation_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_name_vi_id"), ["name_vi", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisation_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "signin_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signin_failure")),
    )
    with op.batch_alter_table("signin_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signin_failure_address_at"), ["address", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_signin_failure_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_signin_failure_email_hash_at"), ["email_hash", "at"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_api_token_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_person_id"), ["person_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(length=11), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "standard",
                "reference_material",
                "instrument",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "planned",
                "in_service",
                "out_of_service",
                "quarantined",
                "retired",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("manufacturer", sa.String(length=200), nullable=True),
        sa.Column("model", sa.String(length=200), nullable=True),
        sa.Column("serial_no", sa.String(length=100), nullable=True),
        sa.Column("asset_no", sa.String(length=100), nullable=True),
        sa.Column("location", sa.String(length=200), nullable=True),
        sa.Column("custodian", sa.String(length=200), nullable=True),
        sa.Column("instrument_type", sa.String(length=200), nullable=True),
        sa.Column("commissioned_on", sa.Date(), nullable=True),
        sa.Column(
            "proof",
            sa.Enum(
                "not_required",
                "missing",
                "good",
                "failed",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("search", sa.String(length=2000), nullable=False),
        sa.Column("due_order", sa.Date(), nullable=False),
        sa.Column("name_order", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_asset_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("tag", name=op.f("uq_asset_tag")),
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_due_order_id"), ["due_order", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_kind_name_order_id"), ["kind", "name_order", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_name_order_id"), ["name_order", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_asset_owner_id_name_order_id"), ["owner_id", "name_order", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_asset_owner_id_serial_no"), ["owner_id", "serial_no"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_proof_due_on"), ["proof", "due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_status_name_order_id"), ["status", "name_order", "id"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=40), nullable=False),
        sa.Column("subject_key", sa.String(length=120), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_audit_entry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_audit_entry_subject_type_subject_key_id"),
            ["subject_type", "subject_key", "id"],
            unique=False,
        )

    op.create_table(
        "idempotency_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=True),
        sa.Column("location", sa.String(length=400), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_idempotency_key_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency_key")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_idempotency_key_person_id_key")),
    )
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_idempotency_key_made_at"), ["made_at"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "lab",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "iso17025_status",
            sa.Enum(
                "none",
                "preparing",
                "applied",
                "accredited",
                name="iso17025status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("search", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_lab_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab")),
        sa.UniqueConstraint("code", name=op.f("uq_lab_code")),
    )
    with op.batch_alter_table("lab", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lab_iso17025_status"), ["iso17025_status"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_name_id"), ["name", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_lab_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "technician",
                "manager",
                "inspector",
                "planner",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "person_id", "organisation_id", "role", name=op.f("uq_membership_person_id_organisation_id_role")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "organisation_succession",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "merge",
                "rename",
                "abolish",
                name="successionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.CheckConstraint("from_id <> to_id", name=op.f("ck_organisation_succession_other")),
        sa.ForeignKeyConstraint(["from_id"], ["organisation.id"], name=op.f("fk_organisation_succession_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["organisation.id"], name=op.f("fk_organisation_succession_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation_succession")),
        sa.UniqueConstraint("from_id", "to_id", name=op.f("uq_organisation_succession_from_id_to_id")),
    )
    with op.batch_alter_table("organisation_succession", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisation_succession_to_id"), ["to_id"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("title_vi", sa.String(length=600), nullable=False),
        sa.Column("title_en", sa.String(length=600), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("implements", sa.String(length=64), nullable=True),
        sa.Column("search", sa.String(length=1200), nullable=False),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisation.id"], name=op.f("fk_plan_issuer_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["organisation.id"], name=op.f("fk_plan_lead_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
    )
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_issuer_id"), ["issuer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "signin_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signin_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signin_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_signin_session_token_hash")),
    )
    with op.batch_alter_table("signin_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signin_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_signin_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "accreditation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(length=100), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("standard", sa.String(length=100), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "suspended",
                "withdrawn",
                name="accreditationstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("valid_until >= granted_on", name=op.f("ck_accreditation_life")),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_accreditation_lab_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation")),
    )
    with op.batch_alter_table("accreditation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accreditation_lab_id_valid_until"), ["lab_id", "valid_until"], unique=False
        )

    op.create_table(
        "calibration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "calibration",
                "verification",
                "intermediate_check",
                "testing",
                name="schedulekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=True),
        sa.Column("certificate_no", sa.String(length=100), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "pass",
                "fail",
                "conditional_pass",
                "conditional_fail",
                "none",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "decision_rule",
            sa.Enum(
                "simple",
                "guard_band",
                "non_binary",
                name="decisionrule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "issued",
                "amended",
                "void",
                name="recordstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("adjusted", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search", sa.String(length=2500), nullable=False),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "lab_id IS NOT NULL OR kind NOT IN ('calibration', 'verification')", name=op.f("ck_calibration_by_a_lab")
        ),
        sa.CheckConstraint("status <> 'issued' OR certificate_no IS NOT NULL", name=op.f("ck_calibration_certified")),
        sa.CheckConstraint("valid_until >= performed_on", name=op.f("ck_calibration_life")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_calibration_approved_by_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_calibration_asset_id")),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_calibration_lab_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_calibration_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_approved_by_id"), ["approved_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_calibration_asset_id_kind_performed_on_id"),
            ["asset_id", "kind", "performed_on", "id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_calibration_lab_id_performed_on"), ["lab_id", "performed_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_calibration_performed_on_id"), ["performed_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_calibration_recorded_by_id"), ["recorded_by_id"], unique=False)

    op.create_table(
        "characteristic",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=100), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("range_low", sa.String(length=64), nullable=True),
        sa.Column("range_high", sa.String(length=64), nullable=True),
        sa.Column("mpe", sa.String(length=64), nullable=True),
        sa.Column("accuracy_class", sa.String(length=40), nullable=True),
        sa.Column("resolution", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_characteristic_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_characteristic")),
        sa.UniqueConstraint("asset_id", "position", name=op.f("uq_characteristic_asset_id_position")),
    )
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_indicator_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_indicator_plan_id_code")),
    )
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("loaded_by_id", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("inspection_bodies", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["loaded_by_id"], ["person.id"], name=op.f("fk_plan_version_loaded_by_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
    )
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_version_loaded_by_id"), ["loaded_by_id"], unique=False)

    op.create_table(
        "schedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "calibration",
                "verification",
                "intermediate_check",
                "testing",
                name="schedulekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("interval_months", sa.Integer(), nullable=False),
        sa.Column(
            "proof",
            sa.Enum(
                "not_required",
                "missing",
                "good",
                "failed",
                name="proof",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("last_performed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_schedule_asset_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule")),
        sa.UniqueConstraint("asset_id", "kind", name=op.f("uq_schedule_asset_id_kind")),
    )
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_schedule_proof_due_on"), ["proof", "due_on"], unique=False)

    op.create_table(
        "scope_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("range_low", sa.String(length=64), nullable=True),
        sa.Column("range_high", sa.String(length=64), nullable=True),
        sa.Column("cmc", sa.String(length=64), nullable=True),
        sa.Column("method", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_scope_line_lab_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_line")),
    )
    with op.batch_alter_table("scope_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scope_line_lab_id_position"), ["lab_id", "position"], unique=False)

    op.create_table(
        "calibration_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("nominal", sa.String(length=64), nullable=True),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("indication", sa.String(length=64), nullable=True),
        sa.Column("expanded_uncertainty", sa.String(length=64), nullable=True),
        sa.Column("coverage_factor", sa.String(length=64), nullable=True),
        sa.Column("lower_limit", sa.String(length=64), nullable=True),
        sa.Column("upper_limit", sa.String(length=64), nullable=True),
        sa.Column(
            "stage",
            sa.Enum("as_found", "as_left", name="stage", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_calibration_point_calibration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_point")),
        sa.UniqueConstraint("calibration_id", "position", name=op.f("uq_calibration_point_calibration_id_position")),
    )
    op.create_table(
        "calibration_standard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("due_on_then", sa.Date(), nullable=True),
        sa.Column("was_valid", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_calibration_standard_asset_id")),
        sa.ForeignKeyConstraint(
            ["calibration_id"], ["calibration.id"], name=op.f("fk_calibration_standard_calibration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_standard")),
        sa.UniqueConstraint("calibration_id", "asset_id", name=op.f("uq_calibration_standard_calibration_id_asset_id")),
    )
    with op.batch_alter_table("calibration_standard", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calibration_standard_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column(
            "record_type",
            sa.Enum(
                "asset",
                "lab",
                "calibration",
                "organisation",
                name="recordtype",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "counted",
                "excluded",
                name="evidencestate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=600), nullable=True),
        sa.Column("also_counted_in", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sole_key", sa.String(length=160), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_evidence_quantity")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_evidence_decided_by_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_evidence_indicator_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint(
            "indicator_id", "record_type", "record_id", name=op.f("uq_evidence_indicator_id_record_type_record_id")
        ),
        sa.UniqueConstraint("sole_key", name=op.f("uq_evidence_sole_key")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_decided_by_id"), ["decided_by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_evidence_indicator_id_state_counted_on_quantity"),
            ["indicator_id", "state", "counted_on", "quantity"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_evidence_record_type_record_id"), ["record_type", "record_id"], unique=False
        )

    op.create_table(
        "money_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("allocated", "disbursed", name="moneykind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.String(length=600), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_money_entry_indicator_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_money_entry_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_entry")),
    )
    with op.batch_alter_table("money_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_money_entry_indicator_id_kind_on"), ["indicator_id", "kind", "on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_money_entry_recorded_by_id"), ["recorded_by_id"], unique=False)

    op.create_table(
        "overdue_turn",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("flagged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_overdue_turn_asset_id")),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name=op.f("fk_overdue_turn_schedule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overdue_turn")),
        sa.UniqueConstraint("schedule_id", "since_on", name=op.f("uq_overdue_turn_schedule_id_since_on")),
    )
    with op.batch_alter_table("overdue_turn", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_overdue_turn_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(
            "ix_overdue_turn_open",
            ["schedule_id"],
            unique=False,
            sqlite_where=sa.text("cleared_at IS NULL"),
            postgresql_where=sa.text("cleared_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_overdue_turn_since_on"), ["since_on"], unique=False)

    op.create_table(
        "period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("title_vi", sa.String(length=600), nullable=False),
        sa.Column("title_en", sa.String(length=600), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("end_on", sa.Date(), nullable=False),
        sa.CheckConstraint("end_on >= start_on", name=op.f("ck_period_life")),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_period_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_period_version_id_code")),
    )
    op.create_table(
        "plan_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "body", "section", "group", "leaf", name="rowkind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("parent_code", sa.String(length=64), nullable=True),
        sa.Column("title_vi", sa.String(length=600), nullable=False),
        sa.Column("title_en", sa.String(length=600), nullable=False),
        sa.Column("clause", sa.String(length=100), nullable=False),
        sa.Column("unit_vi", sa.String(length=600), nullable=True),
        sa.Column("unit_en", sa.String(length=600), nullable=True),
        sa.Column(
            "mode",
            sa.Enum(
                "per_period",
                "cumulative",
                "total_min",
                name="mode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("count_unit", sa.String(length=64), nullable=True),
        sa.Column(
            "geo_scope",
            sa.Enum("province", "country", name="geoscope", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.Boolean(), nullable=False),
        sa.Column("title_total", sa.Integer(), nullable=True),
        sa.Column("awaits_document", sa.Boolean(), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("planned_total", sa.BigInteger(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_plan_row_indicator_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["organisation.id"], name=op.f("fk_plan_row_lead_id")),
        sa.ForeignKeyConstraint(["version_id"], ["plan_version.id"], name=op.f("fk_plan_row_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_row")),
        sa.UniqueConstraint("version_id", "code", name=op.f("uq_plan_row_version_id_code")),
    )
    with op.batch_alter_table("plan_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_row_indicator_id"), ["indicator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_row_lead_id"), ["lead_id"], unique=False)

    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("planned", sa.BigInteger(), nullable=True),
        sa.Column("raw", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_budget_period_id")),
        sa.ForeignKeyConstraint(["row_id"], ["plan_row.id"], name=op.f("fk_budget_row_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
        sa.UniqueConstraint("row_id", "period_id", name=op.f("uq_budget_row_id_period_id")),
    )
    with op.batch_alter_table("budget", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_budget_period_id"), ["period_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("period_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("raw", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_target_period_id")),
        sa.ForeignKeyConstraint(["row_id"], ["plan_row.id"], name=op.f("fk_target_row_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("row_id", "period_id", name=op.f("uq_target_row_id_period_id")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_period_id"), ["period_id"], unique=False)

    op.create_index(
        "uq_calibration_certificate",
        "calibration",
        ["asset_id", "kind", "certificate_no", sa.text("coalesce(lab_id, 0)")],
        unique=True,
        sqlite_where=sa.text("status <> 'void'"),
        postgresql_where=sa.text("status <> 'void'"),
    )


def downgrade() -> None:
    op.drop_index("uq_calibration_certificate", "calibration")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_period_id"))

    op.drop_table("target")
    with op.batch_alter_table("budget", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_budget_period_id"))

    op.drop_table("budget")
    with op.batch_alter_table("plan_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_row_lead_id"))
        batch_op.drop_index(batch_op.f("ix_plan_row_indicator_id"))

    op.drop_table("plan_row")
    op.drop_table("period")
    with op.batch_alter_table("overdue_turn", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_overdue_turn_since_on"))
        batch_op.drop_index(
            "ix_overdue_turn_open",
            sqlite_where=sa.text("cleared_at IS NULL"),
            postgresql_where=sa.text("cleared_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_overdue_turn_asset_id"))

    op.drop_table("overdue_turn")
    with op.batch_alter_table("money_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_money_entry_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_money_entry_indicator_id_kind_on"))

    op.drop_table("money_entry")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_record_type_record_id"))
        batch_op.drop_index(batch_op.f("ix_evidence_indicator_id_state_counted_on_quantity"))
        batch_op.drop_index(batch_op.f("ix_evidence_decided_by_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("calibration_standard", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_standard_asset_id"))

    op.drop_table("calibration_standard")
    op.drop_table("calibration_point")
    with op.batch_alter_table("scope_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scope_line_lab_id_position"))

    op.drop_table("scope_line")
    with op.batch_alter_table("schedule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_proof_due_on"))
        batch_op.drop_index(batch_op.f("ix_schedule_due_on"))

    op.drop_table("schedule")
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_version_loaded_by_id"))

    op.drop_table("plan_version")
    op.drop_table("indicator")
    op.drop_table("characteristic")
    with op.batch_alter_table("calibration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_recorded_by_id"))
        batch_op.drop_index(batch_op.f("ix_calibration_performed_on_id"))
        batch_op.drop_index(batch_op.f("ix_calibration_lab_id_performed_on"))
        batch_op.drop_index(batch_op.f("ix_calibration_asset_id_kind_performed_on_id"))
        batch_op.drop_index(batch_op.f("ix_calibration_approved_by_id"))

    op.drop_table("calibration")
    with op.batch_alter_table("accreditation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_accreditation_lab_id_valid_until"))

    op.drop_table("accreditation")
    with op.batch_alter_table("signin_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signin_session_person_id"))
        batch_op.drop_index(batch_op.f("ix_signin_session_expires_at"))

    op.drop_table("signin_session")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_lead_id"))
        batch_op.drop_index(batch_op.f("ix_plan_issuer_id"))

    op.drop_table("plan")
    with op.batch_alter_table("organisation_succession", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_succession_to_id"))

    op.drop_table("organisation_succession")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    with op.batch_alter_table("lab", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lab_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_lab_name_id"))
        batch_op.drop_index(batch_op.f("ix_lab_iso17025_status"))

    op.drop_table("lab")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_person_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("idempotency_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_key_made_at"))

    op.drop_table("idempotency_key")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject_type_subject_key_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_person_id"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_action"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_status_name_order_id"))
        batch_op.drop_index(batch_op.f("ix_asset_proof_due_on"))
        batch_op.drop_index(batch_op.f("ix_asset_owner_id_serial_no"))
        batch_op.drop_index(batch_op.f("ix_asset_owner_id_name_order_id"))
        batch_op.drop_index(batch_op.f("ix_asset_name_order_id"))
        batch_op.drop_index(batch_op.f("ix_asset_kind_name_order_id"))
        batch_op.drop_index(batch_op.f("ix_asset_due_order_id"))

    op.drop_table("asset")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_person_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("signin_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signin_failure_email_hash_at"))
        batch_op.drop_index(batch_op.f("ix_signin_failure_at"))
        batch_op.drop_index(batch_op.f("ix_signin_failure_address_at"))

    op.drop_table("signin_failure")
    op.drop_table("person")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organisation_parent_id"))
        batch_op.drop_index(batch_op.f("ix_organisation_name_vi_id"))

    op.drop_table("organisation")
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_run_name_status_for_on"))
        batch_op.drop_index(batch_op.f("ix_job_run_name_started_at"))

    op.drop_table("job_run")
    op.drop_table("job_lease")
