"""What a label tells of the laboratory behind the newest calibration: one prepared statement, nothing loaded."""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Date, Integer, String, bindparam, column, select, table

from registry.kernel.reads import Read
from registry.labs.scope.rules import Competence
from registry.labs.scope.words import competence_text

asset: Final = table("asset", column("id", Integer), column("tag", String))
record: Final = table(
    "calibration",
    *(column(name, Integer) for name in ("id", "asset_id")),
    *(column(name, String) for name in ("kind", "status")),
    column("performed_on", Date),
)
check: Final = table("competence_check", column("calibration_id", Integer), column("competence", String))
NEWEST: Final = Read(
    select(check.c.competence, record.c.performed_on)
    .join_from(asset, record, record.c.asset_id == asset.c.id)
    .outerjoin(check, check.c.calibration_id == record.c.id)
    .where(asset.c.tag == bindparam("tag"), record.c.kind == "calibration", record.c.status == "issued")
    .order_by(record.c.performed_on.desc(), record.c.id.desc())
    .limit(1)
)


class Accredited(NamedTuple):
    """The verdict on the laboratory of the newest calibration, and its day."""

    competence: Competence
    text: str
    performed_on: date


def scanned(tag: str) -> Accredited | None:
    """What is known of the newest calibration of an item; None where nothing is, or there is none."""
    for said, day in NEWEST.rows(tag=tag):
        found = Competence(said) if said is not None else Competence.UNKNOWN
        if found is not Competence.UNKNOWN:
            return Accredited(found, competence_text(found), day)
    return None
