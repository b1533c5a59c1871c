"""Verdicts that a stated accreditation softened although another was suspended for certain are found anew"""

from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO task (kind, key, made_at, state, attempts) "
        "SELECT DISTINCT 'judge-competence-again', CAST(sure.lab_id AS VARCHAR(20)) || ' standing - - –', "
        "CURRENT_TIMESTAMP, 'open', 0 FROM accreditation_span AS sure JOIN accreditation_span AS stated "
        "ON stated.lab_id = sure.lab_id AND stated.standing = 'in_force' AND NOT stated.confirmed "
        "AND stated.first_day <= sure.last_day AND stated.last_day >= sure.first_day "
        "WHERE sure.standing = 'suspended' AND sure.confirmed"
    )


def downgrade() -> None:
    """What was found anew stays: an earlier version of the programme finds it its own way at the next change."""
    op.execute(
        "DELETE FROM task WHERE kind = 'judge-competence-again' AND key LIKE '% standing - - –' AND state = 'open'"
    )
