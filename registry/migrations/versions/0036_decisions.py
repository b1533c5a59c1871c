"""every decision about evidence is kept, from those that the log tells of on, and lists of people with their time"""

import json
from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

SAID = ("counted_on", "quantity", "state", "reason", "also_counted_in", "decided_by_id")
PART = 1000


def upgrade() -> None:
    op.create_table(
        "evidence_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=600), nullable=True),
        sa.Column("also_counted_in", sa.JSON(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_evidence_decision_indicator_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_evidence_decision_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_decision")),
    )
    _fill(op.get_bind())
    for columns in (
        ["indicator_id", "record_type", "record_id", "id"],
        ["record_type", "record_id"],
        ["decided_by_id"],
    ):
        op.create_index(op.f("ix_evidence_decision_" + "_".join(columns)), "evidence_decision", columns)
    op.add_column("participant", sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "former_participant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("activity_id", sa.Integer(), nullable=False),
        sa.Column("person_key", sa.String(length=64), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["activity_id"], ["activity.id"], name=op.f("fk_former_participant_activity_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_participant")),
    )
    columns = ["activity_id", "person_key"]
    op.create_index(op.f("ix_former_participant_activity_id_person_key"), "former_participant", columns)


def downgrade() -> None:
    op.drop_table("former_participant")
    op.drop_column("participant", "listed_at")
    op.drop_table("evidence_decision")


def _fill(bind: sa.Connection) -> None:
    """First what the log tells of every decision, in its order, then what it does not tell as it stands."""
    metadata = sa.MetaData()
    names = ("evidence_decision", "evidence", "audit_entry", "indicator", "plan")
    kept, evidence, log, indicator, plan = (
        sa.Table(name, metadata, autoload_with=bind, resolve_fks=False) for name in names
    )
    place = plan.c.code + "/" + indicator.c.code
    known = {key: code for code, key in bind.execute(_joined(place, indicator, plan))}
    told = sa.select(log.c.at, log.c.subject_key, log.c.changes).where(
        log.c.subject_type == "indicator", log.c.action.like("evidence.%")
    )
    stood: dict[tuple[int, str, str], dict[str, object]] = {}
    lines: list[dict[str, object]] = []
    keys = {code: key for key, code in known.items()}
    for at, subject, changes in bind.execute(told.order_by(log.c.id)).fetchall():
        said = {name: pair[1] for name, pair in (json.loads(changes) if isinstance(changes, str) else changes).items()}
        pair = keys.get(subject), said.get("record_type"), said.get("record_id")
        if None in pair:
            continue
        line = stood.get(pair, dict.fromkeys(SAID)) | {name: said[name] for name in SAID if name in said}
        if line["counted_on"] is None or line["quantity"] is None or line["state"] is None:
            continue
        stood[pair] = line
        lines.append(_line(pair, line, _instant(at)))
        if len(lines) == PART:
            bind.execute(kept.insert(), lines)
            lines.clear()
    for row in bind.execute(sa.select(evidence).order_by(evidence.c.id)).mappings():
        pair = row["indicator_id"], row["record_type"], row["record_id"]
        now = {name: row[name] for name in SAID}
        now |= {"counted_on": str(row["counted_on"]), "also_counted_in": _list(row["also_counted_in"])}
        was = stood.get(pair)
        if was is None or any(was[name] != now[name] for name in ("counted_on", "quantity", "state")):
            lines.append(_line(pair, now, _instant(row["decided_at"])))
    for first in range(0, len(lines), PART):
        bind.execute(kept.insert(), lines[first : first + PART])


def _joined(place: sa.ColumnElement[str], indicator: sa.Table, plan: sa.Table) -> sa.Select:
    return sa.select(place, indicator.c.id).join_from(indicator, plan, plan.c.id == indicator.c.plan_id)


def _line(pair: tuple, said: dict, at: datetime) -> dict[str, object]:
    return {
        "indicator_id": pair[0],
        "record_type": pair[1],
        "record_id": pair[2],
        **said,
        "counted_on": date.fromisoformat(str(said["counted_on"])),
        "also_counted_in": _list(said["also_counted_in"]),
        "decided_at": at,
    }


def _list(said: object) -> object:
    return json.loads(said) if isinstance(said, str) else said or []


def _instant(at: object) -> datetime:
    """As the database gives it: SQLite drops zones."""
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found
