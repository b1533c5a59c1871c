"""Scopes as people look them up: the lines of a day, what they were before, and the decisions about them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import NotFound
from registry.kernel.i18n import _
from registry.labs.models import Lab, ScopeDecision, ScopeLine


def lines(lab: Lab, *, on: date | None) -> Sequence[ScopeLine]:
    """The lines of a scope by their places: those that held on a day; without one all there ever were."""
    wanted = _shown().where(ScopeLine.lab_id == lab.id)
    if on is not None:
        begun = or_(ScopeLine.valid_from.is_(None), ScopeLine.valid_from <= on)
        open_yet = or_(ScopeLine.valid_to.is_(None), ScopeLine.valid_to >= on)
        wanted = wanted.where(ScopeLine.corrected_at.is_(None), begun, open_yet)
    return db.session.scalars(wanted.order_by(ScopeLine.position, ScopeLine.id)).all()


def line(lab: Lab, key: int) -> ScopeLine:
    """A line of a scope; raises NotFound."""
    found = db.session.scalar(_shown().where(ScopeLine.lab_id == lab.id, ScopeLine.id == key))
    if found is None:
        raise NotFound(_("There is no line %(key)s in this scope.", key=key))
    return found


def decisions(lab: Lab, *, limit: int = paging.DEFAULT_LIMIT, cursor: str | None = None) -> paging.Page[ScopeDecision]:
    """The decisions about a scope, the newest first."""
    columns = ScopeDecision.__table__.c
    order = paging.Order((columns.effective_on, columns.id), descending=True)
    return paging.page(select(ScopeDecision).where(ScopeDecision.lab_id == lab.id), order, limit=limit, cursor=cursor)


def _shown() -> Select[ScopeLine]:
    return select(ScopeLine).options(joinedload(ScopeLine.decision), joinedload(ScopeLine.ended_by))
