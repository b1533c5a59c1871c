"""Which laboratories there are. Everybody who is signed in may read them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, cast

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from registry.accounts.models import Organisation, OrganisationSuccession
from registry.accounts.places import lying_in
from registry.kernel import clock, paging
from registry.kernel.db import db
from registry.kernel.entities import columns, current, parts
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _
from registry.kernel.text import like_pattern, shown
from registry.labs.journey import Step
from registry.labs.models import (
    Accreditation,
    AccreditationDecision,
    AccreditationSpan,
    Lab,
    LabKindRow,
    LabStep,
    Recognition,
    ScopeLine,
)
from registry.labs.rules import Holding, Iso17025Status, LabKind, LabOrder
from registry.labs.scope.remarks import Ceased
from registry.labs.standing import DAY, Standing

_code, _name, _id = Lab.__table__.c.code, Lab.__table__.c.name, Lab.__table__.c.id
ORDERS: Mapping[LabOrder, paging.Order] = {
    LabOrder.CODE: paging.Order((_code,)),
    LabOrder.CODE_DOWN: paging.Order((_code,), descending=True),
    LabOrder.NAME: paging.Order((_name, _id)),
    LabOrder.NAME_DOWN: paging.Order((_name, _id), descending=True),
}
PAPERS: Final = (Lab, Accreditation, AccreditationDecision)
lab, accreditation, decision = (cast("Table", kind.__table__) for kind in PAPERS)
SETTLED: Final = (
    select(*columns(*PAPERS))
    .join_from(lab, accreditation, accreditation.c.lab_id == lab.c.id, isouter=True)
    .join(decision, decision.c.accreditation_id == accreditation.c.id, isouter=True)
    .where(lab.c.id == bindparam("key"))
    .order_by(accreditation.c.granted_on, accreditation.c.id, decision.c.id)
)


def labs() -> Select[Lab]:
    """Laboratories with everything that is shown of them, read afresh."""
    lists = (Lab.accreditations, Lab.scope, Lab.kind_rows, Lab.sites, Lab.recognitions, Lab.steps)
    shows = joinedload(Lab.organisation, innerjoin=True), *map(selectinload, lists)
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


def code_taken(code: str) -> str | None:
    """The code of a laboratory that differs from a code at most in the case of its letters."""
    return db.session.scalar(select(Lab.code).where(func.lower(Lab.code) == code.lower()).limit(1))


def named(said: str) -> Lab | None:
    """The laboratory of a name or a code as somebody wrote it; None where there is none, or several of that name."""
    wanted = select(Lab).where(or_(Lab.code == said, Lab.name == said)).order_by(Lab.code != said).limit(2)
    found = db.session.scalars(wanted).all()
    return found[0] if found and (len(found) == 1 or found[0].code == said) else None


def confirmed_elsewhere(lab: Lab, numbers: Collection[str]) -> Sequence[tuple[str, str, str]]:
    """Body, number and laboratory of confirmed accreditations of other laboratories that have one of some numbers."""
    spelt = {text for number in numbers for text in (number, number.upper(), number.lower())}
    wanted = (
        select(Accreditation.body, Accreditation.number, Lab.name)
        .join(Lab, Lab.id == Accreditation.lab_id)
        .where(Accreditation.number.in_(spelt), Accreditation.confirmed_at.is_not(None), Accreditation.lab_id != lab.id)
    )
    return [(body, number, name) for body, number, name in db.session.execute(wanted)] if spelt else []


def held_elsewhere(lab: Lab) -> Mapping[int, str]:
    """By the keys of accreditations of a laboratory: which others hold one of the same body and number, by name."""
    numbers = {held.number for held in lab.accreditations}
    spelt = {text for number in numbers for text in (number, number.upper(), number.lower())}
    wanted = select(Accreditation.body, Accreditation.number, Lab.name).join(Lab, Lab.id == Accreditation.lab_id)
    wanted = wanted.where(Accreditation.number.in_(sorted(spelt)), Accreditation.lab_id != lab.id).order_by(Lab.name)
    found: dict[tuple[str, str], list[str]] = {}
    for body, number, name in db.session.execute(wanted) if spelt else ():
        found.setdefault((body.casefold(), number.casefold()), []).append(name)
    keys = ((held.id, (held.body.casefold(), held.number.casefold())) for held in lab.accreditations)
    return {key: ", ".join(dict.fromkeys(found[paper])) for key, paper in keys if paper in found}


def held_still(keys: Collection[int]) -> None:
    """Keep others from changing laboratories until the commit; whoever is changing one is waited for first."""
    if db.session.get_bind().dialect.name != "sqlite":  # where who writes is alone anyway
        wanted = select(Lab.id).where(Lab.id.in_(sorted(keys))).order_by(Lab.id)
        db.session.execute(wanted.with_for_update(read=True)).all()


def settled(key: int) -> Lab:
    """A laboratory with its accreditations as they are once nobody is changing it, which nobody does until the commit.

    What is judged by it is so by all that is decided before, and found by whoever decides after.
    """
    held_still([key])
    rows = [tuple(parts(row, *PAPERS)) for row in db.session.execute(SETTLED, {"key": key})]
    held = {paper["id"]: paper for _lab, paper, _decided in rows if paper["id"] is not None}
    decided: dict[int, list[AccreditationDecision]] = {one: [] for one in held}
    for _lab, paper, decision in rows:
        if decision["id"] is not None:
            decided[paper["id"]].append(current(AccreditationDecision, decision))
    papers = [current(Accreditation, paper, decisions=decided[one]) for one, paper in held.items()]
    return current(Lab, rows[0][0], accreditations=papers)


def before(labs: Collection[Lab], *, fresh: bool = False) -> Mapping[int, Sequence[tuple[Lab, date]]]:
    """By the keys of laboratories: those of the organisations that theirs took over from, and on which day.

    A day is the first one on which a laboratory, or one that took over from it, was no longer what it had been. They
    are read anew where they shall be `fresh`.
    """
    starts = sorted({lab.organisation_id for lab in labs})
    over = db.session.execute(_taken_over(), {"starts": starts}).all()
    if not over:
        return {}
    shows = selectinload(Lab.accreditations), selectinload(Lab.scope), selectinload(Lab.recognitions)
    wanted = select(Lab).where(Lab.organisation_id.in_({row[1] for row in over})).options(*shows).order_by(Lab.id)
    wanted = wanted.execution_options(populate_existing=fresh)
    theirs: dict[int, list[Lab]] = {}
    for lab in db.session.scalars(wanted):
        theirs.setdefault(lab.organisation_id, []).append(lab)
    taken_over = {
        start: [(lab, on) for begun, key, on in over if begun == start for lab in theirs.get(key, ())]
        for start in starts
    }
    return {lab.id: taken_over[lab.organisation_id] for lab in labs}


def ceased(keys: Collection[int]) -> Mapping[int, Ceased]:
    """The last days of the organisations of some laboratories, of those that have one, and who took over: by lab."""
    heir, taken = aliased(Organisation), OrganisationSuccession
    wanted = (
        select(Lab.id, Organisation.valid_to, taken.on, heir)
        .join(Organisation, Organisation.id == Lab.organisation_id)
        .outerjoin(taken, taken.from_id == Organisation.id)
        .outerjoin(heir, heir.id == taken.to_id)
        .where(Lab.id.in_(sorted(keys)), or_(Organisation.valid_to.is_not(None), taken.id.is_not(None)))
        .order_by(Lab.id, taken.on, taken.id)
    )
    found: dict[int, Ceased] = {}
    for key, last_day, on, successor in db.session.execute(wanted):
        known = found.get(key) or Ceased(last_day or on - DAY, ())
        heirs = [one.name for one in filter(None, [successor])]  # none of an outer join
        found[key] = known._replace(heirs=[*known.heirs, *heirs])
    return found


@cache  # asked at every issue, and slow to build
def _taken_over() -> Select[int, int, date]:
    key, taken = Organisation.__table__.c.id, OrganisationSuccession.__table__
    start = select(key.label("start"), key.label("id"), literal(date.max).label("on"))
    walk = start.where(key.in_(bindparam("starts", expanding=True))).cte("walk", recursive=True)
    earlier = case((taken.c.on < walk.c.on, taken.c.on), else_=walk.c.on)
    walk = walk.union(select(walk.c.start, taken.c.from_id, earlier).join(walk, taken.c.to_id == walk.c.id))
    ends = select(walk.c.start, walk.c.id, func.max(walk.c.on)).where(walk.c.id != walk.c.start)
    return ends.group_by(walk.c.start, walk.c.id)


def heirs(key: int) -> Sequence[int]:
    """The keys of laboratories of the organisations that took over from that of a laboratory, whenever they did."""
    taken = OrganisationSuccession
    walk = select(taken.to_id).join(Lab, Lab.organisation_id == taken.from_id).where(Lab.id == key).cte(recursive=True)
    walk = walk.union(select(taken.to_id).join(walk, taken.from_id == walk.c.to_id))
    return db.session.scalars(select(Lab.id).where(Lab.organisation_id.in_(select(walk.c.to_id)))).all()


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
    kind: LabKind | None = None,
    body: str | None = None,
    holding: Holding | None = None,
    on: date | None = None,
    lapses_before: date | None = None,
    unconfirmed: str | None = None,
    commune: str | None = None,
) -> paging.Page[Lab]:
    """Laboratories that answer to every filter; `accredited_on` asks for an accreditation in force on that day."""
    day = on or clock.today()
    wanted = labs()
    if q:
        wanted = wanted.where(Lab.search.like(like_pattern(q), escape="\\"))
    wanted = wanted.where(*_belonging(organisation, commune))
    if iso17025_status is not None:
        wanted = wanted.where(has_declared(iso17025_status, clock.today()))
    if accredited_on is not None:
        wanted = wanted.where(is_accredited_on(accredited_on))
    if kind is not None:
        wanted = wanted.where(Lab.id.in_(select(LabKindRow.lab_id).where(LabKindRow.kind == kind)))
    if body is not None:
        wanted = wanted.where(held_of(body, day))
    if holding is not None:
        wanted = wanted.where(holds(holding, day))
    if lapses_before is not None:
        wanted = wanted.where(lapses(clock.today(), lapses_before))
    if unconfirmed is not None:
        wanted = wanted.where(has_unconfirmed())
    return paging.page(wanted, ORDERS[sort], limit=limit, cursor=cursor, count=count)


def _belonging(organisation: str | None, commune: str | None) -> Iterator[ColumnElement[bool]]:
    if organisation is not None:
        yield Lab.organisation_id.in_(select(Organisation.id).where(Organisation.code == organisation))
    if commune is not None:
        yield Lab.organisation_id.in_(lying_in(commune))


def is_accredited_on(day: date) -> ColumnElement[bool]:
    """The twin of `standing.accredited_on` for a laboratory in a select."""
    return is_in_force(Lab.id, day)


def is_in_force(lab_id: Any, day: date) -> ColumnElement[bool]:  # noqa: ANN401 — a column
    """That an accreditation of a laboratory is in force on a day, and no other one suspended that goes before it."""
    span, other = aliased(AccreditationSpan), aliased(AccreditationSpan)
    in_force = exists().where(span.lab_id == lab_id, stood(Standing.IN_FORCE, day, span))
    suspended = exists().where(other.lab_id == span.lab_id, stood(Standing.SUSPENDED, day, other), other.confirmed)
    return in_force.where(or_(span.confirmed, ~suspended))


def has_declared(status: Iso17025Status, day: date) -> ColumnElement[bool]:
    """The twin of `journey.declared_on` for a laboratory in a select."""
    accredited = is_accredited_on(day)
    if status is Iso17025Status.ACCREDITED:
        return accredited
    latest = select(LabStep.step).where(LabStep.lab_id == Lab.id, LabStep.on <= day)
    latest = latest.order_by(LabStep.on.desc(), LabStep.id.desc()).limit(1)
    stepped = exists().where(LabStep.lab_id == Lab.id, LabStep.on <= day)
    said = [Iso17025Status.NONE, Iso17025Status.ACCREDITED] if status is Iso17025Status.NONE else [status]
    declared = or_(latest.scalar_subquery() == Step(status.value), and_(~stepped, Lab.iso17025_status.in_(said)))
    return and_(~accredited, declared)


def held_of(body: str, day: date) -> ColumnElement[bool]:
    """That a laboratory holds an accreditation of a body that lives on a day; the body by name, in any case."""
    of_body = func.lower(Accreditation.body) == body.lower()
    span = AccreditationSpan
    living = and_(
        span.first_day <= day, span.last_day >= day, span.standing.in_((Standing.IN_FORCE, Standing.SUSPENDED))
    )
    return exists().where(
        Accreditation.lab_id == Lab.id,
        of_body,
        span.accreditation_id == Accreditation.id,
        span.lab_id == Lab.id,
        living,
    )


def holds(holding: Holding, day: date) -> ColumnElement[bool]:
    """Whether laboratories hold an accreditation to ISO/IEC 17025 on a day, by the best of theirs."""
    in_force = is_accredited_on(day)
    suspended = exists().where(AccreditationSpan.lab_id == Lab.id, stood(Standing.SUSPENDED, day))
    span = AccreditationSpan
    ever = exists().where(span.lab_id == Lab.id, span.is_of_competence, span.first_day <= day)
    return {
        Holding.IN_FORCE: in_force,
        Holding.SUSPENDED: and_(suspended, ~in_force),
        Holding.LAPSED: and_(ever, ~in_force, ~suspended),
        Holding.NONE: ~ever,
    }[holding]


def lapses(since: date, before: date) -> ColumnElement[bool]:
    """That an accreditation or recognition of a laboratory has its last day between two days, the second left out."""
    span = AccreditationSpan
    living = span.standing.in_((Standing.IN_FORCE, Standing.SUSPENDED))
    ends = exists().where(
        Accreditation.lab_id == Lab.id,
        Accreditation.valid_until >= since,
        Accreditation.valid_until < before,
        span.accreditation_id == Accreditation.id,
        living,
        span.last_day == Accreditation.valid_until,
    )
    recognised = exists().where(
        Recognition.lab_id == Lab.id,
        Recognition.valid_until >= since,
        Recognition.valid_until < before,
        Recognition.ended_on.is_(None),
    )
    return or_(ends, recognised)


def has_unconfirmed() -> ColumnElement[bool]:
    """That a laboratory in a select states something that nobody has confirmed."""
    decided = exists().where(
        Accreditation.lab_id == Lab.id,
        AccreditationDecision.accreditation_id == Accreditation.id,
        AccreditationDecision.annulled_at.is_(None),
        AccreditationDecision.confirmed_at.is_(None),
    )
    return or_(
        exists().where(Accreditation.lab_id == Lab.id, Accreditation.confirmed_at.is_(None)),
        decided,
        exists().where(Recognition.lab_id == Lab.id, Recognition.confirmed_at.is_(None)),
        exists().where(
            ScopeLine.lab_id == Lab.id,
            ScopeLine.confirmed_at.is_(None),
            ScopeLine.corrected_at.is_(None),
            or_(ScopeLine.valid_to.is_(None), ScopeLine.valid_to >= clock.today()),
        ),
    )


def stood(
    standing: Standing, day: date | SQLColumnExpression[date], span: type[AccreditationSpan] = AccreditationSpan
) -> ColumnElement[bool]:
    """The twin of `standing.standing_on` for a span in a select: it says how its accreditation stood on a day.

    Only accreditations to ISO/IEC 17025 count. The day may be a column, such as that of a calibration. Before the grant
    an accreditation has no span at all.
    """
    return and_(span.standing == standing, span.is_of_competence, span.first_day <= day, span.last_day >= day)


def choices(*, limit: int = 500) -> Sequence[Lab]:
    """Laboratories to choose from, by name."""
    return db.session.scalars(select(Lab).order_by(Lab.name, Lab.id).limit(limit)).all()
