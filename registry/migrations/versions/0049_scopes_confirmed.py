"""confirmed lines of scopes, undone decisions, settled follow-ups and who wrote them, lapses put off"""

import re
from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0045"

SUBJECTS = ("due", "case", "verdict")
ACTIVE = "ended_on IS NULL"
CORRECTED = re.compile(r"(?:đính chính ngày|correction of) (.+)")
WRITTEN = ("%d/%m/%Y", "%d %b %Y")


def upgrade() -> None:
    """Lines of scopes count as stated until somebody confirms them, and verdicts that rest on them say so."""
    with op.batch_alter_table("scope_line", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("confirmed_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_scope_line_confirmed_by_id"), "person", ["confirmed_by_id"], ["id"])
        table.add_column(sa.Column("valid_to_before", sa.Date(), nullable=True))
        table.create_index(op.f("ix_scope_line_confirmed_by_id"), ["confirmed_by_id"])
    for column, coverage in (("scope_confirmed_found", "coverage_found"), ("scope_confirmed", "coverage")):
        op.add_column("competence_check", sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.true()))
        stated = sa.text(f"UPDATE competence_check SET {column} = :no WHERE {coverage} = 'in'")  # noqa: S608 — fixed words
        op.execute(stated.bindparams(no=False))
    with op.batch_alter_table("scope_decision", reflect_kwargs={"resolve_fks": False}) as table:
        table.add_column(sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("undone_reason", sa.String(length=500), nullable=True))
        table.add_column(sa.Column("undone_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_scope_decision_undone_by_id"), "person", ["undone_by_id"], ["id"])
        table.create_index(op.f("ix_scope_decision_undone_by_id"), ["undone_by_id"])
        table.drop_constraint(op.f("uq_scope_decision_lab_id_number_effective_on"), type_="unique")
    standing = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_scope_decision_standing",
        "scope_decision",
        ["lab_id", "number", "effective_on"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.add_column("pt_follow_up", sa.Column("settled_in", sa.Integer(), nullable=True))
    op.create_table(
        "pt_follow_up_writer",
        sa.Column("follow_up_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["pt_follow_up.id"], name=op.f("fk_pt_follow_up_writer_follow_up_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pt_follow_up_writer_person_id")),
        sa.PrimaryKeyConstraint("follow_up_id", "person_id", name=op.f("pk_pt_follow_up_writer")),
    )
    op.create_index(op.f("ix_pt_follow_up_writer_person_id"), "pt_follow_up_writer", ["person_id"])
    op.execute(
        "INSERT INTO pt_follow_up_writer (follow_up_id, person_id) "
        "SELECT id, written_by_id FROM pt_follow_up WHERE written_by_id IS NOT NULL"
    )
    op.create_index(op.f("ix_inspection_minutes_content_hash"), "inspection_minutes", ["content_hash"])
    _lapse_snooze()
    _subjects(SUBJECTS)
    _say_again(_coded)


def downgrade() -> None:
    _say_again(_worded)
    op.execute("DELETE FROM telling WHERE about = 'verdict'")
    _subjects(SUBJECTS[:2])
    op.drop_table("lapse_snooze")
    op.drop_index(op.f("ix_inspection_minutes_content_hash"), table_name="inspection_minutes")
    op.drop_table("pt_follow_up_writer")
    op.drop_column("pt_follow_up", "settled_in")
    op.drop_index("uq_scope_decision_standing", table_name="scope_decision")
    _drop_undone()
    for name, who, columns in (
        ("scope_decision", "undone_by_id", ("undone_by_id", "undone_reason", "undone_at")),
        ("scope_line", "confirmed_by_id", ("valid_to_before", "confirmed_by_id", "confirmed_at")),
    ):
        with op.batch_alter_table(name, reflect_kwargs={"resolve_fks": False}) as table:
            table.drop_index(op.f(f"ix_{name}_{who}"))
            table.drop_constraint(op.f(f"fk_{name}_{who}"), type_="foreignkey")
            for column in columns:
                table.drop_column(column)
            if name == "scope_decision":
                columns_of_one = ["lab_id", "number", "effective_on"]
                table.create_unique_constraint(op.f("uq_scope_decision_lab_id_number_effective_on"), columns_of_one)
    for column in ("scope_confirmed", "scope_confirmed_found"):
        op.drop_column("competence_check", column)


def _drop_undone() -> None:
    """An undone decision gives way to the one that was recorded instead; what it did was taken back already."""
    op.execute(
        "UPDATE scope_line SET decision_id = NULL WHERE decision_id IN "
        "(SELECT id FROM scope_decision WHERE undone_at IS NOT NULL)"
    )
    op.execute("DELETE FROM scope_decision WHERE undone_at IS NOT NULL")


def _lapse_snooze() -> None:
    op.create_table(
        "lapse_snooze",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lab_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("lapses_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["lab_id"], ["lab.id"], name=op.f("fk_lapse_snooze_lab_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_lapse_snooze_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lapse_snooze")),
    )
    op.create_index(op.f("ix_lapse_snooze_lab_id"), "lapse_snooze", ["lab_id"])
    op.create_index(op.f("ix_lapse_snooze_person_id_id"), "lapse_snooze", ["person_id", "id"])
    op.create_index(
        "uq_lapse_snooze_active",
        "lapse_snooze",
        ["person_id", "lab_id", "kind", "what", "lapses_on"],
        unique=True,
        sqlite_where=sa.text(ACTIVE),
        postgresql_where=sa.text(ACTIVE),
    )


def _subjects(words: tuple[str, ...]) -> None:
    with op.batch_alter_table("telling", reflect_kwargs={"resolve_fks": False}) as table:
        table.drop_constraint(op.f("ck_telling_subject"), type_="check")
        table.create_check_constraint(op.f("ck_telling_subject"), sa.column("about").in_(words))


def _say_again(said: Callable[[str], str]) -> None:
    check = sa.table("competence_check", sa.column("changed_by", sa.String()))
    connection = op.get_bind()
    wanted = sa.select(check.c.changed_by).where(check.c.changed_by.is_not(None)).distinct()
    for before in connection.execute(wanted).scalars().all():
        after = said(before)
        if after != before:
            connection.execute(sa.update(check).where(check.c.changed_by == before).values(changed_by=after))


def _coded(said: str) -> str:
    """A correction by its day, which every language says in its own way."""
    found = CORRECTED.fullmatch(said)
    for written in WRITTEN if found else ():
        try:
            return f"↺{datetime.strptime(found[1], written).date().isoformat()}"  # noqa: DTZ007 — a day
        except ValueError:
            continue
    return said


def _worded(said: str) -> str:
    if not said.startswith("↺"):
        return said
    return f"đính chính ngày {date.fromisoformat(said[1:]):%d/%m/%Y}"
