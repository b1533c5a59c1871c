"""What changes organisations, people and how they prove who they are."""

import secrets
from datetime import date
from functools import cache
from typing import cast

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import CursorResult, delete, exists, select, update
from sqlalchemy.exc import IntegrityError

from registry.accounts import attempts, followers, queries
from registry.accounts.models import (
    ApiToken,
    Invitation,
    Membership,
    Organisation,
    OrganisationSuccession,
    Person,
    SigninSession,
)
from registry.accounts.permissions import require
from registry.accounts.rules import (
    INVITATION_LIFE,
    MAX_PASSWORD,
    SESSION_LIFE,
    OrganisationKind,
    Role,
    SuccessionKind,
    Verb,
    bare,
    check_life,
    check_password,
    digest,
)
from registry.kernel import audit, clock
from registry.kernel.db import db, one_at_a_time
from registry.kernel.errors import Conflict, Invalid, NotFound
from registry.kernel.i18n import _, said_day
from registry.kernel.text import is_whole, search_text, shown

READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter looks like a digit; twenty of them are 98 bits
TREE = "organisation tree"  # two changes that are harmless alone can close a loop together
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def add_organisation(
    *,
    code: str,
    name_vi: str,
    name_en: str,
    kind: OrganisationKind,
    parent: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: Person | None,
) -> Organisation:
    """Add an organisation; the code is free, the parent exists."""
    above = queries.organisation_field(parent, "parent") if parent else None
    require(by, Verb.ORGANISATION_WRITE, above.id if above else None)
    check_life(valid_from, valid_to)
    return _added(
        Organisation(
            code=code,
            name_vi=name_vi,
            name_en=name_en,
            kind=kind,
            parent_id=above.id if above else None,
            valid_from=valid_from,
            valid_to=valid_to,
            search=search_text(code, name_vi, name_en),
        ),
        by=by,
    )


def add_enterprise(*, code: str, name_vi: str, name_en: str, parent: str, by: Person | None) -> Organisation:
    """Add an enterprise under a body of the person's own province; the code is free."""
    require(by, Verb.ENTERPRISE_WRITE)
    above = queries.organisation_field(parent, "parent")
    if by is not None:
        queries.check_stood(above, clock.today(), "parent")
    territory = queries.territory(by) if by is not None else None
    inside = select(Organisation.id).where(Organisation.id == above.id)
    if territory is not None and db.session.scalar(inside.where(Organisation.id.in_(territory))) is None:
        raise Invalid({"parent": [_("“%(code)s” is not in your province.", code=shown(parent))]})
    return _added(
        Organisation(
            code=code,
            name_vi=name_vi,
            name_en=name_en,
            kind=OrganisationKind.ENTERPRISE,
            parent_id=above.id,
            search=search_text(code, name_vi, name_en),
        ),
        by=by,
    )


def _added(row: Organisation, *, by: Person | None) -> Organisation:
    changes = audit.changes_of(row)
    one_at_a_time("organisation codes")
    if held := queries.code_taken(row.code):
        message = _(
            "An organisation with the code “%(code)s” exists already; choose another code or edit that one.", code=held
        )
        raise Conflict(message, errors={"code": [message]})
    db.session.add(row)
    db.session.flush()
    audit.record("organisation.add", ("organisation", row.code), changes, by=by)
    return row


def edit_organisation(
    organisation: Organisation,
    *,
    name_vi: str | None = None,
    name_en: str | None = None,
    kind: OrganisationKind | None = None,
    parent: str | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    by: Person | None,
) -> Organisation:
    """Change what is given of an organisation; its code stays."""
    require(by, Verb.ORGANISATION_WRITE, organisation.id)
    above = _checked_parent(organisation, parent) if parent is not None else None
    given = {"name_vi": name_vi, "name_en": name_en, "kind": kind, "valid_from": valid_from, "valid_to": valid_to}
    for field, value in given.items():
        if value is not None:
            setattr(organisation, field, value)
    if above is not None:
        organisation.parent_id = above.id
    check_life(organisation.valid_from, organisation.valid_to)
    organisation.search = search_text(organisation.code, organisation.name_vi, organisation.name_en)
    audit.record("organisation.edit", ("organisation", organisation.code), audit.changes_of(organisation), by=by)
    db.session.flush()
    return organisation


