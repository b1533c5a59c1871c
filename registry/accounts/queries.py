"""Who exists, and whose records a person may read or change."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

from sqlalchemy import Integer, Select, case, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from registry.accounts import walks
from registry.accounts.models import ApiToken, Membership, Organisation, OrganisationSuccession, Person
from registry.accounts.rules import TERRITORIAL, OrganisationKind, Role, Verb, roles_allowing
from registry.kernel import paging
from registry.kernel.db import db
from registry.kernel.errors import Invalid, NotFound
from registry.kernel.i18n import _, said_day
from registry.kernel.reads import Read, among, dialect
from registry.kernel.text import like_pattern, shown

LOCAL: Final = frozenset({OrganisationKind.COMMUNE, OrganisationKind.DISTRICT})
MOST_STEPS: Final = 12  # more than any line of organisations has; a walk that counts steps has no other end


def organisations() -> Select[Organisation]:
    """Organisations with what their lines show, read afresh."""
    shows = (
        joinedload(Organisation.parent),
        selectinload(Organisation.successions).joinedload(OrganisationSuccession.successor),
    )
    return select(Organisation).options(*shows).execution_options(populate_existing=True)


def organisation_by_code(code: str) -> Organisation:
    """An organisation; raises NotFound."""
    found = db.session.scalar(organisations().where(Organisation.code == code))
    if found is None:
        raise NotFound(_("There is no organisation with the code “%(code)s”.", code=shown(code)))
    return found


def organisation_field(code: str, field: str = "owner") -> Organisation:
    """The organisation a field refers to; raises Invalid beside that field."""
    found = db.session.scalar(select(Organisation).where(Organisation.code == code))
    if found is None:
        message = _(
            "There is no organisation with the code “%(code)s”; choose one from the list of organisations.",
            code=shown(code),
        )
        raise Invalid({field: [message]})
    return found


def organisation_page(
    *,
    limit: int = 50,
    cursor: str | None = None,
    q: str | None = None,
    count: str | None = None,
    kind: OrganisationKind | None = None,
) -> paging.Page[Organisation]:
    """Organisations by name, the ones found by the folded search text."""
    wanted = organisations()
    if q:
        wanted = wanted.where(Organisation.search.like(like_pattern(q), escape="\\"))
    if kind:
        wanted = wanted.where(Organisation.kind == kind)
    order = paging.Order((Organisation.__table__.c.name_vi, Organisation.__table__.c.id))
    return paging.page(wanted, order, limit=limit, cursor=cursor, count=count)


def meant(typed: str, among: Select[Organisation], *, limit: int) -> Sequence[Organisation]:
    """Some organisations of which a code or name has what was typed as a part, those called just so first."""
    just_so = or_(
        func.lower(Organisation.code) == typed.lower(), Organisation.name_vi == typed, Organisation.name_en == typed
    )
    wanted = among.where(Organisation.search.like(like_pattern(typed), escape="\\"))
    wanted = wanted.order_by(case((just_so, 0), else_=1), Organisation.name_vi, Organisation.id)
    return db.session.scalars(wanted.limit(limit)).all()


def organisation_choices(person: Person, verb: Verb, on: date, *, limit: int = 500) -> Sequence[Organisation]:
    """The living organisations a person may act for, by name."""
    roles = roles_allowing(verb)
    starts = {membership.organisation_id for membership in person.memberships if membership.role in roles}
    living = (Organisation.valid_to.is_(None)) | (Organisation.valid_to >= on)
    wanted = select(Organisation).where(living).order_by(Organisation.name_vi).limit(limit)
    if not is_admin(person):
        wanted = wanted.where(Organisation.id.in_(select(walks.below(starts).c.id)))
    return db.session.scalars(wanted).all()


def predecessors(organisation: Organisation) -> Sequence[OrganisationSuccession]:
    """What this organisation took over, oldest first."""
    wanted = (
        select(OrganisationSuccession)
        .filter_by(to_id=organisation.id)
        .options(joinedload(OrganisationSuccession.predecessor))
    )
    return db.session.scalars(wanted.order_by(OrganisationSuccession.on)).all()


def parents(organisation: Organisation) -> list[Organisation]:
    """The organisations over one, from the top down."""
    line: list[Organisation] = []
    step = organisation.parent
    while step is not None and step not in line:
        line.insert(0, step)
        step = step.parent
    return line


def children(organisation: Organisation, *, limit: int = 200) -> Sequence[Organisation]:
    """The organisations right below one, by name."""
    wanted = select(Organisation).filter_by(parent_id=organisation.id).order_by(Organisation.name_vi).limit(limit)
    return db.session.scalars(wanted).all()


def successor(organisation: Organisation, on: date) -> Organisation:
    """Who answers for an organisation on a day: itself, or the end of its line of successions up to that day."""
    seen = {organisation.id}
    while True:
        step = select(OrganisationSuccession).where(
            OrganisationSuccession.from_id == organisation.id, OrganisationSuccession.on <= on
        )
        found = db.session.scalar(step.order_by(OrganisationSuccession.on.desc()).limit(1))
        if found is None or found.to_id in seen:
            return organisation
        organisation = found.successor
        seen.add(organisation.id)


def check_stood(organisation: Organisation, on: date, field: str) -> None:
    """Raise Invalid beside a field for a body that had ended before a day, naming who answers for it then."""
    ended = organisation.valid_to
    if ended is None or ended >= on:
        return
    now = successor(organisation, on)
    if now.id == organisation.id:
        message = _("%(name)s ended on %(day)s; choose another body.", name=organisation.name, day=said_day(ended))
    else:
        message = _(
            "%(name)s ended on %(day)s; choose %(successor)s (%(code)s), which took over from it.",
            name=organisation.name,
            day=said_day(ended),
            successor=now.name,
            code=now.code,
        )
    raise Invalid({field: [message]})


def leads_to(organisation: Organisation, other: Organisation) -> bool:
    """Whether an organisation is another or was succeeded by it, by any line of successions on any day."""
    taken = OrganisationSuccession
    line = select(Organisation.id).where(Organisation.id == organisation.id).cte(recursive=True)
    line = line.union(select(taken.to_id).join(line, taken.from_id == line.c.id))
    return bool(db.session.scalar(select(exists().where(line.c.id == other.id))))


def code_taken(code: str) -> str | None:
    """The code of an organisation that differs from a code at most in the case of its letters."""
    return db.session.scalar(select(Organisation.code).where(func.lower(Organisation.code) == code.lower()).limit(1))


def person_by_email(email: str) -> Person:
    """A person; raises NotFound."""
    found = db.session.scalar(select(Person).where(Person.email == email.strip().casefold()))
    if found is None:
        raise NotFound(_("There is no person with the e-mail address “%(email)s”.", email=shown(email)))
    return found


def person_by_key(key: int) -> Person:
    """A person; raises NotFound."""
    found = db.session.get(Person, key)
    if found is None:
        raise NotFound(_("There is no such person."))
    return found


def people() -> Sequence[Person]:
    """Everybody who can sign in, by name; an installation has hundreds, not millions."""
    return db.session.scalars(select(Person).order_by(Person.name, Person.id).limit(1000)).all()


def tokens_of(person: Person) -> Sequence[ApiToken]:
    """A person's API tokens that still work, newest first."""
    return db.session.scalars(
        select(ApiToken).filter_by(person_id=person.id, revoked_at=None).order_by(ApiToken.id.desc())
    ).all()


