"""What lapses of the laboratories of some organisations."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, Subquery, select, union_all

from registry.accounts.models import Organisation
from registry.kernel.db import db
from registry.labs.criteria.gaps import due_between
from registry.labs.lapses.rules import Lapse
from registry.labs.lapses.sources import SOURCES
from registry.labs.models import Lab

MOST = 500


def lapses(within: Select[int], first: date, last: date, *, limit: int = MOST, skipped: int = 0) -> list[Lapse]:
    """What lapses from a day to another, both included, in some organisations; the first first, without some."""
    found = union_all(*(source(first, last) for source in SOURCES)).subquery("lapse")
    return _lapses(_placed(found).where(Lab.organisation_id.in_(within)).limit(limit).offset(skipped))


def answered_for(person_id: int, first: date, last: date) -> list[Lapse]:
    """What a person has to do about findings of laboratories, whoever keeps those, from a day to another."""
    return _lapses(_placed(due_between(first, last, person_id).subquery("lapse")).limit(MOST))


def _placed(found: Subquery) -> Select[Any]:
    return (
        select(found, Lab.code, Lab.name, Organisation.id, Organisation.name_vi, Organisation.name_en)
        .join(Lab, Lab.id == found.c.lab_id)
        .join(Organisation, Organisation.id == Lab.organisation_id)
        .order_by(found.c.day, Lab.code, found.c.kind, found.c.what)
    )


def _lapses(wanted: Select[Any]) -> list[Lapse]:
    return [_lapse(row) for row in db.session.execute(wanted)]


def _lapse(row: Row[Any]) -> Lapse:
    names: Mapping[str, str] = {"vi": row.name_vi, "en": row.name_en}
    return Lapse(row.kind, row.lab_id, row.code, row.name, row.id, names, row.what, row.day)
