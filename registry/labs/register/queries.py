"""What the public register says of laboratories: today's standing and scope, and nothing that is private."""

from datetime import date

from sqlalchemy import exists, select

from registry.kernel import paging
from registry.kernel.text import like_pattern
from registry.labs import queries as labs
from registry.labs.models import Lab, LabKindRow
from registry.labs.rules import Holding, LabKind

NAME = paging.Order((Lab.__table__.c.name, Lab.__table__.c.id))


def page_of(
    *,
    today: date,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    count: str | None = None,
    q: str | None = None,
    kind: LabKind | None = None,
    body: str | None = None,
    holding: Holding | None = None,
) -> paging.Page[Lab]:
    """Laboratories by name that answer to every filter as of today."""
    wanted = labs.labs()
    if q:
        wanted = wanted.where(Lab.search.like(like_pattern(q), escape="\\"))
    if kind is not None:
        wanted = wanted.where(
            exists(select(LabKindRow.lab_id).where(LabKindRow.lab_id == Lab.id, LabKindRow.kind == kind))
        )
    if body is not None:
        wanted = wanted.where(labs.held_of(body, today))
    if holding is not None:
        wanted = wanted.where(labs.holds(holding, today))
    return paging.page(wanted, NAME, limit=limit, cursor=cursor, count=count)
