"""who recorded for a laboratory, which files were signed, and numbers compared without kinds of dashes"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d"), "-")
UNSEEN = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
LONGEST = 300
STANDING = "status NOT IN ('void', 'amended')"
AT_ONCE = 1000
OF_THE_LABORATORY = """
WITH RECURSIVE above(id, over_id) AS (
  SELECT id, id FROM organisation
  UNION
  SELECT above.id, edge.upper FROM above JOIN (
    SELECT id AS lower, parent_id AS upper FROM organisation WHERE parent_id IS NOT NULL
    UNION ALL SELECT from_id, to_id FROM organisation_succession) AS edge ON edge.lower = above.over_id)
UPDATE calibration SET recorded_by_lab = true
WHERE lab_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM lab JOIN above ON above.id = lab.organisation_id
  JOIN membership ON membership.organisation_id = above.over_id
  WHERE lab.id = calibration.lab_id AND membership.person_id = calibration.recorded_by_id
    AND membership.role IN ('technician', 'manager', 'admin'))
"""
# Schedules that a verification without a conclusion held valid have no proof until they are settled anew.
INCONCLUSIVE = (
    """UPDATE schedule SET proof = 'missing', last_performed_on = NULL
WHERE kind = 'verification' AND proof = 'good' AND 'none' = (
  SELECT outcome FROM calibration
  WHERE calibration.asset_id = schedule.asset_id AND calibration.kind = 'verification' AND calibration.status = 'issued'
  ORDER BY performed_on DESC, calibration.id DESC LIMIT 1)""",
    """UPDATE calibration SET due_on = NULL, calendar_due_on = NULL, calendar_number = NULL
WHERE kind = 'verification' AND outcome = 'none'""",
)


def upgrade() -> None:
    op.add_column("calibration", sa.Column("recorded_by_lab", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("calibration_file", sa.Column("signed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(OF_THE_LABORATORY)
    for statement in INCONCLUSIVE:
        op.execute(statement)
    _fold_numbers()


def downgrade() -> None:
    op.drop_column("calibration_file", "signed")
    op.drop_column("calibration", "recorded_by_lab")


def _fold_numbers() -> None:
    """Compare stored numbers as new ones are; two records that are one certificate by that keep what they had."""
    connection = op.get_bind()
    table = sa.table(
        "calibration",
        *(sa.column(name, sa.Integer) for name in ("id", "asset_id", "lab_id")),
        *(sa.column(name) for name in ("kind", "status", "certificate_no", "certificate_key")),
    )
    key = table.c.certificate_key
    odd = sa.or_(*(key.contains(letter) for letter in (*map(chr, DASHES), *UNSEEN)))
    last = 0
    while rows := connection.execute(
        sa.select(table).where(odd, table.c.id > last).order_by(table.c.id).limit(AT_ONCE)
    ).all():
        last = rows[-1].id
        for row in rows:
            folded = _folded(row.certificate_no)
            same = sa.and_(table.c.asset_id == row.asset_id, table.c.kind == row.kind, key == folded)
            taken = sa.select(table.c.id).where(
                same, sa.func.coalesce(table.c.lab_id, 0) == (row.lab_id or 0), sa.text(STANDING)
            )
            if row.status in {"void", "amended"} or connection.execute(taken.limit(1)).first() is None:
                connection.execute(sa.update(table).where(table.c.id == row.id).values(certificate_key=folded))


def _folded(number: str) -> str:
    seen = "".join(letter for letter in number if letter not in UNSEEN)
    return " ".join(unicodedata.normalize("NFKC", seen).casefold().translate(DASHES).split())[:LONGEST]
