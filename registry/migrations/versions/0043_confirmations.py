"""who confirmed what laboratories state of themselves; which accreditations are to ISO/IEC 17025"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0041"

STATED = ("accreditation", "accreditation_decision", "recognition")
STATUSES = ("active", "suspended", "withdrawn")
COMPETENCE = re.compile(r"(?<!\d)17\s*025(?!\d)")


def upgrade() -> None:
    """Nobody has confirmed anything so far, so that what there is counts as stated until somebody does."""
    for name in STATED:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
            table.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
            table.create_foreign_key(op.f(f"fk_{name}_confirmed_by_id"), "person", ["confirmed_by_id"], ["id"])
            table.create_index(op.f(f"ix_{name}_confirmed_by_id"), ["confirmed_by_id"])
    statuses = sa.Enum(*STATUSES, name="replaced", native_enum=False, create_constraint=True, length=40)
    with op.batch_alter_table("accreditation_decision") as table:
        table.add_column(sa.Column("replaced", statuses, nullable=True))
    for name, columns in (
        ("accreditation_span", ("is_of_competence", "confirmed")),
        ("competence_check", ("confirmed", "confirmed_found")),
    ):
        for column in columns:
            op.add_column(name, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    _changed("changed_at IS NOT NULL")
    _tell_competence()
    # without any accreditation nothing is stated
    op.execute(sa.text("UPDATE competence_check SET confirmed = :yes WHERE standing IS NULL").bindparams(yes=True))
    op.execute(
        sa.text("UPDATE competence_check SET confirmed_found = :yes WHERE standing_found IS NULL").bindparams(yes=True)
    )
    # what an ISO 15189 or ISO/IEC 17020 made of verdicts is looked at again
    op.execute(
        "INSERT INTO task (kind, key, made_at, state, attempts) "
        "SELECT DISTINCT 'judge-competence-again', CAST(lab_id AS VARCHAR(20)) || ' standing - - –', "
        "CURRENT_TIMESTAMP, 'open', 0 FROM accreditation_span WHERE NOT is_of_competence"
    )


def downgrade() -> None:
    op.execute("DELETE FROM task WHERE kind = 'judge-competence-again' AND key LIKE '% standing %'")
    _changed("competence <> competence_found")
    for name, columns in (
        ("competence_check", ("confirmed_found", "confirmed")),
        ("accreditation_span", ("confirmed", "is_of_competence")),
    ):
        for column in columns:
            op.drop_column(name, column)
    with op.batch_alter_table("accreditation_decision") as table:
        table.drop_constraint(op.f("ck_accreditation_decision_replaced"), type_="check")
        table.drop_column("replaced")
    for name in reversed(STATED):
        with op.batch_alter_table(name) as table:
            table.drop_index(op.f(f"ix_{name}_confirmed_by_id"))
            table.drop_constraint(op.f(f"fk_{name}_confirmed_by_id"), type_="foreignkey")
            table.drop_column("confirmed_by_id")
            table.drop_column("confirmed_at")


def _changed(where: str) -> None:
    """What is found by its changes: of a verification the verdict may be another though its word is the same."""
    name, which = "ix_competence_check_changed", sa.text(where)
    op.drop_index(name, "competence_check")
    columns = ["lab_id", "calibration_id"]
    op.create_index(name, "competence_check", columns, sqlite_where=which, postgresql_where=which)


def _tell_competence() -> None:
    connection = op.get_bind()
    held = sa.table("accreditation", sa.column("id"), sa.column("standard"))
    span = sa.table("accreditation_span", sa.column("accreditation_id"), sa.column("is_of_competence", sa.Boolean()))
    standards = connection.execute(sa.select(held.c.standard).distinct()).scalars().all()
    counting = [standard for standard in standards if COMPETENCE.search(standard)]
    keys = sa.select(held.c.id).where(held.c.standard.in_(counting))
    connection.execute(sa.update(span).where(span.c.accreditation_id.in_(keys)).values(is_of_competence=True))
