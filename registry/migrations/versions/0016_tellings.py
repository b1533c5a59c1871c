"""whom cases and due dates were told to, what of a case is not told yet, and what waits for a decision"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

DOUBTS = ("in_doubt", "recalibrate", "recall", "certificate_withdrawn")
UNTOLD = "coalesce(doubt, '') <> coalesce(told, '')"
PARTIAL = (
    ("ix_case_item_untold", "case_item", ["case_id"], UNTOLD),
    ("ix_calibration_submitted", "calibration", ["id"], "status = 'submitted'"),
    ("ix_interval_review_waiting", "interval_review", ["id"], "decision IS NULL"),
    ("ix_due_extension_asked", "due_extension", ["id"], "ended_at IS NULL AND granted_at IS NULL"),
    ("ix_asset_doubt", "asset", ["doubt", "name_order", "id"], "doubt IS NOT NULL"),
)
# What digests told before: each message once for each organisation that it told of.
TOLD_BEFORE = """
    INSERT INTO telling (about, organisation_id, counts, person_id, webhook_id, message_id, made_at)
    SELECT 'due', asset.owner_id, {counts}, notice.person_id, notice.webhook_id, notice.message_id, min(message.made_at)
    FROM notice
    JOIN schedule ON schedule.id = notice.schedule_id
    JOIN asset ON asset.id = schedule.asset_id
    JOIN outbox_message AS message ON message.id = notice.message_id
    GROUP BY notice.message_id, asset.owner_id, notice.person_id, notice.webhook_id
    ORDER BY notice.message_id, asset.owner_id
"""


def upgrade() -> None:
    op.create_table(
        "case_news",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["impact_case.id"], name=op.f("fk_case_news_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_news")),
    )
    op.create_index(op.f("ix_case_news_case_id"), "case_news", ["case_id"])
    words = ", ".join(f"'{word}'" for word in DOUBTS)
    # columns of their own, so that SQLite need not rebuild the table of all items
    op.execute(
        f"ALTER TABLE case_item ADD COLUMN told VARCHAR(40) CONSTRAINT ck_case_item_told CHECK (told IN ({words}))"
    )
    op.execute(
        "ALTER TABLE case_item ADD COLUMN news_id INTEGER CONSTRAINT fk_case_item_news_id REFERENCES case_news (id)"
    )
    op.execute("UPDATE case_item SET told = doubt WHERE doubt IS NOT NULL")  # no heap of letters about old cases
    op.create_index(op.f("ix_case_item_news_id"), "case_item", ["news_id"])
    _create_telling()
    counts = "json_object" if op.get_bind().dialect.name == "sqlite" else "json_build_object"
    op.execute(TOLD_BEFORE.format(counts=f"{counts}('due', count(*))"))
    for name, table, columns, where in PARTIAL:
        op.create_index(op.f(name), table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    for name, table, _columns, _where in reversed(PARTIAL):
        op.drop_index(op.f(name), table)
    op.drop_table("telling")
    op.drop_index(op.f("ix_case_item_news_id"), "case_item")
    with op.batch_alter_table("case_item") as item:
        item.drop_constraint(op.f("ck_case_item_told"), type_="check")
        item.drop_column("news_id")  # its foreign key goes with it
        item.drop_column("told")
    op.drop_table("case_news")


def _create_telling() -> None:
    about = sa.Enum("due", "case", name="subject", native_enum=False, create_constraint=True, length=40)
    op.create_table(
        "telling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", about, nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("webhook_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) <> (webhook_id IS NULL)", name=op.f("ck_telling_told")),
        sa.CheckConstraint("(about = 'case') = (case_id IS NOT NULL)", name=op.f("ck_telling_case")),
        *(
            sa.ForeignKeyConstraint([f"{key}_id"], [f"{table}.id"], name=op.f(f"fk_telling_{key}_id"))
            for key, table in (
                ("organisation", "organisation"),
                ("person", "person"),
                ("webhook", "webhook"),
                ("message", "outbox_message"),
                ("case", "impact_case"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telling")),
    )
    for columns in (["organisation_id", "id"], ["person_id", "id"], ["message_id"], ["webhook_id"], ["case_id"]):
        op.create_index(op.f(f"ix_telling_{'_'.join(columns)}"), "telling", columns)
    to_note = sa.text("about = 'case' AND noted_at IS NULL")
    op.create_index(
        op.f("ix_telling_to_note"), "telling", ["person_id", "id"], sqlite_where=to_note, postgresql_where=to_note
    )
