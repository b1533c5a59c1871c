"""what laboratories do, hold and have beside accreditations, their people, and who was told what lapses"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

LAB_KINDS = ("calibration", "testing", "verification", "in_house")
RECOGNITIONS = ("iso_9001", "registration", "designation")
STEPS = ("none", "preparing", "applied")
DUTIES = ("contact", "manager", "signatory", "verifier")
STAFF_TEXTS = {"title": 100, "phone": 40, "email": 254, "number": 60, "issuer": 200, "covers": 500}
LAPSE = ("person_id", "lab_id", "kind", "what", "lapses_on", "offset_days")
NEW = ("lapse_notice", "accreditation_body", "lab_staff", "lab_step", "recognition", "lab_site", "lab_kind")


def upgrade() -> None:
    _laboratories()
    _bodies()
    _notices()


def downgrade() -> None:
    op.drop_index("ix_accreditation_valid_until", "accreditation")
    for table in NEW:
        op.drop_table(table)


def _laboratories() -> None:
    op.create_table(
        "lab_kind",
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words(LAB_KINDS, "labkind"), nullable=False),
        _to("lab_kind", "lab_id", "lab"),
        sa.PrimaryKeyConstraint("lab_id", "kind", name=op.f("pk_lab_kind")),
    )
    _index("lab_kind", "kind", "lab_id")
    op.create_table(
        "lab_site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        _to("lab_site", "lab_id", "lab"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_site")),
    )
    _index("lab_site", "lab_id", "position")
    op.create_table(
        "recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words(RECOGNITIONS, "recognitionkind"), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("granted_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("covers", sa.String(length=500), nullable=True),
        sa.CheckConstraint("valid_until >= granted_on", name=op.f("ck_recognition_life")),
        sa.CheckConstraint("ended_on >= granted_on", name=op.f("ck_recognition_end")),
        _to("recognition", "lab_id", "lab"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
    )
    _index("recognition", "lab_id", "valid_until")
    _index("recognition", "valid_until")
    op.create_table(
        "lab_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("step", _words(STEPS, "step"), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        _to("lab_step", "lab_id", "lab"),
        _to("lab_step", "recorded_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_step")),
    )
    _index("lab_step", "lab_id", "on")
    _index("lab_step", "recorded_by_id")
    said = {name: sa.String(length=most) for name, most in STAFF_TEXTS.items()}
    op.create_table(
        "lab_staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("duty", _words(DUTIES, "duty"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        *(sa.Column(name, text, nullable=True) for name, text in said.items()),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_lab_staff_life")),
        _to("lab_staff", "lab_id", "lab"),
        _to("lab_staff", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lab_staff")),
    )
    _index("lab_staff", "lab_id", "position")
    _index("lab_staff", "person_id")
    _index("lab_staff", "valid_until", "lab_id")


def _bodies() -> None:
    op.create_table(
        "accreditation_body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("schemes", sa.JSON(), nullable=False),
        sa.Column("mra_since", sa.Date(), nullable=True),
        sa.Column("mra_until", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.CheckConstraint("mra_until >= mra_since", name=op.f("ck_accreditation_body_mra")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_body")),
        sa.UniqueConstraint("code", name=op.f("uq_accreditation_body_code")),
    )


def _notices() -> None:
    """An accreditation is looked for by its last day, and who was told that something lapses is known."""
    op.create_table(
        "lapse_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        _to("lapse_notice", "person_id", "person"),
        _to("lapse_notice", "lab_id", "lab"),
        _to("lapse_notice", "message_id", "outbox_message"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lapse_notice")),
        sa.UniqueConstraint(*LAPSE, name=op.f(f"uq_lapse_notice_{'_'.join(LAPSE)}")),
    )
    _index("lapse_notice", "lab_id")
    _index("lapse_notice", "message_id")
    _index("accreditation", "valid_until")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _words(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))
