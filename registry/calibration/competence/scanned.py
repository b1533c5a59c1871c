"""What a label tells of the laboratory behind the newest calibration and verification: a prepared statement each."""

from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import Boolean, Date, Integer, String, bindparam, column, select, table

from registry.kernel.reads import Read
from registry.labs.scope.rules import Bearing, Competence, is_confirmed
from registry.labs.scope.words import competence_text
from registry.labs.standing import Standing

asset: Final = table("asset", column("id", Integer), column("tag", String))
record: Final = table(
    "calibration",
    *(column(name, Integer) for name in ("id", "asset_id")),
    *(column(name, String) for name in ("kind", "status")),
    column("performed_on", Date),
)
check: Final = table(
    "competence_check",
    column("calibration_id", Integer),
    *(column(name, Boolean) for name in ("confirmed", "scope_confirmed")),
    *(column(name, String) for name in ("competence", "standing")),
)
NEWEST: Final = Read(
    select(check.c.competence, check.c.standing, check.c.confirmed, check.c.scope_confirmed, record.c.performed_on)
    .join_from(asset, record, record.c.asset_id == asset.c.id)
    .outerjoin(check, check.c.calibration_id == record.c.id)
    .where(asset.c.tag == bindparam("tag"), record.c.kind == bindparam("kind"), record.c.status == "issued")
    .order_by(record.c.performed_on.desc(), record.c.id.desc())
    .limit(1)
)
BEARINGS: Final = {"calibration": Bearing.ACCREDITATION, "verification": Bearing.DESIGNATION}


class Accredited(NamedTuple):
    """The verdict on the laboratory of the newest calibration, or the newest verification, and its day."""

    competence: Competence
    text: str
    performed_on: date
    bearing: Bearing
    standing: Standing | None
    confirmed: bool


def scanned(tag: str) -> list[Accredited]:
    """What is known of the newest calibration and the newest verification of an item; where nothing is, none of it."""
    found = []
    for kind, bearing in BEARINGS.items():
        for competence, stood, paper, lines, day in NEWEST.rows(tag=tag, kind=kind):
            said = Competence(competence) if competence is not None else Competence.UNKNOWN
            standing = Standing(stood) if stood is not None else None
            confirmed = is_confirmed(standing, paper=paper is not False, scope=lines is not False)
            is_designated = bearing is Bearing.DESIGNATION and standing is Standing.IN_FORCE
            if said is not Competence.UNKNOWN or is_designated:
                text = competence_text(said, bearing, standing, confirmed=confirmed)
                found.append(Accredited(said, text, day, bearing, standing, confirmed))
    return found
