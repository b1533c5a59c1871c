"""who relied on which record, cases of standards out of tolerance, and the mark of doubt on assets"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

DOUBTS = ("in_doubt", "recalibrate", "recall", "certificate_withdrawn")
CHOICES = {
    "trigger": ("result", "fault", "manual"),
    "casestate": ("gathering", "open", "closed", "withdrawn"),
    "bearing": ("pending", "within", "unknown", "outside", "upstream_outside"),
    "significance": ("significant", "possible", "unknown", "negligible"),
    "disposition": ("no_effect", "recalibrate", "recall", "certificate_withdrawn"),
    "doubt": DOUBTS,
}
# The newest calibration, and verification, of each standard up to the day it was relied on; of its set if newer.
RELIANCE = """
    INSERT INTO reliance (child_id, standard_id, performed_on, parent_id)
    SELECT child_id, standard_id, performed_on, parent_id FROM (
        SELECT used.calibration_id AS child_id, used.asset_id AS standard_id, child.performed_on AS performed_on,
            parent.id AS parent_id,
            row_number() OVER (
                PARTITION BY used.id, parent.kind ORDER BY parent.performed_on DESC, parent.id DESC
            ) AS place
        FROM calibration_standard AS used
        JOIN calibration AS child ON child.id = used.calibration_id
        JOIN asset AS held ON held.id = used.asset_id
        LEFT JOIN calibration AS parent ON (parent.asset_id = used.asset_id OR parent.asset_id = held.parent_id)
            AND parent.kind IN ('calibration', 'verification') AND parent.status IN ('issued', 'amended')
            AND parent.performed_on <= child.performed_on AND parent.id <> child.id
        WHERE child.status IN ('issued', 'amended')
    ) AS ranked WHERE place = 1
"""


def upgrade() -> None:
    words = ", ".join(f"'{word}'" for word in DOUBTS)
    # a column of its own, so that SQLite need not rebuild the table of all assets
    op.execute(f"ALTER TABLE asset ADD COLUMN doubt VARCHAR(40) CONSTRAINT ck_asset_doubt CHECK (doubt IN ({words}))")
    op.create_table(
        "reliance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=False),
        _key("reliance", "parent_id", "calibration"),
        _key("reliance", "child_id", "calibration"),
        _key("reliance", "standard_id", "asset"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reliance")),
    )
    op.execute(RELIANCE)
    for columns in (["parent_id", "child_id"], ["child_id", "parent_id"], ["standard_id", "performed_on", "child_id"]):
        _index("reliance", columns)
    op.create_table(
        "impact_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("trigger", _choice("trigger"), nullable=False),
        sa.Column("reason", sa.String(length=2000), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("opened_by_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=True),
        sa.Column("fault_id", sa.Integer(), nullable=True),
        sa.Column("last_good_id", sa.Integer(), nullable=True),
        sa.Column("state", _choice("casestate"), nullable=False),
        sa.Column("gathered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=2000), nullable=True),
        sa.Column("conclusion", sa.String(length=4000), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_actor", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_impact_case_life")),
        _key("impact_case", "asset_id", "asset"),
        _key("impact_case", "opened_by_id", "person"),
        _key("impact_case", "calibration_id", "calibration"),
        _key("impact_case", "fault_id", "fault"),
        _key("impact_case", "last_good_id", "calibration"),
        _key("impact_case", "closed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impact_case")),
        sa.UniqueConstraint("calibration_id", name=op.f("uq_impact_case_calibration_id")),
        sa.UniqueConstraint("fault_id", name=op.f("uq_impact_case_fault_id")),
    )
    for columns in (["asset_id", "id"], ["state", "id"], ["opened_by_id"], ["last_good_id"], ["closed_by_id"]):
        _index("impact_case", columns)
    op.create_table(
        "case_range",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("low", sa.String(length=64), nullable=True),
        sa.Column("high", sa.String(length=64), nullable=True),
        sa.Column("shift", sa.String(length=64), nullable=True),
        _key("case_range", "case_id", "impact_case"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_range")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_case_range_case_id_position")),
    )
    op.create_table(
        "case_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("calibration_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("performed_on", sa.Date(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("bearing", _choice("bearing"), nullable=False),
        sa.Column("significance", _choice("significance"), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=True),
        sa.Column("unit", sa.String(length=40), nullable=True),
        sa.Column("of_uncertainty", sa.String(length=64), nullable=True),
        sa.Column("of_limit", sa.String(length=64), nullable=True),
        sa.Column("doubt", _choice("doubt"), nullable=True),
        sa.Column("disposition", _choice("disposition"), nullable=True),
        sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("disposed_by_id", sa.Integer(), nullable=True),
        sa.Column("disposed_actor", sa.String(length=200), nullable=True),
        sa.Column("disposition_reason", sa.String(length=2000), nullable=True),
        _key("case_item", "case_id", "impact_case"),
        _key("case_item", "calibration_id", "calibration"),
        _key("case_item", "asset_id", "asset"),
        _key("case_item", "owner_id", "organisation"),
        _key("case_item", "disposed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_item")),
        sa.UniqueConstraint("case_id", "calibration_id", name=op.f("uq_case_item_case_id_calibration_id")),
    )
    for columns in (
        ["case_id", "bearing", "rank", "id"],
        ["case_id", "owner_id"],
        ["calibration_id"],
        ["asset_id"],
        ["owner_id"],
        ["disposed_by_id"],
    ):
        _index("case_item", columns)
    doubtful = sa.text("doubt IS NOT NULL")
    for name, column in (("doubtful_record", "calibration_id"), ("doubtful_asset", "asset_id")):
        op.create_index(
            op.f(f"ix_case_item_{name}"), "case_item", [column], sqlite_where=doubtful, postgresql_where=doubtful
        )


def downgrade() -> None:
    for table in ("case_item", "case_range", "impact_case", "reliance"):
        op.drop_table(table)
    op.drop_column("asset", "doubt")


def _choice(name: str) -> sa.Enum:
    return sa.Enum(*CHOICES[name], name=name, native_enum=False, create_constraint=True, length=40)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _index(table: str, columns: list[str]) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns)
