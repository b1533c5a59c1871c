"""what bodies decided about accreditations over time, and how each stood on every day"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

KINDS = ("granted", "extended", "reduced", "suspended", "reinstated", "withdrawn")
STANDINGS = ("not_yet", "in_force", "suspended", "withdrawn", "expired")
AS_SAID = {"active": "in_force", "suspended": "suspended"}
AT_ONCE = 1000


def upgrade() -> None:
    op.add_column("accreditation", sa.Column("granted_until", sa.Date(), nullable=True))
    op.create_table(
        "accreditation_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("accreditation_id", sa.Integer(), nullable=False),
        sa.Column("kind", _words(KINDS, "decisionkind"), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_reason", sa.String(length=500), nullable=True),
        sa.CheckConstraint("until_on >= effective_on", name=op.f("ck_accreditation_decision_pause")),
        sa.CheckConstraint("valid_until >= effective_on", name=op.f("ck_accreditation_decision_life")),
        sa.CheckConstraint(
            "(annulled_at IS NULL) = (annulled_reason IS NULL)", name=op.f("ck_accreditation_decision_annulled")
        ),
        sa.ForeignKeyConstraint(
            ["accreditation_id"], ["accreditation.id"], name=op.f("fk_accreditation_decision_accreditation_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_accreditation_decision_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_decision")),
    )
    _index("accreditation_decision", "accreditation_id")
    _index("accreditation_decision", "recorded_by_id")
    op.create_table(
        "accreditation_span",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("accreditation_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("standing", _words(STANDINGS, "standing"), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_accreditation_span_days")),
        sa.ForeignKeyConstraint(
            ["accreditation_id"], ["accreditation.id"], name=op.f("fk_accreditation_span_accreditation_id")
        ),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_accreditation_span_lab_id")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["accreditation_decision.id"], name=op.f("fk_accreditation_span_decision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accreditation_span")),
    )
    _index("accreditation_span", "accreditation_id")
    _index("accreditation_span", "decision_id")
    _index("accreditation_span", "lab_id", "standing", "first_day", "last_day")
    _keep_what_was_said()


def downgrade() -> None:
    op.drop_table("accreditation_span")
    op.drop_table("accreditation_decision")
    op.drop_column("accreditation", "granted_until")


def _words(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def _keep_what_was_said() -> None:
    """A status carries no day so far: it counts from the grant, as it did."""
    connection = op.get_bind()
    dates = (sa.column(name, sa.Date) for name in ("granted_on", "valid_until"))
    held = sa.table("accreditation", *map(sa.column, ("id", "lab_id", "status")), *dates)
    days = (sa.column(name, sa.Date) for name in ("first_day", "last_day"))
    span = sa.table("accreditation_span", *map(sa.column, ("accreditation_id", "lab_id", "standing")), *days)
    last = 0
    while rows := connection.execute(sa.select(held).where(held.c.id > last).order_by(held.c.id).limit(AT_ONCE)).all():
        last = rows[-1].id
        connection.execute(sa.insert(span), [line for row in rows for line in _spans(row)])


def _spans(row: sa.Row) -> list[dict[str, object]]:
    ends = row.status in AS_SAID
    stood = [(AS_SAID.get(row.status, "withdrawn"), row.granted_on, row.valid_until if ends else date.max)]
    if ends:
        stood.append(("expired", row.valid_until + timedelta(days=1), date.max))
    names = ("accreditation_id", "lab_id", "standing", "first_day", "last_day")
    return [dict(zip(names, (row.id, row.lab_id, *one), strict=True)) for one in stood]
