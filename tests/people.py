"""People with names, the bodies they work for, and how each of them asks: by token on the API, by cookie on pages."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, cached_property
from typing import Any, ClassVar, NamedTuple

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import RowMapping, Table, select
from werkzeug.test import TestResponse

from registry.accounts import actions, queries, signin
from registry.accounts.models import Organisation, Person
from registry.accounts.rules import OrganisationKind, Role
from registry.kernel import clock
from registry.kernel.audit import AuditEntry
from registry.kernel.db import Base, db

PROVINCE, DEPARTMENT, CENTRE, ELSEWHERE = "TN", "SKHCN", "TTDL", "DN-XA"
BODIES = (
    (PROVINCE, "Tỉnh Thái Nguyên", "Thái Nguyên province", OrganisationKind.PROVINCE, None),
    (
        DEPARTMENT,
        "Sở Khoa học và Công nghệ",
        "Department of science and technology",
        OrganisationKind.DEPARTMENT,
        PROVINCE,
    ),
    (CENTRE, "Trung tâm đo lường", "Centre for measurement", OrganisationKind.PUBLIC_SERVICE, DEPARTMENT),
    (ELSEWHERE, "Doanh nghiệp nơi khác", "An enterprise elsewhere", OrganisationKind.ENTERPRISE, None),
)
PEOPLE = {
    "keeper": (Role.MANAGER, CENTRE),
    "technician": (Role.TECHNICIAN, CENTRE),
    "inspector": (Role.INSPECTOR, DEPARTMENT),
    "planner": (Role.PLANNER, DEPARTMENT),
    "admin": (Role.ADMIN, PROVINCE),
    "stranger": (Role.TECHNICIAN, ELSEWHERE),
}


PASSWORD = "đồng hồ nước lạnh"
IN_EARNEST = actions.hasher


@cache
def password_hash() -> str:
    """Everybody's password as it is stored; hashing takes its time, so it is done once."""
    return actions.hasher.hash(PASSWORD)


class Caller:
    """One person at the doors."""

    def __init__(self, app: Flask, name: str, token: str) -> None:
        self.app, self.name, self.token = app, name, token
        self.email = f"{name}@example.vn"
        self.role, self.organisation = PEOPLE[name]

    def person(self) -> Person:
        """The row, inside the application context of the caller."""
        return queries.person_by_email(self.email)

    def ask(self, method: str, path: str, **said: Any) -> TestResponse:
        """A request to the API with the person's token."""
        headers = {"Authorization": f"Bearer {self.token}", **said.pop("headers", {})}
        return self.app.test_client().open(path, method=method, headers=headers, **said)

    def get(self, path: str, **said: Any) -> TestResponse:
        return self.ask("GET", path, **said)

    def post(self, path: str, **said: Any) -> TestResponse:
        return self.ask("POST", path, **said)

    def patch(self, path: str, **said: Any) -> TestResponse:
        return self.ask("PATCH", path, **said)

    def put(self, path: str, **said: Any) -> TestResponse:
        return self.ask("PUT", path, **said)

    def delete(self, path: str, **said: Any) -> TestResponse:
        return self.ask("DELETE", path, **said)

    @cached_property
    def pages(self) -> FlaskClient:
        """A browser's client with the person signed in."""
        client = self.app.test_client()
        client.set_cookie(signin.COOKIE, self.session_token())
        return client

    def session_token(self) -> str:
        """What the cookie of a newly opened session holds."""
        with self.app.app_context():
            token = actions.open_session(self.person())
            db.session.commit()
        return token


class Stored(NamedTuple):
    """What making everybody left in an empty database: rows by table, and each person's token."""

    rows: dict[Table, list[dict[str, Any]]]
    tokens: dict[str, str]


class People:
    """Everybody, stored and committed: made by the actions once, then put back as rows."""

    _made: ClassVar[dict[tuple[str, datetime], Stored]] = {}

    def __init__(self, app: Flask) -> None:
        with app.app_context():
            tokens = self._put_back() if self._is_empty() else self._make()
            db.session.commit()
        self.keeper = Caller(app, "keeper", tokens["keeper"])
        self.technician = Caller(app, "technician", tokens["technician"])
        self.inspector = Caller(app, "inspector", tokens["inspector"])
        self.planner = Caller(app, "planner", tokens["planner"])
        self.admin = Caller(app, "admin", tokens["admin"])
        self.stranger = Caller(app, "stranger", tokens["stranger"])

    @classmethod
    def _put_back(cls) -> dict[str, str]:
        key = db.engine.dialect.name, clock.now()
        if key in cls._made:
            for table, lines in cls._made[key].rows.items():
                db.session.execute(table.insert(), lines)
        else:
            tokens = cls._make()
            db.session.flush()
            rows = {table: [dict(row) for row in _rows_of(table)] for table in Base.metadata.sorted_tables}
            cls._made[key] = Stored({table: lines for table, lines in rows.items() if lines}, tokens)
        return cls._made[key].tokens

    @staticmethod
    def _is_empty() -> bool:
        touched = (Organisation.__table__, Person.__table__, AuditEntry.__table__)
        return not any(db.session.execute(select(table).limit(1)).first() for table in touched)

    @classmethod
    def _make(cls) -> dict[str, str]:
        for code, name_vi, name_en, kind, parent in BODIES:
            actions.add_organisation(code=code, name_vi=name_vi, name_en=name_en, kind=kind, parent=parent, by=None)
        return {name: cls._added(name) for name in PEOPLE}

    @staticmethod
    def _added(name: str) -> str:
        role, organisation = PEOPLE[name]
        email = f"{name}@example.vn"
        person, _secret = actions.add_person(
            email=email, name=name.title(), role=role, organisation=organisation, by=None
        )
        person.password_hash = password_hash()
        _row, token = actions.add_token(person, name="tests", by=None)
        return token


def _rows_of(table: Table) -> Sequence[RowMapping]:
    return db.session.execute(select(table)).mappings().all()
