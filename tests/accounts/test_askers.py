"""Who is asking is one statement, and the same entities whoever loaded them before."""

import pytest
from sqlalchemy import select

from registry.accounts import actions, askers
from registry.accounts.models import Membership, Organisation, Person
from registry.accounts.rules import Role, digest
from registry.kernel.db import db
from tests.people import CENTRE, PROVINCE
from tests.statements import sent


@pytest.fixture
def roles(people, arrange):
    """Of the technician: two in one body, one in another."""
    with arrange():
        technician = people.technician.person()
        actions.grant(technician, organisation=CENTRE, role=Role.MANAGER, by=None)
        actions.grant(technician, organisation=PROVINCE, role=Role.INSPECTOR, by=None)


def test_one_statement_tells_person_roles_and_bodies_as_mapped_ones_do(people, roles, app):
    with app.app_context():
        mapped = db.session.scalars(select(Person).filter_by(email=people.technician.email)).one()
        expected = everything(mapped)
    with app.app_context():
        with sent() as statements:
            asker = askers.by_token(digest(people.technician.token))
            told = everything(asker)
            assert all(role.person is asker for role in asker.memberships)
        assert told == expected
        assert len(told[1]) == 3
        assert [said for said in statements if not said.startswith("BEGIN")] == statements[-1:]
        assert not db.session.dirty


def everything(person):
    roles = sorted(person.memberships, key=lambda role: role.id)
    return values(person), [(values(role), values(role.organisation)) for role in roles]


def values(entity):
    return {column.name: getattr(entity, column.name) for column in entity.__table__.c}


def test_what_a_public_page_loaded_before_it_asked_stays_the_same(people, app):
    token = people.technician.session_token()
    with app.app_context():
        body = db.session.scalars(select(Organisation).filter_by(code=CENTRE)).one()
        asker = askers.by_session(digest(token))
        assert asker.memberships[0].organisation is body
        assert askers.by_session(digest(token)) is asker


def test_somebody_without_a_role_asks_too(people, arrange, app):
    with arrange():
        for role in db.session.scalars(select(Membership)):
            db.session.delete(role)
    with app.app_context():
        assert askers.by_token(digest(people.keeper.token)).memberships == []


def test_nobody_is_known_by_what_ended(people, arrange, app, clock):
    token = people.keeper.session_token()
    with app.app_context():
        assert askers.by_session(digest(token)) is not None
        assert askers.by_session(digest(people.keeper.token)) is None
    with arrange():
        people.keeper.person().active = False
    with app.app_context():
        assert askers.by_session(digest(token)) is None
        assert askers.by_token(digest(people.keeper.token)) is None
