"""Plans of inspections, inspections with their steps, and who takes part."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.accounts.models import Organisation, Person
from registry.inspection.rules import CERTIFIED, OPEN, Lack, State, TeamRole
from registry.kernel.db import Base, Instant, choice


class InspectionPlan(Base):
    """What an authority inspects in a year, by an approved decision."""

    __tablename__ = "inspection_plan"
    __table_args__ = (Index(None, "authority_id", "year", "id"), Index(None, "year", "id"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime] = mapped_column(Instant)
    decision_no: Mapped[str | None] = mapped_column(String(100), default=None)
    decision_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(String(2000), default=None)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    version: Mapped[int] = mapped_column(init=False)
    authority: Mapped[Organisation] = relationship(init=False, repr=False, viewonly=True, lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation


class Inspection(Base):
    """One visit of an authority's team to an organisation at a place.

    `subject_name` and `subject_address` are the inspected organisation's as they were written down; one that is not
    registered has no `organisation_id`. `area_id` is the commune it lies in, else the province, for statistics.
    `planned_from` and `planned_to` are both inclusive.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        Index(None, "authority_id", "planned_from", "id"),
        Index(None, "state", "planned_from", "id"),
        Index(None, "planned_from", "id"),
        CheckConstraint("planned_to >= planned_from", name="days"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    authority_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    subject_name: Mapped[str] = mapped_column(String(200))
    planned_from: Mapped[date]
    planned_to: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_plan.id"), index=True, default=None)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True, default=None)
    subject_address: Mapped[str | None] = mapped_column(String(300), default=None)
    place: Mapped[str | None] = mapped_column(String(300), default=None)
    decision_no: Mapped[str | None] = mapped_column(String(100), default=None)
    decision_on: Mapped[date | None] = mapped_column(default=None)
    subject_types: Mapped[str | None] = mapped_column(String(1000), default=None)
    note: Mapped[str | None] = mapped_column(String(2000), default=None)
    state: Mapped[State] = mapped_column(choice(State), default=State.PLANNED)
    search: Mapped[str] = mapped_column(String(1000), default="", repr=False)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    version: Mapped[int] = mapped_column(init=False)
    authority: Mapped[Organisation] = relationship(
        foreign_keys=[authority_id], init=False, repr=False, viewonly=True, lazy="joined"
    )
    organisation: Mapped[Organisation | None] = relationship(
        foreign_keys=[organisation_id], init=False, repr=False, viewonly=True, lazy="joined"
    )
    area: Mapped[Organisation | None] = relationship(
        foreign_keys=[area_id], init=False, repr=False, viewonly=True, lazy="joined"
    )
    plan: Mapped[InspectionPlan | None] = relationship(init=False, repr=False, viewonly=True, lazy="selectin")
    steps: Mapped[list["InspectionStep"]] = relationship(
        init=False, repr=False, viewonly=True, order_by="InspectionStep.id", lazy="selectin"
    )
    members: Mapped[list["InspectionMember"]] = relationship(
        init=False, repr=False, viewonly=True, order_by="InspectionMember.id", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 — SQLAlchemy reads it once at class creation

    @property
    def team(self) -> list["InspectionMember"]:
        """Who takes part now, the leader first."""
        taking_part = [member for member in self.members if member.removed_at is None]
        return sorted(taking_part, key=lambda member: member.role is not TeamRole.LEADER)

    def is_led_by(self, person: Person) -> bool:
        """Whether a person leads the team."""
        return any(one.role is TeamRole.LEADER and one.person_id == person.id for one in self.team)

    @property
    def lacks(self) -> list[Lack]:
        """Whose role needs a certificate that is not written down."""
        bare = [member for member in self.team if member.role in CERTIFIED and not member.certificate_no]
        return [Lack(member.person.name, member.role) for member in bare]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done or being done."""
        return self.state in OPEN

    def reached_at(self, state: State) -> datetime | None:
        """When it first came to a state."""
        return next((step.at for step in self.steps if step.state is state), None)


class InspectionStep(Base):
    """When an inspection came to a state, by whom and why."""

    __tablename__ = "inspection_step"
    __table_args__ = (Index(None, "inspection_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    state: Mapped[State] = mapped_column(choice(State))
    at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, default=None)
    reason: Mapped[str | None] = mapped_column(String(1000), default=None)
    person: Mapped[Person | None] = relationship(init=False, repr=False, viewonly=True, lazy="joined")


class InspectionMember(Base):
    """Somebody in a team; who was taken out of it stays, with the instant."""

    __tablename__ = "inspection_member"
    __table_args__ = (UniqueConstraint("inspection_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[TeamRole] = mapped_column(choice(TeamRole))
    added_at: Mapped[datetime] = mapped_column(Instant)
    certificate_no: Mapped[str | None] = mapped_column(String(100), default=None)
    removed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    person: Mapped[Person] = relationship(init=False, repr=False, viewonly=True, lazy="joined")
