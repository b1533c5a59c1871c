"""the full record of a result: its days and place, its rule, its life with signatures, what each standard relied on"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

STATUSES = ("draft", "issued", "amended", "void")
OUTCOMES = ("pass", "fail", "conditional_pass", "conditional_fail", "none")
VERIFICATION_KINDS = ("initial", "periodic", "after_repair")
MEANINGS = ("approval", "authorisation")
CERTIFICATE = ("asset_id", "kind", "certificate_no", sa.text("coalesce(lab_id, 0)"))
CERTIFICATE_NOW = ("asset_id", "kind", "certificate_key", sa.text("coalesce(lab_id, 0)"))
NOT_VOID = sa.text("status <> 'void'")
STANDING = sa.text("status NOT IN ('void', 'amended')")
PLAIN = (
    ("certificate_key", sa.String(length=300)),
    ("received_on", sa.Date()),
    ("began_on", sa.Date()),
    ("issued_on", sa.Date()),
    ("on_site", sa.Boolean()),
    ("place", sa.String(length=200)),
    ("method", sa.String(length=200)),
    ("condition_in", sa.String(length=500)),
    ("stamp_no", sa.String(length=100)),
    ("seal_nos", sa.String(length=500)),
    ("customer", sa.String(length=200)),
    ("guard_factor", sa.String(length=64)),
    ("target_risk", sa.String(length=64)),
    ("amendment_reason", sa.String(length=500)),
    ("submitted_at", sa.DateTime(timezone=True)),
    ("return_reason", sa.String(length=500)),
    ("content_hash", sa.String(length=64)),
)
# Until now the newest issued calibration or verification up to the day was judged, and its key not kept.
RELIED_ON = """
UPDATE calibration_standard SET relied_on_id = (
  SELECT held.id FROM calibration AS held, calibration AS work
  WHERE work.id = calibration_standard.calibration_id AND held.asset_id = calibration_standard.asset_id
    AND held.status = 'issued' AND held.kind IN ('calibration', 'verification')
    AND held.performed_on <= work.performed_on AND held.recorded_at <= work.recorded_at
  ORDER BY held.performed_on DESC, held.id DESC LIMIT 1)