def succeed(
    *, code: str, successor: str, on: date, kind: SuccessionKind, source: str | None = None, by: Person | None
) -> OrganisationSuccession:
    """Record that from a date on one organisation answers for another."""
    old, new = queries.organisation_field(code, "code"), queries.organisation_field(successor, "successor")
    require(by, Verb.ORGANISATION_WRITE, new.id)
    one_at_a_time(TREE)
    if queries.leads_to(new, old):
        raise Invalid({"successor": [_("An organisation cannot succeed itself, not even through others.")]})
    known = db.session.scalar(select(OrganisationSuccession).filter_by(from_id=old.id, to_id=new.id))
    if known is not None:
        raise Conflict(_("This succession is recorded already, from %(on)s.", on=said_day(known.on)))
    row = OrganisationSuccession(from_id=old.id, to_id=new.id, on=on, kind=kind, source=source)
    db.session.add(row)
    changes: audit.Changes = {"successor": [None, new.code], "on": [None, on], "kind": [None, kind]}
    audit.record("organisation.succeed", ("organisation", old.code), changes, by=by)
    db.session.flush()
    followers.tell(old.id)
    return row


def add_person(
    *, email: str, name: str, role: Role, organisation: str, locale: str = "vi", by: Person | None
) -> tuple[Person, str]:
    """Add somebody with a first role; gives the person and a one-time sign-in secret, shown once."""
    where = queries.organisation_field(organisation, "organisation")
    require(by, Verb.PERSON_WRITE, where.id)
    row = Person(email=email.strip().casefold(), name=name, locale=locale, made_at=clock.now())
    changes = audit.changes_of(row)
    Membership(person=row, organisation=where, role=role)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        message = _("A person with the e-mail address “%(email)s” exists already.", email=shown(row.email))
        raise Conflict(message, errors={"email": [message]}) from error
    changes |= {"role": [None, role], "organisation": [None, where.code]}
    audit.record("person.add", ("person", row.email), changes, by=by)
    return row, invite(row, by=by)


def invite(person: Person, *, by: Person | None) -> str:
    """Give a person a new one-time sign-in secret; earlier unused ones stop working."""
    for membership in person.memberships:
        require(by, Verb.PERSON_WRITE, membership.organisation_id)
    now = clock.now()
    db.session.execute(
        update(Invitation).where(Invitation.person_id == person.id, Invitation.used_at.is_(None)).values(used_at=now)
    )
    secret = "-".join("".join(secrets.choice(READABLE) for _letter in range(4)) for _group in range(5))
    db.session.add(Invitation(person_id=person.id, secret_hash=digest(bare(secret)), expires_at=now + INVITATION_LIFE))
    audit.record("person.invite", ("person", person.email), {}, by=by)
    return secret


def grant(person: Person, *, role: Role, organisation: str, by: Person | None) -> Membership:
    """Give a person a further role."""
    where = queries.organisation_field(organisation, "organisation")
    require(by, Verb.PERSON_WRITE, where.id)
    for held in person.memberships:
        if held.organisation_id == where.id and held.role is role:
            return held
    membership = Membership(person=person, organisation=where, role=role)
    db.session.add(membership)
    db.session.flush()
    audit.record(
        "person.grant", ("person", person.email), {"role": [None, role], "organisation": [None, where.code]}, by=by
    )
    return membership


def deactivate(person: Person, *, by: Person | None) -> None:
    """End a person's access at once: no sign-in, no session, no token."""
    for membership in person.memberships:
        require(by, Verb.PERSON_WRITE, membership.organisation_id)
    person.active = False
    audit.record("person.deactivate", ("person", person.email), audit.changes_of(person), by=by)
    _end_sessions(person)
    db.session.execute(update(ApiToken).filter_by(person_id=person.id, revoked_at=None).values(revoked_at=clock.now()))


def claim(*, email: str, secret: str, password: str) -> Person:
    """Use a one-time secret: set the password. The secret is claimed by a conditional update, so it works once."""
    now = clock.now()
    usable = (
        (Invitation.secret_hash == digest(bare(secret))) & Invitation.used_at.is_(None) & (Invitation.expires_at > now)
    )
    person = db.session.scalar(
        select(Person).join(Invitation, Invitation.person_id == Person.id).where(usable, Person.active)
    )
    if person is None or person.email != email.strip().casefold():
        message = _("This secret does not belong to the address, was used or has expired; ask for a new one.")
        raise Invalid({"secret": [message]})
    check_password(password, person.email)
    claimed = db.session.execute(update(Invitation).where(usable).values(used_at=now).returning(Invitation.id)).all()
    if not claimed:
        raise Invalid({"secret": [_("This one-time secret was used in the meantime; ask for a new one.")]})
    _set_password(person, password, by=person)
    return person


def change_password(person: Person, *, password: str, new_password: str) -> None:
    """Change one's own password; every session ends."""
    if not _matches(person, password):
        raise Invalid({"password": [_("This is not your present password.")]})
    check_password(new_password, person.email, "new_password")
    _set_password(person, new_password, by=person)


