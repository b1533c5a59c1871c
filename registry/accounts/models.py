"""Organisations, people, what they may do where, and how they prove who they are."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.rules import OrganisationKind, Role, SuccessionKind
from registry.kernel.db import Base, Instant, choice
from registry.kernel.i18n import current_locale

DIGEST = 64


class Organisation(Base):
    """A body with the days it exists; both ends inclusive, empty when open."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="life"),
        Index(None, "name_vi", "id"),
        Index("ix_organisation_code_lower", text("lower(code)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name_vi: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    valid_from: Mapped[date | None] = mapped_column(default=None)
    valid_to: Mapped[date | None] = mapped_column(default=None)
    search: Mapped[str] = mapped_column(String(600), default="")
    version: Mapped[int] = mapped_column(init=False)
    parent: Mapped["Organisation | None"] = relationship(remote_side=[id], repr=False, init=False, viewonly=True)
    successions: Mapped[list["OrganisationSuccession"]] = relationship(
        primaryjoin="Organisation.id == OrganisationSuccession.from_id", repr=False, init=False, viewonly=True
    )

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return self.name_en if current_locale() == "en" else self.name_vi

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class OrganisationSuccession(Base):
    """From a date on, one organisation answers for another."""

    __tablename__ = "organisation_succession"
    __table_args__ = (UniqueConstraint("from_id", "to_id"), CheckConstraint("from_id <> to_id", name="other"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    from_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    on: Mapped[date]
    kind: Mapped[SuccessionKind] = mapped_column(choice(SuccessionKind))
    source: Mapped[str | None] = mapped_column(String(300), default=None)
    successor: Mapped[Organisation] = relationship(foreign_keys=[to_id], repr=False, init=False, viewonly=True)
    predecessor: Mapped[Organisation] = relationship(foreign_keys=[from_id], repr=False, init=False, viewonly=True)


class Person(Base):
    """Somebody who can sign in once the one-time secret was used and a password set."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Instant)
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None, repr=False)
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    active: Mapped[bool] = mapped_column(default=True)
    memberships: Mapped[list["Membership"]] = relationship(
        repr=False, init=False, back_populates="person", lazy="selectin"
    )


class Membership(Base):
    """One role of one person in one organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), init=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True, init=False)
    role: Mapped[Role] = mapped_column(choice(Role))
    person: Mapped[Person] = relationship(back_populates="memberships", repr=False)
    organisation: Mapped[Organisation] = relationship(repr=False, lazy="joined")


class Invitation(Base):
    """A one-time sign-in secret, stored hashed; using it sets the password."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True, repr=False)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class SigninSession(Base):
    """A signed-in browser; the cookie holds the token, the table its hash."""

    __tablename__ = "signin_session"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True, repr=False)
    made_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)


class ApiToken(Base):
    """A program's key to the API; shown once, stored hashed."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(DIGEST), unique=True, repr=False)
    made_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class SigninFailure(Base):
    """A failed sign-in, counted by hashed e-mail and address."""

    __tablename__ = "signin_failure"
    __table_args__ = (Index(None, "email_hash", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    email_hash: Mapped[str] = mapped_column(String(DIGEST))
    address: Mapped[str] = mapped_column(String(64))