"""


def upgrade() -> None:
    op.drop_index("uq_calibration_certificate", "calibration")
    with op.batch_alter_table("calibration") as calibration:
        calibration.drop_constraint(op.f("ck_calibration_recordstatus"), type_="check")
        calibration.create_check_constraint(
            op.f("ck_calibration_recordstatus"), _one_of("status", "draft", "submitted", *STATUSES[1:])
        )
        calibration.add_column(sa.Column("verification_kind", _choice("verificationkind", *VERIFICATION_KINDS)))
        calibration.add_column(sa.Column("recomputed", _choice("recomputed", *OUTCOMES)))
        for name, kind in PLAIN:
            calibration.add_column(sa.Column(name, kind, nullable=True))
        calibration.add_column(sa.Column("environment", sa.JSON(), nullable=False, server_default="[]"))
        for name, table in (("amends_id", "calibration"), ("submitted_by_id", "person")):
            calibration.add_column(sa.Column(name, sa.Integer(), nullable=True))
            calibration.create_foreign_key(op.f(f"fk_calibration_{name}"), table, [name], ["id"])
            calibration.create_index(op.f(f"ix_calibration_{name}"), [name])
        calibration.create_check_constraint(
            op.f("ck_calibration_verification_only"), "verification_kind IS NULL OR kind = 'verification'"
        )
    op.execute("UPDATE calibration SET verification_kind = 'periodic' WHERE kind = 'verification'")
    _fill_keys()
    op.create_index(op.f("ix_calibration_lab_id_certificate_key"), "calibration", ["lab_id", "certificate_key"])
    with op.batch_alter_table("calibration_standard") as standard:
        standard.add_column(sa.Column("relied_on_id", sa.Integer(), nullable=True))
        standard.create_foreign_key(
            op.f("fk_calibration_standard_relied_on_id"), "calibration", ["relied_on_id"], ["id"]
        )
        standard.create_index(op.f("ix_calibration_standard_relied_on_id"), ["relied_on_id"])
    op.execute(RELIED_ON)
    with op.batch_alter_table("calibration_point") as point:
        point.add_column(sa.Column("degrees_of_freedom", sa.String(length=64), nullable=True))
        point.add_column(sa.Column("standard_id", sa.Integer(), nullable=True))
        point.add_column(sa.Column("limits_derived", sa.Boolean(), nullable=False, server_default=sa.false()))
        point.create_foreign_key(
            op.f("fk_calibration_point_standard_id"), "calibration_standard", ["standard_id"], ["id"]
        )
        point.create_index(op.f("ix_calibration_point_standard_id"), ["standard_id"])
    op.create_table(
        "signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("meaning", _choice("meaning", *MEANINGS), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["calibration_id"], ["calibration.id"], name=op.f("fk_signature_calibration_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_signature_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
    )
    op.create_index(op.f("ix_signature_calibration_id"), "signature", ["calibration_id"])
    op.create_index(op.f("ix_signature_person_id"), "signature", ["person_id"])
    # What the defaults were for is done: from here on the registry says every value itself.
    with op.batch_alter_table("calibration") as calibration:
        calibration.alter_column("environment", server_default=None)
    with op.batch_alter_table("calibration_point") as point:
        point.alter_column("limits_derived", server_default=None)
    _unique(CERTIFICATE_NOW, STANDING)  # at the end: a table that SQLite rebuilds loses its index over an expression


def downgrade() -> None:
    op.drop_table("signature")
    op.drop_index("uq_calibration_certificate", "calibration")  # first: SQLite cannot look at it while it rebuilds
    with op.batch_alter_table("calibration_point") as point:
        point.drop_index(op.f("ix_calibration_point_standard_id"))
        point.drop_constraint(op.f("fk_calibration_point_standard_id"), type_="foreignkey")
        for name in ("limits_derived", "standard_id", "degrees_of_freedom"):
            point.drop_column(name)
    with op.batch_alter_table("calibration_standard") as standard:
        standard.drop_index(op.f("ix_calibration_standard_relied_on_id"))
        standard.drop_constraint(op.f("fk_calibration_standard_relied_on_id"), type_="foreignkey")
        standard.drop_column("relied_on_id")
    op.drop_index(op.f("ix_calibration_lab_id_certificate_key"), "calibration")
    op.execute("UPDATE calibration SET status = 'draft' WHERE status = 'submitted'")
    with op.batch_alter_table("calibration") as calibration:
        calibration.drop_constraint(op.f("ck_calibration_verification_only"), type_="check")
        for name in ("submitted_by_id", "amends_id"):
            calibration.drop_index(op.f(f"ix_calibration_{name}"))
            calibration.drop_constraint(op.f(f"fk_calibration_{name}"), type_="foreignkey")
            calibration.drop_column(name)
        for name in ("environment", *(name for name, _kind in PLAIN)):
            calibration.drop_column(name)
        for name in ("recomputed", "verificationkind"):
            calibration.drop_constraint(op.f(f"ck_calibration_{name}"), type_="check")
        for name in ("recomputed", "verification_kind"):
            calibration.drop_column(name)
        calibration.drop_constraint(op.f("ck_calibration_recordstatus"), type_="check")
        calibration.create_check_constraint(op.f("ck_calibration_recordstatus"), _one_of("status", *STATUSES))
    _unique(CERTIFICATE, NOT_VOID)


def _fill_keys() -> None:
    """The numbers as they are compared; Python makes them, as SQLite knows no capital Đ."""
    calibration = sa.table(
        "calibration", sa.column("id", sa.Integer), sa.column("certificate_no"), sa.column("certificate_key")
    )
    connection = op.get_bind()
    numbered = sa.select(calibration.c.id, calibration.c.certificate_no).where(
        calibration.c.certificate_no.is_not(None)
    )
    keys = [
        {"this": row.id, "key": " ".join(row.certificate_no.casefold().split())} for row in connection.execute(numbered)
    ]
    if keys:
        change = sa.update(calibration).where(calibration.c.id == sa.bindparam("this"))
        connection.execute(change.values(certificate_key=sa.bindparam("key")), keys)


def _unique(columns: tuple[str | sa.TextClause, ...], where: sa.TextClause) -> None:
    op.create_index(
        "uq_calibration_certificate",
        "calibration",
        list(columns),
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _one_of(column: str, *values: str) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