def sign_in(*, email: str, password: str, attempt: int) -> tuple[Person, str]:
    """Check a password and open a session; gives the person and its token. Unknown people cost the same time."""
    person = db.session.scalar(select(Person).where(Person.email == email.strip().casefold()))
    if not _matches(person, password) or person is None or not person.active:
        raise Invalid({"password": [_("The e-mail address and the password do not belong together; check both.")]})
    if person.password_hash and hasher.check_needs_rehash(person.password_hash):
        person.password_hash = hasher.hash(password)
    attempts.forgive(attempt)
    return person, open_session(person)


def knows(email: str, password: str) -> bool:
    """Whether somebody active signs in with this password."""
    person = db.session.scalar(select(Person).where(Person.email == email, Person.active))
    return person is not None and _matches(person, password)


def confirm(person: Person | None, password: str | None) -> None:
    """Make sure that who acts in a person's name is that person, by a page or a token. Raises Invalid at `password`.

    The registry itself, without a person, acts from the command line and has nobody to ask.
    """
    if person is not None and not password:
        raise Invalid({"password": [_("Type your password; nothing is signed without it.")]})
    if person is not None and not proves(person, password or ""):
        raise Invalid({"password": [_("This is not the password you sign in with; type it again.")]})


def proves(person: Person, password: str) -> bool:
    """Whether this is a person's password; one that could never be takes no time to tell."""
    return 0 < len(password) <= MAX_PASSWORD and is_whole(password) and _matches(person, password)


def open_session(person: Person) -> str:
    """Open a browser session; gives its token, of which only the hash is stored."""
    now = clock.now()
    token = secrets.token_urlsafe(32)
    db.session.add(
        SigninSession(person_id=person.id, token_hash=digest(token), made_at=now, expires_at=now + SESSION_LIFE)
    )
    audit.record("person.sign_in", ("person", person.email), {}, by=person)
    return token


def sign_out(*, token: str) -> None:
    """End the session of a token."""
    db.session.execute(delete(SigninSession).where(SigninSession.token_hash == digest(token)))


def add_token(person: Person, *, name: str, by: Person | None) -> tuple[ApiToken, str]:
    """Make an API token that may do what the person may; gives the row and the token, shown once."""
    token = f"rg_{secrets.token_urlsafe(32)}"
    row = ApiToken(person_id=person.id, name=name, token_hash=digest(token), made_at=clock.now())
    db.session.add(row)
    audit.record("token.add", ("person", person.email), {"name": [None, name]}, by=by)
    db.session.flush()
    return row, token


def revoke_token(token_id: int, *, by: Person) -> None:
    """Stop one of one's own tokens; raises NotFound for anybody else's."""
    row = db.session.scalar(select(ApiToken).filter_by(id=token_id, person_id=by.id, revoked_at=None))
    if row is None:
        raise NotFound(_("There is no such token of yours."))
    row.revoked_at = clock.now()
    audit.record("token.revoke", ("person", by.email), {"name": [row.name, None]}, by=by)


def forget_expired() -> int:
    """Delete sessions, invitations and failed sign-ins nobody can use or count any more; gives how many."""
    now = clock.now()
    gone = 0
    for statement in (
        delete(SigninSession).where(SigninSession.expires_at < now),
        attempts.outdated(now),
        delete(Invitation).where(Invitation.expires_at < now),
    ):
        gone += cast("CursorResult[object]", db.session.execute(statement)).rowcount
    return gone


def _checked_parent(organisation: Organisation, parent: str) -> Organisation:
    """The parent that is given; nobody else changes parents or successions from here to the commit."""
    above = queries.organisation_field(parent, "parent")
    one_at_a_time(TREE)
    line = select(Organisation.id, Organisation.parent_id).where(Organisation.id == above.id).cte(recursive=True)
    over = select(Organisation.id, Organisation.parent_id).join(line, Organisation.id == line.c.parent_id)
    line = line.union(over)
    if db.session.scalar(select(exists().where(line.c.id == organisation.id))):
        message = _("“%(code)s” is below this organisation; it cannot be over it too.", code=above.code)
        raise Invalid({"parent": [message]})
    return above


def _set_password(person: Person, password: str, *, by: Person) -> None:
    person.password_hash = hasher.hash(password)
    audit.record("person.password", ("person", person.email), {"password_hash": ["***", "***"]}, by=by)
    _end_sessions(person)


def _end_sessions(person: Person) -> None:
    db.session.execute(delete(SigninSession).where(SigninSession.person_id == person.id))


def _matches(person: Person | None, password: str) -> bool:
    stored = person.password_hash if person is not None else None
    try:
        hasher.verify(stored or _nobody(), password)
    except VerificationError:
        return False
    return stored is not None


@cache
def _nobody() -> str:
    """A hash no password was ever given for: checking against it takes as long as checking a real one."""
    return hasher.hash(secrets.token_hex(16))
