"""shelf lives of reference materials are told of and put off like due dates"""

import sqlalchemy as sa
from alembic import op

revision = "0050b"
down_revision = "0050"

WITHOUT_KEYS = {"resolve_fks": False}
ACTIVE = sa.text("ended_on IS NULL")
ACTIVE_LIFE = sa.text("ended_on IS NULL AND schedule_id IS NULL")
DATED = sa.text("expires_on IS NOT NULL")
ON_ASSETS = ["asset_id", "due_on", "kind", "offset_days"]


def upgrade() -> None:
    op.create_index("ix_asset_expires_on", "asset", ["expires_on", "id"], sqlite_where=DATED, postgresql_where=DATED)
    op.add_column("notice", sa.Column("asset_id", sa.Integer()))
    with op.batch_alter_table("notice", reflect_kwargs=WITHOUT_KEYS) as notice:
        notice.alter_column("schedule_id", existing_type=sa.Integer(), nullable=True)
        notice.create_foreign_key(op.f("fk_notice_asset_id"), "asset", ["asset_id"], ["id"])
        notice.create_check_constraint(op.f("ck_notice_about"), "(schedule_id IS NULL) <> (asset_id IS NULL)")
        for reader in ("person_id", "webhook_id"):
            columns = [reader, *ON_ASSETS]
            notice.create_unique_constraint(op.f(f"uq_notice_{'_'.join(columns)}"), columns)
    op.create_index(op.f("ix_notice_asset_id"), "notice", ["asset_id"])
    op.add_column("notice_snooze", sa.Column("asset_id", sa.Integer()))
    op.execute("UPDATE notice_snooze SET asset_id = (SELECT asset_id FROM schedule WHERE id = schedule_id)")
    op.drop_index("uq_notice_snooze_active", "notice_snooze")
    with op.batch_alter_table("notice_snooze", reflect_kwargs=WITHOUT_KEYS) as snooze:
        snooze.alter_column("schedule_id", existing_type=sa.Integer(), nullable=True)
        snooze.alter_column("asset_id", existing_type=sa.Integer(), nullable=False)
        snooze.create_foreign_key(op.f("fk_notice_snooze_asset_id"), "asset", ["asset_id"], ["id"])
    _snoozed("uq_notice_snooze_active", "schedule_id", ACTIVE)
    _snoozed("uq_notice_snooze_shelf_life", "asset_id", ACTIVE_LIFE)
    op.create_index(op.f("ix_notice_snooze_asset_id"), "notice_snooze", ["asset_id"])


def downgrade() -> None:
    op.execute("DELETE FROM notice WHERE schedule_id IS NULL")
    op.execute("DELETE FROM notice_snooze WHERE schedule_id IS NULL")
    op.drop_index(op.f("ix_notice_snooze_asset_id"), "notice_snooze")
    op.drop_index("uq_notice_snooze_shelf_life", "notice_snooze")
    op.drop_index("uq_notice_snooze_active", "notice_snooze")
    with op.batch_alter_table("notice_snooze", reflect_kwargs=WITHOUT_KEYS) as snooze:
        snooze.drop_constraint(op.f("fk_notice_snooze_asset_id"), type_="foreignkey")
        snooze.alter_column("schedule_id", existing_type=sa.Integer(), nullable=False)
        snooze.drop_column("asset_id")
    _snoozed("uq_notice_snooze_active", "schedule_id", ACTIVE)
    op.drop_index(op.f("ix_notice_asset_id"), "notice")
    with op.batch_alter_table("notice", reflect_kwargs=WITHOUT_KEYS) as notice:
        for reader in ("person_id", "webhook_id"):
            notice.drop_constraint(op.f(f"uq_notice_{'_'.join([reader, *ON_ASSETS])}"), type_="unique")
        notice.drop_constraint(op.f("ck_notice_about"), type_="check")
        notice.drop_constraint(op.f("fk_notice_asset_id"), type_="foreignkey")
        notice.alter_column("schedule_id", existing_type=sa.Integer(), nullable=False)
        notice.drop_column("asset_id")
    op.drop_index("ix_asset_expires_on", "asset")


def _snoozed(name: str, what: str, where: sa.TextClause) -> None:
    columns = ["person_id", what]
    op.create_index(name, "notice_snooze", columns, unique=True, sqlite_where=where, postgresql_where=where)
