"""verifications of laboratories whose designation is recorded are looked at anew"""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.execute(
        "INSERT INTO task (kind, key, made_at, state, attempts) "
        "SELECT DISTINCT 'judge-competence-again', CAST(lab_id AS VARCHAR(20)) || ' designation - - –', "
        "CURRENT_TIMESTAMP, 'open', 0 FROM recognition WHERE kind = 'designation'"
    )


def downgrade() -> None:
    op.execute("DELETE FROM task WHERE kind = 'judge-competence-again' AND key LIKE '% designation %'")
