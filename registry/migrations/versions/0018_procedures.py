"""procedures and their versions, and the version by which a record was made"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

KINDS = ("calibration", "verification", "intermediate_check", "testing")
RULES = ("simple", "guard_band", "non_binary")
CERTIFICATE = ("asset_id", "kind", "certificate_key", sa.text("coalesce(lab_id, 0)"))
STANDING = sa.text("status NOT IN ('void', 'amended')")


def upgrade() -> None:
    op.create_table(
        "calibration_procedure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        _choice("kind", KINDS, "schedulekind"),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("search", sa.String(length=1000), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (retired_because IS NULL)", name=op.f("ck_calibration_procedure_retired")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_calibration_procedure_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_procedure")),
    )
    owner = sa.text("coalesce(owner_id, 0)")
    op.create_index("uq_calibration_procedure_code", "calibration_procedure", [owner, "code"], unique=True)
    for columns in (["code", "id"], ["owner_id", "kind", "code"]):
        op.create_index(op.f(f"ix_calibration_procedure_{'_'.join(columns)}"), "calibration_procedure", columns)
    op.create_table(
        "procedure_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title_vi", sa.String(length=200), nullable=False),
        sa.Column("title_en", sa.String(length=200), nullable=False),
        sa.Column("method", sa.String(length=200), nullable=True),
        sa.Column("quantity", sa.String(length=120), nullable=True),
        sa.Column("quantity_key", sa.String(length=240), nullable=True),
        _choice("decision_rule", RULES, "decisionrule", nullable=True),
        sa.Column("guard_factor", sa.String(length=64), nullable=True),
        sa.Column("target_risk", sa.String(length=64), nullable=True),
        _choice("limits", ("asset_mpe", "stated"), "limitssource"),
        sa.Column("setpoints", sa.JSON(), nullable=False),
        sa.Column("environment", sa.JSON(), nullable=False),
        sa.Column("standards_needed", sa.String(length=500), nullable=True),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["calibration_procedure.id"], name=op.f("fk_procedure_version_procedure_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_procedure_version_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_version")),
        sa.UniqueConstraint("procedure_id", "number", name=op.f("uq_procedure_version_procedure_id_number")),
    )
    op.create_index(op.f("ix_procedure_version_made_by_id"), "procedure_version", ["made_by_id"])
    for table, column, other in (
        ("procedure_type", "type_id", "instrument_type"),
        ("procedure_standard", "asset_id", "asset"),
    ):
        op.create_table(
            table,
            sa.Column("version_id", sa.Integer(), nullable=False),
            sa.Column(column, sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(["version_id"], ["procedure_version.id"], name=op.f(f"fk_{table}_version_id")),
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}")),
            sa.PrimaryKeyConstraint("version_id", column, name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.drop_index("uq_calibration_certificate", "calibration")  # a table that SQLite rebuilds loses it
    with op.batch_alter_table("calibration") as calibration:
        calibration.add_column(sa.Column("procedure_version_id", sa.Integer(), nullable=True))
        calibration.create_foreign_key(
            op.f("fk_calibration_procedure_version_id"), "procedure_version", ["procedure_version_id"], ["id"]
        )
        calibration.create_index(op.f("ix_calibration_procedure_version_id"), ["procedure_version_id"])
    _unique()


def downgrade() -> None:
    op.drop_index("uq_calibration_certificate", "calibration")
    with op.batch_alter_table("calibration") as calibration:
        calibration.drop_index(op.f("ix_calibration_procedure_version_id"))
        calibration.drop_constraint(op.f("fk_calibration_procedure_version_id"), type_="foreignkey")
        calibration.drop_column("procedure_version_id")
    _unique()
    for table in ("procedure_standard", "procedure_type", "procedure_version", "calibration_procedure"):
        op.drop_table(table)


def _unique() -> None:
    op.create_index(
        "uq_calibration_certificate",
        "calibration",
        list(CERTIFICATE),
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )


def _choice(name: str, values: tuple[str, ...], check: str, *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Enum(*values, name=check, native_enum=False, create_constraint=True, length=40)
    return sa.Column(name, kind, nullable=nullable)
