"""What people record of activities: what was done, what was wrong about it, and who was trained."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.exc import IntegrityError

from registry.accounts import actions as accounts
from registry.accounts.models import Organisation, Person
from registry.accounts.permissions import require
from registry.accounts.queries import check_stood, organisation_field
from registry.accounts.rules import OrganisationKind, Verb
from registry.kernel import audit, clock
from registry.kernel.db import Instant, db
from registry.kernel.errors import Conflict, Invalid
from registry.kernel.files import attachments
from registry.kernel.files.intake import Incoming
from registry.kernel.files.rules import FileKind
from registry.kernel.files.shelf import Shelf
from registry.kernel.i18n import _
from registry.plan.activities import people, queries
from registry.plan.activities.models import Activity, ActivityFile, Enterprise, FormerParticipant, Participant
from registry.plan.activities.rules import (
    COUNTED_BY,
    ActivityKind,
    Aspect,
    Counted,
    Ownership,
    StepValues,
)
from registry.plan.activities.rules import Person as Listed
from registry.plan.activities.saying import UNSAID, Keep, Said, say


def record(
    *,
    kind: ActivityKind,
    title: str,
    organiser: str,
    held_from: date | None = None,
    held_to: date | None = None,
    subject: str | None = None,
    aspect: Aspect | None = None,
    place: str = "",
    document_no: str | None = None,
    document_on: date | None = None,
    quantity: int = 1,
    persons: int | None = None,
    attendances: int | None = None,
    words: str = "",
    sessions: int | None = None,
    delegates: int | None = None,
    enterprises: int | None = None,
    selected: int | None = None,
    funds: int | None = None,
    result: str | None = None,
    price: int | None = None,
    steps: Sequence[StepValues] = (),
    by: Person | None,
) -> Activity:
    """Record what was done. Days of what has stages are those of its first and last one."""
    body = organisation_field(organiser, "organiser")
    require(by, Verb.ACTIVITY_WRITE, body.id)
    activity = Activity(
        kind=kind,
        title=title,
        held_from=clock.today(),
        held_to=clock.today(),
        organiser_id=body.id,
        recorded_at=clock.now(),
        recorded_by_id=by.id if by else None,
    )
    about = queries.subject_field(by, subject) if subject is not None else None
    said = Said(
        held_from=held_from,
        held_to=held_to,
        aspect=aspect,
        place=place,
        document_no=document_no,
        document_on=document_on,
        quantity=quantity,
        persons=persons,
        attendances=attendances,
        words=words,
        sessions=sessions,
        delegates=delegates,
        enterprises=enterprises,
        selected=selected,
        funds=funds,
        result=result,
        price=price,
        steps=steps,
    )
    changes = say(activity, about, said)
    _check_stood(activity, body, by)
    db.session.flush()
    audit.record("activity.record", _subject(activity), changes, by=by)
    return activity


def edit(
    activity: Activity,
    *,
    title: str | Keep = UNSAID,
    organiser: str | Keep = UNSAID,
    held_from: date | Keep = UNSAID,
    held_to: date | Keep = UNSAID,
    subject: str | Keep = UNSAID,
    aspect: Aspect | Keep | None = UNSAID,
    place: str | Keep = UNSAID,
    document_no: str | Keep | None = UNSAID,
    document_on: date | Keep | None = UNSAID,
    quantity: int | Keep = UNSAID,
    persons: int | Keep | None = UNSAID,
    attendances: int | Keep | None = UNSAID,
    words: str | Keep = UNSAID,
    sessions: int | Keep | None = UNSAID,
    delegates: int | Keep | None = UNSAID,
    enterprises: int | Keep | None = UNSAID,
    selected: int | Keep | None = UNSAID,
    funds: int | Keep | None = UNSAID,
    result: str | Keep | None = UNSAID,
    price: int | Keep | None = UNSAID,
    steps: Sequence[StepValues] | Keep = UNSAID,
    by: Person | None,
) -> Activity:
    """Change what is given; None empties a field, stages that are given replace those before. The kind stays."""
    require(by, Verb.ACTIVITY_WRITE, activity.organiser_id)
    _check_stands(activity)
    if organiser is not UNSAID:
        body = organisation_field(organiser, "organiser")
        require(by, Verb.ACTIVITY_WRITE, body.id)
        activity.organiser_id = body.id
    if title is not UNSAID:
        activity.title = title
    about = activity.subject if subject is UNSAID else queries.subject_field(by, subject)
    said = Said(
        held_from=held_from,
        held_to=held_to,
        aspect=aspect,
        place=place,
        document_no=document_no,
        document_on=document_on,
        quantity=quantity,
        persons=persons,
        attendances=attendances,
        words=words,
        sessions=sessions,
        delegates=delegates,
        enterprises=enterprises,
        selected=selected,
        funds=funds,
        result=result,
        price=price,
        steps=steps,
    )
    changes = say(activity, about, said)
    if {"organiser_id", "held_from"} & changes.keys():
        _check_stood(activity, db.session.get_one(Organisation, activity.organiser_id), by)
    if COUNTED_BY & changes.keys():
        activity.altered_at = clock.now()
    db.session.flush()
    if changes:
        audit.record("activity.edit", _subject(activity), changes, by=by)
    return activity


def _check_stood(activity: Activity, organiser: Organisation, by: Person | None) -> None:
    """A body that has ended holds nothing any more; what the system takes over from before stands as it was written."""
    if by is not None:
        check_stood(organiser, activity.held_from, "organiser")


def void(activity: Activity, *, reason: str, by: Person | None) -> Activity:
    """Say that this was not so; it stays readable with the reason, and adds nothing anywhere."""
    require(by, Verb.ACTIVITY_WRITE, activity.organiser_id)
    _check_stands(activity)
    activity.voided_at, activity.void_reason, activity.programme_of_id = clock.now(), reason, None
    db.session.flush()
    audit.record("activity.void", _subject(activity), {"reason": [None, reason]}, by=by)
    return activity


def list_people(activity: Activity, *, people: Sequence[Listed], dry_run: bool = False, by: Person | None) -> Counted:
    """Give the list of who was trained in place of the one before; a person on two lines counts once.

    A dry run only says what would be counted. The log says how many, not who. Raises Invalid beside `people`.
    """
    require(by, Verb.ACTIVITY_WRITE, activity.organiser_id)
    _check_stands(activity)
    if activity.kind is not ActivityKind.TRAINING:
        raise Invalid({"people": [_("Only a training course has a list of people.")]})
    lines = _lines(activity, people)
    counted = Counted(len(lines), sum(line["sessions"] for line in lines.values()), kept=not dry_run)
    if dry_run:
        return counted
    before = [activity.persons, activity.attendances]
    named = select(Participant.person_key).where(Participant.activity_id == activity.id)
    if set(db.session.scalars(named)) != lines.keys():
        activity.altered_at = clock.now()
    _keep_list(activity)
    db.session.execute(delete(Participant).where(Participant.activity_id == activity.id))
    if lines:
        db.session.execute(insert(Participant), [line | {"listed_at": clock.now()} for line in lines.values()])
    activity.listed = bool(lines)
    activity.persons, activity.attendances = counted.persons or None, counted.attendances or None
    db.session.flush()
    after = [activity.persons, activity.attendances]
    changes: audit.Changes = {
        name: [old, new] for name, old, new in zip(("persons", "attendances"), before, after, strict=True)
    }
    audit.record("activity.list_people", _subject(activity), changes, by=by)
    return counted


def register_enterprise(
    *,
    code: str,
    name_vi: str,
    name_en: str | None = None,
    parent: str,
    sector: str,
    ownership: Ownership,
    commune: str,
    by: Person | None,
) -> Enterprise:
    """Add an enterprise of the province, or describe an organisation that is one already under this code."""
    known = db.session.scalar(select(Organisation).where(Organisation.code == code))
    if known is None:
        body = accounts.add_enterprise(code=code, name_vi=name_vi, name_en=name_en or name_vi, parent=parent, by=by)
    else:
        require(by, Verb.ENTERPRISE_WRITE)
        body = queries.subject_field(by, code, "code")
        if body.kind is not OrganisationKind.ENTERPRISE:
            raise Invalid({"code": [_("“%(code)s” is no enterprise.", code=code)]})
    enterprise = Enterprise(organisation_id=body.id, sector=sector, ownership=ownership, commune=commune)
    changes = audit.changes_of(enterprise)
    try:
        with db.session.begin_nested():
            db.session.add(enterprise)
    except IntegrityError as error:
        message = _("“%(code)s” is described already; edit what is said of it.", code=code)
        raise Conflict(message, errors={"code": [message]}) from error
    audit.record("enterprise.register", ("organisation", code), changes, by=by)
    return enterprise


def edit_enterprise(
    enterprise: Enterprise,
    *,
    sector: str | None = None,
    ownership: Ownership | None = None,
    commune: str | None = None,
    by: Person | None,
) -> Enterprise:
    """Change what is given of an enterprise, fetched within the person's reach; names are the organisation's."""
    require(by, Verb.ENTERPRISE_WRITE)
    for name, value in (("sector", sector), ("ownership", ownership), ("commune", commune)):
        if value is not None:
            setattr(enterprise, name, value)
    changes = audit.changes_of(enterprise)
    db.session.flush()
    if changes:
        audit.record("enterprise.edit", ("organisation", enterprise.organisation.code), changes, by=by)
    return enterprise


def shelf(activity: Activity, *, by: Person | None) -> Shelf[ActivityFile]:
    """The files of an activity, best fetched with `lock=True` by who changes them."""
    allowed = partial(may_attach, activity, by=by)
    attaching, removing = partial(attach, activity, by=by), partial(remove, activity, by=by)
    return Shelf(queries.hook(activity), allowed, allowed, attaching, removing)


def may_attach(activity: Activity, *, by: Person | None) -> None:
    """Raise Forbidden for who may not hang files on an activity."""
    require(by, Verb.ACTIVITY_WRITE, activity.organiser_id)


def attach(
    activity: Activity, *, incoming: Incoming, kind: FileKind | None = None, caption: str = "", by: Person | None
) -> tuple[ActivityFile, bool]:
    """Hang a file on an activity, best fetched with `lock=True`; and whether it is new there."""
    may_attach(activity, by=by)
    return attachments.attach(queries.hook(activity), incoming, kind=kind, caption=caption, by=by)


def remove(activity: Activity, file: ActivityFile, *, reason: str, by: Person | None) -> ActivityFile:
    """Hide a file of an activity, with a reason."""
    may_attach(activity, by=by)
    return attachments.remove(queries.hook(activity), file, reason=reason, by=by)


def _lines(activity: Activity, listed: Sequence[Listed]) -> dict[str, dict[str, Any]]:
    """Rows of a list by what tells people apart; of somebody on two lines the first counts, with most sessions."""
    held = int(activity.details.get("sessions", 1))
    lines: dict[str, dict[str, Any]] = {}
    for number, person in enumerate(listed, 1):
        sessions = person.sessions or held
        if sessions > held:
            message = _("Line %(line)s: the course has only %(sessions)s sessions.", line=number, sessions=held)
            raise Invalid({"people": [message]})
        key = people.key(person)
        line = lines.setdefault(
            key,
            {
                "activity_id": activity.id,
                "person_key": key,
                "name": person.name,
                "organisation": person.organisation,
                "kind": person.kind,
                "sessions": sessions,
            },
        )
        line["sessions"] = max(line["sessions"], sessions)
    return lines


def _keep_list(activity: Activity) -> None:
    """Keep which keys the list had, for numbers as they were known then; the names go."""
    columns = ("activity_id", "person_key", "listed_at", "until_at")
    stood = select(
        Participant.activity_id, Participant.person_key, Participant.listed_at, literal(clock.now(), Instant)
    )
    stood = stood.where(Participant.activity_id == activity.id)
    db.session.execute(insert(FormerParticipant).from_select(columns, stood))


def _check_stands(activity: Activity) -> None:
    if activity.voided_at is not None:
        raise Conflict(_("This was made void; record it anew."))


def _subject(activity: Activity) -> tuple[str, int]:
    return "activity", activity.id
