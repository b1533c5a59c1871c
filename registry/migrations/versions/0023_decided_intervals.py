"""which review decided the interval of a schedule, and proposals that end without a manager"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

BY_MANAGERS = ("accepted", "changed", "rejected")
BY_THEMSELVES = ("kept", "superseded")
IS_REASONED = "decision IS NULL OR decision = 'accepted' OR reason IS NOT NULL"
MANAGERS_REASON = "decision IS NULL OR decision NOT IN ('changed', 'rejected') OR reason IS NOT NULL"

KEPT = """
UPDATE interval_review SET decision = 'kept', decided_at = made_at, decided_by = 'registry'
WHERE decision IS NULL AND proposed = interval AND proposed_unit = interval_unit
"""
SUPERSEDED = """
UPDATE interval_review SET decision = 'superseded', decided_by = 'registry', decided_at = (
  SELECT max(other.decided_at) FROM interval_review AS other
  WHERE other.schedule_id = interval_review.schedule_id AND other.decision IN ('accepted', 'changed'))
WHERE decision IS NULL AND EXISTS (
  SELECT 1 FROM interval_review AS other
  WHERE other.schedule_id = interval_review.schedule_id AND other.decision IN ('accepted', 'changed')
    AND other.decided_at >= interval_review.made_at)
"""


def upgrade() -> None:
    op.add_column("schedule", sa.Column("review_id", sa.Integer(), nullable=True))
    _allow(*BY_MANAGERS, *BY_THEMSELVES, reason=MANAGERS_REASON)
    op.execute(KEPT)
    op.execute(SUPERSEDED)
    _remember()


def downgrade() -> None:
    op.execute(
        "UPDATE interval_review SET decision = NULL, decided_at = NULL, decided_by = NULL, decided_by_id = NULL "
        "WHERE decision IN ('kept', 'superseded')"
    )
    _allow(*BY_MANAGERS, reason=IS_REASONED)
    op.drop_column("schedule", "review_id")


def _allow(*decisions: str, reason: str) -> None:
    with op.batch_alter_table("interval_review", reflect_kwargs={"resolve_fks": False}) as review:
        for check in ("decision", "reason"):
            review.drop_constraint(op.f(f"ck_interval_review_{check}"), type_="check")
        review.create_check_constraint(op.f("ck_interval_review_decision"), sa.column("decision").in_(decisions))
        review.create_check_constraint(op.f("ck_interval_review_reason"), reason)


def _remember() -> None:
    """A decision was for every schedule that was looked at; the newest one holds."""
    review = sa.table("interval_review", *map(sa.column, ("id", "decision")), sa.column("data", sa.JSON()))
    schedule = sa.table("schedule", sa.column("id"), sa.column("review_id"))
    bind = op.get_bind()
    decided = sa.select(review.c.id, review.c.data).where(review.c.decision.in_(("accepted", "changed")))
    newest: dict[int, int] = {}
    for key, data in bind.execute(decided.order_by(review.c.id)):
        newest |= dict.fromkeys(data["schedules"], key)
    if newest:
        values: list[dict[str, Any]] = [{"key": one, "review": key} for one, key in newest.items()]
        put = schedule.update().where(schedule.c.id == sa.bindparam("key"))
        bind.execute(put.values(review_id=sa.bindparam("review")), values)