def has_people() -> bool:
    """Whether anybody can sign in at all."""
    return bool(db.session.scalar(select(func.count()).select_from(select(Person.id).limit(1).subquery())))


def reach(person: Person) -> Select[int] | None:
    """Ids of the organisations whose records a person may read; None means all of them.

    A technician or manager reads their own organisations and what is below; an inspector or planner the whole
    province. Both include what was taken over from predecessors.
    """
    if is_admin(person):
        return None
    own, territorial = _held(person)
    return select(walks.below(own, territorial).c.id)


def reached(person: Person) -> list[int] | None:
    """`reach` worked out, for statements that are compiled once."""
    if is_admin(person):
        return None
    own, territorial = _held(person)
    rows = _reached(dialect()).rows(own=sorted(own), territorial=sorted(territorial))
    return [key for (key,) in rows]


@lru_cache
def _reached(dialect: str) -> Read:
    """The walk of `reach` with its organisations as parameters."""
    key = Organisation.__table__.c.id
    start = walks.with_provinces(among(key, "own", dialect), among(key, "territorial", dialect))
    return Read(select(walks.walk(start, "upper", "lower").c.id))


def territory(person: Person) -> Select[int] | None:
    """Ids of every organisation of the person's provinces, whatever the role; None means all of them."""
    if is_admin(person):
        return None
    return select(walks.below((), {membership.organisation_id for membership in person.memberships}).c.id)


