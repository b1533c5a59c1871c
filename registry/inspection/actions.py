"""What changes plans of inspections and inspections: planning, teams, and each step of their course."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum
from typing import Final, Literal

from sqlalchemy.orm.attributes import flag_modified

from registry.accounts.models import Organisation, Person
from registry.accounts.permissions import require
from registry.accounts.queries import organisation_field
from registry.accounts.rules import Verb
from registry.inspection import acting, queries, settling
from registry.inspection.acting import Act
from registry.inspection.measures import queries as measures
from registry.inspection.minutes import queries as minutes
from registry.inspection.models import Inspection, InspectionMember, InspectionPlan, InspectionStep
from registry.inspection.rules import (
    MemberValues,
    State,
    TeamRole,
    check_days,
    check_decided_before,
    check_decision,
    check_team,
    check_turn,
    early_text,
    state_text,
)
from registry.kernel import audit, clock
from registry.kernel.db import db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.i18n import _, said_day
from registry.kernel.text import search_text, shown


class Unsaid(Enum):
    """A field that a change does not mention; None would empty it."""

    UNSAID = "unsaid"


UNSAID: Final = Unsaid.UNSAID
Keep = Literal[Unsaid.UNSAID]


def plan_year(
    *,
    authority: str,
    year: int,
    title: str,
    decision_no: str | None = None,
    decision_on: date | None = None,
    note: str | None = None,
    by: Person | None,
) -> InspectionPlan:
    """Make the plan of a year of an authority."""
    body = _authority(authority, by)
    check_decision(decision_no, decision_on)
    made = InspectionPlan(
        authority_id=body.id,
        year=year,
        title=title,
        decision_no=decision_no or None,
        decision_on=decision_on,
        note=note or None,
        made_at=clock.now(),
        made_by_id=by.id if by else None,
    )
    changes = audit.changes_of(made) | {"authority": [None, body.code]}
    db.session.add(made)
    db.session.flush()
    audit.record("inspection_plan.add", ("inspection_plan", made.id), _said(changes), by=by)
    return made


def edit_plan(
    plan: InspectionPlan,
    *,
    year: int | Keep = UNSAID,
    title: str | Keep = UNSAID,
    decision_no: str | Keep | None = UNSAID,
    decision_on: date | Keep | None = UNSAID,
    note: str | Keep | None = UNSAID,
    by: Person | None,
) -> InspectionPlan:
    """Change what is said of a plan; None empties a field."""
    acting.check_acts_for(plan.authority_id, by)
    said = {"year": year, "title": title, "decision_no": decision_no, "decision_on": decision_on, "note": note}
    _put(plan, said)
    check_decision(plan.decision_no, plan.decision_on)
    changes = audit.changes_of(plan)
    db.session.flush()
    if changes:
        audit.record("inspection_plan.edit", ("inspection_plan", plan.id), _said(changes), by=by)
    return plan


def plan_visit(
    *,
    authority: str,
    planned_from: date,
    planned_to: date | None = None,
    plan: int | None = None,
    organisation: str | None = None,
    subject_name: str | None = None,
    subject_address: str | None = None,
    area: str | None = None,
    place: str | None = None,
    decision_no: str | None = None,
    decision_on: date | None = None,
    subject_types: str | None = None,
    note: str | None = None,
    team: Sequence[MemberValues] = (),
    again: bool = False,
    by: Person | None,
) -> Inspection:
    """Plan an inspection of a registered organisation, or of one that is named here. A visit of one day has no end.

    The same organisation at the same place and day is planned `again` only when that is said. Raises Invalid.
    """
    body = _authority(authority, by)
    subject = _subject(organisation, by) if organisation else None
    name = subject_name or (subject.name_vi if subject else None)
    if name is None:
        raise Invalid({"subject_name": [_("Say who is inspected: choose an organisation, or write its name.")]})
    check_days(planned_from, planned_to or planned_from)
    check_decision(decision_no, decision_on)
    check_decided_before(decision_on, planned_from)
    made = Inspection(
        authority_id=body.id,
        plan_id=_plan(plan, body),
        organisation_id=subject.id if subject else None,
        area_id=(_area(area, by) if area else queries.area_of(subject or body)).id,
        subject_name=name,
        subject_address=subject_address or None,
        place=place or None,
        planned_from=planned_from,
        planned_to=planned_to or planned_from,
        decision_no=decision_no or None,
        decision_on=decision_on,
        subject_types=subject_types or None,
        note=note or None,
        made_at=clock.now(),
        made_by_id=by.id if by else None,
    )
    made.search = _search(made)
    if not again:
        _refuse_again(made)
    changes = audit.changes_of(made) | {"authority": [None, body.code]}
    changes |= {"organisation": [None, subject.code]} if subject else {}
    db.session.add(made)
    db.session.flush()
    changes |= _make_team(made, team)
    audit.record("inspection.plan", ("inspection", made.id), _said(changes), by=by)
    _step(made, State.PLANNED, None, by)
    return made


def edit(
    visit: Inspection,
    *,
    planned_from: date | Keep = UNSAID,
    planned_to: date | Keep = UNSAID,
    subject_name: str | Keep = UNSAID,
    subject_address: str | Keep | None = UNSAID,
    place: str | Keep | None = UNSAID,
    decision_no: str | Keep | None = UNSAID,
    decision_on: date | Keep | None = UNSAID,
    subject_types: str | Keep | None = UNSAID,
    note: str | Keep | None = UNSAID,
    team: Sequence[MemberValues] | Keep = UNSAID,
    by: Person | None,
) -> Inspection:
    """Change what is said of an inspection until its minutes are signed; a team that is given replaces the former."""
    acting.check(visit, Act.ARRANGE, by)
    if not visit.is_open:
        state = state_text(visit.state)
        raise Conflict(_("This inspection is “%(state)s” and is not changed any more.", state=state))
    said = {
        "planned_from": planned_from,
        "planned_to": planned_to,
        "subject_name": subject_name,
        "subject_address": subject_address,
        "place": place,
        "decision_no": decision_no,
        "decision_on": decision_on,
        "subject_types": subject_types,
        "note": note,
    }
    _put(visit, said)
    check_days(visit.planned_from, visit.planned_to)
    check_decision(visit.decision_no, visit.decision_on)
    check_decided_before(visit.decision_on, visit.planned_from)
    visit.search = _search(visit)
    changes = audit.changes_of(visit)
    if not isinstance(team, Unsaid):
        changes |= _make_team(visit, team)
    _refuse_unready(visit)
    if "team" in changes:
        flag_modified(visit, "search")  # the version is the row's, and a form drawn before would undo the team
    db.session.flush()
    if changes:
        audit.record("inspection.edit", ("inspection", visit.id), _said(changes), by=by)
    return visit


def turn(visit: Inspection, *, to: State, reason: str | None = None, by: Person | None) -> Inspection:
    """Take the next step: prepare, begin, close, or cancel with a reason. Minutes are signed by their own action.

    What begins before its first day does so with a reason.
    """
    acting.check(visit, acting.act_of(to), by)
    if to is State.SIGNED:
        raise Conflict(_("Minutes are signed on their own page; that takes the step as well."))
    check_turn(visit.state, to)
    if to is State.IN_PROGRESS and not reason and (early := early_text(visit.planned_from, clock.today())) is not None:
        raise Invalid({"reason": [early]})
    if to is State.CLOSED and measures.has_open(visit):
        raise Conflict(_("There are measures that nobody followed up yet; write down what was done first."))
    if to is State.CLOSED and minutes.late_checks(visit):
        text = _("Records came after the minutes were signed; amend the minutes first, so that they cover them.")
        raise Conflict(text)
    if to is State.CANCELLED and not reason:
        raise Invalid({"reason": [_("Say why the inspection is cancelled.")]})
    move(visit, to, reason, by)
    _refuse_unready(visit)
    db.session.flush()
    if to is State.CANCELLED:
        settling.settle_visit(visit, by)
    return visit


def move(visit: Inspection, to: State, reason: str | None, by: Person | None) -> None:
    """Bring a locked inspection to a state that was found to follow, and write it down."""
    audit.record(
        "inspection.step", ("inspection", visit.id), {"state": [visit.state, to], "reason": [None, reason]}, by=by
    )
    visit.state = to
    _step(visit, to, reason, by)


def _step(visit: Inspection, to: State, reason: str | None, by: Person | None) -> None:
    person_id = by.id if by else None
    db.session.add(
        InspectionStep(inspection_id=visit.id, state=to, at=clock.now(), person_id=person_id, reason=reason or None)
    )
    db.session.flush()
    db.session.expire(visit, ["steps"])


def _refuse_unready(visit: Inspection) -> None:
    """What is prepared has a decision that was taken, and a leader. Raises Invalid."""
    if visit.state not in {State.PREPARED, State.IN_PROGRESS}:
        return
    errors: dict[str, list[str]] = {}
    if visit.decision_no is None:
        errors["decision_no"] = [_("An inspection is made by a decision: write down its number and day first.")]
    elif visit.decision_on is not None and visit.decision_on > clock.today():
        errors["decision_on"] = [_("This day is still to come; give the day on which it was decided.")]
    if not any(one.role is TeamRole.LEADER for one in visit.team):
        errors["team"] = [_("The team needs a leader.")]
    if errors:
        raise Invalid(errors)


def _make_team(visit: Inspection, team: Sequence[MemberValues]) -> audit.Changes:
    """Put these people in the team; who is not among them is taken out and stays on record."""
    check_team(team)
    emails = {said["person"].strip().casefold() for said in team}
    known = {person.email: person for person in queries.inspectors_for(visit.authority_id, emails=emails)}
    before = {member.person_id: member for member in visit.members}
    written = [_written(member) for member in visit.team]
    kept: set[int] = set()
    now = clock.now()
    for place, said in enumerate(team):
        person = known.get(said["person"].strip().casefold())
        if person is None:
            message = _(
                "“%(person)s” is no inspector of this territory; choose one from the list.",
                person=shown(said["person"]),
            )
            raise Invalid({f"team.{place}.person": [message]})
        kept.add(person.id)
        certificate = said.get("certificate_no") or None
        if (old := before.get(person.id)) is not None:
            old.role, old.certificate_no, old.removed_at = said["role"], certificate, None
        else:
            db.session.add(
                InspectionMember(
                    inspection_id=visit.id,
                    person_id=person.id,
                    role=said["role"],
                    certificate_no=certificate,
                    added_at=now,
                )
            )
    for key, member in before.items():
        if key not in kept and member.removed_at is None:
            member.removed_at = now
    db.session.flush()
    db.session.expire(visit, ["members"])
    after = [_written(member) for member in visit.team]
    return {"team": [written or None, after or None]} if written != after else {}


def _written(member: InspectionMember) -> str:
    certificate = f" ({member.certificate_no})" if member.certificate_no else ""
    return f"{member.person.name}: {member.role.value}{certificate}"


def _authority(code: str, by: Person | None) -> Organisation:
    """The authority that inspects; raises Forbidden for who does not act in its name."""
    require(by, Verb.INSPECTION_WRITE)
    body = organisation_field(code, "authority")
    if not acting.is_authority(body.kind):
        raise Invalid({"authority": [_("%(name)s is no authority; choose the one that inspects.", name=body.name)]})
    acting.check_acts_for(body.id, by)
    return body


def _subject(code: str, by: Person | None) -> Organisation:
    """The organisation that is inspected; it lies in the territory of whoever plans."""
    found = organisation_field(code, "organisation")
    if by is not None and not queries.inspects_for(by, found.id):
        raise Invalid({"organisation": [_("This organisation lies outside your territory.")]})
    return found


def _area(code: str, by: Person | None) -> Organisation:
    """Where an inspection is counted: a body of the territory of whoever plans."""
    found = organisation_field(code, "area")
    if by is not None and not queries.inspects_for(by, found.id):
        raise Invalid({"area": [_("This area lies outside your territory.")]})
    return found


def _plan(key: int | None, body: Organisation) -> int | None:
    if key is None:
        return None
    found = db.session.get(InspectionPlan, key)
    if found is None or found.authority_id != body.id:
        raise Invalid({"plan": [_("There is no such plan of this authority.")]})
    return found.id


def _refuse_again(made: Inspection) -> None:
    """Raise Invalid where the same visit is planned already."""
    with db.session.no_autoflush:
        other = queries.again(made)
    if other is not None:
        text = _(
            "Inspection %(number)s of %(name)s is planned for %(day)s at the same place already; change that one, or "
            "say that a second one is meant.",
            number=other.id,
            name=other.subject_name,
            day=said_day(other.planned_from),
        )
        raise Invalid({"again": [text]})


def _put(row: Inspection | InspectionPlan, said: Mapping[str, object]) -> None:
    for name, value in said.items():
        if value is not UNSAID:
            setattr(row, name, value if value != "" else None)


def _search(visit: Inspection) -> str:
    return search_text(visit.subject_name, visit.subject_address, visit.place, visit.decision_no)[:1000]


def _said(changes: audit.Changes) -> audit.Changes:
    hidden = {"authority_id", "organisation_id", "plan_id", "made_at", "made_by_id", "state"}
    return {field: pair for field, pair in changes.items() if field not in hidden}
