"""revisions of the checks of inspections, and those that the leader set aside"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    op.add_column("inspection_check", sa.Column("origin", sa.String(length=64)))
    op.add_column("inspection_check", sa.Column("revision", sa.Integer()))
    op.add_column("inspection_check", sa.Column("aside_at", sa.DateTime(timezone=True)))
    op.add_column("inspection_check", sa.Column("aside_by_id", sa.Integer()))
    op.execute("UPDATE inspection_check SET origin = client_key, revision = 0")
    with op.batch_alter_table("inspection_check", reflect_kwargs={"resolve_fks": False}) as check:
        check.alter_column("origin", existing_type=sa.String(length=64), nullable=False)
        check.alter_column("revision", existing_type=sa.Integer(), nullable=False)
        check.create_foreign_key(op.f("fk_inspection_check_aside_by_id"), "person", ["aside_by_id"], ["id"])
    op.create_index(op.f("ix_inspection_check_inspection_id_origin"), "inspection_check", ["inspection_id", "origin"])
    op.create_index(op.f("ix_inspection_check_aside_by_id"), "inspection_check", ["aside_by_id"])


def downgrade() -> None:
    for column in ("aside_by_id", "inspection_id_origin"):
        op.drop_index(op.f(f"ix_inspection_check_{column}"), table_name="inspection_check")
    with op.batch_alter_table("inspection_check", reflect_kwargs={"resolve_fks": False}) as check:
        check.drop_constraint(op.f("fk_inspection_check_aside_by_id"), type_="foreignkey")
        for column in ("aside_by_id", "aside_at", "revision", "origin"):
            check.drop_column(column)
