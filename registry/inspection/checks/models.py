"""Checks of instruments with their findings and photos."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Person
from registry.assets.models import Asset
from registry.assets.rules import Kind
from registry.inspection.checks.catalogue import BY_KIND
from registry.inspection.checks.rules import Finding, Seal, Verdict, exceeds
from registry.kernel.db import Base, Exact, Instant, choice
from registry.kernel.files.models import Attachment, StoredFile, attached_to

STANDING = text("standing")


class InspectionCheck(Base):
    """What one person saw on one thing, under the key their device gave it, beside the registry's answer.

    `thing` tells the things of a visit apart; of each, one check is `standing` and counts: the newest of who was first.
    `origin` is the key of the first of a device's revisions of one check, of which the newest `revision` counts.
    `replaces_id` is the earlier one of the same person, `beside_id` the colleague's who was first; `aside_at` is when
    the leader decided that another one counts. `answer` is what the registry knew, `shown` what the phone showed where
    that is another. `said_at` is the phone's own time where it was not right. `registered_id` is the asset that was
    made of a thing that was not in the registry.
    """

    __tablename__ = "inspection_check"
    __table_args__ = (
        UniqueConstraint("inspection_id", "client_key"),
        Index(None, "inspection_id", "thing"),
        Index(None, "inspection_id", "origin"),
        Index(None, "inspection_id", "id"),
        Index("uq_inspection_check_standing", "inspection_id", "thing", unique=True, sqlite_where=STANDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    client_key: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(64))
    thing: Mapped[str] = mapped_column(String(340))
    standing: Mapped[bool]
    seen_at: Mapped[datetime] = mapped_column(Instant)
    seen_on: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(Instant)
    name: Mapped[str] = mapped_column(String(200))
    present: Mapped[bool]
    violation: Mapped[bool]
    unverified: Mapped[bool]
    seal_broken: Mapped[bool]
    over_limit: Mapped[bool]
    stamp_differs: Mapped[bool]
    revision: Mapped[int] = mapped_column(default=0)
    answer: Mapped[Mapping[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    shown: Mapped[Mapping[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True, default=None)
    registered_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), index=True, default=None)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_check.id"), index=True, default=None)
    beside_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_check.id"), index=True, default=None)
    aside_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    aside_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    said_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    clock_ahead: Mapped[int | None] = mapped_column(default=None)
    tag: Mapped[str | None] = mapped_column(String(11), default=None)
    kind: Mapped[Kind | None] = mapped_column(choice(Kind), default=None)
    instrument_type: Mapped[str | None] = mapped_column(String(200), default=None)
    manufacturer: Mapped[str | None] = mapped_column(String(200), default=None)
    model: Mapped[str | None] = mapped_column(String(200), default=None)
    serial_no: Mapped[str | None] = mapped_column(String(100), default=None)
    seal: Mapped[Seal | None] = mapped_column(choice(Seal), default=None)
    stamp_no: Mapped[str | None] = mapped_column(String(100), default=None)
    stamp_valid_until: Mapped[date | None] = mapped_column(default=None)
    in_use: Mapped[bool | None] = mapped_column(default=None)
    error_value: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    error_limit: Mapped[Decimal | None] = mapped_column(Exact, default=None)
    error_unit: Mapped[str | None] = mapped_column(String(40), default=None)
    remark: Mapped[str | None] = mapped_column(String(2000), default=None)
    person: Mapped[Person | None] = relationship(
        foreign_keys=[person_id], init=False, repr=False, viewonly=True, lazy="selectin"
    )
    asset: Mapped[Asset | None] = relationship(
        foreign_keys=[asset_id], init=False, repr=False, viewonly=True, lazy="selectin"
    )
    registered: Mapped[Asset | None] = relationship(
        foreign_keys=[registered_id], init=False, repr=False, viewonly=True, lazy="selectin"
    )
    findings: Mapped[list["InspectionFinding"]] = relationship(
        init=False, repr=False, viewonly=True, order_by="InspectionFinding.id", lazy="selectin"
    )
    photos: Mapped[list["InspectionFile"]] = relationship(
        primaryjoin="and_(InspectionCheck.id == InspectionFile.check_id, InspectionFile.removed_at.is_(None))",
        init=False,
        repr=False,
        viewonly=True,
        order_by="InspectionFile.id",
        lazy="selectin",
    )

    @property
    def kinds(self) -> list[Finding]:
        """What was found, by kind."""
        return [one.kind for one in self.findings]

    @property
    def shows_broken_seal(self) -> bool:
        """Whether the seal was broken, in use or not."""
        return self.seal_broken or self.seal is Seal.BROKEN

    @property
    def shows_error(self) -> bool:
        """Whether its error was over its limit, in use or not."""
        return self.over_limit or exceeds(self.error_value, self.error_limit) is True

    @property
    def found(self) -> list[str]:
        """What was found, in words."""
        return [BY_KIND[kind].words for kind in self.kinds]

    @property
    def verdict(self) -> Verdict:
        """What whoever sent it is told, however often it is sent."""
        if self.beside_id is not None:
            return Verdict.ALREADY
        return Verdict.RECORDED if self.replaces_id is None else Verdict.UPDATED


class InspectionFinding(Base):
    """One kind of thing that was wrong."""

    __tablename__ = "inspection_finding"
    __table_args__ = (UniqueConstraint("check_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    check_id: Mapped[int] = mapped_column(ForeignKey("inspection_check.id"))
    kind: Mapped[Finding] = mapped_column(choice(Finding))


class InspectionFile(Attachment, Base):
    """A photo of what was seen."""

    __tablename__ = "inspection_file"
    __table_args__ = attached_to(__tablename__, "check_id")

    check_id: Mapped[int] = mapped_column(ForeignKey("inspection_check.id"))
    stored: Mapped[StoredFile] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")
    added_by: Mapped[Person | None] = relationship(
        foreign_keys="InspectionFile.added_by_id", init=False, repr=False, viewonly=True
    )
