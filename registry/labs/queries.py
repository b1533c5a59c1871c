"""Which laboratories there are. Everybody who is signed in may read them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, exists, select
from sqlalchemy.orm import joinedload, selectinload

from registry.accounts.models import Organisation
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import like_pattern, shown
from registry.labs.models import AccreditationSpan, Lab
from registry.labs.rules import Iso17025Status, LabOrder
from registry.labs.standing import Standing

_code, _name, _id = Lab.__table__.c.code, Lab.__table__.c.name, Lab.__table__.c.id
ORDERS: Mapping[LabOrder, paging.Order] = {
    LabOrder.CODE: paging.Order((_code,)),
    LabOrder.CODE_DOWN: paging.Order((_code,), descending=True),
    LabOrder.NAME: paging.Order((_name, _id)),
    LabOrder.NAME_DOWN: paging.Order((_name, _id), descending=True),
}


def labs() -> Select[Lab]:
    """Laboratories with everything that is shown of them, read afresh."""
    shows = joinedload(Lab.organisation, innerjoin=True), selectinload(Lab.accreditations), selectinload(Lab.scope)
    return select(Lab).options(*shows).execution_options(populate_existing=True)


def by_code(code: str, *, lock: bool = False) -> Lab:
    """A laboratory; raises NotFound. `lock` keeps others from changing it until the commit."""
    wanted = labs().where(Lab.code == code)
    found = db.session.scalar(wanted.with_for_update(of=Lab) if lock else wanted)
    if found is None:
        raise NotFound(_("There is no laboratory with the code “%(code)s”.", code=shown(code)))
    return found


def lab_field(code: str, field: str = "lab") -> Lab:
    """The laboratory a field refers to; raises Invalid beside that field."""
    found = db.session.scalar(select(Lab).where(Lab.code == code))
    if found is None:
        message = _(
            "There is no laboratory with the code “%(code)s”; choose one from the list of laboratories.",
            code=shown(code),
        )
        raise Invalid({field: [message]})
    return found


def page_of(
    *,
    limit: int = paging.DEFAULT_LIMIT,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
    sort: LabOrder = LabOrder.CODE,
    organisation: str | None = None,
    iso17025_status: Iso17025Status | None = None,
    accredited_on: date | None = None,
) -> paging.Page[Lab]:
    """Laboratories that answer to every filter; `accredited_on` asks for an accreditation in force on that day."""
    wanted = labs()
    if q:
        wanted = wanted.where(Lab.search.like(like_pattern(q), escape="\\"))
    if organisation is not None:
        wanted = wanted.where(Lab.organisation_id.in_(select(Organisation.id).where(Organisation.code == organisation)))
    if iso17025_status is not None:
        wanted = wanted.where(Lab.iso17025_status == iso17025_status)
    if accredited_on is not None:
        wanted = wanted.where(is_accredited_on(accredited_on))
    return paging.page(wanted, ORDERS[sort], limit=limit, cursor=cursor, count=count)


def is_accredited_on(day: date) -> ColumnElement[bool]:
    """The twin of `standing.accredited_on` for a laboratory in a select."""
    return exists().where(AccreditationSpan.lab_id == Lab.id, stood(Standing.IN_FORCE, day))


def stood(standing: Standing, day: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """The twin of `standing.standing_on` for a span in a select: it says how its accreditation stood on a day.

    The day may be a column, such as that of a calibration. Before the grant an accreditation has no span at all.
    """
    span = AccreditationSpan
    return and_(span.standing == standing, span.first_day <= day, span.last_day >= day)


def choices(*, limit: int = 500) -> Sequence[Lab]:
    """Laboratories to choose from, by name."""
    return db.session.scalars(select(Lab).order_by(Lab.name, Lab.id).limit(limit)).all()