def acting(person: Person, verb: Verb) -> Select[int]:
    """Ids of the organisations where a person's roles allow something, of those under them and what they took over.

    Unlike in `may`, an administrator's role counts where it is held: this is whom a person works for.
    """
    held = {membership.organisation_id for membership in person.memberships if membership.role in roles_allowing(verb)}
    return select(walks.below(held).c.id)


def inspects(person: Person) -> bool:
    """Whether a person is an inspector anywhere."""
    return any(membership.role is Role.INSPECTOR for membership in person.memberships)


def inspected(person: Person) -> Select[int]:
    """Ids of every organisation of the provinces that a person inspects; none for who is no inspector."""
    held = {membership.organisation_id for membership in person.memberships if membership.role is Role.INSPECTOR}
    return select(walks.below((), held).c.id)


def oversees(person: Person, verb: Verb, organisation_id: int) -> bool:
    """Whether an organisation lies in a province in which a role of a person allows something."""
    if is_admin(person):
        return Role.ADMIN in roles_allowing(verb)
    held = {membership.organisation_id for membership in person.memberships if membership.role in roles_allowing(verb)}
    theirs = select(Organisation.id).where(
        Organisation.id == organisation_id, Organisation.id.in_(select(walks.below((), held).c.id))
    )
    return bool(held) and db.session.scalar(theirs) is not None


def workers(organisation_id: int, verb: Verb, *, limit: int = 200) -> Sequence[Person]:
    """Who may do something for an organisation by a role there, over it or in a successor of these, by name."""
    wanted = (
        select(Person)
        .where(
            Person.active,
            Person.id.in_(
                select(Membership.person_id).where(
                    Membership.organisation_id.in_(over(organisation_id)), Membership.role.in_(roles_allowing(verb))
                )
            ),
        )
        .order_by(Person.name, Person.id)
        .limit(limit)
    )
    return db.session.scalars(wanted).all()


def below(organisation_id: int) -> Select[int]:
    """Ids of an organisation, of those under it and of what they took over."""
    return select(walks.below({organisation_id}).c.id)


def over(*organisation_ids: int) -> Select[int]:
    """Ids of organisations, of those over them and of who took over from these."""
    return select(walks.above(organisation_ids).c.id)


def elsewhere(ids: Iterable[int]) -> Select[int]:
    """Ids of what stands under ministries or other provinces, and not under those of some organisations too."""
    return select(walks.elsewhere(frozenset(ids)).c.id)


def may(person: Person, verb: Verb, organisation_id: int | None) -> bool:
    """Whether a person may do this for an organisation: by a role there, above it, or in a successor of these.

    Without an organisation the question is whether they may do it anywhere.
    """
    held = {membership.organisation_id for membership in person.memberships if membership.role in roles_allowing(verb)}
    if not held or is_admin(person):
        return bool(held)
    if organisation_id is None or organisation_id in held:
        return True
    return bool(held & set(db.session.scalars(select(walks.above({organisation_id}).c.id))))


