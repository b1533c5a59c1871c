"""Lone reads: they outlive a connection that broke, and say so when the database is gone."""

import pytest
from flask import current_app
from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError

from registry.accounts.models import Organisation
from registry.accounts.rules import OrganisationKind
from registry.kernel.db import db
from registry.kernel.reads import Read
from tests.people import CENTRE

READ = Read(
    select(Organisation.code, Organisation.kind, Organisation.valid_to).where(Organisation.code == bindparam("code"))
)


@pytest.fixture(autouse=True)
def stored(people):
    """The bodies people work for."""


def lines():
    return current_app.extensions["registry.reads"]


def test_values_are_of_the_columns_types(session):
    assert READ.rows(code=CENTRE) == [(CENTRE, OrganisationKind.PUBLIC_SERVICE, None)]
    assert READ.rows(code="NONE") == []


def test_a_connection_that_broke_is_replaced(session):
    READ.rows(code=CENTRE)
    lines().idle[-1].close()
    assert len(READ.rows(code=CENTRE)) == 1


def test_a_database_that_does_not_answer_is_an_operational_error(session, monkeypatch):
    READ.rows(code=CENTRE)
    broken = lines().dialect.loaded_dbapi.OperationalError

    def fail(*_said):
        raise broken("gone")

    monkeypatch.setattr(lines(), "_run", fail)
    with pytest.raises(OperationalError):
        READ.rows(code=CENTRE)


def test_connections_end_with_the_applications_own(session):
    READ.rows(code=CENTRE)
    session.remove()
    db.engine.dispose()
    assert not lines().idle
    assert len(READ.rows(code=CENTRE)) == 1
