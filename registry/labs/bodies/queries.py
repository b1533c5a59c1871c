"""The accreditation bodies that are known: those entered, and those that come with the registry."""

from collections.abc import Sequence

from sqlalchemy import func, select

from registry.kernel.db import db
from registry.labs.bodies.models import AccreditationBody
from registry.labs.bodies.rules import SHIPPED, Known

MOST = 500


def bodies() -> Sequence[Known]:
    """Every body by its code; what was entered takes the place of what comes with the registry."""
    stored = db.session.scalars(select(AccreditationBody).limit(MOST)).all()
    by_code: dict[str, Known] = {body.code.casefold(): body for body in (*SHIPPED, *stored)}
    return [by_code[code] for code in sorted(by_code)]


def entered(code: str) -> AccreditationBody | None:
    """A body that was entered, locked."""
    wanted = select(AccreditationBody).where(func.lower(AccreditationBody.code) == code.lower())
    return db.session.scalar(wanted.with_for_update())
