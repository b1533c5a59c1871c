"""What a laboratory states in its own favour no longer counts until it is confirmed, also what was stated before.

Its accreditations stand as they did without such decisions: their last day, and the spans that results are joined to.
Going back leaves them as they are; the next change of a laboratory keeps its spans anew.
"""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0056b"
down_revision = "0056"
branch_labels = None
depends_on = None

NAME = "ix_accreditation_number"
DAY, FOREVER = timedelta(days=1), date.max
HELD = sa.table(
    "accreditation",
    *(sa.column(name, sa.Integer) for name in ("id", "lab_id")),
    *(sa.column(name, sa.Date) for name in ("granted_on", "valid_until", "granted_until")),
    sa.column("status", sa.String),
    sa.column("confirmed_at", sa.DateTime),
)
DECIDED = sa.table(
    "accreditation_decision",
    *(sa.column(name, sa.Integer) for name in ("id", "accreditation_id")),
    sa.column("kind", sa.String),
    *(sa.column(name, sa.Date) for name in ("effective_on", "decided_on", "until_on", "valid_until")),
    *(sa.column(name, sa.DateTime) for name in ("annulled_at", "confirmed_at")),
)
SPAN = sa.table(
    "accreditation_span",
    *(sa.column(name, sa.Integer) for name in ("accreditation_id", "lab_id", "decision_id")),
    sa.column("standing", sa.String),
    *(sa.column(name, sa.Date) for name in ("first_day", "last_day")),
    *(sa.column(name, sa.Boolean) for name in ("is_of_competence", "confirmed")),
)


def upgrade() -> None:
    op.create_index(NAME, "accreditation", ["number"])
    waits = sa.and_(
        DECIDED.c.kind.in_(("reinstated", "extended")),
        DECIDED.c.confirmed_at.is_(None),
        DECIDED.c.annulled_at.is_(None),
    )
    connection = op.get_bind()
    keys = connection.scalars(sa.select(DECIDED.c.accreditation_id).where(waits).distinct()).all()
    for key in keys:
        held = connection.execute(sa.select(HELD).where(HELD.c.id == key)).one()
        counting = sa.select(DECIDED).where(
            DECIDED.c.accreditation_id == key, DECIDED.c.annulled_at.is_(None), sa.not_(waits)
        )
        counting = counting.order_by(DECIDED.c.effective_on, DECIDED.c.decided_on, DECIDED.c.id)
        _stand_anew(held, list(connection.execute(counting)))


def downgrade() -> None:
    op.drop_index(NAME, "accreditation")


def _stand_anew(held: sa.Row[Any], decisions: list[sa.Row[Any]]) -> None:
    granted = held.granted_until or held.valid_until
    named = [one.valid_until for one in decisions if one.valid_until is not None]
    op.execute(HELD.update().where(HELD.c.id == held.id).values(valid_until=named[-1] if named else granted))
    counts = op.get_bind().scalar(sa.select(SPAN.c.is_of_competence).where(SPAN.c.accreditation_id == held.id).limit(1))
    ends = [day + DAY for one in decisions for day in (one.until_on, one.valid_until) if day is not None]
    turns = {held.granted_on, granted + DAY, *(one.effective_on for one in decisions), *ends}
    days = sorted(day for day in turns if day >= held.granted_on)
    op.execute(SPAN.delete().where(SPAN.c.accreditation_id == held.id))
    rows: list[dict[str, Any]] = []
    for first, last in zip(days, [*(day - DAY for day in days[1:]), FOREVER], strict=True):
        said = _standing(held, [one for one in decisions if one.effective_on <= first], first, granted)
        if rows and {name: rows[-1][name] for name in said} == said:
            rows[-1]["last_day"] = last
        else:
            rows.append(said | {"first_day": first, "last_day": last})
    about = {"accreditation_id": held.id, "lab_id": held.lab_id, "is_of_competence": bool(counts)}
    op.bulk_insert(SPAN, [row | about for row in rows])


def _standing(held: sa.Row[Any], past: list[sa.Row[Any]], day: date, granted: date) -> dict[str, Any]:
    """How an accreditation stood on a day by the decisions until then, as the rule read when this was written."""
    withdrawing = next((one for one in reversed(past) if one.kind == "withdrawn"), None)
    extending = next((one for one in reversed(past) if one.valid_until is not None), None)
    pausing = [one for one in past if one.kind in {"suspended", "reinstated"}]
    sure = next((one for one in reversed(pausing) if one.confirmed_at is not None), None)
    if withdrawing is not None or held.status == "withdrawn":
        return _said(held, "withdrawn", withdrawing)
    if day > (extending.valid_until if extending is not None else granted):
        return _said(held, "expired", extending)
    for saying in (pausing[-1] if pausing else None, sure):
        paused = held.status == "suspended" if saying is None else saying.kind == "suspended"
        if paused and (saying is None or day <= (saying.until_on or FOREVER)):
            return _said(held, "suspended", saying, extending)
    return _said(held, "in_force", sure, extending)


def _said(held: sa.Row[Any], standing: str, *decisions: sa.Row[Any] | None) -> dict[str, Any]:
    saying = [one for one in decisions if one is not None]
    confirmed = held.confirmed_at is not None and all(one.confirmed_at is not None for one in saying)
    return {"standing": standing, "decision_id": saying[0].id if saying else None, "confirmed": confirmed}
