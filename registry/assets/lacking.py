"""What a set lacks: the first of its components, at any level, that must not be used (ISO/IEC 17025, 6.4.9).

The rest of the set may be used without it, so that this limits the set and does not forbid it. What was withdrawn or
disposed of is lacked until it is taken out of the set, or the use of the set is limited since.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
)

from registry.assets.fitness import Lack
from registry.assets.law import is_bare
from registry.assets.models import Asset
from registry.assets.rules import CALLED_BACK, GONE, ON_THE_CLOCK, Proof, Status
from registry.kernel import clock
from registry.kernel.db import db
from registry.kernel.reads import Read, among

ABSENT = (Status.OUT_FOR_CALIBRATION, Status.QUARANTINED, Status.OUT_OF_SERVICE)
TAG = 11
FATE = "-"  # of what is gone
asset = cast("Table", Asset.__table__)


def said_lack(whole: Any) -> Any:  # noqa: ANN401 — a table, and a scalar subquery
    """The tag, fate and name of what the things of a statement lack, as one text, None where nothing; needs `today`."""
    part, piece = asset.alias("part"), asset.alias("piece")
    today: BindParameter[date] = bindparam("today", type_=Date)
    bad = or_(_is_unfit(part, today), and_(_is_gone(part), ~_is_done_without(part, whole)))
    lost = and_(_is_gone(piece), ~_is_done_without(piece, whole), ~_is_done_without(piece, part))
    said = case((bad, _told(part)), else_=_told(piece))
    wanted = select(said).join_from(part, piece, piece.c.parent_id == part.c.id, isouter=True)
    wanted = wanted.where(part.c.parent_id == whole.c.id, or_(bad, _is_unfit(piece, today), lost))
    return wanted.order_by(part.c.id, piece.c.id).limit(1).correlate(whole).scalar_subquery()


def read_lack(said: str | None) -> Lack | None:
    """What `said_lack` says."""
    return Lack(said[:TAG], said[TAG + 1 :], said[TAG] == FATE) if said is not None else None


def lacks_of(ids: Collection[int]) -> dict[int, Lack]:
    """What some sets lack today, by their keys, without those that lack nothing: one statement."""
    wanted = select(asset.c.id, said_lack(asset).label("lacks")).where(asset.c.id.in_(ids))
    found = db.session.execute(wanted, {"today": clock.today()})
    return {row.id: lack for row in found if (lack := read_lack(row.lacks)) is not None}


@lru_cache
def _sets(dialect: str) -> Read:
    return Read(select(asset.c.parent_id).where(among(asset.c.parent_id, "keys", dialect)).distinct())


@lru_cache
def _lacks(dialect: str) -> Read:
    return Read(select(asset.c.id, said_lack(asset).label("lacks")).where(among(asset.c.id, "keys", dialect)))


def lacks_among(keys: Sequence[int], dialect: str, today: date) -> dict[int, Lack]:
    """The same of the lines of a page, few of which are sets: one statement finds these, and another what they lack."""
    sets = [row[0] for row in _sets(dialect).rows(keys=keys)]
    found = _lacks(dialect).rows(keys=sets, today=today) if sets else []
    return {key: lack for key, said in found if (lack := read_lack(said)) is not None}


def lack_of(whole: Asset) -> Lack | None:
    """What a set lacks today; None of one that lacks nothing, and of what is no set."""
    wanted = select(said_lack(asset)).where(asset.c.id == whole.id)
    return read_lack(db.session.scalar(wanted, {"today": clock.today()}))


def _told(one: Any) -> ColumnElement[str]:  # noqa: ANN401 — an alias
    fate = case((_is_gone(one), literal_column(f"'{FATE}'")), else_=literal_column("'+'"))
    told: ColumnElement[str] = one.c.tag + fate + one.c.name
    return told


def _is_gone(one: Any) -> ColumnElement[bool]:  # noqa: ANN401 — an alias
    gone: ColumnElement[bool] = one.c.status.in_(_written(GONE))
    return gone


def _is_done_without(gone: Any, whole: Any) -> ColumnElement[bool]:  # noqa: ANN401 — an alias, and a table
    """Whether somebody limited the use of a set since a component of it went."""
    limited = whole.c.status.in_(_written([Status.LIMITED_USE]))
    return and_(limited, func.coalesce(gone.c.status_since_on, whole.c.status_since_on) <= whole.c.status_since_on)


def _is_unfit(one: Any, today: BindParameter[date]) -> ColumnElement[bool]:  # noqa: ANN401 — an alias
    in_use = one.c.status.in_(_written(ON_THE_CLOCK))
    overdue = and_(one.c.proof.in_(_written([Proof.GOOD])), one.c.due_on < today)
    failed = one.c.proof.in_(_written([Proof.FAILED]))
    by_record = and_(in_use, or_(failed, overdue, one.c.doubt.in_(_written(CALLED_BACK))), ~is_bare(one))
    return or_(one.c.status.in_(_written(ABSENT)), by_record)


def _written(values: Iterable[StrEnum]) -> list[ColumnElement[str]]:
    """Words written out: thirty parameters would cost a scan more than the database needs to look."""
    return [literal_column(f"'{value}'") for value in sorted(values)]
