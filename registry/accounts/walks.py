"""Walks over organisations, each a part of the statement that asks: down to whom they are over, up to who is over them.

Nothing is asked to make one, so that who may read what never costs a statement of its own.
"""

from collections.abc import Iterable
from functools import cache, lru_cache

from sqlalchemy import CTE, ColumnElement, Select, Subquery, case, func, or_, select, union_all
from sqlalchemy.orm import aliased

from registry.accounts.models import Organisation, OrganisationSuccession
from registry.accounts.rules import OrganisationKind


def below(own: Iterable[int], territorial: Iterable[int] = ()) -> CTE:
    """Organisations and the provinces of `territorial`, what is under them and what they took over, to any depth."""
    return _walk_below(frozenset(own), frozenset(territorial))


def above(ids: Iterable[int]) -> CTE:
    """Organisations, what is over them and who took over from these, to any depth."""
    return _walk_above(frozenset(ids))


@lru_cache(maxsize=64)  # one page asks for the same dozens of times
def _walk_below(own: frozenset[int], territorial: frozenset[int]) -> CTE:
    key = Organisation.__table__.c.id
    start = with_provinces(key.in_(sorted(own)), key.in_(sorted(territorial))) if territorial else _these(own)
    return walk(start, "upper", "lower")


@lru_cache(maxsize=64)
def _walk_above(ids: frozenset[int]) -> CTE:
    return walk(_these(ids), "lower", "upper")


@lru_cache(maxsize=64)
def elsewhere(ids: frozenset[int]) -> CTE:
    """What stands under ministries or provinces that are not over some organisations, and under none that is."""
    key, lines = Organisation.__table__.c.id, edges()
    near = case((key.in_(select(_walk_above(ids).c.id)), 1), else_=0).label("near")
    tops = Organisation.kind.in_((OrganisationKind.MINISTRY, OrganisationKind.PROVINCE))
    start = (
        select(key.label("id"), near).where(tops).cte(recursive=True)
    )  # both at once: planning two walks takes longer
    under = start.union(select(lines.c.lower, start.c.near).join(start, lines.c.upper == start.c.id))
    return select(under.c.id).group_by(under.c.id).having(func.max(under.c.near) == 0).cte()


def _these(ids: Iterable[int]) -> Select[int]:
    return select(Organisation.id).where(Organisation.id.in_(sorted(ids)))


def with_provinces(own: ColumnElement[bool], territorial: ColumnElement[bool]) -> Select[int]:
    """Organisations, and the provinces above others; of these, one outside any province is its own territory."""
    key, lines = Organisation.__table__.c.id, edges()
    start = select(key.label("start"), key.label("id")).where(territorial).cte(recursive=True)
    over = start.union(select(start.c.start, lines.c.upper).join(lines, lines.c.lower == start.c.id))
    provinces = select(over.c.start, over.c.id).join(
        Organisation, (Organisation.id == over.c.id) & (Organisation.kind == OrganisationKind.PROVINCE)
    )
    found = provinces.subquery()
    alone = select(key).where(territorial, key.not_in(select(found.c.start)))
    return select(key).where(or_(own, key.in_(select(found.c.id)), key.in_(alone)))


def walk(first: Select[int], begin: str, end: str) -> CTE:
    """From some organisations along `edges`, from the one end of each to the other, to any depth."""
    lines, start = edges(), first.cte(recursive=True)
    return start.union(select(lines.c[end]).join(start, lines.c[begin] == start.c.id))


@cache  # a part of nearly every statement, and slow to build
def edges() -> Subquery:
    """Who stands over whom: parents over children, successors over predecessors. The walk's UNION ends on cycles."""
    child, taken = aliased(Organisation), aliased(OrganisationSuccession)
    parents = select(child.parent_id.label("upper"), child.id.label("lower")).where(child.parent_id.is_not(None))
    return union_all(parents, select(taken.to_id, taken.from_id)).subquery()