def acts_for(person: Person, verb: Verb, ids: Iterable[int]) -> set[int]:
    """Those of some organisations for which a person may do this, found at once."""
    wanted = set(ids)
    held = {membership.organisation_id for membership in person.memberships if membership.role in roles_allowing(verb)}
    if not held or is_admin(person):
        return wanted if held else set()
    reached = Organisation.id.in_(select(walks.below(held).c.id))
    theirs = select(Organisation.id).where(Organisation.id.in_(wanted), reached)
    return set(db.session.scalars(theirs))


def is_admin(person: Person) -> bool:
    """Whether somebody is an administrator, wherever."""
    return any(membership.role is Role.ADMIN for membership in person.memberships)


def _held(person: Person) -> tuple[set[int], set[int]]:
    """The organisations of a person's roles: those that reach what is below them, and those that reach a province."""
    territorial = {membership.organisation_id for membership in person.memberships if membership.role in TERRITORIAL}
    own = {membership.organisation_id for membership in person.memberships if membership.role not in TERRITORIAL}
    return own, territorial


def nearest(role: Role, ids: Collection[int]) -> dict[int, list[str]]:
    """Who holds a role for each of some organisations, by name: in it, or else in the nearest one over it."""
    edges = walks.edges()
    far = literal(0, Integer).label("far")
    line = select(Organisation.id.label("start"), Organisation.id.label("id"), far)
    walk = line.where(Organisation.id.in_(sorted(ids))).cte(recursive=True)
    upwards = select(walk.c.start, edges.c.upper, walk.c.far + 1).join(edges, edges.c.lower == walk.c.id)
    walk = walk.union(upwards.where(walk.c.far < MOST_STEPS))
    held = (
        select(walk.c.start, Person.name, func.min(walk.c.far).label("far"))
        .join(Membership, Membership.organisation_id == walk.c.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role == role, Person.active)
        .group_by(walk.c.start, Person.id, Person.name)
        .order_by("far", Person.name)
    )
    found: dict[int, tuple[int, list[str]]] = {}
    for start, name, steps in db.session.execute(held) if ids else ():
        least, names = found.setdefault(start, (steps, []))
        if steps == least:
            names.append(name)
    return {start: names for start, (_least, names) in found.items()}


def nearness(organisation_id: int, ids: Collection[int]) -> dict[int, int]:
    """How near other organisations are by administrative unit, which is no distance on the road. One statement.

    0 it itself; 1 in the same commune or district, or right over or under it; 2 in the same province; 3 elsewhere, or
    not known.
    """
    edges = walks.edges()
    far = literal(0, Integer).label("far")
    start = select(Organisation.id.label("start"), Organisation.id.label("id"), far)
    walk = start.where(Organisation.id.in_(sorted({organisation_id, *ids}))).cte(recursive=True)
    upwards = select(walk.c.start, edges.c.upper, walk.c.far + 1).join(edges, edges.c.lower == walk.c.id)
    walk = walk.union(upwards.where(walk.c.far < MOST_STEPS))
    wanted = select(walk.c.start, walk.c.id, walk.c.far, Organisation.kind).join(
        Organisation, Organisation.id == walk.c.id
    )
    over: dict[int, dict[int, int]] = {}
    kinds: dict[int, OrganisationKind] = {}
    for begun, key, steps, kind in db.session.execute(wanted) if ids else ():
        held = over.setdefault(begun, {})
        held[key], kinds[key] = min(steps, held.get(key, steps)), kind
    own = over.get(organisation_id, {})
    found = {}
    for key in ids:
        theirs = over.get(key, {})
        shared = {kinds[one] for one in theirs.keys() & own.keys()}
        is_right_over = theirs.get(organisation_id) == 1 or own.get(key) == 1
        near = 1 if shared & LOCAL or is_right_over else 2 if OrganisationKind.PROVINCE in shared else 3
        found[key] = 0 if key == organisation_id else near
    return found


def members(organisation: Organisation) -> Sequence[Membership]:
    """Who has a role in an organisation."""
    wanted = select(Membership).filter_by(organisation_id=organisation.id).join(Membership.person).order_by(Person.name)
    return db.session.scalars(wanted).all()
