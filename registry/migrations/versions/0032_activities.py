"""activities with their stages, people and files, enterprises, and activities as evidence"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

HELD = sa.text("removed_at IS NULL")
KINDS = (
    *("training", "communication", "conference", "policy_review", "coordination", "survey", "adoption", "support"),
    *("criteria", "project", "purchase"),
)
ASPECTS = (
    *("press", "television", "radio", "website", "social_media", "publication", "conference", "seminar"),
    *("metrology_day", "kept", "amended", "replaced", "repealed", "project_approved", "inside", "outside", "public"),
    *("private", "criteria_set", "iso_17025", "iso_9001", "vehicle", "equipment", "other"),
)
STAGES = ("surveyed", "selected", "supported", "adopted", "proposed", "approved", "started", "accepted")
PARTICIPANTS = ("civil_servant", "enterprise", "service_organisation", "other")
OWNERSHIPS = ("state", "private", "foreign", "cooperative", "household")
RECORDS = ("asset", "lab", "calibration", "organisation")


def upgrade() -> None:
    _create_activity()
    op.create_table(
        "activity_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("stage", _choice("stage", STAGES), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_step_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_step")),
        sa.UniqueConstraint("activity_id", "stage", name=op.f("uq_activity_step_activity_id_stage")),
    )
    op.create_table(
        "participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("kind", _choice("participantkind", PARTICIPANTS), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.CheckConstraint("sessions > 0", name=op.f("ck_participant_sessions")),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_participant_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("activity_id", "person_key", name=op.f("uq_participant_activity_id_person_key")),
    )
    op.create_table(
        "enterprise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(length=100), nullable=False),
        sa.Column("ownership", _choice("ownership", OWNERSHIPS), nullable=False),
        sa.Column("commune", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_enterprise_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_enterprise_organisation_id")),
    )
    for column in ("ownership", "commune"):
        op.create_index(op.f(f"ix_enterprise_{column}"), "enterprise", [column])
    _create_files()
    _allow(*RECORDS, "activity")


def downgrade() -> None:
    op.execute("DELETE FROM evidence WHERE record_type = 'activity'")
    _allow(*RECORDS)
    for table in ("activity_file", "enterprise", "participant", "activity_step", "activity"):
        op.drop_table(table)


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _allow(*kinds: str) -> None:
    with op.batch_alter_table("evidence", reflect_kwargs={"resolve_fks": False}) as evidence:
        evidence.drop_constraint(op.f("ck_evidence_recordtype"), type_="check")
        evidence.create_check_constraint(op.f("ck_evidence_recordtype"), sa.column("record_type").in_(kinds))


def _create_activity() -> None:
    bodies = ("organiser_id", "subject_id", "programme_of_id")
    op.create_table(
        "activity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("activitykind", KINDS), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("held_from", sa.Date(), nullable=False),
        sa.Column("held_to", sa.Date(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("programme_of_id", sa.Integer(), nullable=True),
        sa.Column("aspect", _choice("aspect", ASPECTS), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("document_no", sa.String(length=100), nullable=True),
        sa.Column("document_on", sa.Date(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.Column("attendances", sa.Integer(), nullable=True),
        sa.Column("listed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=4000), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.Column("search", sa.String(length=1000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("held_to >= held_from", name=op.f("ck_activity_life")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_activity_quantity")),
        *(sa.ForeignKeyConstraint([name], ["organisation.id"], name=op.f(f"fk_activity_{name}")) for name in bodies),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_activity_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sa.UniqueConstraint("programme_of_id", name=op.f("uq_activity_programme_of_id")),
    )
    for column in ("organiser_id", "subject_id", "recorded_by_id"):
        op.create_index(op.f(f"ix_activity_{column}"), "activity", [column])
    op.create_index(op.f("ix_activity_held_to_id"), "activity", ["held_to", "id"])
    op.create_index(op.f("ix_activity_kind_held_to_id"), "activity", ["kind", "held_to", "id"])


def _create_files() -> None:
    people = ("added_by_id", "removed_by_id")
    op.create_table(
        "activity_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("stored_file_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", _choice("filekind", ("photo", "certificate", "document")), nullable=False),
        sa.Column("caption", sa.String(length=500), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_activity_file_activity_id")),
        sa.ForeignKeyConstraint(["stored_file_id"], ["stored_file.id"], name=op.f("fk_activity_file_stored_file_id")),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_activity_file_{name}")) for name in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity_file")),
    )
    for column in ("stored_file_id", *people):
        op.create_index(op.f(f"ix_activity_file_{column}"), "activity_file", [column])
    op.create_index(op.f("ix_activity_file_activity_id_id"), "activity_file", ["activity_id", "id"])
    op.create_index(
        "uq_activity_file_held",
        "activity_file",
        ["activity_id", "stored_file_id"],
        unique=True,
        sqlite_where=HELD,
        postgresql_where=HELD,
    )
