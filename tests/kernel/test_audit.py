"""The audit: every change with its old and new values, who made it, and never a secret."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from registry.accounts import actions, queries
from registry.accounts.models import ApiToken, Invitation, Organisation, Person, SigninSession
from registry.accounts.rules import OrganisationKind
from registry.kernel import audit
from registry.kernel import clock as kernel_clock
from registry.kernel.db import db
from tests.people import CENTRE

SECRET = "bốn chữ ngẫu nhiên"
PASSWORD = "dài hơn mười hai chữ"


def entries():
    return db.session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.id)).all()


def organisation(**changes):
    said = {"code": "X", "name_vi": "Xã", "name_en": "Commune", "kind": OrganisationKind.COMMUNE}
    return actions.add_organisation(**said | changes, by=None)


def test_a_new_thing_is_told_with_nothing_before(session):
    organisation(valid_from=date(2020, 1, 31))
    (entry,) = audit.history("organisation", "X")
    assert entry.changes == {
        "code": [None, "X"],
        "name_vi": [None, "Xã"],
        "name_en": [None, "Commune"],
        "kind": [None, "commune"],
        "valid_from": [None, "2020-01-31"],
    }
    assert (entry.action, entry.actor, entry.person_id) == ("organisation.add", "registry", None)
    assert entry.at == kernel_clock.now()


def test_a_change_is_told_with_its_old_and_new_values_only(session, people):
    row = organisation(valid_from=date(2020, 1, 31))
    session.commit()
    admin = people.admin.person()
    actions.edit_organisation(row, name_vi="Phường", name_en="Commune", valid_to=date(2025, 6, 30), by=admin)
    entry, _added = audit.history("organisation", "X")
    assert entry.changes == {"name_vi": ["Xã", "Phường"], "valid_to": [None, "2025-06-30"]}
    assert (entry.actor, entry.person_id) == ("Admin", admin.id)


def test_who_acted_stays_readable_when_their_name_changes(session, people):
    admin = people.admin.person()
    actions.edit_organisation(organisation(), name_vi="Phường", by=admin)
    admin.name = "Another"
    session.flush()
    assert audit.history("organisation", "X")[0].actor == "Admin"


def test_what_is_refused_leaves_no_entry(admin, arrange):
    said = {"code": "TN", "name_vi": "a", "name_en": "b", "kind": "other"}
    assert admin.post("/api/v1/organisations", json=said).status_code == 409
    with arrange():
        assert [entry.action for entry in audit.history("organisation", "TN")] == ["organisation.add"]


def test_the_history_is_of_one_thing_newest_first_and_ends(session):
    row = organisation()
    organisation(code="X2")
    for number in range(4):
        actions.edit_organisation(row, name_vi=f"Xã {number}", by=None)
    found = audit.history("organisation", "X", limit=3)
    assert [entry.changes["name_vi"][1] for entry in found] == ["Xã 3", "Xã 2", "Xã 1"]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (Decimal("0.10"), "0.10"),
        (OrganisationKind.OTHER, "other"),
        (date(2026, 1, 31), "2026-01-31"),
        ([Decimal("1E-7"), {"kind": OrganisationKind.OTHER, 1: None}], ["1E-7", {"kind": "other", "1": None}]),
        (True, True),
        (None, None),
        ("“đồng”", "“đồng”"),
    ],
)
def test_values_are_kept_as_people_read_them(session, value, kept):
    audit.record("thing.change", ("thing", 7), {"value": [None, value]}, by=None)
    session.flush()
    session.expire_all()
    assert audit.history("thing", 7)[0].changes == {"value": [None, kept]}


def test_no_entry_ever_holds_a_secret(app, session):
    organisation(code=CENTRE)
    person, secret = actions.add_person(email="a@example.vn", name="A", role="technician", organisation=CENTRE, by=None)
    session.flush()
    actions.claim(email=person.email, secret=secret, password=PASSWORD)
    first_hash = person.password_hash
    actions.change_password(person, password=PASSWORD, new_password=SECRET)
    _row, token = actions.add_token(person, name="t", by=person)
    opened = actions.open_session(person)
    again = actions.invite(person, by=None)
    session.flush()
    hashes = [
        *session.scalars(select(Invitation.secret_hash)),
        *session.scalars(select(ApiToken.token_hash)),
        *session.scalars(select(SigninSession.token_hash)),
    ]
    secrets = [secret, PASSWORD, SECRET, token, opened, again, first_hash, person.password_hash, *hashes]
    assert len(secrets) == 8 + 4
    everything = " ".join(str((entry.changes, entry.subject_key, entry.actor)) for entry in entries())
    assert "***" in everything
    assert [secret for secret in secrets if str(secret) in everything] == []


def test_secret_fields_are_starred_in_what_is_noted_of_a_row(session):
    row = Person(email="b@example.vn", name="B", made_at=kernel_clock.now(), password_hash="$argon2id$x")
    assert audit.changes_of(row)["password_hash"] == ["***", "***"]


def test_what_is_derived_is_not_told(session):
    organisation()
    assert {"id", "search", "version"} & set(audit.history("organisation", "X")[0].changes) == set()
    assert session.scalar(select(Organisation.search).where(Organisation.code == "X"))
    assert queries.organisation_by_code("X").version


def test_an_entry_is_written_at_once_and_leaves_what_is_not_whole_yet_unwritten(session):
    organisation().name_vi = "Phường"
    changed = db.session.dirty
    assert len(changed) == 1
    audit.record("organisation.edit", ("organisation", "X"), {}, by=None)
    assert db.session.dirty == changed
    with db.session.no_autoflush:
        assert entries()[-1].action == "organisation.edit"
